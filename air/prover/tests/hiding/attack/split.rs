//! A proof of one split: what is left of the quantity is all of it until what is missing is counted,
//! what was delivered until that is counted, and nothing then. An attacker who knows the statement
//! lacks one value, and the blinding.

use crate::hiding::{
	linear_algebra::{rank, solve_for, Row},
	openings::{equations, Column},
};
use crate::support::split::{statement, DEAL};
use meterproof_programs::{
	split::{
		first_row, slots, PublicInputs, SplitAir, BLOCK, COLUMNS, MASKS, PARAMETERS, SHAPE,
		SHORT_TRACE,
	},
	system::{Coin, ProofHash, Shape, Tree},
};
use meterproof_prover::split::prove_unhiding;
use winter_air::proof::Proof;
use winter_math::{fields::f64::BaseElement, FieldElement};
use winter_verifier::{verify, AcceptableOptions};

/// A real proof, with this much blinding.
fn proof(shape: Shape) -> (Vec<u8>, PublicInputs) {
	let (statement, deliveries) = statement(&[DEAL]);
	let options = PARAMETERS.options();
	let proof = prove_unhiding(&statement, &deliveries, shape, options.clone()).unwrap();
	let inputs = PublicInputs::with_shape(&statement, shape).unwrap();
	let accepted = verify::<SplitAir, ProofHash, Coin, Tree>(
		Proof::from_bytes(&proof).unwrap(),
		inputs.clone(),
		&AcceptableOptions::OptionSet(vec![options]),
	);
	assert!(accepted.is_ok(), "{accepted:?}");
	(proof, inputs)
}

/// The rows in which all is left, and those in which what was delivered is, up to the blinding. If
/// that begins within a block, its first row is determined; else it is zero.
fn rows(shape: Shape) -> [Vec<usize>; 2] {
	let blinding = SHORT_TRACE - shape.blinding_rows();
	let last = if blinding.is_multiple_of(BLOCK) { blinding - 1 } else { blinding };
	let among = |from: usize, to: usize| {
		(0..=last).filter(|row| (from..to).contains(&(row % BLOCK))).collect()
	};
	let (missing, delivered) = (first_row(slots::KEY), first_row(slots::QUANTITY));
	[among(0, missing), among(missing, delivered)]
}

/// What the proof shows of the column, with the values of these rows known or not.
fn shown(shape: Shape, known: Vec<(usize, BaseElement)>, secret: Option<Vec<usize>>) -> Vec<Row> {
	let (proof, inputs) = proof(shape);
	let blinding = SHORT_TRACE - shape.blinding_rows();
	let blinding = (blinding + 1..SHORT_TRACE).map(|row| vec![row]);
	let unknown: Vec<Vec<usize>> = secret.into_iter().chain(blinding).collect();
	let column = Column { index: COLUMNS.left, unknown: &unknown, known: &known };
	equations::<SplitAir>(&proof, inputs, &column)
}

fn all(rows: &[usize]) -> Vec<(usize, BaseElement)> {
	rows.iter().map(|row| (*row, DEAL.quantity.into())).collect()
}

/// What was delivered, if the proof of it determines that.
fn attack(shape: Shape) -> Option<BaseElement> {
	let [before, delivered] = rows(shape);
	let equations = shown(shape, all(&before), Some(delivered));
	assert!(equations.len() > 40);
	solve_for(&equations, 0)
}

#[test]
fn recovers_what_was_delivered_from_a_proof_without_hiding() {
	let bare = SHAPE.unsafe_for_tests(8, 0, SHORT_TRACE);
	assert_eq!(attack(bare), Some(DEAL.delivered.into()));
}

#[test]
fn recovers_what_was_delivered_when_there_are_too_few_blinding_rows() {
	let few = SHAPE.unsafe_for_tests(40, MASKS, SHORT_TRACE);
	assert_eq!(attack(few), Some(DEAL.delivered.into()));
}

#[test]
fn recovers_nothing_from_a_hiding_proof() {
	assert_eq!(attack(SHAPE), None);
}

/// Whether some blinding makes the column what a proof shows of it, had this been delivered.
fn could_be(shape: Shape, guess: u32) -> bool {
	let [before, delivered] = rows(shape);
	let guessed = delivered.iter().map(|row| (*row, guess.into()));
	let known = all(&before).into_iter().chain(guessed).filter(|(_, v)| *v != BaseElement::ZERO);
	let equations = shown(shape, known.collect(), None);
	let coefficients: Vec<Row> =
		equations.iter().map(|row| row[..row.len() - 1].to_vec()).collect();
	rank(coefficients) == rank(equations)
}

/// Commitments bind, so that no statement has two witnesses: what can be tested is that a proof
/// rules no quantity out.
#[test]
fn any_quantity_could_have_been_delivered_by_a_hiding_proof_and_one_by_others() {
	let few = SHAPE.unsafe_for_tests(40, MASKS, SHORT_TRACE);
	for guess in [DEAL.delivered, 0, 1, DEAL.quantity] {
		assert!(could_be(SHAPE, guess));
		assert_eq!(could_be(few, guess), guess == DEAL.delivered);
	}
}
