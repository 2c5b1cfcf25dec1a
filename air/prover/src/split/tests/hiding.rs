//! Checks that a split circuit which does not hide its witness is noticed.

use super::{filled, forger::pinned};
use crate::system::{
	determined_rows, hides, secret_columns,
	testing::{equal_mask_cells, unnoticed_changes},
};
use meterproof_programs::split::{
	SplitAir, BLOCK, COLUMNS, LONG_TRACE, MASKS, PARAMETERS, SHORT_TRACE, WITNESS_WIDTH,
};
use winter_air::{Air, Assertion, BatchingMethod, ProofOptions, TraceInfo};
use winter_math::{fields::f64::BaseElement, FieldElement};
use winter_prover::Trace;

/// One split fills a part of the shorter trace, eight a part of the longer.
const COUNTS: [(usize, usize); 2] = [(1, SHORT_TRACE), (8, LONG_TRACE)];

/// Blinding cells less what is opened, of a column of which none is pinned.
const SPARE: usize = BLOCK - (PARAMETERS.queries + 6);

fn air_of_width(count: usize, width: usize, options: ProofOptions) -> SplitAir {
	let inputs = filled(count).0;
	SplitAir::new(TraceInfo::new(width, inputs.trace_length()), inputs, options)
}

fn air(count: usize) -> SplitAir {
	air_of_width(count, WITNESS_WIDTH + MASKS, PARAMETERS.options())
}

/// What becomes of the pinned circuit with these assertions more.
fn hides_with(air: &SplitAir, more: &[Assertion<BaseElement>]) -> bool {
	let mut assertions = air.get_assertions();
	assertions.extend_from_slice(more);
	hides(air, &assertions)
}

fn pin(column: usize, row: usize) -> Assertion<BaseElement> {
	Assertion::single(column, row, BaseElement::ZERO)
}

#[test]
fn the_pinned_circuit_hides_at_either_length() {
	for (count, rows) in COUNTS {
		assert_eq!(air(count).trace_length(), rows);
		assert!(hides_with(&air(count), &[]));
	}
}

#[test]
fn every_column_but_the_rate_is_secret_and_only_what_is_pinned_is_determined() {
	assert!(secret_columns::<SplitAir>().eq((0..WITNESS_WIDTH).filter(|c| *c != COLUMNS.rate)));
	for (count, rows) in COUNTS {
		let air = air(count);
		let assertions = air.get_assertions();
		for column in 0..WITNESS_WIDTH {
			let cells = pinned().into_iter().filter(|(pinned, _)| *pinned == column);
			let mut expected: Vec<_> = cells.map(|(_, row)| rows - BLOCK + row).collect();
			expected.sort_unstable();
			assert_eq!(determined_rows(&air, &assertions, column), expected, "column {column}");
		}
	}
}

#[test]
fn a_pin_more_than_there_are_cells_to_spare_is_too_many() {
	for (count, rows) in COUNTS {
		let air = air(count);
		let blinding = rows - BLOCK;
		for column in secret_columns::<SplitAir>() {
			let held: Vec<_> = pinned().iter().filter(|(c, _)| *c == column).map(|c| c.1).collect();
			let spare = SPARE - held.len();
			let free = (1..BLOCK).filter(|row| !held.contains(row));
			let pins: Vec<_> = free.map(|row| pin(column, blinding + row)).collect();
			assert!(hides_with(&air, &pins[..spare]), "column {column}");
			assert!(!hides_with(&air, &pins[..=spare]), "column {column}");
			// Rows before, and cells that are pinned already, cost nothing.
			let before = [pin(column, blinding - 1), pin(column, 77)];
			let again = held.iter().map(|row| pin(column, blinding + row));
			let all: Vec<_> = pins[..spare].iter().cloned().chain(before).chain(again).collect();
			assert!(hides_with(&air, &all), "column {column}");
		}
		let public: Vec<_> = (blinding..rows).map(|row| pin(COLUMNS.rate, row)).collect();
		assert!(hides_with(&air, &public), "public");
	}
}

#[test]
fn a_mask_that_is_asserted_or_missing_is_noticed() {
	let width = WITNESS_WIDTH + MASKS;
	for (count, _) in COUNTS {
		assert!(!hides_with(&air(count), &[pin(width - 1, 3)]));
		assert!(!hides_with(&air(count), &[pin(WITNESS_WIDTH, 3)]));
		let air = air_of_width(count, width - 1, PARAMETERS.options());
		assert!(!hides_with(&air, &[]));
	}
}

/// Over 512 rows the masks cover what is opened at 42 positions (three sixteenths of the rows are twice as
/// much); over 1,024, the words of digests are what gives out, of which six cells are pinned.
#[test]
fn more_queries_than_masks_or_words_of_digests_have_cells_for_are_too_many() {
	for queries in PARAMETERS.queries..BLOCK {
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
		for (count, rows) in COUNTS {
			let most = if rows == 512 { 42 } else { BLOCK - 6 - 6 };
			let air = air_of_width(count, WITNESS_WIDTH + MASKS, options.clone());
			assert_eq!(hides_with(&air, &[]), queries <= most, "{queries} queries, {rows} rows");
		}
	}
}

#[test]
fn blinding_cells_are_random_but_for_those_counted_as_determined() {
	for (count, rows) in COUNTS {
		let (first, second) = (filled(count).1, filled(count).1);
		let air = air(count);
		let assertions = air.get_assertions();
		for column in 0..first.main_trace_width() {
			let equal: Vec<_> = (rows - BLOCK..rows)
				.filter(|row| first.get(column, *row) == second.get(column, *row))
				.collect();
			assert_eq!(equal, determined_rows(&air, &assertions, column), "column {column}");
		}
	}
}

/// What unused slots hash, of repeated blocks too, is drawn for each.
#[test]
fn idle_slots_are_random() {
	let (first, second) = (filled(1).1, filled(1).1);
	let mut seen = std::collections::BTreeSet::new();
	for block in 0..7 {
		for column in COLUMNS.state {
			let row = block * BLOCK;
			assert!(seen.insert(first.get(column, row).as_int()));
			assert!(seen.insert(second.get(column, row).as_int()));
		}
	}
}

#[test]
fn masks_are_random_in_every_row() {
	for (count, _) in COUNTS {
		assert_eq!(equal_mask_cells::<SplitAir>(&[filled(count).1, filled(count).1]), None);
	}
}

#[test]
fn a_mask_with_another_constraint_is_noticed() {
	for (count, _) in COUNTS {
		assert_eq!(unnoticed_changes(air(count)), []);
	}
}
