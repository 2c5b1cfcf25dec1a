//! The proof system's prover over a secret trace.

use super::{hiding, SecretTrace};
use core::marker::PhantomData;
use meterproof_programs::system::{Circuit, Shape};
use winter_air::{
	AuxRandElements, ConstraintCompositionCoefficients, PartitionOptions, ProofOptions, TraceInfo,
};
use winter_crypto::{DefaultRandomCoin, ElementHasher, MerkleTree};
use winter_math::{fields::f64::BaseElement, FieldElement};
use winter_prover::{
	matrix::ColMatrix, CompositionPoly, CompositionPolyTrace, DefaultConstraintCommitment,
	DefaultConstraintEvaluator, DefaultTraceLde, Prover, StarkDomain, Trace, TracePolyTable,
};

/// Steps of a proof, in order, for a progress bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
	/// Checking the witness and filling the trace.
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

/// Bugs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
	/// The blinding does not match the circuit.
	NotHiding,
	/// The proof system failed.
	Backend,
}

/// Proves whatever the trace holds: only the verifier finds out whether it meets the constraints.
///
/// `used` rows hold the witness; behind them the trace is random. With the pinned shape nothing is
/// proved unless the blinding covers what a proof shows.
///
/// Generic over the hash only so that a test can lie about a commitment.
pub fn prove_trace<C, H>(
	inputs: C::PublicInputs,
	shape: Shape,
	trace: SecretTrace,
	used: usize,
	options: ProofOptions,
	progress: &dyn Fn(Phase),
) -> Result<Vec<u8>, Failure>
where
	C: Circuit + Sync + 'static,
	C::PublicInputs: Send + Sync,
	H: ElementHasher<BaseField = BaseElement> + Sync,
{
	if shape == C::PARAMETERS.shape {
		let air = C::new(trace.info().clone(), inputs.clone(), options.clone());
		let blinded = used + air.context().num_transition_exemptions() == trace.length();
		if !(blinded && hiding::hides(&air, &air.get_assertions())) {
			return Err(Failure::NotHiding);
		}
	}
	let prover =
		SecretProver::<C, H> { inputs, options, progress, circuit: PhantomData, hash: PhantomData };
	progress(Phase::Trace);
	let proof = prover.prove(trace).map_err(|_| Failure::Backend)?.to_bytes();
	progress(Phase::Done);
	Ok(proof)
}

struct SecretProver<'a, C: Circuit, H> {
	inputs: C::PublicInputs,
	options: ProofOptions,
	progress: &'a dyn Fn(Phase),
	circuit: PhantomData<C>,
	hash: PhantomData<H>,
}

impl<C, H> Prover for SecretProver<'_, C, H>
where
	C: Circuit + Sync + 'static,
	C::PublicInputs: Send + Sync,
	H: ElementHasher<BaseField = BaseElement> + Sync,
{
	type BaseField = BaseElement;
	type Air = C;
	type Trace = SecretTrace;
	type HashFn = H;
	type VC = MerkleTree<H>;
	type RandomCoin = DefaultRandomCoin<H>;
	type TraceLde<E: FieldElement<BaseField = BaseElement>> = DefaultTraceLde<E, H, MerkleTree<H>>;
	type ConstraintCommitment<E: FieldElement<BaseField = BaseElement>> =
		DefaultConstraintCommitment<E, H, MerkleTree<H>>;
	type ConstraintEvaluator<'a, E: FieldElement<BaseField = BaseElement>> =
		DefaultConstraintEvaluator<'a, C, E>;

	fn get_pub_inputs(&self, _: &SecretTrace) -> C::PublicInputs {
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
		air: &'a C,
		aux: Option<AuxRandElements<E>>,
		coefficients: ConstraintCompositionCoefficients<E>,
	) -> DefaultConstraintEvaluator<'a, C, E> {
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
