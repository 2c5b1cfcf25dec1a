//! A hiding proof over a secret trace.

use super::{hiding, SecretTrace};
use crate::engine;
use meterproof_programs::system::{Circuit, Shape};
use winter_air::ProofOptions;
use winter_prover::Trace;

/// Steps of a proof, in order, for a progress bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProvingPhase {
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

impl ProvingPhase {
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

/// Why there is no proof: bugs, but for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
	/// The blinding does not match the circuit.
	NotHiding,
	/// The verifier's challenges are among the few that do not hide: nothing was shown, and another
	/// attempt with new randomness has other challenges.
	Unlucky,
	/// The proof system failed.
	Backend,
}

/// Proves whatever the trace holds: only the verifier finds out whether it meets the constraints.
///
/// `used` rows hold the witness; behind them the trace is random. With the pinned shape nothing is
/// proved unless the blinding covers what a proof shows.
pub fn prove_trace<C>(
	inputs: C::PublicInputs,
	shape: Shape,
	trace: SecretTrace,
	used: usize,
	options: ProofOptions,
	progress: &dyn Fn(ProvingPhase),
) -> Result<Vec<u8>, Failure>
where
	C: Circuit + Sync + 'static,
	C::PublicInputs: Send + Sync,
{
	if shape == C::PARAMETERS.shape {
		let air = C::new(trace.info().clone(), inputs.clone(), options.clone());
		let blinded = used + air.context().num_transition_exemptions() == trace.length();
		if !(blinded && hiding::hides(&air, &air.get_assertions())) {
			return Err(Failure::NotHiding);
		}
	}
	let proof = engine::prove::<C>(inputs, trace, options, progress)?;
	progress(ProvingPhase::Done);
	Ok(proof)
}
