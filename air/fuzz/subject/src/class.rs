//! The ways a verification can end, as small numbers that cross from Wasm.

use meterproof_programs::usage::StatementError;
use meterproof_verifier::{Part, Reject};

/// What each number of [`class`] stands for.
pub const CLASSES: [&str; 24] = [
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
		Err(Reject::Header) => 10,
		Err(Reject::Malformed(part)) => match part {
			Part::QueryCount => 11,
			Part::Commitments => 12,
			Part::TraceQueries => 13,
			Part::CompositionQueries => 14,
			Part::OutOfDomain => 15,
			Part::Layer => 16,
			Part::Remainder => 17,
			Part::Partitions => 18,
			Part::Nonce => 19,
			Part::TrailingBytes => 20,
		},
		Err(Reject::ProofOfWork) => 21,
		Err(Reject::RemainderMismatch) => 22,
		Err(Reject::NotProved) => 23,
	}
}
