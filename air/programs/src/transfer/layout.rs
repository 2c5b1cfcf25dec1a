//! Which permutation stands where. Each half of the trace spends one note and makes one.

use crate::rescue::ROWS;
use alloc::{vec, vec::Vec};
use winter_math::{fields::f64::BaseElement, FieldElement};

/// Rows of a trace.
pub const TRACE_LENGTH: usize = 1024;

/// Rows of a half: the period of the wires.
pub const HALF: usize = TRACE_LENGTH / 2;

/// What a slot of eight rows hashes, by its place in its half. Slot 0, and all behind the last, hash
/// anything.
pub mod slots {
	use crate::note::TREE_DEPTH;

	/// The nullifier key.
	pub const NULLIFIER_KEY: usize = 1;
	/// The owner of the note spent.
	pub const OWNER: usize = 2;
	/// The note spent: its first permutation.
	pub const SPENT: usize = 3;
	/// The note spent: its second permutation.
	pub const SPENT_MORE: usize = 4;
	/// The nullifier of the note spent: its first permutation.
	pub const NULLIFIER: usize = 5;
	/// The nullifier of the note spent: its second permutation.
	pub const NULLIFIER_MORE: usize = 6;
	/// The parent of the note spent; from here on one level of the tree per slot.
	pub const PATH: usize = 7;
	/// The note made: its first permutation.
	pub const MADE: usize = PATH.saturating_add(TREE_DEPTH);
	/// The note made: its second permutation.
	pub const MADE_MORE: usize = MADE.saturating_add(1);
}

/// The first row of a slot, by half and place in it.
pub const fn first_row(half: usize, slot: usize) -> usize {
	half.saturating_mul(HALF).saturating_add(slot.saturating_mul(ROWS))
}

/// The last row of a slot, which holds what it hashed.
pub const fn last_row(half: usize, slot: usize) -> usize {
	first_row(half, slot).saturating_add(ROWS - 1)
}

/// 1 in the last row before the slots of a kind, else 0: what joins a slot to the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wires<T> {
	/// Into the nullifier key.
	pub nullifier_key: T,
	/// Into the owner.
	pub owner: T,
	/// Into the note spent.
	pub spent: T,
	/// 1 where inputs enter the second permutation of the note spent.
	pub spent_more: T,
	/// Into the nullifier.
	pub nullifier: T,
	/// 1 where inputs enter the second permutation of the nullifier.
	pub nullifier_more: T,
	/// Into the parent of the note spent.
	pub leaf: T,
	/// Into each further level of the tree.
	pub node: T,
	/// Into the note made, and out of the root.
	pub made: T,
	/// 1 where inputs enter the second permutation of the note made.
	pub made_more: T,
}

/// Periodic columns of the wires.
pub const NUM_WIRES: usize = 10;

impl<T: Copy> Wires<T> {
	/// In the order of the periodic columns.
	pub const fn from_array(
		[nullifier_key, owner, spent, spent_more, nullifier, nullifier_more, leaf, node, made, made_more]: [T; NUM_WIRES],
	) -> Self {
		Self {
			nullifier_key,
			owner,
			spent,
			spent_more,
			nullifier,
			nullifier_more,
			leaf,
			node,
			made,
			made_more,
		}
	}
}

/// The slots that each wire leads into, in the order of [`Wires::from_array`].
const ENDS: [core::ops::Range<usize>; NUM_WIRES] = {
	use slots::*;
	[
		NULLIFIER_KEY..OWNER,
		OWNER..SPENT,
		SPENT..SPENT_MORE,
		SPENT_MORE..NULLIFIER,
		NULLIFIER..NULLIFIER_MORE,
		NULLIFIER_MORE..PATH,
		PATH..PATH.saturating_add(1),
		PATH.saturating_add(1)..MADE,
		MADE..MADE_MORE,
		MADE_MORE..MADE_MORE.saturating_add(1),
	]
};

/// The periodic columns of the wires.
pub fn periodic_columns() -> impl Iterator<Item = Vec<BaseElement>> {
	ENDS.into_iter().map(|ends| {
		let mut column = vec![BaseElement::ZERO; HALF];
		for slot in ends {
			if let Some(cell) = column.get_mut(first_row(0, slot).saturating_sub(1)) {
				*cell = BaseElement::ONE;
			}
		}
		column
	})
}
