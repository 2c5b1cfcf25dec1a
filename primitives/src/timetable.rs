//! Schedules over time: which lengths place which period on the clock.

use core::iter::once;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{traits::ConstU32, BoundedVec};

use crate::{PeriodIndex, Schedule, UnixMillis};

/// Schedules that a timetable holds beside the oldest one: former ones, the one in force, and the
/// next one.
pub const LATER_SCHEDULES: u32 = 7;

/// A schedule and where it begins. Its periods lie one after another from there.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct ScheduleRow {
	/// The first period it places.
	pub first: PeriodIndex,
	/// When that period starts.
	pub starts: UnixMillis,
	/// The lengths.
	pub schedule: Schedule,
}

impl ScheduleRow {
	/// The period that `at` lies in.
	pub fn period_at(&self, at: UnixMillis) -> PeriodIndex {
		let length = self.schedule.length_ms.max(1);
		match at.checked_sub(self.starts) {
			Some(after) => self.first.saturating_add(after.checked_div(length).unwrap_or(0)),
			None => self.first.saturating_sub(self.starts.saturating_sub(at).div_ceil(length)),
		}
	}

	/// Start of `period`, inclusive.
	pub fn start(&self, period: PeriodIndex) -> UnixMillis {
		let length = self.schedule.length_ms;
		match period.checked_sub(self.first) {
			Some(after) => self.starts.saturating_add(after.saturating_mul(length)),
			None => {
				let before = self.first.saturating_sub(period);
				self.starts.saturating_sub(before.saturating_mul(length))
			},
		}
	}

	/// End of `period`, exclusive.
	pub fn end(&self, period: PeriodIndex) -> UnixMillis {
		self.start(period.saturating_add(1))
	}

	/// When trading for `period` closes.
	pub fn gate_closure(&self, period: PeriodIndex) -> UnixMillis {
		self.start(period).saturating_sub(self.schedule.gate_lead_ms)
	}

	/// When roots for `period` are no longer taken (given enough blocks): half of the commit window is left
	/// for meters that are not under one.
	pub fn root_cut_off(&self, period: PeriodIndex) -> UnixMillis {
		self.end(period).saturating_add(self.schedule.commit_window_ms / 2)
	}

	/// When commitments for `period` are no longer taken (given enough blocks).
	pub fn cut_off(&self, period: PeriodIndex) -> UnixMillis {
		self.end(period).saturating_add(self.schedule.commit_window_ms)
	}

	/// When proofs for `period` are no longer taken (given enough blocks).
	pub fn deadline(&self, period: PeriodIndex) -> UnixMillis {
		self.cut_off(period).saturating_add(self.schedule.proof_window_ms)
	}
}

/// The schedules, oldest first. Each begins where a period of the one before begins, so that
/// indices count on and no moment lies in two periods or in none.
///
/// A period's start and end come from the one schedule that places it. Its gate closure, cut-off
/// and deadline do not come before those of an earlier period: where a new schedule has a longer
/// gate lead or shorter windows, its first periods wait for the last ones of the schedule before.
///
/// Periods before the oldest schedule kept are all final. Their times are forgotten; they are given
/// as if they had had the oldest one's lengths.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Timetable {
	oldest: ScheduleRow,
	later: BoundedVec<ScheduleRow, ConstU32<LATER_SCHEDULES>>,
}

/// A schedule cannot follow: periods of every one of the others are not final, or it would not
/// come last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRoom;

impl Timetable {
	/// One schedule since 1970: period = floor(Unix milliseconds / length).
	pub fn starting(schedule: Schedule) -> Self {
		Self { oldest: schedule.since_1970(), later: BoundedVec::new() }
	}

	/// The rows, oldest first.
	pub fn rows(&self) -> impl Iterator<Item = &ScheduleRow> {
		once(&self.oldest).chain(self.later.iter())
	}

	/// The oldest row.
	pub fn oldest(&self) -> &ScheduleRow {
		&self.oldest
	}

	/// The newest row, whenever it begins.
	pub fn latest(&self) -> &ScheduleRow {
		self.later.last().unwrap_or(&self.oldest)
	}

	/// The row that places `period`.
	pub fn row(&self, period: PeriodIndex) -> &ScheduleRow {
		self.later.iter().rev().find(|row| row.first <= period).unwrap_or(&self.oldest)
	}

	/// The first period after `period` with another schedule, if one is decided.
	pub fn until(&self, period: PeriodIndex) -> Option<PeriodIndex> {
		self.later.iter().map(|row| row.first).find(|first| *first > period)
	}

	/// The period that `at` lies in.
	pub fn period_at(&self, at: UnixMillis) -> PeriodIndex {
		let row = self.later.iter().rev().find(|row| row.starts <= at);
		row.unwrap_or(&self.oldest).period_at(at)
	}

	/// Start of `period`, inclusive.
	pub fn start(&self, period: PeriodIndex) -> UnixMillis {
		self.row(period).start(period)
	}

	/// End of `period`, exclusive.
	pub fn end(&self, period: PeriodIndex) -> UnixMillis {
		self.row(period).end(period)
	}

	/// When trading for `period` closes.
	pub fn gate_closure(&self, period: PeriodIndex) -> UnixMillis {
		self.last_of(period, ScheduleRow::gate_closure)
	}

	/// When commitments for `period` are no longer taken (given enough blocks).
	pub fn cut_off(&self, period: PeriodIndex) -> UnixMillis {
		self.last_of(period, ScheduleRow::cut_off)
	}

	/// When proofs for `period` are no longer taken (given enough blocks).
	pub fn deadline(&self, period: PeriodIndex) -> UnixMillis {
		self.last_of(period, ScheduleRow::deadline)
	}

	/// The first period whose gate has not closed at `at`.
	pub fn first_open(&self, at: UnixMillis) -> PeriodIndex {
		self.first_where(|row| {
			row.period_at(at.saturating_add(row.schedule.gate_lead_ms)).saturating_add(1)
		})
	}

	/// The rows up to that of `period`, each with its last period that is not after `period`. What
	/// `period` waits for is what any of these waits for.
	pub fn up_to(&self, period: PeriodIndex) -> impl Iterator<Item = (&ScheduleRow, PeriodIndex)> {
		let newest = period.max(self.oldest.first);
		self.spans()
			.take_while(move |(row, _)| row.first <= newest)
			.map(move |(row, last)| (row, last.min(period)))
	}

	/// The first period that `search` names, which it does for one row, as if that row had no end.
	/// Where it names one beyond the row's last, the next row is asked.
	pub fn first_where(&self, search: impl Fn(&ScheduleRow) -> PeriodIndex) -> PeriodIndex {
		self.spans()
			.map(|(row, last)| (search(row).max(row.first), last))
			.find(|(found, last)| found <= last)
			.map_or(PeriodIndex::MAX, |(found, _)| found)
	}

	/// How many rows a history of changes can need while `oldest` is the oldest unsettled period, if a
	/// block is made every `block_ms`: one that stands at its beginning, and one for each later
	/// period that a change can have taken effect in. Changes take effect in the first open period,
	/// which is at most a schedule's lead and the windows before it ahead of the oldest unsettled
	/// one. Where schedules follow each other each of them counts, with the longest windows so far.
	///
	/// Where blocks come more slowly than that, or without room, more periods may pass.
	pub fn history_rows(&self, oldest: PeriodIndex, block_ms: u64) -> u64 {
		let mut windows: UnixMillis = 0;
		self.spans()
			.filter(|(_, last)| *last >= oldest)
			.map(|(ScheduleRow { schedule, .. }, _)| {
				windows = windows.max(schedule.windows_ms(block_ms));
				let reach = windows.saturating_add(schedule.gate_lead_ms);
				reach.div_ceil(schedule.length_ms.max(1)).saturating_add(1)
			})
			.fold(1, u64::saturating_add)
	}

	/// Has `schedule` place the periods from `first` on. Where there is no room, the oldest row
	/// goes, if every period before `settled_to` is final and it places no other.
	pub fn push(
		&mut self,
		first: PeriodIndex,
		schedule: Schedule,
		settled_to: PeriodIndex,
	) -> Result<(), NoRoom> {
		if first <= self.latest().first {
			return Err(NoRoom);
		}
		let row = ScheduleRow { first, starts: self.start(first), schedule };
		let forgettable = self.later.first().is_some_and(|next| next.first <= settled_to);
		if self.later.is_full() && forgettable {
			self.oldest = self.later.remove(0);
		}
		self.later.try_push(row).map_err(|_| NoRoom)
	}

	/// Takes back the schedules that begin at `period` or later; the oldest one stays.
	pub fn take_back(&mut self, period: PeriodIndex) {
		self.later.retain(|row| row.first < period);
	}

	/// Each row with its last period.
	fn spans(&self) -> impl Iterator<Item = (&ScheduleRow, PeriodIndex)> {
		let lasts = self.later.iter().map(|next| next.first.saturating_sub(1));
		self.rows().zip(lasts.chain(once(PeriodIndex::MAX)))
	}

	fn last_of(
		&self,
		period: PeriodIndex,
		mark: impl Fn(&ScheduleRow, PeriodIndex) -> UnixMillis,
	) -> UnixMillis {
		self.up_to(period).map(|(row, period)| mark(row, period)).max().unwrap_or(UnixMillis::MAX)
	}
}

#[cfg(test)]
mod tests;
