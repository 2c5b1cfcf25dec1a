//! Confidential payments: what travels, what is stored, and what their proofs are about.
//!
//! The contents of notes and the keys behind them are the wallets' own; the chain sees digests and
//! bytes it cannot read.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::ConstU32;
use sp_runtime::{
	traits::{BlakeTwo256, Hash},
	BoundedVec, DispatchResult,
};

use crate::{AssetId, Digest, NoteOwner};

pub use meterproof_statements::{
	payment::{NoteCiphertext, Output, X25519Key},
	requests::PaymentItem,
	transfer::{
		Public as PublicPart, Statement as TransferStatement, NOTES as PAYMENT_NOTES,
		TREE_DEPTH as NOTE_TREE_DEPTH,
	},
};

/// What a node's transaction pool holds unless its operator says otherwise, in KiB. The argument of
/// `pallet-payments` about payments that wait rests on it.
pub const POOL_KIBIBYTES: usize = 64 * 1024;

/// Most notes the tree takes: their number fits in 32 bits, as their positions do.
pub const MAX_NOTES: u32 = u32::MAX;

/// Longest proof of a payment, in bytes. All payments pay for this length, so that a fee tells
/// nothing.
pub const MAX_PAYMENT_PROOF_BYTES: u32 = 96 * 1024;

/// The proof of a payment.
pub type PaymentProof = BoundedVec<u8, ConstU32<MAX_PAYMENT_PROOF_BYTES>>;

/// What every payment carries: notes spent, notes made, and the proof that they balance.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct PaymentBody {
	/// Root of the tree that holds the notes spent.
	pub root: Digest,
	/// What spends them, once.
	pub nullifiers: [Digest; PAYMENT_NOTES],
	/// The notes made, in the order in which they enter the tree.
	pub outputs: [Output; PAYMENT_NOTES],
	/// Proves the rest.
	pub proof: PaymentProof,
}

impl PaymentBody {
	/// The leaves of the notes made.
	pub fn commitments(&self) -> [Digest; PAYMENT_NOTES] {
		let [first, second] = &self.outputs;
		[first.commitment, second.commitment]
	}

	/// What the proof binds of the encrypted contents: the hash of the SCALE encoding of both.
	pub fn ciphertexts(&self) -> [u8; 32] {
		let [first, second] = &self.outputs;
		ciphertext_digest([&first.ciphertext, &second.ciphertext])
	}
}

/// BLAKE2b-256 of the SCALE encoding of both notes' ciphertexts, in order.
pub fn ciphertext_digest(ciphertexts: [&NoteCiphertext; PAYMENT_NOTES]) -> [u8; 32] {
	ciphertexts.using_encoded(blake2_256)
}

/// A payment that needs no account.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum Payment<AccountId> {
	/// Notes pay notes.
	#[codec(index = 0)]
	Transfer {
		/// The asset.
		asset: AssetId,
		/// Out of the notes, to the block's author.
		fee: u64,
		/// The rest.
		body: PaymentBody,
	},
	/// Notes pay an account.
	#[codec(index = 1)]
	Unshield {
		/// The asset.
		asset: AssetId,
		/// The account.
		to: AccountId,
		/// What the account is paid, without the fee.
		amount: u64,
		/// Out of the notes, to the block's author.
		fee: u64,
		/// The rest.
		body: PaymentBody,
	},
}

/// The payments that pay their fee out of notes.
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
pub enum PaymentKind {
	/// Notes pay notes.
	#[codec(index = 0)]
	Transfer,
	/// Notes pay an account.
	#[codec(index = 1)]
	Unshield,
}

/// A note as the chain keeps it for its owner to find.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct NoteEntry {
	/// The note's leaf of the tree.
	pub commitment: Digest,
	/// The asset that the note is of.
	pub asset: AssetId,
	/// The block that made the note.
	pub block: u32,
	/// What is in the note.
	pub content: NoteContent,
}

/// What is in a note.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[allow(clippy::large_enum_variant, reason = "nearly all notes are sealed")]
pub enum NoteContent {
	/// Made by a payment: only its owner can read it.
	#[codec(index = 0)]
	Sealed {
		/// One of the two nullifiers of the same payment, in their order. With these a wallet sees
		/// its notes spent without asking for them.
		nullifier: Digest,
		/// The note's encrypted contents.
		ciphertext: NoteCiphertext,
	},
	/// Made by another pallet, for a public reason.
	#[codec(index = 1)]
	Open {
		/// In the asset's smallest unit.
		amount: u64,
		/// Owner of the note: who may spend it.
		owner: NoteOwner,
		/// [`public_randomness`].
		randomness: Digest,
	},
	/// Made by the settlement of a sealed trade: only its owner can read it. It spent no note.
	#[codec(index = 2)]
	Split {
		/// The note's encrypted contents.
		ciphertext: NoteCiphertext,
	},
}

fn blake2_256(bytes: &[u8]) -> [u8; 32] {
	BlakeTwo256::hash(bytes).0
}

/// Tag of what the randomness of an open note is derived from.
pub const OPEN_NOTE_TAG: &[u8; 17] = b"meterproof:note:1";

/// The randomness of a note whose contents are public: BLAKE2b-256 of
/// tag (17) || genesis hash (32) || seed (32), the highest bit of each of its four words cleared.
pub fn public_randomness(genesis: &[u8; 32], seed: &[u8; 32]) -> Digest {
	let mut digest = (OPEN_NOTE_TAG, genesis, seed).using_encoded(blake2_256);
	for byte in digest.iter_mut().skip(7).step_by(8) {
		*byte &= 0x7f;
	}
	digest
}

/// Checks payments' proofs; implemented by the runtime with `meterproof_verifier`.
pub trait VerifyTransfer<AccountId> {
	/// Whether `proof` proves `statement`. Never panics, whatever the bytes.
	fn verify(statement: &TransferStatement<AccountId>, proof: &[u8]) -> bool;
}

/// The hashes of notes and of their tree; implemented by the runtime with `meterproof_programs`.
/// `None` where an argument is not canonical.
pub trait NoteHash {
	/// The parent of two nodes.
	fn node(left: &Digest, right: &Digest) -> Option<Digest>;
	/// The leaf of a note.
	fn note(asset: AssetId, amount: u64, owner: &NoteOwner, randomness: &Digest) -> Option<Digest>;
	/// Roots of empty trees of depth 0 to [`NOTE_TREE_DEPTH`]. Computes [`NOTE_TREE_DEPTH`] hashes: keep
	/// the result.
	fn empty_roots() -> [Digest; NOTE_TREE_DEPTH + 1];
}

/// Money becomes notes: of public contents, for pallets that owe it for public reasons, or of hidden
/// ones, where a proof stands for them. Implemented by `pallet-payments`.
pub trait PayNotes<AccountId> {
	/// `from` pays `amount` out of its free balance to a note of `owner`. The account may end by
	/// it; locks and holds on it are respected.
	///
	/// `seed` makes the note's randomness ([`public_randomness`]) and is best the hash of what the
	/// payment is for. Notes of equal seeds are notes of their own all the same.
	fn pay(
		asset: AssetId,
		from: &AccountId,
		amount: u64,
		owner: NoteOwner,
		seed: [u8; 32],
	) -> DispatchResult;

	/// Pays a note with money that `transfer` moves to the account it is given: from a hold, say.
	/// The money must arrive to the unit.
	fn pay_by(
		asset: AssetId,
		amount: u64,
		owner: NoteOwner,
		seed: [u8; 32],
		transfer: impl FnOnce(&AccountId) -> DispatchResult,
	) -> DispatchResult;

	/// `transfer` moves `amount` to the account it is given, to the unit, and two notes take it.
	/// What each of them holds only their owners know: the caller answers for it that together
	/// they hold `amount`.
	fn pay_sealed(
		asset: AssetId,
		amount: u64,
		outputs: [Output; 2],
		transfer: impl FnOnce(&AccountId) -> DispatchResult,
	) -> DispatchResult;

	/// Whether a note of `owner` could be paid: the asset is known and the owner canonical.
	fn can_pay(asset: AssetId, owner: &NoteOwner) -> bool;
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::is_canonical;

	#[test]
	fn ciphertexts_have_their_fixed_layout() {
		let mut ciphertext = NoteCiphertext {
			ephemeral: [1; 32],
			note: [2; 184],
			outgoing: [3; 112],
			auditor: None,
		};
		let mut bytes = vec![1; 32];
		bytes.extend([2; 184]);
		bytes.extend([3; 112]);
		bytes.push(0);
		assert_eq!(ciphertext.encode(), bytes);
		bytes.pop();
		bytes.push(1);
		bytes.extend([4; 144]);
		ciphertext.auditor = Some([4; 144]);
		assert_eq!(ciphertext.encode(), bytes);
		assert_eq!(NoteCiphertext::max_encoded_len(), bytes.len());
	}

	#[test]
	fn both_ciphertexts_are_hashed_in_order() {
		let one = NoteCiphertext {
			ephemeral: [1; 32],
			note: [2; 184],
			outgoing: [3; 112],
			auditor: None,
		};
		let two = NoteCiphertext { note: [5; 184], ..one.clone() };
		let joined = [one.encode(), two.encode()].concat();
		let digest = blake2_256(&joined);
		assert_eq!(ciphertext_digest([&one, &two]), digest);
		assert_ne!(ciphertext_digest([&two, &one]), digest);
	}

	#[test]
	fn public_randomness_is_canonical_and_bound_to_chain_and_seed() {
		for byte in 0..=255 {
			assert!(is_canonical(&public_randomness(&[byte; 32], &[byte; 32])));
		}
		let original = public_randomness(&[1; 32], &[2; 32]);
		assert_ne!(public_randomness(&[2; 32], &[2; 32]), original);
		assert_ne!(public_randomness(&[1; 32], &[1; 32]), original);
		let mut message = OPEN_NOTE_TAG.to_vec();
		message.extend([1; 32]);
		message.extend([2; 32]);
		let mut digest = blake2_256(&message);
		for place in [7, 15, 23, 31] {
			digest[place] &= 0x7f;
		}
		assert_eq!(original, digest);
	}
}
