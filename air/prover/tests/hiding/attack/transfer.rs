//! A proof of a payment: sums change in five rows only, so that an attacker who knows nothing but
//! the statement has four unknown values between them, and those of the blinding.

use crate::hiding::{
	linear_algebra::solve_for,
	openings::{equations, Column},
};
use crate::support::transfer::payment;
use meterproof_programs::{
	system::Shape,
	transfer::{
		first_row, slots, PublicInputs, TransferAir, COLUMNS, MASKS, PARAMETERS, SHAPE,
		TRACE_LENGTH,
	},
};
use meterproof_prover::transfer::prove_unhiding;
use winter_math::fields::f64::BaseElement;

const SPENT: [u64; 2] = [31_337, 271];
const MADE: [u64; 2] = [31_000, 603];
const FEE: u64 = 5;

/// What the proof shows of the sum of low halves, solved for its steps: the amounts of the notes
/// spent and made, in the order of the trace.
fn attack(shape: Shape) -> Option<[BaseElement; 3]> {
	let (statement, payment) = payment(SPENT, MADE, FEE);
	let proof = prove_unhiding(&statement, &payment, shape, PARAMETERS.options()).unwrap();
	let inputs = PublicInputs::with_shape(&statement, shape).unwrap();
	let [start, _] = inputs.balance();

	let blinding = TRACE_LENGTH - shape.blinding_rows();
	let steps = [
		first_row(0, slots::NULLIFIER_KEY),
		first_row(0, slots::SPENT),
		first_row(0, slots::MADE),
		first_row(1, slots::SPENT),
		first_row(1, slots::MADE),
	];
	// At the end both sums are zero, the first row of the blinding included.
	let between = steps.windows(2).map(|pair| (pair[0]..pair[1]).collect());
	let unknown: Vec<Vec<usize>> =
		between.chain((blinding + 1..TRACE_LENGTH).map(|row| vec![row])).collect();
	let known: Vec<_> = (0..steps[0]).map(|row| (row, start)).collect();
	let column = Column { index: COLUMNS.low, unknown: &unknown, known: &known };
	let equations = equations::<TransferAir>(&proof, inputs, &column);
	assert!(equations.len() > 40);

	let value = |i| solve_for(&equations, i);
	let (before, first, paid, second) = (value(0)?, value(1)?, value(2)?, value(3)?);
	Some([first - before, first - paid, second - paid])
}

fn amounts() -> Option<[BaseElement; 3]> {
	Some([SPENT[0], MADE[0], SPENT[1]].map(BaseElement::new))
}

#[test]
fn recovers_every_amount_from_a_proof_without_hiding() {
	assert_eq!(attack(SHAPE.unsafe_for_tests(8, 0, TRACE_LENGTH)), amounts());
}

#[test]
fn recovers_every_amount_when_there_are_too_few_blinding_rows() {
	assert_eq!(attack(SHAPE.unsafe_for_tests(32, MASKS, TRACE_LENGTH)), amounts());
}

#[test]
fn recovers_nothing_from_a_hiding_proof() {
	assert_eq!(attack(SHAPE), None);
}
