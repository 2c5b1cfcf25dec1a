//! Weights of `pallet_water`, estimated: none of them is measured yet.
//!
//! Reads and writes are counted by hand at the worst that the benchmarks make. Times are those of like work in
//! `pallet_market`: 15 us for a change of a balance or a hold, 2 us and a part for its length for an item that is
//! decoded or encoded, and as much again. A group's history of 26 kB takes 30 us each time that it is decoded. Proof sizes
//! are of the largest items: `Devices::Groups` 25,975 bytes, `Water::Accounts` some 350, `Water::Seasons` some 300.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The weights.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_water::WeightInfo for WeightInfo<T> {
	// Reads: Devices::Registrars, Water::Zones (w).
	fn set_zone() -> Weight {
		Weight::from_parts(30_000_000, 6_000)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Reads: Water::Zones, Water::Accounts (w), System::Account (w), Balances::Holds (w), Metering::Schedules,
	// Timestamp::Now, Water::Seasons, twice where a season has passed. Writes: Water::Resting.
	fn open() -> Weight {
		Weight::from_parts(100_000_000, 20_000)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	// Reads: Water::Accounts (w), Water::Zones (w), System::Account (w), Balances::Holds (w). Writes: Water::Resting.
	fn leave() -> Weight {
		Weight::from_parts(120_000_000, 14_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	// Reads: Water::Zones (w), Water::Accounts (w).
	fn grant() -> Weight {
		Weight::from_parts(40_000_000, 6_000)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Reads: Water::Zones (w), Water::Seasons of four seasons (w: three), Metering::Schedules, Timestamp::Now.
	fn announce() -> Weight {
		Weight::from_parts(70_000_000, 16_000)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	// Reads: Water::Zones, Water::Seasons of two seasons (w: one), Metering::Schedules, Timestamp::Now.
	fn cut() -> Weight {
		Weight::from_parts(55_000_000, 14_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Reads: Water::Accounts (w), Water::Zones, Water::Seasons (w), Metering::Schedules, Timestamp::Now,
	// Metering::FirstLength, Devices::Groups, Water::Seasons of the next one. Writes: Water::Resting, Water::Turns.
	fn enter() -> Weight {
		Weight::from_parts(180_000_000, 45_000)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	// Reads: Water::Accounts (w), Water::Seasons, Metering::Schedules, Timestamp::Now.
	fn offer() -> Weight {
		Weight::from_parts(45_000_000, 10_000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Reads: Water::Accounts (w).
	fn withdraw() -> Weight {
		Weight::from_parts(25_000_000, 4_000)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Reads: Water::Accounts of both (w), Water::Seasons, Metering::Schedules, Timestamp::Now, System::Account of both
	// (w), Balances::Holds (w).
	fn take() -> Weight {
		Weight::from_parts(160_000_000, 22_000)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	// Reads: System::BlockHash, Metering::Schedules, Timestamp::Now, Metering::Marks, Metering::OpenBlocks,
	// Metering::FirstLength. Of each account: Water::Accounts, Water::Seasons, Metering::Counts, Metering::Pages,
	// Devices::Groups (decoded four times), Settlement::Provers, Devices::Devices of a meter. Of each page: Metering::Pages,
	// and Devices::Devices of 32 meters, 8 us each.
	fn form_use(g: u32, p: u32, ) -> Weight {
		Weight::from_parts(30_000_000, 8_000)
			.saturating_add(Weight::from_parts(220_000_000, 45_000).saturating_mul(g.into()))
			.saturating_add(Weight::from_parts(300_000_000, 80_000).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().reads((7_u64).saturating_mul(g.into())))
			.saturating_add(T::DbWeight::get().reads((33_u64).saturating_mul(p.into())))
	}
	// Reads: Water::Accounts (w), Water::Seasons of both seasons (w), Water::Zones, Metering::Schedules, Timestamp::Now,
	// Metering::Marks, Metering::OpenBlocks, Metering::FirstLength, Devices::Groups, System::Account of payer and payee (w),
	// Balances::Holds (w). Writes: Water::Turns twice.
	fn close_turn() -> Weight {
		Weight::from_parts(380_000_000, 60_000)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	// Reads: Water::Accounts (w), System::Account of payer and payee (w).
	fn pay() -> Weight {
		Weight::from_parts(80_000_000, 9_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	// Reads: Water::Accounts (w), System::Account (w), Balances::Holds (w).
	fn claim() -> Weight {
		Weight::from_parts(80_000_000, 9_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	// Reads: Metering::Schedules, Timestamp::Now, Metering::Marks, Metering::OpenBlocks; of each: Water::Turns or
	// Water::Resting, and the one that ends the walk.
	fn look(n: u32, ) -> Weight {
		Weight::from_parts(20_000_000, 6_000)
			.saturating_add(Weight::from_parts(6_000_000, 3_000).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().reads(n.into()))
	}
}
