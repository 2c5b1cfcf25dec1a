//! What the pool is stored as.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame::prelude::*;
use meterproof_primitives::{Digest, X25519Key, NOTE_TREE_DEPTH};

/// Nodes on the left of the path to the next leaf: of each level the last one that is complete,
/// where the path turns right.
pub type FrontierNodes = [Digest; NOTE_TREE_DEPTH];

/// Roots of empty trees, by depth.
pub type EmptyTrees = [Digest; NOTE_TREE_DEPTH + 1];

/// What can be paid with.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct AssetTerms {
	/// How many of the asset's smallest units stand for one of the chain's own in a fee.
	pub fee_rate: FixedU128,
	/// Key of the auditor that each note must be readable to, if the asset has one.
	pub auditor: Option<X25519Key>,
}

/// What ever moved, of one asset, in its smallest unit.
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
pub struct Totals {
	/// What ever went from accounts into notes.
	pub shielded: u128,
	/// What ever went from notes to accounts.
	pub unshielded: u128,
	/// What ever went from notes to blocks' authors.
	pub fees: u128,
}

impl Totals {
	/// What the unspent notes add up to.
	pub fn owed(&self) -> Option<u128> {
		self.shielded.checked_sub(self.unshielded)?.checked_sub(self.fees)
	}

	/// The totals after `amount` has entered.
	pub fn entered(self, amount: u64) -> Option<Self> {
		Some(Self { shielded: self.shielded.checked_add(amount.into())?, ..self })
	}

	/// The totals after `amount` and `fee` have left; `None` where less is owed.
	pub fn left(self, amount: u64, fee: u64) -> Option<Self> {
		let left = Self {
			unshielded: self.unshielded.checked_add(amount.into())?,
			fees: self.fees.checked_add(fee.into())?,
			..self
		};
		left.owed().map(|_| left)
	}
}

/// The tree as a block left it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct TreePoint<BlockNumber> {
	/// The block.
	pub block: BlockNumber,
	/// The root.
	pub root: Digest,
	/// Notes in the tree.
	pub notes: u32,
}

/// Recent roots are numbered `first..next` in the order in which they were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct RootRange {
	/// The oldest one kept.
	pub first: u64,
	/// The number that comes next.
	pub next: u64,
}
