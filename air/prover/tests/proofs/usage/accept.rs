//! Honest proofs are accepted, and dishonest witnesses have none.

use super::{hide, HONEST, SEALED};
use crate::support::usage::statement;
use meterproof_programs::usage::{
	slot_count, trace_length,
	Claim::{self, AtLeast, AtMost, Exactly},
};
use meterproof_prover::usage::{prove, proven_bits, ProveError, ProvingPhase};
use meterproof_verifier::{verify_usage, MAX_PROOF_BYTES};
use proptest::prelude::*;
use std::cell::RefCell;

fn proves(groups: &[(Claim, Vec<u32>)]) {
	let (statement, witness) = statement(groups);
	let proved = prove(statement, &witness, |_| ()).unwrap();
	assert_eq!(verify_usage(&proved.statement, &proved.proof), Ok(()));
	assert!(proved.proof.len() <= MAX_PROOF_BYTES);
	assert!(proven_bits(&proved.statement) >= 110);
}

#[test]
fn every_kind_of_claim() {
	assert_eq!(verify_usage(&HONEST.statement, &HONEST.proof), Ok(()));
	assert!(HONEST.statement.groups.iter().all(|group| group.slack_commitment != [0; 32]));
}

#[test]
fn a_hidden_quantity_among_claims_of_every_kind() {
	assert_eq!(verify_usage(&SEALED.statement, &SEALED.proof), Ok(()));
	assert!(proven_bits(&SEALED.statement) >= 110);
}

/// Of what was read, readings and claimed quantity.
fn proves_hidden(groups: &[(Vec<u32>, u32)]) {
	let claims: Vec<_> =
		groups.iter().map(|(readings, _)| (AtLeast(0), readings.clone())).collect();
	let (mut statement, mut witness) = statement(&claims);
	for (group, (_, quantity)) in groups.iter().enumerate() {
		hide(&mut statement, &mut witness, group, *quantity);
	}
	let proved = prove(statement, &witness, |_| ()).unwrap();
	assert_eq!(verify_usage(&proved.statement, &proved.proof), Ok(()));
}

#[test]
fn hidden_quantities_of_nothing_and_of_the_most() {
	let most = u32::MAX;
	proves_hidden(&[
		(vec![0], 0),
		(vec![5], 5),
		(vec![5], 0),
		(vec![most], most),
		(vec![most], 0),
		(vec![most, most], most),
		(vec![1; 60], 59),
	]);
	// To the last of 57 slots: groups of a reading, a quantity and a slack. To the last of 121: one
	// more reading.
	proves_hidden(&vec![(vec![9], 8); 19]);
	let mut groups = vec![(vec![9], 8); 39];
	groups.push((vec![1, 1], 2));
	proves_hidden(&groups);
}

#[test]
fn two_proofs_of_a_hidden_quantity_share_its_commitment_and_no_slack() {
	let (mut statement, mut witness) = statement(&[(AtLeast(0), vec![50])]);
	hide(&mut statement, &mut witness, 0, 49);
	let [first, second] = [0, 1].map(|_| prove(statement.clone(), &witness, |_| ()).unwrap());
	let group = |proved: &meterproof_prover::usage::Proved| proved.statement.groups[0].clone();
	assert_eq!(group(&first).claim, group(&second).claim);
	assert_ne!(group(&first).slack_commitment, group(&second).slack_commitment);
	assert_ne!(first.proof, second.proof);
}

#[test]
fn groups_of_one_device() {
	proves(&(0..60).map(|i| (AtLeast(i), vec![2 * i as u32])).collect::<Vec<_>>());
}

#[test]
fn slack_of_nothing_and_of_the_most() {
	let most = u64::from(u32::MAX);
	proves(&[
		(AtLeast(5), vec![5]),
		(AtMost(5), vec![5]),
		(AtLeast(0), vec![u32::MAX]),
		(AtMost(most), vec![0]),
		(AtLeast(most), vec![u32::MAX, u32::MAX]),
		(AtMost(3 * most), vec![u32::MAX, u32::MAX]),
	]);
}

#[test]
fn sums_at_the_limit_and_traces_filled_to_the_last_slot() {
	for (slots, rows) in [(57, 512), (121, 1024)] {
		let readings = vec![u32::MAX; slots - 1];
		let sum = (slots as u64 - 1) * u64::from(u32::MAX);
		let (statement, witness) = statement(&[(Exactly(sum), readings)]);
		assert_eq!((slot_count(&statement), trace_length(&statement)), (slots, Ok(rows)));
		let proved = prove(statement, &witness, |_| ()).unwrap();
		assert_eq!(verify_usage(&proved.statement, &proved.proof), Ok(()));
	}
}

#[test]
fn longer_traces_of_each_remainder_length() {
	// The remainder has 32, 64 and 128 coefficients, behind two layers.
	for (slots, rows) in [(140, 2048), (350, 4096), (910, 8192)] {
		let groups: Vec<_> = (0..slots / 7).map(|i| (AtLeast(9), vec![3 + i; 6])).collect();
		assert_eq!(trace_length(&statement(&groups).0), Ok(rows));
		proves(&groups);
	}
}

#[test]
fn progress_goes_through_every_phase_in_order() {
	let (statement, witness) = statement(&[(AtLeast(1), vec![1])]);
	let seen = RefCell::new(Vec::new());
	prove(statement, &witness, |phase| seen.borrow_mut().push(phase)).unwrap();
	assert_eq!(seen.into_inner(), ProvingPhase::ALL);
}

#[test]
fn two_proofs_of_one_statement_share_neither_slack_commitment_nor_bytes() {
	let (statement, witness) = statement(&[(AtLeast(1), vec![1])]);
	let first = prove(statement.clone(), &witness, |_| ()).unwrap();
	let second = prove(statement, &witness, |_| ()).unwrap();
	let slack = |p: &meterproof_prover::usage::Proved| p.statement.groups[0].slack_commitment;
	assert_ne!(slack(&first), slack(&second));
	assert_ne!(first.proof, second.proof);
}

fn any_group() -> impl Strategy<Value = (u8, Vec<u32>, i64)> {
	let reading = prop_oneof![4 => 0..1000u32, 1 => Just(u32::MAX), 1 => any::<u32>()];
	let difference = prop_oneof![
		6 => 0..50i64,
		1 => Just(i64::from(u32::MAX)),
		1 => Just(i64::from(u32::MAX) + 1),
		1 => -3..0i64,
	];
	(0..3u8, prop::collection::vec(reading, 1..6), difference)
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

	/// A proof exists exactly where the relation holds in plain arithmetic, and then verifies.
	#[test]
	fn there_is_a_proof_if_and_only_if_the_claims_hold(
		groups in prop::collection::vec(any_group(), 1..8),
	) {
		let mut expected = None;
		let mut claims = Vec::new();
		for (index, (kind, readings, difference)) in groups.into_iter().enumerate() {
			let sum: i64 = readings.iter().map(|r| i64::from(*r)).sum();
			let (claim, slack) = match kind {
				0 => {
					let q = (sum - difference).max(0);
					(AtLeast(q as u64), sum - q)
				},
				1 => {
					let q = (sum + difference).max(0);
					(AtMost(q as u64), q - sum)
				},
				_ => {
					let q = (sum + difference.min(0)).max(0);
					(Exactly(q as u64), -(q - sum).abs())
				},
			};
			let error = if slack < 0 {
				Some(ProveError::ClaimNotMet { group: index, claimed: claim, sum: sum as u64 })
			} else if slack > i64::from(u32::MAX) {
				Some(ProveError::SlackOutOfRange { group: index })
			} else {
				None
			};
			expected = expected.or(error);
			claims.push((claim, readings));
		}
		let (statement, witness) = statement(&claims);
		match prove(statement, &witness, |_| ()) {
			Ok(proved) => {
				prop_assert_eq!(expected, None);
				prop_assert_eq!(verify_usage(&proved.statement, &proved.proof), Ok(()));
			},
			Err(error) => prop_assert_eq!(Some(error), expected),
		}
	}
}
