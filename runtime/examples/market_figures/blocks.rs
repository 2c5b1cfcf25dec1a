//! What blocks have room for. Books are cleared by the runtime's own hook, so that what it looks at, and what
//! it leaves for the next block, counts as on a chain.

use frame_support::{dispatch::DispatchClass, traits::Hooks, weights::Weight};
use meterproof_primitives::{PeriodClock, Resource};
use meterproof_runtime::{configs::RuntimeBlockWeights, Book, Metering, Runtime, System};
use pallet_book::{BookSize, Books, Venue};
use sp_io::TestExternalities;

/// Picoseconds in a millisecond.
const PS_PER_MS: f64 = 1e9;

const QUARTER_OF_AN_HOUR_MS: u64 = 15 * 60 * 1_000;

/// Of a weight.
pub fn milliseconds(weight: Weight) -> f64 {
	weight.ref_time() as f64 / PS_PER_MS
}

/// All that a block has.
pub fn whole() -> Weight {
	RuntimeBlockWeights::get().max_block
}

/// What hooks for idle time find in a block without a call.
pub fn left_of_an_empty_block() -> Weight {
	whole().saturating_sub(RuntimeBlockWeights::get().base_block)
}

/// What they find where paid calls take all that they may and nobody else anything.
pub fn left_beside_paid_calls() -> Weight {
	let paid = RuntimeBlockWeights::get().get(DispatchClass::Normal).max_total;
	left_of_an_empty_block().saturating_sub(paid.unwrap_or_default())
}

/// What was cleared.
pub struct Run {
	/// Of the books, within the time.
	pub cleared: u32,
	/// How many blocks that took.
	pub blocks: u32,
	/// Most books of one block.
	pub most_in_a_block: u32,
}

/// Has the hook clear so many books of one size whose gates close at the same time, in blocks that leave it
/// so much, for a quarter of an hour at most. The books name how many orders they have, which is what the
/// hook charges for, and have none.
pub fn clear(books: u32, size: BookSize, remaining: Weight) -> Run {
	TestExternalities::default().execute_with(|| {
		let period = 1_000_000;
		let start = Metering::period_info(Some(period)).start_ms;
		pallet_timestamp::Now::<Runtime>::put(start);
		assert!(Metering::first_open() > period, "the gate has closed");
		for zone in 0..books {
			let venue = Venue { zone, resource: Resource::Electricity };
			Books::<Runtime>::insert(u64::to_be_bytes(period), venue, size);
		}
		let left = || Books::<Runtime>::iter_keys().count() as u32;
		let mut run = Run { cleared: 0, blocks: 0, most_in_a_block: 0 };
		let blocks = QUARTER_OF_AN_HOUR_MS / meterproof_runtime::MILLISECS_PER_BLOCK;
		while run.cleared < books && u64::from(run.blocks) < blocks {
			run.blocks += 1;
			System::set_block_number(run.blocks);
			Book::on_idle(run.blocks, remaining);
			let cleared = books - left();
			run.most_in_a_block = run.most_in_a_block.max(cleared - run.cleared);
			run.cleared = cleared;
			System::reset_events();
		}
		run
	})
}
