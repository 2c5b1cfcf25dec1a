//! Weights of `pallet_payments`: estimates, until `cargo xtask bench weights` has measured them.
//!
//! They are put together from what was measured of other pallets on one machine: 92 us for a hash
//! of two nodes in compiled Wasm, three times the native time for a proof, and the reads and writes
//! that the code makes.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The weights.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_payments::WeightInfo for WeightInfo<T> {
	fn on_finalize(n: u32, ) -> Weight {
		Weight::from_parts(6_100_000_000, 4000)
			.saturating_add(Weight::from_parts(100_000_000, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	fn verify_proof() -> Weight {
		Weight::from_parts(3_500_000_000, 0)
	}
	fn check_transfer() -> Weight {
		Weight::from_parts(60_000_000, 9000)
			.saturating_add(T::DbWeight::get().reads(10))
	}
	fn check_unshield() -> Weight {
		Weight::from_parts(80_000_000, 12000)
			.saturating_add(T::DbWeight::get().reads(13))
	}
	fn shield() -> Weight {
		Weight::from_parts(250_000_000, 12000)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	fn transfer() -> Weight {
		Weight::from_parts(200_000_000, 12000)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(10))
	}
	fn unshield() -> Weight {
		Weight::from_parts(250_000_000, 15000)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(12))
	}
	fn set_asset() -> Weight {
		Weight::from_parts(50_000_000, 6000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn pay() -> Weight {
		Weight::from_parts(350_000_000, 9000)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(7))
	}
}
