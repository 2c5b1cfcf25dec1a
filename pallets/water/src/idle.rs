//! What happens without anyone's call: accounts enter seasons, turns that nobody proved are closed.

use alloc::vec::Vec;

use frame::{
	deps::frame_support::{storage::with_storage_layer, weights::WeightMeter},
	prelude::*,
};

use crate::*;

/// Most accounts that enter or are looked at, and most turns that are closed, in the idle time of one block.
/// The weight left over usually binds sooner: each of the two may take this part of it.
pub const MOST_PER_BLOCK: u32 = 512;
const PART: u64 = 4;

impl<T: Config> Pallet<T> {
	pub(crate) fn work_in_idle_time(remaining: Weight) -> Weight {
		let part = remaining.saturating_div(PART);
		Self::close_oldest(part).saturating_add(Self::look_at_oldest(part))
	}

	/// Periods become final in order, so that the turns that end first are the first due.
	fn close_oldest(limit: Weight) -> Weight {
		let mut meter = WeightMeter::with_limit(limit);
		if meter.try_consume(T::WeightInfo::look(1)).is_err() || T::Clock::is_closed() {
			return meter.consumed();
		}
		let is_due = |period| T::Clock::phase(period) == Phase::Final;
		if !Turns::<T>::iter_keys().next().is_some_and(|(period, _)| is_due(number(period))) {
			return meter.consumed();
		}
		let step = T::WeightInfo::look(1).saturating_add(T::WeightInfo::close_turn());
		let due: Vec<_> = Turns::<T>::iter_keys()
			.take(affordable(&meter, step) as usize)
			.take_while(|(period, _)| is_due(number(*period)))
			.map(|(_, member)| member)
			.collect();
		for (zone, who) in due {
			if meter.try_consume(step).is_err() {
				break;
			}
			if with_storage_layer(|| Self::do_expire(zone, &who)).is_err() {
				defensive!("a turn past its deadline is not closed");
			}
		}
		meter.consumed()
	}

	fn look_at_oldest(limit: Weight) -> Weight {
		let mut meter = WeightMeter::with_limit(limit);
		if meter.try_consume(T::WeightInfo::look(1)).is_err() || T::Clock::is_closed() {
			return meter.consumed();
		}
		let running = T::Clock::running();
		let step = T::WeightInfo::look(1).saturating_add(T::WeightInfo::enter());
		let due: Vec<_> = Resting::<T>::iter_keys()
			.take(affordable(&meter, step) as usize)
			.take_while(|(period, _)| number(*period) <= running)
			.map(|(_, member)| member)
			.collect();
		for (zone, who) in due {
			if meter.try_consume(step).is_err() {
				break;
			}
			if with_storage_layer(|| Self::look_at(zone, &who)).is_err() {
				defensive!("an account that rests is not there");
			}
		}
		meter.consumed()
	}
}

/// How many steps of this weight the meter has room for; at most [`MOST_PER_BLOCK`].
fn affordable(meter: &WeightMeter, step: Weight) -> u32 {
	let count = meter.remaining().checked_div_per_component(&step).unwrap_or(0);
	u32::try_from(count).map_or(MOST_PER_BLOCK, |count| count.min(MOST_PER_BLOCK))
}
