//! Sealed trades: the key that both sides share, and what settles the trades, two statements joined by
//! commitments to quantities.

#[cfg(feature = "codec")]
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
#[cfg(feature = "scale-info")]
use scale_info::TypeInfo;
#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use crate::{split, usage, Digest};

/// Length of a sealed trade's key, encrypted to the seller: an X25519 key, 32 bytes, a tag.
pub const SEALED_KEY_LENGTH: usize = 80;

/// The secret that seller and buyer of a sealed trade share. The randomness of the buyer's notes
/// comes from it, so that a buyer finds its money whatever the seller encrypts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "codec", derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen))]
#[cfg_attr(
	feature = "scale-info",
	derive(TypeInfo),
	scale_info(replace_segment("meterproof_statements", "meterproof_primitives"))
)]
pub struct SharedKey {
	/// Commitment that binds the key.
	pub commitment: Digest,
	/// The key, encrypted to the seller. The chain cannot read it: a seller that cannot either
	/// settles openly.
	pub ciphertext: [u8; SEALED_KEY_LENGTH],
}

/// The public inputs of both proofs that settle groups sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
	feature = "serde",
	derive(Serialize, Deserialize),
	serde(bound(
		serialize = "AccountId: Clone + Serialize",
		deserialize = "AccountId: Deserialize<'de>"
	))
)]
pub struct SealedStatements<AccountId = [u8; 32]> {
	/// The usage statement, of the readings.
	pub usage: usage::Statement<AccountId>,
	/// The split statement, of the notes, in the order of the groups.
	pub split: split::Statement,
}
