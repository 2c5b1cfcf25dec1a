//! Weights of `pallet_gateways`, estimated: none of them is measured yet.
//!
//! Reads and writes are counted by hand at the worst that the benchmarks make, and checked at random
//! (`runtime/src/tests/weights.rs`). Times are those of like work in `pallet_devices`: 15 us for a change of a
//! hold, 2 us for an item that is decoded or encoded, 4 us for the clock's, and as much again.
//! Proof sizes are of the largest items: `Metering::Marks` 1,036 bytes, `Metering::Schedules` 417, and 2,500 above
//! each item.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The weights.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_gateways::WeightInfo for WeightInfo<T> {
	// Reads: Gateways::NextGateway, System::Account, Balances::Holds. Writes: these, Gateways::Gateways.
	fn register() -> Weight {
		Weight::from_parts(80_000_000, 9_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	// Reads: Gateways::Gateways, Metering::Schedules, Timestamp::Now, Metering::Marks, Metering::OpenBlocks,
	// Gateways::Roots. Writes: the last one.
	fn post_root() -> Weight {
		Weight::from_parts(45_000_000, 16_000)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Reads: Gateways::Gateways, Metering::Schedules, Timestamp::Now. Writes: the first one.
	fn retire() -> Weight {
		Weight::from_parts(40_000_000, 9_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Reads: Gateways::Gateways, Metering::Schedules, Timestamp::Now, Metering::Marks, Metering::OpenBlocks,
	// System::Account, Balances::Holds. Writes: the first one and the last two.
	fn release() -> Weight {
		Weight::from_parts(60_000_000, 18_000)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	// Reads: Metering::Schedules, Timestamp::Now, Metering::Marks, Metering::OpenBlocks, a key of Gateways::Roots
	// that is not due. Of each root: its key. Writes: the root.
	fn sweep(n: u32, ) -> Weight {
		Weight::from_parts(20_000_000, 14_000)
			.saturating_add(Weight::from_parts(10_000_000, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 2_600).saturating_mul(n.into()))
	}
	// Reads: Metering::Marks, Metering::Schedules, Timestamp::Now, Metering::OpenBlocks, a key of Gateways::Roots
	// that is not due.
	fn prune_look() -> Weight {
		Weight::from_parts(30_000_000, 14_000)
			.saturating_add(T::DbWeight::get().reads(6))
	}
	// Gateways::Roots.
	fn prune_root() -> Weight {
		Weight::from_parts(10_000_000, 2_600)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}
