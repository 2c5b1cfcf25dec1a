//! Weights of `pallet_devices`, as measured.
//!
//! Written by `cargo xtask bench weights` on 2026-11-29, not by hand.
//! Machine: Intel(R) Xeon(R) Processor; steps 20, repeats 10; compiled Wasm; state in memory.
//! Times are multiplied by 48.8/114.2: what transfer_allow_death takes on the SDK's reference machine, and here.
//! Proof sizes of `Devices::Devices`, `Devices::Groups` and `Market::Trades` were raised by hand since, as these grew.
//! What registrars take out of groups is read and written with the groups: 20 us were added by hand to what changes groups.

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
		// At least 80_536_000 ps.
		Weight::from_parts(42_835_887, 4246)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	// Storage: `Devices::Registrars` (r:1 w:1)
	// Proof: `Devices::Registrars` (`max_values`: None, `max_size`: Some(781), added: 3256, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	fn resign_registrar() -> Weight {
		// At least 71_907_000 ps.
		Weight::from_parts(38_929_323, 4246)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	// Storage: `Devices::Registrars` (r:1 w:1)
	// Proof: `Devices::Registrars` (`max_values`: None, `max_size`: Some(781), added: 3256, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	fn remove_registrar() -> Weight {
		// At least 82_284_000 ps.
		Weight::from_parts(70_280_973, 4246)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	// Storage: `Devices::NextDeviceId` (r:1 w:1)
	// Proof: `Devices::NextDeviceId` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Devices::Keys` (r:1 w:0)
	// Proof: `Devices::Keys` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Devices::DeviceCount` (r:1 w:1)
	// Proof: `Devices::DeviceCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:2 w:2)
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
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1623), added: 4098, mode: `MaxEncodedLen`)
	fn register() -> Weight {
		// At least 138_403_000 ps.
		Weight::from_parts(74_810_143, 6196)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(7))
	}
	// Storage: `Devices::NextDeviceId` (r:1 w:1)
	// Proof: `Devices::NextDeviceId` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Devices::Keys` (r:127 w:0)
	// Proof: `Devices::Keys` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Devices::DeviceCount` (r:1 w:1)
	// Proof: `Devices::DeviceCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:2 w:2)
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
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1623), added: 4098, mode: `MaxEncodedLen`)
	fn register_batch(n: u32, ) -> Weight {
		// At least 149_244_000 ps.
		Weight::from_parts(21_644_422, 6196)
			// Standard error: 424_398.
			.saturating_add(Weight::from_parts(50_292_218, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(5))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 2527).saturating_mul(n.into()))
	}
	// Storage: `Devices::Devices` (r:1 w:1)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1623), added: 4098, mode: `MaxEncodedLen`)
	// Storage: `Devices::Registrars` (r:1 w:0)
	// Proof: `Devices::Registrars` (`max_values`: None, `max_size`: Some(781), added: 3256, mode: `MaxEncodedLen`)
	// Storage: `Devices::Keys` (r:1 w:1)
	// Proof: `Devices::Keys` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::OpenBlocks` (r:1 w:0)
	// Proof: `Metering::OpenBlocks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(1036), added: 1531, mode: `MaxEncodedLen`)
	// Storage: `Devices::MeteringPoints` (r:1 w:1)
	// Proof: `Devices::MeteringPoints` (`max_values`: None, `max_size`: Some(95), added: 2570, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:2 w:2)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(25975), added: 28450, mode: `MaxEncodedLen`)
	fn attest() -> Weight {
		// At least 147_392_000 ps.
		Weight::from_parts(99_236_756, 57890)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	// Storage: `Devices::Devices` (r:127 w:127)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1623), added: 4098, mode: `MaxEncodedLen`)
	// Storage: `Devices::Registrars` (r:1 w:0)
	// Proof: `Devices::Registrars` (`max_values`: None, `max_size`: Some(781), added: 3256, mode: `MaxEncodedLen`)
	// Storage: `Devices::Keys` (r:127 w:127)
	// Proof: `Devices::Keys` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::OpenBlocks` (r:1 w:0)
	// Proof: `Metering::OpenBlocks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(1036), added: 1531, mode: `MaxEncodedLen`)
	// Storage: `Devices::MeteringPoints` (r:127 w:127)
	// Proof: `Devices::MeteringPoints` (`max_values`: None, `max_size`: Some(95), added: 2570, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:254 w:254)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(25975), added: 28450, mode: `MaxEncodedLen`)
	fn attest_batch(n: u32, ) -> Weight {
		// At least 76_934_000 ps.
		Weight::from_parts(135_121_929, 4246)
			// Standard error: 1_546_665.
			.saturating_add(Weight::from_parts(39_403_150, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().reads((5_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes((5_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 56900).saturating_mul(n.into()))
	}
	// Storage: `Devices::Devices` (r:1 w:1)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1623), added: 4098, mode: `MaxEncodedLen`)
	// Storage: `Devices::Registrars` (r:1 w:0)
	// Proof: `Devices::Registrars` (`max_values`: None, `max_size`: Some(781), added: 3256, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::OpenBlocks` (r:1 w:0)
	// Proof: `Metering::OpenBlocks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(1036), added: 1531, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:2 w:2)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(25975), added: 28450, mode: `MaxEncodedLen`)
	// Storage: `Devices::MeteringPoints` (r:0 w:1)
	// Proof: `Devices::MeteringPoints` (`max_values`: None, `max_size`: Some(95), added: 2570, mode: `MaxEncodedLen`)
	fn revoke() -> Weight {
		// At least 133_708_000 ps.
		Weight::from_parts(102_616_861, 57890)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	// Storage: `Devices::Devices` (r:1 w:1)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1623), added: 4098, mode: `MaxEncodedLen`)
	// Storage: `Devices::Registrars` (r:1 w:0)
	// Proof: `Devices::Registrars` (`max_values`: None, `max_size`: Some(781), added: 3256, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::OpenBlocks` (r:1 w:0)
	// Proof: `Metering::OpenBlocks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(1036), added: 1531, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:2 w:2)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(25975), added: 28450, mode: `MaxEncodedLen`)
	fn suspend() -> Weight {
		// At least 124_654_000 ps.
		Weight::from_parts(87_428_182, 57890)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	// Storage: `Devices::Devices` (r:1 w:1)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1623), added: 4098, mode: `MaxEncodedLen`)
	// Storage: `Devices::Registrars` (r:1 w:0)
	// Proof: `Devices::Registrars` (`max_values`: None, `max_size`: Some(781), added: 3256, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::OpenBlocks` (r:1 w:0)
	// Proof: `Metering::OpenBlocks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(1036), added: 1531, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:2 w:2)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(25975), added: 28450, mode: `MaxEncodedLen`)
	fn resume() -> Weight {
		// At least 123_826_000 ps.
		Weight::from_parts(82_766_970, 57890)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	// Storage: `Devices::Devices` (r:1 w:1)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1623), added: 4098, mode: `MaxEncodedLen`)
	// Storage: `Devices::Keys` (r:1 w:0)
	// Proof: `Devices::Keys` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::OpenBlocks` (r:1 w:0)
	// Proof: `Metering::OpenBlocks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(1036), added: 1531, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:2 w:2)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(25975), added: 28450, mode: `MaxEncodedLen`)
	// Storage: `Devices::MeteringPoints` (r:0 w:1)
	// Proof: `Devices::MeteringPoints` (`max_values`: None, `max_size`: Some(95), added: 2570, mode: `MaxEncodedLen`)
	fn rotate_key() -> Weight {
		// At least 127_364_000 ps.
		Weight::from_parts(119_099_894, 57890)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	// Storage: `Devices::Devices` (r:1 w:1)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1623), added: 4098, mode: `MaxEncodedLen`)
	fn offer_transfer() -> Weight {
		// At least 35_220_000 ps.
		Weight::from_parts(28_176_231, 5088)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Devices::Devices` (r:1 w:1)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1623), added: 4098, mode: `MaxEncodedLen`)
	fn withdraw_transfer() -> Weight {
		// At least 29_091_000 ps.
		Weight::from_parts(27_847_194, 5088)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Devices::Devices` (r:1 w:1)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1623), added: 4098, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::OpenBlocks` (r:1 w:0)
	// Proof: `Metering::OpenBlocks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(1036), added: 1531, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:4 w:4)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(25975), added: 28450, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Devices::DeviceCount` (r:2 w:2)
	// Proof: `Devices::DeviceCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Devices::OperatorDevices` (r:0 w:2)
	// Proof: `Devices::OperatorDevices` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	fn accept_transfer() -> Weight {
		// At least 234_978_000 ps.
		Weight::from_parts(143_728_511, 114790)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(11))
	}
	// Storage: `Devices::Devices` (r:1 w:1)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1623), added: 4098, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::OpenBlocks` (r:1 w:0)
	// Proof: `Metering::OpenBlocks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(1036), added: 1531, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:2 w:2)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(25975), added: 28450, mode: `MaxEncodedLen`)
	// Storage: `Devices::MeteringPoints` (r:0 w:1)
	// Proof: `Devices::MeteringPoints` (`max_values`: None, `max_size`: Some(95), added: 2570, mode: `MaxEncodedLen`)
	fn retire() -> Weight {
		// At least 121_612_000 ps.
		Weight::from_parts(82_579_803, 57890)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	// Storage: `Devices::Devices` (r:1 w:1)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1623), added: 4098, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::OpenBlocks` (r:1 w:0)
	// Proof: `Metering::OpenBlocks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(1036), added: 1531, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:7 w:7)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:7 w:7)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:14 w:14)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(25975), added: 28450, mode: `MaxEncodedLen`)
	// Storage: `Devices::DeviceCount` (r:1 w:1)
	// Proof: `Devices::DeviceCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Devices::OperatorDevices` (r:0 w:1)
	// Proof: `Devices::OperatorDevices` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	fn release_deposit() -> Weight {
		// At least 674_053_000 ps.
		Weight::from_parts(344_346_816, 399290)
			.saturating_add(T::DbWeight::get().reads(34))
			.saturating_add(T::DbWeight::get().writes(31))
	}
	// Storage: `Devices::Devices` (r:2 w:2)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1623), added: 4098, mode: `MaxEncodedLen`)
	// Storage: `Devices::Registrars` (r:1 w:0)
	// Proof: `Devices::Registrars` (`max_values`: None, `max_size`: Some(781), added: 3256, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::OpenBlocks` (r:1 w:0)
	// Proof: `Metering::OpenBlocks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(1036), added: 1531, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:2 w:2)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(25975), added: 28450, mode: `MaxEncodedLen`)
	// Storage: `Devices::Keys` (r:1 w:1)
	// Proof: `Devices::Keys` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Devices::MeteringPoints` (r:0 w:1)
	// Proof: `Devices::MeteringPoints` (`max_values`: None, `max_size`: Some(95), added: 2570, mode: `MaxEncodedLen`)
	fn swap() -> Weight {
		// At least 222_718_000 ps.
		Weight::from_parts(137_880_203, 57890)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	// Storage: `Devices::Devices` (r:1 w:1)
	// Proof: `Devices::Devices` (`max_values`: None, `max_size`: Some(1623), added: 4098, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::OpenBlocks` (r:1 w:0)
	// Proof: `Metering::OpenBlocks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(1036), added: 1531, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:2 w:2)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(25975), added: 28450, mode: `MaxEncodedLen`)
	// Storage: `Devices::MeteringPoints` (r:0 w:1)
	// Proof: `Devices::MeteringPoints` (`max_values`: None, `max_size`: Some(95), added: 2570, mode: `MaxEncodedLen`)
	fn change_zone() -> Weight {
		// At least 122_545_000 ps.
		Weight::from_parts(110_029_590, 57890)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	// Not measured yet: as `remove_registrar` twice, with an account, a bond and the clock.
	fn slash_registrar() -> Weight {
		Weight::from_parts(190_000_000, 6196)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	// Not measured yet: as `remove_registrar`, and the clock.
	fn release_bond() -> Weight {
		Weight::from_parts(90_000_000, 4246)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	// Estimated, not measured. Reads: Devices::Devices, Gateways::Gateways, Metering::Schedules, Timestamp::Now,
	// Metering::Marks, Metering::OpenBlocks. Writes: the first one.
	fn bind() -> Weight {
		Weight::from_parts(40_000_000, 14_000)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Estimated, not measured. Reads: Metering::Schedules, Timestamp::Now, Metering::Marks, Metering::OpenBlocks. Of
	// each device: Devices::Devices, Gateways::Gateways (r).
	fn bind_batch(n: u32, ) -> Weight {
		Weight::from_parts(20_000_000, 8_000)
			.saturating_add(Weight::from_parts(30_000_000, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 6_700).saturating_mul(n.into()))
	}
}
