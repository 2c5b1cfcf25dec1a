//! The engine against the proof system's own prover.

use super::prove;
use crate::{
	split,
	system::{reference, SecretTrace},
	transfer, usage,
};
use meterproof_programs::system::{Circuit, Coin, Parameters, ProofHash, Tree};
use winter_air::{proof::Proof, ProofOptions};
use winter_verifier::AcceptableOptions;

/// Checks that both provers make the same proof of a trace, but for the nonce and what follows from it, and
/// that the engine's proof is accepted.
fn compare<C>(inputs: &C::PublicInputs, trace: &SecretTrace, options: ProofOptions)
where
	C: Circuit + Sync + 'static,
	C::PublicInputs: Send + Sync,
{
	let expected =
		reference::prove::<C, ProofHash>(inputs.clone(), trace.copy(), options.clone()).unwrap();
	let proof = prove::<C>(inputs.clone(), trace.copy(), options.clone(), &|_| ()).unwrap();
	let [proof, expected] = [proof, expected].map(|bytes| Proof::from_bytes(&bytes).unwrap());
	assert_eq!(proof.context, expected.context);
	// The roots of trace, composition and layers, and the commitment to the remainder.
	assert_eq!(proof.commitments, expected.commitments, "{options:?}");
	assert_eq!(proof.ood_frame, expected.ood_frame, "{options:?}");
	let accepted = AcceptableOptions::OptionSet(vec![options.clone()]);
	winter_verifier::verify::<C, ProofHash, Coin, Tree>(proof, inputs.clone(), &accepted)
		.unwrap_or_else(|error| panic!("{options:?}: {error}"));
}

/// The pinned parameters, and some for which layers and the last polynomial are of other lengths.
fn options(pinned: Parameters) -> impl Iterator<Item = ProofOptions> {
	let pinned = Parameters { grinding: 8, ..pinned };
	[
		pinned,
		Parameters { folding: 2, remainder_degree: 7, ..pinned },
		Parameters { folding: 4, remainder_degree: 3, blowup: 16, ..pinned },
		Parameters { folding: 16, remainder_degree: 31, blowup: 8, grinding: 0, ..pinned },
	]
	.into_iter()
	.map(|parameters| parameters.options())
}

#[test]
fn usage_proofs_are_those_of_the_proof_system() {
	use meterproof_programs::usage::{UsageAir, PARAMETERS};
	// What the proof system checks with debug assertions does not depend on the length.
	let lengths: &[u32] = if cfg!(debug_assertions) { &[1] } else { &[1, 100, 300] };
	for readings in lengths {
		let (inputs, trace) = usage::tests::filled(*readings);
		options(PARAMETERS).for_each(|options| compare::<UsageAir>(&inputs, &trace, options));
	}
	if !cfg!(debug_assertions) {
		// Transforms of more than one chunk.
		let (inputs, trace) = usage::tests::filled(600);
		compare::<UsageAir>(&inputs, &trace, PARAMETERS.options());
	}
}

#[test]
fn transfer_proofs_are_those_of_the_proof_system() {
	use meterproof_programs::transfer::{TransferAir, PARAMETERS};
	let (inputs, trace) = transfer::tests::filled();
	options(PARAMETERS).for_each(|options| compare::<TransferAir>(&inputs, &trace, options));
}

#[test]
fn split_proofs_are_those_of_the_proof_system() {
	use meterproof_programs::split::{SplitAir, PARAMETERS};
	let lengths: &[usize] = if cfg!(debug_assertions) { &[1] } else { &[1, 8] };
	for trades in lengths {
		let (inputs, trace) = split::tests::filled(*trades);
		options(PARAMETERS).for_each(|options| compare::<SplitAir>(&inputs, &trace, options));
	}
}
