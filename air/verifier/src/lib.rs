//! Checks Meterproof's proofs from untrusted bytes; never panics.
//!
//! The proof system's own deserialiser and verifier trust their input in many places. Here every
//! byte is checked first (`verify` gives the order), so that what they are handed has the
//! one shape a proof of the statement can have.
//!
//! An honest proof, and bytes that are none:
//!
//! ```
//! use meterproof_statements::usage::decode;
//! use meterproof_verifier::{verify_usage, ProofPart, Reject};
//!
//! // A statement behind its length, and a proof of it.
//! let case = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/bases/mixed-512.bin"));
//! let (length, rest) = case.split_first_chunk().unwrap();
//! let (statement, proof) = rest.split_at(u32::from_le_bytes(*length) as usize);
//! let mut statement = decode(statement).unwrap();
//!
//! assert_eq!(verify_usage(&statement, proof), Ok(()));
//! assert_eq!(verify_usage(&statement, b"anything"), Err(Reject::Header));
//! let longer = [proof, &[0]].concat();
//! assert_eq!(verify_usage(&statement, &longer), Err(Reject::Malformed(ProofPart::TrailingBytes)));
//! statement.period += 1;
//! assert!(verify_usage(&statement, proof).is_err());
//! ```
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

pub use reject::{ProofPart, Reject};
pub use split::verify_split;
pub use transfer::verify_transfer;
pub use usage::verify_usage;

/// Longest proof that is looked at.
pub const MAX_PROOF_BYTES: usize = 256 * 1024;
