//! What settlement takes and keeps.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame::prelude::*;
use meterproof_primitives::{Commitment, GroupId, Quantity, Settled};

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
	/// By a proof; otherwise by the deadline.
	pub proved: bool,
	/// In this block.
	pub block: BlockNumber,
	/// Sums over its trades.
	pub sums: Settled<Balance>,
}
