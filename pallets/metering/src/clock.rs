//! The clock of settlement periods.

use frame::{prelude::*, traits::Time};
use meterproof_primitives::{
	GateClock, PeriodClock, PeriodIndex, Phase, Quantity, Schedule, ScheduleRow, Timetable,
	UnixMillis,
};

use crate::{pallet::*, types::*};

impl<T: Config> PeriodClock for Pallet<T> {
	fn phase(period: PeriodIndex) -> Phase {
		let timetable = Schedules::<T>::get();
		let now = T::Time::now();
		if period < timetable.oldest().first {
			// Only then is a schedule forgotten.
			Phase::Final
		} else if now < timetable.gate_closure(period) {
			Phase::Open
		} else if now < timetable.start(period) {
			Phase::Closed
		} else if now < timetable.end(period) {
			Phase::Running
		} else if now < timetable.cut_off(period)
			|| now < Self::due(&timetable, period, ScheduleRow::cut_off)
			|| Self::blocks_missing(&timetable, period, Schedule::cut_off_blocks) > 0
		{
			Phase::Committing
		} else if now < timetable.deadline(period)
			|| now < Self::due(&timetable, period, ScheduleRow::deadline)
			|| Self::blocks_missing(&timetable, period, Schedule::deadline_blocks) > 0
		{
			Phase::Proving
		} else {
			Phase::Final
		}
	}

	fn is_closed() -> bool {
		// As it was when the block began: a migration that ends within it has shut everybody out.
		Marks::<T>::get().closures.is_closed()
	}

	fn running() -> PeriodIndex {
		// The pallet's own function of this name.
		Self::running()
	}

	fn first_open() -> PeriodIndex {
		Schedules::<T>::get().first_open(T::Time::now())
	}

	/// Exact: the first period whose deadline has not passed, by time or by blocks.
	fn oldest_unsettled() -> PeriodIndex {
		let now = T::Time::now();
		let made = OpenBlocks::<T>::get();
		let ClockMarks { starts, closures } = Marks::<T>::get();
		Schedules::<T>::get().first_where(|row| {
			let Schedule { commit_window_ms, proof_window_ms, .. } = row.schedule;
			let windows = commit_window_ms.saturating_add(proof_window_ms);
			// The periods below this one ended so much open time ago.
			let ended = closures.before(now, windows);
			let by_time = ended.map_or(0, |ended| row.period_at(ended));
			let needed = row.schedule.deadline_blocks();
			let by_blocks = if needed == 0 {
				PeriodIndex::MAX
			} else {
				starts
					.iter()
					.rev()
					.find(|mark| made.saturating_sub(mark.open_blocks) >= needed.into())
					.map_or(0, |mark| mark.period)
			};
			by_time.min(by_blocks)
		})
	}

	fn scaled(nameplates: Quantity, period: PeriodIndex) -> (Quantity, PeriodIndex) {
		let timetable = Schedules::<T>::get();
		let until = timetable.until(period).map_or(PeriodIndex::MAX, |next| next.saturating_sub(1));
		let length = timetable.row(period).schedule.length_ms;
		let first = timetable.oldest().schedule.length_ms;
		// Only a change of lengths leaves a second row, and the oldest row is the first one until it
		// had to go.
		let first = if timetable.rows().nth(1).is_some() {
			FirstLength::<T>::get().unwrap_or(first)
		} else {
			first
		};
		if length == first {
			return (nameplates, until);
		}
		// Two factors below 2^64 stay below 2^128.
		let product = u128::from(nameplates).saturating_mul(length.into());
		let scaled = product.checked_div(first.into()).unwrap_or(0);
		(u64::try_from(scaled).unwrap_or(u64::MAX), until)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn go_to(period: PeriodIndex) {
		use crate::BenchmarkHelper;
		T::BenchmarkHelper::set_time(Schedules::<T>::get().start(period));
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn lead_far() {
		use meterproof_primitives::GROUP_ROWS;
		// Three rows of a history are what stands, the first open period and one that is kept.
		const LEADS: u64 = GROUP_ROWS as u64 - 3;
		let length_ms = Schedules::<T>::get().latest().schedule.length_ms;
		Schedules::<T>::put(Timetable::starting(Schedule {
			length_ms,
			gate_lead_ms: length_ms.saturating_mul(LEADS),
			commit_window_ms: 0,
			proof_window_ms: 0,
			min_blocks: 0,
		}));
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn finish(period: PeriodIndex) {
		use crate::BenchmarkHelper;
		T::BenchmarkHelper::set_time(Schedules::<T>::get().deadline(period.saturating_sub(1)));
		let mark = ClockMark { period, open_blocks: Zero::zero() };
		Marks::<T>::put(ClockMarks {
			starts: BoundedVec::truncate_from(alloc::vec![mark]),
			closures: Closures::default(),
		});
		OpenBlocks::<T>::put(BlockNumberFor::<T>::from(CLOCK_MARKS));
	}
}

impl<T: Config> GateClock for Pallet<T> {
	fn now() -> UnixMillis {
		T::Time::now()
	}

	fn gate_closure(period: PeriodIndex) -> UnixMillis {
		Schedules::<T>::get().gate_closure(period)
	}

	fn length(period: PeriodIndex) -> UnixMillis {
		Schedules::<T>::get().row(period).schedule.length_ms
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_now(now: UnixMillis) {
		use crate::BenchmarkHelper;
		T::BenchmarkHelper::set_time(now);
	}
}

impl<T: Config> Pallet<T> {
	/// The period that the block's time lies in.
	pub fn running() -> PeriodIndex {
		Schedules::<T>::get().period_at(T::Time::now())
	}

	/// When a mark of `period` on the clock has passed: as much later than the timetable says as the
	/// chain was closed since the end of the period that is waited for. More time may still be added
	/// until then.
	pub(crate) fn due(
		timetable: &Timetable,
		period: PeriodIndex,
		mark: impl Fn(&ScheduleRow, PeriodIndex) -> UnixMillis,
	) -> UnixMillis {
		let now = T::Time::now();
		let closures = Marks::<T>::get().closures;
		timetable
			.up_to(period)
			.map(|(row, period)| {
				let closed = closures.closed_between(row.end(period), now);
				mark(row, period).saturating_add(closed)
			})
			.max()
			.unwrap_or(UnixMillis::MAX)
	}

	/// Notes that meters and provers are shut out of the block that begins.
	pub(crate) fn begin_closed_block() {
		// The block's own time is not set yet.
		let parent = T::Time::now();
		Marks::<T>::mutate(|marks| marks.closures.begin_block(parent));
	}

	/// Counts the block that ends, if it was open and had room, and notes it if it is the first of its
	/// period. At most one mark per block, whatever the clock skips.
	pub(crate) fn count_block() {
		let now = T::Time::now();
		Marks::<T>::mutate(|ClockMarks { starts, closures }| {
			if closures.end_block(now) || !T::HasRoom::get() {
				return;
			}
			let before = OpenBlocks::<T>::get();
			OpenBlocks::<T>::put(before.saturating_add(One::one()));
			let period = Self::running();
			if starts.last().is_some_and(|mark| mark.period >= period) {
				return;
			}
			if starts.is_full() {
				starts.remove(0);
			}
			// There is room now.
			let _ = starts.try_push(ClockMark { period, open_blocks: before });
		});
	}

	/// How many open blocks are still to be made before those that `period`, and every period before
	/// it, `needed` since its end.
	///
	/// The first open block after the end of a period is the first mark of a later period. Where
	/// that mark was evicted, the oldest one left stands in for it: at least `CLOCK_MARKS - 1` open
	/// blocks were made since, one for each mark, and what a deadline needs is not above that.
	pub(crate) fn blocks_missing(
		timetable: &Timetable,
		period: PeriodIndex,
		needed: impl Fn(&Schedule) -> u32,
	) -> u32 {
		let all = OpenBlocks::<T>::get();
		let starts = Marks::<T>::get().starts;
		timetable
			.up_to(period)
			.map(|(row, period)| {
				let made: u32 = starts
					.iter()
					.find(|mark| mark.period > period)
					.map(|mark| all.saturating_sub(mark.open_blocks).saturated_into())
					.unwrap_or(0);
				needed(&row.schedule).saturating_sub(made)
			})
			.max()
			.unwrap_or(0)
	}
}
