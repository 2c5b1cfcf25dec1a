//! Weights of this pallet's calls: what the benchmarks measure (`benchmarking.rs`). The runtime
//! holds the figures of the last run.

// `saturating` sums only: the components come from calls.

use frame::weights_prelude::*;

/// Weights of the calls.
pub trait WeightInfo {
	/// `on_initialize` and `on_finalize`: the clock's mark under as many schedules as it keeps, and
	/// the block's counter cleared.
	fn on_finalize() -> Weight;
	/// The checks of `commit`: the block's counter, schedule, marks, device, position, count, one Ed25519 signature.
	fn authorize_commit() -> Weight;
	/// `commit`: the checks again but for the signature, a full page less one, and the counter.
	fn commit() -> Weight;
	/// `commit_batch` of `n` commitments, each to a group of its own.
	fn commit_batch(n: u32) -> Weight;
	/// `sweep` of `p` full pages.
	fn sweep(p: u32) -> Weight;
	/// `set_schedule`: the oldest of as many schedules as the clock keeps makes room.
	fn set_schedule() -> Weight;
	/// `on_idle` looks at a group that is not settled and moves it to the tail.
	fn prune_look() -> Weight;
	/// `on_idle` deletes a full page, the last one of its group.
	fn prune_page() -> Weight;
}

/// Round figures, for tests.
impl WeightInfo for () {
	fn on_finalize() -> Weight {
		Weight::from_parts(9_000_000, 2000)
			.saturating_add(RocksDbWeight::get().reads(3))
			.saturating_add(RocksDbWeight::get().writes(2))
	}
	fn authorize_commit() -> Weight {
		Weight::from_parts(100_000_000, 6000)
			.saturating_add(RocksDbWeight::get().reads(8))
			.saturating_add(RocksDbWeight::get().writes(0))
	}
	fn commit() -> Weight {
		Weight::from_parts(60_000_000, 9000)
			.saturating_add(RocksDbWeight::get().reads(9))
			.saturating_add(RocksDbWeight::get().writes(6))
	}
	fn commit_batch(n: u32) -> Weight {
		Weight::from_parts(20_000_000, 1000)
			.saturating_add(RocksDbWeight::get().reads(1))
			.saturating_add(RocksDbWeight::get().writes(0))
			.saturating_add(
				Weight::from_parts(140_000_000, 9000)
					.saturating_add(RocksDbWeight::get().reads(8))
					.saturating_add(RocksDbWeight::get().writes(5))
					.saturating_mul(n.into()),
			)
	}
	fn sweep(p: u32) -> Weight {
		Weight::from_parts(30_000_000, 6000)
			.saturating_add(RocksDbWeight::get().reads(6))
			.saturating_add(RocksDbWeight::get().writes(1))
			.saturating_add(
				Weight::from_parts(60_000_000, 9000)
					.saturating_add(RocksDbWeight::get().reads(2))
					.saturating_add(RocksDbWeight::get().writes(34))
					.saturating_mul(p.into()),
			)
	}
	fn set_schedule() -> Weight {
		Weight::from_parts(25_000_000, 4000)
			.saturating_add(RocksDbWeight::get().reads(3))
			.saturating_add(RocksDbWeight::get().writes(1))
	}
	fn prune_look() -> Weight {
		Weight::from_parts(30_000_000, 9000)
			.saturating_add(RocksDbWeight::get().reads(7))
			.saturating_add(RocksDbWeight::get().writes(3))
	}
	fn prune_page() -> Weight {
		Weight::from_parts(60_000_000, 9000)
			.saturating_add(RocksDbWeight::get().reads(3))
			.saturating_add(RocksDbWeight::get().writes(36))
	}
}
