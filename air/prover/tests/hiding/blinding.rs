//! The blinding rows: what is opened of a column is uniform whatever the rest of it holds.

use super::{
	linear_algebra::{rank, Row},
	Cubic, Numbers,
};
use crate::support;
use meterproof_programs::{
	split,
	system::{Circuit, Parameters, EXTENSION_DEGREE},
	transfer,
	usage::{self, Claim::AtLeast},
};
use meterproof_prover::{determined_rows, secret_columns};
use std::collections::BTreeMap;
use winter_air::TraceInfo;
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
fn covers(parameters: &Parameters, rows: usize, determined: &[usize], seed: u64) {
	let mut numbers = Numbers(seed);
	let domain = rows * parameters.blowup;
	let generator = BaseElement::get_root_of_unity(domain.ilog2());
	let points: Vec<_> = numbers
		.distinct(parameters.queries, domain)
		.into_iter()
		.map(|i| BaseElement::GENERATOR * generator.exp(i as u64))
		.collect();
	let z = numbers.cubic();
	let blinding = rows - parameters.shape.blinding_rows()..rows;
	let cells = blinding.filter(|row| !determined.contains(row));
	let matrix: Vec<_> = cells.map(|row| openings(rows, row, &points, z)).collect();
	assert_eq!(rank(matrix), parameters.queries + 2 * EXTENSION_DEGREE);
}

/// The secret columns by the number of their free blinding cells, each kind of which covers what is
/// opened.
fn kinds<C: Circuit>(inputs: C::PublicInputs, rows: usize) -> Vec<(usize, Vec<usize>)> {
	let parameters = C::PARAMETERS;
	let info = TraceInfo::new(parameters.shape.width(), rows);
	let air = C::new(info, inputs, parameters.options());
	let assertions = air.get_assertions();
	let mut kinds = BTreeMap::<_, Vec<_>>::new();
	for column in secret_columns::<C>() {
		let determined = determined_rows(&air, &assertions, column);
		kinds.entry(determined).or_default().push(column);
	}
	for determined in kinds.keys() {
		(0..4).for_each(|seed| covers(&parameters, rows, determined, seed));
	}
	let blinding = parameters.shape.blinding_rows();
	kinds.into_iter().map(|(rows, columns)| (blinding - rows.len(), columns)).collect()
}

// What `docs/zero-knowledge.md` says.

#[test]
fn cover_every_opening_of_each_kind_of_column_of_the_usage_statement() {
	for (slots, rows) in [(1, 512), (900, 8192)] {
		let (statement, _) = support::usage::statement(&[(AtLeast(0), vec![1; slots])]);
		let inputs = usage::PublicInputs::new(&statement).unwrap();
		assert_eq!(inputs.trace_length(), rows);
		// Commitment words, sum, others.
		let others: Vec<_> = secret_columns::<usage::UsageAir>()
			.filter(|c| !(4..8).contains(c) && *c != usage::COLUMNS.sum)
			.collect();
		assert_eq!(
			kinds::<usage::UsageAir>(inputs, rows),
			[(56, others), (55, vec![usage::COLUMNS.sum]), (49, vec![4, 5, 6, 7])]
		);
	}
}

#[test]
fn cover_every_opening_of_each_kind_of_column_of_the_transfer_statement() {
	let (statement, _) = support::transfer::payment([70, 50], [100, 15], 5);
	let inputs = transfer::PublicInputs::new(&statement).unwrap();
	// State, digits and what remains of an amount; sums and what is kept, marked and counted down.
	assert_eq!(
		kinds::<transfer::TransferAir>(inputs, transfer::TRACE_LENGTH),
		[(56, (0..15).collect()), (55, (15..23).collect::<Vec<_>>())]
	);
}

#[test]
fn cover_every_opening_of_each_kind_of_column_of_the_split_statement() {
	for (count, rows) in [(1, split::SHORT_TRACE), (8, split::LONG_TRACE)] {
		let (statement, _) = support::split::statement(&vec![support::split::DEAL; count]);
		let inputs = split::PublicInputs::new(&statement).unwrap();
		let columns = split::COLUMNS;
		let sums = vec![columns.worth, columns.left];
		let words = columns.state[4..8].to_vec();
		// Commitment words, where sums begin, others; the rate is public.
		let others: Vec<_> = secret_columns::<split::SplitAir>()
			.filter(|column| !sums.contains(column) && !words.contains(column))
			.collect();
		assert_eq!(others.len(), 15);
		assert_eq!(kinds::<split::SplitAir>(inputs, rows), [(64, others), (63, sums), (58, words)]);
	}
}
