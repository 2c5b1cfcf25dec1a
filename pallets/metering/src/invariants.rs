//! What always holds.

use alloc::collections::BTreeSet;

use frame::prelude::*;
use meterproof_primitives::EnsureInvariants;

use crate::{
	commitments::{page_of, pages_for},
	pallet::*,
	types::*,
};

impl<T: Config> EnsureInvariants for Pallet<T> {
	fn ensure_invariants() -> DispatchResult {
		Self::marks_rise()?;
		Self::pages_match_counts_and_positions()?;
		Self::every_group_will_be_pruned()
	}
}

impl<T: Config> Pallet<T> {
	fn marks_rise() -> DispatchResult {
		let marks = Marks::<T>::get();
		let mut pairs = marks.iter().zip(marks.iter().skip(1));
		ensure!(
			pairs.all(|(a, b)| a.period < b.period && a.block < b.block),
			"metering: the clock's marks are not in order"
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
		let PruneCursor { first, next } = PruneEnds::<T>::get();
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
