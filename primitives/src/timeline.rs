//! Values that change at period borders, with enough history for periods still being settled.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{traits::ConstU32, BoundedVec};

use crate::PeriodIndex;

/// Rows a timeline holds: what stood before, what stands, and what is to come.
pub const TIMELINE_ROWS: u32 = 6;

/// A value for each period: row `(from, value)` holds from period `from` until the next row.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Timeline<T>(BoundedVec<(PeriodIndex, T), ConstU32<TIMELINE_ROWS>>);

/// A timeline has no room for one more change until older periods are final.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyPendingChanges;

impl<T> Default for Timeline<T> {
	fn default() -> Self {
		Self(BoundedVec::new())
	}
}

impl<T: Clone> Timeline<T> {
	/// A timeline that says nothing before `from`.
	pub fn starting(from: PeriodIndex, value: T) -> Self {
		let mut rows = BoundedVec::new();
		// Room for the first row is certain: TIMELINE_ROWS > 0.
		let _ = rows.try_push((from, value));
		Self(rows)
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
		let line = Timeline::starting(5, 'a');
		assert_eq!(line.at(4), None);
		assert_eq!(line.at(5), Some(&'a'));
		assert_eq!(line.at(u64::MAX), Some(&'a'));
	}

	#[test]
	fn keeps_what_unfinished_periods_need() {
		let mut line = Timeline::starting(5, 'a');
		line.set(7, 'b', 5).unwrap();
		line.set(8, 'c', 6).unwrap();
		assert_eq!(line.at(6), Some(&'a'));
		assert_eq!(line.at(7), Some(&'b'));
		assert_eq!(line.at(9), Some(&'c'));
	}

	#[test]
	fn a_second_change_for_the_same_period_replaces_the_first() {
		let mut line = Timeline::starting(5, 'a');
		line.set(7, 'b', 5).unwrap();
		line.set(7, 'c', 5).unwrap();
		assert_eq!(line.rows().count(), 2);
		assert_eq!(line.at(7), Some(&'c'));
	}

	#[test]
	fn refuses_one_change_too_many_and_keeps_its_rows() {
		let mut line = Timeline::starting(0, 0);
		for n in 1..TIMELINE_ROWS as u64 {
			line.set(n, n, 0).unwrap();
		}
		let before = line.clone();
		assert_eq!(line.set(99, 99, 0), Err(TooManyPendingChanges));
		assert_eq!(line, before);
		line.set(99, 99, 3).unwrap();
		assert_eq!(line.at(3), Some(&3));
	}
}
