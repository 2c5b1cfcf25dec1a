//! Weights of `pallet_devices`, as measured.
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

impl<T: frame_system::Config> pallet_devices::WeightInfo for WeightInfo<T> {
	// Storage: `Devices::Registrars` (r:1 w:1)
	// Proof: `Devices::Registrars` (`max_values`: None, `max_size`: Some(781), added: 3256, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	fn appoint_registrar() -> Weight {
		// At least 49_825_000 ps.
		Weight::from_parts(53_220_000, 4246)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	// Storage: `Devices::Registrars` (r:1 w:1)
	// Proof: `Devices::Registrars` (`max_values`: None, `max_size`: Some(781), added: 3256, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	fn resign_registrar() -> Weight {
		// At least 43_475_000 ps.
		Weight::from_parts(46_139_000, 4246)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	// Storage: `Devices::Registrars` (r:1 w:1)
	// Proof: `Devices::Registrars` (`max_values`: None, `max_size`: Some(781), added: 3256, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	fn remove_registrar() -> Weight {
		// At least 43_255_000 ps.
		Weight::from_parts(45_798_000, 4246)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	// Storage: `Devices::NextDeviceId` (r:1 w:1)
	// Proof: `Devices::NextDeviceId` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Devices::Keys` (r:1 w:0)
	// Proof: `Devices::Keys` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Devices::DeviceCount` (r:1 w:1)
	// Proof: `Devices::DeviceCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Devices::OperatorDevices` (r:0 w:1)
	// Proof: `Devices::OperatorDevices` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Devices::Devices` (r:0 w:1)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1167), added: 3642, mode: `MaxEncodedLen`)
	fn register() -> Weight {
		// At least 55_132_000 ps.
		Weight::from_parts(58_208_000, 3622)
			// By hand, until it is measured again: the registration fee.
			.saturating_add(Weight::from_parts(30_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	// Storage: `Devices::NextDeviceId` (r:1 w:1)
	// Proof: `Devices::NextDeviceId` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Devices::Keys` (r:127 w:0)
	// Proof: `Devices::Keys` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Devices::DeviceCount` (r:1 w:1)
	// Proof: `Devices::DeviceCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Devices::OperatorDevices` (r:0 w:127)
	// Proof: `Devices::OperatorDevices` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Devices::Devices` (r:0 w:127)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1167), added: 3642, mode: `MaxEncodedLen`)
	fn register_batch(n: u32, ) -> Weight {
		// At least 57_166_000 ps.
		Weight::from_parts(7_746_205, 3622)
			// By hand, until it is measured again: the registration fee.
			.saturating_add(Weight::from_parts(30_000_000, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
			// Standard error: 15_091.
			.saturating_add(Weight::from_parts(45_947_626, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 2527).saturating_mul(n.into()))
	}
	// Storage: `Devices::Devices` (r:1 w:1)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1167), added: 3642, mode: `MaxEncodedLen`)
	// Storage: `Devices::Registrars` (r:1 w:0)
	// Proof: `Devices::Registrars` (`max_values`: None, `max_size`: Some(781), added: 3256, mode: `MaxEncodedLen`)
	// Storage: `Devices::Keys` (r:1 w:1)
	// Proof: `Devices::Keys` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(770), added: 1265, mode: `MaxEncodedLen`)
	// Storage: `Devices::MeteringPoints` (r:1 w:1)
	// Proof: `Devices::MeteringPoints` (`max_values`: None, `max_size`: Some(95), added: 2570, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:2 w:2)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(3637), added: 6112, mode: `MaxEncodedLen`)
	fn attest() -> Weight {
		// At least 55_543_000 ps.
		Weight::from_parts(58_618_000, 13214)
			// By hand, until it is measured again: longer histories of two groups.
			.saturating_add(Weight::from_parts(200_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	// Storage: `Devices::Devices` (r:127 w:127)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1167), added: 3642, mode: `MaxEncodedLen`)
	// Storage: `Devices::Registrars` (r:1 w:0)
	// Proof: `Devices::Registrars` (`max_values`: None, `max_size`: Some(781), added: 3256, mode: `MaxEncodedLen`)
	// Storage: `Devices::Keys` (r:127 w:127)
	// Proof: `Devices::Keys` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(770), added: 1265, mode: `MaxEncodedLen`)
	// Storage: `Devices::MeteringPoints` (r:127 w:127)
	// Proof: `Devices::MeteringPoints` (`max_values`: None, `max_size`: Some(95), added: 2570, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:254 w:254)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(3637), added: 6112, mode: `MaxEncodedLen`)
	fn attest_batch(n: u32, ) -> Weight {
		// At least 38_047_000 ps.
		Weight::from_parts(39_319_000, 4246)
			// By hand, until it is measured again: longer histories of two groups.
			.saturating_add(Weight::from_parts(200_000_000, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			// Standard error: 19_049.
			.saturating_add(Weight::from_parts(26_401_181, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().reads((5_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes((5_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 12224).saturating_mul(n.into()))
	}
	// Storage: `Devices::Devices` (r:1 w:1)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1167), added: 3642, mode: `MaxEncodedLen`)
	// Storage: `Devices::Registrars` (r:1 w:0)
	// Proof: `Devices::Registrars` (`max_values`: None, `max_size`: Some(781), added: 3256, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(770), added: 1265, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:2 w:2)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(3637), added: 6112, mode: `MaxEncodedLen`)
	// Storage: `Devices::MeteringPoints` (r:0 w:1)
	// Proof: `Devices::MeteringPoints` (`max_values`: None, `max_size`: Some(95), added: 2570, mode: `MaxEncodedLen`)
	fn revoke() -> Weight {
		// At least 47_692_000 ps.
		Weight::from_parts(50_636_000, 13214)
			// By hand, until it is measured again: longer histories of two groups.
			.saturating_add(Weight::from_parts(200_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	// Storage: `Devices::Devices` (r:1 w:1)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1167), added: 3642, mode: `MaxEncodedLen`)
	// Storage: `Devices::Registrars` (r:1 w:0)
	// Proof: `Devices::Registrars` (`max_values`: None, `max_size`: Some(781), added: 3256, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(770), added: 1265, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:2 w:2)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(3637), added: 6112, mode: `MaxEncodedLen`)
	fn suspend() -> Weight {
		// At least 44_137_000 ps.
		Weight::from_parts(47_260_000, 13214)
			// By hand, until it is measured again: longer histories of two groups.
			.saturating_add(Weight::from_parts(200_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	// Storage: `Devices::Devices` (r:1 w:1)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1167), added: 3642, mode: `MaxEncodedLen`)
	// Storage: `Devices::Registrars` (r:1 w:0)
	// Proof: `Devices::Registrars` (`max_values`: None, `max_size`: Some(781), added: 3256, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(770), added: 1265, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:2 w:2)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(3637), added: 6112, mode: `MaxEncodedLen`)
	fn resume() -> Weight {
		// At least 44_808_000 ps.
		Weight::from_parts(47_842_000, 13214)
			// By hand, until it is measured again: longer histories of two groups.
			.saturating_add(Weight::from_parts(200_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	// Storage: `Devices::Devices` (r:1 w:1)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1167), added: 3642, mode: `MaxEncodedLen`)
	// Storage: `Devices::Keys` (r:1 w:0)
	// Proof: `Devices::Keys` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(770), added: 1265, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:2 w:2)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(3637), added: 6112, mode: `MaxEncodedLen`)
	// Storage: `Devices::MeteringPoints` (r:0 w:1)
	// Proof: `Devices::MeteringPoints` (`max_values`: None, `max_size`: Some(95), added: 2570, mode: `MaxEncodedLen`)
	fn rotate_key() -> Weight {
		// At least 46_019_000 ps.
		Weight::from_parts(48_603_000, 13214)
			// By hand, until it is measured again: longer histories of two groups.
			.saturating_add(Weight::from_parts(200_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	// Storage: `Devices::Devices` (r:1 w:1)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1167), added: 3642, mode: `MaxEncodedLen`)
	fn offer_transfer() -> Weight {
		// At least 13_501_000 ps.
		Weight::from_parts(14_912_000, 4632)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Devices::Devices` (r:1 w:1)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1167), added: 3642, mode: `MaxEncodedLen`)
	fn withdraw_transfer() -> Weight {
		// At least 13_841_000 ps.
		Weight::from_parts(15_083_000, 4632)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Devices::Devices` (r:1 w:1)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1167), added: 3642, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(770), added: 1265, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:4 w:4)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(3637), added: 6112, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Devices::DeviceCount` (r:2 w:2)
	// Proof: `Devices::DeviceCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Devices::OperatorDevices` (r:0 w:2)
	// Proof: `Devices::OperatorDevices` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	fn accept_transfer() -> Weight {
		// At least 113_540_000 ps.
		Weight::from_parts(118_849_000, 25438)
			// By hand, until it is measured again: longer histories of four groups.
			.saturating_add(Weight::from_parts(400_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(11))
	}
	// Storage: `Devices::Devices` (r:1 w:1)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1167), added: 3642, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(770), added: 1265, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:2 w:2)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(3637), added: 6112, mode: `MaxEncodedLen`)
	// Storage: `Devices::MeteringPoints` (r:0 w:1)
	// Proof: `Devices::MeteringPoints` (`max_values`: None, `max_size`: Some(95), added: 2570, mode: `MaxEncodedLen`)
	fn retire() -> Weight {
		// At least 42_393_000 ps.
		Weight::from_parts(45_048_000, 13214)
			// By hand, until it is measured again: longer histories of two groups.
			.saturating_add(Weight::from_parts(200_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	// Storage: `Devices::Devices` (r:1 w:1)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1167), added: 3642, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(770), added: 1265, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:7 w:7)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:7 w:7)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:14 w:0)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(3637), added: 6112, mode: `MaxEncodedLen`)
	// Storage: `Devices::DeviceCount` (r:1 w:1)
	// Proof: `Devices::DeviceCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Devices::OperatorDevices` (r:0 w:1)
	// Proof: `Devices::OperatorDevices` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	fn release_deposit() -> Weight {
		// At least 282_915_000 ps.
		Weight::from_parts(295_855_000, 86558)
			// By hand, until it is measured again: longer histories of fourteen groups.
			.saturating_add(Weight::from_parts(600_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads(33))
			.saturating_add(T::DbWeight::get().writes(17))
	}
	// Storage: `Devices::Devices` (r:2 w:2)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1167), added: 3642, mode: `MaxEncodedLen`)
	// Storage: `Devices::Registrars` (r:1 w:0)
	// Proof: `Devices::Registrars` (`max_values`: None, `max_size`: Some(781), added: 3256, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(770), added: 1265, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:2 w:2)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(3637), added: 6112, mode: `MaxEncodedLen`)
	// Storage: `Devices::Keys` (r:1 w:1)
	// Proof: `Devices::Keys` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Devices::MeteringPoints` (r:0 w:1)
	// Proof: `Devices::MeteringPoints` (`max_values`: None, `max_size`: Some(95), added: 2570, mode: `MaxEncodedLen`)
	fn swap() -> Weight {
		// At least 77_357_000 ps.
		Weight::from_parts(82_033_000, 13214)
			// By hand, until it is measured again: longer histories of two groups, twice.
			.saturating_add(Weight::from_parts(400_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	// Storage: `Devices::Devices` (r:1 w:1)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1167), added: 3642, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(770), added: 1265, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:2 w:2)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(3637), added: 6112, mode: `MaxEncodedLen`)
	// Storage: `Devices::MeteringPoints` (r:0 w:1)
	// Proof: `Devices::MeteringPoints` (`max_values`: None, `max_size`: Some(95), added: 2570, mode: `MaxEncodedLen`)
	fn change_zone() -> Weight {
		// At least 43_596_000 ps.
		Weight::from_parts(46_500_000, 13214)
			// By hand, until it is measured again: longer histories of two groups.
			.saturating_add(Weight::from_parts(200_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}
}
