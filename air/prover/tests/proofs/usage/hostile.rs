//! Headers and statements from someone who wants the verifier to panic, to work, or to accept.

use super::{HONEST, SEALED};
use meterproof_programs::usage::{
	context, trace_length, Claim, Statement, StatementError, MAX_SLOTS,
};
use meterproof_verifier::{verify_usage, Reject, MAX_PROOF_BYTES};
use winter_utils::Serializable;

#[test]
fn the_header_of_another_trace_length() {
	assert_eq!(trace_length(&HONEST.statement), Ok(512));
	for rows in [8, 256, 1024, 1 << 20] {
		let mut proof = HONEST.proof.clone();
		proof.splice(..context(512).to_bytes().len(), context(rows).to_bytes());
		assert_eq!(verify_usage(&HONEST.statement, &proof), Err(Reject::Header));
	}
}

#[test]
fn statements_without_proofs() {
	let result = |change: &dyn Fn(&mut Statement), proof: &[u8]| {
		let mut statement = HONEST.statement.clone();
		change(&mut statement);
		verify_usage(&statement, proof)
	};
	let refused = |change: &dyn Fn(&mut Statement), error| {
		assert_eq!(result(change, &HONEST.proof), Err(Reject::Statement(error)));
		// A bad header is found first: it costs less.
		assert_eq!(result(change, b"junk"), Err(Reject::Header));
	};
	refused(&|s| s.groups.clear(), StatementError::NoGroups);
	refused(&|s| s.groups[1].slots.clear(), StatementError::EmptyGroup { group: 1 });
	refused(&|s| s.period = u64::MAX, StatementError::PeriodTooLarge);
	refused(
		&|s| s.groups[0].slots[2].commitment = [0xff; 32],
		StatementError::CommitmentNotCanonical { group: 0, slot: Some(2) },
	);
	refused(
		&|s| s.groups[2].slack_commitment = [0xff; 32],
		StatementError::CommitmentNotCanonical { group: 2, slot: None },
	);
	// Without a trace length there is no header to compare.
	let many = |s: &mut Statement| {
		let slot = s.groups[0].slots[0].clone();
		s.groups[0].slots = vec![slot; MAX_SLOTS];
	};
	for proof in [HONEST.proof.as_slice(), b"junk"] {
		let expected = Err(Reject::Statement(StatementError::TooManySlots));
		assert_eq!(result(&many, proof), expected);
	}
	// The length is looked at before anything of the statement is.
	let long = vec![0; MAX_PROOF_BYTES + 1];
	assert_eq!(result(&many, &long), Err(Reject::TooLong));
}

#[test]
fn a_hidden_quantity_whose_commitment_is_not_canonical() {
	for group in 0..4 {
		let mut statement = SEALED.statement.clone();
		statement.groups[group].claim = Claim::AtLeastHidden([0xff; 32]);
		let expected = StatementError::QuantityNotCanonical { group };
		assert_eq!(verify_usage(&statement, &SEALED.proof), Err(Reject::Statement(expected)));
		assert_eq!(verify_usage(&statement, b"junk"), Err(Reject::Header));
	}
}
