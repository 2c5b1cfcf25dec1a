//! What a payer knows.

use super::ProveError;
use crate::random::{self, NoRandomness};
use meterproof_programs::{
	hash::{decode, encode, DigestBytes},
	note::{node, nullifier, nullifier_key, owner, Note, TREE_DEPTH},
	transfer::{Statement, NOTES},
};
use winter_math::fields::f64::BaseElement;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A note to be spent. Erased when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Spend {
	/// The spending key, four elements in bytes as a digest: whoever has it spends the note.
	pub spending_key: DigestBytes,
	/// Number of the owner among those of the spending key.
	pub diversifier: u32,
	/// Amount of the note, in the asset's smallest unit.
	pub amount: u64,
	/// Four uniform elements, in bytes as a digest.
	pub randomness: DigestBytes,
	/// Number of the note's leaf in the tree.
	pub position: u32,
	/// What stands beside the note and the nodes above it, from the leaves up.
	pub path: [DigestBytes; TREE_DEPTH],
	/// Whether this is a dummy: a note that has no amount and need not be in the tree.
	pub dummy: bool,
}

impl core::fmt::Debug for Spend {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		f.write_str("Spend(..)")
	}
}

/// Four uniform elements in bytes: a key, or the randomness of a note.
pub fn random_digest() -> Result<DigestBytes, NoRandomness> {
	let mut words = [BaseElement::default(); 4];
	random::fill(&mut words)?;
	Ok(encode(&words))
}

impl Spend {
	/// A dummy input: it stands for no note. Its values are drawn once and never reused, so that dummies
	/// cannot be recognised.
	pub fn dummy() -> Result<Self, NoRandomness> {
		let mut path = [[0; 32]; TREE_DEPTH];
		for sibling in &mut path {
			*sibling = random_digest()?;
		}
		let randomness = random_digest()?;
		let [p0, p1, p2, p3, ..] = random_digest()?;
		Ok(Self {
			spending_key: random_digest()?,
			diversifier: 0,
			amount: 0,
			randomness,
			position: u32::from_le_bytes([p0, p1, p2, p3]),
			path,
			dummy: true,
		})
	}

	/// The note, or `None` where something is not canonical.
	pub fn note(&self, asset: u32) -> Option<Note> {
		let owner = owner(&nullifier_key(&self.spending_key)?, self.diversifier)?;
		Some(Note { asset, amount: self.amount, owner, randomness: self.randomness })
	}

	/// What spends it, or `None` where something is not canonical.
	pub fn nullifier(&self, asset: u32) -> Option<DigestBytes> {
		let key = nullifier_key(&self.spending_key)?;
		nullifier(&key, &self.note(asset)?.commitment()?, self.position)
	}

	/// The root of the tree that it is in, or `None` where something is not canonical.
	pub fn root(&self, asset: u32) -> Option<DigestBytes> {
		let leaf = self.note(asset)?.commitment()?;
		self.path.iter().enumerate().try_fold(leaf, |child, (level, sibling)| {
			if self.position >> level & 1 == 0 {
				node(&child, sibling)
			} else {
				node(sibling, &child)
			}
		})
	}
}

/// Notes that are spent and notes that are made.
#[derive(Clone)]
pub struct Payment {
	/// The asset of all four notes.
	pub asset: u32,
	/// The notes spent, in the order of the statement's nullifiers.
	pub spends: [Spend; NOTES],
	/// The notes made, in the order of the statement's outputs.
	pub outputs: [Note; NOTES],
}

impl Drop for Payment {
	fn drop(&mut self) {
		for note in &mut self.outputs {
			note.amount.zeroize();
			note.owner.zeroize();
			note.randomness.zeroize();
		}
	}
}

impl core::fmt::Debug for Payment {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		f.write_str("Payment(..)")
	}
}

impl Payment {
	/// What spends the notes, or `None` where something is not canonical.
	pub fn nullifiers(&self) -> Option<[DigestBytes; NOTES]> {
		let [first, second] = &self.spends;
		Some([first.nullifier(self.asset)?, second.nullifier(self.asset)?])
	}

	/// The commitments of the notes made, or `None` where something is not canonical.
	pub fn commitments(&self) -> Option<[DigestBytes; NOTES]> {
		let [first, second] = &self.outputs;
		Some([first.commitment()?, second.commitment()?])
	}

	/// Whether the payment is as the statement says; what the low halves carry over.
	pub(super) fn check(&self, statement: &Statement) -> Result<i8, ProveError> {
		if self.asset != statement.asset || self.outputs.iter().any(|note| note.asset != self.asset)
		{
			return Err(ProveError::OtherAsset);
		}
		for (i, (spend, expected)) in self.spends.iter().zip(&statement.nullifiers).enumerate() {
			if spend.path.iter().any(|sibling| decode(sibling).is_none()) {
				return Err(ProveError::NotCanonical);
			}
			let nullifier = spend.nullifier(self.asset).ok_or(ProveError::NotCanonical)?;
			if nullifier != *expected {
				return Err(ProveError::OtherNullifier(i));
			}
			if spend.dummy && spend.amount != 0 {
				return Err(ProveError::WorthyDummy(i));
			}
			if !spend.dummy && spend.root(self.asset) != Some(statement.root) {
				return Err(ProveError::NotInTree(i));
			}
		}
		for (i, (note, expected)) in self.outputs.iter().zip(&statement.outputs).enumerate() {
			let commitment = note.commitment().ok_or(ProveError::NotCanonical)?;
			if commitment != *expected {
				return Err(ProveError::OtherOutput(i));
			}
		}
		self.balance(statement)
	}

	fn balance(&self, statement: &Statement) -> Result<i8, ProveError> {
		let entering = self.spends.iter().map(|spend| spend.amount);
		let entering = entering.chain([statement.public.entering()]);
		let leaving = self.outputs.iter().map(|note| note.amount);
		let leaving = leaving.chain(statement.public.leaving());
		let total = |amounts: &mut dyn Iterator<Item = u64>| {
			amounts
				.map(|a| [i128::from(a), i128::from(a as u32)])
				.fold([0, 0], |[all, low], [a, l]| [all + a, low + l])
		};
		let [all_in, low_in] = total(&mut entering.into_iter());
		let [all_out, low_out] = total(&mut leaving.into_iter());
		if all_in != all_out {
			return Err(ProveError::Unbalanced);
		}
		// The high halves make up for it, so that it is whole.
		i8::try_from((low_in - low_out) >> 32).map_err(|_| ProveError::Backend)
	}
}
