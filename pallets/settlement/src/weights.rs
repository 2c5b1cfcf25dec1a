//! Weights of settlement's calls: **estimates until the benchmark run** (`benchmarking.rs`).
//!
//! Time is set by hand. Verifying a usage proof in the Wasm runtime was measured on two cores
//! (`cargo xtask bench usage`) at 3.4 ms for 118 slots, 5.6 ms for 1,008 and 14.0 ms for 8,064;
//! the estimate is 9, 13 and 36 ms. Database operations come from the runtime's
//! `DbWeight`. Proof sizes (of storage) count 4 kB for each item that is read.

use frame::{deps::frame_support::weights::RuntimeDbWeight, weights_prelude::*};

/// Weights of settlement's calls.
pub trait WeightInfo {
	/// A proof of `b` bytes for `g` groups with `s` commitments and `t` trades.
	fn submit_proof(g: u32, s: u32, t: u32, b: u32) -> Weight;
	/// An expired group with `t` trades.
	fn expire(t: u32) -> Weight;
	/// A named prover.
	fn name_prover() -> Weight;
	/// A cleared prover.
	fn clear_prover() -> Weight;
	/// A pruned record.
	fn prune() -> Weight;
	/// A look at `n` groups or records that may be due in idle time.
	fn idle(n: u32) -> Weight;
}

/// Proof bytes of one item that is read.
const ITEM: u64 = 4_096;

/// Commitments in one page of storage (`pallet-metering`).
const PAGE: u32 = 32;

fn estimate(db: RuntimeDbWeight, picoseconds: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(picoseconds, reads.saturating_mul(ITEM))
		.saturating_add(db.reads_writes(reads, writes))
}

/// One settled trade: two holds released, two handed over, its records and both accounts.
fn trade(db: RuntimeDbWeight) -> Weight {
	estimate(db, 280_000_000, 8, 10)
}

fn submit_proof(db: RuntimeDbWeight, g: u32, s: u32, t: u32, b: u32) -> Weight {
	// A group: its contract, record, prover, devices (twice: who is missing, and who attested)
	// and commitments' head, and a page that may be partly filled. A byte of the proof is
	// decoded, copied and hashed.
	estimate(db, 8_050_000_000, 4, 0)
		.saturating_add(estimate(db, 60_000_000, 9, 2).saturating_mul(g.into()))
		.saturating_add(Weight::from_parts(3_300_000, 0).saturating_mul(s.into()))
		.saturating_add(estimate(db, 5_000_000, 1, 0).saturating_mul(s.div_ceil(PAGE).into()))
		.saturating_add(trade(db).saturating_mul(t.into()))
		.saturating_add(Weight::from_parts(10_000, 0).saturating_mul(b.into()))
}

fn expire(db: RuntimeDbWeight, t: u32) -> Weight {
	estimate(db, 60_000_000, 6, 2).saturating_add(trade(db).saturating_mul(t.into()))
}

fn change_prover(db: RuntimeDbWeight) -> Weight {
	estimate(db, 40_000_000, 8, 1)
}

fn prune(db: RuntimeDbWeight) -> Weight {
	estimate(db, 25_000_000, 4, 1)
}

fn idle(db: RuntimeDbWeight, n: u32) -> Weight {
	// The clock; a key, and the contract of those that may expire.
	estimate(db, 15_000_000, 4, 0)
		.saturating_add(estimate(db, 3_000_000, 2, 0).saturating_mul(n.into()))
}

/// The estimates with the runtime's database weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn submit_proof(g: u32, s: u32, t: u32, b: u32) -> Weight {
		submit_proof(T::DbWeight::get(), g, s, t, b)
	}
	fn expire(t: u32) -> Weight {
		expire(T::DbWeight::get(), t)
	}
	fn name_prover() -> Weight {
		change_prover(T::DbWeight::get())
	}
	fn clear_prover() -> Weight {
		change_prover(T::DbWeight::get())
	}
	fn prune() -> Weight {
		prune(T::DbWeight::get())
	}
	fn idle(n: u32) -> Weight {
		idle(T::DbWeight::get(), n)
	}
}

/// The estimates with ParityDB's weights, for tests.
impl WeightInfo for () {
	fn submit_proof(g: u32, s: u32, t: u32, b: u32) -> Weight {
		submit_proof(ParityDbWeight::get(), g, s, t, b)
	}
	fn expire(t: u32) -> Weight {
		expire(ParityDbWeight::get(), t)
	}
	fn name_prover() -> Weight {
		change_prover(ParityDbWeight::get())
	}
	fn clear_prover() -> Weight {
		change_prover(ParityDbWeight::get())
	}
	fn prune() -> Weight {
		prune(ParityDbWeight::get())
	}
	fn idle(n: u32) -> Weight {
		idle(ParityDbWeight::get(), n)
	}
}
