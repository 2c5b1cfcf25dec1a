//! Weights of `pallet_metering`, as measured.
//!
//! Written by `cargo xtask bench weights` on 2026-11-29, not by hand.
//! Machine: Intel(R) Xeon(R) Processor; steps 20, repeats 10; compiled Wasm; state in memory.
//! Times are multiplied as the yardstick of the same minutes says: what transfer_allow_death takes on the
//! SDK's reference machine, 48.8 us, by what it took here, 91.6 to 145.6 us.
//! Proof sizes of `Devices::Devices`, `Devices::Groups` and `Market::Trades` were raised by hand since, as these grew.
//! A read and a write of `Metering::FirstLength` were added by hand to `set_schedule`.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The weights.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_metering::WeightInfo for WeightInfo<T> {
	// Storage: `MultiBlockMigrations::Cursor` (r:1 w:0)
	// Proof: `MultiBlockMigrations::Cursor` (`max_values`: Some(1), `max_size`: Some(65550), added: 66045, mode: `MaxEncodedLen`)
	// Storage: `SafeMode::EnteredUntil` (r:1 w:0)
	// Proof: `SafeMode::EnteredUntil` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::OpenBlocks` (r:1 w:1)
	// Proof: `Metering::OpenBlocks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:1)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(1036), added: 1531, mode: `MaxEncodedLen`)
	// Storage: `Metering::CommitmentsInBlock` (r:0 w:1)
	// Proof: `Metering::CommitmentsInBlock` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn on_finalize() -> Weight {
		// At least 18_964_000 ps.
		Weight::from_parts(10_447_985, 67035)
			// One of them, safe mode, by hand.
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	// Storage: `Metering::CommitmentsInBlock` (r:1 w:0)
	// Proof: `Metering::CommitmentsInBlock` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `MultiBlockMigrations::Cursor` (r:1 w:0)
	// Proof: `MultiBlockMigrations::Cursor` (`max_values`: Some(1), `max_size`: Some(65550), added: 66045, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::OpenBlocks` (r:1 w:0)
	// Proof: `Metering::OpenBlocks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(1036), added: 1531, mode: `MaxEncodedLen`)
	// Storage: `Devices::Devices` (r:1 w:0)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1623), added: 4098, mode: `MaxEncodedLen`)
	// Storage: `Metering::Positions` (r:1 w:0)
	// Proof: `Metering::Positions` (`max_values`: None, `max_size`: Some(41), added: 2516, mode: `MaxEncodedLen`)
	// Storage: `Metering::Counts` (r:1 w:0)
	// Proof: `Metering::Counts` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn authorize_commit() -> Weight {
		// At least 125_466_000 ps.
		Weight::from_parts(85_071_292, 67035)
			.saturating_add(T::DbWeight::get().reads(10))
	}
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::OpenBlocks` (r:1 w:0)
	// Proof: `Metering::OpenBlocks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(1036), added: 1531, mode: `MaxEncodedLen`)
	// Storage: `Devices::Devices` (r:1 w:0)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1623), added: 4098, mode: `MaxEncodedLen`)
	// Storage: `Metering::Positions` (r:1 w:1)
	// Proof: `Metering::Positions` (`max_values`: None, `max_size`: Some(41), added: 2516, mode: `MaxEncodedLen`)
	// Storage: `Metering::Counts` (r:1 w:1)
	// Proof: `Metering::Counts` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	// Storage: `Metering::CommitmentsInBlock` (r:1 w:1)
	// Proof: `Metering::CommitmentsInBlock` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::PruneEnds` (r:1 w:1)
	// Proof: `Metering::PruneEnds` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	// Storage: `Metering::Pages` (r:1 w:1)
	// Proof: `Metering::Pages` (`max_values`: None, `max_size`: Some(1235), added: 3710, mode: `MaxEncodedLen`)
	// Storage: `Metering::PruneQueue` (r:0 w:1)
	// Proof: `Metering::PruneQueue` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	fn commit() -> Weight {
		// At least 73_600_000 ps.
		Weight::from_parts(67_005_170, 4700)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::OpenBlocks` (r:1 w:0)
	// Proof: `Metering::OpenBlocks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(1036), added: 1531, mode: `MaxEncodedLen`)
	// Storage: `Devices::Devices` (r:256 w:0)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1623), added: 4098, mode: `MaxEncodedLen`)
	// Storage: `Metering::Positions` (r:256 w:256)
	// Proof: `Metering::Positions` (`max_values`: None, `max_size`: Some(41), added: 2516, mode: `MaxEncodedLen`)
	// Storage: `Metering::Counts` (r:256 w:256)
	// Proof: `Metering::Counts` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Metering::PruneEnds` (r:1 w:1)
	// Proof: `Metering::PruneEnds` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	// Storage: `Metering::Pages` (r:256 w:256)
	// Proof: `Metering::Pages` (`max_values`: None, `max_size`: Some(1235), added: 3710, mode: `MaxEncodedLen`)
	// Storage: `Metering::PruneQueue` (r:0 w:256)
	// Proof: `Metering::PruneQueue` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	fn commit_batch(n: u32, ) -> Weight {
		// At least 239_872_000 ps.
		Weight::from_parts(764_021_383, 3509)
			// Standard error: 3_409_056.
			.saturating_add(Weight::from_parts(64_519_791, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().reads((4_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(T::DbWeight::get().writes((4_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 3710).saturating_mul(n.into()))
	}
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::OpenBlocks` (r:1 w:0)
	// Proof: `Metering::OpenBlocks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(1036), added: 1531, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Metering::Counts` (r:1 w:1)
	// Proof: `Metering::Counts` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	// Storage: `Market::Contracts` (r:1 w:0)
	// Proof: `Market::Contracts` (`max_values`: None, `max_size`: Some(1097), added: 3572, mode: `MaxEncodedLen`)
	// Storage: `Metering::Pages` (r:32 w:32)
	// Proof: `Metering::Pages` (`max_values`: None, `max_size`: Some(1235), added: 3710, mode: `MaxEncodedLen`)
	// Storage: `Metering::Positions` (r:0 w:1024)
	// Proof: `Metering::Positions` (`max_values`: None, `max_size`: Some(41), added: 2516, mode: `MaxEncodedLen`)
	fn sweep(p: u32, ) -> Weight {
		// At least 320_108_000 ps.
		Weight::from_parts(140_937_134, 4562)
			// Standard error: 1_368_387.
			.saturating_add(Weight::from_parts(117_882_516, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(T::DbWeight::get().writes((33_u64).saturating_mul(p.into())))
			.saturating_add(Weight::from_parts(0, 3710).saturating_mul(p.into()))
	}
	// Storage: `Metering::Schedules` (r:1 w:1)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::OpenBlocks` (r:1 w:0)
	// Proof: `Metering::OpenBlocks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(1036), added: 1531, mode: `MaxEncodedLen`)
	fn set_schedule() -> Weight {
		// At least 29_401_000 ps.
		Weight::from_parts(19_484_532, 2255)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::OpenBlocks` (r:1 w:0)
	// Proof: `Metering::OpenBlocks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(1036), added: 1531, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Metering::PruneEnds` (r:1 w:1)
	// Proof: `Metering::PruneEnds` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	// Storage: `Metering::PruneQueue` (r:1 w:2)
	// Proof: `Metering::PruneQueue` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	// Storage: `Metering::Counts` (r:1 w:0)
	// Proof: `Metering::Counts` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	// Storage: `Market::Contracts` (r:1 w:0)
	// Proof: `Market::Contracts` (`max_values`: None, `max_size`: Some(1097), added: 3572, mode: `MaxEncodedLen`)
	fn prune_look() -> Weight {
		// At least 48_083_000 ps.
		Weight::from_parts(32_498_577, 4562)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	// Storage: `Metering::Counts` (r:1 w:1)
	// Proof: `Metering::Counts` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	// Storage: `Metering::Pages` (r:1 w:1)
	// Proof: `Metering::Pages` (`max_values`: None, `max_size`: Some(1235), added: 3710, mode: `MaxEncodedLen`)
	// Storage: `Metering::PruneEnds` (r:1 w:1)
	// Proof: `Metering::PruneEnds` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	// Storage: `Metering::PruneQueue` (r:0 w:1)
	// Proof: `Metering::PruneQueue` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	// Storage: `Metering::Positions` (r:0 w:32)
	// Proof: `Metering::Positions` (`max_values`: None, `max_size`: Some(41), added: 2516, mode: `MaxEncodedLen`)
	fn prune_page() -> Weight {
		// At least 174_852_000 ps.
		Weight::from_parts(124_960_476, 4700)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(36))
	}
}
