//! Proving the usage statement.

mod hiding;
#[cfg(test)]
mod tests;
mod trace;

#[cfg(feature = "unhiding")]
pub use hiding::{determined_rows, secret_columns};

use crate::random::{self, NoRandomness};
use core::marker::PhantomData;
use meterproof_programs::{
	commitment::{commit, commit_reading, Salt, Tag},
	usage::{
		options, slot_count, Claim, ProofHash, PublicInputs, Shape, Statement, StatementError,
		UsageAir, ROWS_PER_SLOT,
	},
};
use trace::{SecretTrace, SlotWitness};
use winter_air::{
	proof::{Context, Proof},
	Air, AuxRandElements, ConstraintCompositionCoefficients, PartitionOptions, ProofOptions,
	TraceInfo,
};
use winter_crypto::{DefaultRandomCoin, ElementHasher, MerkleTree};
use winter_math::{fields::f64::BaseElement, FieldElement, StarkField};
use winter_prover::{
	matrix::ColMatrix, CompositionPoly, CompositionPolyTrace, DefaultConstraintCommitment,
	DefaultConstraintEvaluator, DefaultTraceLde, Prover, StarkDomain, Trace, TracePolyTable,
};
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
	/// In the order of the group's slots.
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
	/// Not one witness per group, or not one opening per slot.
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
	/// No randomness, no proof.
	#[error(transparent)]
	NoRandomness(#[from] NoRandomness),
	/// The blinding does not match the circuit; a bug.
	#[error("the parameters of the circuit do not hide its witness")]
	NotHiding,
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

impl From<StatementError> for ProveError {
	fn from(error: StatementError) -> Self {
		match error {
			StatementError::TooManySlots => Self::TooManySlots,
			error => Self::Statement(error),
		}
	}
}

/// Steps of a proof, in order, for a progress bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
	/// Checking openings and filling the trace.
	Witness,
	/// Extending the trace and committing to it.
	Trace,
	/// Evaluating the constraints.
	Constraints,
	/// Committing to their combination.
	Composition,
	/// Low-degree proof, proof of work and openings.
	LowDegree,
	/// The proof is complete.
	Done,
}

impl Phase {
	/// All phases in order.
	pub const ALL: [Self; 6] = [
		Self::Witness,
		Self::Trace,
		Self::Constraints,
		Self::Composition,
		Self::LowDegree,
		Self::Done,
	];
}

/// Proves that the readings behind the statement's commitments meet its claims.
///
/// The slack commitments of `statement` are ignored; those of the returned statement belong to
/// the proof. `progress` is called at the start of each phase.
pub fn prove(
	statement: Statement,
	witness: &[GroupWitness],
	progress: impl Fn(Phase),
) -> Result<Proved, ProveError> {
	prove_with::<ProofHash>(statement, witness, Shape::PINNED, options(), &progress)
}

/// The same with any parameters, hiding or not: for measurements and for attacks in tests.
#[cfg(feature = "unhiding")]
pub fn prove_unhiding(
	statement: Statement,
	witness: &[GroupWitness],
	shape: Shape,
	options: ProofOptions,
) -> Result<Proved, ProveError> {
	prove_with::<ProofHash>(statement, witness, shape, options, &|_| ())
}

/// Generic over the hash only so that a test can lie about a commitment.
fn prove_with<H: ElementHasher<BaseField = BaseElement> + Sync>(
	mut statement: Statement,
	witness: &[GroupWitness],
	shape: Shape,
	options: ProofOptions,
	progress: &dyn Fn(Phase),
) -> Result<Proved, ProveError> {
	progress(Phase::Witness);
	statement.check_without_slack()?;
	let secrets = open(&mut statement, witness)?;
	let inputs = public_inputs(&statement, shape)?;
	let trace = SecretTrace::new(&inputs, &secrets)?;
	drop(secrets);
	let proof = prove_trace::<H>(inputs, trace, options, progress)?;
	Ok(Proved { statement, proof })
}

/// Proves whatever the trace holds: only the verifier finds out whether it meets the constraints.
fn prove_trace<H: ElementHasher<BaseField = BaseElement> + Sync>(
	inputs: PublicInputs,
	trace: SecretTrace,
	options: ProofOptions,
	progress: &dyn Fn(Phase),
) -> Result<Vec<u8>, ProveError> {
	let prover = UsageProver::<H> { inputs, options, progress, hash: PhantomData };
	if prover.inputs.shape() == Shape::PINNED {
		prover.ensure_hiding(&trace)?;
	}
	progress(Phase::Trace);
	let proof = prover.prove(trace).map_err(|_| ProveError::Backend)?;
	let proof = proof.to_bytes();
	progress(Phase::Done);
	Ok(proof)
}

fn public_inputs(statement: &Statement, shape: Shape) -> Result<PublicInputs, StatementError> {
	#[cfg(feature = "unhiding")]
	return PublicInputs::with_shape(statement, shape);
	#[cfg(not(feature = "unhiding"))]
	{
		debug_assert_eq!(shape, Shape::PINNED);
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
	// Never reallocated: a moved buffer would leave a copy behind.
	let mut secrets = Vec::with_capacity(slot_count(statement));
	let period = statement.period;
	for (group, (g, w)) in statement.groups.iter_mut().zip(witness).enumerate() {
		if w.openings.len() != g.slots.len() {
			return Err(ProveError::WitnessShape { group });
		}
		let mut sum = 0u64;
		for (slot, (s, opening)) in g.slots.iter().zip(&w.openings).enumerate() {
			if opening.salt.iter().any(|word| *word >= BaseElement::MODULUS) {
				return Err(ProveError::SaltNotCanonical { group, slot });
			}
			let commitment =
				commit_reading(opening.reading, s.device, period, g.direction, &opening.salt);
			if commitment != s.commitment {
				return Err(ProveError::OpeningMismatch { group, slot });
			}
			sum += u64::from(opening.reading);
			secrets.push(SlotWitness { amount: opening.reading, salt: opening.salt });
		}
		let slack = match g.claim {
			Claim::AtLeast(q) => sum.checked_sub(q),
			Claim::AtMost(q) => q.checked_sub(sum),
			Claim::Exactly(q) => (q == sum).then_some(0),
		}
		.ok_or(ProveError::ClaimNotMet { group, claimed: g.claim, sum })?;
		let amount = u32::try_from(slack).map_err(|_| ProveError::SlackOutOfRange { group })?;
		let salt = random::salt()?;
		g.slack_commitment = commit(Tag::Slack, amount, 0, period, g.direction, &salt);
		secrets.push(SlotWitness { amount, salt });
	}
	Ok(secrets)
}

struct UsageProver<'a, H> {
	inputs: PublicInputs,
	options: ProofOptions,
	progress: &'a dyn Fn(Phase),
	hash: PhantomData<H>,
}

impl<H> UsageProver<'_, H> {
	/// The conditions of `docs/zero-knowledge.md`, on the context this proof will really have.
	fn ensure_hiding(&self, trace: &SecretTrace) -> Result<(), ProveError> {
		let air = UsageAir::new(trace.info().clone(), self.inputs.clone(), self.options.clone());
		// The trace is random where it has no slots.
		let used = self.inputs.slots().len() * ROWS_PER_SLOT;
		let blinded = used + air.context().num_transition_exemptions() == trace.length();
		(blinded && hiding::hides(&air, &air.get_assertions()))
			.then_some(())
			.ok_or(ProveError::NotHiding)
	}
}

impl<H: ElementHasher<BaseField = BaseElement> + Sync> Prover for UsageProver<'_, H> {
	type BaseField = BaseElement;
	type Air = UsageAir;
	type Trace = SecretTrace;
	type HashFn = H;
	type VC = MerkleTree<H>;
	type RandomCoin = DefaultRandomCoin<H>;
	type TraceLde<E: FieldElement<BaseField = BaseElement>> = DefaultTraceLde<E, H, MerkleTree<H>>;
	type ConstraintCommitment<E: FieldElement<BaseField = BaseElement>> =
		DefaultConstraintCommitment<E, H, MerkleTree<H>>;
	type ConstraintEvaluator<'a, E: FieldElement<BaseField = BaseElement>> =
		DefaultConstraintEvaluator<'a, UsageAir, E>;

	fn get_pub_inputs(&self, _: &SecretTrace) -> PublicInputs {
		self.inputs.clone()
	}

	fn options(&self) -> &ProofOptions {
		&self.options
	}

	fn new_trace_lde<E: FieldElement<BaseField = BaseElement>>(
		&self,
		info: &TraceInfo,
		trace: &ColMatrix<BaseElement>,
		domain: &StarkDomain<BaseElement>,
		partitions: PartitionOptions,
	) -> (Self::TraceLde<E>, TracePolyTable<E>) {
		DefaultTraceLde::new(info, trace, domain, partitions)
	}

	fn new_evaluator<'a, E: FieldElement<BaseField = BaseElement>>(
		&self,
		air: &'a UsageAir,
		aux: Option<AuxRandElements<E>>,
		coefficients: ConstraintCompositionCoefficients<E>,
	) -> DefaultConstraintEvaluator<'a, UsageAir, E> {
		(self.progress)(Phase::Constraints);
		DefaultConstraintEvaluator::new(air, aux, coefficients)
	}

	fn build_constraint_commitment<E: FieldElement<BaseField = BaseElement>>(
		&self,
		trace: CompositionPolyTrace<E>,
		columns: usize,
		domain: &StarkDomain<BaseElement>,
		partitions: PartitionOptions,
	) -> (Self::ConstraintCommitment<E>, CompositionPoly<E>) {
		(self.progress)(Phase::Composition);
		let built = DefaultConstraintCommitment::new(trace, columns, domain, partitions);
		(self.progress)(Phase::LowDegree);
		built
	}
}

/// Security of a proof of this statement in bits: what the crate's estimator proves in the
/// list-decoding regime, not a conjecture. 0 for a statement that has no proof.
pub fn proven_bits(statement: &Statement) -> u32 {
	let Ok(rows) = meterproof_programs::usage::trace_length(statement) else { return 0 };
	bits_of(meterproof_programs::usage::context(rows))
}

fn bits_of(context: Context) -> u32 {
	let mut proof = Proof::new_dummy();
	proof.context = context;
	proof.proven_security::<ProofHash>().ldr_bits()
}
