//! What settlement takes and keeps.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame::prelude::*;
use meterproof_primitives::{Commitment, GroupId, Quantity, Settled, SettledSealed};

/// A number as big-endian bytes, so that maps hashed by identity are walked in its order.
pub type OrderedKey = [u8; 8];

/// One group's part of a proof's call.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct GroupClaim<AccountId> {
	/// The group whose readings are claimed for.
	pub group: GroupId<AccountId>,
	/// What the readings are claimed to add up to at least, in base units.
	pub delivered: Quantity,
	/// Commitment to the difference, made by the prover.
	pub slack_commitment: Commitment,
}

/// How a group was settled.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct SettlementRecord<Balance, BlockNumber> {
	/// The block in which the group was settled.
	pub block: BlockNumber,
	/// By what the group was settled, and what became of its trades.
	pub ending: Ending<Balance>,
}

/// By what a group was settled, with sums over its trades.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Ending<Balance> {
	/// The deadline passed without a proof.
	#[codec(index = 0)]
	Expired(Settled<Balance>),
	/// A proof settled the group.
	#[codec(index = 1)]
	Proved(Settled<Balance>),
	/// The two proofs of a sealed trade settled the group: nobody but both sides learns what was
	/// delivered.
	#[codec(index = 2)]
	Sealed(SettledSealed<Balance>),
}
