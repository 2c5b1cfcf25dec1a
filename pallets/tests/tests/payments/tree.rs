//! The tree of notes, against its definition.

use meterproof_primitives::{Digest, NoteHash};
use meterproof_programs::note::empty_roots;

use super::*;

fn leaf(n: u32) -> Digest {
	NoteHasher::note(n, u64::from(n), &key(1), &key(2)).unwrap()
}

/// Notes of which only the leaves matter.
fn add(leaves: &[Digest]) -> u32 {
	let first = Payments::append(leaves).unwrap();
	// In this order nothing is counted beyond the last leaf, which may have the last position.
	for (leaf, position) in leaves.iter().zip(first..) {
		let content = NoteContent::Open { amount: 1, owner: key(1), randomness: key(2) };
		Payments::keep(position, NATIVE_ASSET, *leaf, content);
	}
	first
}

#[test]
fn an_empty_tree_has_a_root_a_payment_may_rest_on() {
	execute(|| {
		assert_eq!(root(), empty_roots()[32]);
		assert!(Payments::root_known(H256(root())));
		assert!(!Payments::root_known(H256([0; 32])));
	});
}

#[test]
fn every_number_of_notes_has_the_root_of_the_definition() {
	build().execute_with(|| {
		let mut all = Vec::new();
		for n in 0..70 {
			let batch: Vec<_> = (0..n % 4).map(|i| leaf(n * 4 + i)).collect();
			assert_eq!(add(&batch), all.len() as u32);
			all.extend(batch);
			blocks(1);
			assert_eq!(root(), root_by_definition(&all));
		}
	});
}

#[test]
fn the_last_place_is_kept_free() {
	build().execute_with(|| {
		NextPosition::<Test>::put(u32::MAX - 1);
		add(&[leaf(1)]);
		assert!(!Payments::has_room(1));
		assert_noop!(Payments::append(&[leaf(2)]), Error::<Test>::TreeFull);
	});
}

#[test]
fn the_longest_carry_reaches_the_highest_level() {
	build().execute_with(|| {
		// 2^31 - 1 notes are there: each level but the highest has a node on the left.
		let before = (1 << 31) - 1;
		NextPosition::<Test>::put(before);
		Head::<Test>::mutate(|head| head.notes = before);
		Frontier::<Test>::put(std::array::from_fn(|level| leaf(level as u32)));
		add(&[leaf(99)]);
		blocks(1);
		let mut node = leaf(99);
		for level in 0..31 {
			node = NoteHasher::node(&leaf(level), &node).unwrap();
		}
		assert_eq!(Frontier::<Test>::get()[31], node);
		let expected = NoteHasher::node(&node, &empty_roots()[31]).unwrap();
		assert_eq!(root(), expected);
	});
}

#[test]
fn calls_that_are_undone_hash_nothing() {
	execute(|| {
		Permissive::set(true);
		// The eighth note completes three levels; whoever undoes it could have them hashed again.
		for _ in 0..3 {
			assert_ok!(dispatch(shielding(NATIVE_ASSET, 100, &key(1)).unproved_call()));
		}
		blocks(1);
		let before = Hashed::get();
		for _ in 0..10 {
			let undone = frame::deps::frame_support::storage::with_storage_layer(|| {
				dispatch(shielding(NATIVE_ASSET, 100, &key(1)).unproved_call()).unwrap();
				Err::<(), _>(DispatchError::Other("as in a batch that fails"))
			});
			assert!(undone.is_err());
		}
		assert_eq!(Hashed::get(), before);
		assert_ok!(dispatch(shielding(NATIVE_ASSET, 100, &key(1)).unproved_call()));
		blocks(1);
		assert!(Hashed::get() > before);
		assert_eq!(root(), root_by_definition(&leaves()));
	});
}

#[test]
fn no_leaf_that_could_not_be_hashed_enters() {
	build().execute_with(|| {
		assert_noop!(Payments::append(&[leaf(1), [0xff; 32]]), Error::<Test>::NotCanonical);
	});
}

#[test]
fn a_note_of_another_pallet_weighs_its_hash() {
	execute(|| {
		use meterproof_primitives::PayNotes;
		let weight = || System::block_weight().total();
		let before = weight();
		assert_ok!(Payments::pay(NATIVE_ASSET, &ALICE, 100, owner_of(&key(1)), [1; 32]));
		let one = weights::hashing::<()>(1);
		assert!(!one.is_zero());
		assert_eq!(weight(), before + one);
		// One that fails adds none.
		assert!(Payments::pay(NATIVE_ASSET, &ALICE, 0, owner_of(&key(1)), [1; 32]).is_err());
		assert!(Payments::pay(99, &ALICE, 100, owner_of(&key(1)), [1; 32]).is_err());
		assert_eq!(weight(), before + one);
	});
}

#[test]
fn a_block_computes_one_root_and_only_if_it_added_notes() {
	execute(|| {
		blocks(3);
		assert_eq!(RecentRoots::<Test>::get(), RootRange { first: 0, next: 1 });
		Permissive::set(true);
		for _ in 0..3 {
			assert_ok!(dispatch(shielding(NATIVE_ASSET, 100, &key(1)).unproved_call()));
		}
		assert_eq!(RecentRoots::<Test>::get().next, 1);
		blocks(1);
		assert_eq!(RecentRoots::<Test>::get().next, 2);
		assert_eq!(root(), root_by_definition(&leaves()));
		assert_eq!(Head::<Test>::get(), TreePoint { block: 4, root: root(), notes: 6 });
	});
}
