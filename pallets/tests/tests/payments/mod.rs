//! Tests by topic, with real notes, proofs and money. Invariants are checked after each.

mod anchors;
mod assets;
pub mod chain;
mod fixtures;
mod ledger;
mod open_notes;
mod pool;
mod queries;
mod shield;
mod split_notes;
mod transfer;
mod tree;
mod unshield;
mod wallets;

pub(crate) use chain::*;
pub(crate) use frame::testing_prelude::*;
pub(crate) use meterproof_primitives::{
	EnsureInvariants, NoteContent, NoteEntry, Payment, PaymentBody, PaymentKind, PaymentRefusal,
	PublicPart, NATIVE_ASSET,
};
pub(crate) use pallet_payments::weights;
pub(crate) use wallets::*;
