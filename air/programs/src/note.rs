//! Notes: confidential amounts, who may spend them, and what spends them once.
//!
//! All of it is [`crate::hash`] over field elements, with lengths and tags of its own:
//!
//! ```text
//! nullifier key  H(NullifierKey, 4: spending key)
//! owner          H(Owner, 5: nullifier key, diversifier)
//! note           H(Note, 11: owner, asset, amount mod 2^32, r0, r1 | amount div 2^32, r2, r3)
//! nullifier      H(Nullifier, 9: note, nullifier key | position)
//! node           H(Node, 8: left, right)
//! ```
//!
//! What stands behind the bar enters with the second permutation. Whoever holds a nullifier key
//! can tell which notes of its owners were spent; only the spending key spends.

use crate::hash::{decode, encode, once, twice, Tag, Words};
use winter_math::{fields::f64::BaseElement, FieldElement};

pub use crate::hash::DigestBytes;
pub use meterproof_statements::transfer::TREE_DEPTH;

/// Elements a spending key's hash absorbs.
pub const NULLIFIER_KEY_LENGTH: u64 = 4;
/// Elements an owner absorbs.
pub const OWNER_LENGTH: u64 = 5;
/// Elements a note absorbs.
pub const NOTE_LENGTH: u64 = 11;
/// Elements a nullifier absorbs.
pub const NULLIFIER_LENGTH: u64 = 9;
/// Elements a node absorbs.
pub const NODE_LENGTH: u64 = 8;

/// The leaf where no note is yet: no hash is known to be zero.
pub const EMPTY_LEAF: DigestBytes = [0; 32];

/// The contents of a note, to which a leaf of the tree commits. Randomness and amount are its owner's secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Note {
	/// Which asset; 0 is the chain's own token.
	pub asset: u32,
	/// How much of it, in its smallest unit.
	pub amount: u64,
	/// The owner, which may spend the note: made by the function [`owner`].
	pub owner: DigestBytes,
	/// Four uniform field elements, in bytes as a digest.
	pub randomness: DigestBytes,
}

impl Note {
	/// The leaf of the tree, or `None` where owner or randomness is not canonical.
	pub fn commitment(&self) -> Option<DigestBytes> {
		let [o0, o1, o2, o3] = decode(&self.owner)?;
		let [r0, r1, r2, r3] = decode(&self.randomness)?;
		let [low, high] = limbs(self.amount).map(BaseElement::from);
		let first = [o0, o1, o2, o3, self.asset.into(), low, r0, r1];
		let more = [high, r2, r3, BaseElement::ZERO];
		Some(encode(&twice(NOTE_LENGTH, Tag::Note, first, more)))
	}
}

/// The low and the high 32 bits: 64 do not fit a field element.
pub fn limbs(amount: u64) -> [u32; 2] {
	[amount as u32, (amount >> 32) as u32]
}

/// The key that makes nullifiers, or `None` where the spending key is not canonical.
pub fn nullifier_key(spending_key: &DigestBytes) -> Option<DigestBytes> {
	let [k0, k1, k2, k3] = decode(spending_key)?;
	let z = BaseElement::ZERO;
	let input = [k0, k1, k2, k3, z, z, z, z];
	Some(encode(&once(NULLIFIER_KEY_LENGTH, Tag::NullifierKey, input)))
}

/// The owner that a nullifier key is for this diversifier: two of one key cannot be told to be so.
pub fn owner(nullifier_key: &DigestBytes, diversifier: u32) -> Option<DigestBytes> {
	let [n0, n1, n2, n3] = decode(nullifier_key)?;
	let z = BaseElement::ZERO;
	let input = [n0, n1, n2, n3, diversifier.into(), z, z, z];
	Some(encode(&once(OWNER_LENGTH, Tag::Owner, input)))
}

/// What spends the note with this commitment at this place of the tree.
pub fn nullifier(
	nullifier_key: &DigestBytes,
	commitment: &DigestBytes,
	position: u32,
) -> Option<DigestBytes> {
	let [c0, c1, c2, c3] = decode(commitment)?;
	let [n0, n1, n2, n3] = decode(nullifier_key)?;
	let z = BaseElement::ZERO;
	let first = [c0, c1, c2, c3, n0, n1, n2, n3];
	let digest = twice(NULLIFIER_LENGTH, Tag::Nullifier, first, [position.into(), z, z, z]);
	Some(encode(&digest))
}

/// The parent of two nodes, or `None` where one is not canonical.
pub fn node(left: &DigestBytes, right: &DigestBytes) -> Option<DigestBytes> {
	Some(encode(&node_of(&decode(left)?, &decode(right)?)))
}

fn node_of(left: &Words, right: &Words) -> Words {
	let [l0, l1, l2, l3] = *left;
	let [r0, r1, r2, r3] = *right;
	once(NODE_LENGTH, Tag::Node, [l0, l1, l2, l3, r0, r1, r2, r3])
}

/// Roots of empty trees of depth 0 to [`TREE_DEPTH`]: what stands beside notes where none are yet.
/// Takes [`TREE_DEPTH`] hashes; keep the result.
pub fn empty_roots() -> [DigestBytes; TREE_DEPTH + 1] {
	let mut level = [BaseElement::ZERO; 4];
	let mut roots = [EMPTY_LEAF; TREE_DEPTH + 1];
	for root in roots.iter_mut().skip(1) {
		level = node_of(&level, &level);
		*root = encode(&level);
	}
	roots
}

#[cfg(test)]
mod tests {
	use super::*;

	const ONE: DigestBytes = {
		let mut bytes = [0; 32];
		bytes[0] = 1;
		bytes
	};

	#[test]
	fn every_field_of_a_note_changes_its_commitment() {
		let note = Note { asset: 0, amount: 5, owner: ONE, randomness: ONE };
		let changes = [
			Note { asset: 1, ..note },
			Note { amount: 6, ..note },
			Note { amount: 5 + (1 << 32), ..note },
			Note { owner: EMPTY_LEAF, ..note },
			Note { randomness: EMPTY_LEAF, ..note },
		];
		let original = note.commitment().unwrap();
		for change in changes {
			assert_ne!(change.commitment().unwrap(), original);
		}
	}

	#[test]
	fn what_is_not_canonical_has_no_hash() {
		let bad = [0xff; 32];
		assert_eq!(nullifier_key(&bad), None);
		assert_eq!(owner(&bad, 0), None);
		assert_eq!(nullifier(&bad, &ONE, 0), None);
		assert_eq!(nullifier(&ONE, &bad, 0), None);
		assert_eq!(node(&ONE, &bad), None);
		let note = Note { asset: 0, amount: 5, owner: bad, randomness: ONE };
		assert_eq!(note.commitment(), None);
	}

	#[test]
	fn uses_of_the_same_elements_differ() {
		let key = nullifier_key(&ONE).unwrap();
		let owner = owner(&ONE, 0).unwrap();
		let node = node(&ONE, &EMPTY_LEAF).unwrap();
		let nullifier = nullifier(&EMPTY_LEAF, &ONE, 0).unwrap();
		let all = [key, owner, node, nullifier];
		for (i, digest) in all.iter().enumerate() {
			assert!(all.iter().skip(i + 1).all(|other| other != digest));
		}
	}

	#[test]
	fn empty_trees_are_hashes_of_empty_trees() {
		let roots = empty_roots();
		assert_eq!(roots[0], EMPTY_LEAF);
		for pair in roots.windows(2) {
			assert_eq!(node(&pair[0], &pair[0]).unwrap(), pair[1]);
		}
	}
}
