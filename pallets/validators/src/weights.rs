//! Weights of this pallet's calls: what the benchmarks measure (`benchmarking.rs`). The runtime
//! holds the figures of the last run.

use frame::weights_prelude::*;

/// Weights of the calls.
pub trait WeightInfo {
	/// `join`: as many candidates as can be, and one is outbid.
	fn join() -> Weight;
	/// `raise_bond`.
	fn raise_bond() -> Weight;
	/// `leave`.
	fn leave() -> Weight;
	/// `withdraw`.
	fn withdraw() -> Weight;
	/// `apply_slash`: of the last of the most slashes that can wait.
	fn apply_slash() -> Weight;
	/// `cancel_slash`.
	fn cancel_slash() -> Weight;
	/// `set_least`.
	fn set_least() -> Weight;
	/// `purge_keys`, with the two keys that a session has.
	fn purge_keys() -> Weight;
	/// A report of an offence, while as many slashes wait as can.
	fn report() -> Weight;
	/// The start of a session that begins an era, and the choice of the next set, with as many candidates, validators and slashes as there can be.
	fn start_session() -> Weight;
	/// A block of the last of the most validators.
	fn note_author() -> Weight;
}

/// Round figures, for tests.
impl WeightInfo for () {
	fn join() -> Weight {
		Weight::from_parts(90_000_000, 8000)
			.saturating_add(RocksDbWeight::get().reads(6))
			.saturating_add(RocksDbWeight::get().writes(4))
	}
	fn raise_bond() -> Weight {
		Weight::from_parts(90_000_000, 8000)
			.saturating_add(RocksDbWeight::get().reads(2))
			.saturating_add(RocksDbWeight::get().writes(2))
	}
	fn leave() -> Weight {
		Weight::from_parts(90_000_000, 8000)
			.saturating_add(RocksDbWeight::get().reads(5))
			.saturating_add(RocksDbWeight::get().writes(2))
	}
	fn withdraw() -> Weight {
		Weight::from_parts(90_000_000, 8000)
			.saturating_add(RocksDbWeight::get().reads(4))
			.saturating_add(RocksDbWeight::get().writes(3))
	}
	fn apply_slash() -> Weight {
		Weight::from_parts(90_000_000, 8000)
			.saturating_add(RocksDbWeight::get().reads(6))
			.saturating_add(RocksDbWeight::get().writes(6))
	}
	fn cancel_slash() -> Weight {
		Weight::from_parts(90_000_000, 8000)
			.saturating_add(RocksDbWeight::get().reads(1))
			.saturating_add(RocksDbWeight::get().writes(1))
	}
	fn set_least() -> Weight {
		Weight::from_parts(90_000_000, 8000)
			.saturating_add(RocksDbWeight::get().reads(0))
			.saturating_add(RocksDbWeight::get().writes(1))
	}
	fn purge_keys() -> Weight {
		Weight::from_parts(90_000_000, 8000)
			.saturating_add(RocksDbWeight::get().reads(7))
			.saturating_add(RocksDbWeight::get().writes(5))
	}
	fn report() -> Weight {
		Weight::from_parts(90_000_000, 8000)
			.saturating_add(RocksDbWeight::get().reads(9))
			.saturating_add(RocksDbWeight::get().writes(10))
	}
	fn start_session() -> Weight {
		Weight::from_parts(90_000_000, 8000)
			.saturating_add(RocksDbWeight::get().reads(120))
			.saturating_add(RocksDbWeight::get().writes(40))
	}
	fn note_author() -> Weight {
		Weight::from_parts(90_000_000, 8000)
			.saturating_add(RocksDbWeight::get().reads(2))
			.saturating_add(RocksDbWeight::get().writes(1))
	}
}
