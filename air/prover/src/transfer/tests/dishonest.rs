//! Provers that do not follow the protocol.

use super::{neighbours, transfer};
use crate::{
	system::{prove_trace, testing::LyingHash},
	transfer::trace::{fill, used},
};
use meterproof_programs::{
	system::{Coin, ProofHash, Tree},
	transfer::{PublicInputs, TransferAir, PARAMETERS, SHAPE},
};
use meterproof_verifier::{verify_transfer, Reject};
use winter_air::proof::Proof;

#[test]
fn a_remainder_that_was_not_committed_to_is_refused_here_though_not_by_the_proof_system() {
	let (statement, payment) = transfer(neighbours([70, 50], 6), [100, 15], 5);
	let inputs = PublicInputs::new(&statement).unwrap();
	let trace = fill(&inputs, &payment, 0).unwrap();
	let (used, options) = (used(&inputs), PARAMETERS.options());
	let proof = prove_trace::<TransferAir, LyingHash<128>>(
		inputs.clone(),
		SHAPE,
		trace,
		used,
		options.clone(),
		&|_| (),
	)
	.unwrap();
	let accepted = winter_verifier::verify::<TransferAir, ProofHash, Coin, Tree>(
		Proof::from_bytes(&proof).unwrap(),
		inputs,
		&winter_verifier::AcceptableOptions::OptionSet(vec![options]),
	);
	assert!(accepted.is_ok(), "the gap is closed upstream: {accepted:?}");
	assert_eq!(verify_transfer(&statement, &proof), Err(Reject::RemainderMismatch));
}
