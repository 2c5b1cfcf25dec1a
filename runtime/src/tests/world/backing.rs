//! Backstops.

use meterproof_primitives::{DeviceRegistry, Posted};
use pallet_book::{BackstopOf, Backstops, Call, StandingOf, Venue};

use super::*;

/// Prices per base unit are some of these: at least a thousand units are traded at a time.
const STEP: Balance = EXISTENTIAL_DEPOSIT / 1_000;
/// No price that is posted is above this.
const CEILING: Balance = 4 * STEP;

/// The backstops, by zone and resource.
fn backstops() -> Vec<(Venue, BackstopOf<Runtime>)> {
	let mut found: Vec<_> = Backstops::<Runtime>::iter().collect();
	found.sort_by_key(|(venue, _)| *venue);
	found
}

impl World {
	/// Appoints one, or dismisses it.
	pub(super) fn set_backstop(&mut self, choices: &mut Choices) -> Option<Step> {
		let (zone, resource) = (*choices.of(&ZONES)?, *choices.of(&RESOURCES)?);
		let stands = Backstops::<Runtime>::contains_key(Venue { zone, resource });
		let without_orders: Vec<_> =
			accounts().into_iter().filter(|who| StandingOf::<Runtime>::get(who) == 0).collect();
		let account = match !stands || choices.once_in(4) {
			true if choices.once_in(4) => Some(self.anybody(choices)),
			true => Some(choices.of(&without_orders)?.clone()),
			false => None,
		};
		Some(Step::root(Call::set_backstop { zone, resource, account, ceiling: CEILING }))
	}

	pub(super) fn fund_backstop(&mut self, choices: &mut Choices) -> Option<Step> {
		let (Venue { zone, resource }, backstop) = choices.of(&backstops())?.clone();
		let amount = EXISTENTIAL_DEPOSIT * Balance::from(1 + choices.below(200));
		let call = Call::fund_backstop { zone, resource, amount };
		Some(Step::signed(backstop.account, call))
	}

	pub(super) fn withdraw_fund(&mut self, choices: &mut Choices) -> Option<Step> {
		let (Venue { zone, resource }, backstop) = choices.of(&backstops())?.clone();
		let part = backstop.fund / Balance::from(1 + choices.below(8));
		let call = Call::withdraw_fund { zone, resource, amount: part };
		Some(Step::signed(backstop.account, call))
	}

	pub(super) fn post_prices(&mut self, choices: &mut Choices) -> Option<Step> {
		let funded: Vec<_> =
			backstops().into_iter().filter(|(_, backstop)| backstop.fund > 0).collect();
		let (Venue { zone, resource }, backstop) = choices.of(&funded)?.clone();
		let posted = |choices: &mut Choices, price: Balance| {
			// Some books share the fund.
			let most = u64::try_from(backstop.fund / (4 * CEILING)).unwrap_or(u64::MAX);
			let quantity = 1_000 + choices.below(most.saturating_sub(1_000));
			(!choices.once_in(4)).then_some(Posted { price, quantity })
		};
		let from = Metering::first_open() + 1 + choices.below(2);
		let dearer = STEP * Balance::from(2 + choices.below(3));
		let (buys, mut sells) = (posted(choices, STEP), posted(choices, dearer));
		let operator = backstop.account.clone();
		let group = GroupId { operator, zone, resource, direction: Direction::Export };
		let (capacity, _) = <Devices as DeviceRegistry<AccountId>>::capacity(&group, from);
		// More than its meters count is seldom asked for: it is refused.
		if !choices.once_in(8) {
			sells = sells.filter(|sells| sells.quantity <= capacity);
		}
		let excess = buys.map_or(0, |buys| choices.below(2 * buys.quantity));
		let call = Call::post_prices { zone, resource, from, buys, sells, excess };
		Some(Step::signed(backstop.account, call))
	}
}
