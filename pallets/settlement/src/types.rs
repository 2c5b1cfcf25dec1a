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
	/// Whose readings.
	pub group: GroupId<AccountId>,
	/// They add up to at least this, in base units.
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
	/// In this block.
	pub block: BlockNumber,
	/// By what, and what became of its trades.
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
	/// By the deadline.
	#[codec(index = 0)]
	Expired(Settled<Balance>),
	/// By a proof.
	#[codec(index = 1)]
	Proved(Settled<Balance>),
	/// By the two proofs of a sealed trade: what was delivered, nobody learns.
	#[codec(index = 2)]
	Sealed(SettledSealed<Balance>),
}
