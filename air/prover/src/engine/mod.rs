//! The proof system's prover, over lanes and coset by coset.
//!
//! It makes the proofs that winterfell's prover makes of the same trace, where that meets the constraints, to
//! the byte but for the nonce, and winterfell's verifier checks them. What differs is how:
//!
//! - The extended domain is taken apart into cosets of the trace domain. Column by column a coset is one
//!   transform of the trace's length; its rows are hashed while they are in the cache and, but for the cosets
//!   on which constraints are evaluated, forgotten. The few rows that are opened are evaluated again.
//! - The rows of a coset follow each other as those of the trace do: the next row is the next element. So
//!   eight neighbouring points are evaluated at a time, by the circuit's own code.
//! - Constraints are evaluated on as many cosets as the composition polynomial has columns, no power of two,
//!   and these come from the values by transforms of the trace's length and an interpolation across the
//!   cosets; layers of the low-degree proof are folded as coefficients.
//! - What depends on the witness is erased when dropped, but for what the masks make uniform and a proof
//!   may show: layers, and the hashes of rows.

mod columns;
mod composition;
mod constraints;
mod deep;
mod domain;
mod fri;
mod openings;
#[cfg(test)]
mod tests;
mod transcript;
mod transform;
mod tree;

use crate::system::{cover_every_coordinate, Failure, ProvingPhase, SecretTrace};
use columns::Columns;
use domain::Domain;
use meterproof_programs::system::{Circuit, ProofHash};
use tracing::info_span;
use transcript::Transcript;
use winter_air::{proof::Proof, ProofOptions};
use winter_crypto::Hasher;
use winter_math::{
	fields::{f64::BaseElement, CubeExtension},
	ToElements,
};
use winter_prover::Trace;

/// Where the verifier's challenges come from.
type Extension = CubeExtension<BaseElement>;

/// Nodes of the trees.
type Node = <ProofHash as Hasher>::Digest;

/// Proves whatever the trace holds, with options whose extension is cubic and which have one partition.
pub fn prove<C>(
	inputs: C::PublicInputs,
	trace: SecretTrace,
	options: ProofOptions,
	progress: &dyn Fn(ProvingPhase),
) -> Result<Vec<u8>, Failure>
where
	C: Circuit + Sync,
{
	let seed = inputs.to_elements();
	let air = C::new(trace.info().clone(), inputs, options);
	let mut transcript = Transcript::new(&air, seed);

	progress(ProvingPhase::Trace);
	let span = info_span!("extend_trace").entered();
	let domain = Domain::new(air.trace_length(), air.options().blowup_factor());
	#[cfg(debug_assertions)]
	trace.validate::<C, Extension>(&air, None);
	let mut columns = Columns::of(trace);
	columns.interpolate(&domain);
	// As many values as the composition polynomial has coefficients.
	let parts = air.context().num_constraint_composition_columns();
	let (trace_tree, cosets) = columns.commit(&domain, parts);
	transcript.commit(trace_tree.root());
	drop(span);

	progress(ProvingPhase::Constraints);
	let span = info_span!("evaluate_constraints").entered();
	let coefficients = air
		.get_constraint_composition_coefficients(transcript.coin())
		.map_err(|_| Failure::Backend)?;
	let masks = air.trace_info().main_trace_width().saturating_sub(C::PARAMETERS.shape.witness());
	let of_masks = coefficients.transition.len().saturating_sub(masks);
	if masks > 0 && !cover_every_coordinate(&coefficients.transition[of_masks..]) {
		return Err(Failure::Unlucky);
	}
	let values = constraints::evaluate(&air, &coefficients, &domain, cosets);
	drop(span);

	progress(ProvingPhase::Composition);
	let span = info_span!("split_composition").entered();
	let composition = composition::split(values, &domain);
	drop(span);
	let span = info_span!("extend_composition").entered();
	let (composition_tree, _) = composition.commit(&domain, 0);
	transcript.commit(composition_tree.root());
	drop(span);

	progress(ProvingPhase::LowDegree);
	let span = info_span!("combine_columns").entered();
	let point = transcript.draw()?;
	let shown = deep::out_of_domain(&columns, &composition, point, &domain);
	let ood_frame = transcript.send_out_of_domain(&shown);
	let coefficients =
		air.get_deep_composition_coefficients(transcript.coin()).map_err(|_| Failure::Backend)?;
	let polynomial = deep::combine(&columns, &composition, &coefficients, point, &domain);
	drop(span);

	let span = info_span!("fold").entered();
	let layers =
		fri::commit(polynomial, &air.options().to_fri_options(), &domain, &mut transcript)?;
	drop(span);

	let span = info_span!("grind").entered();
	let nonce = transcript.grind(air.options().grinding_factor()).ok_or(Failure::Backend)?;
	drop(span);

	let _span = info_span!("open").entered();
	let size = domain.rows() * domain.cosets();
	let positions = transcript.positions(air.options().num_queries(), size, nonce)?;
	let proof = Proof {
		num_unique_queries: u8::try_from(positions.len()).map_err(|_| Failure::Backend)?,
		trace_queries: vec![openings::rows(&columns, &trace_tree, &positions, &domain)],
		constraint_queries: openings::extension_rows(
			&composition,
			&composition_tree,
			&positions,
			&domain,
		),
		ood_frame,
		fri_proof: layers.open(&positions)?,
		pow_nonce: nonce,
		context: transcript.context(),
		commitments: transcript.commitments(),
	};
	Ok(proof.to_bytes())
}
