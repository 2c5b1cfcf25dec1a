//! Weights of `pallet_book`, estimated: none of them is measured yet.
//!
//! Reads and writes are counted by hand at the worst that the benchmarks make, and checked at random
//! (`runtime/src/tests/weights.rs`). Times are those of like work in `pallet_market`: 15 us for a change of a
//! balance or a hold, 2 us and a part for its length for an item that is decoded or encoded, and as much again.
//! Proof sizes are of the largest items: `Book::Entries` 6,150 bytes, `Book::Clearings` 11,732,
//! `Devices::Groups` 25,975, `Market::Contracts` 1,097, `Book::Backstops` 2,035.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The weights.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_book::WeightInfo for WeightInfo<T> {
	// Reads: Metering::Schedules, Timestamp::Now, Devices::Registrars, Payments::PayableAssets, Book::Backstops,
	// Book::StandingOf, System::Account, Balances::Holds, Book::NextOrderId. Writes: the last four, Book::Orders,
	// Book::OrdersOf.
	// Of each period: Book::Entries; and Book::Books, or of the order that is displaced Book::Orders,
	// Book::OrdersOf (w), Book::StandingOf, System::Account, Balances::Holds, or Book::Owing.
	fn bid(p: u32, ) -> Weight {
		Weight::from_parts(155_000_000, 34_000)
			.saturating_add(Weight::from_parts(110_000_000, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().reads((6_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(6))
			.saturating_add(T::DbWeight::get().writes((6_u64).saturating_mul(p.into())))
			.saturating_add(Weight::from_parts(0, 20_000).saturating_mul(p.into()))
	}
	// As a bid, and Market::ImbalancePrices, Devices::Groups, Metering::FirstLength, Book::LeastEvidence (r).
	// Of each period besides: Market::Contracts (r), Book::Reserves of both groups, and Book::Backstops decoded once
	// more, which is read already.
	fn offer(p: u32, ) -> Weight {
		Weight::from_parts(255_000_000, 74_000)
			.saturating_add(Weight::from_parts(145_000_000, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().reads((9_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(6))
			.saturating_add(T::DbWeight::get().writes((8_u64).saturating_mul(p.into())))
			.saturating_add(Weight::from_parts(0, 28_000).saturating_mul(p.into()))
	}
	// Reads: Book::Orders, Metering::Schedules, Timestamp::Now, System::Account, Balances::Holds. Writes: the
	// last two. Of each period: Book::Entries.
	fn improve(p: u32, ) -> Weight {
		Weight::from_parts(80_000_000, 15_000)
			.saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(2))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(p.into())))
			.saturating_add(Weight::from_parts(0, 8_621).saturating_mul(p.into()))
	}
	// Reads: Book::Orders, Metering::Schedules, Timestamp::Now, System::Account, Balances::Holds,
	// Book::StandingOf, Book::Owing. Writes: all but the clock, Book::OrdersOf. Of each period: Book::Entries,
	// Book::Books, Book::Reserves.
	fn cancel(p: u32, ) -> Weight {
		Weight::from_parts(80_000_000, 20_000)
			.saturating_add(Weight::from_parts(90_000_000, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(6))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(p.into())))
			.saturating_add(Weight::from_parts(0, 14_000).saturating_mul(p.into()))
	}
	// Reads: Metering::Schedules, Timestamp::Now, Metering::Marks, Metering::OpenBlocks, SafeMode::EnteredUntil,
	// Book::Books, Book::Entries (2), Book::LeastEvidence, Market::NextTradeId. Writes: Book::Books,
	// Book::Entries (2), Book::Clearings, Market::NextTradeId.
	// Of the backstop: Book::Backstops, Market::ImbalancePrices (r), Market::Contracts, System::Account, Balances::Holds, Market::Counts; Market::Trades (w),
	// Market::TradesOf (2 w) of one trade more.
	// Of each order: Book::Orders, Book::OrdersOf (w), Book::StandingOf, System::Account, Balances::Holds,
	// Book::Owing, Market::Counts; Market::Trades (w), Market::TradesOf (2 w) of a trade. Of each offer besides:
	// Book::Reserves, Market::Contracts.
	fn clear(b: u32, o: u32, ) -> Weight {
		Weight::from_parts(350_000_000, 97_000)
			.saturating_add(Weight::from_parts(200_000_000, 0).saturating_mul(b.into()))
			.saturating_add(Weight::from_parts(220_000_000, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().reads((6_u64).saturating_mul(b.into())))
			.saturating_add(T::DbWeight::get().reads((8_u64).saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes(13))
			.saturating_add(T::DbWeight::get().writes((10_u64).saturating_mul(b.into())))
			.saturating_add(T::DbWeight::get().writes((12_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 16_000).saturating_mul(b.into()))
			.saturating_add(Weight::from_parts(0, 20_000).saturating_mul(o.into()))
	}
	// Reads: Metering::Marks, SafeMode::EnteredUntil, Metering::Schedules, Timestamp::Now, Book::Clearings.
	fn prune() -> Weight {
		Weight::from_parts(60_000_000, 20_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Book::Owing, System::Account, Balances::Holds.
	fn claim() -> Weight {
		Weight::from_parts(130_000_000, 8_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	// Reads: Metering::Schedules, Timestamp::Now, Metering::Marks, Metering::OpenBlocks, Book::LeastEvidence.
	fn set_least_evidence() -> Weight {
		Weight::from_parts(30_000_000, 8_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Reads: Devices::Registrars, Metering::Schedules, Timestamp::Now, Metering::Marks, Metering::OpenBlocks,
	// Book::StandingOf, Book::Backstops, System::Account, Balances::Holds, Book::Owing. Writes: the last four.
	fn set_backstop() -> Weight {
		Weight::from_parts(135_000_000, 29_000)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	// Reads: Metering::Schedules, Timestamp::Now, Market::ImbalancePrices, Book::Books (32), Book::Backstops,
	// System::Account, Balances::Holds. Writes: the last three.
	fn fund_backstop() -> Weight {
		Weight::from_parts(180_000_000, 98_000)
			.saturating_add(T::DbWeight::get().reads(38))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	// Reads: Metering::Schedules, Timestamp::Now, Metering::Marks, Metering::OpenBlocks, Market::ImbalancePrices,
	// Book::Backstops, System::Account, Balances::Holds. Writes: the last three.
	fn withdraw_fund() -> Weight {
		Weight::from_parts(100_000_000, 18_000)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	// Reads: Metering::Schedules, Timestamp::Now, Metering::Marks, Metering::OpenBlocks, Market::ImbalancePrices,
	// Devices::Groups, Metering::FirstLength, Market::Contracts, Book::Reserves, Book::LeastEvidence,
	// Book::Backstops. Writes: the last one.
	fn post_prices() -> Weight {
		Weight::from_parts(150_000_000, 55_000)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Reads: Metering::Marks, SafeMode::EnteredUntil, Metering::Schedules, Timestamp::Now, a key of Book::Books
	// and one of Book::Clearings that are not due. Of each book: Book::Books.
	fn look(n: u32, ) -> Weight {
		Weight::from_parts(25_000_000, 40_000)
			.saturating_add(Weight::from_parts(6_000_000, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 2_600).saturating_mul(n.into()))
	}
}
