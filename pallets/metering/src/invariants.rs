//! What always holds.

use alloc::collections::BTreeSet;

use frame::{prelude::*, traits::Time};
use meterproof_primitives::{EnsureInvariants, PeriodClock, GROUP_ROWS};

use crate::{
	commitments::{page_of, pages_for},
	pallet::*,
	types::*,
};

impl<T: Config> EnsureInvariants for Pallet<T> {
	fn ensure_invariants() -> DispatchResult {
		ensure!(Self::genesis().is_some(), "metering: the hash of block 0 is not known");
		Self::schedules_join()?;
		Self::marks_rise()?;
		Self::pages_match_counts_and_positions()?;
		Self::every_group_will_be_pruned()
	}
}

impl<T: Config> Pallet<T> {
	/// Each schedule is sound and begins where a period of the one before does; one at most is to
	/// come.
	fn schedules_join() -> DispatchResult {
		let timetable = Schedules::<T>::get();
		for row in timetable.rows() {
			ensure!(Self::fault(&row.schedule).is_none(), "metering: a schedule is not sound");
		}
		ensure!(
			timetable.history_rows(Self::oldest_unsettled(), T::ExpectedBlockTime::get())
				< GROUP_ROWS.into(),
			"metering: more periods can be unsettled than histories hold"
		);
		let mut pairs = timetable.rows().zip(timetable.rows().skip(1));
		ensure!(
			pairs.all(|(a, b)| a.first < b.first && a.start(b.first) == b.starts),
			"metering: the schedules do not join"
		);
		ensure!(
			FirstLength::<T>::get().is_none_or(|length| length > 0),
			"metering: nameplates go by no length"
		);
		let now = T::Time::now();
		ensure!(
			timetable.rows().skip(1).filter(|row| row.starts > now).count() <= 1,
			"metering: more than one change of schedule is to come"
		);
		Ok(())
	}

	fn marks_rise() -> DispatchResult {
		let ClockMarks { starts, closures } = Marks::<T>::get();
		let mut pairs = starts.iter().zip(starts.iter().skip(1));
		ensure!(
			pairs.all(|(a, b)| a.period < b.period && a.open_blocks < b.open_blocks),
			"metering: the clock's marks are not in order"
		);
		ensure!(
			starts.last().is_none_or(|mark| mark.open_blocks < OpenBlocks::<T>::get()),
			"metering: a mark of a block that was not made"
		);
		let over = closures.over();
		ensure!(
			over.iter().zip(over.iter().skip(1)).all(|(a, b)| a.to < b.from),
			"metering: closures meet or overlap"
		);
		ensure!(
			over.iter().all(|closure| closure.from <= closure.to && closure.to <= T::Time::now()),
			"metering: a closure is not over"
		);
		Ok(())
	}

	fn pages_match_counts_and_positions() -> DispatchResult {
		let mut committed = 0usize;
		let mut pages = 0u32;
		for (period, group, count) in Counts::<T>::iter() {
			ensure!(count > 0, "metering: an empty group is counted");
			ensure!(count <= T::MaxGroupSize::get(), "metering: a group is too large");
			let mut position = 0u32;
			for page in 0..pages_for(count) {
				pages = pages.saturating_add(1);
				for (device, _) in Pages::<T>::get((period, &group, page)) {
					ensure!(
						page_of(position) == page
							&& Positions::<T>::get((period, device, group.direction))
								== Some(position),
						"metering: a commitment is not at its position"
					);
					position = position.saturating_add(1);
				}
			}
			ensure!(position == count, "metering: a group's count is off");
			committed = committed.saturating_add(count as usize);
		}
		ensure!(
			Pages::<T>::iter_keys().count() == pages as usize,
			"metering: a page belongs to no group"
		);
		ensure!(
			Positions::<T>::iter_keys().count() == committed,
			"metering: a position belongs to no commitment"
		);
		Ok(())
	}

	fn every_group_will_be_pruned() -> DispatchResult {
		let PruneCursor { first, next, stop, .. } = PruneEnds::<T>::get();
		ensure!(
			(first..=next).contains(&stop),
			"metering: a pass of pruning ends outside the queue"
		);
		let mut queued = BTreeSet::new();
		for (place, entry) in PruneQueue::<T>::iter() {
			ensure!(
				(first..next).contains(&place),
				"metering: an entry lies outside the ends of the prune queue"
			);
			ensure!(queued.insert(entry), "metering: a group is queued twice");
		}
		ensure!(
			u64::try_from(queued.len()).ok() == next.checked_sub(first),
			"metering: the prune queue has a hole"
		);
		ensure!(
			Counts::<T>::iter_keys().all(|entry| queued.contains(&entry)),
			"metering: a group is not queued for pruning"
		);
		Ok(())
	}
}
