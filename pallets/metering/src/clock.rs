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
		} else if now < schedule.cut_off(period) || Self::blocks_missing(&schedule, period) > 0 {
			Phase::Committing
		} else if now < schedule.deadline(period) {
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
		let by_blocks = if schedule.min_blocks == 0 {
			PeriodIndex::MAX
		} else {
			Marks::<T>::get()
				.iter()
				.rev()
				.find(|mark| block.saturating_sub(mark.block) >= schedule.min_blocks.into())
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

	/// How many more blocks must be made before a cut-off or deadline of `period` can pass.
	///
	/// The first block after the end of `period` is the first mark of a later period. Where that
	/// mark was evicted, the oldest one left stands in for it: at least `CLOCK_MARKS - 1` blocks
	/// were made since, and `min_blocks` is not above that.
	pub(crate) fn blocks_missing(schedule: &Schedule, period: PeriodIndex) -> u32 {
		let block = frame_system::Pallet::<T>::block_number();
		let made: u32 = Marks::<T>::get()
			.iter()
			.find(|mark| mark.period > period)
			.map(|mark| block.saturating_sub(mark.block).saturated_into())
			.unwrap_or(0);
		schedule.min_blocks.saturating_sub(made)
	}
}
