//! That a circuit which does not hide is noticed.

use super::{with_slack_input, Traced};
use crate::system::{determined_rows, hides, secret_columns};
use meterproof_programs::usage::{
	options, Claim::AtLeast, UsageAir, BLINDING_ROWS, COLUMNS, ROWS_PER_SLOT,
};
use winter_air::{Air, Assertion, BatchingMethod, ProofOptions, TraceInfo};
use winter_math::{fields::f64::BaseElement, FieldElement};
use winter_prover::Trace;

fn traced() -> Traced {
	with_slack_input(AtLeast(60), &[40, 27], 7, |_| ())
}

fn air(options: ProofOptions) -> UsageAir {
	let Traced { inputs, trace, .. } = traced();
	UsageAir::new(trace.info().clone(), inputs, options)
}

/// What becomes of the pinned circuit with one assertion more.
fn hides_with(assertion: Assertion<BaseElement>) -> bool {
	let air = air(options());
	let mut assertions = air.get_assertions();
	assertions.push(assertion);
	hides(&air, &assertions)
}

#[test]
fn the_pinned_circuit_hides() {
	let air = air(options());
	assert!(hides(&air, &air.get_assertions()));
}

#[test]
fn one_more_pin_on_a_commitment_column_is_one_too_many() {
	let pin = |column, row| Assertion::single(column, row, BaseElement::ZERO);
	let blinding = 1024 - BLINDING_ROWS;
	for column in &COLUMNS.state[4..8] {
		for row in [blinding, blinding + 8, 1022] {
			assert!(!hides_with(pin(*column, row)));
		}
		// Rows before, and cells that are asserted already, cost nothing.
		assert!(hides_with(pin(*column, blinding - 2)));
		assert!(hides_with(pin(*column, 1023)));
	}
	// Others have ten cells to spare, the sum nine.
	assert!(hides_with(pin(COLUMNS.remaining, 1022)));
}

#[test]
fn pins_in_a_row_of_every_slot_are_counted_whatever_the_column() {
	let values = || vec![BaseElement::ZERO; 1024 / ROWS_PER_SLOT];
	let pin = |column| Assertion::sequence(column, 3, ROWS_PER_SLOT, values());
	for column in secret_columns::<UsageAir>() {
		let spare = !COLUMNS.state[4..8].contains(&column) && column != COLUMNS.sum;
		assert_eq!(hides_with(pin(column)), spare, "column {column}");
		// Two rows of a slot are too many for all.
		let both = Assertion::periodic(column, 1, ROWS_PER_SLOT / 2, BaseElement::ZERO);
		assert!(!hides_with(both));
	}
	assert!(hides_with(pin(COLUMNS.identity)), "public");
}

#[test]
fn a_mask_that_is_asserted_or_missing_is_noticed() {
	let width = air(options()).trace_info().main_trace_width();
	assert!(!hides_with(Assertion::single(width - 1, 3, BaseElement::ZERO)));
	let Traced { inputs, .. } = traced();
	let air = UsageAir::new(TraceInfo::new(width - 1, 1024), inputs, options());
	assert!(!hides(&air, &air.get_assertions()));
}

#[test]
fn one_more_query_is_one_too_many() {
	let pinned = options();
	for (queries, expected) in [(64, true), (65, false)] {
		let options = ProofOptions::new(
			queries,
			pinned.blowup_factor(),
			pinned.grinding_factor(),
			pinned.field_extension(),
			8,
			7,
			BatchingMethod::Linear,
			BatchingMethod::Linear,
		);
		let air = air(options);
		assert_eq!(hides(&air, &air.get_assertions()), expected);
	}
}

#[test]
fn blinding_cells_are_random_but_for_those_counted_as_determined() {
	let (first, second) = (traced().trace, traced().trace);
	let air = air(options());
	let assertions = air.get_assertions();
	for column in 0..first.main_trace_width() {
		let equal: Vec<_> = (first.length() - BLINDING_ROWS..first.length())
			.filter(|row| first.get(column, *row) == second.get(column, *row))
			.collect();
		assert_eq!(equal, determined_rows(&air, &assertions, column), "column {column}");
	}
}
