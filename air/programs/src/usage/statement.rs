//! How long a trace a statement takes, and the hash that binds it.

use super::{
	options::{BLINDING_ROWS, MIN_TRACE_LENGTH, SHAPE},
	ProofHash, Shape,
};
use crate::rescue;
use meterproof_statements::{
	usage::{encode, slot_count, Statement, StatementError, MAX_SLOTS},
	Account,
};
use winter_crypto::{Digest, Hasher};

/// Rows of the trace per slot: a permutation of seven rounds and its result.
pub const ROWS_PER_SLOT: usize = rescue::ROWS;

/// The longest trace, in rows.
const MAX_TRACE_LENGTH: usize = 1 << 20;

const _: () = {
	assert!(MIN_TRACE_LENGTH <= MAX_TRACE_LENGTH);
	assert!(MAX_SLOTS == capacity(MAX_TRACE_LENGTH));
};

/// Slots that fit a trace of `trace_length` rows.
pub const fn capacity(trace_length: usize) -> usize {
	trace_length.saturating_sub(BLINDING_ROWS) / ROWS_PER_SLOT
}

/// Rows of the trace that proves this statement: the smallest power of two that fits.
pub fn trace_length<AccountId>(statement: &Statement<AccountId>) -> Result<usize, StatementError> {
	trace_length_for(slot_count(statement), &SHAPE)
}

pub(super) fn trace_length_for(slots: usize, shape: &Shape) -> Result<usize, StatementError> {
	if slots > MAX_SLOTS {
		return Err(StatementError::TooManySlots);
	}
	slots
		.checked_mul(ROWS_PER_SLOT)
		.and_then(|rows| rows.checked_add(shape.blinding_rows()))
		.and_then(usize::checked_next_power_of_two)
		.map(|rows| rows.max(shape.min_trace_length()))
		.filter(|rows| *rows <= MAX_TRACE_LENGTH)
		.ok_or(StatementError::TooManySlots)
}

/// The hash that the transcript starts from: it binds every field of the statement.
pub fn digest<AccountId: Account>(statement: &Statement<AccountId>) -> [u8; 32] {
	ProofHash::hash(&encode(statement)).as_bytes()
}
