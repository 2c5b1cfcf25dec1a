//! Weights of `pallet_settlement`, as measured.
//!
//! Written by `cargo xtask bench weights` on 2026-11-22, not by hand.
//! Machine: AMD EPYC; steps 20, repeats 10; compiled Wasm; state in memory.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The weights.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_settlement::WeightInfo for WeightInfo<T> {
	// Storage: `Settlement::Settlements` (r:64 w:0)
	// Proof: `Settlement::Settlements` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Market::Contracts` (r:64 w:0)
	// Proof: `Market::Contracts` (`max_values`: None, `max_size`: Some(1096), added: 3571, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:64 w:0)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(3637), added: 6112, mode: `MaxEncodedLen`)
	// Storage: `Metering::Counts` (r:64 w:0)
	// Proof: `Metering::Counts` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	// Storage: `Settlement::Provers` (r:64 w:0)
	// Proof: `Settlement::Provers` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
	// Storage: `Metering::Pages` (r:95 w:0)
	// Proof: `Metering::Pages` (`max_values`: None, `max_size`: Some(1235), added: 3710, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn form_statement(g: u32, p: u32, ) -> Weight {
		// At least 304_848_000 ps.
		Weight::from_parts(312_489_000, 3509)
			// Standard error: 342_169.
			.saturating_add(Weight::from_parts(32_469_719, 0).saturating_mul(g.into()))
			// Standard error: 709_711.
			.saturating_add(Weight::from_parts(2_022_960, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().reads((6_u64).saturating_mul(g.into())))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(Weight::from_parts(0, 6112).saturating_mul(g.into()))
			.saturating_add(Weight::from_parts(0, 3710).saturating_mul(p.into()))
	}
	fn verify_small() -> Weight {
		// At least 2_851_311_000 ps.
		Weight::from_parts(2_967_977_000, 0)
	}
	fn verify_large() -> Weight {
		// At least 4_639_276_000 ps.
		Weight::from_parts(4_813_448_000, 0)
	}
	// Storage: `Settlement::Settlements` (r:1 w:1)
	// Proof: `Settlement::Settlements` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Market::Contracts` (r:1 w:1)
	// Proof: `Market::Contracts` (`max_values`: None, `max_size`: Some(1096), added: 3571, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:1 w:0)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(3637), added: 6112, mode: `MaxEncodedLen`)
	// Storage: `Market::Trades` (r:64 w:64)
	// Proof: `Market::Trades` (`max_values`: None, `max_size`: Some(371), added: 2846, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:66 w:66)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:65 w:65)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Payments::Terms` (r:1 w:0)
	// Proof: `Payments::Terms` (`max_values`: None, `max_size`: Some(61), added: 2536, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Payments::NextPosition` (r:1 w:1)
	// Proof: `Payments::NextPosition` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Payments::Moved` (r:1 w:1)
	// Proof: `Payments::Moved` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	// Storage: `Payments::OpenNotes` (r:1 w:1)
	// Proof: `Payments::OpenNotes` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Market::Counts` (r:65 w:65)
	// Proof: `Market::Counts` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Market::Agenda` (r:0 w:64)
	// Proof: `Market::Agenda` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	// Storage: `Market::Outcomes` (r:0 w:64)
	// Proof: `Market::Outcomes` (`max_values`: None, `max_size`: Some(42), added: 2517, mode: `MaxEncodedLen`)
	// Storage: `Payments::Notes` (r:0 w:128)
	// Proof: `Payments::Notes` (`max_values`: None, `max_size`: Some(558), added: 3033, mode: `MaxEncodedLen`)
	fn settle_group(t: u32, ) -> Weight {
		// At least 389_375_000 ps.
		Weight::from_parts(14_784_512, 7102)
			// Standard error: 386_765.
			.saturating_add(Weight::from_parts(350_359_978, 0).saturating_mul(t.into()))
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().reads((4_u64).saturating_mul(t.into())))
			.saturating_add(T::DbWeight::get().writes(9))
			.saturating_add(T::DbWeight::get().writes((8_u64).saturating_mul(t.into())))
			.saturating_add(Weight::from_parts(0, 2846).saturating_mul(t.into()))
	}
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:1 w:0)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(3637), added: 6112, mode: `MaxEncodedLen`)
	// Storage: `Settlement::Provers` (r:1 w:1)
	// Proof: `Settlement::Provers` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(770), added: 1265, mode: `MaxEncodedLen`)
	fn name_prover() -> Weight {
		// At least 19_008_000 ps.
		Weight::from_parts(21_091_000, 7102)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Settlement::Provers` (r:1 w:1)
	// Proof: `Settlement::Provers` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(770), added: 1265, mode: `MaxEncodedLen`)
	fn clear_prover() -> Weight {
		// At least 14_752_000 ps.
		Weight::from_parts(16_074_000, 3766)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Settlement::Settlements` (r:1 w:1)
	// Proof: `Settlement::Settlements` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	fn prune() -> Weight {
		// At least 13_120_000 ps.
		Weight::from_parts(14_351_000, 3600)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Market::Contracts` (r:33 w:0)
	// Proof: `Market::Contracts` (`max_values`: None, `max_size`: Some(1096), added: 3571, mode: `MaxEncodedLen`)
	fn idle(n: u32, ) -> Weight {
		// At least 8_072_000 ps.
		Weight::from_parts(4_445_173, 4561)
			// Standard error: 4_706.
			.saturating_add(Weight::from_parts(5_186_205, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 3571).saturating_mul(n.into()))
	}
	// Until it is measured.
	fn form_sealed(g: u32, p: u32, ) -> Weight {
		Self::form_statement(g, p).saturating_add(Self::idle(1).saturating_mul(g.into()))
	}
	// Until it is measured.
	fn verify_split_small() -> Weight {
		Self::verify_small()
	}
	// Until it is measured.
	fn verify_split_large() -> Weight {
		Self::verify_large()
	}
	// Until it is measured.
	fn settle_sealed() -> Weight {
		Self::settle_group(1)
	}
}
