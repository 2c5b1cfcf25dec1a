//! A note of a sealed settlement that came to light by searching.

use codec::{Decode, Encode};
use meterproof_programs::{hash::DigestBytes, note::Note};
use zeroize::Zeroize;

use crate::{address::AddressTag, keys::Diversifier, memo::NamedSettlement};

/// A note that a settlement made, as its owner knows it. It came to light by searching; what it
/// hides is erased when dropped.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct Searched {
	/// The trade.
	pub trade: u64,
	/// The period.
	pub period: u64,
	/// The address that the trade pays its seller at.
	pub payout: AddressTag,
	/// The address that the note was paid to.
	pub diversifier: Diversifier,
	/// The note's asset.
	pub asset: u32,
	/// The note's amount, in the asset's smallest unit.
	pub amount: u64,
	/// Owner of the note: who may spend it.
	pub owner: DigestBytes,
	/// The note's randomness, which hides the rest of it.
	pub randomness: DigestBytes,
	/// The note's leaf of the tree.
	pub commitment: DigestBytes,
}

impl Searched {
	/// The settlement that the note is of.
	pub(crate) fn settlement(&self) -> NamedSettlement {
		let Self { trade, period, payout, .. } = *self;
		NamedSettlement { trade, period, payout }
	}

	/// The note as the split statement has it.
	pub(crate) fn note(&self) -> Note {
		let Self { asset, amount, owner, randomness, .. } = *self;
		Note { asset, amount, owner, randomness }
	}
}

impl Drop for Searched {
	fn drop(&mut self) {
		self.amount.zeroize();
		self.randomness.zeroize();
	}
}

impl std::fmt::Debug for Searched {
	fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(formatter, "Searched(trade {}, period {}, ..)", self.trade, self.period)
	}
}
