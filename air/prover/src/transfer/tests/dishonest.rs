//! Provers that do not follow the protocol.

use super::{neighbours, transfer};
use crate::{
	system::{
		reference,
		testing::{counted, LyingHash},
	},
	transfer::trace::fill,
};
use meterproof_programs::{
	system::{Coin, ProofHash, Tree},
	transfer::{PublicInputs, TransferAir, PARAMETERS},
};
use meterproof_verifier::{verify_transfer, Reject};
use winter_air::proof::Proof;

/// The remainder has four coefficients, and so many elements has each leaf of the layers.
type Lying = LyingHash<4, { 4_096 + 1_024 + 256 + 64 }>;

#[test]
fn a_remainder_that_was_not_committed_to_is_refused_here_though_not_by_the_proof_system() {
	let (statement, payment) = transfer(neighbours([70, 50], 6), [100, 15], 5);
	let inputs = PublicInputs::new(&statement).unwrap();
	let trace = fill(&inputs, &payment, 0).unwrap();
	let options = PARAMETERS.options();
	let counting = counted();
	let proof =
		reference::prove::<TransferAir, Lying>(inputs.clone(), trace, options.clone()).unwrap();
	drop(counting);
	let accepted = winter_verifier::verify::<TransferAir, ProofHash, Coin, Tree>(
		Proof::from_bytes(&proof).unwrap(),
		inputs,
		&winter_verifier::AcceptableOptions::OptionSet(vec![options]),
	);
	assert!(accepted.is_ok(), "the gap is closed upstream: {accepted:?}");
	assert_eq!(verify_transfer(&statement, &proof), Err(Reject::RemainderMismatch));
}
