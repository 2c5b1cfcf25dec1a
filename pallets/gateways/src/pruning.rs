//! Deletes roots that nobody needs any more: in idle block time, or by anyone's `sweep`.

use alloc::vec::Vec;

use frame::{deps::frame_support::weights::WeightMeter, prelude::*};
use meterproof_primitives::{GatewayId, PeriodClock, PeriodIndex};

use crate::{
	pallet::*,
	registry::{number, ordered},
	types::*,
	WeightInfo,
};

/// Most roots that go in the idle time of one block. The weight left over usually binds sooner: pruning takes
/// this part of it.
pub const MOST_PER_BLOCK: u32 = 512;
const PART: u64 = 8;

impl<T: Config> Pallet<T> {
	/// Prunes the oldest roots, as far as a part of the weight left over goes.
	pub(crate) fn prune_some(remaining: Weight) -> Weight {
		let mut meter = WeightMeter::with_limit(remaining.saturating_div(PART));
		if meter.try_consume(T::WeightInfo::prune_look()).is_err() || T::Clock::is_closed() {
			return meter.consumed();
		}
		let root = T::WeightInfo::prune_root();
		let most = meter.remaining().checked_div_per_component(&root).unwrap_or(0);
		let most = u32::try_from(most).map_or(MOST_PER_BLOCK, |most| most.min(MOST_PER_BLOCK));
		let mut pruned = 0u32;
		for (period, gateway) in Self::due(T::Clock::oldest_unsettled(), most) {
			if meter.try_consume(root).is_err() {
				break;
			}
			Roots::<T>::remove(ordered(period), gateway);
			pruned = pruned.saturating_add(1);
		}
		if pruned > 0 {
			Self::deposit_event(Event::RootsPruned { roots: pruned });
		}
		meter.consumed()
	}

	pub(crate) fn do_sweep(limit: u32) -> Result<u32, DispatchError> {
		let due = Self::due(T::Clock::oldest_unsettled(), limit.min(MOST_SWEPT));
		let roots = due.len() as u32;
		ensure!(roots > 0, Error::<T>::NothingToPrune);
		for (period, gateway) in due {
			Roots::<T>::remove(ordered(period), gateway);
		}
		Self::deposit_event(Event::RootsPruned { roots });
		Ok(roots)
	}

	/// The oldest roots, at most so many, of periods before `oldest`: these are final, and no proof can enter.
	pub(crate) fn due(oldest: PeriodIndex, most: u32) -> Vec<(PeriodIndex, GatewayId)> {
		Roots::<T>::iter_keys()
			.take(most as usize)
			.map(|(key, gateway)| (number(key), gateway))
			.take_while(|(period, _)| *period < oldest)
			.collect()
	}
}
