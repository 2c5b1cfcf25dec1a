//! What Meterproof's proofs are about, as plain data: every part of the system has its statements from
//! here, so that none can have another form of them.
//!
//! [`usage`], [`transfer`] and [`split`] are the three statements: their fields, what can be checked
//! without a proof, and the bytes that a proof binds. [`ids`] are what they name, [`digest`] is what
//! they hide things in. `docs/statements/` gives the statements in mathematics; circuits, hashes and
//! proofs are in `meterproof-programs`.
//!
//! [`payment`] and [`sealed`] have what is published beside the notes and trades of statements,
//! `requests` what a node is asked to take, as JSON (feature `serde`). [`roots`] is what a gateway commits to
//! for many meters.
//!
//! Accounts are 32 bytes unless a parameter says otherwise; a chain's own type is one that turns into
//! them ([`Account`]).
//!
//! A statement, and the bytes that a proof binds:
//!
//! ```
//! use meterproof_statements::{
//!     usage::{decode, encode, Claim, Group, Slot, Statement, StatementError},
//!     Direction, Resource,
//! };
//!
//! let group = Group {
//!     operator: [4; 32],
//!     zone: 7,
//!     direction: Direction::Export,
//!     claim: Claim::AtLeast(1_500),
//!     slots: vec![Slot { device: 42, commitment: [0; 32] }, Slot { device: 43, commitment: [1; 32] }],
//!     slack_commitment: [2; 32],
//! };
//! let mut statement =
//!     Statement { genesis: [9; 32], period: 1_900_000, resource: Resource::Electricity, groups: vec![group] };
//! assert_eq!(statement.check(), Ok(()));
//! assert_eq!(decode(&encode(&statement)).as_ref(), Some(&statement));
//!
//! statement.groups[0].slots.reverse();
//! assert_eq!(statement.check(), Err(StatementError::DevicesNotIncreasing { group: 0, slot: 1 }));
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

mod bytes;
pub mod digest;
pub mod evidence;
#[cfg(feature = "serde")]
mod hexadecimal;
pub mod ids;
pub mod payment;
#[cfg(feature = "serde")]
pub mod requests;
pub mod roots;
pub mod sealed;
pub mod split;
pub mod transfer;
pub mod usage;

pub use digest::{is_canonical, Commitment, Digest, NoteOwner, FIELD_MODULUS};
pub use evidence::Evidence;
pub use ids::{
	AssetId, DeviceId, Direction, Directions, GroupId, PeriodIndex, Quantity, Resource, TradeId,
	ZoneId, NATIVE_ASSET,
};
pub use roots::GatewayId;
pub use sealed::SealedStatements;

/// The hash of a chain's block 0.
pub type GenesisHash = [u8; 32];

/// Periods, claims and cumulative claims stay below this, far from the field's modulus: no two are one
/// field element, and no sum wraps.
pub const MAX_QUANTITY: u64 = 1 << 53;

/// An account, as a chain has it.
pub trait Account: Clone + Into<[u8; 32]> {}

impl<T: Clone + Into<[u8; 32]>> Account for T {}
