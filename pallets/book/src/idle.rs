//! What happens without anyone's call: books are cleared, old records go.

use alloc::vec::Vec;

use frame::{
	deps::frame_support::{storage::with_storage_layer, weights::WeightMeter},
	prelude::*,
};

use crate::{types::*, *};

/// Most books that one block looks at, and most records that it removes. The weight usually binds sooner.
pub const BOOKS_PER_BLOCK: u32 = 256;

/// The part of the weight left over that books take at most.
const PART: u64 = 2;

/// The part of this for looking which books are due.
const LOOKING: u64 = 8;

impl<T: Config> Pallet<T> {
	/// Whether nothing is cleared and nothing removed: a migration runs or has failed, or the exchange is
	/// closed.
	pub(crate) fn is_closed() -> bool {
		T::Clock::is_closed() || T::IsClosed::get()
	}

	/// Clears books whose gates have closed, those of the earliest periods first, as far as half of the
	/// weight left over goes, and no more than [`Config::ClearingWeight`]. A book that does not fit
	/// into what is left waits for the next block, where it is again the first to be looked at, and holds up no
	/// other.
	pub(crate) fn work_in_idle_time(remaining: Weight) -> Weight {
		let limit = remaining.saturating_div(PART).min(T::ClearingWeight::get());
		let mut meter = WeightMeter::with_limit(limit);
		if meter.try_consume(T::WeightInfo::look(1)).is_err() || Self::is_closed() {
			return meter.consumed();
		}
		let first_open = T::Clock::first_open();
		let is_due = |period: &OrderedKey| number(*period) < first_open;
		// Looking takes a little part, and leaves room for the largest book where there is any: what is looked
		// at has to be cleared as well.
		let look = T::WeightInfo::look(1);
		let largest = T::WeightInfo::clear(T::MaxBids::get(), T::MaxOffers::get());
		let spare = meter.remaining().checked_sub(&largest).filter(|spare| look.all_lte(*spare));
		let part = meter.remaining().saturating_div(LOOKING).min(spare.unwrap_or(Weight::MAX));
		let most = affordable(part, look).max(1);
		let due: Vec<(BookId, BookSize)> = Books::<T>::iter()
			.take(most as usize)
			.take_while(|(period, ..)| is_due(period))
			.map(|(period, venue, size)| (BookId { venue, period: number(period) }, size))
			.collect();
		if meter.try_consume(T::WeightInfo::look(due.len() as u32)).is_err() {
			return meter.consumed();
		}
		for (book, size) in due {
			if meter.try_consume(T::WeightInfo::clear(size.bids, size.offers)).is_err() {
				continue;
			}
			if with_storage_layer(|| Self::do_clear(book)).is_err() {
				defensive!("a book past its gate is not cleared");
			}
		}
		Self::prune_oldest(&mut meter);
		meter.consumed()
	}

	fn prune_oldest(meter: &mut WeightMeter) {
		let most = affordable(meter.remaining(), T::WeightInfo::prune());
		let oldest: Vec<_> = Clearings::<T>::iter_keys()
			.take(most as usize)
			.take_while(|(period, _)| Self::is_prunable(number(*period)))
			.collect();
		for (period, venue) in oldest {
			if meter.try_consume(T::WeightInfo::prune()).is_err() {
				break;
			}
			Self::remove_clearing(BookId { venue, period: number(period) });
		}
	}
}

/// How many steps of this weight there is room for; at most [`BOOKS_PER_BLOCK`].
fn affordable(room: Weight, step: Weight) -> u32 {
	let count = room.checked_div_per_component(&step).unwrap_or(0);
	u32::try_from(count).map_or(BOOKS_PER_BLOCK, |count| count.min(BOOKS_PER_BLOCK))
}
