//! What books keep.

use core::iter::once;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame::prelude::*;
use meterproof_primitives::{
	EverTaken, NoteOwner, OrderId, OrderSide, PeriodIndex, Posted, Quantity, Resource, Timeline,
	TradeId, ZoneId, GROUP_ROWS,
};

/// A number as big-endian bytes, so that maps hashed by identity are walked in its order.
pub type OrderedKey = [u8; 8];

/// Where, and what: a zone and a resource have a book for each period.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Venue {
	/// The zone.
	pub zone: ZoneId,
	/// What is traded.
	pub resource: Resource,
}

/// A book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BookId {
	/// The zone and the resource.
	pub venue: Venue,
	/// The period.
	pub period: PeriodIndex,
}

/// How many orders a book has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct BookSize {
	/// Orders that buy.
	pub bids: u32,
	/// Orders that sell.
	pub offers: u32,
}

impl BookSize {
	/// Whether there is no order.
	pub fn is_empty(&self) -> bool {
		self.bids == 0 && self.offers == 0
	}

	/// The orders of one side.
	pub(crate) fn side(&mut self, side: OrderSide) -> &mut u32 {
		match side {
			OrderSide::Bid => &mut self.bids,
			OrderSide::Offer => &mut self.offers,
		}
	}
}

/// What is the same of an order in all books that it stands in.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Order<AccountId, Balance> {
	/// Whose it is.
	pub account: AccountId,
	/// What it does.
	pub side: OrderSide,
	/// The zone and the resource.
	pub venue: Venue,
	/// Per period, in base units.
	pub quantity: Quantity,
	/// First period.
	pub first: PeriodIndex,
	/// Last period, inclusive.
	pub last: PeriodIndex,
	/// An offer's collateral per base unit, and what one not delivered costs; zero for bids.
	pub imbalance_price: Balance,
	/// Held besides, for each period in which it stands.
	pub deposit: Balance,
	/// Whose notes pay the seller or refund the buyer; without one its account.
	pub payout: Option<NoteOwner>,
	/// In how many periods it stands.
	pub open: u32,
}

/// An order as it stands in one book.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Entry<AccountId, Balance> {
	/// The order.
	pub id: OrderId,
	/// Whose it is.
	pub account: AccountId,
	/// In base units.
	pub quantity: Quantity,
	/// The worst price that it takes, per base unit.
	pub limit: Balance,
}

/// What a book keeps free of a group.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Reserve<AccountId> {
	/// The sum of the group's offers in the book.
	pub quantity: Quantity,
	/// How many they are.
	pub orders: u32,
	/// What registrars had ever taken out of the group when the first of them came.
	pub taken: EverTaken<AccountId>,
}

/// What became of an order when its book was cleared.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Line<AccountId, Balance> {
	/// The order as it stood.
	pub entry: Entry<AccountId, Balance>,
	/// What it would have traded with its own account, and did not trade.
	pub netted: Quantity,
	/// What it traded at the price.
	pub filled: Quantity,
}

/// How a book was cleared: what the rule was applied to, and what it gave.
#[derive(
	CloneNoBound, DebugNoBound, PartialEqNoBound, EqNoBound, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
#[scale_info(skip_type_params(MaxBids, MaxOffers))]
#[codec(mel_bound(AccountId: MaxEncodedLen, Balance: MaxEncodedLen))]
pub struct Clearing<
	AccountId: Clone + core::fmt::Debug + PartialEq + Eq,
	Balance: Clone + core::fmt::Debug + PartialEq + Eq,
	MaxBids: Get<u32>,
	MaxOffers: Get<u32>,
> {
	/// The block.
	pub block: u32,
	/// The period had ended before: every order was released.
	pub lapsed: bool,
	/// Per base unit; none where nobody traded.
	pub price: Option<Balance>,
	/// What all bids together were filled with, and all offers.
	pub volume: Quantity,
	/// The bids, by number.
	pub bids: BoundedVec<Line<AccountId, Balance>, MaxBids>,
	/// The offers, by number.
	pub offers: BoundedVec<Line<AccountId, Balance>, MaxOffers>,
	/// The backstop's bid, where it had one.
	pub backstop_bid: Option<Line<AccountId, Balance>>,
	/// The backstop's offer, where it had one.
	pub backstop_offer: Option<Line<AccountId, Balance>>,
	/// The first of the trades that were made; they have numbers one after another.
	pub first_trade: Option<TradeId>,
	/// How many trades were made.
	pub trades: u32,
}

/// What a backstop has posted for a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Terms<Balance> {
	/// At which price it buys, and how much in the book.
	pub buys: Option<Posted<Balance>>,
	/// At which price it sells, and how much.
	pub sells: Option<Posted<Balance>>,
	/// The most that it buys of a period besides, of what sellers prove beyond what they sold, for as much as it
	/// buys for in the book.
	pub excess: Quantity,
}

impl<Balance> Terms<Balance> {
	/// Those of a backstop that neither buys nor sells.
	pub fn none() -> Self {
		Self { buys: None, sells: None, excess: 0 }
	}

	/// Whether it buys or sells.
	pub fn is_any(&self) -> bool {
		self.buys.is_some() || self.sells.is_some()
	}
}

/// Who takes what peers leave in the books of a zone and resource.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Backstop<AccountId, Balance> {
	/// Who posts, and has the fund on hold.
	pub account: AccountId,
	/// No price that it posts is above this. Zero once it is dismissed.
	pub ceiling: Balance,
	/// What is on hold for what it buys and, as collateral, for what it sells.
	pub fund: Balance,
	/// What it has posted, by period.
	pub terms: Timeline<Terms<Balance>>,
	/// What registrars had ever taken out of its group when it posted, by period as the terms.
	pub taken: Timeline<EverTaken<AccountId>>,
	/// What it has bought of each period beyond what was sold, oldest first; of periods that are final it may be
	/// forgotten. No more periods than these wait to be settled at a time, as a rule.
	pub bought: BoundedVec<(PeriodIndex, Quantity), ConstU32<GROUP_ROWS>>,
}

impl<AccountId, Balance: Copy> Backstop<AccountId, Balance> {
	/// What it has posted for a period.
	pub fn terms_at(&self, period: PeriodIndex) -> Terms<Balance> {
		self.terms.at(period).copied().unwrap_or_else(Terms::none)
	}

	/// What it has posted for the periods `first..=last`: from which one on, what, and for how many of them.
	pub fn terms_over(
		&self,
		first: PeriodIndex,
		last: PeriodIndex,
	) -> impl Iterator<Item = (PeriodIndex, Terms<Balance>, u64)> + '_ {
		let nexts = self.terms.rows().skip(1).map(|(from, _)| *from).chain(once(PeriodIndex::MAX));
		self.terms.rows().zip(nexts).filter_map(move |((from, terms), next)| {
			let end = last.saturating_add(1).min(next);
			let start = first.max(*from);
			let count = end.saturating_sub(start);
			(count > 0).then_some((start, *terms, count))
		})
	}

	/// What it has bought of a period that is not final, beyond what was sold.
	pub fn bought_of(&self, period: PeriodIndex) -> Quantity {
		let known = self.bought.iter().find(|(at, _)| *at == period);
		known.map_or(0, |(_, quantity)| *quantity)
	}

	/// How much more it buys of a period beyond what is sold. Nothing where that could not be noted: there is
	/// room for no more periods from `keep_from` on.
	pub fn left_of(&self, period: PeriodIndex, keep_from: PeriodIndex) -> Quantity {
		let kept = self.bought.iter().filter(|(at, _)| *at >= keep_from).count();
		let is_known = self.bought.iter().any(|(at, _)| *at == period);
		if !is_known && kept >= GROUP_ROWS as usize {
			return 0;
		}
		self.terms_at(period).excess.saturating_sub(self.bought_of(period))
	}

	/// Notes that it has bought so much more of a period, and forgets those before `keep_from`, but no other:
	/// where there is no room for one more period, none is noted.
	pub fn note_bought(&mut self, period: PeriodIndex, quantity: Quantity, keep_from: PeriodIndex) {
		self.bought.retain(|(at, _)| *at >= keep_from);
		if let Some((_, sum)) = self.bought.iter_mut().find(|(at, _)| *at == period) {
			*sum = sum.saturating_add(quantity);
			return;
		}
		let at = self.bought.partition_point(|(other, _)| *other < period);
		let _ = self.bought.try_insert(at, (period, quantity));
	}

	/// Notes that it buys no more of a period beyond what is sold, and forgets those before `keep_from`. Where there
	/// is no room for one more period, the earliest of all gives way: as long as there is no room, nothing is
	/// bought of one that is not noted ([`Self::left_of`]), and the earliest is final before there is any.
	pub fn exhaust(&mut self, period: PeriodIndex, keep_from: PeriodIndex) {
		let all = self.terms_at(period).excess;
		self.bought.retain(|(at, _)| *at >= keep_from);
		let is_known = self.bought.iter().any(|(at, _)| *at == period);
		if !is_known && self.bought.is_full() {
			if self.bought.first().is_none_or(|(earliest, _)| period < *earliest) {
				return;
			}
			self.bought.remove(0);
		}
		let left = all.saturating_sub(self.bought_of(period));
		self.note_bought(period, left, keep_from);
	}

	/// Whether it buys or sells in no period from `period` on.
	pub fn is_over(&self, period: PeriodIndex) -> bool {
		self.terms_over(period, PeriodIndex::MAX).all(|(_, terms, _)| !terms.is_any())
	}
}

/// Whether a price is better for whoever takes the order than another: a bid's if it is higher, an
/// offer's if it is lower.
pub fn is_better<Balance: PartialOrd>(side: OrderSide, limit: &Balance, than: &Balance) -> bool {
	match side {
		OrderSide::Bid => limit > than,
		OrderSide::Offer => limit < than,
	}
}

/// A number as a key that is walked in order.
pub(crate) fn ordered(number: u64) -> OrderedKey {
	number.to_be_bytes()
}

/// The number behind such a key.
pub(crate) fn number(key: OrderedKey) -> u64 {
	u64::from_be_bytes(key)
}
