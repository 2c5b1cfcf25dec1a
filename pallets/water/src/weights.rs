//! Weights of this pallet's calls, put together from what the benchmarks measure (`benchmarking.rs`).

use frame::{deps::frame_support::weights::RuntimeDbWeight, prelude::Convert, weights_prelude::*};

/// What the benchmarks measure.
pub trait WeightInfo {
	/// A zone named, or named anew.
	fn set_zone() -> Weight;
	/// An account opened, without a season to enter.
	fn open() -> Weight;
	/// An account closed.
	fn leave() -> Weight;
	/// An entitlement granted.
	fn grant() -> Weight;
	/// A season announced, two old ones removed.
	fn announce() -> Weight;
	/// A cut.
	fn cut() -> Weight;
	/// A season entered, with as many cuts as it can have.
	fn enter() -> Weight;
	/// An offer.
	fn offer() -> Weight;
	/// An offer withdrawn.
	fn withdraw() -> Weight;
	/// An offer taken.
	fn take() -> Weight;
	/// The statement of `g` accounts, read and put together, with `p` full pages of [`PAGE`] commitments
	/// beside the first one of each; a meter is missing, so that every nameplate is read.
	fn form_use(g: u32, p: u32) -> Weight;
	/// The last turn of a season closed with a shortfall, which is taken from surety and free balance; the
	/// next season entered.
	fn close_turn() -> Weight;
	/// A debt paid.
	fn pay() -> Weight;
	/// A surety claimed.
	fn claim() -> Weight;
	/// A look at `n` accounts that may be due in idle time.
	fn look(n: u32) -> Weight;
}

/// Commitments in one page of storage (`pallet-metering`).
pub const PAGE: u32 = 32;

/// A proof for `g` accounts with `s` commitments. Its bytes are in the extrinsic's length.
pub fn prove_use<W: WeightInfo, V: Convert<u32, Weight>>(g: u32, s: u32) -> Weight {
	W::form_use(g, s.div_ceil(PAGE))
		.saturating_add(V::convert(s.saturating_add(g)))
		.saturating_add(W::close_turn().saturating_mul(g.into()))
}

/// Proof bytes of one item that is read.
const ITEM: u64 = 4_096;

/// An estimate by hand: none of these calls is measured yet.
pub fn estimate(db: RuntimeDbWeight, picoseconds: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(picoseconds, reads.saturating_mul(ITEM))
		.saturating_add(db.reads_writes(reads, writes))
}

/// Round figures, for tests.
impl WeightInfo for () {
	fn set_zone() -> Weight {
		estimate(ParityDbWeight::get(), 30_000_000, 2, 1)
	}
	fn open() -> Weight {
		estimate(ParityDbWeight::get(), 90_000_000, 9, 4)
	}
	fn leave() -> Weight {
		estimate(ParityDbWeight::get(), 110_000_000, 4, 5)
	}
	fn grant() -> Weight {
		estimate(ParityDbWeight::get(), 40_000_000, 2, 2)
	}
	fn announce() -> Weight {
		estimate(ParityDbWeight::get(), 60_000_000, 6, 4)
	}
	fn cut() -> Weight {
		estimate(ParityDbWeight::get(), 40_000_000, 4, 1)
	}
	fn enter() -> Weight {
		estimate(ParityDbWeight::get(), 90_000_000, 8, 4)
	}
	fn offer() -> Weight {
		estimate(ParityDbWeight::get(), 40_000_000, 4, 1)
	}
	fn withdraw() -> Weight {
		estimate(ParityDbWeight::get(), 25_000_000, 1, 1)
	}
	fn take() -> Weight {
		estimate(ParityDbWeight::get(), 150_000_000, 8, 5)
	}
	fn form_use(g: u32, p: u32) -> Weight {
		let db = ParityDbWeight::get();
		let group = estimate(db, 120_000_000, 11, 0).saturating_mul(g.into());
		let page = estimate(db, 400_000_000, u64::from(PAGE).saturating_add(1), 0);
		estimate(db, 20_000_000, 3, 0)
			.saturating_add(group)
			.saturating_add(page.saturating_mul(p.into()))
	}
	fn close_turn() -> Weight {
		estimate(ParityDbWeight::get(), 260_000_000, 14, 10)
	}
	fn pay() -> Weight {
		estimate(ParityDbWeight::get(), 70_000_000, 3, 3)
	}
	fn claim() -> Weight {
		estimate(ParityDbWeight::get(), 70_000_000, 3, 3)
	}
	fn look(n: u32) -> Weight {
		let db = ParityDbWeight::get();
		estimate(db, 20_000_000, 5, 0)
			.saturating_add(estimate(db, 4_000_000, 1, 0).saturating_mul(n.into()))
	}
}
