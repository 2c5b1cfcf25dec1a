//! Merkle trees over the extended domain.

use super::Node;
use meterproof_packed::{
	blake3::{digest, merge, merge_neighbours, Digests, LANES},
	dispatch, Kernel,
};
use meterproof_programs::system::ProofHash;
use std::collections::BTreeSet;
use tracing::info_span;
use winter_crypto::BatchMerkleProof;
use winter_utils::iterators::*;

/// Entries that one thread hashes at a time.
const SHARE: usize = 64;

/// A tree whose leaf i is that of row i / cosets of coset i % cosets.
///
/// On each level digests stand by coset, so that neighbours of different cosets, as nearly all are, stand in
/// the same lanes of two entries. A level halves the cosets, until one is left; from there on it halves rows.
pub struct Tree {
	cosets: usize,
	levels: Vec<Vec<Digests>>,
	depth: usize,
}

impl Tree {
	/// Over leaves that stand coset by coset, sixteen rows to an entry. Both numbers are powers of two.
	pub fn new(leaves: Vec<Digests>, cosets: usize, rows: usize) -> Self {
		let _span = info_span!("build_tree").entered();
		let depth = (cosets * rows).ilog2() as usize;
		let mut levels = vec![leaves];
		let (mut cosets_left, mut rows_left) = (cosets, rows);
		for level in 0..depth {
			let below = &levels[level];
			let across = cosets_left > 1;
			if across {
				cosets_left /= 2;
			} else {
				rows_left /= 2;
			}
			let blocks = rows_left.div_ceil(LANES);
			let mut above = vec![[[0; LANES]; 8]; cosets_left * blocks];
			above.par_chunks_mut(SHARE).enumerate().for_each(|(i, above)| {
				dispatch(Merge {
					below,
					above,
					first: i * SHARE,
					across: across.then_some(blocks),
				});
			});
			levels.push(above);
		}
		Self { cosets, levels, depth }
	}

	/// The root.
	pub fn root(&self) -> Node {
		self.digest(self.depth, 0)
	}

	fn digest(&self, level: usize, index: usize) -> Node {
		let entries = &self.levels[level];
		let cosets = (self.cosets >> level).max(1);
		let (coset, row) = (index % cosets, index / cosets);
		let blocks = entries.len() / cosets;
		Node::new(digest(&entries[coset * blocks + row / LANES], row % LANES))
	}

	/// What is needed to get from the leaves at these positions to the root, in the form of winterfell's
	/// trees.
	pub fn open(&self, positions: &[usize]) -> BatchMerkleProof<ProofHash> {
		let opened: BTreeSet<_> = positions.iter().copied().collect();
		let parents: BTreeSet<_> = opened.iter().map(|position| position / 2).collect();
		let mut current: Vec<_> = parents.into_iter().collect();
		let mut nodes: Vec<Vec<_>> = current
			.iter()
			.map(|parent| {
				let children = [2 * parent, 2 * parent + 1];
				let missing = children.into_iter().filter(|child| !opened.contains(child));
				missing.map(|child| self.digest(0, child)).collect()
			})
			.collect();
		for level in 1..self.depth {
			let mut above = Vec::with_capacity(current.len());
			let mut i = 0;
			while i < current.len() {
				let sibling = current[i] ^ 1;
				if current.get(i + 1) == Some(&sibling) {
					i += 1;
				} else {
					nodes[i].push(self.digest(level, sibling));
				}
				above.push(sibling / 2);
				i += 1;
			}
			current = above;
		}
		BatchMerkleProof { nodes, depth: self.depth as u8 }
	}
}

struct Merge<'a> {
	below: &'a [Digests],
	above: &'a mut [Digests],
	/// The number of the first entry of `above` on its level.
	first: usize,
	/// The entries of a coset where cosets are joined.
	across: Option<usize>,
}

impl Kernel for Merge<'_> {
	type Output = ();
	#[inline(always)]
	fn run(self) {
		for (i, above) in self.above.iter_mut().enumerate() {
			let entry = self.first + i;
			*above = match self.across {
				Some(blocks) => {
					let left = entry / blocks * 2 * blocks + entry % blocks;
					merge(&self.below[left], &self.below[left + blocks])
				},
				None => {
					let left = &self.below[2 * entry];
					// Up to sixteen rows stand in one entry: then half of the lanes are of no meaning.
					merge_neighbours(left, self.below.get(2 * entry + 1).unwrap_or(left))
				},
			};
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use meterproof_programs::system::Tree as Reference;
	use winter_crypto::{Digest, Hasher};

	#[test]
	fn trees_are_those_of_the_proof_system() {
		for (cosets, rows) in
			[(1, 2), (2, 1), (2, 2), (4, 8), (8, 16), (2, 64), (32, 128), (1, 512)]
		{
			let blocks = usize::div_ceil(rows, LANES);
			let mut leaves = vec![[[0; LANES]; 8]; cosets * blocks];
			let mut expected = Vec::new();
			for i in 0..cosets * rows {
				let hash = ProofHash::hash(&i.to_le_bytes());
				let (coset, row) = (i % cosets, i / cosets);
				for (word, bytes) in hash.as_bytes().chunks_exact(4).enumerate() {
					let word = &mut leaves[coset * blocks + row / LANES][word];
					word[row % LANES] = u32::from_le_bytes(bytes.try_into().unwrap());
				}
				expected.push(hash);
			}
			let tree = Tree::new(leaves, cosets, rows);
			let expected = Reference::new(expected).unwrap();
			assert_eq!(tree.root(), *expected.root());
			let leaves = cosets * rows;
			for positions in [vec![0], vec![leaves - 1, 0], (0..leaves).step_by(3).collect()] {
				let (_, proof) = expected.prove_batch(&positions).unwrap();
				assert_eq!(tree.open(&positions), proof, "{cosets} {rows} {positions:?}");
			}
		}
	}
}
