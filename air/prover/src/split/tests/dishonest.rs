//! Provers that do not follow the protocol.

use super::{split, Deal};
use crate::{
	split::trace::fill,
	system::{prove_trace, testing::LyingHash},
};
use meterproof_programs::{
	split::{PublicInputs, SplitAir, BLOCK, PARAMETERS, SHAPE},
	system::{Coin, ProofHash, Tree},
};
use meterproof_verifier::{verify_split, Reject};
use winter_air::proof::Proof;
use winter_crypto::ElementHasher;
use winter_math::fields::f64::BaseElement;

fn is_refused<H: ElementHasher<BaseField = BaseElement> + Sync>(splits: usize) {
	let deal = Deal { quantity: 5_000, rate: 30, delivered: 4_321 };
	let (statement, deliveries) = split(&vec![deal; splits]);
	let inputs = PublicInputs::new(&statement).unwrap();
	let trace = fill(&inputs, &statement, &deliveries).unwrap();
	let (used, options) = (inputs.blocks().len() * BLOCK, PARAMETERS.options());
	let proof =
		prove_trace::<SplitAir, H>(inputs.clone(), SHAPE, trace, used, options.clone(), &|_| ())
			.unwrap();
	let accepted = winter_verifier::verify::<SplitAir, ProofHash, Coin, Tree>(
		Proof::from_bytes(&proof).unwrap(),
		inputs,
		&winter_verifier::AcceptableOptions::OptionSet(vec![options]),
	);
	assert!(accepted.is_ok(), "the gap is closed upstream: {accepted:?}");
	assert_eq!(verify_split(&statement, &proof), Err(Reject::RemainderMismatch));
}

/// Over 512 rows the remainder has 64 coefficients, over 1,024 128.
#[test]
fn a_remainder_that_was_not_committed_to_is_refused_here_though_not_by_the_proof_system() {
	is_refused::<LyingHash<64>>(7);
	is_refused::<LyingHash<128>>(8);
}
