//! What another chain is shown of settlements.

use codec::Encode;
use frame::{deps::sp_io::hashing::keccak_256, traits::Hooks};
use meterproof_primitives::SettledSealed;
use pallet_settlement::{settled_key, SettledNow, SettledRoot};

use super::*;

/// Words of 32 bytes of what became of Alice's group: how it ended, contracted, delivered, paid,
/// refunded, penalty, hidden, trades.
fn words_of_alice(ended: [u128; 8]) -> Vec<u8> {
	// Zone, resource, direction, period.
	let group: [u128; 4] = [ZONE.into(), 0, 1, FIRST.into()];
	let numbers = group.into_iter().chain(ended).flat_map(|number| {
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
		let words = words_of_alice([1, 100, 100, 500, 0, 0, 0, 1]);
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
fn each_number_of_a_settlement_has_a_word_of_its_own() {
	let sums = Settled {
		trades: 9,
		contracted: 100,
		delivered: 70,
		paid: 350,
		refunded: 150,
		penalty: 360,
	};
	let sealed = SettledSealed { contracted: 100, amount: 1_700 };
	build().execute_with(|| {
		for (ending, words) in [
			(Ending::Expired(sums), [0, 100, 70, 350, 150, 360, 0, 9]),
			(Ending::Proved(sums), [1, 100, 70, 350, 150, 360, 0, 9]),
			(Ending::Sealed(sealed), [2, 100, 0, 0, 0, 0, 1_700, 1]),
		] {
			let record: SettlementOf<Test> = SettlementRecord { block: 5, ending };
			Settlements::<Test>::insert(FIRST.to_be_bytes(), group(ALICE), record);
			let told = Settlement::proof_words(&group(ALICE), FIRST);
			assert_eq!(told, Some((5, words_of_alice(words))), "{ending:?}");
		}
	});
}

#[test]
fn a_node_that_indexes_has_what_a_block_settled_under_the_hash_of_that_block() {
	let [empty, block] = [8, 9].map(|n| H256([n; 32]));
	let hashes = [1, 2, 3].map(|n| H256([n; 32]));
	let begin_after = |parent: &H256| {
		let number = System::block_number() + 1;
		System::initialize(&number, parent, &Default::default());
		Settlement::on_initialize(number);
	};
	let mut state = build();
	state.execute_with(|| {
		begin_after(&empty);
		for hash in hashes {
			assert_ok!(SettledNow::<Test>::try_append(hash));
		}
		begin_after(&block);
	});
	state.persist_offchain_overlay();
	let index = state.offchain_db();
	assert_eq!(index.get(&settled_key(&block)), Some(hashes.to_vec().encode()));
	for other in [empty, H256::zero()] {
		assert_eq!(index.get(&settled_key(&other)), None);
	}
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
