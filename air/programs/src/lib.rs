//! How Meterproof proves: circuits, hashes and parameters. What it proves is in
//! `meterproof-statements`, as plain data.
//!
//! [`commitment`] is the format of what a meter signs, [`note`] of what peers pay each other with.
//! [`usage`] is the usage statement: readings behind published commitments add up to what a group
//! claims. [`transfer`] is the transfer statement: notes pay notes. [`split`] is the split statement:
//! notes divide what a trade holds by a hidden quantity, with what its two sides share ([`seal`]).
//! `docs/statements/` has a page on each.
//!
//! What a meter commits to, and how long the trace is that proves something about it:
//!
//! ```
//! use meterproof_programs::{
//!     commitment::commit_reading,
//!     usage::{trace_length, Claim, Direction, Group, Resource, Slot, Statement},
//! };
//!
//! let direction = Direction::Export;
//! // 1,250 Wh of device 42 in period 1,900,000; the salt is random.
//! let commitment = commit_reading(1_250, 42, 1_900_000, direction.number(), &[3, 1, 4, 1]);
//! let group = Group {
//!     operator: [4; 32],
//!     zone: 7,
//!     direction,
//!     claim: Claim::AtLeast(1_000),
//!     slots: vec![Slot { device: 42, commitment }],
//!     slack_commitment: [0; 32],
//! };
//! let statement =
//!     Statement { genesis: [9; 32], period: 1_900_000, resource: Resource::Electricity, groups: vec![group] };
//! assert_eq!(trace_length(&statement), Ok(512));
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
