//! Weights of payments, put together from what the benchmarks measure (`benchmarking.rs`). The
//! runtime holds the figures of the last run.
//!
//! Notes are hashed when the block ends. What that takes whatever their number is reserved by
//! `on_initialize`, and what each note adds is a part of the weight of what makes it ([`hashing`]).

use frame::weights_prelude::*;
use meterproof_primitives::PAYMENT_NOTES;

/// Notes that a payment makes.
const NOTES: u32 = PAYMENT_NOTES as u32;

/// What the benchmarks measure.
pub trait WeightInfo {
	/// The end of a block that added `n` notes and is an anchor: the notes enter the tree, with one
	/// hash each and as many more as it has levels; then a root of 32 hashes, and the oldest root
	/// goes.
	fn on_finalize(n: u32) -> Weight;
	/// A payment's proof.
	fn verify_proof() -> Weight;
	/// The checks of `transfer`, but for the proof.
	fn check_transfer() -> Weight;
	/// The checks of `unshield`, but for the proof, of an asset that is not the chain's own.
	fn check_unshield() -> Weight;
	/// `shield`, but for the proof and for hashing.
	fn shield() -> Weight;
	/// `transfer`, authorised, but for hashing.
	fn transfer() -> Weight;
	/// `unshield`, authorised, to an account that does not exist yet, but for hashing.
	fn unshield() -> Weight;
	/// `set_asset`.
	fn set_asset() -> Weight;
	/// A note that another pallet pays, out of an account's free balance, but for hashing.
	fn pay() -> Weight;
}

/// Authorisation of `transfer`.
pub fn authorize_transfer<W: WeightInfo>() -> Weight {
	W::check_transfer().saturating_add(W::verify_proof())
}

/// Authorisation of `unshield`.
pub fn authorize_unshield<W: WeightInfo>() -> Weight {
	W::check_unshield().saturating_add(W::verify_proof())
}

/// `shield`, its proof with it.
pub fn shield<W: WeightInfo>() -> Weight {
	W::shield().saturating_add(W::verify_proof()).saturating_add(hashing::<W>(NOTES))
}

/// `transfer`, authorised.
pub fn transfer<W: WeightInfo>() -> Weight {
	W::transfer().saturating_add(hashing::<W>(NOTES))
}

/// `unshield`, authorised.
pub fn unshield<W: WeightInfo>() -> Weight {
	W::unshield().saturating_add(hashing::<W>(NOTES))
}

/// What `n` notes add to the end of their block.
pub fn hashing<W: WeightInfo>(n: u32) -> Weight {
	W::on_finalize(n).saturating_sub(W::on_finalize(0))
}

/// Round figures for tests.
impl WeightInfo for () {
	fn on_finalize(n: u32) -> Weight {
		micros(6_000).saturating_add(micros(100).saturating_mul(n.into()))
	}
	fn verify_proof() -> Weight {
		micros(3_000)
	}
	fn check_transfer() -> Weight {
		micros(60)
	}
	fn check_unshield() -> Weight {
		micros(80)
	}
	fn shield() -> Weight {
		micros(200)
	}
	fn transfer() -> Weight {
		micros(200)
	}
	fn unshield() -> Weight {
		micros(250)
	}
	fn set_asset() -> Weight {
		micros(50)
	}
	fn pay() -> Weight {
		micros(300)
	}
}

const fn micros(n: u64) -> Weight {
	Weight::from_parts(n.saturating_mul(1_000_000), 0)
}
