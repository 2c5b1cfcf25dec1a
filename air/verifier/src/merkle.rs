//! The shape of a batch Merkle proof: a function of the opened positions alone.

use crate::reader::Reader;
use alloc::{vec, vec::Vec};

/// Bytes of a digest.
pub const DIGEST_BYTES: usize = 32;

/// How many digests each list of a batch proof holds, for sorted, distinct leaf `positions`.
///
/// There is one list per pair of leaves of which at least one is opened. Going up, the i-th node
/// that is known at a level and whose sibling is not takes one digest from the i-th list.
fn list_lengths(positions: &[usize], depth: u32) -> Vec<usize> {
	let mut parents: Vec<usize> = Vec::with_capacity(positions.len());
	let mut lengths: Vec<usize> = Vec::with_capacity(positions.len());
	for position in positions {
		let parent = position >> 1;
		if parents.last() == Some(&parent) {
			// Both leaves of the pair are opened.
			if let Some(length) = lengths.last_mut() {
				*length = 0;
			}
		} else {
			parents.push(parent);
			lengths.push(1);
		}
	}
	for _ in 1..depth {
		let mut above: Vec<usize> = Vec::with_capacity(parents.len());
		let mut nodes = parents.iter().enumerate().peekable();
		while let Some((i, node)) = nodes.next() {
			if nodes.next_if(|(_, next)| **next == node ^ 1 && **next > *node).is_none() {
				if let Some(length) = lengths.get_mut(i) {
					*length = length.saturating_add(1);
				}
			}
			above.push(node >> 1);
		}
		parents = above;
	}
	lengths
}

/// Whether `bytes` are laid out as the batch proof of these positions in a tree of this depth.
pub fn is_batch_proof(bytes: &[u8], positions: &[usize], depth: u32) -> bool {
	let mut reader = Reader::new(bytes);
	let lengths = list_lengths(positions, depth);
	let header =
		reader.u8().map(u32::from) == Some(depth) && reader.compact() == Some(lengths.len());
	header
		&& lengths.into_iter().all(|length| {
			reader.compact() == Some(length)
				&& length
					.checked_mul(DIGEST_BYTES)
					.is_some_and(|bytes| reader.take(bytes).is_some())
		}) && reader.is_empty()
}

/// The opened positions of the next layer: modulo its size, in order of appearance.
pub fn fold(positions: &[usize], size: usize) -> Vec<usize> {
	let mut folded = vec![];
	for position in positions {
		let Some(position) = position.checked_rem(size) else { continue };
		if !folded.contains(&position) {
			folded.push(position);
		}
	}
	folded
}

#[cfg(test)]
mod tests {
	use super::*;
	use meterproof_programs::usage::{ProofHash, Tree};
	use winter_crypto::Hasher;
	use winter_utils::Serializable;

	/// Every set of positions in trees of up to 16 leaves.
	#[test]
	fn the_shape_is_that_of_real_batch_proofs() {
		for depth in 1..=4u32 {
			let leaves: Vec<_> = (0..1u8 << depth).map(|i| ProofHash::hash(&[i])).collect();
			let tree = Tree::new(leaves).unwrap();
			let mut shapes = 0;
			for set in 1u32..1 << (1 << depth) {
				let positions: Vec<usize> =
					(0..1usize << depth).filter(|i| set >> i & 1 == 1).collect();
				let bytes = tree.prove_batch(&positions).unwrap().1.to_bytes();
				assert!(is_batch_proof(&bytes, &positions, depth), "{positions:?}");
				assert!(!is_batch_proof(&bytes, &positions, depth + 1));
				assert!(!is_batch_proof(&bytes[..bytes.len() - 1], &positions, depth));
				let longer = [bytes.as_slice(), &[0]].concat();
				assert!(!is_batch_proof(&longer, &positions, depth));
				shapes += 1;
			}
			assert_eq!(shapes, (1u32 << (1 << depth)) - 1);
		}
	}

	#[test]
	fn folding_keeps_one_of_each() {
		assert_eq!(fold(&[1, 9, 3, 17, 4], 8), [1, 3, 4]);
		assert_eq!(fold(&[1], 0), [0usize; 0]);
	}
}
