//! Verifying the split statement.

use crate::{verify::verify, Reject, MAX_PROOF_BYTES};
use meterproof_programs::split::{trace_length, PublicInputs, SplitAir, Statement};

/// Whether `proof` proves `statement`: that it has as many splits as a proof can have, and then as
/// for every statement, the header first and the proof system last.
pub fn verify_split(statement: &Statement, proof: &[u8]) -> Result<(), Reject> {
	if proof.len() > MAX_PROOF_BYTES {
		return Err(Reject::TooLong);
	}
	let rows = trace_length(statement)?;
	verify::<SplitAir>(proof, rows, || Ok(PublicInputs::new(statement)?))
}
