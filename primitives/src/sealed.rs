//! Sealed trades: what is delivered of them stays hidden, and so does what each side gets of the
//! money. Two proofs settle them, joined by a commitment to the quantity: the readings add up to at
//! least that quantity ([`crate::Claim::AtLeastHidden`]), and two notes split payment and collateral
//! by it ([`SplitStatement`]).

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use meterproof_statements::split;
use scale_info::TypeInfo;

use crate::{Commitment, GroupId, NoteOwner, Output, Quantity, X25519Key};

pub use meterproof_statements::{
	sealed::{SharedKey, SEALED_KEY_LENGTH},
	split::{Split, Statement as SplitStatement, Terms as SealedTerms},
	SealedStatements,
};

/// Most a sealed trade can be about in one period, in base units: what its proof can hide.
pub const MAX_SEALED_QUANTITY: u64 = u32::MAX as u64;

/// Payment and collateral of one period of a sealed trade stay below this, in the smallest unit:
/// the proof's products do not wrap.
pub const MAX_SEALED_AMOUNT: u64 = split::MAX_AMOUNT;

/// Most groups that one call can settle sealed: so many splits have room in one proof.
pub const MAX_SPLITS: u32 = split::MAX_SPLITS as u32;

/// Where a note can be sent: who may spend it, and to whom its contents are encrypted.
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
pub struct NoteAddress {
	/// Owner of the notes: who may spend them.
	pub owner: NoteOwner,
	/// X25519 key that the contents of the notes are encrypted to.
	pub key: X25519Key,
}

/// What a seller adds to a sealed offer, and a buyer when it accepts.
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
pub struct Sealed {
	/// To whom the contents of the seller's notes are encrypted.
	pub payout_key: X25519Key,
	/// The buyer's part, once it has accepted.
	pub buyer: Option<SealedBuyer>,
}

/// The buyer's part of a sealed trade.
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
pub struct SealedBuyer {
	/// To whom the contents of the buyer's notes are encrypted.
	pub refund_key: X25519Key,
	/// Shared with the seller.
	pub shared: SharedKey,
}

/// One group's part of a call that settles sealed.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct SealedClaim<AccountId> {
	/// Whose readings.
	pub group: GroupId<AccountId>,
	/// Commitment to the quantity delivered, made by the prover.
	pub quantity_commitment: Commitment,
	/// Commitment to what the readings add up to beyond it, made by the prover.
	pub slack_commitment: Commitment,
	/// The seller's note, then the buyer's.
	pub outputs: [Output; 2],
}

/// What became of one sealed trade in one period, as far as anyone knows.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct SettledSealed<Balance> {
	/// Contracted, in base units. What was delivered of it is hidden.
	pub contracted: Quantity,
	/// Payment and collateral together, which both notes add up to.
	pub amount: Balance,
}

/// Why a group cannot be settled sealed in a period. It can be settled openly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealedRefusal {
	/// The group has no sealed trade that its buyer accepted.
	NotSealed,
	/// A device of the group was attested by a registrar that the buyer does not accept: nothing
	/// counts as delivered.
	RegistrarNotAccepted,
	/// A device of the group was attested on less evidence than the buyer demands: nothing counts as
	/// delivered.
	EvidenceTooLow,
}

/// Checks split proofs; implemented by the runtime with `meterproof_verifier`.
pub trait VerifySplit {
	/// Whether `proof` proves `statement`. Never panics, whatever the bytes.
	fn verify(statement: &SplitStatement, proof: &[u8]) -> bool;
}
