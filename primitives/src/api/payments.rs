//! What the payments runtime API answers.

use alloc::vec::Vec;
use core::fmt;

use codec::{Decode, Encode};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize, Serializer};
use sp_core::H256;

use super::decimal;
use crate::{AssetId, Digest, NoteContent, NoteEntry};

/// Most notes of one answer.
pub const MAX_NOTE_PAGE: u32 = 1_000;

/// Bytes in JSON are a hexadecimal string.
pub(super) fn hexadecimal<S: Serializer>(
	bytes: &impl AsRef<[u8]>,
	serializer: S,
) -> Result<S::Ok, S::Error> {
	serializer.collect_str(&Hexadecimal(bytes.as_ref()))
}

struct Hexadecimal<'a>(&'a [u8]);

impl fmt::Display for Hexadecimal<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("0x")?;
		self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
	}
}

/// The tree of notes as a block left it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TreeState {
	/// The block.
	pub block: u32,
	/// The tree's root.
	pub root: H256,
	/// How many notes the tree holds.
	pub notes: u32,
}

/// Where the tree of notes stands.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentsState {
	/// Hash of block 0, which proofs bind.
	pub genesis: H256,
	/// The tree as it is now.
	pub head: TreeState,
	/// What payments rest on: the tree after the last block whose number is a multiple of
	/// `anchor_period`. All wallets use it, so that it tells nothing. Ask at a finalised block.
	pub anchor: TreeState,
	/// Blocks between two anchors.
	pub anchor_period: u32,
	/// A root stays usable for at least so many blocks.
	pub root_life: u32,
	/// Longest proof, in bytes.
	pub max_proof_bytes: u32,
}

/// What can be paid with. Amounts are in its smallest unit.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentAsset {
	/// The asset's number; 0 is the chain's own token.
	pub asset: AssetId,
	/// Fee of a transfer between notes, in the asset's smallest unit.
	#[serde(serialize_with = "decimal")]
	pub transfer_fee: u64,
	/// Fee of a payment to an account, in the asset's smallest unit.
	#[serde(serialize_with = "decimal")]
	pub unshield_fee: u64,
	/// X25519 key to which each note must be encrypted.
	pub auditor: Option<H256>,
	/// Ever paid into notes.
	#[serde(serialize_with = "decimal")]
	pub shielded: u128,
	/// Ever paid out to accounts.
	#[serde(serialize_with = "decimal")]
	pub unshielded: u128,
	/// Ever paid as fees out of notes.
	#[serde(serialize_with = "decimal")]
	pub fees: u128,
}

/// A note with its place in the tree.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NoteInfo {
	/// The note's place in the tree.
	pub position: u32,
	/// The block that made the note.
	pub block: u32,
	/// The asset that the note is of.
	pub asset: AssetId,
	/// The note's leaf of the tree.
	pub commitment: H256,
	/// What is in the note.
	pub content: NoteContentInfo,
}

/// What is in a note.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum NoteContentInfo {
	/// A note of a payment: only its owner can read its contents.
	#[codec(index = 0)]
	#[serde(rename_all = "camelCase")]
	Sealed {
		/// A note that the same payment spent.
		nullifier: H256,
		/// The sender's X25519 key.
		ephemeral: H256,
		/// The part encrypted to the note's owner.
		#[serde(serialize_with = "hexadecimal")]
		note: Vec<u8>,
		/// The part encrypted to the payer.
		#[serde(serialize_with = "hexadecimal")]
		outgoing: Vec<u8>,
		/// The part encrypted to the asset's auditor; empty where the asset has none.
		#[serde(serialize_with = "hexadecimal")]
		auditor: Vec<u8>,
	},
	/// A note whose contents anybody can read.
	#[codec(index = 1)]
	#[serde(rename_all = "camelCase")]
	Open {
		/// The note's amount, in the asset's smallest unit.
		#[serde(serialize_with = "decimal")]
		amount: u64,
		/// Owner of the note: who may spend it.
		owner: H256,
		/// The note's randomness.
		randomness: H256,
	},
	/// Only its owner can read it; the settlement of a sealed trade made it.
	#[codec(index = 2)]
	#[serde(rename_all = "camelCase")]
	Split {
		/// The sender's X25519 key.
		ephemeral: H256,
		/// The part encrypted to the note's owner.
		#[serde(serialize_with = "hexadecimal")]
		note: Vec<u8>,
		/// The part encrypted to the payer.
		#[serde(serialize_with = "hexadecimal")]
		outgoing: Vec<u8>,
		/// The part encrypted to the asset's auditor; empty where the asset has none.
		#[serde(serialize_with = "hexadecimal")]
		auditor: Vec<u8>,
	},
}

/// Notes in the order of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NotePage {
	/// The notes.
	pub notes: Vec<NoteInfo>,
	/// Notes in the tree: where this is more than the last position and one, there are more pages.
	pub total: u32,
}

impl NoteInfo {
	/// The note at `position`.
	pub fn new(position: u32, entry: NoteEntry) -> Self {
		let content = match entry.content {
			NoteContent::Sealed { nullifier, ciphertext } => NoteContentInfo::Sealed {
				nullifier: H256(nullifier),
				ephemeral: H256(ciphertext.ephemeral),
				note: ciphertext.note.to_vec(),
				outgoing: ciphertext.outgoing.to_vec(),
				auditor: ciphertext.auditor.map(|bytes| bytes.to_vec()).unwrap_or_default(),
			},
			NoteContent::Open { amount, owner, randomness } => {
				NoteContentInfo::Open { amount, owner: H256(owner), randomness: H256(randomness) }
			},
			NoteContent::Split { ciphertext } => NoteContentInfo::Split {
				ephemeral: H256(ciphertext.ephemeral),
				note: ciphertext.note.to_vec(),
				outgoing: ciphertext.outgoing.to_vec(),
				auditor: ciphertext.auditor.map(|bytes| bytes.to_vec()).unwrap_or_default(),
			},
		};
		Self {
			position,
			block: entry.block,
			asset: entry.asset,
			commitment: H256(entry.commitment),
			content,
		}
	}
}

impl TreeState {
	/// The tree with this root.
	pub fn new(block: u32, root: Digest, notes: u32) -> Self {
		Self { block, root: H256(root), notes }
	}
}
