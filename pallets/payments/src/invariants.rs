//! What always holds.

use frame::prelude::*;
use fungibles::Inspect;
use meterproof_primitives::{
	is_canonical, Digest, EnsureInvariants, NoteContent, NoteEntry, NoteHash, NATIVE_ASSET,
};

use crate::{pallet::*, types::*};

impl<T: Config> EnsureInvariants for Pallet<T> {
	fn ensure_invariants() -> DispatchResult {
		Self::ensure_pool_covers_notes()?;
		Self::ensure_tree_matches_notes()?;
		Self::ensure_nullifiers_match_notes()?;
		Self::ensure_roots_are_numbered()
	}
}

impl<T: Config> Pallet<T> {
	/// Of each asset the pool has at least what the notes add up to and what keeps its account alive. Money
	/// beyond that is a gift.
	fn ensure_pool_covers_notes() -> DispatchResult {
		let pool = Self::account_id();
		ensure!(
			PayableAssets::<T>::contains_key(NATIVE_ASSET),
			"payments: the chain's own token is not an asset"
		);
		for (asset, totals) in Moved::<T>::iter() {
			ensure!(
				PayableAssets::<T>::contains_key(asset),
				"payments: something moved that cannot be paid with"
			);
			ensure!(totals.owed().is_some(), "payments: more left the pool than entered");
		}
		for asset in PayableAssets::<T>::iter_keys() {
			let owed = Moved::<T>::get(asset).owed().unwrap_or_default();
			let kept = owed.checked_add(T::Assets::minimum_balance(asset));
			ensure!(
				kept.is_some_and(|kept| T::Assets::balance(asset, &pool) >= kept),
				"payments: the pool has less than notes add up to"
			);
		}
		Ok(())
	}

	/// Every leaf has its note, and an open note is what it says.
	fn ensure_tree_matches_notes() -> DispatchResult {
		let next = NextPosition::<T>::get();
		let (mut open, mut split) = (0u32, 0u32);
		for position in 0..next {
			let NoteEntry { commitment, asset, content, .. } =
				Notes::<T>::get(position).ok_or("payments: a leaf has no note")?;
			ensure!(is_canonical(&commitment), "payments: a leaf is not canonical");
			ensure!(
				PayableAssets::<T>::contains_key(asset),
				"payments: a note of an unknown asset"
			);
			match content {
				NoteContent::Open { amount, owner, randomness } => {
					open = open.saturating_add(1);
					ensure!(
						T::NoteHash::note(asset, amount, &owner, &randomness) == Some(commitment),
						"payments: an open note is not what it says"
					);
				},
				NoteContent::Sealed { nullifier, .. } => ensure!(
					Nullifiers::<T>::contains_key(nullifier),
					"payments: a payment's nullifier is not spent"
				),
				NoteContent::Split { .. } => split = split.saturating_add(1),
			}
		}
		ensure!(
			Notes::<T>::iter_keys().count() == next as usize,
			"payments: a note outside the tree"
		);
		ensure!(open == OpenNotes::<T>::get(), "payments: the count of open notes is off");
		ensure!(
			split == SplitNotes::<T>::get() && split.checked_rem(2) == Some(0),
			"payments: the count of split notes is off"
		);
		let head = Head::<T>::get();
		ensure!(head.notes <= next, "payments: the head has notes that are not there");
		Self::ensure_root_is_of_the_notes(head.root, head.notes)
	}

	/// The frontier, and so the root, follow from the notes that the last block which added some
	/// left. Those of a block that has not ended are not in the tree yet.
	fn ensure_root_is_of_the_notes(root: Digest, notes: u32) -> DispatchResult {
		let frontier = Frontier::<T>::get();
		let mut level: alloc::vec::Vec<_> =
			(0..notes).filter_map(Notes::<T>::get).map(|entry| entry.commitment).collect();
		for left in &frontier {
			let mut pairs = level.chunks_exact(2);
			let above = pairs
				.by_ref()
				.map(|pair| match pair {
					[left, right] => T::NoteHash::node(left, right),
					_ => None,
				})
				.collect::<Option<_>>()
				.ok_or("payments: a node is not canonical")?;
			if let [last] = pairs.remainder() {
				ensure!(left == last, "payments: the frontier is not of the notes");
			}
			level = above;
		}
		ensure!(
			Self::root_of(notes, &frontier) == Some(root),
			"payments: the root is not of the notes"
		);
		Ok(())
	}

	/// Two nullifiers for each payment, which made two notes.
	fn ensure_nullifiers_match_notes() -> DispatchResult {
		let paid = OpenNotes::<T>::get().checked_add(SplitNotes::<T>::get());
		let sealed = paid.and_then(|paid| NextPosition::<T>::get().checked_sub(paid));
		let spent = Nullifiers::<T>::iter_keys().count();
		ensure!(
			sealed.is_some_and(|sealed| sealed as usize == spent)
				&& spent.checked_rem(2) == Some(0),
			"payments: nullifiers and notes do not come in pairs"
		);
		ensure!(
			Nullifiers::<T>::iter_keys().all(|nullifier| is_canonical(&nullifier)),
			"payments: a nullifier is not canonical"
		);
		Ok(())
	}

	fn ensure_roots_are_numbered() -> DispatchResult {
		let RootRange { first, next } = RecentRoots::<T>::get();
		let count = next.checked_sub(first).ok_or("payments: the range of roots is off")?;
		ensure!(
			RootNumbers::<T>::iter_keys().count() as u64 == count
				&& Roots::<T>::iter_keys().count() as u64 == count,
			"payments: recent roots and their numbers differ"
		);
		ensure!(
			Roots::<T>::iter().all(|(root, number)| {
				(first..next).contains(&number)
					&& RootNumbers::<T>::get(number) == Some(root)
					&& is_canonical(&root)
					&& root != [0; 32]
			}),
			"payments: a root is not under its number"
		);
		ensure!(
			Roots::<T>::get(Head::<T>::get().root) == next.checked_sub(1),
			"payments: the head is not the newest root"
		);
		let anchor = Anchor::<T>::get();
		ensure!(Self::root_life(&anchor.root).is_some(), "payments: the anchor is not usable");
		Ok(())
	}
}
