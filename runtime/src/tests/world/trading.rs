//! Offers, trades, and what is left of them.

use meterproof_primitives::{
	api::TradeState, Evidence, NoteAddress, NoteOwner, SharedKey, TradeId, SEALED_KEY_LENGTH,
};
use meterproof_programs::seal;
use pallet_market::{Call, OfferTermsOf, Outcome, TradeOf};

use super::*;

/// Price per base unit: at least a thousand of them are sold at a time, so that a period's payment is
/// worth an account, and one of them is not.
const PRICE: Balance = EXISTENTIAL_DEPOSIT / 1_000;
/// What sellers allow for.
const LIMIT: Balance = 4 * PRICE;

type Trade = TradeOf<Runtime>;

/// The trades for which this holds, in order of id.
fn trades(filter: impl Fn(&Trade) -> bool) -> Vec<(TradeId, Trade)> {
	let all = pallet_market::Trades::<Runtime>::iter();
	let mut found: Vec<_> = all.filter(|(_, trade)| filter(trade)).collect();
	found.sort_by_key(|(id, _)| *id);
	found
}

fn trade(choices: &mut Choices, filter: impl Fn(&Trade) -> bool) -> Option<(TradeId, Trade)> {
	choices.of(&trades(filter)).cloned()
}

fn offered(trade: &Trade) -> bool {
	trade.state == TradeState::Offered
}

/// Whose notes pay somebody of a sealed trade.
fn address(n: u8) -> NoteAddress {
	NoteAddress { owner: [n; 32], key: [n; 32] }
}

/// The key that both sides of a sealed trade share.
pub(super) fn shared_key(trade: TradeId) -> [u8; 32] {
	let mut key = [7; 32];
	key[..8].copy_from_slice(&(trade % 1_000).to_le_bytes());
	key
}

/// What an offer names.
struct Goods {
	group: GroupId<AccountId>,
	buyer: AccountId,
	quantity: u64,
	first: PeriodIndex,
	last: PeriodIndex,
}

impl World {
	pub(super) fn set_imbalance_price(&mut self, choices: &mut Choices) -> Option<Step> {
		let call = Call::set_imbalance_price {
			zone: *choices.of(&ZONES)?,
			resource: *choices.of(&RESOURCES)?,
			price: PRICE * Balance::from(choices.below(5)),
		};
		Some(Step::root(call))
	}

	/// What somebody has to sell.
	fn goods(&self, choices: &mut Choices) -> Option<Goods> {
		let open = Metering::first_open();
		let mut groups: Vec<_> = pallet_devices::Groups::<Runtime>::iter()
			.filter_map(|(group, rows)| Some((group, rows.at(open)?.capacity)))
			.filter(|(_, capacity)| *capacity > 0)
			.collect();
		groups.sort();
		let (group, capacity) = choices.of(&groups)?.clone();
		let first = open + choices.below(2);
		Some(Goods {
			buyer: match choices.once_in(3) {
				true => FRAGILE.to_account_id(),
				false => self.anybody(choices),
			},
			quantity: 1_000 + choices.below((capacity / 2).saturating_sub(1_000)),
			first,
			last: first + choices.below(4),
			group,
		})
	}

	pub(super) fn offer(&mut self, choices: &mut Choices) -> Option<Step> {
		let Goods { group, buyer, quantity, first, last } = self.goods(choices)?;
		let call = Call::offer {
			zone: group.zone,
			resource: group.resource,
			direction: group.direction,
			buyer,
			quantity,
			price: PRICE,
			max_imbalance_price: LIMIT,
			first,
			last,
			payout: note_owner(choices),
		};
		Some(Step::signed(group.operator, call))
	}

	pub(super) fn offer_sealed(&mut self, choices: &mut Choices) -> Option<Step> {
		let Goods { group, buyer, quantity, first, last } = self.goods(choices)?;
		let call = Call::offer_sealed {
			zone: group.zone,
			resource: group.resource,
			direction: group.direction,
			buyer,
			quantity,
			price: PRICE,
			max_imbalance_price: LIMIT,
			// A period that others are less likely to have sold for already.
			first: first + 1,
			last: last.min(first + 1).max(first + 1),
			payout: address(1),
		};
		Some(Step::signed(group.operator, call))
	}

	/// Registrars that a buyer accepts: any, or those that attested the devices.
	fn accepted(trade: &Trade, choices: &mut Choices) -> pallet_market::Registrars<AccountId> {
		let rows = pallet_devices::Groups::<Runtime>::get(&trade.seller);
		let known =
			rows.at(trade.first).map(|row| row.registrars.iter().map(|(who, _)| who.clone()));
		match choices.once_in(2) {
			true => known.into_iter().flatten().take(4).collect::<Vec<_>>(),
			false => Vec::new(),
		}
		.try_into()
		.expect("it fits")
	}

	/// What a buyer demands: of every other trade what the devices have.
	fn demanded(id: TradeId, trade: &Trade) -> Evidence {
		let rows = pallet_devices::Groups::<Runtime>::get(&trade.seller);
		let known = rows.at(trade.first).and_then(|row| row.lowest_evidence());
		known.filter(|_| id % 2 == 0).unwrap_or_default()
	}

	pub(super) fn accept(&mut self, choices: &mut Choices) -> Option<Step> {
		let (trade, offer) = trade(choices, |trade| offered(trade) && trade.sealed.is_none())?;
		let mut terms: OfferTermsOf<Runtime> = offer.terms();
		if choices.once_in(16) {
			terms.quantity += 1;
		}
		let call = Call::accept {
			trade,
			terms,
			registrars: Self::accepted(&offer, choices),
			least_evidence: Self::demanded(trade, &offer),
			refund: note_owner(choices),
		};
		Some(Step::signed(offer.buyer, call))
	}

	pub(super) fn accept_sealed(&mut self, choices: &mut Choices) -> Option<Step> {
		let (trade, offer) = trade(choices, |trade| offered(trade) && trade.sealed.is_some())?;
		let call = Call::accept_sealed {
			trade,
			terms: offer.terms(),
			payout: address(1),
			registrars: Self::accepted(&offer, choices),
			least_evidence: Self::demanded(trade, &offer),
			refund: address(2),
			shared: SharedKey {
				commitment: seal::key_commitment(&shared_key(trade))?,
				ciphertext: [9; SEALED_KEY_LENGTH],
			},
		};
		Some(Step::signed(offer.buyer, call))
	}

	pub(super) fn withdraw_offer(&mut self, choices: &mut Choices) -> Option<Step> {
		let (trade, offer) = trade(choices, offered)?;
		Some(match choices.once_in(2) {
			true => Step::signed(offer.seller.operator, Call::cancel { trade }),
			false => Step::signed(offer.buyer, Call::decline { trade }),
		})
	}

	pub(super) fn expire_offer(&mut self, choices: &mut Choices) -> Option<Step> {
		let open = Metering::first_open();
		let late = trade(choices, |trade| offered(trade) && trade.first < open);
		let (trade, _) = late.or_else(|| trade(choices, offered))?;
		Some(Step::signed(self.anybody(choices), Call::expire { trade }))
	}

	pub(super) fn claim(&mut self, choices: &mut Choices) -> Option<Step> {
		let mut unpaid: Vec<_> = pallet_market::Outcomes::<Runtime>::iter()
			.filter(|(_, _, outcome)| outcome.is_unpaid())
			.collect();
		unpaid.sort_by_key(|(trade, period, _)| (*trade, *period));
		let (trade, period, outcome) = *choices.of(&unpaid)?;
		let is_hopeless = Balances::free_balance(FRAGILE.to_account_id()) == 0;
		if is_hopeless && !choices.once_in(8) {
			return None;
		}
		if choices.once_in(2) {
			return Some(Step::signed(self.anybody(choices), Call::claim { trade, period }));
		}
		let sides = pallet_market::Trades::<Runtime>::get(trade)?;
		let by = match outcome {
			Outcome::Open { seller_unpaid: true, .. } => sides.seller.operator,
			_ => sides.buyer,
		};
		Some(Step::signed(by, Call::claim_to_account { trade, period }))
	}

	pub(super) fn prune_trade(&mut self, choices: &mut Choices) -> Option<Step> {
		let open = Metering::first_open();
		let settled = |trade: &Trade| trade.state == TradeState::Settled;
		let due = trade(choices, |trade| settled(trade) && trade.due.is_none_or(|due| due < open));
		let (trade, _) = due.or_else(|| trade(choices, settled).filter(|_| choices.once_in(8)))?;
		Some(Step::signed(self.anybody(choices), Call::prune { trade }))
	}
}

/// Whose notes pay somebody, if any.
pub(super) fn note_owner(choices: &mut Choices) -> Option<NoteOwner> {
	choices.once_in(2).then(|| [choices.below(100) as u8; 32])
}
