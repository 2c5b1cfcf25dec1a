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
	use winter_crypto::{BatchMerkleProof, Hasher};
	use winter_utils::Serializable;

	/// Tries every set of positions in trees of up to 16 leaves.
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

	/// In the deepest tree of any statement, which is too large to build: single paths of anything
	/// are joined as those of a tree are.
	#[test]
	fn the_shape_is_that_of_real_batch_proofs_of_the_longest_trace() {
		const DEPTH: u32 = 25;
		let node = ProofHash::hash(b"anything");
		// The first and the last leaf, neighbours, and 33 that are spread as a generator has it.
		let mut positions = vec![0, 1, (1 << 24) - 1, 1 << 24, (1 << DEPTH) - 1];
		positions.extend((1..33usize).map(|i| i * 0x9e37_79b9 % (1 << DEPTH)));
		positions.sort_unstable();
		positions.dedup();
		let paths = vec![(node, vec![node; DEPTH as usize]); positions.len()];
		let proof = BatchMerkleProof::<ProofHash>::from_single_proofs(&paths, &positions);
		let bytes = proof.to_bytes();
		assert_eq!(positions.len(), 37);
		assert!(is_batch_proof(&bytes, &positions, DEPTH));
		assert!(!is_batch_proof(&bytes, &positions, DEPTH - 1));
		assert!(!is_batch_proof(&bytes, &positions[1..], DEPTH));
		// Cut where a digest ends, up to all those of the last list.
		for digests in 1..=DEPTH as usize {
			let cut = &bytes[..bytes.len() - digests * DIGEST_BYTES];
			assert!(!is_batch_proof(cut, &positions, DEPTH));
		}
		// One list for the first two leaves, which are a pair, and one for each other.
		let lengths = list_lengths(&positions, DEPTH);
		assert_eq!(lengths.len(), 36);
		let digests: usize = lengths.iter().sum();
		assert_eq!(digests, proof.nodes.iter().map(Vec::len).sum());
		assert!(digests < 37 * DEPTH as usize);
	}

	#[test]
	fn folding_keeps_one_of_each() {
		assert_eq!(fold(&[1, 9, 3, 17, 4], 8), [1, 3, 4]);
		assert_eq!(fold(&[1], 0), [0usize; 0]);
	}
}
