//! How long a trace a statement takes, and the hash that binds it.

use super::layout::{capacity, LONG_TRACE, SHORT_TRACE};
use crate::system::ProofHash;
use meterproof_statements::split::{encode, Statement, StatementError};
use winter_crypto::{Digest, Hasher};

/// Rows of the trace that proves this statement: the smaller of the two lengths that fits.
pub fn trace_length(statement: &Statement) -> Result<usize, StatementError> {
	let splits = statement.check_count()?;
	Ok(if splits <= capacity(SHORT_TRACE) { SHORT_TRACE } else { LONG_TRACE })
}

/// The hash that the transcript starts from: it binds every field of the statement.
pub fn digest(statement: &Statement) -> [u8; 32] {
	ProofHash::hash(&encode(statement)).as_bytes()
}
