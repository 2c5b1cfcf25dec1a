//! New lengths of periods: what they must satisfy, and from which period they may apply.

use frame::{prelude::*, traits::Time};
use meterproof_primitives::{
	PeriodClock, PeriodIndex, Schedule, Timetable, UnixMillis, GROUP_ROWS,
};

use crate::{pallet::*, types::*};

/// Longest of a schedule's lengths: a year. Times of periods stay far from the ends of the number
/// range.
pub const MAX_LENGTH_MS: UnixMillis = 366 * 24 * 60 * 60 * 1_000;

/// How many periods after the earliest possible one a new schedule may begin.
pub const MAX_NOTICE: PeriodIndex = 1 << 20;

impl<T: Config> Pallet<T> {
	/// What is wrong with a schedule, as an error and as genesis says it.
	pub(crate) fn fault(schedule: &Schedule) -> Option<(Error<T>, &'static str)> {
		let Schedule { length_ms, gate_lead_ms, commit_window_ms, proof_window_ms, .. } = *schedule;
		if length_ms == 0 {
			Some((Error::LengthZero, "a period must have a length"))
		} else if [length_ms, gate_lead_ms, commit_window_ms, proof_window_ms]
			.iter()
			.any(|length| *length > MAX_LENGTH_MS)
		{
			Some((Error::LengthTooLong, "no length or window may be longer than a year"))
		} else if schedule.deadline_blocks() >= CLOCK_MARKS {
			Some((
				Error::TooManyMinBlocks,
				"twice min_blocks must be below the number of marks the clock keeps",
			))
		} else if Timetable::starting(*schedule).history_rows(0, T::ExpectedBlockTime::get())
			>= GROUP_ROWS.into()
		{
			Some((
				Error::TooManyUnsettledPeriods,
				"windows and gate lead span more periods than histories of changes hold",
			))
		} else {
			None
		}
	}

	/// The first period that nothing can have been agreed for, now or earlier: the gates of later
	/// ones close later, and nobody trades farther ahead than the horizon.
	pub fn first_changeable() -> PeriodIndex {
		Self::first_open().saturating_add(T::Horizon::get()).saturating_add(1)
	}

	/// Has `schedule` place the periods from `from` on.
	pub(crate) fn do_set_schedule(from: PeriodIndex, schedule: Schedule) -> DispatchResult {
		if let Some((error, _)) = Self::fault(&schedule) {
			return Err(error.into());
		}
		let earliest = Self::first_changeable();
		let notice = from.checked_sub(earliest).ok_or(Error::<T>::PeriodTradable)?;
		ensure!(notice <= MAX_NOTICE, Error::<T>::TooFarAhead);
		let mut timetable = Schedules::<T>::get();
		// A change that nobody can have relied on yet gives way to this one.
		timetable.take_back(earliest);
		ensure!(timetable.latest().starts <= T::Time::now(), Error::<T>::ScheduleChangePending);
		let oldest = Self::oldest_unsettled();
		// Nameplates go by it for ever, and its row may be forgotten.
		if !FirstLength::<T>::exists() {
			FirstLength::<T>::put(timetable.oldest().schedule.length_ms);
		}
		timetable.push(from, schedule, oldest).map_err(|_| Error::<T>::TooManySchedules)?;
		// Short periods that wait for the deadlines of long ones add up. One row is kept for whoever
		// changes something against an operator.
		ensure!(
			timetable.history_rows(oldest, T::ExpectedBlockTime::get()) < GROUP_ROWS.into(),
			Error::<T>::TooManyUnsettledPeriods
		);
		Schedules::<T>::put(timetable);
		Self::deposit_event(Event::ScheduleChanged { from, schedule });
		Ok(())
	}
}
