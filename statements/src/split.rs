//! The split statement: two notes divide what one trade holds by a quantity that stays hidden.

#[cfg(any(feature = "codec", feature = "serde"))]
mod form;

use alloc::vec::Vec;
use core::fmt;

#[cfg(feature = "codec")]
use codec::{Decode, Encode};
#[cfg(feature = "scale-info")]
use scale_info::TypeInfo;
#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use crate::{
	bytes::{push_length, Domain, Reader},
	is_canonical, AssetId, Commitment, Digest, GenesisHash, NoteOwner, PeriodIndex, TradeId,
};

/// Trades that one proof can split.
pub const MAX_SPLITS: usize = 15;

/// Rate times quantity stays below this: so does what each side gets, and nothing wraps.
pub const MAX_AMOUNT: u64 = 1 << 60;

/// The period is below this, so that no two are one field element.
pub const MAX_PERIOD: PeriodIndex = crate::MAX_QUANTITY;

/// What a proof is about. The runtime forms it; the prover adds the commitments to quantities, the
/// notes and their encrypted contents, which are zero until then.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "codec", derive(Encode, Decode))]
#[cfg_attr(feature = "scale-info", derive(TypeInfo))]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(deny_unknown_fields))]
pub struct Statement {
	/// Hash of the chain's genesis block.
	#[cfg_attr(feature = "serde", serde(with = "crate::hexadecimal"))]
	pub genesis: GenesisHash,
	/// Settlement period of every trade, below 2^53.
	pub period: PeriodIndex,
	/// Which asset all notes are of; 0 is the chain's own token.
	pub asset: AssetId,
	/// At least one, at most [`MAX_SPLITS`].
	pub splits: Vec<Split>,
}

/// One trade: the seller gets its rate for each unit delivered, the buyer for each unit missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
	feature = "serde",
	derive(Serialize, Deserialize),
	serde(into = "form::Split", from = "form::Split")
)]
pub struct Split {
	/// The trade's number. Bound, and nothing more is said of it.
	pub trade: TradeId,
	/// Contracted, in base units (Wh, litre); not zero.
	pub quantity: u32,
	/// Per base unit, in the asset's smallest unit; not zero.
	pub rate: u64,
	/// What binds the key that the randomness of the buyer's note comes from.
	pub key_commitment: Commitment,
	/// Commitment to the quantity delivered: the one of a usage statement.
	pub quantity_commitment: Commitment,
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
	pub owner: NoteOwner,
	/// The note's hash.
	pub note: Digest,
}

/// The terms by which one trade is split: what is known of it before anything is delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "codec", derive(Encode, Decode))]
#[cfg_attr(feature = "scale-info", derive(TypeInfo))]
#[cfg_attr(
	feature = "serde",
	derive(Serialize, Deserialize),
	serde(rename_all = "camelCase", deny_unknown_fields)
)]
pub struct Terms {
	/// The trade.
	pub trade: TradeId,
	/// Contracted for the period, in base units.
	pub quantity: u32,
	/// Price and imbalance price together: the seller gets this per base unit delivered, the buyer per
	/// base unit missing. In JSON a decimal string, as all money is.
	#[cfg_attr(feature = "serde", serde(with = "form::decimal"))]
	pub rate: u64,
	/// Whose note pays the seller.
	#[cfg_attr(feature = "serde", serde(with = "crate::hexadecimal"))]
	pub payout: NoteOwner,
	/// Whose note pays the buyer.
	#[cfg_attr(feature = "serde", serde(with = "crate::hexadecimal"))]
	pub refund: NoteOwner,
	/// Commitment to the key that the randomness of the buyer's note comes from.
	#[cfg_attr(feature = "serde", serde(with = "crate::hexadecimal"))]
	pub key_commitment: Commitment,
}

impl Split {
	/// By these terms, with what the prover adds: the leaf of the seller's note, then of the buyer's,
	/// and the hash of both contents.
	pub const fn new(
		terms: &Terms,
		quantity_commitment: Commitment,
		[payout, refund]: [Digest; 2],
		ciphertexts: [u8; 32],
	) -> Self {
		Self {
			trade: terms.trade,
			quantity: terms.quantity,
			rate: terms.rate,
			key_commitment: terms.key_commitment,
			quantity_commitment,
			payout: Share { owner: terms.payout, note: payout },
			refund: Share { owner: terms.refund, note: refund },
			ciphertexts,
		}
	}

	/// By what it is split.
	pub const fn terms(&self) -> Terms {
		Terms {
			trade: self.trade,
			quantity: self.quantity,
			rate: self.rate,
			payout: self.payout.owner,
			refund: self.refund.owner,
			key_commitment: self.key_commitment,
		}
	}

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
		if !digests.into_iter().all(is_canonical) {
			return Err(StatementError::NotCanonical { split });
		}
		Ok(())
	}
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

impl Statement {
	/// Everything that can be checked without a proof.
	pub fn check(&self) -> Result<(), StatementError> {
		self.check_count()?;
		if self.period >= MAX_PERIOD {
			return Err(StatementError::PeriodTooLarge);
		}
		self.splits.iter().enumerate().try_for_each(|(index, split)| split.check(index))
	}

	/// How many splits there are, where one proof can have as many.
	pub fn check_count(&self) -> Result<usize, StatementError> {
		match self.splits.len() {
			0 => Err(StatementError::NoSplits),
			splits if splits <= MAX_SPLITS => Ok(splits),
			_ => Err(StatementError::TooManySplits),
		}
	}
}

const DOMAIN: Domain = *b"meterproof/spl/1";

/// The statement as a proof binds it: fixed-width little-endian fields, the list behind its length, so
/// that no two statements share an encoding.
pub fn encode(statement: &Statement) -> Vec<u8> {
	let mut out = Vec::with_capacity(statement.splits.len().saturating_mul(244).saturating_add(68));
	out.extend_from_slice(&DOMAIN);
	out.extend_from_slice(&statement.genesis);
	out.extend_from_slice(&statement.period.to_le_bytes());
	out.extend_from_slice(&statement.asset.to_le_bytes());
	push_length(&mut out, statement.splits.len());
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

/// The statement with these bytes, however senseless.
pub fn decode(bytes: &[u8]) -> Option<Statement> {
	let mut reader = Reader::behind(&DOMAIN, bytes)?;
	let statement = Statement {
		genesis: reader.array()?,
		period: reader.u64()?,
		asset: reader.u32()?,
		splits: reader.list(read_split)?,
	};
	reader.end(statement)
}

fn read_split(reader: &mut Reader<'_>) -> Option<Split> {
	Some(Split {
		trade: reader.u64()?,
		quantity: reader.u32()?,
		rate: reader.u64()?,
		key_commitment: reader.array()?,
		quantity_commitment: reader.array()?,
		payout: Share { owner: reader.array()?, note: reader.array()? },
		refund: Share { owner: reader.array()?, note: reader.array()? },
		ciphertexts: reader.array()?,
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	fn sample() -> Statement {
		let share = |number| Share { owner: [number; 32], note: [number + 1; 32] };
		let split = Split {
			trade: 17,
			quantity: 700,
			rate: 20,
			key_commitment: [1; 32],
			quantity_commitment: [2; 32],
			payout: share(3),
			refund: share(5),
			ciphertexts: [7; 32],
		};
		let splits = [split, Split { trade: 18, ..split }].into();
		Statement { genesis: [9; 32], period: 42, asset: 0, splits }
	}

	#[test]
	fn what_is_written_is_read_back_and_nothing_else() {
		let bytes = encode(&sample());
		assert_eq!(decode(&bytes), Some(sample()));
		for end in 0..bytes.len() {
			assert_eq!(decode(&bytes[..end]), None);
		}
		assert_eq!(decode(&[&bytes[..], &[0]].concat()), None);
		for place in 0..bytes.len() {
			let mut other = bytes.clone();
			other[place] ^= 1;
			assert!(decode(&other).is_none_or(|read| encode(&read) == other));
		}
	}

	#[test]
	fn a_split_is_its_terms_and_what_the_prover_adds() {
		for split in sample().splits {
			let Split { quantity_commitment, payout, refund, ciphertexts, .. } = split;
			let outputs = [payout.note, refund.note];
			let made = Split::new(&split.terms(), quantity_commitment, outputs, ciphertexts);
			assert_eq!(made, split);
		}
	}
}
