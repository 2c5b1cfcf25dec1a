//! Weights of `pallet_validators`, as measured.
//!
//! Written by `cargo xtask bench weights` on 2026-11-29, not by hand.
//! Machine: Intel(R) Xeon(R) Processor; steps 20, repeats 10; compiled Wasm; state in memory.
//! Times are multiplied by 48.8/85.2: what transfer_allow_death takes on the SDK's reference machine, and here.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The weights.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_validators::WeightInfo for WeightInfo<T> {
	// Storage: `Session::NextKeys` (r:1 w:0)
	// Proof: `Session::NextKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Validators::Slashes` (r:1 w:0)
	// Proof: `Validators::Slashes` (`max_values`: Some(1), `max_size`: Some(2849), added: 3344, mode: `MaxEncodedLen`)
	// Storage: `Validators::Candidates` (r:1 w:1)
	// Proof: `Validators::Candidates` (`max_values`: Some(1), `max_size`: Some(4802), added: 5297, mode: `MaxEncodedLen`)
	// Storage: `Validators::Era` (r:1 w:0)
	// Proof: `Validators::Era` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Validators::Lengths` (r:1 w:0)
	// Proof: `Validators::Lengths` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
	// Storage: `Validators::Leaving` (r:1 w:2)
	// Proof: `Validators::Leaving` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(175), added: 2650, mode: `MaxEncodedLen`)
	fn join() -> Weight {
		// At least 147_963_000 ps.
		Weight::from_parts(100_188_347, 10317)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	// Storage: `Validators::Candidates` (r:1 w:1)
	// Proof: `Validators::Candidates` (`max_values`: Some(1), `max_size`: Some(4802), added: 5297, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(175), added: 2650, mode: `MaxEncodedLen`)
	fn raise_bond() -> Weight {
		// At least 102_038_000 ps.
		Weight::from_parts(65_425_793, 6287)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	// Storage: `Validators::Candidates` (r:1 w:1)
	// Proof: `Validators::Candidates` (`max_values`: Some(1), `max_size`: Some(4802), added: 5297, mode: `MaxEncodedLen`)
	// Storage: `Session::NextKeys` (r:100 w:0)
	// Proof: `Session::NextKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Validators::Least` (r:1 w:0)
	// Proof: `Validators::Least` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Validators::Era` (r:1 w:0)
	// Proof: `Validators::Era` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Validators::Lengths` (r:1 w:0)
	// Proof: `Validators::Lengths` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
	// Storage: `Validators::Leaving` (r:0 w:1)
	// Proof: `Validators::Leaving` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	fn leave() -> Weight {
		// At least 467_143_000 ps.
		Weight::from_parts(300_624_610, 261394)
			.saturating_add(T::DbWeight::get().reads(104))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Validators::Leaving` (r:1 w:1)
	// Proof: `Validators::Leaving` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	// Storage: `Validators::Slashes` (r:1 w:0)
	// Proof: `Validators::Slashes` (`max_values`: Some(1), `max_size`: Some(2849), added: 3344, mode: `MaxEncodedLen`)
	// Storage: `Validators::Era` (r:1 w:0)
	// Proof: `Validators::Era` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Validators::Elected` (r:1 w:0)
	// Proof: `Validators::Elected` (`max_values`: Some(1), `max_size`: Some(673), added: 1168, mode: `MaxEncodedLen`)
	// Storage: `Validators::LastSeen` (r:1 w:0)
	// Proof: `Validators::LastSeen` (`max_values`: Some(1), `max_size`: Some(757), added: 1252, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(175), added: 2650, mode: `MaxEncodedLen`)
	fn withdraw() -> Weight {
		// At least 108_935_000 ps.
		Weight::from_parts(69_723_859, 4334)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	// Storage: `Validators::Slashes` (r:1 w:1)
	// Proof: `Validators::Slashes` (`max_values`: Some(1), `max_size`: Some(2849), added: 3344, mode: `MaxEncodedLen`)
	// Storage: `Validators::Era` (r:1 w:0)
	// Proof: `Validators::Era` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Validators::Candidates` (r:1 w:1)
	// Proof: `Validators::Candidates` (`max_values`: Some(1), `max_size`: Some(4802), added: 5297, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(175), added: 2650, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:3 w:3)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn apply_slash() -> Weight {
		// At least 171_942_000 ps.
		Weight::from_parts(112_485_718, 8799)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	// Storage: `Validators::Slashes` (r:1 w:1)
	// Proof: `Validators::Slashes` (`max_values`: Some(1), `max_size`: Some(2849), added: 3344, mode: `MaxEncodedLen`)
	fn cancel_slash() -> Weight {
		// At least 28_940_000 ps.
		Weight::from_parts(22_600_929, 4334)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Validators::Least` (r:0 w:1)
	// Proof: `Validators::Least` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn set_least() -> Weight {
		// At least 7_468_000 ps.
		Weight::from_parts(5_444_178, 0)
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Validators::Candidates` (r:1 w:0)
	// Proof: `Validators::Candidates` (`max_values`: Some(1), `max_size`: Some(4802), added: 5297, mode: `MaxEncodedLen`)
	// Storage: `Validators::Elected` (r:1 w:0)
	// Proof: `Validators::Elected` (`max_values`: Some(1), `max_size`: Some(673), added: 1168, mode: `MaxEncodedLen`)
	// Storage: `Validators::LastSeen` (r:1 w:0)
	// Proof: `Validators::LastSeen` (`max_values`: Some(1), `max_size`: Some(757), added: 1252, mode: `MaxEncodedLen`)
	// Storage: `Session::NextKeys` (r:1 w:1)
	// Proof: `Session::NextKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(175), added: 2650, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Session::ExternallySetKeys` (r:1 w:0)
	// Proof: `Session::ExternallySetKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Session::KeyOwner` (r:0 w:3), one of them reckoned
	// Proof: `Session::KeyOwner` (`max_values`: None, `max_size`: None, mode: `Measured`)
	fn purge_keys() -> Weight {
		// At least 107_721_000 ps.
		Weight::from_parts(72_896_431, 11655)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	// Storage: `Validators::Lengths` (r:1 w:0)
	// Proof: `Validators::Lengths` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
	// Storage: `Validators::Charged` (r:1 w:1)
	// Proof: `Validators::Charged` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `Validators::Candidates` (r:1 w:1)
	// Proof: `Validators::Candidates` (`max_values`: Some(1), `max_size`: Some(4802), added: 5297, mode: `MaxEncodedLen`)
	// Storage: `Session::DisabledValidators` (r:1 w:1)
	// Proof: `Session::DisabledValidators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Session::Validators` (r:1 w:0)
	// Proof: `Session::Validators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Session::NextKeys` (r:100 w:0)
	// Proof: `Session::NextKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Validators::Least` (r:1 w:0)
	// Proof: `Validators::Least` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Validators::Era` (r:1 w:0)
	// Proof: `Validators::Era` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Validators::Slashes` (r:1 w:1)
	// Proof: `Validators::Slashes` (`max_values`: Some(1), `max_size`: Some(2849), added: 3344, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(175), added: 2650, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:3 w:3)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Validators::Elected` (r:1 w:1)
	// Proof: `Validators::Elected` (`max_values`: Some(1), `max_size`: Some(673), added: 1168, mode: `MaxEncodedLen`)
	// Storage: `Validators::Leaving` (r:0 w:1)
	// Proof: `Validators::Leaving` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	fn report() -> Weight {
		// At least 1_771_589_000 ps.
		Weight::from_parts(1_135_314_816, 266535)
			.saturating_add(T::DbWeight::get().reads(113))
			.saturating_add(T::DbWeight::get().writes(10))
	}
	// Storage: `Validators::Lengths` (r:1 w:0)
	// Proof: `Validators::Lengths` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
	// Storage: `Validators::Elected` (r:1 w:1)
	// Proof: `Validators::Elected` (`max_values`: Some(1), `max_size`: Some(673), added: 1168, mode: `MaxEncodedLen`)
	// Storage: `Session::NextKeys` (r:100 w:0)
	// Proof: `Session::NextKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Validators::Candidates` (r:1 w:1)
	// Proof: `Validators::Candidates` (`max_values`: Some(1), `max_size`: Some(4802), added: 5297, mode: `MaxEncodedLen`)
	// Storage: `Validators::Least` (r:1 w:0)
	// Proof: `Validators::Least` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Validators::Slashes` (r:1 w:1)
	// Proof: `Validators::Slashes` (`max_values`: Some(1), `max_size`: Some(2849), added: 3344, mode: `MaxEncodedLen`)
	// Storage: `Validators::LastSeen` (r:1 w:1)
	// Proof: `Validators::LastSeen` (`max_values`: Some(1), `max_size`: Some(757), added: 1252, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:8 w:8)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(175), added: 2650, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:10 w:10)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Validators::Charged` (r:64 w:64)
	// Proof: `Validators::Charged` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `Session::DisabledValidators` (r:1 w:0)
	// Proof: `Session::DisabledValidators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Session::Validators` (r:1 w:0)
	// Proof: `Session::Validators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Validators::Era` (r:0 w:1)
	// Proof: `Validators::Era` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Validators::Leaving` (r:0 w:38)
	// Proof: `Validators::Leaving` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	fn start_session() -> Weight {
		// At least 3_670_717_000 ps.
		Weight::from_parts(2_233_940_854, 273648)
			.saturating_add(T::DbWeight::get().reads(190))
			.saturating_add(T::DbWeight::get().writes(125))
	}
	// Storage: `Validators::LastSeen` (r:1 w:1)
	// Proof: `Validators::LastSeen` (`max_values`: Some(1), `max_size`: Some(757), added: 1252, mode: `MaxEncodedLen`)
	fn note_author() -> Weight {
		// At least 15_342_000 ps.
		Weight::from_parts(10_836_234, 2242)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}
