//! A prover that does not commit to its remainder.

use std::sync::{
	atomic::{AtomicUsize, Ordering},
	Mutex, MutexGuard, PoisonError,
};

use meterproof_programs::system::ProofHash;
use winter_crypto::{ElementHasher, Hasher};
use winter_math::{fields::f64::BaseElement, FieldElement};

/// The proof hash, but for a list of as many extension elements as the remainder has, so that the
/// commitment is to something else. `LEAVES` such lists are hashed before: leaves of the layers,
/// where these happen to be as long. By default those of the usage statement over 1,024 rows.
pub struct LyingHash<const REMAINDER: usize = 2, const LEAVES: usize = 0>;

/// Lists as long as the remainder that have been hashed.
static HASHED: AtomicUsize = AtomicUsize::new(0);
static COUNTED: Mutex<()> = Mutex::new(());

/// To be held while proving with one that has leaves to count.
pub fn counted() -> MutexGuard<'static, ()> {
	let guard = COUNTED.lock().unwrap_or_else(PoisonError::into_inner);
	HASHED.store(0, Ordering::SeqCst);
	guard
}

impl<const REMAINDER: usize, const LEAVES: usize> Hasher for LyingHash<REMAINDER, LEAVES> {
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

impl<const REMAINDER: usize, const LEAVES: usize> ElementHasher for LyingHash<REMAINDER, LEAVES> {
	type BaseField = BaseElement;

	fn hash_elements<E: FieldElement<BaseField = BaseElement>>(elements: &[E]) -> Self::Digest {
		let may_be = E::EXTENSION_DEGREE == 3 && elements.len() == REMAINDER;
		if may_be && (LEAVES == 0 || HASHED.fetch_add(1, Ordering::SeqCst) == LEAVES) {
			return ProofHash::hash(b"anything else");
		}
		ProofHash::hash_elements(elements)
	}
}
