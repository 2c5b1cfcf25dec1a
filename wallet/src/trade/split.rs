//! The two notes by which a sealed trade is settled in one period, and how a side finds its own if
//! what was encrypted does not open.

use std::{
	collections::HashSet,
	sync::atomic::{AtomicU64, Ordering},
};

use meterproof_programs::{hash::DigestBytes, note::Note, split::MAX_AMOUNT};
use zeroize::Zeroize;

use crate::{
	address::{is_contributory, Address, AddressTag},
	ciphertext::{erase, unreadable, NoteCiphertext, SealNoteError, Sealing},
	error::named_errors,
	keys::{Diversifier, ViewingKey},
	memo::{Memo, NamedSettlement},
	network::Network,
	notes::searched::Searched,
	secret::{RandomError, Secret},
	trade::TradeKey,
	wallet::Wallet,
};

/// Quantities that are tried before somebody asks how far the search has got.
const STRIDE: u64 = 1 << 10;

named_errors! {
	/// Why a settlement's notes could not be made.
	#[derive(PartialEq, Eq, Clone, Copy)]
	pub enum SplitError {
		/// More than was contracted.
		AboveContracted => "more is to be settled than was contracted";
		/// More than the proof can hold.
		AmountTooLarge => "the trade's payment and collateral are more than a sealed settlement can hold";
		/// An owner is not canonical, or the period none.
		NotCanonical => "the trade's owners or its period are none that notes can have";
		/// The asset's auditor has a key that shares no secret.
		WeakKey => "the auditor's key is none: everybody could read what it encrypts";
		/// The operating system gave no randomness.
		NoRandomness => "the operating system gave no randomness";
	}
}

impl From<RandomError> for SplitError {
	fn from(_: RandomError) -> Self {
		Self::NoRandomness
	}
}

impl From<SealNoteError> for SplitError {
	fn from(error: SealNoteError) -> Self {
		match error {
			SealNoteError::NoRandomness => Self::NoRandomness,
			SealNoteError::WeakKey => Self::WeakKey,
			SealNoteError::BadOwner => Self::NotCanonical,
		}
	}
}

/// What a sealed trade is settled by in one period.
#[derive(Clone, Copy, Debug)]
pub struct SettlementTerms {
	/// The trade.
	pub trade: u64,
	/// The period.
	pub period: u64,
	/// What the notes are of.
	pub asset: u32,
	/// Contracted, in base units.
	pub quantity: u32,
	/// The seller gets this per base unit delivered, the buyer per base unit missing.
	pub rate: u64,
	/// Where the seller is paid.
	pub payout: Address,
	/// Where the buyer is paid.
	pub refund: Address,
	/// To whom all notes of the asset are readable, if there is such a one.
	pub auditor: Option<[u8; 32]>,
}

/// A settlement's notes: the seller's, then the buyer's. What they hide is erased when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct SettlementNotes {
	/// The notes.
	pub notes: [Note; 2],
	/// Leaves of both notes.
	pub commitments: [DigestBytes; 2],
	/// What is published beside both notes.
	pub ciphertexts: [NoteCiphertext; 2],
}

impl Drop for SettlementNotes {
	fn drop(&mut self) {
		self.notes.iter_mut().for_each(erase);
	}
}

impl std::fmt::Debug for SettlementNotes {
	fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		formatter.write_str("SettlementNotes(..)")
	}
}

impl SettlementTerms {
	/// The notes if so much was delivered; made by the seller's wallet.
	fn notes(
		&self,
		view: &ViewingKey,
		network: &Network,
		key: &TradeKey,
		delivered: u32,
	) -> Result<SettlementNotes, SplitError> {
		let missing = self.quantity.checked_sub(delivered).ok_or(SplitError::AboveContracted)?;
		let whole = self.rate.checked_mul(self.quantity.into());
		whole.filter(|whole| *whole < MAX_AMOUNT).ok_or(SplitError::AmountTooLarge)?;
		let amount = |quantity: u32| {
			self.rate.checked_mul(quantity.into()).ok_or(SplitError::AmountTooLarge)
		};
		let own = view.payout_randomness(network, self.trade, self.period);
		let buyers = key.randomness(self.period).ok_or(SplitError::NotCanonical)?;
		let note = |amount: u64, to: &Address, randomness: DigestBytes| Note {
			asset: self.asset,
			amount,
			owner: to.owner,
			randomness,
		};
		let payout = note(amount(delivered)?, &self.payout, *own.expose());
		let refund = note(amount(missing)?, &self.refund, buyers);
		let leaf = |note: &Note| note.commitment().ok_or(SplitError::NotCanonical);
		Ok(SettlementNotes {
			commitments: [leaf(&payout)?, leaf(&refund)?],
			ciphertexts: [
				self.seal(view, &payout, &self.payout)?,
				self.seal(view, &refund, &self.refund)?,
			],
			notes: [payout, refund],
		})
	}

	/// One-time keys are drawn by lot: neither note is a payment of the seller's, to be disclosed as
	/// one.
	fn seal(
		&self,
		view: &ViewingKey,
		note: &Note,
		to: &Address,
	) -> Result<NoteCiphertext, SplitError> {
		// The side that named such a key finds its note by searching.
		if !is_contributory(&to.key) {
			return Ok(unreadable(self.auditor.is_some())?);
		}
		let Self { trade, period, .. } = *self;
		let payout = self.payout.tag();
		let memo = &Memo::of_settlement(&NamedSettlement { trade, period, payout });
		let (outgoing, auditor) = (view.outgoing(), self.auditor.as_ref());
		let ephemeral = &Secret::random()?;
		Ok(Sealing { note, to, memo, outgoing, auditor, ephemeral }.seal()?)
	}
}

/// A search for one side's note of one settlement: it is of one of as many amounts as there are
/// quantities, and all else of it is known.
#[derive(Clone, PartialEq, Eq)]
pub struct Search {
	trade: u64,
	period: u64,
	payout: AddressTag,
	asset: u32,
	quantity: u32,
	rate: u64,
	diversifier: Diversifier,
	owner: DigestBytes,
	randomness: DigestBytes,
}

impl Drop for Search {
	fn drop(&mut self) {
		self.randomness.zeroize();
	}
}

impl std::fmt::Debug for Search {
	fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(formatter, "Search(trade {}, period {}, ..)", self.trade, self.period)
	}
}

impl Search {
	/// How many quantities there are to try.
	pub fn length(&self) -> u64 {
		u64::from(self.quantity).saturating_add(1)
	}

	/// Tries all quantities on all cores, and says now and then how many it has tried: every note
	/// that is as this one would be, notes of nothing too, those of the smallest quantities first.
	/// There can be several. Whoever shares the trade's key can have others made, of amounts of its
	/// choice, in settlements of its own; they are the wallet's as well, and the one that is looked
	/// for is among them.
	pub fn among(
		&self,
		commitments: &HashSet<DigestBytes>,
		progress: impl Fn(u64) + Sync,
	) -> Vec<Searched> {
		let cores = std::thread::available_parallelism().map_or(1, usize::from);
		let (next, tried) = (AtomicU64::new(0), AtomicU64::new(0));
		let look = || {
			let mut found = Vec::new();
			loop {
				let from = next.fetch_add(STRIDE, Ordering::Relaxed);
				if from >= self.length() {
					return found;
				}
				let to = from.saturating_add(STRIDE).min(self.length());
				found.extend((from..to).filter_map(|quantity| self.try_one(quantity, commitments)));
				let before = tried.fetch_add(to.saturating_sub(from), Ordering::Relaxed);
				progress(before.saturating_add(to.saturating_sub(from)));
			}
		};
		let mut found: Vec<Searched> = std::thread::scope(|scope| {
			let threads: Vec<_> = (0..cores).map(|_| scope.spawn(look)).collect();
			let found = threads.into_iter().map(|thread| {
				thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
			});
			found.flatten().collect()
		});
		found.sort_by_key(|found| found.amount);
		found
	}

	fn try_one(&self, quantity: u64, commitments: &HashSet<DigestBytes>) -> Option<Searched> {
		let Self { trade, period, payout, asset, diversifier, owner, randomness, .. } = *self;
		let amount = self.rate.checked_mul(quantity)?;
		let commitment = Note { asset, amount, owner, randomness }.commitment()?;
		commitments.contains(&commitment).then_some(Searched {
			trade,
			period,
			payout,
			diversifier,
			asset,
			amount,
			owner,
			randomness,
			commitment,
		})
	}
}

impl Wallet {
	/// The notes of a trade that the wallet sells by, if so much was delivered.
	pub fn settle(
		&self,
		terms: &SettlementTerms,
		key: &TradeKey,
		delivered: u32,
	) -> Result<SettlementNotes, SplitError> {
		terms.notes(&self.keys.viewing_key(), &self.network, key, delivered)
	}

	/// A search for the wallet's note of a trade: the refund of one that it buys by, or the payout of
	/// one that it sells by. `None` where the trade is neither: its addresses and its key are
	/// another's.
	pub fn search(&self, terms: &SettlementTerms, key_commitment: &DigestBytes) -> Option<Search> {
		let SettlementTerms { trade, period, asset, quantity, rate, payout, refund, .. } = *terms;
		let key = self.trade_key(trade, &payout);
		let buys = (key.commitment() == *key_commitment).then(|| {
			let own = self.own_address(&refund.owner)?;
			Some((own, key.randomness(period)?))
		});
		let sells = || {
			let own = self.own_address(&payout.owner)?;
			let view = self.keys.viewing_key();
			let randomness = view.payout_randomness(&self.network, trade, period);
			Some((own, *randomness.expose()))
		};
		let (own, randomness) = buys.flatten().or_else(sells)?;
		let (diversifier, owner) = (own.diversifier(), *own.owner());
		let payout = payout.tag();
		Some(Search {
			trade,
			period,
			payout,
			asset,
			quantity,
			rate,
			diversifier,
			owner,
			randomness,
		})
	}

	/// Whether the wallet has the note with this commitment, spent or not.
	pub fn has_note(&self, commitment: &DigestBytes) -> bool {
		self.notes().all().any(|own| own.commitment == *commitment)
	}

	/// Whether the wallet has a note that names this trade and this period, and can.
	pub fn has_settlement(&self, trade: u64, period: u64) -> bool {
		self.events.iter().any(|event| event.settlement() == Some((trade, period)))
	}

	/// Remembers a note that was searched for. The scan that looks at it again takes it.
	pub fn remember(&mut self, found: Searched) {
		if !self.searched.contains(&found) {
			self.searched.push(found);
		}
	}
}

#[cfg(test)]
mod tests;
