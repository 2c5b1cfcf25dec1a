//! Weights of `pallet_settlement`, as measured.
//!
//! Written by `cargo xtask bench weights` on 2026-11-29, not by hand, but for
//! `verify_split_small` (docs/decisions/0013).
//! Machine: Intel(R) Xeon(R) Processor; steps 20, repeats 10; compiled Wasm; state in memory.
//! Times are multiplied by 48.8/94.7: what transfer_allow_death takes on the SDK's reference machine, and here.
//! Proof sizes of `Devices::Devices`, `Devices::Groups` and `Market::Trades` were raised by hand since, as these grew.
//! To `settle_group` was added by hand what four registrars' bonds take that pay for what they took away: for a group
//! a read of `Market::ImbalancePrices`, `Metering::FirstLength` and `Devices::Registrars` and three items of each
//! registrar, for a trade 160 us. So was what a backstop takes that buys what was delivered beyond what was sold: reads
//! and writes of `Book::Backstops`, `System::Account` and `Balances::Holds`, a read of `Book::LeastEvidence`, 32 of
//! `Book::Books` and 210 us; and to `form_statement` a read of `Metering::FirstLength`, and of `Book::Backstops` and
//! `Book::LeastEvidence` and 16 us for each group.

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
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(25975), added: 28450, mode: `MaxEncodedLen`)
	// Storage: `Metering::Counts` (r:64 w:0)
	// Proof: `Metering::Counts` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	// Storage: `Settlement::Provers` (r:64 w:0)
	// Proof: `Settlement::Provers` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
	// Storage: `Metering::Pages` (r:95 w:0)
	// Proof: `Metering::Pages` (`max_values`: None, `max_size`: Some(1235), added: 3710, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn form_statement(g: u32, p: u32, ) -> Weight {
		// At least 855_891_000 ps.
		Weight::from_parts(997_239_680, 3509)
			// Standard error: 3_531_209.
			.saturating_add(Weight::from_parts(55_493_073, 0).saturating_mul(g.into()))
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().reads((8_u64).saturating_mul(g.into())))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(Weight::from_parts(0, 35560).saturating_mul(g.into()))
			.saturating_add(Weight::from_parts(0, 3710).saturating_mul(p.into()))
	}
	fn verify_small() -> Weight {
		// At least 3_084_727_000 ps.
		Weight::from_parts(2_419_763_201, 0)
	}
	fn verify_large() -> Weight {
		// At least 6_241_898_000 ps.
		Weight::from_parts(6_732_772_130, 0)
	}
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::OpenBlocks` (r:1 w:0)
	// Proof: `Metering::OpenBlocks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(1036), added: 1531, mode: `MaxEncodedLen`)
	// Storage: `Settlement::Settlements` (r:1 w:1)
	// Proof: `Settlement::Settlements` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Market::Contracts` (r:1 w:1)
	// Proof: `Market::Contracts` (`max_values`: None, `max_size`: Some(1097), added: 3572, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:1 w:0)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(25975), added: 28450, mode: `MaxEncodedLen`)
	// Storage: `Market::Trades` (r:64 w:64)
	// Proof: `Market::Trades` (`max_values`: None, `max_size`: Some(711), added: 3186, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:66 w:66)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:65 w:65)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Payments::PayableAssets` (r:1 w:0)
	// Proof: `Payments::PayableAssets` (`max_values`: None, `max_size`: Some(61), added: 2536, mode: `MaxEncodedLen`)
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
	// Storage: `Market::Agenda` (r:0 w:64)
	// Proof: `Market::Agenda` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	// Storage: `Market::Outcomes` (r:0 w:64)
	// Proof: `Market::Outcomes` (`max_values`: None, `max_size`: Some(51), added: 2526, mode: `MaxEncodedLen`)
	// Storage: `Payments::Notes` (r:0 w:128)
	// Proof: `Payments::Notes` (`max_values`: None, `max_size`: Some(558), added: 3033, mode: `MaxEncodedLen`)
	// Storage: `Settlement::SettledNow` (r:1 w:1), and 10 microseconds for Keccak: reckoned.
	fn settle_group(t: u32, ) -> Weight {
		// At least 595_408_000 ps.
		Weight::from_parts(527_591_501, 168807)
			// Standard error: 12_263_839.
			.saturating_add(Weight::from_parts(630_239_505, 0).saturating_mul(t.into()))
			.saturating_add(T::DbWeight::get().reads(68))
			.saturating_add(T::DbWeight::get().reads((4_u64).saturating_mul(t.into())))
			.saturating_add(T::DbWeight::get().writes(26))
			.saturating_add(T::DbWeight::get().writes((8_u64).saturating_mul(t.into())))
			.saturating_add(Weight::from_parts(0, 3186).saturating_mul(t.into()))
	}
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:1 w:0)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(25975), added: 28450, mode: `MaxEncodedLen`)
	// Storage: `Settlement::Provers` (r:1 w:1)
	// Proof: `Settlement::Provers` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
	// Storage: `Metering::OpenBlocks` (r:1 w:0)
	// Proof: `Metering::OpenBlocks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(1036), added: 1531, mode: `MaxEncodedLen`)
	fn name_prover() -> Weight {
		// At least 51_420_000 ps.
		Weight::from_parts(54_924_477, 29440)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Settlement::Provers` (r:1 w:1)
	// Proof: `Settlement::Provers` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
	// Storage: `Metering::OpenBlocks` (r:1 w:0)
	// Proof: `Metering::OpenBlocks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(1036), added: 1531, mode: `MaxEncodedLen`)
	fn clear_prover() -> Weight {
		// At least 29_604_000 ps.
		Weight::from_parts(25_433_199, 3766)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Settlement::Settlements` (r:1 w:1)
	// Proof: `Settlement::Settlements` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::OpenBlocks` (r:1 w:0)
	// Proof: `Metering::OpenBlocks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(1036), added: 1531, mode: `MaxEncodedLen`)
	fn prune() -> Weight {
		// At least 44_740_000 ps.
		Weight::from_parts(37_884_671, 3600)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Market::Contracts` (r:33 w:0)
	// Proof: `Market::Contracts` (`max_values`: None, `max_size`: Some(1097), added: 3572, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Metering::OpenBlocks` (r:1 w:0)
	// Proof: `Metering::OpenBlocks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Metering::Marks` (r:1 w:0)
	// Proof: `Metering::Marks` (`max_values`: Some(1), `max_size`: Some(1036), added: 1531, mode: `MaxEncodedLen`)
	fn idle(n: u32, ) -> Weight {
		// At least 38_869_000 ps.
		Weight::from_parts(46_557_660, 4562)
			// Standard error: 422_000.
			.saturating_add(Weight::from_parts(8_699_165, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(5))
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
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(25975), added: 28450, mode: `MaxEncodedLen`)
	// Storage: `Metering::Counts` (r:15 w:0)
	// Proof: `Metering::Counts` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	// Storage: `Market::Trades` (r:15 w:0)
	// Proof: `Market::Trades` (`max_values`: None, `max_size`: Some(711), added: 3186, mode: `MaxEncodedLen`)
	// Storage: `Metering::Pages` (r:46 w:0)
	// Proof: `Metering::Pages` (`max_values`: None, `max_size`: Some(1235), added: 3710, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn form_sealed(g: u32, p: u32, ) -> Weight {
		// At least 774_258_000 ps.
		Weight::from_parts(436_846_572, 3509)
			// Standard error: 2_796_787.
			.saturating_add(Weight::from_parts(31_598_690, 0).saturating_mul(g.into()))
			// Standard error: 1_391_792.
			.saturating_add(Weight::from_parts(3_154_177, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().reads((7_u64).saturating_mul(g.into())))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(Weight::from_parts(0, 28450).saturating_mul(g.into()))
			.saturating_add(Weight::from_parts(0, 3710).saturating_mul(p.into()))
	}
	fn verify_split_small() -> Weight {
		// At least 2_133_312_000 ps.
		Weight::from_parts(1_683_918_000, 0)
	}
	fn verify_split_large() -> Weight {
		// At least 2_289_098_000 ps.
		Weight::from_parts(2_099_368_270, 0)
	}
	// Storage: `Market::Contracts` (r:1 w:1)
	// Proof: `Market::Contracts` (`max_values`: None, `max_size`: Some(1097), added: 3572, mode: `MaxEncodedLen`)
	// Storage: `Market::Trades` (r:1 w:1)
	// Proof: `Market::Trades` (`max_values`: None, `max_size`: Some(711), added: 3186, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:1 w:0)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(25975), added: 28450, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:3 w:3)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:2 w:2)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Payments::PayableAssets` (r:1 w:0)
	// Proof: `Payments::PayableAssets` (`max_values`: None, `max_size`: Some(61), added: 2536, mode: `MaxEncodedLen`)
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
	// Proof: `Market::Outcomes` (`max_values`: None, `max_size`: Some(51), added: 2526, mode: `MaxEncodedLen`)
	// Storage: `Settlement::Settlements` (r:0 w:1)
	// Proof: `Settlement::Settlements` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Payments::Notes` (r:0 w:2)
	// Proof: `Payments::Notes` (`max_values`: None, `max_size`: Some(558), added: 3033, mode: `MaxEncodedLen`)
	// Storage: `Settlement::SettledNow` (r:1 w:1), and 10 microseconds for Keccak: reckoned.
	fn settle_sealed() -> Weight {
		// At least 297_461_000 ps.
		Weight::from_parts(206_902_589, 73204)
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().writes(18))
	}
	// Storage: `Settlement::SettledNow` (r:1 w:1)
	// Storage: `Settlement::SettledRoot` (r:0 w:1)
	// Storage: `System::ParentHash` (r:1 w:0)
	fn close(n: u32, ) -> Weight {
		// Reckoned, above what two Keccaks and 32 bytes of a list cost: 5 microseconds each.
		Weight::from_parts(20_000_000, 1490)
			.saturating_add(Weight::from_parts(5_000_000, 32).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
}
