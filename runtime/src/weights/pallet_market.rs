//! Weights of `pallet_market`, as measured.
//!
//! Written by `cargo xtask bench weights` on 2026-11-22, not by hand.
//! Machine: AMD EPYC; steps 20, repeats 10; compiled Wasm; state in memory.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The weights.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_market::WeightInfo for WeightInfo<T> {
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Market::ImbalancePrices` (r:1 w:0)
	// Proof: `Market::ImbalancePrices` (`max_values`: None, `max_size`: Some(37), added: 2512, mode: `MaxEncodedLen`)
	// Storage: `Payments::Terms` (r:1 w:0)
	// Proof: `Payments::Terms` (`max_values`: None, `max_size`: Some(61), added: 2536, mode: `MaxEncodedLen`)
	// Storage: `Market::Contracts` (r:96 w:0)
	// Proof: `Market::Contracts` (`max_values`: None, `max_size`: Some(1096), added: 3571, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:1 w:0)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(3637), added: 6112, mode: `MaxEncodedLen`)
	// Storage: `Market::Counts` (r:1 w:1)
	// Proof: `Market::Counts` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Market::NextTradeId` (r:1 w:1)
	// Proof: `Market::NextTradeId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Market::Agenda` (r:0 w:1)
	// Proof: `Market::Agenda` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	// Storage: `Market::TradesOf` (r:0 w:2)
	// Proof: `Market::TradesOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	// Storage: `Market::OpenOffers` (r:0 w:1)
	// Proof: `Market::OpenOffers` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	// Storage: `Market::ZoneOffers` (r:0 w:1)
	// Proof: `Market::ZoneOffers` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
	// Storage: `Market::Trades` (r:0 w:1)
	// Proof: `Market::Trades` (`max_values`: None, `max_size`: Some(371), added: 2846, mode: `MaxEncodedLen`)
	fn offer(p: u32, ) -> Weight {
		// At least 119_219_000 ps.
		Weight::from_parts(121_743_628, 7102)
			// Standard error: 3_485.
			.saturating_add(Weight::from_parts(3_968_372, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(10))
			.saturating_add(Weight::from_parts(0, 3571).saturating_mul(p.into()))
	}
	// Storage: `Market::Trades` (r:1 w:1)
	// Proof: `Market::Trades` (`max_values`: None, `max_size`: Some(371), added: 2846, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Payments::Terms` (r:1 w:0)
	// Proof: `Payments::Terms` (`max_values`: None, `max_size`: Some(61), added: 2536, mode: `MaxEncodedLen`)
	// Storage: `Devices::Groups` (r:1 w:0)
	// Proof: `Devices::Groups` (`max_values`: None, `max_size`: Some(3637), added: 6112, mode: `MaxEncodedLen`)
	// Storage: `Market::Contracts` (r:96 w:96)
	// Proof: `Market::Contracts` (`max_values`: None, `max_size`: Some(1096), added: 3571, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Market::Counts` (r:2 w:2)
	// Proof: `Market::Counts` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	// Storage: `Market::Agenda` (r:0 w:1)
	// Proof: `Market::Agenda` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	// Storage: `Market::OpenOffers` (r:0 w:1)
	// Proof: `Market::OpenOffers` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	// Storage: `Market::ZoneOffers` (r:0 w:1)
	// Proof: `Market::ZoneOffers` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
	fn accept(p: u32, ) -> Weight {
		// At least 118_027_000 ps.
		Weight::from_parts(119_910_000, 7102)
			// Standard error: 1_171_236.
			.saturating_add(Weight::from_parts(12_636_166, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(8))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(p.into())))
			.saturating_add(Weight::from_parts(0, 3571).saturating_mul(p.into()))
	}
	// Storage: `Market::Trades` (r:1 w:1)
	// Proof: `Market::Trades` (`max_values`: None, `max_size`: Some(371), added: 2846, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Market::Counts` (r:1 w:1)
	// Proof: `Market::Counts` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	// Storage: `Market::Agenda` (r:0 w:1)
	// Proof: `Market::Agenda` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	// Storage: `Market::TradesOf` (r:0 w:2)
	// Proof: `Market::TradesOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	// Storage: `Market::OpenOffers` (r:0 w:1)
	// Proof: `Market::OpenOffers` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	// Storage: `Market::ZoneOffers` (r:0 w:1)
	// Proof: `Market::ZoneOffers` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
	fn cancel() -> Weight {
		// At least 82_775_000 ps.
		Weight::from_parts(89_214_000, 3836)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	// Storage: `Market::Trades` (r:1 w:1)
	// Proof: `Market::Trades` (`max_values`: None, `max_size`: Some(371), added: 2846, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Market::Counts` (r:1 w:1)
	// Proof: `Market::Counts` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	// Storage: `Market::Agenda` (r:0 w:1)
	// Proof: `Market::Agenda` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	// Storage: `Market::TradesOf` (r:0 w:2)
	// Proof: `Market::TradesOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	// Storage: `Market::OpenOffers` (r:0 w:1)
	// Proof: `Market::OpenOffers` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	// Storage: `Market::ZoneOffers` (r:0 w:1)
	// Proof: `Market::ZoneOffers` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
	fn decline() -> Weight {
		// At least 81_312_000 ps.
		Weight::from_parts(88_403_000, 3836)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	// Storage: `Market::Trades` (r:1 w:1)
	// Proof: `Market::Trades` (`max_values`: None, `max_size`: Some(371), added: 2846, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Market::Counts` (r:1 w:1)
	// Proof: `Market::Counts` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	// Storage: `Market::Agenda` (r:0 w:1)
	// Proof: `Market::Agenda` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	// Storage: `Market::TradesOf` (r:0 w:2)
	// Proof: `Market::TradesOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	// Storage: `Market::OpenOffers` (r:0 w:1)
	// Proof: `Market::OpenOffers` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	// Storage: `Market::ZoneOffers` (r:0 w:1)
	// Proof: `Market::ZoneOffers` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
	fn expire() -> Weight {
		// At least 86_270_000 ps.
		Weight::from_parts(93_030_000, 3836)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	// Storage: `Market::Trades` (r:1 w:1)
	// Proof: `Market::Trades` (`max_values`: None, `max_size`: Some(371), added: 2846, mode: `MaxEncodedLen`)
	// Storage: `Market::Outcomes` (r:1 w:1)
	// Proof: `Market::Outcomes` (`max_values`: None, `max_size`: Some(42), added: 2517, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:3 w:3)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:2 w:2)
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
	// Storage: `Payments::Notes` (r:0 w:2)
	// Proof: `Payments::Notes` (`max_values`: None, `max_size`: Some(558), added: 3033, mode: `MaxEncodedLen`)
	fn claim() -> Weight {
		// At least 315_894_000 ps.
		Weight::from_parts(333_420_000, 8799)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(12))
	}
	// Storage: `Market::Trades` (r:1 w:1)
	// Proof: `Market::Trades` (`max_values`: None, `max_size`: Some(371), added: 2846, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	// Storage: `Market::Agenda` (r:0 w:1)
	// Proof: `Market::Agenda` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	// Storage: `Market::Outcomes` (r:0 w:96)
	// Proof: `Market::Outcomes` (`max_values`: None, `max_size`: Some(42), added: 2517, mode: `MaxEncodedLen`)
	// Storage: `Market::TradesOf` (r:0 w:2)
	// Proof: `Market::TradesOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	fn prune(p: u32, ) -> Weight {
		// At least 55_924_000 ps.
		Weight::from_parts(65_098_892, 3836)
			// Standard error: 9_676.
			.saturating_add(Weight::from_parts(1_679_154, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(6))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(p.into())))
	}
	// Storage: `Market::ImbalancePrices` (r:0 w:1)
	// Proof: `Market::ImbalancePrices` (`max_values`: None, `max_size`: Some(37), added: 2512, mode: `MaxEncodedLen`)
	fn set_imbalance_price() -> Weight {
		// At least 5_208_000 ps.
		Weight::from_parts(5_789_000, 0)
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Market::Agenda` (r:16 w:0)
	// Proof: `Market::Agenda` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	// Storage: `Market::Trades` (r:16 w:0)
	// Proof: `Market::Trades` (`max_values`: None, `max_size`: Some(371), added: 2846, mode: `MaxEncodedLen`)
	fn agenda(n: u32, ) -> Weight {
		// At least 6_399_000 ps.
		Weight::from_parts(3_475_536, 990)
			// Standard error: 7_240.
			.saturating_add(Weight::from_parts(3_908_135, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 2846).saturating_mul(n.into()))
	}
	// Until it is measured.
	fn offer_sealed(p: u32, ) -> Weight {
		Self::offer(p)
	}
	// Until it is measured.
	fn accept_sealed(p: u32, ) -> Weight {
		Self::accept(p)
	}
}
