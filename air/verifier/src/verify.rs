//! Verifying any statement.

use crate::{walk::walk, Reject, MAX_PROOF_BYTES};
use alloc::vec;
use meterproof_programs::system::{Circuit, Coin, ProofHash, Tree};
use winter_air::proof::Proof;
use winter_math::ToElements;
use winter_utils::Serializable;
use winter_verifier::AcceptableOptions;

/// Whether `proof` proves over `rows` rows what `inputs` gives, which is called once the header is
/// right.
///
/// In this order: the length is bounded; the header is, byte for byte, the one of this statement
/// under the pinned parameters; the statement is one that can be proved; every count, length and
/// depth in the rest is the one this statement and the transcript imply, and the proof of work is
/// there; the remainder is the one committed to; the proof system accepts. Nothing is hashed before
/// the header is right.
pub fn verify<C: Circuit>(
	proof: &[u8],
	rows: usize,
	inputs: impl FnOnce() -> Result<C::PublicInputs, Reject>,
) -> Result<(), Reject> {
	if proof.len() > MAX_PROOF_BYTES {
		return Err(Reject::TooLong);
	}
	let parameters = C::PARAMETERS;
	let context = parameters.context(rows);
	let rest = proof.strip_prefix(context.to_bytes().as_slice()).ok_or(Reject::Header)?;
	let inputs = inputs()?;

	let mut seed = context.to_elements();
	seed.append(&mut inputs.to_elements());
	walk(rest, &parameters, rows, &seed)?;

	let proof = Proof::from_bytes(proof).map_err(|_| Reject::NotProved)?;
	winter_verifier::verify::<C, ProofHash, Coin, Tree>(
		proof,
		inputs,
		&AcceptableOptions::OptionSet(vec![parameters.options()]),
	)
	.map_err(|_| Reject::NotProved)
}
