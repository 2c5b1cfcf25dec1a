//! How Meterproof proves: circuits, hashes and parameters. What it proves is in
//! `meterproof-statements`, as plain data.
//!
//! [`commitment`] is the format of what a meter signs, [`note`] of what peers pay each other with.
//! [`usage`] is the usage statement: readings behind published commitments add up to what a group
//! claims. [`transfer`] is the transfer statement: notes pay notes. [`split`] is the split statement:
//! notes divide what a trade holds by a hidden quantity, with what its two sides share ([`seal`]).
//! `docs/statements/` has a page on each.
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

pub mod commitment;
pub mod hash;
mod masks;
pub mod note;
mod rescue;
pub mod seal;
mod slot;
#[cfg(test)]
mod snapshot;
pub mod split;
pub mod system;
pub mod transfer;
pub mod usage;
