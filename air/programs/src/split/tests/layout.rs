//! Which permutation stands where, and what joins it to the one before.

use crate::{
	split::{
		capacity, first_row, last_row, layout, slots, BLINDING_ROWS, BLOCK, LONG_TRACE, MAX_SPLITS,
		NUM_WIRES, PARAMETERS, SHAPE, SHORT_TRACE,
	},
	system::EXTENSION_DEGREE,
};
use alloc::vec::Vec;
use winter_math::{fields::f64::BaseElement, FieldElement};

#[test]
fn slots_fill_a_block_in_the_order_of_the_hashes() {
	let order = [
		slots::KEY,
		slots::RANDOMNESS,
		slots::REFUND,
		slots::REFUND_MORE,
		slots::QUANTITY,
		slots::PAYOUT,
		slots::PAYOUT_MORE,
	];
	assert!(order.into_iter().eq(1..NUM_WIRES));
	assert_eq!((first_row(0), last_row(0)), (0, 7));
	assert_eq!(last_row(slots::PAYOUT_MORE), BLOCK - 1);
}

#[test]
fn blocks_fill_both_traces_up_to_the_blinding() {
	assert_eq!((capacity(SHORT_TRACE), capacity(LONG_TRACE)), (7, MAX_SPLITS));
	for rows in [SHORT_TRACE, LONG_TRACE] {
		assert_eq!(capacity(rows) * BLOCK + BLINDING_ROWS, rows);
		// A higher number of them would raise the degree of the composition polynomial.
		assert!(BLINDING_ROWS <= rows / 8 + 7);
	}
	assert_eq!(SHAPE.min_trace_length(), SHORT_TRACE);
	// Of the words of digests six blinding cells are pinned; this much is opened of each.
	let opened = PARAMETERS.queries + 2 * EXTENSION_DEGREE;
	assert!(BLINDING_ROWS - 6 >= opened);
}

#[test]
fn each_wire_is_live_in_the_last_row_before_its_slot() {
	let columns: Vec<_> = layout::periodic_columns().collect();
	assert_eq!(columns.len(), NUM_WIRES);
	for (slot, column) in columns.iter().enumerate() {
		assert_eq!(column.len(), BLOCK);
		let before = if slot == 0 { BLOCK - 1 } else { first_row(slot) - 1 };
		for (row, value) in column.iter().enumerate() {
			assert_eq!(*value, BaseElement::from(row == before), "wire {slot}, row {row}");
		}
	}
	// No two at once: their sums are wires too.
	for row in 0..BLOCK {
		let live = columns.iter().filter(|column| column[row] == BaseElement::ONE).count();
		assert_eq!(live, usize::from(row % 8 == 7));
	}
}
