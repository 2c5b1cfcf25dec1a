//! Weights of this pallet's calls: what the benchmarks measure (`benchmarking.rs`). The runtime
//! holds the figures.

// `saturating` sums only: the components come from calls.

use frame::weights_prelude::*;

/// Weights of the calls.
pub trait WeightInfo {
	/// `register`.
	fn register() -> Weight;
	/// `post_root`: only the clock's marks tell that roots are still taken.
	fn post_root() -> Weight;
	/// `retire`.
	fn retire() -> Weight;
	/// `release`.
	fn release() -> Weight;
	/// `sweep` of `n` roots.
	fn sweep(n: u32) -> Weight;
	/// `on_idle` looks at a root that is not due.
	fn prune_look() -> Weight;
	/// `on_idle` deletes a root.
	fn prune_root() -> Weight;
}

/// Round figures, for tests.
impl WeightInfo for () {
	fn register() -> Weight {
		Weight::from_parts(90_000_000, 8000)
			.saturating_add(RocksDbWeight::get().reads(5))
			.saturating_add(RocksDbWeight::get().writes(5))
	}
	fn post_root() -> Weight {
		Weight::from_parts(50_000_000, 8000)
			.saturating_add(RocksDbWeight::get().reads(8))
			.saturating_add(RocksDbWeight::get().writes(1))
	}
	fn retire() -> Weight {
		Weight::from_parts(40_000_000, 8000)
			.saturating_add(RocksDbWeight::get().reads(6))
			.saturating_add(RocksDbWeight::get().writes(1))
	}
	fn release() -> Weight {
		Weight::from_parts(70_000_000, 8000)
			.saturating_add(RocksDbWeight::get().reads(7))
			.saturating_add(RocksDbWeight::get().writes(3))
	}
	fn sweep(n: u32) -> Weight {
		Weight::from_parts(20_000_000, 6000)
			.saturating_add(RocksDbWeight::get().reads(5))
			.saturating_add(
				Weight::from_parts(10_000_000, 3000)
					.saturating_add(RocksDbWeight::get().reads(1))
					.saturating_add(RocksDbWeight::get().writes(1))
					.saturating_mul(n.into()),
			)
	}
	fn prune_look() -> Weight {
		Weight::from_parts(30_000_000, 6000).saturating_add(RocksDbWeight::get().reads(6))
	}
	fn prune_root() -> Weight {
		Weight::from_parts(10_000_000, 3000)
			.saturating_add(RocksDbWeight::get().reads(1))
			.saturating_add(RocksDbWeight::get().writes(1))
	}
}
