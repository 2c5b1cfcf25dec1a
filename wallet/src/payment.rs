//! Payments, ready to be proved.

use std::collections::BTreeSet;

use meterproof_programs::{hash::DigestBytes, note::Note, transfer::NOTES};
use zeroize::Zeroize;

use crate::{
	address::Address,
	anchor::now_ms,
	ciphertext::{erase, NoteCiphertext, SealNoteError, Sealing},
	error::named_errors,
	history::Intent,
	kdf,
	keys::{Diversifier, CHANGE},
	memo::Memo,
	notes::{OwnNote, SelectError},
	scan::ScanError,
	secret::{random, RandomError, Secret},
	sent::{Aim, Earlier, Sent, Standing},
	tree::{Path, TreeError},
	wallet::{Anchor, Keys, Wallet, WalletError},
};

named_errors! {
	/// Why a payment could not be put together. Nothing was sent or changed.
	#[derive(PartialEq, Eq, Clone, Copy)]
	pub enum PayError {
		/// The amount to pay is zero.
		NoAmount => "the amount is zero";
		/// Amount and fee do not fit 64 bits.
		AmountTooLarge => "the amount and the fee together are larger than notes can hold";
		/// All notes together hold less.
		InsufficientFunds => "the wallet holds less than the amount and the fee together";
		/// Enough, but not all of it can be spent yet.
		NotYetSpendable
			=> "part of what the wallet holds is being spent, or too new to be spent: wait some blocks";
		/// Enough, but in more notes than one payment can spend.
		NeedsMerging
			=> "no two notes hold that much: pay yourself first (`wallet balance` shows the most that one payment can carry), and then pay from the larger note";
		/// An earlier payment that never arrived would stay possible beside this one.
		EarlierPaymentOpen
			=> "an earlier payment may still arrive (`wallet history` shows it): `--replace` spends its notes, so that only one of the two can arrive; if these do not suffice pay yourself first with it; `--beside` lets both arrive";
		/// An earlier payment arrived, of which that was not certain: this could be the same one again.
		EarlierPaymentArrived
			=> "an earlier payment has arrived of which that was not certain: look at `wallet history`, and pay again if this is another one; `--beside` pays without looking";
		/// The wallet came back from its seed, and a payment of before may still arrive.
		RestoredLately
			=> "the wallet was brought back from its seed and cannot know what the seed had sent before: that can arrive until the chain has forgotten what it rests on, after a day at least; if nothing was on its way, pay with `--beside`, which ends that, or say so when you bring the wallet back (`--nothing-on-the-way`)";
		/// The wallet sees and does not spend.
		ViewOnly => "the wallet holds a viewing key: it sees and does not spend";
		/// The wallet has not been scanned.
		NeverScanned => "the wallet has not looked at the chain yet: scan first";
		/// What was scanned is another tree than the anchor's.
		RootDiffers
			=> "the notes that the wallet has scanned are not the chain's: scan all anew, with another node";
		/// The anchor lies out of reach.
		AnchorOutOfReach
			=> "the anchor is not among the notes that the wallet keeps: scan, and try again";
		/// Recipient or auditor has a key that shares no secret.
		WeakKey => "the key to encrypt to is not one: everybody could read what it encrypts";
		/// The owner is not canonical.
		BadOwner => "the address's owner is not one that notes can have";
		/// The operating system gave no randomness.
		NoRandomness => "the operating system gave no randomness";
	}
}

impl From<SelectError> for PayError {
	fn from(error: SelectError) -> Self {
		match error {
			SelectError::InsufficientFunds => Self::InsufficientFunds,
			SelectError::NotYetSpendable => Self::NotYetSpendable,
			SelectError::NeedsMerging => Self::NeedsMerging,
			SelectError::EarlierPaymentOpen => Self::EarlierPaymentOpen,
		}
	}
}

impl From<ScanError> for PayError {
	fn from(error: ScanError) -> Self {
		match error {
			ScanError::RootDiffers => Self::RootDiffers,
			_ => Self::AnchorOutOfReach,
		}
	}
}

impl From<TreeError> for PayError {
	fn from(error: TreeError) -> Self {
		match error {
			TreeError::NoteAfterAnchor => Self::NotYetSpendable,
			_ => Self::AnchorOutOfReach,
		}
	}
}

impl From<WalletError> for PayError {
	fn from(_: WalletError) -> Self {
		Self::ViewOnly
	}
}

impl From<SealNoteError> for PayError {
	fn from(error: SealNoteError) -> Self {
		match error {
			SealNoteError::NoRandomness => Self::NoRandomness,
			SealNoteError::WeakKey => Self::WeakKey,
			SealNoteError::BadOwner => Self::BadOwner,
		}
	}
}

impl From<RandomError> for PayError {
	fn from(_: RandomError) -> Self {
		Self::NoRandomness
	}
}

/// What is to be paid.
pub enum Ask<'a> {
	/// An account's money becomes a note.
	Shield {
		/// Whose.
		to: &'a Address,
		/// How much.
		amount: u64,
		/// What the recipient reads.
		memo: &'a Memo,
	},
	/// Notes pay a note.
	Pay {
		/// Whose.
		to: &'a Address,
		/// How much.
		amount: u64,
		/// What the recipient reads.
		memo: &'a Memo,
		/// What the block's author gets, in the asset's smallest unit.
		fee: u64,
	},
	/// Notes pay an account.
	Unshield {
		/// The account.
		to: [u8; 32],
		/// How much.
		amount: u64,
		/// What the block's author gets, in the asset's smallest unit.
		fee: u64,
	},
}

impl Ask<'_> {
	/// Where the payment of an asset comes from and goes to.
	fn aim(&self, asset: u32) -> Aim<'_> {
		let (out_of_notes, to, account) = match self {
			Self::Shield { to, .. } => (false, Some(*to), None),
			Self::Pay { to, .. } => (true, Some(*to), None),
			Self::Unshield { to, .. } => (true, None, Some(*to)),
		};
		Aim { asset, out_of_notes, to, account }
	}
}

/// What the chain says of payments of an asset.
#[derive(Clone, Copy, Debug)]
pub struct PaymentTerms {
	/// The asset.
	pub asset: u32,
	/// The key that its payments are readable with, if it has such.
	pub auditor: Option<[u8; 32]>,
	/// What to prove notes against.
	pub anchor: Anchor,
	/// What becomes of earlier payments that may still arrive.
	pub earlier: Earlier,
}

/// A note to be spent.
#[derive(Clone, PartialEq, Eq)]
pub struct Spending {
	/// The note.
	pub note: Note,
	/// Which of the wallet's addresses owns it.
	pub diversifier: Diversifier,
	/// The note's place in the tree.
	pub position: u32,
	/// The siblings on the note's way up to the anchor's root.
	pub path: Path,
	/// The nullifier that spends the note.
	pub nullifier: DigestBytes,
}

impl Drop for Spending {
	fn drop(&mut self) {
		erase(&mut self.note);
		self.path.zeroize();
	}
}

/// A payment to be proved. What it hides is erased when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Plan {
	/// The asset that is paid.
	pub asset: u32,
	/// What the notes spent are proved against.
	pub root: DigestBytes,
	/// Notes to be spent; in the place of `None`, one that does not exist and holds nothing.
	pub spends: [Option<Spending>; NOTES],
	/// Notes to be made, in an order drawn by lot.
	pub outputs: [Note; NOTES],
	/// Leaves of the notes made.
	pub commitments: [DigestBytes; NOTES],
	/// What is published beside the notes made.
	pub ciphertexts: [NoteCiphertext; NOTES],
	/// What the wallet is to remember of the payment, before it is sent.
	pub intent: Intent,
	/// What becomes of earlier payments by it: the wallet is to remember that as well
	/// ([`Wallet::sending_with`]).
	pub earlier: Earlier,
}

impl Drop for Plan {
	fn drop(&mut self) {
		self.outputs.iter_mut().for_each(erase);
	}
}

impl std::fmt::Debug for Plan {
	fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		formatter.write_str("Plan(..)")
	}
}

impl Wallet {
	/// Puts a payment together. The wallet stays as it is until [`Self::sending`] is told.
	pub fn plan(&self, ask: &Ask<'_>, terms: &PaymentTerms) -> Result<Plan, PayError> {
		let (amount, fee) = match ask {
			Ask::Shield { amount, .. } => (*amount, 0),
			Ask::Pay { amount, fee, .. } | Ask::Unshield { amount, fee, .. } => (*amount, *fee),
		};
		if amount == 0 {
			return Err(PayError::NoAmount);
		}
		let needed = amount.checked_add(fee).ok_or(PayError::AmountTooLarge)?;
		let anchor = &terms.anchor;
		let (chosen, change) = match ask {
			Ask::Shield { to, .. } => {
				self.ensure_no_shield_open(ask, to, terms)?;
				(Vec::new(), 0)
			},
			Ask::Pay { .. } | Ask::Unshield { .. } => {
				self.seed()?;
				let sets = self.to_be_spent(ask, terms)?;
				let reserved = terms.earlier == Earlier::Replace;
				let notes = &self.notes;
				let chosen =
					notes.select_over(terms.asset, needed, anchor.notes, &sets, reserved)?;
				self.ensure_root(anchor)?;
				let held = chosen.iter().try_fold(0u64, |sum, note| sum.checked_add(note.amount));
				let change = held.and_then(|held| held.checked_sub(needed));
				(chosen, change.ok_or(PayError::AmountTooLarge)?)
			},
		};
		let own = self.address_key(CHANGE).address();
		let nothing = Memo::empty();
		let made = match ask {
			Ask::Shield { to, amount, memo } | Ask::Pay { to, amount, memo, .. } => {
				[(*to, *amount, *memo), (&own, change, &nothing)]
			},
			Ask::Unshield { .. } => [(&own, change, &nothing), (&own, 0, &nothing)],
		};
		self.assemble(ask, terms, &chosen, made)
	}

	/// Of each payment that is to be ruled out, its notes: to be sent again, or anything else, without
	/// ruling it out could mean to pay twice. Two notes may not suffice for that; who pays itself rules
	/// out one at a time, of those that can be ruled out.
	fn to_be_spent(
		&self,
		ask: &Ask<'_>,
		terms: &PaymentTerms,
	) -> Result<Vec<BTreeSet<u32>>, PayError> {
		if terms.earlier == Earlier::Beside {
			return Ok(Vec::new());
		}
		if self.is_restored_lately() {
			return Err(PayError::RestoredLately);
		}
		let out_of_notes =
			|sent: &&Sent| sent.intent.asset == terms.asset && !sent.intent.nullifiers.is_empty();
		if self.arrived_unseen().any(|sent| out_of_notes(&sent)) {
			return Err(PayError::EarlierPaymentArrived);
		}
		let open = self.concerned(&ask.aim(terms.asset), terms.earlier);
		let on_the_way = open.iter().any(|sent| sent.standing == Standing::OnTheWay);
		if on_the_way && terms.earlier == Earlier::Ask {
			return Err(PayError::EarlierPaymentOpen);
		}
		let notes = open.iter().map(|sent| self.notes.places(&sent.intent.nullifiers));
		let mut sets: Vec<_> = notes.collect();
		if matches!(ask, Ask::Pay { to, .. } if self.is_own(to)) {
			sets.retain(|set| !set.is_empty());
			sets.truncate(1);
		}
		Ok(sets)
	}

	/// Refuses to pay an account's money into somebody else's note while an earlier such call may still
	/// arrive: it could be the same one once more.
	fn ensure_no_shield_open(
		&self,
		ask: &Ask<'_>,
		to: &Address,
		terms: &PaymentTerms,
	) -> Result<(), PayError> {
		let to_others = |sent: &Sent| {
			let Intent { asset, nullifiers, to, .. } = &sent.intent;
			let to = to.as_ref().filter(|to| !self.is_own(to));
			*asset == terms.asset && nullifiers.is_empty() && to.is_some()
		};
		if terms.earlier == Earlier::Beside || self.is_own(to) {
			return Ok(());
		}
		if self.arrived_unseen().any(to_others) {
			return Err(PayError::EarlierPaymentArrived);
		}
		let open = self.concerned(&ask.aim(terms.asset), terms.earlier);
		if terms.earlier == Earlier::Ask && !open.is_empty() {
			return Err(PayError::EarlierPaymentOpen);
		}
		Ok(())
	}

	fn assemble(
		&self,
		ask: &Ask<'_>,
		terms: &PaymentTerms,
		chosen: &[&OwnNote],
		mut made: [(&Address, u64, &Memo); NOTES],
	) -> Result<Plan, PayError> {
		let mut lot = [0];
		random(&mut lot)?;
		if lot[0] & 1 == 1 {
			made.reverse();
		}
		let spending = |note: Option<&&OwnNote>| {
			let spending = note.map(|note| {
				let path = self.tree.path_at(note.position, terms.anchor.notes)?;
				let OwnNote { diversifier, position, nullifier, .. } = **note;
				Ok::<_, PayError>(Spending {
					note: note.note(),
					diversifier,
					position,
					path,
					nullifier,
				})
			});
			spending.transpose()
		};
		let spends = [spending(chosen.first())?, spending(chosen.get(1))?];
		let view = self.keys.viewing_key();
		let [first, second] = made;
		let seal = |(to, amount, memo): (&Address, u64, &Memo)| {
			let randomness = *kdf::random_elements()?;
			let note = Note { asset: terms.asset, amount, owner: to.owner, randomness };
			let (outgoing, auditor) = (view.outgoing(), terms.auditor.as_ref());
			let commitment = note.commitment().ok_or(PayError::BadOwner)?;
			let ephemeral = match &self.keys {
				Keys::Full(seed) => seed.one_time_key(&commitment),
				Keys::View(_) => Secret::random()?,
			};
			let ephemeral = &ephemeral;
			let sealing = Sealing { note: &note, to, memo, outgoing, auditor, ephemeral };
			let sealed = sealing.seal()?;
			Ok::<_, PayError>((note, commitment, sealed))
		};
		let (first, second) = (seal(first)?, seal(second)?);
		let commitments = [first.1, second.1];
		let (fee, unshield) = match *ask {
			Ask::Shield { .. } => (0, None),
			Ask::Pay { fee, .. } => (fee, None),
			Ask::Unshield { to, amount, fee } => (fee, Some((to, amount))),
		};
		let (to, amount) = match ask {
			Ask::Shield { to, amount, .. } | Ask::Pay { to, amount, .. } => (Some(**to), *amount),
			Ask::Unshield { amount, .. } => (None, *amount),
		};
		let since = match ask {
			Ask::Shield { .. } => self.scanned.map_or(0, |scanned| scanned.block),
			Ask::Pay { .. } | Ask::Unshield { .. } => {
				self.scanned.ok_or(PayError::NeverScanned)?.block
			},
		};
		let intent = Intent {
			asset: terms.asset,
			amount,
			to,
			nullifiers: spends.iter().flatten().map(|spend| spend.nullifier).collect(),
			outputs: commitments,
			since,
			sent_ms: now_ms(),
			anchor: terms.anchor.notes,
			fee,
			unshield,
			call: None,
		};
		Ok(Plan {
			asset: terms.asset,
			root: terms.anchor.root,
			spends,
			outputs: [first.0, second.0],
			commitments,
			ciphertexts: [first.2, second.2],
			intent,
			earlier: terms.earlier,
		})
	}
}
