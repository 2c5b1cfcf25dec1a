//! Why a proof is refused.

use core::fmt;
use meterproof_programs::{split, transfer, usage};

/// Why a proof is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reject {
	/// Longer than [`MAX_PROOF_BYTES`](crate::MAX_PROOF_BYTES).
	TooLong,
	/// No proof of this usage statement can exist.
	Statement(usage::StatementError),
	/// No proof of this transfer statement can exist.
	Transfer(transfer::StatementError),
	/// No proof of this split statement can exist.
	Split(split::StatementError),
	/// The header is not the one of a proof of this statement with the pinned parameters.
	Header,
	/// The bytes are not laid out as a proof of this statement.
	Malformed(ProofPart),
	/// The proof of work behind the query positions is missing.
	ProofOfWork,
	/// The last polynomial is not the one that was committed to.
	RemainderMismatch,
	/// The proof is well-formed and does not prove the statement.
	NotProved,
}

/// The part of a proof that is not laid out as it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofPart {
	/// Number of opened positions.
	QueryCount,
	/// Merkle roots.
	Commitments,
	/// Opened rows of the trace and their Merkle proof.
	TraceQueries,
	/// Opened rows of the composition polynomial and their Merkle proof.
	CompositionQueries,
	/// Values at the out-of-domain point.
	OutOfDomain,
	/// A layer of the low-degree proof.
	Layer,
	/// The remainder of the low-degree proof.
	Remainder,
	/// The partition byte, which must be 0.
	Partitions,
	/// The nonce of the proof of work.
	Nonce,
	/// Bytes after the end.
	TrailingBytes,
}

impl fmt::Display for Reject {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::TooLong => write!(f, "the proof is too long"),
			Self::Statement(error) => write!(f, "{error}"),
			Self::Transfer(error) => write!(f, "{error}"),
			Self::Split(error) => write!(f, "{error}"),
			Self::Header => write!(f, "the header is not the one of this statement"),
			Self::Malformed(part) => write!(f, "malformed proof: {part}"),
			Self::ProofOfWork => write!(f, "the proof of work is missing"),
			Self::RemainderMismatch => write!(f, "the remainder was not committed to"),
			Self::NotProved => write!(f, "the proof does not prove the statement"),
		}
	}
}

impl fmt::Display for ProofPart {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::QueryCount => "number of queries",
			Self::Commitments => "commitments",
			Self::TraceQueries => "trace queries",
			Self::CompositionQueries => "composition queries",
			Self::OutOfDomain => "out-of-domain values",
			Self::Layer => "layer",
			Self::Remainder => "remainder",
			Self::Partitions => "partitions",
			Self::Nonce => "nonce",
			Self::TrailingBytes => "trailing bytes",
		})
	}
}

impl core::error::Error for Reject {}

impl From<usage::StatementError> for Reject {
	fn from(error: usage::StatementError) -> Self {
		Self::Statement(error)
	}
}

impl From<transfer::StatementError> for Reject {
	fn from(error: transfer::StatementError) -> Self {
		Self::Transfer(error)
	}
}

impl From<split::StatementError> for Reject {
	fn from(error: split::StatementError) -> Self {
		Self::Split(error)
	}
}
