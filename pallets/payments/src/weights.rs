//! Weights of payments, put together from what the benchmarks measure (`benchmarking.rs`). The
//! runtime holds the figures of the last run.

use frame::weights_prelude::*;

/// What the benchmarks measure. Notes that a call adds take one hash each; see
/// [`WeightInfo::carries`].
pub trait WeightInfo {
	/// The end of a block that added notes and is an anchor: a root of 32 hashes, and the oldest
	/// root goes.
	fn on_finalize() -> Weight;
	/// The hashes that the notes of a block take beyond one each, whatever their number: as many
	/// as the tree has levels.
	fn carries() -> Weight;
	/// A payment's proof.
	fn verify_proof() -> Weight;
	/// The checks of `transfer`, but for the proof.
	fn check_transfer() -> Weight;
	/// The checks of `unshield`, but for the proof, of an asset that is not the chain's own.
	fn check_unshield() -> Weight;
	/// `shield`, but for the proof.
	fn shield() -> Weight;
	/// `transfer`, authorised.
	fn transfer() -> Weight;
	/// `unshield`, authorised, to an account that does not exist yet.
	fn unshield() -> Weight;
	/// `set_asset`.
	fn set_asset() -> Weight;
	/// A note that another pallet pays, out of an account's free balance.
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
	W::shield().saturating_add(W::verify_proof())
}

/// Round figures for tests.
impl WeightInfo for () {
	fn on_finalize() -> Weight {
		micros(3_000)
	}
	fn carries() -> Weight {
		micros(3_000)
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
		micros(400)
	}
	fn transfer() -> Weight {
		micros(400)
	}
	fn unshield() -> Weight {
		micros(450)
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
