//! Tests by topic, with real meters, proofs and money. Invariants are checked after each.

mod balance;
pub mod chain;
mod excess;
mod expire;
mod fixtures;
mod history;
mod idle;
mod notes;
mod openings;
mod proof_weights;
mod provers;
mod queries;
mod roots;
mod sealed;
mod sealing;
mod submit_proof;

pub(crate) use chain::*;
pub(crate) use frame::testing_prelude::*;
pub(crate) use meterproof_primitives::Settled;
pub(crate) use pallet_settlement::weights;

/// What Alice's meters 0 and 1 and Bob's meter 2 counted.
pub(crate) const READINGS: &Readings = &[(0, 70), (1, 50), (2, 80)];

/// All meters have committed for `FIRST`.
pub(crate) fn committed(test: impl FnOnce()) {
	execute(|| {
		end(FIRST);
		commit(FIRST, READINGS);
		test();
	});
}

/// Whether the call leaves storage alone and fails with `error`, at full weight.
pub(crate) fn refused(submission: &Submission, who: AccountId, error: Error<Test>) {
	let guard = StorageNoopGuard::new();
	let failure = submission.submit(who).unwrap_err();
	drop(guard);
	assert_eq!(failure.error, error.into());
	let weight = failure.post_info.actual_weight;
	assert_eq!(weight, None, "a refused proof pays its full weight");
}
