//! Deletes commitments nobody needs any more: in idle block time, or by anyone's `sweep`.

use frame::{deps::frame_support::weights::WeightMeter, prelude::*};
use meterproof_primitives::{GroupId, PeriodClock, PeriodIndex, SettlementState};

use crate::{
	commitments::{page_of, pages_for},
	pallet::*,
	types::*,
	WeightInfo,
};

/// The part of a block's left-over weight that pruning may take: a quarter.
const PART: u64 = 4;

/// What a look at the head of the queue found.
pub(crate) enum Head<AccountId> {
	/// A group whose commitments can go, a page at a time.
	Prunable(PeriodIndex, GroupId<AccountId>),
	/// A group that was swept or waits for its settlement: it is out of the way.
	Passed,
	/// No group can go before another period is final.
	Waiting,
}

impl<T: Config> Pallet<T> {
	/// Puts a group at the tail of the queue.
	pub(crate) fn enqueue(entry: GroupPeriod<T::AccountId>) -> DispatchResult {
		let mut ends = PruneEnds::<T>::get();
		PruneQueue::<T>::insert(ends.next, entry);
		ends.next = ends.next.checked_add(1).ok_or(Error::<T>::PageInconsistent)?;
		PruneEnds::<T>::put(ends);
		Ok(())
	}

	/// Prunes from the head of the queue, as far as a part of the weight left over goes.
	pub(crate) fn prune_some(remaining: Weight) -> Weight {
		let mut meter = WeightMeter::with_limit(remaining.saturating_div(PART));
		if !meter.can_consume(T::WeightInfo::prune_look()) || Self::is_closed() {
			return meter.consumed();
		}
		let oldest = Self::oldest_unsettled();
		while meter.try_consume(T::WeightInfo::prune_look()).is_ok() {
			match Self::look(oldest) {
				Head::Waiting => break,
				Head::Passed => (),
				Head::Prunable(period, group) => {
					if meter.try_consume(T::WeightInfo::prune_page()).is_err() {
						break;
					}
					Self::prune_head(period, &group);
				},
			}
		}
		meter.consumed()
	}

	/// Looks at the head of the queue. A group that is final but not settled goes to the tail, so
	/// that it holds up nobody; the queue is nearly in order of period, so a head that is not
	/// final ends the work.
	///
	/// Periods before `oldest` are final. As long as no other is, each group is looked at once:
	/// those not settled wait for the next period, or for a `sweep`, and cost no block any weight.
	pub(crate) fn look(oldest: PeriodIndex) -> Head<T::AccountId> {
		let mut ends = PruneEnds::<T>::get();
		if ends.oldest != oldest {
			ends = PruneCursor { oldest, stop: ends.next, ..ends };
			PruneEnds::<T>::put(ends);
		}
		if ends.first >= ends.stop {
			return Head::Waiting;
		}
		let Some((period, group)) = PruneQueue::<T>::get(ends.first) else {
			// Not reached: every place between the ends is filled.
			Self::drop_head();
			return Head::Passed;
		};
		if period >= oldest {
			return Head::Waiting;
		}
		if Counts::<T>::get(period, &group) == 0 {
			Self::drop_head();
			return Head::Passed;
		}
		if T::Settlement::is_settled(&group, period) {
			return Head::Prunable(period, group);
		}
		if Self::enqueue((period, group)).is_err() {
			return Head::Waiting;
		}
		Self::drop_head();
		Head::Passed
	}

	/// Deletes a page of the group at the head of the queue, and the entry with the last one.
	pub(crate) fn prune_head(period: PeriodIndex, group: &GroupId<T::AccountId>) {
		if Self::prune_page(period, group) == 0 {
			Self::drop_head();
		}
	}

	fn drop_head() {
		PruneEnds::<T>::mutate(|ends| {
			PruneQueue::<T>::remove(ends.first);
			ends.first = ends.first.saturating_add(1);
		});
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
