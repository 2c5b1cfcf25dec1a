//! The proof system's own prover, unmodified: what the engine is held against, and what a test can make lie.

use super::{Failure, SecretTrace};
use core::marker::PhantomData;
use meterproof_programs::system::Circuit;
use winter_air::{
	AuxRandElements, ConstraintCompositionCoefficients, PartitionOptions, ProofOptions, TraceInfo,
};
use winter_crypto::{DefaultRandomCoin, ElementHasher, MerkleTree};
use winter_math::{fields::f64::BaseElement, FieldElement};
use winter_prover::{
	matrix::ColMatrix, CompositionPoly, CompositionPolyTrace, DefaultConstraintCommitment,
	DefaultConstraintEvaluator, DefaultTraceLde, Prover, StarkDomain, TracePolyTable,
};

/// Proves whatever the trace holds.
pub fn prove<C, H>(
	inputs: C::PublicInputs,
	trace: SecretTrace,
	options: ProofOptions,
) -> Result<Vec<u8>, Failure>
where
	C: Circuit + Sync + 'static,
	C::PublicInputs: Send + Sync,
	H: ElementHasher<BaseField = BaseElement> + Sync,
{
	let prover = Reference::<C, H> { inputs, options, circuit: PhantomData, hash: PhantomData };
	Ok(prover.prove(trace).map_err(|_| Failure::Backend)?.to_bytes())
}

struct Reference<C: Circuit, H> {
	inputs: C::PublicInputs,
	options: ProofOptions,
	circuit: PhantomData<C>,
	hash: PhantomData<H>,
}

impl<C, H> Prover for Reference<C, H>
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
		DefaultConstraintEvaluator::new(air, aux, coefficients)
	}

	fn build_constraint_commitment<E: FieldElement<BaseField = BaseElement>>(
		&self,
		trace: CompositionPolyTrace<E>,
		columns: usize,
		domain: &StarkDomain<BaseElement>,
		partitions: PartitionOptions,
	) -> (Self::ConstraintCommitment<E>, CompositionPoly<E>) {
		DefaultConstraintCommitment::new(trace, columns, domain, partitions)
	}
}
