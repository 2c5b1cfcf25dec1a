//! A wallet's own notes: what it has, and what it chooses to spend.

pub mod ciphertext;
pub mod memo;
pub mod searched;
pub mod tree;

use std::collections::{BTreeMap, BTreeSet};

use codec::{Decode, Encode};
use meterproof_programs::{hash::DigestBytes, note::Note, transfer::NOTES};
use zeroize::Zeroize;

use crate::{error::named_errors, keys::Diversifier};

/// With more spendable notes than this, a payment that needs one note spends the smallest beside
/// it: the transaction has room for two anyway, and so the notes grow fewer.
const TIDY_ABOVE: usize = 8;

named_errors! {
	/// Why no notes could be chosen.
	#[derive(PartialEq, Eq, Clone, Copy)]
	pub enum SelectError {
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
	}
}

/// What has become of a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum State {
	/// The note is not spent, and no payment that spends it was sent.
	#[codec(index = 0)]
	Unspent,
	/// A payment that spends it was sent and is not on the chain.
	#[codec(index = 1)]
	Pending {
		/// The last block that was scanned when it was sent.
		since: u32,
	},
	/// The note is spent.
	#[codec(index = 2)]
	Spent {
		/// The block that spent the note.
		block: u32,
	},
}

/// A note that is one's own. Its amount and randomness are erased when dropped.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct OwnNote {
	/// The note's place in the tree.
	pub position: u32,
	/// The block that made the note.
	pub block: u32,
	/// The address that the note was paid to.
	pub diversifier: Diversifier,
	/// The asset that the note is of.
	pub asset: u32,
	/// How much.
	pub amount: u64,
	/// Who may spend it: the address's owner.
	pub owner: DigestBytes,
	/// What hides the rest.
	pub randomness: DigestBytes,
	/// The note's leaf of the tree.
	pub commitment: DigestBytes,
	/// The nullifier that spends the note.
	pub nullifier: DigestBytes,
	/// What has become of the note.
	pub state: State,
}

impl OwnNote {
	/// The note as the transfer statement has it.
	pub fn note(&self) -> Note {
		let Self { asset, amount, owner, randomness, .. } = *self;
		Note { asset, amount, owner, randomness }
	}
}

impl Drop for OwnNote {
	fn drop(&mut self) {
		self.amount.zeroize();
		self.randomness.zeroize();
	}
}

impl std::fmt::Debug for OwnNote {
	fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(formatter, "OwnNote({}, ..)", self.position)
	}
}

/// What a wallet has of an asset, in its smallest unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
	/// Can be spent now.
	pub spendable: u128,
	/// Newer than the anchor.
	pub maturing: u128,
	/// In payments that are on their way; their change comes back.
	pub pending: u128,
	/// The most that one payment can carry, its fee included.
	pub most_at_once: u128,
	/// Notes that can be spent now.
	pub notes: usize,
}

impl Balance {
	/// The most that can be paid in one payment with this fee.
	pub fn most_after(&self, fee: u64) -> u64 {
		let most = self.most_at_once.saturating_sub(fee.into());
		u64::try_from(most).unwrap_or(u64::MAX)
	}
}

/// All of a wallet's own notes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct OwnNotes {
	by_position: BTreeMap<u32, OwnNote>,
	by_nullifier: BTreeMap<DigestBytes, u32>,
}

impl OwnNotes {
	/// Adds a note that was found.
	pub(crate) fn add(&mut self, note: OwnNote) {
		self.by_nullifier.insert(note.nullifier, note.position);
		self.by_position.insert(note.position, note);
	}

	/// All of them, by position.
	pub fn all(&self) -> impl Iterator<Item = &OwnNote> {
		self.by_position.values()
	}

	/// The one at this place.
	pub fn at(&self, position: u32) -> Option<&OwnNote> {
		self.by_position.get(&position)
	}

	/// The one that this nullifier spends.
	pub(crate) fn spent_by(&mut self, nullifier: &DigestBytes) -> Option<&mut OwnNote> {
		self.by_position.get_mut(self.by_nullifier.get(nullifier)?)
	}

	/// The places of those that these nullifiers spend and that are not spent.
	pub(crate) fn places(&self, nullifiers: &[DigestBytes]) -> BTreeSet<u32> {
		let places = nullifiers.iter().filter_map(|nullifier| self.by_nullifier.get(nullifier));
		let held = places.filter_map(|place| self.at(*place));
		let held = held.filter(|note| !matches!(note.state, State::Spent { .. }));
		held.map(|note| note.position).collect()
	}

	/// Keeps notes with these nullifiers for the payments sent after these blocks, and frees all other
	/// ones that are not spent.
	pub(crate) fn reserve(&mut self, reserved: &BTreeMap<DigestBytes, u32>) {
		for note in self.by_position.values_mut() {
			if !matches!(note.state, State::Spent { .. }) {
				let since = reserved.get(&note.nullifier);
				note.state = since.map_or(State::Unspent, |since| State::Pending { since: *since });
			}
		}
	}

	/// Assets of which there is something.
	pub fn assets(&self) -> Vec<u32> {
		let held = self.all().filter(|note| !matches!(note.state, State::Spent { .. }));
		let mut assets: Vec<_> = held.map(|note| note.asset).collect();
		assets.sort_unstable();
		assets.dedup();
		assets
	}

	/// What there is of an asset, spendable or not.
	pub fn held(&self, asset: u32) -> u128 {
		let held = self.all().filter(|note| note.asset == asset);
		let held = held.filter(|note| !matches!(note.state, State::Spent { .. }));
		held.map(|note| u128::from(note.amount)).sum()
	}

	/// What there is of an asset, when the tree has `anchor` notes at the anchor.
	pub fn balance(&self, asset: u32, anchor: u64) -> Balance {
		let mut balance = Balance::default();
		for note in self.all().filter(|note| note.asset == asset) {
			let amount = u128::from(note.amount);
			match note.state {
				State::Spent { .. } => {},
				State::Pending { .. } => balance.pending += amount,
				State::Unspent if u64::from(note.position) < anchor => balance.spendable += amount,
				State::Unspent => balance.maturing += amount,
			}
		}
		let spendable = self.spendable(asset, anchor, false);
		let mut largest = spendable.iter().rev().map(|note| note.amount);
		let first = largest.next().unwrap_or_default();
		// The statement takes no two notes that hold more than a note can.
		let together = largest.take(NOTES - 1).try_fold(first, |sum, next| sum.checked_add(next));
		balance.most_at_once = together.unwrap_or(first).into();
		balance.notes = spendable.len();
		balance
	}

	/// Notes that can be spent, smallest first; with `reserved`, also those kept for payments on their
	/// way.
	fn spendable(&self, asset: u32, anchor: u64, reserved: bool) -> Vec<&OwnNote> {
		let free = |note: &OwnNote| match note.state {
			State::Unspent => true,
			State::Pending { .. } => reserved,
			State::Spent { .. } => false,
		};
		let mut notes: Vec<_> = self
			.all()
			.filter(|note| note.asset == asset && free(note) && u64::from(note.position) < anchor)
			.collect();
		notes.sort_by_key(|note| (note.amount, note.position));
		notes
	}

	/// One or two notes that hold at least `needed`.
	///
	/// The smallest that does alone; else the pair whose sum is smallest. Sums of two stay below
	/// 2^64, as the statement wants them.
	pub fn select(
		&self,
		asset: u32,
		needed: u64,
		anchor: u64,
	) -> Result<Vec<&OwnNote>, SelectError> {
		self.choose(asset, needed, anchor, false)
	}

	fn choose(
		&self,
		asset: u32,
		needed: u64,
		anchor: u64,
		reserved: bool,
	) -> Result<Vec<&OwnNote>, SelectError> {
		let notes = self.spendable(asset, anchor, reserved);
		if let Some(one) = notes.iter().find(|note| note.amount >= needed) {
			let smallest = notes.first().filter(|smallest| {
				notes.len() > TIDY_ABOVE
					&& smallest.position != one.position
					&& smallest.amount.checked_add(one.amount).is_some()
			});
			return Ok([Some(one), smallest].into_iter().flatten().copied().collect());
		}
		if let Some((one, other)) = smallest_pair(&notes, needed) {
			return Ok(vec![one, other]);
		}
		let balance = self.balance(asset, anchor);
		let needed = u128::from(needed);
		let chosen_from: u128 = notes.iter().map(|note| u128::from(note.amount)).sum();
		if chosen_from >= needed {
			Err(SelectError::NeedsMerging)
		} else if balance.spendable + balance.maturing + balance.pending >= needed {
			Err(SelectError::NotYetSpendable)
		} else {
			Err(SelectError::InsufficientFunds)
		}
	}
}

impl OwnNotes {
	/// Chooses notes as [`Self::select`] does, with one at least of each of these sets: what was to
	/// spend them cannot come any more once this payment has. With `reserved`, also of the notes kept
	/// for payments on their way.
	pub(crate) fn select_over(
		&self,
		asset: u32,
		needed: u64,
		anchor: u64,
		sets: &[BTreeSet<u32>],
		reserved: bool,
	) -> Result<Vec<&OwnNote>, SelectError> {
		let Some(first) = sets.first() else {
			return self.choose(asset, needed, anchor, reserved);
		};
		let notes = self.spendable(asset, anchor, reserved);
		let mut best: Option<(u64, Vec<&OwnNote>)> = None;
		for one in notes.iter().filter(|note| first.contains(&note.position)) {
			let others = notes.iter().filter(|other| other.position != one.position);
			for other in std::iter::once(None).chain(others.map(Some)) {
				let chosen: Vec<_> = std::iter::once(one).chain(other).copied().collect();
				let covers = |set: &BTreeSet<u32>| chosen.iter().any(|n| set.contains(&n.position));
				let sum = chosen.iter().try_fold(0u64, |sum, note| sum.checked_add(note.amount));
				let sum = sum.filter(|sum| *sum >= needed && sets.iter().all(covers));
				if let Some(sum) =
					sum.filter(|sum| best.as_ref().is_none_or(|(known, _)| sum < known))
				{
					best = Some((sum, chosen));
				}
			}
		}
		match best {
			Some((_, chosen)) => Ok(chosen),
			None => {
				let chosen = self.choose(asset, needed, anchor, reserved);
				chosen.and(Err(SelectError::EarlierPaymentOpen))
			},
		}
	}
}

/// Of notes sorted by amount, none of which suffices alone: the two whose sum is smallest and
/// enough.
fn smallest_pair<'a>(notes: &[&'a OwnNote], needed: u64) -> Option<(&'a OwnNote, &'a OwnNote)> {
	let mut best: Option<(u64, &OwnNote, &OwnNote)> = None;
	let mut rest = notes;
	while let [low, middle @ .., high] = rest {
		// Two amounts below 2^64 whose sum is not are more than enough; a smaller pair may do.
		match low.amount.checked_add(high.amount) {
			Some(sum) if sum < needed => rest = rest.get(1..).unwrap_or_default(),
			sum => {
				let better = sum.filter(|sum| best.is_none_or(|(known, ..)| *sum < known));
				if let Some(sum) = better {
					best = Some((sum, low, high));
				}
				rest = rest.get(..=middle.len()).unwrap_or_default();
			},
		}
	}
	best.map(|(_, low, high)| (low, high))
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn note(position: u32, amount: u64, state: State) -> OwnNote {
		let digest = |n: u64| {
			let mut digest = [0; 32];
			digest[..8].copy_from_slice(&n.to_le_bytes());
			digest
		};
		OwnNote {
			position,
			block: 1,
			diversifier: 0,
			asset: 0,
			amount,
			owner: digest(1),
			randomness: digest(2),
			commitment: digest(u64::from(position) + 10),
			nullifier: digest(u64::from(position) + 1_000),
			state,
		}
	}

	fn notes(amounts: &[u64]) -> OwnNotes {
		let mut notes = OwnNotes::default();
		for (position, amount) in (0..).zip(amounts) {
			notes.add(note(position, *amount, State::Unspent));
		}
		notes
	}

	fn selected(amounts: &[u64], needed: u64) -> Result<Vec<u64>, SelectError> {
		let notes = notes(amounts);
		let chosen = notes.select(0, needed, u64::MAX)?;
		Ok(chosen.iter().map(|note| note.amount).collect())
	}

	#[test]
	fn the_smallest_that_suffices_is_spent() {
		assert_eq!(selected(&[9, 3, 5], 4), Ok(vec![5]));
		assert_eq!(selected(&[9, 3, 5], 5), Ok(vec![5]));
		assert_eq!(selected(&[9, 3, 5], 10), Ok(vec![3, 9]));
		assert_eq!(selected(&[9, 3, 5], 14), Ok(vec![5, 9]));
	}

	#[test]
	fn what_cannot_be_paid_is_named() {
		assert_eq!(selected(&[9, 3, 5], 15), Err(SelectError::NeedsMerging));
		assert_eq!(selected(&[9, 3, 5], 17), Err(SelectError::NeedsMerging));
		assert_eq!(selected(&[9, 3, 5], 18), Err(SelectError::InsufficientFunds));
		assert_eq!(selected(&[], 1), Err(SelectError::InsufficientFunds));
		let mut held = notes(&[9]);
		held.add(note(1, 5, State::Pending { since: 3 }));
		held.add(note(2, 5, State::Spent { block: 3 }));
		held.add(note(3, 5, State::Unspent));
		let select = |needed, anchor| held.select(0, needed, anchor).map(|_| ());
		assert_eq!(select(14, 4), Ok(()));
		assert_eq!(select(14, 3), Err(SelectError::NotYetSpendable));
		assert_eq!(select(19, 4), Err(SelectError::NotYetSpendable));
		assert_eq!(select(20, 4), Err(SelectError::InsufficientFunds));
		assert_eq!(held.select(1, 1, 4).unwrap_err(), SelectError::InsufficientFunds);
	}

	#[test]
	fn a_wallet_of_many_notes_becomes_tidier() {
		assert_eq!(selected(&[1, 2, 3, 4, 5, 6, 7, 8, 9], 5), Ok(vec![5, 1]));
		assert_eq!(selected(&[5, 6, 7, 8, 9, 10, 11, 12, 13], 5), Ok(vec![5]));
	}

	#[test]
	fn sums_beyond_64_bits_are_not_chosen() {
		let half = 1 << 63;
		assert_eq!(selected(&[half, half], u64::MAX), Err(SelectError::NeedsMerging));
		assert_eq!(selected(&[half, half - 1, half], u64::MAX), Ok(vec![half - 1, half]));
	}

	#[test]
	fn balances_tell_what_can_be_spent() {
		let mut held = notes(&[9, 3, 5]);
		held.add(note(3, 7, State::Pending { since: 3 }));
		held.add(note(4, 11, State::Spent { block: 3 }));
		held.add(note(5, 13, State::Unspent));
		let balance = held.balance(0, 5);
		let expected =
			Balance { spendable: 17, maturing: 13, pending: 7, most_at_once: 14, notes: 3 };
		assert_eq!(balance, expected);
		let nullifier = |position| held.at(position).unwrap().nullifier;
		let reserved = [(nullifier(3), 3), (nullifier(4), 3)].into();
		held.reserve(&reserved);
		assert_eq!(held.balance(0, 5), expected, "what is spent stays spent");
		held.reserve(&BTreeMap::new());
		assert_eq!(held.balance(0, 5).pending, 0);
		assert_eq!(held.assets(), [0]);
	}

	proptest! {
		#[test]
		fn what_is_selected_suffices_and_is_least(
			amounts in proptest::collection::vec(1u64..100, 0..8),
			needed in 1u64..250,
		) {
			let mut sums: Vec<u64> = Vec::new();
			for (i, one) in amounts.iter().enumerate() {
				sums.extend(amounts.iter().skip(i + 1).map(|other| one + other));
			}
			let single = amounts.iter().filter(|amount| **amount >= needed).min().copied();
			let pair = sums.into_iter().filter(|sum| *sum >= needed).min();
			let all: u64 = amounts.iter().sum();
			match selected(&amounts, needed) {
				Ok(chosen) => prop_assert_eq!(Some(chosen.iter().sum()), single.or(pair)),
				Err(SelectError::NeedsMerging) => {
					prop_assert!(single.or(pair).is_none() && all >= needed);
				},
				Err(error) => {
					prop_assert_eq!(error, SelectError::InsufficientFunds);
					prop_assert!(all < needed);
				},
			}
		}
	}
}
