//! Weights of `pallet_market`, as measured.
//!
//! Written by `cargo xtask bench weights` on 2026-11-22, not by hand.
//! Machine: AMD EPYC; steps 20, repeats 10; compiled Wasm; state in memory.
//!
//! What notes add is not measured yet, but estimated until the next run: 380 us for a note
//! (three hashes of 92 us, the pool's bookkeeping), with its reads and writes, in `claim`; the look
//! at a note's owner in `offer` and `accept`.

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
	// Proof: `Market::Trades` (`max_values`: None, `max_size`: Some(305), added: 2780, mode: `MaxEncodedLen`)
	fn offer(p: u32, ) -> Weight {
		// At least 115_173_000 ps.
		Weight::from_parts(116_207_540, 7102)
			// Standard error: 1_607.
			.saturating_add(Weight::from_parts(4_005_351, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(10))
			.saturating_add(Weight::from_parts(0, 3571).saturating_mul(p.into()))
			// Estimated: a note's owner.
			.saturating_add(Weight::from_parts(5_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(1))
	}
	// Storage: `Market::Trades` (r:1 w:1)
	// Proof: `Market::Trades` (`max_values`: None, `max_size`: Some(305), added: 2780, mode: `MaxEncodedLen`)
	// Storage: `Metering::Schedules` (r:1 w:0)
	// Proof: `Metering::Schedules` (`max_values`: Some(1), `max_size`: Some(417), added: 912, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
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
		// At least 110_056_000 ps.
		Weight::from_parts(115_803_299, 7102)
			// Standard error: 34_727.
			.saturating_add(Weight::from_parts(8_296_810, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(8))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(p.into())))
			.saturating_add(Weight::from_parts(0, 3571).saturating_mul(p.into()))
			// Estimated: a note's owner.
			.saturating_add(Weight::from_parts(5_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(1))
	}
	// Storage: `Market::Trades` (r:1 w:1)
	// Proof: `Market::Trades` (`max_values`: None, `max_size`: Some(305), added: 2780, mode: `MaxEncodedLen`)
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
		// At least 83_375_000 ps.
		Weight::from_parts(87_652_000, 3770)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	// Storage: `Market::Trades` (r:1 w:1)
	// Proof: `Market::Trades` (`max_values`: None, `max_size`: Some(305), added: 2780, mode: `MaxEncodedLen`)
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
		// At least 83_255_000 ps.
		Weight::from_parts(87_431_000, 3770)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	// Storage: `Market::Trades` (r:1 w:1)
	// Proof: `Market::Trades` (`max_values`: None, `max_size`: Some(305), added: 2780, mode: `MaxEncodedLen`)
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
		// At least 88_072_000 ps.
		Weight::from_parts(92_890_000, 3770)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	// Storage: `Market::Trades` (r:1 w:1)
	// Proof: `Market::Trades` (`max_values`: None, `max_size`: Some(305), added: 2780, mode: `MaxEncodedLen`)
	// Storage: `Market::Outcomes` (r:1 w:1)
	// Proof: `Market::Outcomes` (`max_values`: None, `max_size`: Some(42), added: 2517, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:2 w:2)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:2 w:2)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	fn claim() -> Weight {
		// At least 150_025_000 ps, without notes.
		Weight::from_parts(162_033_000, 6254)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(6))
			// Estimated: two notes.
			.saturating_add(Weight::from_parts(760_000_000, 4_000))
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(7))
	}
	// Storage: `Market::Trades` (r:1 w:1)
	// Proof: `Market::Trades` (`max_values`: None, `max_size`: Some(305), added: 2780, mode: `MaxEncodedLen`)
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
		// At least 55_684_000 ps.
		Weight::from_parts(57_819_887, 3770)
			// Standard error: 1_677.
			.saturating_add(Weight::from_parts(1_531_574, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(6))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(p.into())))
	}
	// Storage: `Market::ImbalancePrices` (r:0 w:1)
	// Proof: `Market::ImbalancePrices` (`max_values`: None, `max_size`: Some(37), added: 2512, mode: `MaxEncodedLen`)
	fn set_imbalance_price() -> Weight {
		// At least 5_137_000 ps.
		Weight::from_parts(5_668_000, 0)
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Market::Agenda` (r:16 w:0)
	// Proof: `Market::Agenda` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	// Storage: `Market::Trades` (r:16 w:0)
	// Proof: `Market::Trades` (`max_values`: None, `max_size`: Some(305), added: 2780, mode: `MaxEncodedLen`)
	fn agenda(n: u32, ) -> Weight {
		// At least 6_469_000 ps.
		Weight::from_parts(3_401_706, 990)
			// Standard error: 2_170.
			.saturating_add(Weight::from_parts(3_733_919, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 2780).saturating_mul(n.into()))
	}
}
