//! The blinding rows: what is opened of a column is uniform whatever the rest of it holds.

use super::{
	linear_algebra::{rank, Row},
	Cubic, Numbers,
};
use crate::support::statement;
use meterproof_programs::usage::{
	options, Claim::AtLeast, PublicInputs, UsageAir, BLINDING_ROWS, COLUMNS, EXTENSION_DEGREE,
	MIN_TRACE_LENGTH, NUM_QUERIES, SHAPE,
};
use meterproof_prover::{determined_rows, secret_columns};
use std::collections::BTreeMap;
use winter_air::{Air, TraceInfo};
use winter_math::{fields::f64::BaseElement, FieldElement, StarkField};

/// Everything opened of a column whose one cell at `row` is 1 and all others 0.
fn openings(rows: usize, row: usize, points: &[BaseElement], z: Cubic) -> Row {
	let g = BaseElement::get_root_of_unity(rows.ilog2());
	let at = g.exp(row as u64);
	let scale = at / BaseElement::new(rows as u64);
	let base = |x: BaseElement| (x.exp(rows as u64) - BaseElement::ONE) * scale / (x - at);
	let cubic = |x: Cubic| {
		let vanishing = x.exp_vartime(rows as u64) - Cubic::ONE;
		vanishing * Cubic::from(scale) / (x - Cubic::from(at))
	};
	let mut view: Row = points.iter().copied().map(base).collect();
	for x in [z, z * Cubic::from(g)] {
		let value = cubic(x);
		view.extend((0..EXTENSION_DEGREE).map(|i| value.base_element(i)));
	}
	view
}

/// The free cells of a column map onto everything that is opened of it: the openings are uniform.
fn covers(rows: usize, determined: &[usize], seed: u64) {
	let mut numbers = Numbers(seed);
	let domain = rows * 8;
	let generator = BaseElement::get_root_of_unity(domain.ilog2());
	let points: Vec<_> = numbers
		.distinct(NUM_QUERIES, domain)
		.into_iter()
		.map(|i| BaseElement::GENERATOR * generator.exp(i as u64))
		.collect();
	let z = numbers.cubic();
	let cells = (rows - BLINDING_ROWS..rows).filter(|row| !determined.contains(row));
	let matrix: Vec<_> = cells.map(|row| openings(rows, row, &points, z)).collect();
	assert_eq!(rank(matrix), NUM_QUERIES + 2 * EXTENSION_DEGREE);
}

#[test]
fn cover_every_opening_of_each_kind_of_column() {
	for slots in [1, 900] {
		let (statement, _) = statement(&[(AtLeast(0), vec![1; slots])]);
		let inputs = PublicInputs::new(&statement).unwrap();
		let rows = inputs.trace_length();
		assert_eq!(rows, if slots == 1 { MIN_TRACE_LENGTH } else { 8 * MIN_TRACE_LENGTH });
		let info = TraceInfo::new(SHAPE.width(), rows);
		let air = UsageAir::new(info, inputs, options());
		let assertions = air.get_assertions();

		// Columns by the cells they lack.
		let mut kinds = BTreeMap::<_, Vec<_>>::new();
		for column in secret_columns::<UsageAir>() {
			let determined = determined_rows(&air, &assertions, column);
			kinds.entry(determined).or_default().push(column);
		}
		for determined in kinds.keys() {
			(0..4).for_each(|seed| covers(rows, determined, seed));
		}

		// What `docs/zero-knowledge.md` says: commitment words, sum, others.
		let counts: Vec<_> =
			kinds.iter().map(|(rows, columns)| (BLINDING_ROWS - rows.len(), columns)).collect();
		let others: Vec<_> = secret_columns::<UsageAir>()
			.filter(|c| !(4..8).contains(c) && *c != COLUMNS.sum)
			.collect();
		assert_eq!(counts, [(80, &others), (79, &vec![COLUMNS.sum]), (70, &vec![4, 5, 6, 7])]);
	}
}
