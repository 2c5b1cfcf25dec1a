//! A proof of a single meter's reading: all cells but those of the meter, its slack and the blinding
//! are public.

use crate::hiding::{
	linear_algebra::solve_for,
	openings::{equations, Column},
};
use crate::support::usage::statement;
use meterproof_programs::{
	system::Shape,
	usage::{options, Claim::AtLeast, PublicInputs, UsageAir, COLUMNS, MASKS, SHAPE},
};
use meterproof_prover::usage::prove_unhiding;
use winter_math::fields::f64::BaseElement;

const READING: u32 = 31_337;
/// Rows of the meter's slot and of the slack's.
const SECRET_ROWS: usize = 16;

/// What the proof shows of the column in which the reading is decomposed, solved for the reading.
fn attack(shape: Shape) -> Option<BaseElement> {
	let (statement, witness) = statement(&[(AtLeast(1_000), vec![READING])]);
	let proved = prove_unhiding(statement, &witness, shape, options()).unwrap();
	let inputs = PublicInputs::with_shape(&proved.statement, shape).unwrap();
	let rows = inputs.trace_length();
	let blinding = rows - shape.blinding_rows();
	// Fillers are decomposed zeros: the public cells of this column add nothing.
	let unknown: Vec<_> = (0..SECRET_ROWS).chain(blinding..rows).map(|row| vec![row]).collect();
	let column = Column { index: COLUMNS.remaining, unknown: &unknown, known: &[] };
	let equations = equations::<UsageAir>(&proved.proof, inputs, &column);
	assert!(equations.len() > 40);
	solve_for(&equations, 0)
}

#[test]
fn recovers_a_reading_from_a_proof_without_hiding() {
	let bare = SHAPE.unsafe_for_tests(8, 0, 512);
	assert_eq!(attack(bare), Some(BaseElement::from(READING)));
}

#[test]
fn recovers_a_reading_when_there_are_too_few_blinding_rows() {
	let few = SHAPE.unsafe_for_tests(24, MASKS, 512);
	assert_eq!(attack(few), Some(BaseElement::from(READING)));
}

#[test]
fn recovers_nothing_from_a_hiding_proof() {
	assert_eq!(attack(SHAPE), None);
}
