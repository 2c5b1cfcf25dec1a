//! Weights of this pallet's calls: what the benchmarks measure (`benchmarking.rs`). The runtime
//! holds the figures of the last run.

#![allow(clippy::unnecessary_cast)]

use frame::{deps::frame_support::weights::RuntimeDbWeight, weights_prelude::*};

/// Weights of the market's calls; `p` is a number of periods.
pub trait WeightInfo {
	/// An offer over `p` periods.
	fn offer(p: u32) -> Weight;
	/// An acceptance over `p` periods.
	fn accept(p: u32) -> Weight;
	/// A cancelled offer.
	fn cancel() -> Weight;
	/// A declined offer.
	fn decline() -> Weight;
	/// An expired offer.
	fn expire() -> Weight;
	/// A claimed payout, both sides.
	fn claim() -> Weight;
	/// A pruned trade over `p` periods.
	fn prune(p: u32) -> Weight;
	/// A changed imbalance price.
	fn set_imbalance_price() -> Weight;
	/// A look at `n` items of the agenda.
	fn agenda(n: u32) -> Weight;
	/// A sealed offer over `p` periods.
	fn offer_sealed(p: u32) -> Weight;
	/// A sealed offer's acceptance over `p` periods.
	fn accept_sealed(p: u32) -> Weight;
}

/// Proof bytes of one item that is read.
const ITEM: u64 = 4_096;

fn estimate(db: RuntimeDbWeight, picoseconds: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(picoseconds, reads.saturating_mul(ITEM))
		.saturating_add(db.reads_writes(reads, writes))
}

fn offer(db: RuntimeDbWeight, p: u32) -> Weight {
	// The capacity, which may read the group's devices, and a contract of each period.
	estimate(db, 160_000_000, 10, 11)
		.saturating_add(estimate(db, 15_000_000, 1, 0).saturating_mul(p.into()))
}

fn accept(db: RuntimeDbWeight, p: u32) -> Weight {
	estimate(db, 180_000_000, 14, 11)
		.saturating_add(estimate(db, 25_000_000, 1, 1).saturating_mul(p.into()))
}

fn withdraw(db: RuntimeDbWeight) -> Weight {
	estimate(db, 130_000_000, 9, 10)
}

fn claim(db: RuntimeDbWeight) -> Weight {
	// With two notes: of each two permutations for its leaf, one for the tree.
	estimate(db, 560_000_000, 12, 12)
}

fn prune(db: RuntimeDbWeight, p: u32) -> Weight {
	estimate(db, 90_000_000, 5, 6)
		.saturating_add(estimate(db, 4_000_000, 1, 1).saturating_mul(p.into()))
}

fn set_imbalance_price(db: RuntimeDbWeight) -> Weight {
	estimate(db, 15_000_000, 0, 1)
}

fn agenda(db: RuntimeDbWeight, n: u32) -> Weight {
	// The clock; a key and its trade.
	estimate(db, 12_000_000, 2, 0)
		.saturating_add(estimate(db, 3_000_000, 2, 0).saturating_mul(n.into()))
}

/// Round figures, for tests.
impl WeightInfo for () {
	fn offer(p: u32) -> Weight {
		offer(ParityDbWeight::get(), p)
	}
	fn accept(p: u32) -> Weight {
		accept(ParityDbWeight::get(), p)
	}
	fn cancel() -> Weight {
		withdraw(ParityDbWeight::get())
	}
	fn decline() -> Weight {
		withdraw(ParityDbWeight::get())
	}
	fn expire() -> Weight {
		withdraw(ParityDbWeight::get())
	}
	fn claim() -> Weight {
		claim(ParityDbWeight::get())
	}
	fn prune(p: u32) -> Weight {
		prune(ParityDbWeight::get(), p)
	}
	fn set_imbalance_price() -> Weight {
		set_imbalance_price(ParityDbWeight::get())
	}
	fn agenda(n: u32) -> Weight {
		agenda(ParityDbWeight::get(), n)
	}
	fn offer_sealed(p: u32) -> Weight {
		offer(ParityDbWeight::get(), p)
	}
	fn accept_sealed(p: u32) -> Weight {
		accept(ParityDbWeight::get(), p)
	}
}
