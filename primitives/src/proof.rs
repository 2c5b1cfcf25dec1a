//! What a usage proof says, as plain data; the verifier turns it into field elements.

use alloc::vec::Vec;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{Commitment, DeviceId, GroupId, PeriodIndex, Quantity};

/// A claim about the sum of a group's readings. The difference stays hidden.
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
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub enum Claim {
	/// The sum is at least this much: energy delivered.
	#[codec(index = 0)]
	AtLeast(Quantity),
	/// The sum is at most this much: an allocation kept.
	#[codec(index = 1)]
	AtMost(Quantity),
	/// The sum is exactly this much: totals opened on purpose.
	#[codec(index = 2)]
	Exactly(Quantity),
	/// The sum is at least the quantity behind this commitment, which the prover makes: a sealed
	/// trade's delivery.
	#[codec(index = 3)]
	AtLeastHidden(Commitment),
}

/// One group's part of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupStatement<AccountId> {
	/// The group whose readings are added up.
	pub group: GroupId<AccountId>,
	/// What the readings are claimed to add up to.
	pub claim: Claim,
	/// The group's commitments in device order; a missing device counts 0 under `AtLeast`.
	pub slots: Vec<(DeviceId, Commitment)>,
	/// Commitment to the slack, supplied by the prover.
	pub slack_commitment: Commitment,
}

/// The statement of a usage proof: the groups share a period and a resource.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UsageStatement<AccountId> {
	/// Hash of block 0.
	pub genesis: [u8; 32],
	/// The period of every reading.
	pub period: PeriodIndex,
	/// The groups, in the order in which they are proved.
	pub groups: Vec<GroupStatement<AccountId>>,
}

/// Checks usage proofs; implemented by the runtime with `meterproof_verifier`.
pub trait VerifyUsage<AccountId> {
	/// Whether `proof` proves `statement`. Never panics, whatever the bytes.
	fn verify(statement: &UsageStatement<AccountId>, proof: &[u8]) -> bool;
}
