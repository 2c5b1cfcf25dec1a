//! Orders in books.

use meterproof_primitives::{Evidence, GateClock, OrderId, OrderSide};
use pallet_book::{Call, OrderOf, Venue};

use super::{trading::note_owner, *};

/// Limits per base unit are some of these: at least a thousand units are ordered at a time.
const STEP: Balance = EXISTENTIAL_DEPOSIT / 1_000;

type Order = OrderOf<Runtime>;

/// The orders that stand, by number.
fn orders() -> Vec<(OrderId, Order)> {
	let mut found: Vec<_> = pallet_book::Orders::<Runtime>::iter().collect();
	found.sort_by_key(|(id, _)| *id);
	found
}

/// The books for which this holds, by period.
fn books(filter: impl Fn(PeriodIndex) -> bool) -> Vec<(PeriodIndex, Venue)> {
	let mut found: Vec<_> = pallet_book::Books::<Runtime>::iter_keys()
		.map(|(period, venue)| (u64::from_be_bytes(period), venue))
		.filter(|(period, _)| filter(*period))
		.collect();
	found.sort();
	found
}

/// Periods in which an order stands whose gate is open, if there are any.
fn open_of(id: OrderId, order: &Order) -> Vec<PeriodIndex> {
	let stands = |period: &PeriodIndex| {
		let key = (period.to_be_bytes(), order.venue, order.side);
		pallet_book::Entries::<Runtime>::get(key).iter().any(|entry| entry.id == id)
	};
	(order.first.max(Metering::first_open())..=order.last).filter(stands).collect()
}

impl World {
	pub(super) fn bid(&mut self, choices: &mut Choices) -> Option<Step> {
		let first = Metering::first_open() + choices.below(2);
		let call = Call::bid {
			zone: *choices.of(&ZONES)?,
			resource: *choices.of(&RESOURCES)?,
			quantity: 1_000 + choices.below(3_000),
			limit: STEP * Balance::from(1 + choices.below(6)),
			first,
			last: first + choices.below(3),
			refund: note_owner(choices),
		};
		let by = match choices.once_in(3) {
			true => FRAGILE.to_account_id(),
			false => self.anybody(choices),
		};
		Some(Step::signed(by, call))
	}

	pub(super) fn offer_in_book(&mut self, choices: &mut Choices) -> Option<Step> {
		let open = Metering::first_open();
		let mut groups: Vec<_> = pallet_devices::Groups::<Runtime>::iter()
			.filter_map(|(group, rows)| Some((group, rows.at(open)?.capacity)))
			.filter(|(group, capacity)| group.direction == Direction::Export && *capacity > 2_000)
			.collect();
		groups.sort();
		let (group, capacity) = choices.of(&groups)?.clone();
		let first = open + choices.below(2);
		let call = Call::offer {
			zone: group.zone,
			resource: group.resource,
			quantity: 1_000 + choices.below(capacity / 4),
			limit: STEP * Balance::from(1 + choices.below(4)),
			max_imbalance_price: 4 * STEP,
			first,
			last: first + choices.below(3),
			payout: note_owner(choices),
		};
		Some(Step::signed(group.operator, call))
	}

	pub(super) fn improve(&mut self, choices: &mut Choices) -> Option<Step> {
		let (id, order) = choices.of(&orders())?.clone();
		let open = open_of(id, &order);
		let period = *choices.of(&open)?;
		let limit = match order.side {
			OrderSide::Bid => STEP * Balance::from(5 + choices.below(4)),
			OrderSide::Offer => STEP,
		};
		let call = Call::improve { order: id, limit, first: period, last: period };
		Some(Step::signed(order.account, call))
	}

	pub(super) fn cancel_order(&mut self, choices: &mut Choices) -> Option<Step> {
		let (id, order) = choices.of(&orders())?.clone();
		let open = open_of(id, &order);
		let now = <Metering as GateClock>::now();
		let late = |period: &&PeriodIndex| {
			<Metering as GateClock>::gate_closure(**period).saturating_sub(4_000) > now
		};
		let period = open.iter().rev().find(late).or(open.last())?;
		let call = Call::cancel { order: id, first: *period, last: *period };
		Some(Step::signed(order.account, call))
	}

	pub(super) fn clear(&mut self, choices: &mut Choices) -> Option<Step> {
		let open = Metering::first_open();
		let due = books(|period| period < open);
		let all = books(|_| true);
		let early = all.first().filter(|_| due.is_empty() && choices.once_in(8));
		let (period, venue) = choices.of(&due).or(early).copied()?;
		let call = Call::clear { zone: venue.zone, resource: venue.resource, period };
		Some(Step::signed(self.anybody(choices), call))
	}

	pub(super) fn prune_clearing(&mut self, choices: &mut Choices) -> Option<Step> {
		let mut kept: Vec<_> = pallet_book::Clearings::<Runtime>::iter_keys()
			.map(|(period, venue)| (u64::from_be_bytes(period), venue))
			.collect();
		kept.sort();
		// The oldest one is the first that may go.
		let (period, venue) = *kept.first()?;
		let call = Call::prune { zone: venue.zone, resource: venue.resource, period };
		Some(Step::signed(self.anybody(choices), call))
	}

	pub(super) fn claim_of_book(&mut self, choices: &mut Choices) -> Option<Step> {
		let mut owed: Vec<_> = pallet_book::Owing::<Runtime>::iter_keys().collect();
		owed.sort();
		let account = choices.of(&owed)?.clone();
		Some(Step::signed(self.anybody(choices), Call::claim { account }))
	}

	pub(super) fn set_least_evidence(&mut self, choices: &mut Choices) -> Option<Step> {
		let call = Call::set_least_evidence {
			zone: *choices.of(&ZONES)?,
			resource: *choices.of(&RESOURCES)?,
			from: Metering::first_open() + 768 + choices.below(3),
			least: *choices.of(&Evidence::ALL)?,
		};
		Some(Step::root(call))
	}
}
