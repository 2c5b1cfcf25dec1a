//! What whoever orders again and again remembers of what it has signed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

/// What a node says of orders, compared with what was signed. Without a memory, as in a round by hand, only
/// the node's word counts, and all of the account's orders are the plan's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
	/// The periods and numbers of the orders that it placed, if that is known. All others of the account were placed by
	/// somebody else: they count as ordered, and are neither improved nor cancelled. Those that it placed are
	/// cancelled and never improved: what an improvement would cost, the node alone says.
	pub placed: Option<BTreeSet<(u64, u64)>>,
	/// The money at stake in all that was signed for a period, whatever became of it.
	pub by_period: BTreeMap<u64, u128>,
	/// The quantity of all that was signed for a period, in base units, whatever became of it.
	pub quantities: BTreeMap<u64, u64>,
	/// The money at stake in all that was signed for the periods of a day.
	pub by_day: BTreeMap<NaiveDate, u128>,
}

impl Memory {
	/// Whether an order in a period's book is one that may be cancelled.
	pub fn may_cancel(&self, period: u64, order: u64) -> bool {
		self.placed.as_ref().is_none_or(|placed| placed.contains(&(period, order)))
	}

	/// Whether it is known what was signed, whatever a node says.
	pub fn is_kept(&self) -> bool {
		self.placed.is_some()
	}

	/// Whether orders may be improved.
	pub fn may_improve(&self) -> bool {
		self.placed.is_none()
	}

	/// The money at stake in what was signed for a period.
	pub fn of_period(&self, period: u64) -> u128 {
		self.by_period.get(&period).copied().unwrap_or_default()
	}

	/// The quantity of what was signed for a period.
	pub fn quantity_of(&self, period: u64) -> u64 {
		self.quantities.get(&period).copied().unwrap_or_default()
	}

	/// The money at stake in what was signed for the periods of a day.
	pub fn of_day(&self, day: NaiveDate) -> u128 {
		self.by_day.get(&day).copied().unwrap_or_default()
	}

	/// Counts what is to be signed now.
	pub(super) fn add(&mut self, period: u64, day: NaiveDate, (quantity, stake): (u64, u128)) {
		let of_period = self.quantities.entry(period).or_default();
		*of_period = of_period.saturating_add(quantity);
		let of_period = self.by_period.entry(period).or_default();
		*of_period = of_period.saturating_add(stake);
		let day = self.by_day.entry(day).or_default();
		*day = day.saturating_add(stake);
	}
}
