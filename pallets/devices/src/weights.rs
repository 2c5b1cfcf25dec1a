//! Weights of this pallet's calls: what the benchmarks measure (`benchmarking.rs`). The runtime
//! holds the figures of the last run.

// `saturating` sums only: the components come from calls.

use frame::weights_prelude::*;

/// Weights of the calls.
pub trait WeightInfo {
	/// `appoint_registrar`.
	fn appoint_registrar() -> Weight;
	/// `resign_registrar`.
	fn resign_registrar() -> Weight;
	/// `remove_registrar`.
	fn remove_registrar() -> Weight;
	/// `register`.
	fn register() -> Weight;
	/// `register_batch` of `n` devices.
	fn register_batch(n: u32) -> Weight;
	/// `attest`: two groups of the most registrars.
	fn attest() -> Weight;
	/// `attest_batch` of `n` devices.
	fn attest_batch(n: u32) -> Weight;
	/// `revoke`.
	fn revoke() -> Weight;
	/// `suspend`.
	fn suspend() -> Weight;
	/// `resume`.
	fn resume() -> Weight;
	/// `rotate_key`.
	fn rotate_key() -> Weight;
	/// `offer_transfer`.
	fn offer_transfer() -> Weight;
	/// `withdraw_transfer`.
	fn withdraw_transfer() -> Weight;
	/// `accept_transfer`: four groups change.
	fn accept_transfer() -> Weight;
	/// `retire`.
	fn retire() -> Weight;
	/// `release_deposit`: as many former operators as a history has rows.
	fn release_deposit() -> Weight;
	/// `swap`: two devices, two groups.
	fn swap() -> Weight;
	/// `change_zone`: two groups.
	fn change_zone() -> Weight;
	/// `slash_registrar`: of one that has left.
	fn slash_registrar() -> Weight;
	/// `release_bond`.
	fn release_bond() -> Weight;
	/// `bind`.
	fn bind() -> Weight;
	/// `bind_batch` of `n` devices, each to a gateway of its own.
	fn bind_batch(n: u32) -> Weight;
}

/// Round figures, for tests.
impl WeightInfo for () {
	fn appoint_registrar() -> Weight {
		Weight::from_parts(90_000_000, 8000)
			.saturating_add(RocksDbWeight::get().reads(4))
			.saturating_add(RocksDbWeight::get().writes(4))
	}
	fn resign_registrar() -> Weight {
		Weight::from_parts(90_000_000, 8000)
			.saturating_add(RocksDbWeight::get().reads(4))
			.saturating_add(RocksDbWeight::get().writes(4))
	}
	fn remove_registrar() -> Weight {
		Weight::from_parts(90_000_000, 8000)
			.saturating_add(RocksDbWeight::get().reads(4))
			.saturating_add(RocksDbWeight::get().writes(4))
	}
	fn register() -> Weight {
		Weight::from_parts(110_000_000, 12000)
			.saturating_add(RocksDbWeight::get().reads(9))
			.saturating_add(RocksDbWeight::get().writes(7))
	}
	fn register_batch(n: u32) -> Weight {
		Weight::from_parts(30_000_000, 12000)
			.saturating_add(RocksDbWeight::get().reads(2))
			.saturating_add(RocksDbWeight::get().writes(2))
			.saturating_add(
				Weight::from_parts(100_000_000, 9000)
					.saturating_add(RocksDbWeight::get().reads(9))
					.saturating_add(RocksDbWeight::get().writes(7))
					.saturating_mul(n.into()),
			)
	}
	fn attest() -> Weight {
		Weight::from_parts(130_000_000, 19000)
			.saturating_add(RocksDbWeight::get().reads(10))
			.saturating_add(RocksDbWeight::get().writes(5))
	}
	fn attest_batch(n: u32) -> Weight {
		Weight::from_parts(30_000_000, 12000)
			.saturating_add(RocksDbWeight::get().reads(2))
			.saturating_add(RocksDbWeight::get().writes(1))
			.saturating_add(
				Weight::from_parts(120_000_000, 17000)
					.saturating_add(RocksDbWeight::get().reads(10))
					.saturating_add(RocksDbWeight::get().writes(5))
					.saturating_mul(n.into()),
			)
	}
	fn revoke() -> Weight {
		Weight::from_parts(110_000_000, 16000)
			.saturating_add(RocksDbWeight::get().reads(8))
			.saturating_add(RocksDbWeight::get().writes(4))
	}
	fn suspend() -> Weight {
		Weight::from_parts(110_000_000, 16000)
			.saturating_add(RocksDbWeight::get().reads(8))
			.saturating_add(RocksDbWeight::get().writes(3))
	}
	fn resume() -> Weight {
		Weight::from_parts(110_000_000, 16000)
			.saturating_add(RocksDbWeight::get().reads(8))
			.saturating_add(RocksDbWeight::get().writes(3))
	}
	fn rotate_key() -> Weight {
		Weight::from_parts(120_000_000, 16000)
			.saturating_add(RocksDbWeight::get().reads(9))
			.saturating_add(RocksDbWeight::get().writes(4))
	}
	fn offer_transfer() -> Weight {
		Weight::from_parts(40_000_000, 5000)
			.saturating_add(RocksDbWeight::get().reads(2))
			.saturating_add(RocksDbWeight::get().writes(1))
	}
	fn withdraw_transfer() -> Weight {
		Weight::from_parts(40_000_000, 5000)
			.saturating_add(RocksDbWeight::get().reads(2))
			.saturating_add(RocksDbWeight::get().writes(1))
	}
	fn accept_transfer() -> Weight {
		Weight::from_parts(180_000_000, 26000)
			.saturating_add(RocksDbWeight::get().reads(14))
			.saturating_add(RocksDbWeight::get().writes(11))
	}
	fn retire() -> Weight {
		Weight::from_parts(110_000_000, 16000)
			.saturating_add(RocksDbWeight::get().reads(8))
			.saturating_add(RocksDbWeight::get().writes(4))
	}
	fn release_deposit() -> Weight {
		Weight::from_parts(400_000_000, 60000)
			.saturating_add(RocksDbWeight::get().reads(38))
			.saturating_add(RocksDbWeight::get().writes(35))
	}
	fn swap() -> Weight {
		Weight::from_parts(220_000_000, 33000)
			.saturating_add(RocksDbWeight::get().reads(15))
			.saturating_add(RocksDbWeight::get().writes(7))
	}
	fn change_zone() -> Weight {
		Weight::from_parts(120_000_000, 16000)
			.saturating_add(RocksDbWeight::get().reads(8))
			.saturating_add(RocksDbWeight::get().writes(4))
	}
	fn slash_registrar() -> Weight {
		Weight::from_parts(90_000_000, 8000)
			.saturating_add(RocksDbWeight::get().reads(6))
			.saturating_add(RocksDbWeight::get().writes(5))
	}
	fn release_bond() -> Weight {
		Weight::from_parts(90_000_000, 8000)
			.saturating_add(RocksDbWeight::get().reads(5))
			.saturating_add(RocksDbWeight::get().writes(3))
	}
	fn bind() -> Weight {
		Weight::from_parts(50_000_000, 14000)
			.saturating_add(RocksDbWeight::get().reads(9))
			.saturating_add(RocksDbWeight::get().writes(1))
	}
	fn bind_batch(n: u32) -> Weight {
		Weight::from_parts(30_000_000, 8000)
			.saturating_add(RocksDbWeight::get().reads(7))
			.saturating_add(
				Weight::from_parts(40_000_000, 7000)
					.saturating_add(RocksDbWeight::get().reads(2))
					.saturating_add(RocksDbWeight::get().writes(1))
					.saturating_mul(n.into()),
			)
	}
}
