//! Weights of this pallet's calls: what the benchmarks measure (`benchmarking.rs`). The runtime
//! holds the figures of the last run.

use frame::{deps::frame_support::weights::RuntimeDbWeight, weights_prelude::*};

/// Weights of the books' calls; `p` is a number of periods, `b` of bids, `o` of offers.
pub trait WeightInfo {
	/// A bid in the books of `p` periods, all full.
	fn bid(p: u32) -> Weight;
	/// An offer in the books of `p` periods, all full.
	fn offer(p: u32) -> Weight;
	/// A better limit in `p` periods.
	fn improve(p: u32) -> Weight;
	/// An order taken out of `p` books.
	fn cancel(p: u32) -> Weight;
	/// A book of so many orders cleared.
	fn clear(b: u32, o: u32) -> Weight;
	/// A record removed.
	fn prune() -> Weight;
	/// Pays what is owed to an account.
	fn claim() -> Weight;
	/// Sets another demand of evidence.
	fn set_least_evidence() -> Weight;
	/// Appoints a backstop in the place of another one, which is given its fund back.
	fn set_backstop() -> Weight;
	/// Puts more money in a backstop's fund.
	fn fund_backstop() -> Weight;
	/// Takes money out of a backstop's fund.
	fn withdraw_fund() -> Weight;
	/// Posts prices.
	fn post_prices() -> Weight;
	/// Looks at `n` books, and at the one that ends the walk.
	fn look(n: u32) -> Weight;
}

/// Proof bytes of one item that is read.
const ITEM: u64 = 4_096;

fn estimate(db: RuntimeDbWeight, picoseconds: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(picoseconds, reads.saturating_mul(ITEM))
		.saturating_add(db.reads_writes(reads, writes))
}

fn times(weight: Weight, count: u32) -> Weight {
	weight.saturating_mul(count.into())
}

/// Round figures, for tests.
impl WeightInfo for () {
	fn bid(p: u32) -> Weight {
		let db = ParityDbWeight::get();
		estimate(db, 200_000_000, 10, 6).saturating_add(times(estimate(db, 100_000_000, 9, 9), p))
	}
	fn offer(p: u32) -> Weight {
		let db = ParityDbWeight::get();
		estimate(db, 250_000_000, 13, 6).saturating_add(times(estimate(db, 135_000_000, 12, 11), p))
	}
	fn improve(p: u32) -> Weight {
		let db = ParityDbWeight::get();
		estimate(db, 100_000_000, 6, 2).saturating_add(times(estimate(db, 20_000_000, 1, 1), p))
	}
	fn cancel(p: u32) -> Weight {
		let db = ParityDbWeight::get();
		estimate(db, 100_000_000, 8, 6).saturating_add(times(estimate(db, 60_000_000, 3, 3), p))
	}
	fn clear(b: u32, o: u32) -> Weight {
		let db = ParityDbWeight::get();
		// A trade for each order; the backstop's is one more.
		let order = estimate(db, 200_000_000, 9, 12);
		estimate(db, 350_000_000, 22, 16).saturating_add(times(order, b.saturating_add(o)))
	}
	fn prune() -> Weight {
		estimate(ParityDbWeight::get(), 40_000_000, 5, 1)
	}
	fn claim() -> Weight {
		estimate(ParityDbWeight::get(), 150_000_000, 3, 3)
	}
	fn set_least_evidence() -> Weight {
		estimate(ParityDbWeight::get(), 30_000_000, 5, 1)
	}
	fn set_backstop() -> Weight {
		estimate(ParityDbWeight::get(), 150_000_000, 11, 4)
	}
	fn fund_backstop() -> Weight {
		// Of the reads 32 are for books that wait.
		estimate(ParityDbWeight::get(), 200_000_000, 39, 3)
	}
	fn withdraw_fund() -> Weight {
		estimate(ParityDbWeight::get(), 120_000_000, 8, 3)
	}
	fn post_prices() -> Weight {
		estimate(ParityDbWeight::get(), 150_000_000, 11, 1)
	}
	fn look(n: u32) -> Weight {
		let db = ParityDbWeight::get();
		estimate(db, 20_000_000, 5, 0).saturating_add(times(estimate(db, 4_000_000, 1, 0), n))
	}
}
