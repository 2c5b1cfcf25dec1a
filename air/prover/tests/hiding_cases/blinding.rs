//! The blinding rows: what is opened of a column is uniform whatever the rest of it holds.

use super::{
	linear_algebra::{rank, Row},
	Cubic, Numbers,
};
use meterproof_programs::usage::{
	BLINDING_ROWS, EXTENSION_DEGREE, MIN_TRACE_LENGTH, NUM_QUERIES, ROWS_PER_SLOT,
};
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
fn covers(rows: usize, free: impl Fn(usize) -> bool, seed: u64) {
	let mut numbers = Numbers(seed);
	let domain = rows * 8;
	let generator = BaseElement::get_root_of_unity(domain.ilog2());
	let points: Vec<_> = numbers
		.distinct(NUM_QUERIES, domain)
		.into_iter()
		.map(|i| BaseElement::GENERATOR * generator.exp(i as u64))
		.collect();
	let z = numbers.cubic();
	let cells = (rows - BLINDING_ROWS..rows).filter(|row| free(row - (rows - BLINDING_ROWS)));
	let matrix: Vec<_> = cells.map(|row| openings(rows, row, &points, z)).collect();
	assert_eq!(rank(matrix), NUM_QUERIES + 2 * EXTENSION_DEGREE);
}

#[test]
fn cover_every_opening_of_each_kind_of_column() {
	for rows in [MIN_TRACE_LENGTH, 8 * MIN_TRACE_LENGTH] {
		for seed in 0..4 {
			// A column that carries a commitment word is pinned in the last row of each slot.
			covers(rows, |row| row % ROWS_PER_SLOT != 7, seed);
			// The sum enters the first blinding row.
			covers(rows, |row| row != 0, seed);
			covers(rows, |_| true, seed);
		}
	}
}
