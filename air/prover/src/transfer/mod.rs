//! Proving the transfer statement.

mod payment;
#[cfg(test)]
pub mod tests;
mod trace;

pub use crate::system::ProvingPhase;
pub use payment::{random_digest, Payment, Spend};

use crate::{
	random::NoRandomness,
	system::{self, prove_trace, Failure},
};
use meterproof_programs::{
	system::Shape,
	transfer::{
		PublicInputs, Statement, StatementError, TransferAir, PARAMETERS, SHAPE, TRACE_LENGTH,
	},
};
use winter_air::ProofOptions;

/// Why a payment was not proved. No text contains an amount or a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProveError {
	/// The statement itself is refused.
	#[error(transparent)]
	Statement(#[from] StatementError),
	/// The notes are of another asset than the statement's.
	#[error("the notes are of another asset")]
	OtherAsset,
	/// A key, an owner, a randomness or a path has a word that is not below the field modulus.
	#[error("a key, an owner, a randomness or a path is not canonical")]
	NotCanonical,
	/// What is spent does not have the statement's nullifiers.
	#[error("note {0} to spend does not have the nullifier of the statement")]
	OtherNullifier(usize),
	/// What is made is not what the statement makes.
	#[error("note {0} to make is not the one of the statement")]
	OtherOutput(usize),
	/// A note to spend is not in the tree with this root.
	#[error("note {0} to spend is not in the tree with this root")]
	NotInTree(usize),
	/// A dummy with an amount.
	#[error("note {0} to spend stands for nothing, and has an amount")]
	WorthyDummy(usize),
	/// What enters is not what leaves.
	#[error("the amounts do not balance")]
	Unbalanced,
	/// The system gave no randomness, without which no proof is made.
	#[error(transparent)]
	NoRandomness(#[from] NoRandomness),
	/// The blinding does not match the circuit; a bug.
	#[error("the parameters of the circuit do not hide its witness")]
	NotHiding,
	/// The challenges of this attempt, one in 2^61, would not hide the witness; nothing was shown.
	#[error("this attempt had to be given up; prove again")]
	Unlucky,
	/// The proof system failed; a bug.
	#[error("the proof system failed")]
	Backend,
}

impl From<Failure> for ProveError {
	fn from(failure: Failure) -> Self {
		match failure {
			Failure::NotHiding => Self::NotHiding,
			Failure::Unlucky => Self::Unlucky,
			Failure::Backend => Self::Backend,
		}
	}
}

/// Proves that the payment is one as the statement says. `progress` is called at the start of each
/// phase.
pub fn prove(
	statement: &Statement,
	payment: &Payment,
	progress: impl Fn(ProvingPhase),
) -> Result<Vec<u8>, ProveError> {
	prove_with(statement, payment, SHAPE, PARAMETERS.options(), &progress)
}

/// Proves with any parameters, hiding or not: for measurements and for attacks in tests.
#[cfg(feature = "unhiding")]
pub fn prove_unhiding(
	statement: &Statement,
	payment: &Payment,
	shape: Shape,
	options: ProofOptions,
) -> Result<Vec<u8>, ProveError> {
	prove_with(statement, payment, shape, options, &|_| ())
}

fn prove_with(
	statement: &Statement,
	payment: &Payment,
	shape: Shape,
	options: ProofOptions,
	progress: &dyn Fn(ProvingPhase),
) -> Result<Vec<u8>, ProveError> {
	progress(ProvingPhase::Witness);
	statement.check()?;
	let carried = payment.check(statement)?;
	let inputs = public_inputs(statement, shape)?;
	let trace = trace::fill(&inputs, payment, carried)?;
	let used = trace::used(&inputs);
	let proof = prove_trace::<TransferAir>(inputs, shape, trace, used, options, progress)?;
	Ok(proof)
}

fn public_inputs(statement: &Statement, shape: Shape) -> Result<PublicInputs, StatementError> {
	#[cfg(feature = "unhiding")]
	return PublicInputs::with_shape(statement, shape);
	#[cfg(not(feature = "unhiding"))]
	{
		debug_assert_eq!(shape, SHAPE);
		PublicInputs::new(statement)
	}
}

/// Security of a proof of a payment in bits: what the crate's estimator proves in the list-decoding
/// regime, not a conjecture.
pub fn proven_bits() -> u32 {
	system::proven_bits(PARAMETERS.context(TRACE_LENGTH))
}
