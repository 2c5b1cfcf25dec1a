//! The ways a verification can end, as small numbers that cross from Wasm.

use meterproof_programs::{transfer, usage::StatementError};
use meterproof_verifier::{Part, Reject};

/// What each number of [`class`] stands for.
pub const CLASSES: [&str; 27] = [
	"accepted",
	"too long",
	"statement: no groups",
	"statement: empty group",
	"statement: too many slots",
	"statement: period too large",
	"statement: quantity too large",
	"statement: devices not increasing",
	"statement: commitment not canonical",
	"statement: slack commitment not canonical",
	"payment: not canonical",
	"payment: same nullifiers",
	"payment: no amount",
	"header",
	"malformed: query count",
	"malformed: commitments",
	"malformed: trace queries",
	"malformed: composition queries",
	"malformed: out of domain",
	"malformed: layer",
	"malformed: remainder",
	"malformed: partitions",
	"malformed: nonce",
	"malformed: trailing bytes",
	"proof of work",
	"remainder mismatch",
	"not proved",
];

/// The first of those that ended behind the header, acceptance apart.
pub const PAST_HEADER: usize = 14;

/// How a verification ended: an index of [`CLASSES`].
pub fn class(result: &Result<(), Reject>) -> u32 {
	match result {
		Ok(()) => 0,
		Err(Reject::TooLong) => 1,
		Err(Reject::Statement(error)) => match error {
			StatementError::NoGroups => 2,
			StatementError::EmptyGroup { .. } => 3,
			StatementError::TooManySlots => 4,
			StatementError::PeriodTooLarge => 5,
			StatementError::QuantityTooLarge { .. } => 6,
			StatementError::DevicesNotIncreasing { .. } => 7,
			StatementError::CommitmentNotCanonical { slot: Some(_), .. } => 8,
			StatementError::CommitmentNotCanonical { slot: None, .. } => 9,
		},
		Err(Reject::Transfer(error)) => match error {
			transfer::StatementError::NotCanonical => 10,
			transfer::StatementError::SameNullifiers => 11,
			transfer::StatementError::NoAmount => 12,
		},
		Err(Reject::Header) => 13,
		Err(Reject::Malformed(part)) => match part {
			Part::QueryCount => 14,
			Part::Commitments => 15,
			Part::TraceQueries => 16,
			Part::CompositionQueries => 17,
			Part::OutOfDomain => 18,
			Part::Layer => 19,
			Part::Remainder => 20,
			Part::Partitions => 21,
			Part::Nonce => 22,
			Part::TrailingBytes => 23,
		},
		Err(Reject::ProofOfWork) => 24,
		Err(Reject::RemainderMismatch) => 25,
		Err(Reject::NotProved) => 26,
	}
}
