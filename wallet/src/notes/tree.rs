//! The tree of all notes, as far as a wallet needs it: its root, and the paths of the wallet's own
//! notes, at any size that lies not too far behind the newest note.
//!
//! Leaves come in chunks of 4,096. Of a chunk that is full and lies far enough back only its root
//! stays, and the lower half of the paths of the wallet's own notes in it. What stays of ten
//! million notes is some 2 MB.

use std::collections::BTreeMap;

use codec::{Decode, Encode};
use meterproof_programs::{
	hash::decode,
	note::{empty_roots, node, DigestBytes, TREE_DEPTH},
};

use crate::error::named_errors;

/// Levels of a chunk.
const CHUNK_DEPTH: usize = 12;
/// Leaves of a chunk.
const CHUNK: u64 = 1 << CHUNK_DEPTH;
/// Full chunks whose leaves are kept, so that paths can be given for sizes that lie back.
const KEPT: usize = 16;
/// Most notes that the tree has room for.
const ROOM: u64 = 1 << TREE_DEPTH;

/// The siblings on the way from a leaf to the root.
pub type Path = [DigestBytes; TREE_DEPTH];

named_errors! {
	/// Why the tree has no answer.
	#[derive(PartialEq, Eq, Clone, Copy)]
	pub enum TreeError {
		/// The tree of notes is full.
		TreeFull => "the tree of notes is full";
		/// The bytes given as a note's commitment are not a commitment.
		NotACommitment => "a note's commitment is not canonical";
		/// The size lies further back than what is kept, or ahead.
		AnchorOutOfReach
			=> "the anchor is not among the notes that the wallet keeps: scan, and try again";
		/// The note came after the anchor.
		NoteAfterAnchor => "the note is newer than the anchor: wait until the anchor has moved on";
		/// The note was never marked as one's own.
		NotOwn => "the tree keeps no path of a note that is not the wallet's";
	}
}

/// All notes of the chain up to some number.
#[derive(Clone, Default, PartialEq, Eq, Encode, Decode)]
pub struct Tree {
	/// Roots of the full chunks.
	chunks: Vec<DigestBytes>,
	/// Leaves of the last [`KEPT`] full chunks and of the one being filled.
	leaves: Vec<DigestBytes>,
	/// Own notes, and the lower half of their paths once their chunk's leaves are gone.
	own: BTreeMap<u32, Option<[DigestBytes; CHUNK_DEPTH]>>,
}

impl std::fmt::Debug for Tree {
	fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(formatter, "Tree({} notes)", self.size())
	}
}

impl Tree {
	/// How many notes the tree holds.
	pub fn size(&self) -> u64 {
		self.kept_from() + self.leaves.len() as u64
	}

	/// Where the kept leaves begin.
	fn kept_from(&self) -> u64 {
		self.chunks.len().saturating_sub(KEPT) as u64 * CHUNK
	}

	/// Adds the next note; gives its position.
	pub fn append(&mut self, commitment: &DigestBytes) -> Result<u32, TreeError> {
		let size = self.size();
		let position = u32::try_from(size).map_err(|_| TreeError::TreeFull)?;
		if size >= ROOM {
			return Err(TreeError::TreeFull);
		}
		if decode(commitment).is_none() {
			return Err(TreeError::NotACommitment);
		}
		self.leaves.push(*commitment);
		if (size + 1).is_multiple_of(CHUNK) {
			self.close_chunk();
		}
		Ok(position)
	}

	/// Keeps the path of this note.
	pub fn mark(&mut self, position: u32) -> Result<(), TreeError> {
		if u64::from(position) < self.kept_from() || u64::from(position) >= self.size() {
			return Err(TreeError::NotOwn);
		}
		self.own.entry(position).or_insert(None);
		Ok(())
	}

	/// Keeps the note's path no longer: the note was spent.
	pub fn forget(&mut self, position: u32) {
		self.own.remove(&position);
	}

	/// The root when the tree had `size` notes.
	pub fn root_at(&self, size: u64) -> Result<DigestBytes, TreeError> {
		self.fold_at(size, 0).map(|(root, _)| root)
	}

	/// The path of an own note when the tree had `size` notes.
	pub fn path_at(&self, position: u32, size: u64) -> Result<Path, TreeError> {
		let kept = self.own.get(&position).ok_or(TreeError::NotOwn)?;
		if u64::from(position) >= size {
			return Err(TreeError::NoteAfterAnchor);
		}
		let chunk = u64::from(position) / CHUNK;
		let (_, upper) = self.fold_at(size, chunk)?;
		let lower = match kept {
			Some(lower) => lower.to_vec(),
			None => {
				let within = u64::from(position) % CHUNK;
				let leaves = self.chunk_at(chunk, size).to_vec();
				fold(leaves, within, 0, CHUNK_DEPTH).1
			},
		};
		let mut path = [[0; 32]; TREE_DEPTH];
		for (to, from) in path.iter_mut().zip(lower.into_iter().chain(upper)) {
			*to = from;
		}
		Ok(path)
	}

	/// Closes the chunk being filled, which is full.
	fn close_chunk(&mut self) {
		let from = self.leaves.len().saturating_sub(CHUNK as usize);
		let full = self.leaves.get(from..).unwrap_or_default().to_vec();
		self.chunks.push(fold(full, 0, 0, CHUNK_DEPTH).0);
		if self.chunks.len() <= KEPT {
			return;
		}
		// The oldest chunk's leaves go; its own notes' paths within it change no more.
		let gone: Vec<_> = self.leaves.drain(..CHUNK as usize).collect();
		let first = self.kept_from() - CHUNK;
		let own = |position: &u32| u64::from(*position).checked_sub(first).filter(|w| *w < CHUNK);
		if !self.own.keys().any(|position| own(position).is_some()) {
			return;
		}
		// Hashed once, however many there are: anybody can fill a chunk with notes to this wallet.
		let levels = levels(gone);
		for (position, kept) in &mut self.own {
			if let (Some(within), None) = (own(position), &kept) {
				*kept = Some(path_in(&levels, within));
			}
		}
	}

	/// Leaves of a chunk whose leaves are kept, when the tree had `size` notes.
	fn chunk_at(&self, chunk: u64, size: u64) -> &[DigestBytes] {
		let from = (chunk * CHUNK).saturating_sub(self.kept_from());
		let to = (from + CHUNK).min(size.saturating_sub(self.kept_from()));
		self.leaves.get(from as usize..to as usize).unwrap_or_default()
	}

	/// The root, and the upper half of the path of a chunk, when the tree had `size` notes.
	fn fold_at(&self, size: u64, chunk: u64) -> Result<(DigestBytes, Vec<DigestBytes>), TreeError> {
		let full = size / CHUNK;
		if size > self.size() || size < self.kept_from() {
			return Err(TreeError::AnchorOutOfReach);
		}
		let mut nodes = self.chunks.get(..full as usize).unwrap_or_default().to_vec();
		let partial = self.chunk_at(full, size);
		if !size.is_multiple_of(CHUNK) {
			nodes.push(fold(partial.to_vec(), 0, 0, CHUNK_DEPTH).0);
		}
		Ok(fold(nodes, chunk, CHUNK_DEPTH, TREE_DEPTH))
	}
}

/// The root at level `to` over the nodes of level `from`, all further ones being empty; and the
/// siblings of the way up from the node at `index`.
fn fold(
	mut nodes: Vec<DigestBytes>,
	mut index: u64,
	from: usize,
	to: usize,
) -> (DigestBytes, Vec<DigestBytes>) {
	let empty = empty();
	let mut path = Vec::with_capacity(to - from);
	for level in from..to {
		let nothing = empty.get(level).copied().unwrap_or_default();
		let sibling = nodes.get((index ^ 1) as usize).copied();
		path.push(sibling.unwrap_or(nothing));
		nodes = nodes
			.chunks(2)
			.map(|pair| {
				let [left, right] = [0, 1].map(|side| pair.get(side).unwrap_or(&nothing));
				node(left, right).unwrap_or_else(|| unreachable!("all nodes are hashes"))
			})
			.collect();
		index >>= 1;
	}
	let nothing = empty.get(to).copied().unwrap_or_default();
	(nodes.first().copied().unwrap_or(nothing), path)
}

/// The nodes of a full chunk by level, from the leaves up, without its root.
fn levels(leaves: Vec<DigestBytes>) -> Vec<Vec<DigestBytes>> {
	let mut levels = vec![leaves];
	for level in 1..CHUNK_DEPTH {
		let below = levels.last().map_or(&[][..], |below| below);
		levels
			.push(below.chunks(2).map(|pair| fold(pair.to_vec(), 0, level - 1, level).0).collect());
	}
	levels
}

/// The siblings on the way up from a leaf of a full chunk.
fn path_in(levels: &[Vec<DigestBytes>], leaf: u64) -> [DigestBytes; CHUNK_DEPTH] {
	let mut path = [[0; 32]; CHUNK_DEPTH];
	for (level, (to, nodes)) in path.iter_mut().zip(levels).enumerate() {
		*to = nodes.get(((leaf >> level) ^ 1) as usize).copied().unwrap_or_default();
	}
	path
}

fn empty() -> &'static [DigestBytes; TREE_DEPTH + 1] {
	static EMPTY: std::sync::OnceLock<[DigestBytes; TREE_DEPTH + 1]> = std::sync::OnceLock::new();
	EMPTY.get_or_init(empty_roots)
}

/// The root that a leaf and its path lead to.
pub fn root_of(leaf: &DigestBytes, position: u32, path: &Path) -> Option<DigestBytes> {
	let mut current = *leaf;
	for (level, sibling) in path.iter().enumerate() {
		current = match (position >> level) & 1 {
			0 => node(&current, sibling)?,
			_ => node(sibling, &current)?,
		};
	}
	Some(current)
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;
	use std::collections::HashMap;

	fn leaf(number: u64) -> DigestBytes {
		let mut leaf = [0; 32];
		leaf[..8].copy_from_slice(&(number + 1).to_le_bytes());
		leaf
	}

	/// The tree as its definition has it: every node hashed from both children.
	struct Naive {
		size: u64,
		cache: HashMap<(usize, u64), DigestBytes>,
	}

	impl Naive {
		fn node(&mut self, level: usize, index: u64) -> DigestBytes {
			if index << level >= self.size {
				return empty()[level];
			}
			if level == 0 {
				return leaf(index);
			}
			if let Some(known) = self.cache.get(&(level, index)) {
				return *known;
			}
			let [left, right] = [0, 1].map(|side| self.node(level - 1, 2 * index + side));
			let made = node(&left, &right).unwrap();
			self.cache.insert((level, index), made);
			made
		}

		fn path(&mut self, position: u32) -> Path {
			let siblings: Vec<_> =
				(0..TREE_DEPTH).map(|l| self.node(l, (u64::from(position) >> l) ^ 1)).collect();
			siblings.try_into().unwrap()
		}
	}

	fn naive(size: u64) -> Naive {
		Naive { size, cache: HashMap::new() }
	}

	fn filled(size: u64, own: &[u32]) -> Tree {
		let mut tree = Tree::default();
		for number in 0..size {
			let position = tree.append(&leaf(number)).unwrap();
			if own.contains(&position) {
				tree.mark(position).unwrap();
			}
		}
		tree
	}

	#[test]
	fn an_empty_tree_has_the_empty_root() {
		assert_eq!(Tree::default().root_at(0), Ok(empty_roots()[TREE_DEPTH]));
	}

	proptest! {
		#![proptest_config(ProptestConfig::with_cases(24))]
		#[test]
		fn roots_and_paths_are_those_of_the_naive_tree(
			size in 1u64..700,
			anchor in 0u64..700,
			position in 0u32..700,
		) {
			let anchor = anchor % size + 1;
			let position = position % size as u32;
			let tree = filled(size, &[position]);
			let mut naive = naive(anchor);
			let root = naive.node(TREE_DEPTH, 0);
			prop_assert_eq!(tree.root_at(anchor), Ok(root));
			let path = tree.path_at(position, anchor);
			if u64::from(position) < anchor {
				prop_assert_eq!(path, Ok(naive.path(position)));
				prop_assert_eq!(root_of(&leaf(position.into()), position, &path.unwrap()), Some(root));
			} else {
				prop_assert_eq!(path, Err(TreeError::NoteAfterAnchor));
			}
		}
	}

	#[test]
	fn paths_outlive_their_leaves() {
		let size = (KEPT as u64 + 2) * CHUNK + 100;
		let own = [0, 5, 4_095, 4_096, 9_000, (size - 1) as u32];
		let tree = filled(size, &own);
		assert_eq!(tree.leaves.len() as u64, KEPT as u64 * CHUNK + 100);
		for anchor in [size, size - 50, size - 101, size - 8_000, 2 * CHUNK] {
			let mut naive = naive(anchor);
			assert_eq!(tree.root_at(anchor), Ok(naive.node(TREE_DEPTH, 0)), "{anchor}");
			for position in own {
				let expected = match u64::from(position) < anchor {
					true => Ok(naive.path(position)),
					false => Err(TreeError::NoteAfterAnchor),
				};
				assert_eq!(tree.path_at(position, anchor), expected, "{position} at {anchor}");
			}
		}
		let out = Err(TreeError::AnchorOutOfReach);
		assert_eq!(tree.root_at(2 * CHUNK - 1), out);
		assert_eq!(tree.root_at(size + 1), out);
		assert_eq!(tree.path_at(1, size), Err(TreeError::NotOwn));
	}

	/// Somebody fills whole chunks with notes of next to nothing to one wallet: what is done for each
	/// does not grow with their number. Hashing the chunk anew for each took minutes.
	#[test]
	fn a_wallet_can_own_all_of_a_chunk() {
		let size = (KEPT as u64 + 1) * CHUNK;
		let mut tree = filled(size - 1, &[]);
		(0..CHUNK as u32).for_each(|position| tree.mark(position).unwrap());
		let start = std::time::Instant::now();
		tree.append(&leaf(size - 1)).unwrap();
		let once = std::time::Instant::now();
		let chunk: Vec<_> = (0..CHUNK).map(leaf).collect();
		let path = fold(chunk, 5, 0, CHUNK_DEPTH).1;
		assert!(once - start < once.elapsed() * 100, "{:?}", once - start);
		assert_eq!(tree.path_at(5, size).unwrap()[..CHUNK_DEPTH], path);
		let root = tree.root_at(size).unwrap();
		for position in [0, 1, 77, 4_094, 4_095] {
			let path = tree.path_at(position, size).unwrap();
			assert_eq!(root_of(&leaf(position.into()), position, &path), Some(root));
		}
	}

	#[test]
	fn marks_are_for_notes_whose_leaves_are_kept() {
		let mut tree = filled(10, &[]);
		assert_eq!(tree.mark(10), Err(TreeError::NotOwn));
		tree.mark(9).unwrap();
		tree.forget(9);
		assert_eq!(tree.path_at(9, 10), Err(TreeError::NotOwn));
	}

	#[test]
	fn what_is_no_commitment_is_refused() {
		let mut tree = filled(3, &[]);
		assert_eq!(tree.append(&[0xff; 32]), Err(TreeError::NotACommitment));
		assert_eq!(tree.size(), 3);
	}

	#[test]
	fn a_full_tree_is_named() {
		// As many full chunks as there can be, without their leaves.
		let mut tree = Tree {
			chunks: vec![[0; 32]; 1 << (TREE_DEPTH - CHUNK_DEPTH)],
			leaves: vec![[0; 32]; KEPT * CHUNK as usize],
			..Tree::default()
		};
		assert_eq!(tree.size(), ROOM);
		assert_eq!(tree.append(&leaf(0)), Err(TreeError::TreeFull));
	}

	#[test]
	fn it_survives_its_encoding() {
		let tree = filled(5_000, &[3, 4_500]);
		assert!(Tree::decode(&mut &tree.encode()[..]).unwrap() == tree);
	}
}
