//! Which permutation stands where, and what joins it to the one before.

use crate::{
	note::TREE_DEPTH,
	system::EXTENSION_DEGREE,
	transfer::{
		first_row, last_row, layout, slots, BLINDING_ROWS, HALF, PARAMETERS, SHAPE, TRACE_LENGTH,
	},
};
use alloc::vec::Vec;
use winter_math::{fields::f64::BaseElement, FieldElement};

#[test]
fn slots_follow_each_other_in_the_order_of_the_hashes() {
	let order = [
		slots::NULLIFIER_KEY,
		slots::OWNER,
		slots::SPENT,
		slots::SPENT_MORE,
		slots::NULLIFIER,
		slots::NULLIFIER_MORE,
		slots::PATH,
	];
	assert!(order.into_iter().eq(1..8));
	assert_eq!(slots::MADE, slots::PATH + TREE_DEPTH);
	assert_eq!(slots::MADE_MORE, 40);
	assert_eq!((first_row(0, 0), last_row(0, 0)), (0, 7));
	assert_eq!((first_row(1, 0), last_row(1, slots::MADE_MORE)), (HALF, HALF + 327));
}

#[test]
fn both_halves_end_before_the_blinding() {
	assert_eq!(2 * HALF, TRACE_LENGTH);
	assert!(last_row(0, slots::MADE_MORE) < HALF);
	assert!(last_row(1, slots::MADE_MORE) < TRACE_LENGTH - BLINDING_ROWS);
	// The last transition that is enforced ends a slot.
	assert!((TRACE_LENGTH - BLINDING_ROWS).is_multiple_of(8));
	assert_eq!(SHAPE.min_trace_length(), TRACE_LENGTH);
	// Of some columns the first blinding cell is determined; this much is opened of each.
	let free = BLINDING_ROWS - 1;
	assert!(free >= PARAMETERS.queries + 2 * EXTENSION_DEGREE);
}

#[test]
fn each_wire_is_live_in_the_last_row_before_its_slots() {
	let ends: [Vec<usize>; 10] = [
		[slots::NULLIFIER_KEY].into(),
		[slots::OWNER].into(),
		[slots::SPENT].into(),
		[slots::SPENT_MORE].into(),
		[slots::NULLIFIER].into(),
		[slots::NULLIFIER_MORE].into(),
		[slots::PATH].into(),
		(slots::PATH + 1..slots::MADE).collect(),
		[slots::MADE].into(),
		[slots::MADE_MORE].into(),
	];
	let columns: Vec<_> = layout::periodic_columns().collect();
	assert_eq!(columns.len(), ends.len());
	for (column, ends) in columns.iter().zip(&ends) {
		assert_eq!(column.len(), HALF);
		let live = column.iter().enumerate().filter(|(_, value)| **value == BaseElement::ONE);
		let live: Vec<_> = live.map(|(row, _)| row).collect();
		let expected: Vec<_> = ends.iter().map(|slot| first_row(0, *slot) - 1).collect();
		assert_eq!(live, expected);
		assert_eq!(
			column.iter().filter(|value| **value == BaseElement::ZERO).count(),
			HALF - live.len()
		);
	}
	// Every slot from the first that is used to the last has one wire into it.
	let mut all: Vec<_> = ends.concat();
	all.sort_unstable();
	assert!(all.into_iter().eq(slots::NULLIFIER_KEY..=slots::MADE_MORE));
}
