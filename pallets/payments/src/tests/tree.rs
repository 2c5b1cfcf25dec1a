//! The tree of notes, against its definition.

use meterproof_primitives::{Digest, NoteHash};
use meterproof_programs::note::empty_roots;

use super::*;

fn leaf(n: u32) -> Digest {
	NoteHasher::note(n, u64::from(n), &key(1), &key(2)).unwrap()
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
			assert_eq!(Payments::append(&batch).unwrap(), all.len() as u32);
			all.extend(batch);
			let root = Payments::root_of(all.len() as u32, &Frontier::<Test>::get());
			assert_eq!(root.unwrap(), root_by_definition(&all));
		}
	});
}

#[test]
fn the_last_place_is_kept_free() {
	build().execute_with(|| {
		NextPosition::<Test>::put(u32::MAX - 1);
		assert_ok!(Payments::append(&[leaf(1)]));
		assert!(!Payments::has_room(1));
		assert_noop!(Payments::append(&[leaf(2)]), Error::<Test>::TreeFull);
	});
}

#[test]
fn the_longest_carry_reaches_the_highest_level() {
	build().execute_with(|| {
		// 2^31 - 1 notes are there: each level but the highest has a node on the left.
		NextPosition::<Test>::put((1 << 31) - 1);
		Frontier::<Test>::put(std::array::from_fn(|level| leaf(level as u32)));
		assert_ok!(Payments::append(&[leaf(99)]));
		let mut node = leaf(99);
		for level in 0..31 {
			node = NoteHasher::node(&leaf(level), &node).unwrap();
		}
		assert_eq!(Frontier::<Test>::get()[31], node);
		let expected = NoteHasher::node(&node, &empty_roots()[31]).unwrap();
		assert_eq!(Payments::root_of(1 << 31, &Frontier::<Test>::get()), Some(expected));
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
