//! The ways a verification can end, as small numbers that cross from Wasm.

use meterproof_programs::{split, transfer, usage::StatementError};
use meterproof_verifier::{ProofPart, Reject};

/// What each number of [`class`] stands for.
pub const CLASSES: [&str; 34] = [
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
	"statement: hidden quantity not canonical",
	"split: no splits",
	"split: too many splits",
	"split: period too large",
	"split: nothing to split",
	"split: amount too large",
	"split: not canonical",
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
pub const PAST_HEADER: usize = 21;

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
			StatementError::QuantityNotCanonical { .. } => 13,
		},
		Err(Reject::Transfer(error)) => match error {
			transfer::StatementError::NotCanonical => 10,
			transfer::StatementError::SameNullifiers => 11,
			transfer::StatementError::NoAmount => 12,
		},
		Err(Reject::Split(error)) => match error {
			split::StatementError::NoSplits => 14,
			split::StatementError::TooManySplits => 15,
			split::StatementError::PeriodTooLarge => 16,
			split::StatementError::NothingToSplit { .. } => 17,
			split::StatementError::AmountTooLarge { .. } => 18,
			split::StatementError::NotCanonical { .. } => 19,
		},
		Err(Reject::Header) => 20,
		Err(Reject::Malformed(part)) => match part {
			ProofPart::QueryCount => 21,
			ProofPart::Commitments => 22,
			ProofPart::TraceQueries => 23,
			ProofPart::CompositionQueries => 24,
			ProofPart::OutOfDomain => 25,
			ProofPart::Layer => 26,
			ProofPart::Remainder => 27,
			ProofPart::Partitions => 28,
			ProofPart::Nonce => 29,
			ProofPart::TrailingBytes => 30,
		},
		Err(Reject::ProofOfWork) => 31,
		Err(Reject::RemainderMismatch) => 32,
		Err(Reject::NotProved) => 33,
	}
}
