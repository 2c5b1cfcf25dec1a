//! Checks that a usage circuit which does not hide its witness is noticed.

use super::{with_slack_input, Traced};
use crate::system::{
	determined_rows, hides, secret_columns,
	testing::{equal_mask_cells, unnoticed_changes},
};
use meterproof_programs::usage::{
	options, Claim::AtLeast, UsageAir, BLINDING_ROWS, COLUMNS, EXTENSION_DEGREE, MASKS,
	NUM_QUERIES, ROWS_PER_SLOT, WITNESS_WIDTH,
};
use winter_air::{Air, Assertion, BatchingMethod, FieldExtension, ProofOptions, TraceInfo};
use winter_math::{fields::f64::BaseElement, FieldElement};
use winter_prover::Trace;

/// Readings, and the rows they take: the shortest trace and the next.
const LENGTHS: [(usize, usize); 2] = [(2, 512), (60, 1024)];

/// Blinding cells less what is opened, of a column of which none is pinned.
const SPARE: usize = BLINDING_ROWS - (NUM_QUERIES + 2 * EXTENSION_DEGREE);

fn traced(readings: usize) -> Traced {
	with_slack_input(AtLeast(0), &vec![1; readings], readings as u32, |_| ())
}

fn air_of_width(readings: usize, width: usize, options: ProofOptions) -> UsageAir {
	let inputs = traced(readings).inputs;
	UsageAir::new(TraceInfo::new(width, inputs.trace_length()), inputs, options)
}

fn air(readings: usize) -> UsageAir {
	air_of_width(readings, WITNESS_WIDTH + MASKS, options())
}

/// What becomes of the pinned circuit with these assertions more.
fn hides_with(air: &UsageAir, more: &[Assertion<BaseElement>]) -> bool {
	let mut assertions = air.get_assertions();
	assertions.extend_from_slice(more);
	hides(air, &assertions)
}

fn pin(column: usize, row: usize) -> Assertion<BaseElement> {
	Assertion::single(column, row, BaseElement::ZERO)
}

/// Rows of the blinding in which a secret column is determined: commitment words are pinned in the
/// last row of a slot, and the last transition enters the sum.
fn held(column: usize) -> Vec<usize> {
	if COLUMNS.state[4..8].contains(&column) {
		(0..BLINDING_ROWS).filter(|row| row % ROWS_PER_SLOT == 7).collect()
	} else if column == COLUMNS.sum {
		vec![0]
	} else {
		vec![]
	}
}

#[test]
fn the_pinned_circuit_hides_at_either_length() {
	for (readings, rows) in LENGTHS {
		assert_eq!(air(readings).trace_length(), rows);
		assert!(hides_with(&air(readings), &[]));
	}
}

#[test]
fn commitment_words_are_determined_in_one_row_of_eight_and_the_sum_once() {
	for (readings, rows) in LENGTHS {
		let air = air(readings);
		let assertions = air.get_assertions();
		for column in secret_columns::<UsageAir>() {
			let expected: Vec<_> =
				held(column).iter().map(|row| rows - BLINDING_ROWS + row).collect();
			assert_eq!(determined_rows(&air, &assertions, column), expected, "column {column}");
		}
	}
}

#[test]
fn a_pin_more_than_there_are_cells_to_spare_is_too_many() {
	for (readings, rows) in LENGTHS {
		let air = air(readings);
		let blinding = rows - BLINDING_ROWS;
		for column in secret_columns::<UsageAir>() {
			let held = held(column);
			// Six cells of a commitment word, twelve of the sum, thirteen of others.
			let spare = SPARE - held.len();
			let free = (1..BLINDING_ROWS).filter(|row| !held.contains(row));
			let pins: Vec<_> = free.map(|row| pin(column, blinding + row)).collect();
			let last = pins.len() - 1 - spare;
			for pins in [&pins[..=spare], &pins[last..]] {
				assert!(hides_with(&air, &pins[1..]), "column {column}");
				assert!(!hides_with(&air, pins), "column {column}");
			}
			// Rows before, and cells that are asserted already, cost nothing.
			let before = [pin(column, blinding - 1), pin(column, blinding - 2)];
			let again = held.iter().map(|row| pin(column, blinding + row));
			let all: Vec<_> = pins[..spare].iter().cloned().chain(before).chain(again).collect();
			assert!(hides_with(&air, &all), "column {column}");
		}
	}
}

#[test]
fn pins_in_a_row_of_every_slot_are_counted_whatever_the_column() {
	for (readings, rows) in LENGTHS {
		let air = air(readings);
		let values = || vec![BaseElement::ZERO; rows / ROWS_PER_SLOT];
		let pin = |column| Assertion::sequence(column, 3, ROWS_PER_SLOT, values());
		for column in secret_columns::<UsageAir>() {
			// Seven cells more: commitment words have six to spare.
			let spare = !COLUMNS.state[4..8].contains(&column);
			assert_eq!(hides_with(&air, &[pin(column)]), spare, "column {column}");
			// Two rows of a slot are too many for all.
			let both = Assertion::periodic(column, 1, ROWS_PER_SLOT / 2, BaseElement::ZERO);
			assert!(!hides_with(&air, &[both]));
		}
		assert!(hides_with(&air, &[pin(COLUMNS.identity)]), "public");
	}
}

#[test]
fn a_mask_that_is_asserted_or_missing_is_noticed() {
	let width = WITNESS_WIDTH + MASKS;
	for (readings, _) in LENGTHS {
		assert!(!hides_with(&air(readings), &[pin(width - 1, 3)]));
		assert!(!hides_with(&air(readings), &[pin(WITNESS_WIDTH, 3)]));
		let air = air_of_width(readings, width - 1, options());
		assert!(!hides_with(&air, &[]));
	}
}

/// Over 512 rows the masks cover what is opened at 42 positions (three sixteenths of the rows are twice as
/// much); over more, the commitment words' blinding cells are what gives out.
#[test]
fn more_queries_than_masks_or_commitment_words_have_cells_for_are_too_many() {
	let pinned = options();
	for queries in NUM_QUERIES..46 {
		let options = ProofOptions::new(
			queries,
			pinned.blowup_factor(),
			pinned.grinding_factor(),
			pinned.field_extension(),
			pinned.to_fri_options().folding_factor(),
			pinned.to_fri_options().remainder_max_degree(),
			BatchingMethod::Linear,
			BatchingMethod::Linear,
		);
		for (readings, rows) in LENGTHS {
			let most = if rows == 512 { 42 } else { 43 };
			let air = air_of_width(readings, WITNESS_WIDTH + MASKS, options.clone());
			assert_eq!(hides_with(&air, &[]), queries <= most, "{queries} queries, {rows} rows");
		}
	}
}

/// The proof that the masks hide is one for coefficients that are drawn one by one, from the cubic extension.
#[test]
fn other_batching_or_another_extension_does_not_hide() {
	use BatchingMethod::{Algebraic, Horner, Linear};
	let pinned = options();
	let with = |extension, constraints, columns| {
		let options = ProofOptions::new(
			NUM_QUERIES,
			pinned.blowup_factor(),
			pinned.grinding_factor(),
			extension,
			pinned.to_fri_options().folding_factor(),
			pinned.to_fri_options().remainder_max_degree(),
			constraints,
			columns,
		);
		hides_with(&air_of_width(2, WITNESS_WIDTH + MASKS, options), &[])
	};
	assert!(with(FieldExtension::Cubic, Linear, Linear));
	for other in [Algebraic, Horner] {
		assert!(!with(FieldExtension::Cubic, other, Linear));
		assert!(!with(FieldExtension::Cubic, Linear, other));
	}
	for extension in [FieldExtension::Quadratic, FieldExtension::None] {
		assert!(!with(extension, Linear, Linear));
	}
}

#[test]
fn blinding_cells_are_random_but_for_those_counted_as_determined() {
	for (readings, rows) in LENGTHS {
		let (first, second) = (traced(readings).trace, traced(readings).trace);
		let air = air(readings);
		let assertions = air.get_assertions();
		for column in 0..first.main_trace_width() {
			let equal: Vec<_> = (rows - BLINDING_ROWS..rows)
				.filter(|row| first.get(column, *row) == second.get(column, *row))
				.collect();
			assert_eq!(equal, determined_rows(&air, &assertions, column), "column {column}");
		}
	}
}

#[test]
fn masks_are_random_in_every_row() {
	for (readings, _) in LENGTHS {
		let traces = [traced(readings).trace, traced(readings).trace];
		assert_eq!(equal_mask_cells::<UsageAir>(&traces), None);
	}
}

#[test]
fn a_mask_with_another_constraint_is_noticed() {
	for (readings, _) in LENGTHS {
		assert_eq!(unnoticed_changes(air(readings)), []);
	}
}
