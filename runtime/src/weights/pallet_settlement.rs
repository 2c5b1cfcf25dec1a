//! Weights of `pallet_settlement`, as measured.
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

impl<T: frame_system::Config> pallet_settlement::WeightInfo for WeightInfo<T> {
	// Storage: `Settlement::Settlements` (r:64 w:0)
	// Proof: `Settlement::Settlements` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Market::Contracts` (r:64 w:0)
	// Proof: `Market::Contracts` (`max_values`: None, `max_size`: Some(1097), added: 3572, mode: `MaxEncodedLen`)
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
		// At least 299_931_000 ps.
		Weight::from_parts(302_785_000, 3509)
			// By hand, until it is measured again: the count of open blocks; longer histories.
			.saturating_add(Weight::from_parts(50_000_000, 0).saturating_mul(g.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			// Standard error: 138_676.
			.saturating_add(Weight::from_parts(30_903_106, 0).saturating_mul(g.into()))
			// Standard error: 287_635.
			.saturating_add(Weight::from_parts(2_843_052, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().reads((6_u64).saturating_mul(g.into())))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(Weight::from_parts(0, 6112).saturating_mul(g.into()))
			.saturating_add(Weight::from_parts(0, 3710).saturating_mul(p.into()))
	}
	fn verify_small() -> Weight {
		// At least 2_940_695_000 ps.
		Weight::from_parts(3_073_816_000, 0)
	}
	fn verify_large() -> Weight {
		// At least 4_864_183_000 ps.
		Weight::from_parts(5_059_527_000, 0)
	}
	// Storage: `Settlement::Settlements` (r:1 w:1)
	// Proof: `Settlement::Settlements` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Market::Contracts` (r:1 w:1)
	// Proof: `Market::Contracts` (`max_values`: None, `max_size`: Some(1097), added: 3572, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:1 w:0)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(3637), added: 6112, mode: `MaxEncodedLen`)
	// Storage: `Market::Trades` (r:64 w:64)
	// Proof: `Market::Trades` (`max_values`: None, `max_size`: Some(549), added: 3024, mode: `MaxEncodedLen`)
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
	// Proof: `Market::Outcomes` (`max_values`: None, `max_size`: Some(43), added: 2518, mode: `MaxEncodedLen`)
	// Storage: `Payments::Notes` (r:0 w:128)
	// Proof: `Payments::Notes` (`max_values`: None, `max_size`: Some(558), added: 3033, mode: `MaxEncodedLen`)
	fn settle_group(t: u32, ) -> Weight {
		// At least 406_971_000 ps.
		Weight::from_parts(411_818_000, 7102)
			// By hand, until it is measured again: a longer history.
			.saturating_add(Weight::from_parts(50_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(1))
			// Standard error: 3_288_599.
			.saturating_add(Weight::from_parts(372_760_393, 0).saturating_mul(t.into()))
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().reads((4_u64).saturating_mul(t.into())))
			.saturating_add(T::DbWeight::get().writes(9))
			.saturating_add(T::DbWeight::get().writes((8_u64).saturating_mul(t.into())))
			.saturating_add(Weight::from_parts(0, 3024).saturating_mul(t.into()))
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
		// At least 19_249_000 ps.
		Weight::from_parts(20_922_000, 7102)
			// By hand, until it is measured again: a longer history.
			.saturating_add(Weight::from_parts(50_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(1))
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
		// At least 14_462_000 ps.
		Weight::from_parts(15_814_000, 3766)
			// By hand, until it is measured again: the count of open blocks.
			.saturating_add(Weight::from_parts(1_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(1))
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
		// At least 13_550_000 ps.
		Weight::from_parts(14_833_000, 3600)
			// By hand, until it is measured again: the count of open blocks.
			.saturating_add(Weight::from_parts(1_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Market::Contracts` (r:33 w:0)
	// Proof: `Market::Contracts` (`max_values`: None, `max_size`: Some(1097), added: 3572, mode: `MaxEncodedLen`)
	fn idle(n: u32, ) -> Weight {
		// At least 8_332_000 ps.
		Weight::from_parts(4_142_289, 4562)
			// Standard error: 6_187.
			.saturating_add(Weight::from_parts(5_405_254, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 3572).saturating_mul(n.into()))
	}
	// Storage: `Settlement::Provers` (r:15 w:0)
	// Proof: `Settlement::Provers` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
	// Storage: `Settlement::Settlements` (r:15 w:0)
	// Proof: `Settlement::Settlements` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Market::Contracts` (r:15 w:0)
	// Proof: `Market::Contracts` (`max_values`: None, `max_size`: Some(1097), added: 3572, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:15 w:0)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(3637), added: 6112, mode: `MaxEncodedLen`)
	// Storage: `Metering::Counts` (r:15 w:0)
	// Proof: `Metering::Counts` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	// Storage: `Market::Trades` (r:15 w:0)
	// Proof: `Market::Trades` (`max_values`: None, `max_size`: Some(549), added: 3024, mode: `MaxEncodedLen`)
	// Storage: `Metering::Pages` (r:46 w:0)
	// Proof: `Metering::Pages` (`max_values`: None, `max_size`: Some(1235), added: 3710, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn form_sealed(g: u32, p: u32, ) -> Weight {
		// At least 320_461_000 ps.
		Weight::from_parts(331_618_000, 3509)
			// By hand, until it is measured again: the count of open blocks; longer histories.
			.saturating_add(Weight::from_parts(50_000_000, 0).saturating_mul(g.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			// Standard error: 549_562.
			.saturating_add(Weight::from_parts(26_292_963, 0).saturating_mul(g.into()))
			// Standard error: 273_484.
			.saturating_add(Weight::from_parts(3_308_886, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().reads((7_u64).saturating_mul(g.into())))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(Weight::from_parts(0, 6112).saturating_mul(g.into()))
			.saturating_add(Weight::from_parts(0, 3710).saturating_mul(p.into()))
	}
	fn verify_split_small() -> Weight {
		// At least 1_605_311_000 ps.
		Weight::from_parts(1_683_918_000, 0)
	}
	fn verify_split_large() -> Weight {
		// At least 1_863_748_000 ps.
		Weight::from_parts(1_961_435_000, 0)
	}
	// Storage: `Market::Contracts` (r:1 w:1)
	// Proof: `Market::Contracts` (`max_values`: None, `max_size`: Some(1097), added: 3572, mode: `MaxEncodedLen`)
	// Storage: `Market::Trades` (r:1 w:1)
	// Proof: `Market::Trades` (`max_values`: None, `max_size`: Some(549), added: 3024, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:1 w:0)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(3637), added: 6112, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:3 w:3)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:2 w:2)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Payments::Terms` (r:1 w:0)
	// Proof: `Payments::Terms` (`max_values`: None, `max_size`: Some(61), added: 2536, mode: `MaxEncodedLen`)
	// Storage: `Payments::NextPosition` (r:1 w:1)
	// Proof: `Payments::NextPosition` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Payments::Moved` (r:1 w:1)
	// Proof: `Payments::Moved` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	// Storage: `Payments::SplitNotes` (r:1 w:1)
	// Proof: `Payments::SplitNotes` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Market::Counts` (r:2 w:2)
	// Proof: `Market::Counts` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Market::Agenda` (r:0 w:1)
	// Proof: `Market::Agenda` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	// Storage: `Market::Outcomes` (r:0 w:1)
	// Proof: `Market::Outcomes` (`max_values`: None, `max_size`: Some(43), added: 2518, mode: `MaxEncodedLen`)
	// Storage: `Settlement::Settlements` (r:0 w:1)
	// Proof: `Settlement::Settlements` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Payments::Notes` (r:0 w:2)
	// Proof: `Payments::Notes` (`max_values`: None, `max_size`: Some(558), added: 3033, mode: `MaxEncodedLen`)
	fn settle_sealed() -> Weight {
		// At least 171_698_000 ps.
		Weight::from_parts(183_636_000, 8799)
			// By hand, until it is measured again: the count of open blocks; longer histories.
			.saturating_add(Weight::from_parts(50_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(17))
	}
}
