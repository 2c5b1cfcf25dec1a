//! Deletes commitments nobody needs any more: bounded steps in `on_idle`, or anyone's `sweep`.

use frame::prelude::*;
use meterproof_primitives::{GroupId, PeriodClock, PeriodIndex, SettlementState};

use crate::{
	commitments::{page_of, pages_for},
	pallet::*,
	types::*,
	WeightInfo,
};

/// Most steps of one block: pages deleted, or groups looked at and put back.
pub(crate) const STEPS_PER_BLOCK: u32 = 16;

impl<T: Config> Pallet<T> {
	/// Puts a group at the tail of the queue.
	pub(crate) fn enqueue(entry: GroupPeriod<T::AccountId>) -> DispatchResult {
		let mut ends = PruneEnds::<T>::get();
		PruneQueue::<T>::insert(ends.next, entry);
		ends.next = ends.next.checked_add(1).ok_or(Error::<T>::PageInconsistent)?;
		PruneEnds::<T>::put(ends);
		Ok(())
	}

	/// Prunes from the head of the queue while there is weight. A group that is final but not
	/// settled goes to the tail, so that it holds up nobody; the queue is nearly in order of
	/// period, so a head that is not final ends the block's work.
	pub(crate) fn prune_some(remaining: Weight) -> Weight {
		let mut meter = frame::deps::frame_support::weights::WeightMeter::with_limit(remaining);
		for _ in 0..STEPS_PER_BLOCK {
			if meter.try_consume(T::WeightInfo::prune_step()).is_err() || !Self::prune_step() {
				break;
			}
		}
		meter.consumed()
	}

	/// One page or one look; `false` when there is nothing more to do in this block.
	pub(crate) fn prune_step() -> bool {
		let mut ends = PruneEnds::<T>::get();
		if ends.first >= ends.next {
			return false;
		}
		let Some((period, group)) = PruneQueue::<T>::get(ends.first) else {
			// Not reached: every place between the ends is filled.
			ends.first = ends.first.saturating_add(1);
			PruneEnds::<T>::put(ends);
			return true;
		};
		if period >= Self::oldest_unsettled() {
			return false;
		}
		let swept = Counts::<T>::get(period, &group) == 0;
		let settled = swept || T::Settlement::is_settled(&group, period);
		if settled && !swept && Self::prune_page(period, &group) > 0 {
			return true;
		}
		PruneQueue::<T>::remove(ends.first);
		ends.first = ends.first.saturating_add(1);
		PruneEnds::<T>::put(ends);
		settled || Self::enqueue((period, group)).is_ok()
	}

	pub(crate) fn do_sweep(
		period: PeriodIndex,
		group: &GroupId<T::AccountId>,
		pages: u32,
	) -> Result<u32, DispatchError> {
		ensure!(period < Self::oldest_unsettled(), Error::<T>::PeriodNotFinal);
		let count = Counts::<T>::get(period, group);
		let pages = pages_for(count).min(pages);
		ensure!(pages > 0, Error::<T>::NothingToPrune);
		ensure!(T::Settlement::is_settled(group, period), Error::<T>::GroupNotSettled);
		for _ in 0..pages {
			Self::prune_page(period, group);
		}
		Ok(pages)
	}

	/// Deletes the last page of a group's commitments and says how many are left.
	fn prune_page(period: PeriodIndex, group: &GroupId<T::AccountId>) -> u32 {
		let count = Counts::<T>::get(period, group);
		let page = page_of(count.saturating_sub(1));
		for (device, _) in Pages::<T>::take((period, group, page)) {
			Positions::<T>::remove((period, device, group.direction));
		}
		let left = page.saturating_mul(PAGE_SLOTS);
		if left == 0 {
			Counts::<T>::remove(period, group);
		} else {
			Counts::<T>::insert(period, group, left);
		}
		Self::deposit_event(Event::CommitmentsPruned { period, group: group.clone(), left });
		left
	}
}
