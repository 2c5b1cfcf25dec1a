//! Checks Meterproof's proofs from untrusted bytes; never panics.
//!
//! The proof system's own deserialiser and verifier trust their input in many places. Here every
//! byte is checked first (`verify` gives the order), so that what they are handed has the
//! one shape a proof of the statement can have.
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
#![cfg_attr(
	not(test),
	deny(
		clippy::arithmetic_side_effects,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::panic,
		clippy::unwrap_used
	)
)]

extern crate alloc;

mod merkle;
mod reader;
mod reject;
mod split;
mod transfer;
mod usage;
mod verify;
mod walk;

pub use reject::{Part, Reject};
pub use split::verify_split;
pub use transfer::verify_transfer;
pub use usage::verify_usage;

/// Longest proof that is looked at.
pub const MAX_PROOF_BYTES: usize = 256 * 1024;
