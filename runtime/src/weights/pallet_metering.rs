//! Weights of `pallet_metering`, as measured.
//!
//! Written by `cargo xtask bench weights` on 2026-11-22, but for lines that say `By hand`: what was
//! added to the calls since (docs/decisions/0013).
//! Machine: AMD EPYC; steps 20, repeats 10; compiled Wasm; state in memory.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The weights.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_metering::WeightInfo for WeightInfo<T> {
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:1)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(770), added: 1265, mode: `MaxEncodedLen`)
	// Storage: `Metering::CommitmentsInBlock` (r:0 w:1)
	// Proof: `Metering::CommitmentsInBlock` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn on_finalize() -> Weight {
		// At least 7_691_000 ps.
		Weight::from_parts(8_413_000, 2255)
			// By hand, until it is measured again: the count of open blocks.
			.saturating_add(Weight::from_parts(3_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Metering::CommitmentsInBlock` (r:1 w:0)
	// Proof: `Metering::CommitmentsInBlock` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Devices::Devices` (r:1 w:0)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1167), added: 3642, mode: `MaxEncodedLen`)
	// Storage: `Metering::Positions` (r:1 w:0)
	// Proof: `Metering::Positions` (`max_values`: None, `max_size`: Some(41), added: 2516, mode: `MaxEncodedLen`)
	// Storage: `Metering::Counts` (r:1 w:0)
	// Proof: `Metering::Counts` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(770), added: 1265, mode: `MaxEncodedLen`)
	fn authorize_commit() -> Weight {
		// At least 68_943_000 ps.
		Weight::from_parts(73_460_000, 4632)
			// By hand, until it is measured again: the count of open blocks, and whether a migration runs.
			.saturating_add(Weight::from_parts(3_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(8))
	}
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Devices::Devices` (r:1 w:0)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1167), added: 3642, mode: `MaxEncodedLen`)
	// Storage: `Metering::Positions` (r:1 w:1)
	// Proof: `Metering::Positions` (`max_values`: None, `max_size`: Some(41), added: 2516, mode: `MaxEncodedLen`)
	// Storage: `Metering::Counts` (r:1 w:1)
	// Proof: `Metering::Counts` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	// Storage: `Metering::CommitmentsInBlock` (r:1 w:1)
	// Proof: `Metering::CommitmentsInBlock` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Pages` (r:1 w:1)
	// Proof: `Metering::Pages` (`max_values`: None, `max_size`: Some(1235), added: 3710, mode: `MaxEncodedLen`)
	fn commit() -> Weight {
		// At least 47_642_000 ps.
		Weight::from_parts(51_147_000, 4700)
			// By hand, until it is measured again: the count of open blocks; a group's first commitment writes the queue.
			.saturating_add(Weight::from_parts(10_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Devices::Devices` (r:256 w:0)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1167), added: 3642, mode: `MaxEncodedLen`)
	// Storage: `Metering::Positions` (r:256 w:256)
	// Proof: `Metering::Positions` (`max_values`: None, `max_size`: Some(41), added: 2516, mode: `MaxEncodedLen`)
	// Storage: `Metering::Counts` (r:256 w:256)
	// Proof: `Metering::Counts` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Metering::Pages` (r:256 w:256)
	// Proof: `Metering::Pages` (`max_values`: None, `max_size`: Some(1235), added: 3710, mode: `MaxEncodedLen`)
	fn commit_batch(n: u32, ) -> Weight {
		// At least 88_844_000 ps.
		Weight::from_parts(91_186_000, 3509)
			// By hand, until it is measured again: the count of open blocks; each may be the first of its group, which writes the queue.
			.saturating_add(Weight::from_parts(8_000_000, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(n.into())))
			// Standard error: 72_656.
			.saturating_add(Weight::from_parts(67_739_713, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().reads((4_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 3710).saturating_mul(n.into()))
	}
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(770), added: 1265, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Metering::Counts` (r:1 w:1)
	// Proof: `Metering::Counts` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	// Storage: `Market::Contracts` (r:1 w:0)
	// Proof: `Market::Contracts` (`max_values`: None, `max_size`: Some(1096), added: 3571, mode: `MaxEncodedLen`)
	// Storage: `Metering::Pages` (r:32 w:32)
	// Proof: `Metering::Pages` (`max_values`: None, `max_size`: Some(1235), added: 3710, mode: `MaxEncodedLen`)
	// Storage: `Metering::Positions` (r:0 w:1024)
	// Proof: `Metering::Positions` (`max_values`: None, `max_size`: Some(41), added: 2516, mode: `MaxEncodedLen`)
	fn sweep(p: u32, ) -> Weight {
		// At least 139_109_000 ps.
		Weight::from_parts(142_143_000, 4561)
			// By hand, until it is measured again: the count of open blocks.
			.saturating_add(Weight::from_parts(1_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(1))
			// Standard error: 185_979.
			.saturating_add(Weight::from_parts(119_884_064, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(T::DbWeight::get().writes((33_u64).saturating_mul(p.into())))
			.saturating_add(Weight::from_parts(0, 3710).saturating_mul(p.into()))
	}
	// Storage: `Metering::Schedules` (r:1 w:1)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(770), added: 1265, mode: `MaxEncodedLen`)
	fn set_schedule() -> Weight {
		// At least 13_610_000 ps.
		Weight::from_parts(14_873_000, 2255)
			// By hand, until it is measured again: the count of open blocks.
			.saturating_add(Weight::from_parts(1_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(770), added: 1265, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Metering::PruneEnds` (r:1 w:1)
	// Proof: `Metering::PruneEnds` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	// Storage: `Metering::PruneQueue` (r:1 w:2)
	// Proof: `Metering::PruneQueue` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	// Storage: `Metering::Counts` (r:1 w:0)
	// Proof: `Metering::Counts` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	// Storage: `Market::Contracts` (r:1 w:0)
	// Proof: `Market::Contracts` (`max_values`: None, `max_size`: Some(1096), added: 3571, mode: `MaxEncodedLen`)
	fn prune_look() -> Weight {
		// At least 25_238_000 ps.
		Weight::from_parts(27_241_000, 4561)
			// By hand, until it is measured again: the count of open blocks.
			.saturating_add(Weight::from_parts(1_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads(7))
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
		// At least 115_884_000 ps.
		Weight::from_parts(120_221_000, 4700)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(36))
	}
}
