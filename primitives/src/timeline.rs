//! Values that change at period borders, with enough history for periods still being settled.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{traits::ConstU32, BoundedVec};

use crate::PeriodIndex;

/// Rows of a timeline of which one party makes the changes: what stood before, what stands, and
/// what is to come. Whoever wants more changes waits until older periods are final.
pub const TIMELINE_ROWS: u32 = 6;

/// Rows of a group's history. Its devices change independently of each other, so that it may get a
/// row in every period. A schedule under which more periods than this could be unsettled at once is
/// refused ([`Timetable::history_rows`](crate::Timetable::history_rows)).
pub const GROUP_ROWS: u32 = 32;

/// A value for each period: row `(from, value)` holds from period `from` until the next row. No row
/// that an unsettled period needs is ever dropped: a change that finds no room is refused.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Timeline<T, const ROWS: u32 = TIMELINE_ROWS>(
	BoundedVec<(PeriodIndex, T), ConstU32<ROWS>>,
);

/// A timeline has no room for one more change until older periods are final.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyPendingChanges;

impl<T, const ROWS: u32> Default for Timeline<T, ROWS> {
	fn default() -> Self {
		Self(BoundedVec::new())
	}
}

impl<T: Clone, const ROWS: u32> Timeline<T, ROWS> {
	/// A timeline that says nothing before `from`.
	pub fn starting(from: PeriodIndex, value: T) -> Self {
		const { assert!(ROWS > 0, "a timeline holds a row") };
		let mut rows = BoundedVec::new();
		let _ = rows.try_push((from, value));
		Self(rows)
	}

	/// Whether it holds as many rows as it can: a later change has to wait.
	pub fn is_full(&self) -> bool {
		self.0.is_full()
	}

	/// The value in `period`; `None` before the first row.
	pub fn at(&self, period: PeriodIndex) -> Option<&T> {
		self.0.iter().rev().find(|(from, _)| *from <= period).map(|(_, value)| value)
	}

	/// The newest value, whenever it takes effect.
	pub fn latest(&self) -> Option<&T> {
		self.0.last().map(|(_, value)| value)
	}

	/// The period from which [`Self::latest`] holds.
	pub fn latest_from(&self) -> Option<PeriodIndex> {
		self.0.last().map(|(from, _)| *from)
	}

	/// Sets the value from period `from` on, which is not before the last row's. Rows that no
	/// period from `keep_from` on needs are dropped first.
	pub fn set(
		&mut self,
		from: PeriodIndex,
		value: T,
		keep_from: PeriodIndex,
	) -> Result<(), TooManyPendingChanges> {
		let mut rows = self.0.clone().into_inner();
		while rows.get(1).is_some_and(|(next, _)| *next <= keep_from) {
			rows.remove(0);
		}
		while rows.last().is_some_and(|(last, _)| *last >= from) {
			rows.pop();
		}
		rows.push((from, value));
		self.0 = rows.try_into().map_err(|_| TooManyPendingChanges)?;
		Ok(())
	}

	/// The rows, oldest first.
	pub fn rows(&self) -> impl Iterator<Item = &(PeriodIndex, T)> {
		self.0.iter()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn says_nothing_before_its_first_row() {
		let line = Timeline::<_>::starting(5, 'a');
		assert_eq!(line.at(4), None);
		assert_eq!(line.at(5), Some(&'a'));
		assert_eq!(line.at(u64::MAX), Some(&'a'));
	}

	#[test]
	fn keeps_what_unfinished_periods_need() {
		let mut line = Timeline::<_>::starting(5, 'a');
		line.set(7, 'b', 5).unwrap();
		line.set(8, 'c', 6).unwrap();
		assert_eq!(line.at(6), Some(&'a'));
		assert_eq!(line.at(7), Some(&'b'));
		assert_eq!(line.at(9), Some(&'c'));
	}

	#[test]
	fn a_second_change_for_the_same_period_replaces_the_first() {
		let mut line = Timeline::<_>::starting(5, 'a');
		line.set(7, 'b', 5).unwrap();
		line.set(7, 'c', 5).unwrap();
		assert_eq!(line.rows().count(), 2);
		assert_eq!(line.at(7), Some(&'c'));
	}

	#[test]
	fn refuses_one_change_too_many_and_keeps_its_rows() {
		let mut line = Timeline::<_>::starting(0, 0);
		for n in 1..TIMELINE_ROWS as u64 {
			assert!(!line.is_full());
			line.set(n, n, 0).unwrap();
		}
		assert!(line.is_full());
		let before = line.clone();
		assert_eq!(line.set(99, 99, 0), Err(TooManyPendingChanges));
		assert_eq!(line, before);
		line.set(99, 99, 3).unwrap();
		assert_eq!(line.at(3), Some(&3));
	}
}
