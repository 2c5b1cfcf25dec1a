//! Verifying the transfer statement.

use crate::{verify::verify, Reject};
use meterproof_programs::transfer::{PublicInputs, Statement, TransferAir, TRACE_LENGTH};
use meterproof_statements::Account;

/// Whether `proof` proves `statement`: the header first, the proof system last.
pub fn verify_transfer<AccountId: Account>(
	statement: &Statement<AccountId>,
	proof: &[u8],
) -> Result<(), Reject> {
	verify::<TransferAir>(proof, TRACE_LENGTH, || Ok(PublicInputs::new(statement)?))
}
