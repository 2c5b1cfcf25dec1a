//! Proving the split statement.

mod delivery;
#[cfg(test)]
pub mod tests;
mod trace;

pub use crate::system::ProvingPhase;
pub use delivery::Delivery;

use crate::{
	random::NoRandomness,
	system::{self, prove_trace, Failure},
};
use meterproof_programs::{
	split::{PublicInputs, SplitAir, Statement, StatementError, PARAMETERS, SHAPE},
	system::Shape,
};
use winter_air::ProofOptions;

/// Why a split was not proved. No text contains a quantity, an amount or a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProveError {
	/// The statement itself is refused.
	#[error(transparent)]
	Statement(#[from] StatementError),
	/// Not one delivery per split.
	#[error("there is not one delivery per split")]
	WitnessShape,
	/// A key, an owner, a randomness or a salt has a word that is not below the field modulus.
	#[error("split {0}: a key, an owner, a randomness or a salt is not canonical")]
	NotCanonical(usize),
	/// More is delivered than is contracted.
	#[error("split {0}: more is delivered than is contracted")]
	AboveContracted(usize),
	/// The key is not the one of the statement.
	#[error("split {0}: the key is not the one that the buyer committed to")]
	OtherKey(usize),
	/// The quantity is not the one that the statement's commitment is to.
	#[error("split {0}: the quantity is not the one committed to")]
	OtherQuantity(usize),
	/// The notes are not those of the statement.
	#[error("split {0}: the notes are not those of the statement")]
	OtherNotes(usize),
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

/// Proves that each trade is split as the statement says. `progress` is called at the start of each
/// phase.
pub fn prove(
	statement: &Statement,
	deliveries: &[Delivery],
	progress: impl Fn(ProvingPhase),
) -> Result<Vec<u8>, ProveError> {
	prove_with(statement, deliveries, SHAPE, PARAMETERS.options(), &progress)
}

/// Proves with any parameters, hiding or not: for measurements and for attacks in tests.
#[cfg(feature = "unhiding")]
pub fn prove_unhiding(
	statement: &Statement,
	deliveries: &[Delivery],
	shape: Shape,
	options: ProofOptions,
) -> Result<Vec<u8>, ProveError> {
	prove_with(statement, deliveries, shape, options, &|_| ())
}

fn prove_with(
	statement: &Statement,
	deliveries: &[Delivery],
	shape: Shape,
	options: ProofOptions,
	progress: &dyn Fn(ProvingPhase),
) -> Result<Vec<u8>, ProveError> {
	progress(ProvingPhase::Witness);
	statement.check()?;
	if deliveries.len() != statement.splits.len() {
		return Err(ProveError::WitnessShape);
	}
	for (index, (split, delivery)) in statement.splits.iter().zip(deliveries).enumerate() {
		delivery.check(index, statement, split)?;
	}
	let inputs = public_inputs(statement, shape)?;
	let trace = trace::fill(&inputs, statement, deliveries)?;
	let used = trace::used(&inputs);
	Ok(prove_trace::<SplitAir>(inputs, shape, trace, used, options, progress)?)
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

/// Security of a proof of this statement in bits: what the crate's estimator proves in the
/// list-decoding regime, not a conjecture. 0 for a statement that has no proof.
pub fn proven_bits(statement: &Statement) -> u32 {
	let Ok(rows) = meterproof_programs::split::trace_length(statement) else { return 0 };
	system::proven_bits(PARAMETERS.context(rows))
}
