//! Two witnesses of one statement: a note of nothing that is in the tree may be spent as what it
//! is, or as a dummy. Nobody is to tell which.

use super::{
	linear_algebra::{rank, Row},
	openings::{equations, Column},
};
use crate::support::transfer::{made, spend, statement, ASSET};
use meterproof_programs::{
	system::Shape,
	transfer::{
		first_row, slots, Public, PublicInputs, Statement, TransferAir, COLUMNS, MASKS, PARAMETERS,
		SHAPE, TRACE_LENGTH,
	},
};
use meterproof_prover::transfer::{prove_unhiding, Payment};
use winter_math::fields::f64::BaseElement;

/// The witness: with a dummy, or with the note that is in the tree.
fn payment(dummy: bool) -> (Statement, Payment) {
	let mut spends = [spend(0, 4), spend(70, 5)];
	let leaves = [0, 1].map(|i: usize| spends[i].note(ASSET).unwrap().commitment().unwrap());
	spends[0].path[0] = leaves[1];
	spends[1].path[0] = leaves[0];
	spends[0].dummy = dummy;
	let payment = Payment { asset: ASSET, spends, outputs: [made(60), made(5)] };
	let statement = statement(&payment, Public::Transfer { fee: 5 });
	(statement, payment)
}

/// Whether some blinding makes the column in which dummies are marked what the proof shows of it,
/// for a prover with this witness.
fn could_be(proof: &[u8], inputs: PublicInputs, dummy: bool) -> bool {
	let blinding = TRACE_LENGTH - inputs.shape().blinding_rows();
	let unknown: Vec<_> = (blinding + 1..TRACE_LENGTH).map(|row| vec![row]).collect();
	let marked = first_row(0, slots::NULLIFIER_KEY)..first_row(1, slots::NULLIFIER_KEY);
	let known: Vec<_> = marked.map(|row| (row, BaseElement::from(dummy))).collect();
	let column = Column { index: COLUMNS.dummy, unknown: &unknown, known: &known };
	let equations = equations::<TransferAir>(proof, inputs, &column);
	let coefficients: Vec<Row> =
		equations.iter().map(|row| row[..row.len() - 1].to_vec()).collect();
	rank(coefficients) == rank(equations)
}

/// For either witness: what its proof could be a proof of, without a dummy and with one.
fn told_apart(shape: Shape) -> [[bool; 2]; 2] {
	assert_eq!(payment(false).0, payment(true).0, "one statement");
	[false, true].map(|witness| {
		let (statement, payment) = payment(witness);
		let options = PARAMETERS.options();
		let proof = prove_unhiding(&statement, &payment, shape, options).unwrap();
		[false, true].map(|guess| {
			let inputs = PublicInputs::with_shape(&statement, shape).unwrap();
			could_be(&proof, inputs, guess)
		})
	})
}

#[test]
fn are_told_apart_when_there_are_too_few_blinding_rows() {
	let few = SHAPE.unsafe_for_tests(40, MASKS, TRACE_LENGTH);
	assert_eq!(told_apart(few), [[true, false], [false, true]]);
}

#[test]
fn are_not_told_apart_by_a_hiding_proof() {
	assert_eq!(told_apart(SHAPE), [[true, true], [true, true]]);
}
