//! The clock of settlement periods.

use frame::{prelude::*, traits::Time};
use meterproof_primitives::{PeriodClock, PeriodIndex, Phase, Schedule};

use crate::{pallet::*, types::*};

impl<T: Config> PeriodClock for Pallet<T> {
	fn schedule() -> Schedule {
		ScheduleInForce::<T>::get()
	}

	fn phase(period: PeriodIndex) -> Phase {
		let schedule = Self::schedule();
		let now = T::Time::now();
		if now < schedule.gate_closure(period) {
			Phase::Open
		} else if now < schedule.start(period) {
			Phase::Closed
		} else if now < schedule.end(period) {
			Phase::Running
		} else if now < schedule.cut_off(period)
			|| Self::blocks_missing(schedule.min_blocks, period) > 0
		{
			Phase::Committing
		} else if now < schedule.deadline(period)
			|| Self::blocks_missing(schedule.deadline_blocks(), period) > 0
		{
			Phase::Proving
		} else {
			Phase::Final
		}
	}

	fn first_open() -> PeriodIndex {
		Self::schedule().first_open(T::Time::now())
	}

	/// Exact: the first period whose deadline has not passed, by time or by blocks.
	fn oldest_unsettled() -> PeriodIndex {
		let schedule = Self::schedule();
		let now = T::Time::now();
		let windows = schedule.commit_window_ms.saturating_add(schedule.proof_window_ms);
		// `end(p) + windows <= now` holds for the periods below this one.
		let by_time = now.checked_sub(windows).map_or(0, |ended| schedule.period_at(ended));
		let block = frame_system::Pallet::<T>::block_number();
		let needed = schedule.deadline_blocks();
		let by_blocks = if needed == 0 {
			PeriodIndex::MAX
		} else {
			Marks::<T>::get()
				.iter()
				.rev()
				.find(|mark| block.saturating_sub(mark.block) >= needed.into())
				.map_or(0, |mark| mark.period)
		};
		by_time.min(by_blocks)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn go_to(period: PeriodIndex) {
		use crate::BenchmarkHelper;
		T::BenchmarkHelper::set_time(Self::schedule().start(period));
	}
}

impl<T: Config> Pallet<T> {
	/// Notes the first block of a period. At most one mark per block, whatever the clock skips.
	pub(crate) fn mark(block: BlockNumberFor<T>) {
		let period = Self::schedule().period_at(T::Time::now());
		Marks::<T>::mutate(|marks| {
			if marks.last().is_some_and(|mark| mark.period >= period) {
				return;
			}
			if marks.is_full() {
				marks.remove(0);
			}
			// There is room now.
			let _ = marks.try_push(ClockMark { period, block });
		});
	}

	/// How many of `needed` blocks since the end of `period` are still to be made.
	///
	/// The first block after the end of `period` is the first mark of a later period. Where that
	/// mark was evicted, the oldest one left stands in for it: at least `CLOCK_MARKS - 1` blocks
	/// were made since, and what a deadline needs is not above that.
	pub(crate) fn blocks_missing(needed: u32, period: PeriodIndex) -> u32 {
		let block = frame_system::Pallet::<T>::block_number();
		let made: u32 = Marks::<T>::get()
			.iter()
			.find(|mark| mark.period > period)
			.map(|mark| block.saturating_sub(mark.block).saturated_into())
			.unwrap_or(0);
		needed.saturating_sub(made)
	}
}
