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
use winter_crypto::ElementHasher;
use winter_math::fields::f64::BaseElement;

#[test]
fn a_remainder_that_was_not_committed_to_is_refused_here_though_not_by_the_proof_system() {
	is_refused::<LyingHash<64>>(&[40, 27]);
	is_refused::<LyingHash<128>>(&[1; 100]);
}

/// Over 512 rows the remainder has 64 coefficients, over 1,024 128.
fn is_refused<H: ElementHasher<BaseField = BaseElement> + Sync>(readings: &[u32]) {
	let (statement, witness) = statement(&[(AtLeast(50), readings)]);
	let proved = prove_with::<H>(statement, &witness, SHAPE, options(), &|_| ()).unwrap();
	let accepted = winter_verifier::verify::<UsageAir, ProofHash, Coin, Tree>(
		Proof::from_bytes(&proved.proof).unwrap(),
		PublicInputs::new(&proved.statement).unwrap(),
		&winter_verifier::AcceptableOptions::OptionSet(vec![options()]),
	);
	assert!(accepted.is_ok(), "the gap is closed upstream: {accepted:?}");
	assert_eq!(verify_usage(&proved.statement, &proved.proof), Err(Reject::RemainderMismatch));
}
