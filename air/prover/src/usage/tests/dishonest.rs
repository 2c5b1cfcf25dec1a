//! Provers that do not follow the protocol.

use super::statement;
use crate::{
	system::testing::LyingHash,
	usage::{prove_with, ProofHash},
};
use meterproof_programs::usage::{
	options, Claim::AtLeast, Coin, PublicInputs, Tree, UsageAir, SHAPE,
};
use meterproof_verifier::{verify_usage, Reject};
use winter_air::proof::Proof;

#[test]
fn a_remainder_that_was_not_committed_to_is_refused_here_though_not_by_the_proof_system() {
	let (statement, witness) = statement(&[(AtLeast(50), &[40, 27])]);
	let proved = prove_with::<LyingHash>(statement, &witness, SHAPE, options(), &|_| ()).unwrap();
	let accepted = winter_verifier::verify::<UsageAir, ProofHash, Coin, Tree>(
		Proof::from_bytes(&proved.proof).unwrap(),
		PublicInputs::new(&proved.statement).unwrap(),
		&winter_verifier::AcceptableOptions::OptionSet(vec![options()]),
	);
	assert!(accepted.is_ok(), "the gap is closed upstream: {accepted:?}");
	assert_eq!(verify_usage(&proved.statement, &proved.proof), Err(Reject::RemainderMismatch));
}
