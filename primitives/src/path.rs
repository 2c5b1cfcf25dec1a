//! Paths in trees of Keccak, as a contract walks them: an item after the other, each to the left or to
//! the right of what was hashed so far.

use alloc::vec::Vec;

use serde::Serialize;
use sp_core::H256;
use sp_runtime::traits::{Hash, Keccak256};

/// A path from a leaf's hash to a root.
///
/// A contract need not know where in the tree the leaf stands: every inner node has a preimage of two
/// hashes, and no leaf of this chain has one of that length.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MerklePath {
	/// What is hashed in, from the leaf up. At most 64.
	pub items: Vec<H256>,
	/// Bit `i`, from the lowest, is set where item `i` stands to the left.
	pub order: u64,
}

impl MerklePath {
	fn empty() -> Self {
		Self { items: Vec::new(), order: 0 }
	}

	/// Adds an item; nothing where the order has no bit for it.
	fn push(&mut self, item: H256, is_left: bool) -> Option<()> {
		let bit = u32::try_from(self.items.len()).ok().filter(|bit| *bit < u64::BITS)?;
		if is_left {
			self.order |= 1u64.checked_shl(bit)?;
		}
		self.items.push(item);
		Some(())
	}

	/// The path of the leaf at `place` of a binary tree whose leaves have these hashes: pairs are hashed
	/// row by row, and the last of an odd row rises as it is (crate `binary-merkle-tree`).
	pub fn in_tree(hashes: &[H256], place: usize) -> Option<Self> {
		let mut path = Self::empty();
		let mut row = hashes.to_vec();
		let mut place = Some(place).filter(|place| *place < row.len())?;
		while row.len() > 1 {
			if let Some(item) = row.get(place ^ 1) {
				path.push(*item, place % 2 == 1)?;
			}
			row = row
				.chunks(2)
				.filter_map(|pair| match pair {
					[left, right] => Some(pair_hash(left, right)),
					[alone] => Some(*alone),
					_ => None,
				})
				.collect();
			place /= 2;
		}
		Some(path)
	}

	/// The path of a leaf of a Merkle mountain range, from the items of a proof of that one leaf
	/// (`mmr_generateProof`): the peaks to the left, the siblings within its own mountain, and one
	/// item for all peaks to the right. Peaks are hashed from the right, the right one first.
	pub fn in_mountain_range(leaf: u64, leaves: u64, items: &[H256]) -> Option<Self> {
		if leaf >= leaves {
			return None;
		}
		// Mountains have the sizes of the bits of the number of leaves, the largest to the left.
		let mut begin = 0u64;
		let mut to_the_left = 0usize;
		let mut own = None;
		let mut is_last = true;
		for height in (0..u64::BITS).rev().filter(|height| bit(leaves, *height)) {
			let size = 1u64.checked_shl(height)?;
			if own.is_some() {
				is_last = false;
				break;
			}
			if leaf < begin.saturating_add(size) {
				own = Some((height, leaf.saturating_sub(begin)));
			} else {
				begin = begin.saturating_add(size);
				to_the_left = to_the_left.saturating_add(1);
			}
		}
		let (height, place) = own?;
		let (peaks, rest) = items.split_at_checked(to_the_left)?;
		let (siblings, right) = rest.split_at_checked(usize::try_from(height).ok()?)?;
		let mut path = Self::empty();
		for (level, item) in (0u32..).zip(siblings) {
			path.push(*item, bit(place, level))?;
		}
		match (is_last, right) {
			(true, []) => (),
			(false, [bagged]) => path.push(*bagged, true)?,
			_ => return None,
		}
		for peak in peaks.iter().rev() {
			path.push(*peak, false)?;
		}
		Some(path)
	}

	/// Where the path leads from the hash of a leaf.
	pub fn root(&self, leaf: H256) -> H256 {
		(0u32..).zip(&self.items).fold(leaf, |hash, (level, item)| match bit(self.order, level) {
			true => pair_hash(item, &hash),
			false => pair_hash(&hash, item),
		})
	}
}

/// Bit `at` of a number, from the lowest.
fn bit(number: u64, at: u32) -> bool {
	number.checked_shr(at).unwrap_or(0) & 1 == 1
}

fn pair_hash(left: &H256, right: &H256) -> H256 {
	let mut both = [0; 64];
	let (first, second) = both.split_at_mut(32);
	first.copy_from_slice(left.as_bytes());
	second.copy_from_slice(right.as_bytes());
	Keccak256::hash(&both)
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, clippy::unwrap_used)]
mod tests {
	use super::*;

	fn hashes(number: u8) -> Vec<H256> {
		(0..number).map(|byte| Keccak256::hash(&[byte])).collect()
	}

	/// The root of a tree, as its definition has it.
	fn root(row: &[H256]) -> H256 {
		match row {
			[] => H256::zero(),
			[alone] => *alone,
			row => {
				let next = row.chunks(2).map(|pair| match pair {
					[left, right] => pair_hash(left, right),
					other => other[0],
				});
				root(&next.collect::<Vec<_>>())
			},
		}
	}

	#[test]
	fn every_leaf_of_every_tree_leads_to_its_root() {
		for number in 1..20 {
			let leaves = hashes(number);
			for (place, leaf) in leaves.iter().enumerate() {
				let path = MerklePath::in_tree(&leaves, place).unwrap();
				assert_eq!(path.root(*leaf), root(&leaves), "{place} of {number}");
				assert_ne!(path.root(H256::zero()), root(&leaves));
			}
			assert_eq!(MerklePath::in_tree(&leaves, leaves.len()), None);
		}
	}

	#[test]
	fn a_proof_of_another_shape_is_none() {
		// Seven leaves are mountains of four, two and one.
		let items = hashes(4);
		assert!(MerklePath::in_mountain_range(0, 7, &items[..3]).is_some());
		assert_eq!(MerklePath::in_mountain_range(0, 7, &items), None);
		assert_eq!(MerklePath::in_mountain_range(0, 7, &items[..2]), None);
		assert_eq!(MerklePath::in_mountain_range(7, 7, &items[..3]), None);
		assert_eq!(MerklePath::in_mountain_range(6, 7, &items[..2]).unwrap().items.len(), 2);
	}
}
