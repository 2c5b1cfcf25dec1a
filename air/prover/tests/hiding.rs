//! That proofs hide their witness: `docs/zero-knowledge.md` says what these tests cover.
//!
//! `cargo test --release -p meterproof-prover --features unhiding --test hiding`
//! (`-- --nocapture` to see the ranks, `-- --ignored` for the one over the longest trace).
#![cfg(feature = "unhiding")]

mod hiding_cases;
mod support;
