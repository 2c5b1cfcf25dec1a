//! Provers that do not follow the protocol.

use super::statement;
use crate::usage::{prove_with, ProofHash};
use meterproof_programs::usage::{
	options, Claim::AtLeast, Coin, PublicInputs, Tree, UsageAir, SHAPE,
};
use meterproof_verifier::{verify_usage, Reject};
use winter_air::proof::Proof;
use winter_crypto::{ElementHasher, Hasher};
use winter_math::{fields::f64::BaseElement, FieldElement};

/// The proof hash, but for lists of two extension elements: only the remainder of a proof over
/// 1,024 rows is one, so its commitment is to something else.
struct LyingHash;

impl Hasher for LyingHash {
	type Digest = <ProofHash as Hasher>::Digest;
	const COLLISION_RESISTANCE: u32 = ProofHash::COLLISION_RESISTANCE;

	fn hash(bytes: &[u8]) -> Self::Digest {
		ProofHash::hash(bytes)
	}

	fn merge(values: &[Self::Digest; 2]) -> Self::Digest {
		ProofHash::merge(values)
	}

	fn merge_many(values: &[Self::Digest]) -> Self::Digest {
		ProofHash::merge_many(values)
	}

	fn merge_with_int(seed: Self::Digest, value: u64) -> Self::Digest {
		ProofHash::merge_with_int(seed, value)
	}
}

impl ElementHasher for LyingHash {
	type BaseField = BaseElement;

	fn hash_elements<E: FieldElement<BaseField = BaseElement>>(elements: &[E]) -> Self::Digest {
		if E::EXTENSION_DEGREE == 3 && elements.len() == 2 {
			return ProofHash::hash(b"anything else");
		}
		ProofHash::hash_elements(elements)
	}
}

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
