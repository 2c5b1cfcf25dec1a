//! Proving the usage statement.

#[cfg(test)]
pub mod tests;
mod trace;

pub use crate::system::ProvingPhase;

use crate::{
	random::{self, NoRandomness},
	system::{self, prove_trace, Failure, SecretTrace},
};
use meterproof_programs::{
	commitment::{commit, commit_reading, CommitmentBytes, Salt, Tag},
	usage::{
		options, slot_count, Claim, Group, PublicInputs, Shape, Statement, StatementError,
		UsageAir, ROWS_PER_SLOT, SHAPE,
	},
};
use trace::SlotWitness;
use winter_air::ProofOptions;
use winter_math::{fields::f64::BaseElement, StarkField};
use winter_utils::iterators::*;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// What opens one commitment: whoever has it knows the reading. Erased when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Opening {
	/// The reading, in base units.
	pub reading: u32,
	/// The salt the device drew for this commitment.
	pub salt: Salt,
}

impl core::fmt::Debug for Opening {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		f.write_str("Opening(..)")
	}
}

/// The openings of one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupWitness {
	/// In the order of the group's slots; behind them, where the claim is of a hidden quantity, the
	/// opening of that.
	pub openings: Vec<Opening>,
}

/// A proof and the statement it proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved {
	/// The statement, slack commitments filled in.
	pub statement: Statement,
	/// The proof's bytes. They can be varied without losing validity: never an identifier.
	pub proof: Vec<u8>,
}

/// Why a statement was not proved. No text contains a reading or a sum.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProveError {
	/// The statement itself is refused.
	#[error(transparent)]
	Statement(StatementError),
	/// More slots (one slack per group included) than a proof has room for.
	#[error("too many slots for one proof; split the groups over several proofs")]
	TooManySlots,
	/// Not one witness per group, or not one opening per slot and hidden quantity.
	#[error("group {group}: the witness does not have one opening per slot")]
	WitnessShape {
		/// Index of the group.
		group: usize,
	},
	/// An opening does not open the commitment of its slot.
	#[error("group {group}, slot {slot}: reading and salt do not open the commitment")]
	OpeningMismatch {
		/// Index of the group.
		group: usize,
		/// Index of the slot.
		slot: usize,
	},
	/// A salt has a word that is not below the field modulus.
	#[error("group {group}, slot {slot}: the salt is not canonical")]
	SaltNotCanonical {
		/// Index of the group.
		group: usize,
		/// Index of the slot.
		slot: usize,
	},
	/// An opening does not open the commitment to the hidden quantity.
	#[error("group {group}: quantity and salt do not open the commitment of the claim")]
	QuantityMismatch {
		/// Index of the group.
		group: usize,
	},
	/// The readings do not add up to what is claimed.
	#[error("group {group}: the readings do not meet the claim {claimed:?}")]
	ClaimNotMet {
		/// Index of the group.
		group: usize,
		/// The claim.
		claimed: Claim,
		/// The sum of the readings, for the owner of the readings alone: not in the text.
		sum: u64,
	},
	/// The difference between claim and sum does not fit 32 bits.
	#[error("group {group}: claim and sum are 2^32 or more apart")]
	SlackOutOfRange {
		/// Index of the group.
		group: usize,
	},
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

/// Sums are secret: neither text nor debug output has them.
impl core::fmt::Debug for ProveError {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		write!(f, "ProveError({self})")
	}
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

impl From<StatementError> for ProveError {
	fn from(error: StatementError) -> Self {
		match error {
			StatementError::TooManySlots => Self::TooManySlots,
			error => Self::Statement(error),
		}
	}
}

/// Proves that the readings behind the statement's commitments meet its claims.
///
/// The slack commitments of `statement` are ignored; those of the returned statement belong to
/// the proof. `progress` is called at the start of each phase.
pub fn prove(
	statement: Statement,
	witness: &[GroupWitness],
	progress: impl Fn(ProvingPhase),
) -> Result<Proved, ProveError> {
	prove_with(statement, witness, SHAPE, options(), &progress)
}

/// Proves with any parameters, hiding or not: for measurements and for attacks in tests.
#[cfg(feature = "unhiding")]
pub fn prove_unhiding(
	statement: Statement,
	witness: &[GroupWitness],
	shape: Shape,
	options: ProofOptions,
) -> Result<Proved, ProveError> {
	prove_with(statement, witness, shape, options, &|_| ())
}

fn prove_with(
	statement: Statement,
	witness: &[GroupWitness],
	shape: Shape,
	options: ProofOptions,
	progress: &dyn Fn(ProvingPhase),
) -> Result<Proved, ProveError> {
	progress(ProvingPhase::Witness);
	let (statement, inputs, trace) = fill(statement, witness, shape)?;
	let proof = prove_filled(inputs, trace, options, progress)?;
	Ok(Proved { statement, proof })
}

/// The statement with its slack commitments, and the trace that proves it.
fn fill(
	mut statement: Statement,
	witness: &[GroupWitness],
	shape: Shape,
) -> Result<(Statement, PublicInputs, SecretTrace), ProveError> {
	statement.check_without_slack()?;
	let secrets = open(&mut statement, witness)?;
	let inputs = public_inputs(&statement, shape)?;
	let trace = trace::fill(&inputs, &secrets)?;
	Ok((statement, inputs, trace))
}

fn prove_filled(
	inputs: PublicInputs,
	trace: SecretTrace,
	options: ProofOptions,
	progress: &dyn Fn(ProvingPhase),
) -> Result<Vec<u8>, ProveError> {
	let used = inputs.slots().len() * ROWS_PER_SLOT;
	let shape = inputs.shape();
	Ok(prove_trace::<UsageAir>(inputs, shape, trace, used, options, progress)?)
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

/// Checks every opening and claim, and commits to the slacks.
fn open(
	statement: &mut Statement,
	witness: &[GroupWitness],
) -> Result<Vec<SlotWitness>, ProveError> {
	if witness.len() != statement.groups.len() {
		return Err(ProveError::WitnessShape { group: witness.len().min(statement.groups.len()) });
	}
	let period = statement.period;
	let groups = statement.groups.par_iter().zip(witness).enumerate();
	let opened: Vec<_> = groups
		.map(|(i, (group, witness))| check_openings(i, group, &witness.openings, period))
		.collect();
	// Never reallocated: a moved buffer would leave a copy behind.
	let mut secrets = Vec::with_capacity(slot_count(statement));
	for (i, (group, witness)) in statement.groups.iter_mut().zip(witness).enumerate() {
		opened[i].clone()?;
		let openings = &witness.openings;
		secrets.extend(openings.iter().map(|o| SlotWitness { amount: o.reading, salt: o.salt }));
		secrets.push(commit_to_slack(i, group, openings, period)?);
	}
	Ok(secrets)
}

/// Checks the openings of one group.
fn check_openings(
	group: usize,
	stated: &Group,
	openings: &[Opening],
	period: u64,
) -> Result<(), ProveError> {
	let committed: Vec<_> = (stated.slots.iter())
		.map(|slot| (Some(slot.device), slot.commitment))
		.chain(stated.claim.hidden().map(|quantity| (None, *quantity)))
		.collect();
	if openings.len() != committed.len() {
		return Err(ProveError::WitnessShape { group });
	}
	let direction = stated.direction.number();
	let opens = |slot: usize, opening: &Opening, (device, commitment): &(_, CommitmentBytes)| {
		let Opening { reading, salt } = opening;
		if salt.iter().any(|word| *word >= BaseElement::MODULUS) {
			return Err(ProveError::SaltNotCanonical { group, slot });
		}
		let (opened, otherwise) = match device {
			Some(device) => (
				commit_reading(*reading, *device, period, direction, salt),
				ProveError::OpeningMismatch { group, slot },
			),
			None => (
				commit(Tag::Quantity, *reading, 0, period, direction, salt),
				ProveError::QuantityMismatch { group },
			),
		};
		if opened == *commitment {
			Ok(())
		} else {
			Err(otherwise)
		}
	};
	let opened = openings.par_iter().zip(&committed).enumerate();
	let opened: Vec<_> = opened.map(|(slot, (o, committed))| opens(slot, o, committed)).collect();
	// The first that does not open, whichever thread found it.
	opened.into_iter().collect()
}

/// Checks the claim of a group whose openings open, and commits to its slack.
fn commit_to_slack(
	group: usize,
	stated: &mut Group,
	openings: &[Opening],
	period: u64,
) -> Result<SlotWitness, ProveError> {
	let (readings, hidden) = openings.split_at(stated.slots.len());
	let sum = readings.iter().map(|opening| u64::from(opening.reading)).sum::<u64>();
	let slack = match stated.claim {
		Claim::AtLeast(q) => sum.checked_sub(q),
		Claim::AtMost(q) => q.checked_sub(sum),
		Claim::Exactly(q) => (q == sum).then_some(0),
		Claim::AtLeastHidden(_) => hidden.first().and_then(|q| sum.checked_sub(q.reading.into())),
	}
	.ok_or(ProveError::ClaimNotMet { group, claimed: stated.claim, sum })?;
	let amount = u32::try_from(slack).map_err(|_| ProveError::SlackOutOfRange { group })?;
	let salt = random::salt()?;
	let direction = stated.direction.number();
	stated.slack_commitment = commit(Tag::Slack, amount, 0, period, direction, &salt);
	Ok(SlotWitness { amount, salt })
}

/// Security of a proof of this statement in bits: what the crate's estimator proves in the
/// list-decoding regime, not a conjecture. 0 for a statement that has no proof.
pub fn proven_bits(statement: &Statement) -> u32 {
	let Ok(rows) = meterproof_programs::usage::trace_length(statement) else { return 0 };
	system::proven_bits(meterproof_programs::usage::context(rows))
}
