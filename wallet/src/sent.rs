//! What a wallet has sent: remembered for ever, since whoever has a payment can withhold it and put it
//! on the chain later.
//!
//! A payment is over once it has arrived (its own notes stand in the tree, and the nullifiers beside
//! them are its own), once another one of this wallet's that spends a note of it has, or once the chain
//! has forgotten the tree that it rests on. All else is a node's word: that it was refused, or that
//! somebody else has spent its note. Looking through the chain anew finds out again what has arrived.

use codec::{Decode, Encode};

use crate::{address::Address, anchor::Life, history::Intent};

/// What a payment does about earlier ones that may still arrive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Earlier {
	/// No payment is made while an earlier one is on its way, since it could be the same payment once more. A payment
	/// that was refused is ruled out.
	#[default]
	Ask,
	/// Earlier payments are ruled out: this payment spends a note of each.
	Replace,
	/// Earlier payments may arrive as well.
	Beside,
}

/// What was last heard of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Standing {
	/// The payment was sent, or was about to be.
	#[codec(index = 0)]
	OnTheWay,
	/// By the node's word it was refused, or cannot come any more.
	#[codec(index = 1)]
	Refused,
}

/// The payments that the owner has sent since, knowing that this payment may arrive as well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub enum Accepted {
	/// Nothing.
	#[default]
	#[codec(index = 0)]
	No,
	/// Payments to others.
	#[codec(index = 1)]
	BesideOthers,
	/// A payment to the same recipient: that it could be this one once more is known.
	#[codec(index = 2)]
	BesideSame,
}

/// Where a payment comes from and goes to: one could be another one of the same aim once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aim<'a> {
	/// The asset.
	pub asset: u32,
	/// Whether it spends notes, or else an account's money.
	pub out_of_notes: bool,
	/// The address that is paid.
	pub to: Option<&'a Address>,
	/// The account that is paid.
	pub account: Option<[u8; 32]>,
}

impl Aim<'_> {
	pub(crate) fn is_of_the_kind_of(&self, other: &Aim<'_>) -> bool {
		(self.asset, self.out_of_notes) == (other.asset, other.out_of_notes)
	}
}

impl Intent {
	/// Where it comes from and goes to.
	pub fn aim(&self) -> Aim<'_> {
		let account = self.unshield.map(|(account, _)| account);
		let out_of_notes = !self.nullifiers.is_empty();
		Aim { asset: self.asset, out_of_notes, to: self.to.as_ref(), account }
	}
}

/// A payment that was sent.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct Sent {
	/// What it was to do.
	pub intent: Intent,
	/// What was last heard of it.
	pub standing: Standing,
	/// Position of its first note, once that is in the tree.
	pub arrived: Option<u32>,
	/// Whether whoever paid was told that it arrived.
	pub(crate) told: bool,
	/// Whether it had arrived before the notes were looked through once more.
	pub(crate) again: bool,
	/// What was sent although this payment may arrive.
	pub(crate) accepted: Accepted,
	pub(crate) life: Life,
}

impl std::fmt::Debug for Sent {
	fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(formatter, "Sent({:?}, {:?}, {:?})", self.intent, self.standing, self.arrived)
	}
}

impl Sent {
	/// Of this payment and the other one at most one can enter the chain.
	pub(crate) fn excludes(&self, other: &Self) -> bool {
		let (one, other) = (&self.intent, &other.intent);
		let nullifiers = || one.nullifiers.iter().any(|known| other.nullifiers.contains(known));
		let call = || one.call.is_some() && one.call == other.call;
		nullifiers() || call()
	}
}
