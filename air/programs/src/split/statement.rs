//! The statement as plain data, the checks on it, and its encoding.

use super::layout::capacity;
use crate::{
	hash::{decode, DigestBytes},
	system::ProofHash,
};
use alloc::vec::Vec;
use core::fmt;
use winter_crypto::{Digest, Hasher};

/// Trades that one proof can split.
pub const MAX_SPLITS: usize = 15;

/// Rate times quantity stays below this: so does what each side gets, and nothing wraps.
pub const MAX_AMOUNT: u64 = 1 << 60;

/// The period is below this, so that no two are one field element.
pub const MAX_PERIOD: u64 = 1 << 53;

/// What a proof is about. The runtime forms it; the prover adds the commitments to quantities, the
/// notes and their encrypted contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
	/// Hash of the chain's genesis block.
	pub genesis: [u8; 32],
	/// Settlement period of every trade, below 2^53.
	pub period: u64,
	/// Which asset all notes are of; 0 is the chain's own token.
	pub asset: u32,
	/// At least one, at most [`MAX_SPLITS`].
	pub splits: Vec<Split>,
}

/// One trade: the seller gets its rate for each unit delivered, the buyer for each unit missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
	/// The trade's number. Bound, and nothing more is said of it.
	pub trade: u64,
	/// Contracted, in base units (Wh, litre); not zero.
	pub quantity: u32,
	/// Per base unit, in the asset's smallest unit; not zero.
	pub rate: u64,
	/// What binds the key that the randomness of the buyer's note comes from ([`crate::seal`]).
	pub key_commitment: DigestBytes,
	/// Commitment to the quantity delivered: the one of a usage statement.
	pub quantity_commitment: DigestBytes,
	/// The seller's note.
	pub payout: Share,
	/// The buyer's note.
	pub refund: Share,
	/// Hash of the encrypted contents of both notes, as they are published.
	pub ciphertexts: [u8; 32],
}

/// What one side gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
	/// Who may spend the note.
	pub owner: DigestBytes,
	/// The note's hash.
	pub note: DigestBytes,
}

/// Why a statement cannot be proved or verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementError {
	/// There is no split.
	NoSplits,
	/// More splits than [`MAX_SPLITS`].
	TooManySplits,
	/// The period is 2^53 or more.
	PeriodTooLarge,
	/// A trade's quantity or its rate is zero: there is nothing to split.
	NothingToSplit {
		/// Index of the split.
		split: usize,
	},
	/// Rate times quantity is not below [`MAX_AMOUNT`].
	AmountTooLarge {
		/// Index of the split.
		split: usize,
	},
	/// A digest has a word that is not below the field modulus.
	NotCanonical {
		/// Index of the split.
		split: usize,
	},
}

impl fmt::Display for StatementError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::NoSplits => write!(f, "the statement has no split"),
			Self::TooManySplits => write!(f, "more than {MAX_SPLITS} splits"),
			Self::PeriodTooLarge => write!(f, "the period is not below 2^53"),
			Self::NothingToSplit { split } => write!(f, "split {split} has nothing to split"),
			Self::AmountTooLarge { split } => {
				write!(f, "rate times quantity of split {split} is not below 2^60")
			},
			Self::NotCanonical { split } => {
				write!(f, "a digest of split {split} is not canonical")
			},
		}
	}
}

impl core::error::Error for StatementError {}

impl Split {
	fn check(&self, split: usize) -> Result<(), StatementError> {
		if self.quantity == 0 || self.rate == 0 {
			return Err(StatementError::NothingToSplit { split });
		}
		if self.rate.checked_mul(self.quantity.into()).is_none_or(|amount| amount >= MAX_AMOUNT) {
			return Err(StatementError::AmountTooLarge { split });
		}
		let digests = [
			&self.key_commitment,
			&self.quantity_commitment,
			&self.payout.owner,
			&self.payout.note,
			&self.refund.owner,
			&self.refund.note,
		];
		if digests.into_iter().any(|digest| decode(digest).is_none()) {
			return Err(StatementError::NotCanonical { split });
		}
		Ok(())
	}
}

impl Statement {
	/// Everything that can be checked without a proof.
	pub fn check(&self) -> Result<(), StatementError> {
		trace_length(self)?;
		if self.period >= MAX_PERIOD {
			return Err(StatementError::PeriodTooLarge);
		}
		self.splits.iter().enumerate().try_for_each(|(index, split)| split.check(index))
	}
}

/// Rows of the trace that proves this statement: the smaller of the two lengths that fits.
pub fn trace_length(statement: &Statement) -> Result<usize, StatementError> {
	use super::layout::{LONG_TRACE, SHORT_TRACE};
	match statement.splits.len() {
		0 => Err(StatementError::NoSplits),
		splits if splits <= capacity(SHORT_TRACE) => Ok(SHORT_TRACE),
		splits if splits <= MAX_SPLITS => Ok(LONG_TRACE),
		_ => Err(StatementError::TooManySplits),
	}
}

/// Names statement kind and encoding version, so that no other statement has the same bytes.
const DOMAIN: &[u8; 16] = b"meterproof/spl/1";

/// The statement as bytes: fixed-width little-endian fields, the list behind its length, so that no
/// two statements share an encoding.
pub fn encode(statement: &Statement) -> Vec<u8> {
	let mut out = Vec::with_capacity(statement.splits.len().saturating_mul(244).saturating_add(68));
	out.extend_from_slice(DOMAIN);
	out.extend_from_slice(&statement.genesis);
	out.extend_from_slice(&statement.period.to_le_bytes());
	out.extend_from_slice(&statement.asset.to_le_bytes());
	out.extend_from_slice(&(statement.splits.len() as u64).to_le_bytes());
	for split in &statement.splits {
		out.extend_from_slice(&split.trade.to_le_bytes());
		out.extend_from_slice(&split.quantity.to_le_bytes());
		out.extend_from_slice(&split.rate.to_le_bytes());
		out.extend_from_slice(&split.key_commitment);
		out.extend_from_slice(&split.quantity_commitment);
		for share in [&split.payout, &split.refund] {
			out.extend_from_slice(&share.owner);
			out.extend_from_slice(&share.note);
		}
		out.extend_from_slice(&split.ciphertexts);
	}
	out
}

/// The hash that the transcript starts from: it binds every field of the statement.
pub fn digest(statement: &Statement) -> [u8; 32] {
	ProofHash::hash(&encode(statement)).as_bytes()
}
