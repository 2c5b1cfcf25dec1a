//! Verifying the usage statement.

use crate::{walk::walk, Reject, MAX_PROOF_BYTES};
use alloc::vec;
use meterproof_programs::usage::{
	context, options, trace_length, Coin, ProofHash, PublicInputs, Statement, Tree, UsageAir,
};
use winter_air::proof::Proof;
use winter_math::ToElements;
use winter_utils::Serializable;
use winter_verifier::AcceptableOptions;

/// Whether `proof` proves `statement`.
///
/// In this order: the length is bounded; the statement has no more slots than a proof; the header
/// is, byte for byte, the one of this statement under the pinned parameters; the statement is one
/// that can be proved; every count, length and depth in the rest is the one this statement and the
/// transcript imply, and the proof of work is there; the remainder is the one committed to; the
/// proof system accepts. Nothing is hashed before the header is right.
pub fn verify_usage(statement: &Statement, proof: &[u8]) -> Result<(), Reject> {
	if proof.len() > MAX_PROOF_BYTES {
		return Err(Reject::TooLong);
	}
	let rows = trace_length(statement)?;
	let context = context(rows);
	let rest = proof.strip_prefix(context.to_bytes().as_slice()).ok_or(Reject::Header)?;
	let inputs = PublicInputs::new(statement)?;

	let mut seed = context.to_elements();
	seed.append(&mut inputs.to_elements());
	walk(rest, rows, &seed)?;

	let proof = Proof::from_bytes(proof).map_err(|_| Reject::NotProved)?;
	winter_verifier::verify::<UsageAir, ProofHash, Coin, Tree>(
		proof,
		inputs,
		&AcceptableOptions::OptionSet(vec![options()]),
	)
	.map_err(|_| Reject::NotProved)
}
