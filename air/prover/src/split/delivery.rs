//! What the seller, or who proves for it, knows of one trade.

use super::ProveError;
use crate::{
	random::{self, NoRandomness},
	transfer::random_digest,
};
use meterproof_programs::{
	commitment::{commit, CommitmentBytes, Salt, Tag},
	hash::DigestBytes,
	note::Note,
	seal,
	split::{Split, Statement},
};
use winter_math::{fields::f64::BaseElement, StarkField};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// What was delivered of a trade, and what hides it. Erased when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Delivery {
	/// What was delivered, in base units.
	pub delivered: u32,
	/// Direction of the group's readings: a part of the commitment to the quantity.
	pub direction: u8,
	/// The salt of the commitment to what was delivered; new in each proof.
	pub salt: Salt,
	/// The key that both sides share.
	pub key: DigestBytes,
	/// The randomness of the seller's note. A wallet may derive it from trade and period, to find
	/// the note again: two proofs then show whether they are about equal quantities, and nothing
	/// else.
	pub payout_randomness: DigestBytes,
}

impl core::fmt::Debug for Delivery {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		f.write_str("Delivery(..)")
	}
}

impl Delivery {
	/// A delivery whose salt and randomness come from the operating system.
	pub fn new(delivered: u32, direction: u8, key: DigestBytes) -> Result<Self, NoRandomness> {
		let (salt, payout_randomness) = (random::salt()?, random_digest()?);
		Ok(Self { delivered, direction, salt, key, payout_randomness })
	}

	/// The commitment to the quantity, which the usage statement speaks of too.
	pub fn quantity_commitment(&self, period: u64) -> CommitmentBytes {
		commit(Tag::Quantity, self.delivered, 0, period, self.direction, &self.salt)
	}

	/// The seller's note, then the buyer's, by the terms of `split`; `None` where the key is not
	/// canonical, more is delivered than contracted, or an amount overflows.
	pub fn notes(&self, asset: u32, period: u64, split: &Split) -> Option<[Note; 2]> {
		let missing = split.quantity.checked_sub(self.delivered)?;
		let worth = |quantity: u32| split.rate.checked_mul(quantity.into());
		let randomness = seal::randomness(&self.key, period)?;
		let owner = split.payout.owner;
		let payout = Note {
			asset,
			amount: worth(self.delivered)?,
			owner,
			randomness: self.payout_randomness,
		};
		let refund = Note { asset, amount: worth(missing)?, owner: split.refund.owner, randomness };
		Some([payout, refund])
	}

	pub(super) fn check(
		&self,
		index: usize,
		statement: &Statement,
		split: &Split,
	) -> Result<(), ProveError> {
		let error = ProveError::NotCanonical(index);
		if self.salt.iter().any(|word| *word >= BaseElement::MODULUS) {
			return Err(error);
		}
		if self.delivered > split.quantity {
			return Err(ProveError::AboveContracted(index));
		}
		if seal::key_commitment(&self.key).ok_or(error)? != split.key_commitment {
			return Err(ProveError::OtherKey(index));
		}
		if self.quantity_commitment(statement.period) != split.quantity_commitment {
			return Err(ProveError::OtherQuantity(index));
		}
		let [payout, refund] = self.notes(statement.asset, statement.period, split).ok_or(error)?;
		let same = payout.commitment().ok_or(error)? == split.payout.note
			&& refund.commitment().ok_or(error)? == split.refund.note;
		same.then_some(()).ok_or(ProveError::OtherNotes(index))
	}
}
