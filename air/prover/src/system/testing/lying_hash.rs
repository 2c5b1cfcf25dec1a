//! A prover that does not commit to its remainder.

use meterproof_programs::system::ProofHash;
use winter_crypto::{ElementHasher, Hasher};
use winter_math::{fields::f64::BaseElement, FieldElement};

/// The proof hash, but for a list of as many extension elements as the remainder has, so that the
/// commitment is to something else. Leaves of layers and out-of-domain values have other lengths.
pub struct LyingHash<const REMAINDER: usize>;

impl<const REMAINDER: usize> Hasher for LyingHash<REMAINDER> {
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

impl<const REMAINDER: usize> ElementHasher for LyingHash<REMAINDER> {
	type BaseField = BaseElement;

	fn hash_elements<E: FieldElement<BaseField = BaseElement>>(elements: &[E]) -> Self::Digest {
		if E::EXTENSION_DEGREE == 3 && elements.len() == REMAINDER {
			return ProofHash::hash(b"anything else");
		}
		ProofHash::hash_elements(elements)
	}
}
