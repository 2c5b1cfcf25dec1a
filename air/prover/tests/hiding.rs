//! That proofs hide their witness: `docs/zero-knowledge.md` says what these tests cover.
//!
//! `cargo test --release -p meterproof-prover --features unhiding --test hiding`
//! (`-- --ignored` for the pinned parameters, some minutes on two cores).
#![cfg(feature = "unhiding")]

mod hiding_cases;
mod support {
	pub mod split;
	pub mod transfer;
	pub mod usage;
}
