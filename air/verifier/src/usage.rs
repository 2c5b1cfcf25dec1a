//! Verifying the usage statement.

use crate::{verify::verify, Reject, MAX_PROOF_BYTES};
use meterproof_programs::usage::{trace_length, PublicInputs, Statement, UsageAir};
use meterproof_statements::Account;

/// Whether `proof` proves `statement`: that it has no more slots than a proof has room for, and
/// then as for every statement, the header first and the proof system last.
pub fn verify_usage<AccountId: Account>(
	statement: &Statement<AccountId>,
	proof: &[u8],
) -> Result<(), Reject> {
	if proof.len() > MAX_PROOF_BYTES {
		return Err(Reject::TooLong);
	}
	let rows = trace_length(statement)?;
	verify::<UsageAir>(proof, rows, || Ok(PublicInputs::new(statement)?))
}
