//! The tree of notes, and its recent roots.

use frame::prelude::*;
use meterproof_primitives::{is_canonical, Digest, NoteEntry, NoteHash, MAX_NOTES};

use crate::{pallet::*, types::*};

impl<T: Config> Pallet<T> {
	/// An empty tree, whose root a payment may rest on: nobody has anything to spend, but the first
	/// one to shield needs a root.
	pub(crate) fn plant() {
		EmptyRoots::<T>::put(T::NoteHash::empty_roots());
		let start = NoNotes::<T>::get();
		Head::<T>::put(start);
		Anchor::<T>::put(start);
		Self::record_root(start.root);
	}

	/// Whether so many notes more have room.
	pub fn has_room(notes: u32) -> bool {
		MAX_NOTES.checked_sub(NextPosition::<T>::get()).is_some_and(|room| notes <= room)
	}

	/// Makes room for leaves at the end; the position of the first. Nothing is hashed before the
	/// block ends: a call that is rolled back after it has added notes would otherwise have hashed
	/// up to the root of the tree each time, and paid for one hash per note.
	#[doc(hidden)]
	pub fn append(leaves: &[Digest]) -> Result<u32, Error<T>> {
		// What is added is hashed where nothing can be refused any more.
		ensure!(leaves.iter().all(is_canonical), Error::<T>::NotCanonical);
		let first = NextPosition::<T>::get();
		let added = u32::try_from(leaves.len()).map_err(|_| Error::<T>::TreeFull)?;
		let next = first.checked_add(added).ok_or(Error::<T>::TreeFull)?;
		NextPosition::<T>::put(next);
		Ok(first)
	}

	/// Hashes a leaf into the frontier, once for each level that it completes: n leaves in a row,
	/// at most n + 31 times.
	pub(crate) fn grow(
		frontier: &mut FrontierNodes,
		position: u32,
		leaf: Digest,
	) -> Result<(), Error<T>> {
		let mut node = leaf;
		for (level, left) in (0u32..).zip(frontier.iter_mut()) {
			if !turns_right(position, level) {
				*left = node;
				return Ok(());
			}
			node = T::NoteHash::node(left, &node).ok_or(Error::<T>::NotCanonical)?;
		}
		Err(Error::<T>::TreeFull)
	}

	/// The frontier after the notes `from..to`.
	fn frontier_after(from: u32, to: u32) -> Option<FrontierNodes> {
		let mut frontier = Frontier::<T>::get();
		for position in from..to {
			let NoteEntry { commitment, .. } = Notes::<T>::get(position)?;
			Self::grow(&mut frontier, position, commitment).ok()?;
		}
		Some(frontier)
	}

	/// The root over the first `notes` leaves, from what stands left of the path to the next one;
	/// at most 32 hashes. `None` only where stored nodes are not canonical, which they always are.
	pub(crate) fn root_of(notes: u32, frontier: &FrontierNodes) -> Option<Digest> {
		let empty = EmptyRoots::<T>::get();
		let mut node = empty.first().copied()?;
		let mut is_empty = true;
		for (level, (left, (beside, above))) in
			(0u32..).zip(frontier.iter().zip(empty.iter().zip(empty.iter().skip(1))))
		{
			node = if turns_right(notes, level) {
				is_empty = false;
				T::NoteHash::node(left, &node)?
			} else if is_empty {
				*above
			} else {
				T::NoteHash::node(&node, beside)?
			};
		}
		Some(node)
	}

	/// The block's end: its notes enter the tree, if it added any, and it has a root; and the
	/// anchor, if it is one.
	pub(crate) fn close_block(block: BlockNumberFor<T>) {
		let notes = NextPosition::<T>::get();
		let mut head = Head::<T>::get();
		if head.notes != notes {
			let grown = Self::frontier_after(head.notes, notes)
				.and_then(|frontier| Some((Self::root_of(notes, &frontier)?, frontier)));
			let Some((root, frontier)) = grown else {
				defensive!("every position has a note, and all are canonical");
				return;
			};
			Frontier::<T>::put(frontier);
			head = TreePoint { block, root, notes };
			Head::<T>::put(head);
			Self::record_root(root);
		}
		let number: u32 = block.saturated_into();
		if number.checked_rem(T::AnchorPeriod::get()) == Some(0) {
			Anchor::<T>::put(TreePoint { block, ..head });
		}
	}

	/// Takes a root up among the recent ones and lets the oldest go. Two of them where more are
	/// kept than should be, after an upgrade that keeps fewer.
	fn record_root(root: Digest) {
		let mut range = RecentRoots::<T>::get();
		Roots::<T>::insert(root, range.next);
		RootNumbers::<T>::insert(range.next, root);
		range.next = range.next.saturating_add(1);
		for _ in 0..2 {
			if range.next.saturating_sub(range.first) > T::MaxRoots::get().into() {
				if let Some(oldest) = RootNumbers::<T>::take(range.first) {
					Roots::<T>::remove(oldest);
				}
				range.first = range.first.saturating_add(1);
			}
		}
		RecentRoots::<T>::put(range);
	}

	/// For how many more blocks at least this root is usable; `None` where it is not.
	pub(crate) fn root_life(root: &Digest) -> Option<u64> {
		// Zero is an empty leaf, and no tree's root; it is never recorded either.
		if *root == [0; 32] {
			return None;
		}
		let number = Roots::<T>::get(root)?;
		let newer = RecentRoots::<T>::get().next.checked_sub(number)?;
		u64::from(T::MaxRoots::get()).checked_sub(newer)
	}
}

/// Whether the path to a position turns right at a level, counted from the leaves.
fn turns_right(position: u32, level: u32) -> bool {
	position.checked_shr(level).is_some_and(|path| path & 1 == 1)
}
