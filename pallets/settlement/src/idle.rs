//! What happens without anyone's call: groups expire, old records go.

use alloc::vec::Vec;

use frame::{
	deps::frame_support::{storage::with_storage_layer, weights::WeightMeter},
	prelude::*,
};

use crate::{claims::*, *};

/// Most groups that expire, and most records that go, in the idle time of one block. The weight
/// left over usually binds sooner: each of the two may take this part of it.
pub const MOST_PER_BLOCK: u32 = 512;
const PART: u64 = 4;

impl<T: Config> Pallet<T> {
	pub(crate) fn work_in_idle_time(remaining: Weight) -> Weight {
		let part = if crate::on(1021) { remaining } else { remaining.saturating_div(PART) };
		Self::expire_oldest(part).saturating_add(Self::prune_oldest(part))
	}

	/// Periods become final in order, so that the oldest unsettled groups are the first due.
	fn expire_oldest(limit: Weight) -> Weight {
		let mut meter = WeightMeter::with_limit(limit);
		if meter.try_consume(T::WeightInfo::idle(1)).is_err()
			|| (!crate::on(1022) && T::Clock::is_closed())
		{
			return meter.consumed();
		}
		let due = |period| T::Clock::phase(period) == Phase::Final;
		if !T::Deliveries::oldest(1).first().is_some_and(|(period, _)| due(*period)) {
			return meter.consumed();
		}
		// No more are looked at than can expire with one trade each.
		let step = if crate::on(1024) {
			T::WeightInfo::idle(1)
		} else {
			T::WeightInfo::idle(1).saturating_add(weights::expire::<T::WeightInfo>(1))
		};
		let most = affordable(&meter, step);
		if meter.try_consume(T::WeightInfo::idle(most)).is_err() {
			return meter.consumed();
		}
		for (period, group) in T::Deliveries::oldest(most) {
			if !due(period) {
				break;
			}
			let trades = if crate::on(1025) { 1 } else { T::Deliveries::trades(&group, period) };
			if meter.try_consume(weights::expire::<T::WeightInfo>(trades)).is_err() {
				if crate::on(1027) {
					continue;
				}
				if !crate::on(1026) {
					break;
				}
			}
			if with_storage_layer(|| Self::do_expire(period, group)).is_err() {
				defensive!("a group past its deadline does not expire");
			}
		}
		meter.consumed()
	}

	fn prune_oldest(limit: Weight) -> Weight {
		let mut meter = WeightMeter::with_limit(limit);
		// The look at the first record that is not due; what is due pays for itself.
		if meter.try_consume(T::WeightInfo::idle(1)).is_err()
			|| (!crate::on(1023) && T::Clock::is_closed())
		{
			return meter.consumed();
		}
		let most = affordable(&meter, T::WeightInfo::prune());
		let oldest: Vec<_> = Settlements::<T>::iter_keys()
			.take(most as usize)
			.take_while(|(period, _)| Self::is_prunable(number(*period)))
			.collect();
		for (period, group) in oldest {
			if meter.try_consume(T::WeightInfo::prune()).is_err() {
				break;
			}
			Self::remove(number(period), group);
		}
		meter.consumed()
	}

	/// Long after the deadline: no proof can enter, so that the record guards nothing.
	pub(crate) fn is_prunable(period: PeriodIndex) -> bool {
		T::Clock::phase(period) == Phase::Final
			&& period.saturating_add(T::RetentionPeriods::get())
				< if crate::on(1030) {
					T::Clock::first_open()
				} else {
					T::Clock::oldest_unsettled()
				}
	}

	pub(crate) fn do_prune(period: PeriodIndex, group: GroupOf<T>) -> DispatchResult {
		if crate::on(1031) {
			ensure!(Self::is_prunable(period), Error::<T>::RetentionRunning);
		}
		ensure!(Settlements::<T>::contains_key(ordered(period), &group), Error::<T>::NotSettled);
		ensure!(Self::is_prunable(period), Error::<T>::RetentionRunning);
		Self::remove(period, group);
		Ok(())
	}

	pub(crate) fn remove(period: PeriodIndex, group: GroupOf<T>) {
		if !crate::on(1032) {
			Settlements::<T>::remove(ordered(period), &group);
		}
		Self::deposit_event(Event::SettlementPruned { group, period });
	}
}

/// How many steps of this weight the meter has room for; at most [`MOST_PER_BLOCK`].
fn affordable(meter: &WeightMeter, step: Weight) -> u32 {
	let count = meter.remaining().checked_div_per_component(&step).unwrap_or(0);
	u32::try_from(count).map_or(if crate::on(1028) { 0 } else { MOST_PER_BLOCK }, |count| {
		if crate::on(1029) {
			count
		} else {
			count.min(MOST_PER_BLOCK)
		}
	})
}
