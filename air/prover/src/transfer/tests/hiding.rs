//! Checks that a transfer circuit which does not hide its witness is noticed.

use super::filled;
use crate::system::{
	determined_rows, hides, secret_columns,
	testing::{equal_mask_cells, unnoticed_changes},
};
use meterproof_programs::transfer::{
	TransferAir, BLINDING_ROWS, COLUMNS, MASKS, PARAMETERS, TRACE_LENGTH, WITNESS_WIDTH,
};
use winter_air::{Air, Assertion, BatchingMethod, ProofOptions, TraceInfo};
use winter_math::{fields::f64::BaseElement, FieldElement};
use winter_prover::Trace;

const BLINDING: usize = TRACE_LENGTH - BLINDING_ROWS;

fn air_of_width(width: usize, options: ProofOptions) -> TransferAir {
	TransferAir::new(TraceInfo::new(width, TRACE_LENGTH), filled().0, options)
}

fn air() -> TransferAir {
	air_of_width(WITNESS_WIDTH + MASKS, PARAMETERS.options())
}

/// What becomes of the pinned circuit with these assertions more.
fn hides_with(more: &[Assertion<BaseElement>]) -> bool {
	let air = air();
	let mut assertions = air.get_assertions();
	assertions.extend_from_slice(more);
	hides(&air, &assertions)
}

fn pin(column: usize, row: usize) -> Assertion<BaseElement> {
	Assertion::single(column, row, BaseElement::ZERO)
}

#[test]
fn the_pinned_circuit_hides() {
	assert!(hides_with(&[]));
}

#[test]
fn every_column_is_secret_and_only_what_is_held_is_determined_once() {
	let air = air();
	let assertions = air.get_assertions();
	assert!(secret_columns::<TransferAir>().eq(0..WITNESS_WIDTH));
	for column in 0..WITNESS_WIDTH {
		let expected = if column < COLUMNS.low { vec![] } else { vec![BLINDING] };
		assert_eq!(determined_rows(&air, &assertions, column), expected, "column {column}");
	}
}

#[test]
fn what_is_held_has_twelve_cells_to_spare_and_the_others_thirteen() {
	for column in 0..WITNESS_WIDTH {
		let pins: Vec<_> = (1..BLINDING_ROWS).map(|row| pin(column, BLINDING + row)).collect();
		let spare = if column < COLUMNS.low { 13 } else { 12 };
		let last = pins.len() - 1 - spare;
		for pins in [&pins[..=spare], &pins[last..]] {
			assert!(hides_with(&pins[1..]), "column {column}");
			assert!(!hides_with(pins), "column {column}");
		}
		// Rows before, and the cell that is determined already, cost nothing.
		assert!(hides_with(&[pin(column, BLINDING - 1), pin(column, 77)]));
		if column >= COLUMNS.low {
			assert!(hides_with(&[pin(column, BLINDING), pin(column, BLINDING + 1)]));
		}
	}
}

#[test]
fn a_mask_that_is_asserted_or_missing_is_noticed() {
	let width = WITNESS_WIDTH + MASKS;
	assert!(!hides_with(&[pin(width - 1, 3)]));
	assert!(!hides_with(&[pin(WITNESS_WIDTH, 3)]));
	let air = air_of_width(width - 1, PARAMETERS.options());
	assert!(!hides(&air, &air.get_assertions()));
}

#[test]
fn more_queries_than_what_is_held_has_cells_for_are_too_many() {
	for (queries, expected) in [(37, true), (49, true), (50, false)] {
		let options = ProofOptions::new(
			queries,
			PARAMETERS.blowup,
			PARAMETERS.grinding,
			PARAMETERS.options().field_extension(),
			PARAMETERS.folding,
			PARAMETERS.remainder_degree,
			BatchingMethod::Linear,
			BatchingMethod::Linear,
		);
		let air = air_of_width(WITNESS_WIDTH + MASKS, options);
		assert_eq!(hides(&air, &air.get_assertions()), expected, "{queries} queries");
	}
}

#[test]
fn blinding_cells_are_random_but_for_those_counted_as_determined() {
	let (first, second) = (filled().1, filled().1);
	let air = air();
	let assertions = air.get_assertions();
	for column in 0..first.main_trace_width() {
		let equal: Vec<_> = (BLINDING..TRACE_LENGTH)
			.filter(|row| first.get(column, *row) == second.get(column, *row))
			.collect();
		assert_eq!(equal, determined_rows(&air, &assertions, column), "column {column}");
	}
}

#[test]
fn masks_are_random_in_every_row() {
	assert_eq!(equal_mask_cells::<TransferAir>(&[filled().1, filled().1]), None);
}

#[test]
fn a_mask_with_another_constraint_is_noticed() {
	assert_eq!(unnoticed_changes(air()), []);
}
