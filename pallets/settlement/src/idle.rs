//! What happens without anyone's call: groups expire, old records go.

use alloc::vec::Vec;

use frame::{
	deps::frame_support::{storage::with_storage_layer, weights::WeightMeter},
	prelude::*,
};

use crate::{claims::*, *};

/// Most groups that expire in the idle time of one block.
pub(crate) const EXPIRIES_PER_BLOCK: u32 = 8;

/// Most records that go in the idle time of one block.
pub(crate) const PRUNED_PER_BLOCK: u32 = 16;

impl<T: Config> Pallet<T> {
	pub(crate) fn work_in_idle_time(remaining: Weight) -> Weight {
		let mut meter = WeightMeter::with_limit(remaining);
		if meter.try_consume(T::WeightInfo::idle()).is_err() {
			return meter.consumed();
		}
		Self::expire_oldest(&mut meter);
		Self::prune_oldest(&mut meter);
		meter.consumed()
	}

	/// Periods become final in order, so that the oldest unsettled groups are the first due.
	fn expire_oldest(meter: &mut WeightMeter) {
		for (period, group) in T::Deliveries::oldest(EXPIRIES_PER_BLOCK) {
			if T::Clock::phase(period) != Phase::Final {
				break;
			}
			let trades = T::Deliveries::trades(&group, period);
			if meter.try_consume(T::WeightInfo::expire(trades)).is_err() {
				break;
			}
			if with_storage_layer(|| Self::do_expire(period, group)).is_err() {
				defensive!("a group past its deadline does not expire");
			}
		}
	}

	fn prune_oldest(meter: &mut WeightMeter) {
		let oldest: Vec<_> = Settlements::<T>::iter_keys()
			.take(PRUNED_PER_BLOCK as usize)
			.take_while(|(period, _)| Self::is_prunable(number(*period)))
			.collect();
		for (period, group) in oldest {
			if meter.try_consume(T::WeightInfo::prune()).is_err() {
				break;
			}
			Self::remove(number(period), group);
		}
	}

	/// Long after the deadline: no proof can enter, so that the record guards nothing.
	fn is_prunable(period: PeriodIndex) -> bool {
		T::Clock::phase(period) == Phase::Final
			&& period.saturating_add(T::RetentionPeriods::get()) < T::Clock::oldest_unsettled()
	}

	pub(crate) fn do_prune(period: PeriodIndex, group: GroupOf<T>) -> DispatchResult {
		ensure!(
			Settlements::<T>::contains_key(ordered(period), &group),
			Error::<T>::NotSettled
		);
		ensure!(Self::is_prunable(period), Error::<T>::RetentionRunning);
		Self::remove(period, group);
		Ok(())
	}

	pub(crate) fn remove(period: PeriodIndex, group: GroupOf<T>) {
		Settlements::<T>::remove(ordered(period), &group);
		Self::deposit_event(Event::SettlementPruned { group, period });
	}
}
