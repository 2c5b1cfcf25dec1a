//! Which permutation stands where: one block of eight slots per split.

use crate::rescue::ROWS;
use alloc::{vec, vec::Vec};
use winter_math::{fields::f64::BaseElement, FieldElement};

/// Rows of a block: the period of the wires.
pub const BLOCK: usize = 64;

/// Rows of the shorter trace.
pub const SHORT_TRACE: usize = 512;
/// Rows of the longer trace.
pub const LONG_TRACE: usize = 1024;

/// What a slot of eight rows hashes, by its place in its block. Slot 0 hashes anything.
pub mod slots {
	/// The commitment to the key. Its amount is what is missing.
	pub const KEY: usize = 1;
	/// The randomness of the buyer's note.
	pub const RANDOMNESS: usize = 2;
	/// The buyer's note: its first permutation. Its amount is the low half.
	pub const REFUND: usize = 3;
	/// The buyer's note: its second permutation. Its amount is the high half.
	pub const REFUND_MORE: usize = 4;
	/// The commitment to the quantity delivered, which is its amount.
	pub const QUANTITY: usize = 5;
	/// The seller's note: its first permutation. Its amount is the low half.
	pub const PAYOUT: usize = 6;
	/// The seller's note: its second permutation. Its amount is the high half.
	pub const PAYOUT_MORE: usize = 7;
}

/// The first row of a slot of the first block.
pub const fn first_row(slot: usize) -> usize {
	slot.saturating_mul(ROWS)
}

/// The last row of a slot of the first block, which holds what it hashed.
pub const fn last_row(slot: usize) -> usize {
	first_row(slot).saturating_add(ROWS - 1)
}

/// 1 in the last row before a slot, else 0: what joins the slot to the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wires<T> {
	/// Into the block, and out of the one before.
	pub begin: T,
	/// Into the commitment to the key.
	pub key: T,
	/// Into the randomness.
	pub randomness: T,
	/// Into the buyer's note.
	pub refund: T,
	/// 1 where inputs enter the second permutation of the buyer's note.
	pub refund_more: T,
	/// Into the commitment to the quantity.
	pub quantity: T,
	/// Into the seller's note.
	pub payout: T,
	/// 1 where inputs enter the second permutation of the seller's note.
	pub payout_more: T,
}

/// Periodic columns of the wires: one for each slot of a block.
pub const NUM_WIRES: usize = BLOCK / ROWS;

impl<T: Copy> Wires<T> {
	/// In the order of the slots.
	#[rustfmt::skip]
	pub const fn from_array(
		[begin, key, randomness, refund, refund_more, quantity, payout, payout_more]: [T; NUM_WIRES],
	) -> Self {
		Self { begin, key, randomness, refund, refund_more, quantity, payout, payout_more }
	}
}

/// The periodic columns of the wires.
pub fn periodic_columns() -> impl Iterator<Item = Vec<BaseElement>> {
	(0..NUM_WIRES).map(|slot| {
		let before = first_row(slot).checked_sub(1).unwrap_or(BLOCK - 1);
		let mut column = vec![BaseElement::ZERO; BLOCK];
		if let Some(cell) = column.get_mut(before) {
			*cell = BaseElement::ONE;
		}
		column
	})
}
