//! Weights of `pallet_payments`, as measured.
//!
//! Written by `cargo xtask bench weights` on 2026-11-29, not by hand.
//! Machine: Intel(R) Xeon(R) Processor; steps 20, repeats 10; compiled Wasm; state in memory.
//! Times are multiplied as the yardstick of the same minutes says: what transfer_allow_death takes on the
//! SDK's reference machine, 48.8 us, by what it took here, 91.6 to 145.6 us.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The weights.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_payments::WeightInfo for WeightInfo<T> {
	// Storage: `Payments::NextPosition` (r:1 w:0)
	// Proof: `Payments::NextPosition` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Payments::Head` (r:1 w:1)
	// Proof: `Payments::Head` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	// Storage: `Payments::Frontier` (r:1 w:1)
	// Proof: `Payments::Frontier` (`max_values`: Some(1), `max_size`: Some(1024), added: 1519, mode: `MaxEncodedLen`)
	// Storage: `Payments::Notes` (r:127 w:0)
	// Proof: `Payments::Notes` (`max_values`: None, `max_size`: Some(558), added: 3033, mode: `MaxEncodedLen`)
	// Storage: `Payments::EmptyRoots` (r:1 w:0)
	// Proof: `Payments::EmptyRoots` (`max_values`: Some(1), `max_size`: Some(1056), added: 1551, mode: `MaxEncodedLen`)
	// Storage: `Payments::RecentRoots` (r:1 w:1)
	// Proof: `Payments::RecentRoots` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	// Storage: `Payments::RootNumbers` (r:1 w:2)
	// Proof: `Payments::RootNumbers` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
	// Storage: `Payments::Roots` (r:0 w:2)
	// Proof: `Payments::Roots` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	// Storage: `Payments::Anchor` (r:0 w:1)
	// Proof: `Payments::Anchor` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	fn on_finalize(n: u32, ) -> Weight {
		// At least 2_701_063_000 ps.
		Weight::from_parts(2_027_301_140, 3513)
			// Standard error: 911_818.
			.saturating_add(Weight::from_parts(41_093_384, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(8))
			.saturating_add(Weight::from_parts(0, 3033).saturating_mul(n.into()))
	}
	fn verify_proof() -> Weight {
		// At least 4_757_793_000 ps.
		Weight::from_parts(2_334_376_203, 0)
	}
	// Storage: `Payments::PayableAssets` (r:1 w:0)
	// Proof: `Payments::PayableAssets` (`max_values`: None, `max_size`: Some(61), added: 2536, mode: `MaxEncodedLen`)
	// Storage: `Payments::Roots` (r:1 w:0)
	// Proof: `Payments::Roots` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	// Storage: `Payments::RecentRoots` (r:1 w:0)
	// Proof: `Payments::RecentRoots` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	// Storage: `Payments::Nullifiers` (r:2 w:0)
	// Proof: `Payments::Nullifiers` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	// Storage: `Payments::NextPosition` (r:1 w:0)
	// Proof: `Payments::NextPosition` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Payments::Moved` (r:1 w:0)
	// Proof: `Payments::Moved` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	// Storage: `Assets::Asset` (r:1 w:0)
	// Proof: `Assets::Asset` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	// Storage: `Assets::Account` (r:1 w:0)
	// Proof: `Assets::Account` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn check_transfer() -> Weight {
		// At least 63_149_000 ps.
		Weight::from_parts(39_295_110, 6004)
			.saturating_add(T::DbWeight::get().reads(10))
	}
	// Storage: `Payments::PayableAssets` (r:1 w:0)
	// Proof: `Payments::PayableAssets` (`max_values`: None, `max_size`: Some(61), added: 2536, mode: `MaxEncodedLen`)
	// Storage: `Payments::Roots` (r:1 w:0)
	// Proof: `Payments::Roots` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	// Storage: `Payments::RecentRoots` (r:1 w:0)
	// Proof: `Payments::RecentRoots` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	// Storage: `Payments::Nullifiers` (r:2 w:0)
	// Proof: `Payments::Nullifiers` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	// Storage: `Payments::NextPosition` (r:1 w:0)
	// Proof: `Payments::NextPosition` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Payments::Moved` (r:1 w:0)
	// Proof: `Payments::Moved` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	// Storage: `Assets::Asset` (r:1 w:0)
	// Proof: `Assets::Asset` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	// Storage: `Assets::Account` (r:2 w:0)
	// Proof: `Assets::Account` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn check_unshield() -> Weight {
		// At least 59_126_000 ps.
		Weight::from_parts(42_566_248, 6208)
			.saturating_add(T::DbWeight::get().reads(11))
	}
	// Storage: `Payments::PayableAssets` (r:1 w:0)
	// Proof: `Payments::PayableAssets` (`max_values`: None, `max_size`: Some(61), added: 2536, mode: `MaxEncodedLen`)
	// Storage: `Payments::Roots` (r:1 w:0)
	// Proof: `Payments::Roots` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	// Storage: `Payments::RecentRoots` (r:1 w:0)
	// Proof: `Payments::RecentRoots` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	// Storage: `Payments::Nullifiers` (r:2 w:2)
	// Proof: `Payments::Nullifiers` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	// Storage: `Payments::NextPosition` (r:1 w:1)
	// Proof: `Payments::NextPosition` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Proof: `Assets::Asset` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	// Storage: `Assets::Account` (r:2 w:2)
	// Proof: `Assets::Account` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:2 w:2)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Payments::Moved` (r:1 w:1)
	// Proof: `Payments::Moved` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	// Storage: `Session::Validators` (r:1 w:0)
	// Proof: `Session::Validators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Payments::Notes` (r:0 w:2)
	// Proof: `Payments::Notes` (`max_values`: None, `max_size`: Some(558), added: 3033, mode: `MaxEncodedLen`)
	fn shield() -> Weight {
		// At least 278_725_000 ps.
		Weight::from_parts(166_931_780, 6208)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(11))
	}
	// Storage: `Payments::PayableAssets` (r:1 w:0)
	// Proof: `Payments::PayableAssets` (`max_values`: None, `max_size`: Some(61), added: 2536, mode: `MaxEncodedLen`)
	// Storage: `Payments::Roots` (r:1 w:0)
	// Proof: `Payments::Roots` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	// Storage: `Payments::RecentRoots` (r:1 w:0)
	// Proof: `Payments::RecentRoots` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	// Storage: `Payments::Nullifiers` (r:2 w:2)
	// Proof: `Payments::Nullifiers` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	// Storage: `Payments::NextPosition` (r:1 w:1)
	// Proof: `Payments::NextPosition` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Payments::Moved` (r:1 w:1)
	// Proof: `Payments::Moved` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Proof: `Assets::Asset` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	// Storage: `Assets::Account` (r:2 w:2)
	// Proof: `Assets::Account` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
	// Storage: `Session::Validators` (r:1 w:0)
	// Proof: `Session::Validators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Payments::Notes` (r:0 w:2)
	// Proof: `Payments::Notes` (`max_values`: None, `max_size`: Some(558), added: 3033, mode: `MaxEncodedLen`)
	fn transfer() -> Weight {
		// At least 174_543_000 ps.
		Weight::from_parts(88_010_928, 6208)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(10))
	}
	// Storage: `Payments::PayableAssets` (r:1 w:0)
	// Proof: `Payments::PayableAssets` (`max_values`: None, `max_size`: Some(61), added: 2536, mode: `MaxEncodedLen`)
	// Storage: `Payments::Roots` (r:1 w:0)
	// Proof: `Payments::Roots` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	// Storage: `Payments::RecentRoots` (r:1 w:0)
	// Proof: `Payments::RecentRoots` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	// Storage: `Payments::Nullifiers` (r:2 w:2)
	// Proof: `Payments::Nullifiers` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	// Storage: `Payments::NextPosition` (r:1 w:1)
	// Proof: `Payments::NextPosition` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Payments::Moved` (r:1 w:1)
	// Proof: `Payments::Moved` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Proof: `Assets::Asset` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	// Storage: `Assets::Account` (r:3 w:3)
	// Proof: `Assets::Account` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:2 w:2)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Session::Validators` (r:1 w:0)
	// Proof: `Session::Validators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Payments::Notes` (r:0 w:2)
	// Proof: `Payments::Notes` (`max_values`: None, `max_size`: Some(558), added: 3033, mode: `MaxEncodedLen`)
	fn unshield() -> Weight {
		// At least 227_817_000 ps.
		Weight::from_parts(148_019_971, 8817)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(12))
	}
	// Storage: `Payments::PayableAssets` (r:1 w:1)
	// Proof: `Payments::PayableAssets` (`max_values`: None, `max_size`: Some(61), added: 2536, mode: `MaxEncodedLen`)
	// Storage: `Payments::CounterForTerms` (r:1 w:1)
	// Proof: `Payments::CounterForTerms` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Assets::Asset` (r:1 w:0)
	// Proof: `Assets::Asset` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	// Storage: `Assets::Account` (r:1 w:0)
	// Proof: `Assets::Account` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
	fn set_asset() -> Weight {
		// At least 55_223_000 ps.
		Weight::from_parts(30_289_330, 3675)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Payments::PayableAssets` (r:1 w:0)
	// Proof: `Payments::PayableAssets` (`max_values`: None, `max_size`: Some(61), added: 2536, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Payments::NextPosition` (r:1 w:1)
	// Proof: `Payments::NextPosition` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Assets::Account` (r:2 w:2)
	// Proof: `Assets::Account` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Proof: `Assets::Asset` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	// Storage: `Payments::Moved` (r:1 w:1)
	// Proof: `Payments::Moved` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	// Storage: `Payments::OpenNotes` (r:1 w:1)
	// Proof: `Payments::OpenNotes` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Payments::Notes` (r:0 w:1)
	// Proof: `Payments::Notes` (`max_values`: None, `max_size`: Some(558), added: 3033, mode: `MaxEncodedLen`)
	fn pay() -> Weight {
		// At least 177_709_000 ps.
		Weight::from_parts(95_491_600, 6208)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(7))
	}
}
