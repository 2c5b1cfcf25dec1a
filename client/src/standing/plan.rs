//! What to place, improve and cancel, and why.

mod book;
mod memory;
mod said;

use std::collections::BTreeMap;

use chrono::{NaiveDate, Weekday};
use meterproof_clearing::Side;

use self::book::Book;
use super::limits::Limits;
use crate::types::Resource;

pub use memory::Memory;
pub use said::{Decision, Why};

/// What the chain asks of orders.
#[derive(Clone, Copy, Debug)]
pub struct OrderRules {
	/// Where.
	pub zone: u32,
	/// What is traded.
	pub resource: Resource,
	/// What a base unit not delivered costs at least in every period, in the token's smallest unit.
	pub imbalance_price: u128,
	/// What an order holds besides in each period.
	pub deposit: u128,
	/// The least that an order may be worth in a period.
	pub least_worth: u128,
	/// Most orders of one account in one book.
	pub own_orders: usize,
	/// Most bids in one book.
	pub bids: usize,
	/// Most offers in one book.
	pub offers: usize,
}

impl OrderRules {
	/// Most orders on one side of a book.
	fn most(&self, side: Side) -> usize {
		match side {
			Side::Bid => self.bids,
			Side::Offer => self.offers,
		}
	}
}

/// Where a book stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
	/// Orders come, improve and go.
	Open,
	/// Orders come and improve.
	Locked,
	/// The book takes no orders any more.
	Closed,
}

/// An order of the owner's that stands in a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
	/// Its number.
	pub order: u64,
	/// The most that it trades, in base units.
	pub quantity: u64,
	/// The worst price that it takes.
	pub limit: u128,
	/// What it holds for each base unit: a bid its limit, an offer its collateral.
	pub rate: u128,
}

/// Anybody's order in a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rival {
	/// Its number.
	pub order: u64,
	/// The worst price that it takes.
	pub limit: u128,
}

/// What of a period is agreed already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traded {
	/// In base units.
	pub quantity: u64,
	/// The money at stake in it.
	pub money: u128,
}

/// A coming period with what is known of it.
#[derive(Clone, Debug)]
pub struct Coming {
	/// Its number.
	pub period: u64,
	/// The day that it begins on.
	pub date: NaiveDate,
	/// That day's weekday.
	pub weekday: Weekday,
	/// Where its book stands.
	pub gate: Gate,
	/// Whether any meter counts for this side.
	pub has_meters: bool,
	/// What the same slot counted one week before, two weeks before, and so on; none where the readings have
	/// a gap.
	pub former: Vec<Option<u64>>,
	/// What is agreed already, on this side.
	pub traded: Traded,
	/// The owner's orders on this side that stand in its book.
	pub standing: Vec<Standing>,
	/// All orders on this side of the book, the owner's own included.
	pub rivals: Vec<Rival>,
	/// What the zone's backstop sells for then, which a base unit not delivered costs at least; zero where it sells
	/// nothing.
	pub asked: u128,
}

/// What there is to spend.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Budget {
	/// What the account can put on hold.
	pub free: u128,
	/// How many more places the account's orders can have in books.
	pub places: usize,
	/// What is at stake already on this side, by day: orders that stand, and trades.
	pub at_stake: BTreeMap<NaiveDate, u128>,
	/// What was signed on this side, whatever a node says became of it.
	pub memory: Memory,
}

/// What to do with a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
	/// Place an order.
	Place {
		/// Sell or buy.
		side: Side,
		/// In base units.
		quantity: u64,
		/// The worst price that it takes.
		limit: u128,
		/// What is held for each base unit.
		rate: u128,
	},
	/// Give an order a better limit.
	Improve {
		/// Its number.
		order: u64,
		/// The new limit.
		limit: u128,
	},
	/// Take an order out.
	Cancel {
		/// Its number.
		order: u64,
	},
}

/// Decides what to do with the books of coming periods, in the sequence given: the first ones have the first
/// use of the money, so the nearest come first.
pub fn plan(
	limits: &Limits,
	terms: &OrderRules,
	coming: &[Coming],
	budget: &mut Budget,
) -> Vec<Decision> {
	let mut decided = Vec::new();
	for coming in coming {
		let mut standing = coming.standing.clone();
		standing.sort_unstable_by_key(|own| own.order);
		let gone = Vec::new();
		let mut book =
			Book { limits, terms, coming, budget, standing, gone, decided: &mut decided };
		book.decide();
	}
	decided
}

/// What does not suffice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Short {
	/// The owner's limit for a period.
	Period,
	/// The owner's limit for a day.
	Day,
	/// The account.
	Balance,
	/// The owner's limit for a period, by what was signed.
	SignedPeriod,
	/// The owner's limit for a day, by what was signed.
	SignedDay,
	/// The owner's most quantity, by what was signed.
	SignedQuantity,
}
