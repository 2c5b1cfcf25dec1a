//! Which tree a payment rests on, out of the block numbers of the notes themselves; and for how long
//! the chain takes payments that rest on a tree.
//!
//! The numbers here are the chain's own constants. A node is not asked for them: whoever chooses what
//! a payment rests on marks the wallet that made it. The block numbers of the notes and of the last
//! final block are a node's word all the same, since no tree holds them: with numbers to match it can
//! choose a root from the wallet's last anchor on.

use std::time::{SystemTime, UNIX_EPOCH};

use codec::{Decode, Encode};

use crate::scan::ScanError;

/// Payments rest on the tree after a block whose number is a multiple of this
/// (`Payments.AnchorPeriod`).
pub const ANCHOR_PERIOD: u32 = 10;

/// The chain forgets a root once there are so many newer ones (`Payments.MaxRoots`). A block has a root
/// of its own if it has notes.
pub const ROOT_LIFE: u32 = 43_200;

/// Least time between two blocks, in ms.
pub const BLOCK_MS: u64 = 2_000;

/// Least time in which the chain forgets a root, in ms.
const LEAST_LIFE_MS: u64 = ROOT_LIFE as u64 * BLOCK_MS;

/// How many blocks with notes are kept: more than lie between an anchor and the last final block.
const KEPT: usize = 2 * ANCHOR_PERIOD as usize;

/// The time by this machine's clock, Unix ms.
pub(crate) fn now_ms() -> u64 {
	let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
	u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The last blocks that have notes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Blocks {
	/// Number of a block, and how many notes the tree has after it; oldest first.
	recent: Vec<(u32, u64)>,
}

impl Blocks {
	/// Takes note number `size` of the tree, counted from one, which is of this block. Whether the block
	/// is another than the note's before.
	pub fn add(&mut self, block: u32, size: u64) -> Result<bool, ScanError> {
		match self.recent.last_mut() {
			Some((last, notes)) if *last == block => {
				*notes = size;
				return Ok(false);
			},
			Some((last, _)) if *last > block => return Err(ScanError::BlocksDiffer),
			_ => {},
		}
		if self.recent.len() >= KEPT {
			self.recent.remove(0);
		}
		self.recent.push((block, size));
		Ok(true)
	}

	/// How many notes the anchor has when this block is the last final one.
	pub fn anchor(&self, last_final: u32) -> Result<u64, ScanError> {
		if self.recent.last().is_some_and(|(newest, _)| *newest > last_final) {
			return Err(ScanError::BlocksDiffer);
		}
		let anchor = last_final.saturating_sub(last_final % ANCHOR_PERIOD);
		match self.recent.iter().rev().find(|(block, _)| *block <= anchor) {
			Some((_, notes)) => Ok(*notes),
			None if self.recent.len() < KEPT => Ok(0),
			None => Err(ScanError::BlocksDiffer),
		}
	}
}

/// How long something that rests on a tree can still enter the chain.
///
/// It counts as over when both have come to pass: the wallet has taken notes of as many newer blocks
/// as make the chain forget the tree, and by this machine's clock so many blocks can have been made.
/// A node that lies about blocks can therefore prolong it, and not cut it to less than the clock says.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Life {
	/// How many notes the tree has.
	notes: Option<u64>,
	/// Blocks with notes after it.
	newer: u32,
	/// When it began, Unix ms.
	since_ms: u64,
}

impl Life {
	/// The life of the tree with so many notes, from a time on; `None` for a tree that is not known yet.
	pub fn new(notes: Option<u64>, since_ms: u64) -> Self {
		Self { notes, newer: 0, since_ms }
	}

	/// A new block has its first note at this position.
	pub fn block(&mut self, position: u64) {
		if self.notes.is_some_and(|notes| position >= notes) {
			self.newer = self.newer.saturating_add(1);
		}
	}

	/// The tree has so many notes, if that was not known before.
	pub fn begin(&mut self, notes: u64) {
		self.notes.get_or_insert(notes);
	}

	/// The notes are taken once more, from the first.
	pub fn count_again(&mut self) {
		self.newer = 0;
	}

	/// Whether nothing that rests on the tree can enter the chain any more.
	pub fn is_over(&self, now_ms: u64) -> bool {
		let earliest = self.since_ms.saturating_add(LEAST_LIFE_MS);
		self.newer >= ROOT_LIFE && now_ms >= earliest
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn blocks(of_notes: &[u32]) -> Blocks {
		let mut blocks = Blocks::default();
		for (size, block) in (1..).zip(of_notes) {
			blocks.add(*block, size).unwrap();
		}
		blocks
	}

	#[test]
	fn the_anchor_is_the_tree_after_the_last_tenth_block() {
		let blocks = blocks(&[3, 3, 10, 11, 19, 20, 20, 27]);
		for (last_final, notes) in
			[(27, 7), (29, 7), (30, 8), (31, 8), (39, 8), (1_000, 8), (u32::MAX, 8)]
		{
			assert_eq!(blocks.anchor(last_final), Ok(notes), "{last_final}");
		}
		assert_eq!(self::blocks(&[3, 3, 10, 11, 19]).anchor(19), Ok(3));
		assert_eq!(self::blocks(&[3, 3]).anchor(9), Ok(0));
		assert_eq!(Blocks::default().anchor(57), Ok(0));
	}

	#[test]
	fn a_note_of_a_block_that_is_not_final_is_a_lie() {
		assert_eq!(blocks(&[3, 27]).anchor(26), Err(ScanError::BlocksDiffer));
		let mut known = blocks(&[3, 27]);
		assert_eq!(known.add(26, 3), Err(ScanError::BlocksDiffer));
		// More blocks with notes after the anchor than there are blocks.
		let many: Vec<u32> = (1..=60).collect();
		assert_eq!(blocks(&many).anchor(60), Ok(60));
		assert_eq!(blocks(&many[..58]).anchor(58), Ok(50));
		let mut known = blocks(&many[..9]);
		for size in 10..40 {
			known.add(1_000_000 + size, size.into()).unwrap();
		}
		assert_eq!(known.anchor(1_000_040), Ok(39));
	}

	#[test]
	fn a_life_ends_by_the_chain_and_by_the_clock() {
		let mut life = Life::new(Some(5), 1_000);
		let late = 1_000 + LEAST_LIFE_MS;
		for position in 0..u64::from(ROOT_LIFE) + 4 {
			life.block(position);
		}
		assert!(!life.is_over(late), "one root short");
		life.block(1 << 30);
		assert!(life.is_over(late) && !life.is_over(late - 1));
		life.count_again();
		assert!(!life.is_over(u64::MAX));

		let mut unknown = Life::new(None, 0);
		(0..=ROOT_LIFE).for_each(|position| unknown.block(position.into()));
		assert!(!unknown.is_over(u64::MAX));
		unknown.begin(7);
		unknown.begin(0);
		assert_eq!(unknown.notes, Some(7));
	}
}
