//! What the metering runtime API answers.

use alloc::vec::Vec;

use frame::{prelude::*, traits::Time};
use meterproof_primitives::{
	api::{CommitmentCheck, PeriodInfo, RegisterStatus},
	CommitmentRefusal, DeviceId, DeviceRegistry, Direction, PeriodClock, PeriodIndex, ScheduleRow,
	SignedCommitment, UnixMillis,
};

use crate::pallet::*;

impl<T: Config> Pallet<T> {
	/// A period; without an index the running one.
	pub fn period_info(period: Option<PeriodIndex>) -> PeriodInfo {
		let period = period.unwrap_or_else(Self::running);
		let timetable = Schedules::<T>::get();
		PeriodInfo {
			period,
			phase: Self::phase(period),
			now_ms: T::Time::now(),
			gate_closure_ms: timetable.gate_closure(period),
			start_ms: timetable.start(period),
			end_ms: timetable.end(period),
			root_cut_off_ms: Self::due(&timetable, period, ScheduleRow::root_cut_off),
			cut_off_ms: Self::due(&timetable, period, ScheduleRow::cut_off),
			deadline_ms: Self::due(&timetable, period, ScheduleRow::deadline),
			first_open: Self::first_open(),
			schedule: timetable.row(period).schedule,
			schedule_until: timetable.until(period),
		}
	}

	/// The period that a time lies in.
	pub fn period_info_at(at: UnixMillis) -> PeriodInfo {
		Self::period_info(Some(Schedules::<T>::get().period_at(at)))
	}

	/// What would become of this commitment.
	pub fn check(item: &SignedCommitment) -> CommitmentCheck {
		let known = Self::slot(item.device, item.period, item.direction)
			.ok()
			.and_then(|slot| Self::recorded(item.device, item.period, &slot.group));
		if known == Some(item.commitment) {
			return CommitmentCheck::Recorded;
		}
		match Self::accept_signed(item) {
			Ok(_) => CommitmentCheck::Acceptable,
			Err(refusal) => CommitmentCheck::Refused(refusal),
		}
	}

	/// A device's registers in a period: those it has, or both where it does not count.
	pub fn status(device: DeviceId, period: PeriodIndex) -> Vec<RegisterStatus<T::AccountId>> {
		let counted = T::Devices::committing(device, period);
		[Direction::Import, Direction::Export]
			.into_iter()
			.filter(|direction| {
				counted.as_ref().map_or(true, |device| device.directions.contains(*direction))
			})
			.map(|direction| Self::register_status(device, period, direction))
			.collect()
	}

	fn register_status(
		device: DeviceId,
		period: PeriodIndex,
		direction: Direction,
	) -> RegisterStatus<T::AccountId> {
		let slot = Self::slot(device, period, direction);
		let group = slot.as_ref().ok().map(|slot| slot.group.clone());
		let seat = slot.as_ref().ok().and_then(|slot| slot.seat);
		let commitment =
			group.as_ref().and_then(|group| Self::recorded(device, period, group)).map(H256);
		let refusal = match (&commitment, slot) {
			(Some(_), _) => None,
			// A device that does not count is the better reason than a window that is shut.
			(None, Err(refusal)) => Some(refusal),
			(None, Ok(_)) => Self::within_window(period).err(),
		};
		let reason = match (&commitment, refusal) {
			(Some(_), _) => None,
			(None, Some(refusal)) => Some(refusal.text()),
			(None, None) => Some("no commitment has arrived; it is still taken"),
		};
		RegisterStatus {
			direction,
			commitment,
			group,
			seat,
			refusal: refusal.map(CommitmentRefusal::name).map(Into::into),
			reason: reason.map(Into::into),
		}
	}
}
