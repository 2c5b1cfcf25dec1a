//! What a prover refuses, by name.

use crate::support::usage::statement;
use meterproof_programs::usage::{
	Claim::{AtLeast, AtMost, Exactly},
	StatementError, MAX_QUANTITY, MAX_SLOTS,
};
use meterproof_prover::usage::{prove, ProveError};

#[test]
fn a_claim_that_is_not_met() {
	for claimed in [AtLeast(31), AtMost(29), Exactly(31), Exactly(29)] {
		let (statement, witness) = statement(&[(AtLeast(1), vec![1]), (claimed, vec![10, 20])]);
		let error = prove(statement, &witness, |_| ()).unwrap_err();
		assert_eq!(error, ProveError::ClaimNotMet { group: 1, claimed, sum: 30 });
		assert!(!format!("{error} {error:?}").contains("30"), "the text tells the sum");
	}
}

#[test]
fn a_slack_of_more_than_32_bits() {
	let (statement, witness) = statement(&[(AtMost(1 << 32), vec![0])]);
	let error = prove(statement, &witness, |_| ()).unwrap_err();
	assert_eq!(error, ProveError::SlackOutOfRange { group: 0 });
}

#[test]
fn an_opening_of_another_commitment() {
	let (statement, witness) = statement(&[(AtLeast(1), vec![1, 2]), (AtLeast(1), vec![3, 4])]);
	let mismatch = |change: &dyn Fn(&mut Vec<meterproof_prover::usage::GroupWitness>)| {
		let mut witness = witness.clone();
		change(&mut witness);
		prove(statement.clone(), &witness, |_| ()).unwrap_err()
	};
	let expected = ProveError::OpeningMismatch { group: 1, slot: 0 };
	assert_eq!(mismatch(&|w| w[1].openings[0].reading = 30), expected);
	assert_eq!(mismatch(&|w| w[1].openings[0].salt[3] ^= 1), expected);
	assert_eq!(mismatch(&|w| w[1].openings.swap(0, 1)), expected);
	let expected = ProveError::SaltNotCanonical { group: 0, slot: 1 };
	assert_eq!(mismatch(&|w| w[0].openings[1].salt[0] = u64::MAX), expected);
	assert_eq!(mismatch(&|w| w.truncate(1)), ProveError::WitnessShape { group: 1 },);
	assert_eq!(mismatch(&|w| w[0].openings.truncate(1)), ProveError::WitnessShape { group: 0 },);
}

#[test]
fn a_statement_that_cannot_be_proved() {
	let (honest, witness) = statement(&[(AtLeast(1), vec![1])]);
	let mut statement = honest.clone();
	statement.groups[0].claim = AtLeast(MAX_QUANTITY);
	let error = prove(statement, &witness, |_| ()).unwrap_err();
	assert_eq!(error, ProveError::Statement(StatementError::QuantityTooLarge { group: 0 }));

	let mut statement = honest;
	let slot = statement.groups[0].slots[0].clone();
	statement.groups[0].slots = vec![slot; MAX_SLOTS];
	assert_eq!(prove(statement, &witness, |_| ()).unwrap_err(), ProveError::TooManySlots);
}

#[test]
fn no_secret_is_in_the_debug_output_of_a_witness() {
	let (_, witness) = statement(&[(AtLeast(1), vec![987_654])]);
	assert!(!format!("{witness:?}").contains("987"));
}
