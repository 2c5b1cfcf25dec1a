//! Which roots a payment may rest on.

use meterproof_primitives::{Digest, PayNotes};

use super::*;

/// Adds a note and ends the block; its root.
fn grow() -> Digest {
	assert_ok!(Payments::pay(NATIVE_ASSET, &BOB, 100, key(9), [0; 32]));
	blocks(1);
	root()
}

#[test]
fn a_root_is_usable_until_as_many_newer_ones_came() {
	execute(|| {
		let empty = root();
		let mut roots = vec![empty];
		for _ in 0..3 * MAX_ROOTS {
			roots.push(grow());
			let usable = roots.iter().rev().take(MAX_ROOTS as usize);
			assert!(usable.clone().all(|root| Payments::root_known(H256(*root))));
			let stale = &roots[..roots.len() - usable.len()];
			assert!(!stale.iter().any(|root| Payments::root_known(H256(*root))));
			assert_eq!(Roots::<Test>::iter().count(), roots.len().min(MAX_ROOTS as usize));
		}
	});
}

#[test]
fn fewer_roots_after_an_upgrade_are_in_force_at_once_and_go_one_by_one() {
	execute(|| {
		let roots: Vec<_> = (0..MAX_ROOTS).map(|_| grow()).collect();
		RootsKept::set(8);
		assert!(roots[4..].iter().all(|root| Payments::root_known(H256(*root))));
		assert!(!roots[..4].iter().any(|root| Payments::root_known(H256(*root))));
		assert_eq!(Roots::<Test>::iter().count(), 12);
		for left in [11, 10, 9, 8, 8] {
			grow();
			assert_eq!(Roots::<Test>::iter().count(), left);
		}
	});
}

#[test]
fn the_anchor_is_the_tree_after_a_block_whose_number_is_a_multiple() {
	execute(|| {
		let start = Anchor::<Test>::get();
		assert_eq!((start.block, start.notes, start.root), (0, 0, root()));
		let mut in_block = vec![];
		for _ in 1..=12 {
			in_block.push(grow());
		}
		// Block 13 is open; 10 was the last multiple of 5.
		let anchor = Anchor::<Test>::get();
		assert_eq!((anchor.block, anchor.notes, anchor.root), (10, 10, in_block[9]));
		let state = Payments::state();
		assert_eq!(state.anchor.block, 10);
		assert_eq!(state.head.block, 12);
		// Without new notes it goes on, and so does its block.
		blocks(5);
		let anchor = Anchor::<Test>::get();
		assert_eq!((anchor.block, anchor.notes, anchor.root), (15, 12, in_block[11]));
	});
}

#[test]
fn a_payment_rests_on_the_anchor_while_the_tree_grows() {
	execute(|| {
		let note = shielded(NATIVE_ASSET, 5_000, &key(1));
		blocks(4);
		let draft = paying(&note, 1_000, &key(2));
		assert_eq!(draft.root, Anchor::<Test>::get().root);
		let call = draft.call();
		grow();
		grow();
		assert_ne!(root(), draft.root);
		assert_eq!(apply(call), Ok(Ok(())));
	});
}
