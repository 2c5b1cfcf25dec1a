//! How long a trace a statement takes, and the hash that binds it.

use super::{
	layout::{BLOCK, LONG_TRACE, SHORT_TRACE},
	options::BLINDING_ROWS,
};
use crate::system::ProofHash;
use meterproof_statements::split::{encode, Statement, StatementError, MAX_SPLITS};
use winter_crypto::{Digest, Hasher};

/// Blocks in front of the blinding.
pub const fn capacity(trace_length: usize) -> usize {
	trace_length.saturating_sub(BLINDING_ROWS) / BLOCK
}

const _: () = assert!(capacity(LONG_TRACE) == MAX_SPLITS);

/// Rows of the trace that proves this statement: the smaller of the two lengths that fits.
pub fn trace_length(statement: &Statement) -> Result<usize, StatementError> {
	let splits = statement.check_count()?;
	Ok(if splits <= capacity(SHORT_TRACE) { SHORT_TRACE } else { LONG_TRACE })
}

/// The hash that the transcript starts from: it binds every field of the statement.
pub fn digest(statement: &Statement) -> [u8; 32] {
	ProofHash::hash(&encode(statement)).as_bytes()
}
