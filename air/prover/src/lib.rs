//! Trace generation and hiding STARK proofs for Meterproof's statements.
//!
//! Two readings do not add up to what is claimed, which is found out before anything is proved:
//!
//! ```
//! use meterproof_programs::{
//!     commitment::commit_reading,
//!     usage::{Claim, Direction, Group, Resource, Slot, Statement},
//! };
//! use meterproof_prover::usage::{prove, GroupWitness, Opening, ProveError};
//!
//! let (period, direction, salt) = (1_900_000, Direction::Export, [3, 1, 4, 1]);
//! let readings = [(42, 1_250), (43, 300)];
//! let slots = readings.map(|(device, reading)| Slot {
//!     device,
//!     commitment: commit_reading(reading, device, period, direction.number(), &salt),
//! });
//! let group = Group {
//!     operator: [4; 32],
//!     zone: 7,
//!     direction,
//!     claim: Claim::AtLeast(1_600),
//!     slots: slots.to_vec(),
//!     slack_commitment: [0; 32],
//! };
//! let statement =
//!     Statement { genesis: [9; 32], period, resource: Resource::Electricity, groups: vec![group] };
//! let openings = readings.map(|(_, reading)| Opening { reading, salt }).to_vec();
//!
//! let refused = prove(statement, &[GroupWitness { openings }], |_| ());
//! assert!(matches!(refused, Err(ProveError::ClaimNotMet { group: 0, sum: 1_550, .. })));
//! ```
//!
//! Of 1,550 or less `prove` gives a proof, and the statement with the slack commitment filled in.
#![forbid(unsafe_code)]

mod engine;
mod random;
pub mod split;
mod system;
pub mod transfer;
pub mod usage;

// Tests that prove whole statements are built with the library's own, so that the prover's generic code is
// compiled once for all of them. Without the feature, `tests/proofs` is a program of its own.
#[cfg(all(test, feature = "unhiding"))]
extern crate self as meterproof_prover;
#[cfg(all(test, feature = "unhiding"))]
#[path = "../tests/hiding/mod.rs"]
mod hiding;
#[cfg(all(test, feature = "unhiding"))]
#[path = "../tests/proofs/cases.rs"]
mod proofs;
#[cfg(all(test, feature = "unhiding"))]
#[path = "../tests/support/mod.rs"]
mod support;

pub use random::NoRandomness;
#[cfg(feature = "unhiding")]
pub use system::{determined_rows, secret_columns};
