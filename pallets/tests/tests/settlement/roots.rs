//! What another chain is shown of settlements.

use frame::{deps::sp_io::hashing::keccak_256, traits::Hooks};
use pallet_settlement::{settled_key, SettledNow, SettledRoot};

use super::*;

/// Words of 32 bytes of what Alice's group gets, all of it delivered.
fn words_of_alice() -> Vec<u8> {
	// Zone, resource, direction, period, ending, contracted, delivered, paid, refunded, penalty, hidden, trades.
	let numbers: [u128; 12] = [ZONE.into(), 0, 1, FIRST.into(), 1, 100, 100, 500, 0, 0, 0, 1];
	let numbers = numbers.into_iter().flat_map(|number| {
		let mut word = [0; 32];
		word[16..].copy_from_slice(&number.to_be_bytes());
		word
	});
	ALICE.0.into_iter().chain(numbers).collect()
}

fn begin_block() -> H256 {
	System::set_block_number(System::block_number() + 1);
	Settlement::on_initialize(System::block_number());
	SettledRoot::<Test>::get()
}

#[test]
fn the_next_block_has_a_root_over_what_a_block_settled() {
	committed(|| {
		begin_block();
		assert_eq!(begin_block(), H256::zero(), "nothing was settled");
		Submission::proved(FIRST, &[(ALICE, 100)], READINGS).submit(ANYONE).unwrap();
		let words = words_of_alice();
		let settled = (System::block_number(), words.clone());
		assert_eq!(Settlement::proof_words(&group(ALICE), FIRST), Some(settled));
		let alice = H256(keccak_256(&words));
		assert_eq!(SettledNow::<Test>::get()[..], [alice]);
		assert_eq!(begin_block(), alice, "a tree of one leaf");
		assert!(SettledNow::<Test>::get().is_empty());

		finalise(FIRST);
		assert_ok!(Settlement::expire(RuntimeOrigin::signed(ANYONE), FIRST, group(BOB)));
		let (_, words) = Settlement::proof_words(&group(BOB), FIRST).unwrap();
		assert_eq!(words[5 * 32..6 * 32], [0; 32], "it expired");
		assert_eq!(begin_block(), H256(keccak_256(&words)));
		assert_eq!(begin_block(), H256::zero());
	});
}

#[test]
fn a_root_is_over_all_of_a_block_in_their_order() {
	committed(|| {
		begin_block();
		Submission::proved(FIRST, &[(ALICE, 100), (BOB, 80)], READINGS).submit(ANYONE).unwrap();
		let [alice, bob] = [ALICE, BOB]
			.map(|who| keccak_256(&Settlement::proof_words(&group(who), FIRST).unwrap().1));
		assert_eq!(begin_block(), H256(keccak_256(&[alice, bob].concat())));
		assert_ne!(settled_key(&H256(alice)), settled_key(&H256(bob)));
	});
}

#[test]
fn a_refused_proof_adds_nothing() {
	committed(|| {
		begin_block();
		let submission = Submission::proved(FIRST, &[(ALICE, 100)], READINGS);
		refused(&Submission { slots: 0, ..submission }, ANYONE, Error::TooManySlots);
		assert!(SettledNow::<Test>::get().is_empty());
		assert_eq!(Settlement::proof_words(&group(ALICE), FIRST), None);
	});
}
