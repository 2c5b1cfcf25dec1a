//! Sealed trades: what is delivered of them stays hidden, and so does what each side gets of the
//! money. Two proofs settle them, joined by a commitment to the quantity: the readings add up to at
//! least that quantity ([`crate::Claim::AtLeastHidden`]), and two notes split payment and collateral
//! by it ([`SplitStatement`]).

use alloc::vec::Vec;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{
	AssetId, Commitment, Digest, GroupId, NoteOwner, Output, PeriodIndex, Quantity, TradeId,
	X25519Key,
};

/// Most a sealed trade can be about in one period, in base units: what its proof can hide.
pub const MAX_SEALED_QUANTITY: u64 = u32::MAX as u64;

/// Payment and collateral of one period of a sealed trade stay below this, in the smallest unit:
/// the proof's products do not wrap.
pub const MAX_SEALED_AMOUNT: u64 = 1 << 60;

/// Most groups that one call can settle sealed: so many splits have room in one proof.
pub const MAX_SPLITS: u32 = 15;

/// Length of a sealed trade's key, encrypted to the seller: an X25519 key, 32 bytes, a tag.
pub const SEALED_KEY_LENGTH: usize = 80;

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

/// The secret that seller and buyer of a sealed trade share. The randomness of the buyer's notes
/// comes from it, so that a buyer finds its money whatever the seller encrypts.
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
pub struct SharedKey {
	/// Commitment that binds the key.
	pub commitment: Digest,
	/// The key, encrypted to the seller. The chain cannot read it: a seller that cannot either
	/// settles openly.
	pub ciphertext: [u8; SEALED_KEY_LENGTH],
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

/// The terms by which one sealed trade is split in one period.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SealedTerms {
	/// The trade.
	pub trade: TradeId,
	/// Contracted for the period, in base units; at most [`MAX_SEALED_QUANTITY`].
	pub quantity: u32,
	/// Price and imbalance price together: the seller gets this per base unit delivered, the buyer
	/// per base unit missing.
	pub rate: u64,
	/// Whose note pays the seller.
	pub payout: NoteOwner,
	/// Whose note pays the buyer.
	pub refund: NoteOwner,
	/// Commitment to the key that the randomness of the buyer's note comes from.
	pub key_commitment: Digest,
}

/// A sealed trade's terms, and what the prover adds.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Split {
	/// The trade's terms, by which payment and collateral are split.
	pub terms: SealedTerms,
	/// Commitment to the quantity delivered: the one of the usage proof.
	pub quantity_commitment: Commitment,
	/// Leaf of the seller's note, then of the buyer's.
	pub outputs: [Digest; 2],
	/// [`crate::ciphertext_digest`] of both notes.
	pub ciphertexts: [u8; 32],
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
}

/// What a split's proof says, as plain data: for each trade, the two notes split its payment and
/// collateral by the quantity committed to, at its rate.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SplitStatement {
	/// Hash of block 0.
	pub genesis: [u8; 32],
	/// The period of all of them.
	pub period: PeriodIndex,
	/// What all notes are of.
	pub asset: AssetId,
	/// At least one, at most [`MAX_SPLITS`].
	pub splits: Vec<Split>,
}

/// Checks split proofs; implemented by the runtime with `meterproof_verifier`.
pub trait VerifySplit {
	/// Whether `proof` proves `statement`. Never panics, whatever the bytes.
	fn verify(statement: &SplitStatement, proof: &[u8]) -> bool;
}
