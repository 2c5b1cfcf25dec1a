//! Notes that other pallets pay.

use meterproof_primitives::{public_randomness, PayNotes};
use meterproof_programs::note::Note;

use super::*;

const SEED: [u8; 32] = [8; 32];

#[test]
fn money_becomes_a_note_whose_contents_are_public() {
	execute(|| {
		let owner = owner_of(&key(1));
		assert_ok!(Payments::pay(NATIVE_ASSET, &BOB, 5_000, owner, SEED));
		assert_eq!(
			events(),
			[Event::NotePaid { asset: NATIVE_ASSET, amount: 5_000, owner, position: 0 }]
		);
		assert_eq!(balance(NATIVE_ASSET, &BOB), ENDOWMENT - 5_000);
		assert_eq!(pool(NATIVE_ASSET), 5_000);
		assert_eq!(Moved::<Test>::get(NATIVE_ASSET).shielded, 5_000);
		let randomness = public_randomness(&GENESIS, &SEED);
		let note = Note { asset: NATIVE_ASSET, amount: 5_000, owner, randomness };
		let entry = NoteEntry {
			commitment: note.commitment().unwrap(),
			asset: NATIVE_ASSET,
			block: 1,
			content: NoteContent::Open { amount: 5_000, owner, randomness },
		};
		assert_eq!(Notes::<Test>::get(0), Some(entry));
		assert_eq!(OpenNotes::<Test>::get(), 1);
	});
}

#[test]
fn its_owner_spends_it() {
	execute(|| {
		// Equal seeds make notes of their own: places differ.
		for _ in 0..2 {
			assert_ok!(Payments::pay(NATIVE_ASSET, &BOB, 5_000, owner_of(&key(1)), SEED));
		}
		blocks(1);
		for position in 0..2 {
			let note = Owned {
				key: key(1),
				asset: NATIVE_ASSET,
				amount: 5_000,
				randomness: public_randomness(&GENESIS, &SEED),
				position,
			};
			assert_eq!(apply(unshielding(&note, 1_000, NOBODY).call()), Ok(Ok(())));
		}
		assert_eq!(pool(NATIVE_ASSET), 2 * (4_000 - u128::from(UNSHIELD_FEE)));
	});
}

#[test]
fn money_on_hold_can_pay() {
	execute(|| {
		let owner = owner_of(&key(1));
		let mut asked = None;
		assert_ok!(Payments::pay_by(NATIVE_ASSET, 700, owner, SEED, |pool| {
			asked = Some(*pool);
			Balances::transfer_keep_alive(RuntimeOrigin::signed(BOB), *pool, 700)
		}));
		assert_eq!(asked, Some(Payments::account_id()));
		assert_eq!(pool(NATIVE_ASSET), 700);
	});
}

#[test]
fn nothing_remains_of_one_that_fails() {
	execute(|| {
		let owner = owner_of(&key(1));
		let pay = |asset, amount, owner| Payments::pay(asset, &BOB, amount, owner, SEED);
		let guard = StorageNoopGuard::new();
		assert_eq!(pay(NATIVE_ASSET, 0, owner), Err(Error::<Test>::AmountZero.into()));
		assert_eq!(pay(LOCAL, 1, owner), Err(Error::<Test>::UnknownAsset.into()));
		assert_eq!(pay(NATIVE_ASSET, 1, [0xff; 32]), Err(Error::<Test>::NotCanonical.into()));
		let genesis = frame_system::BlockHash::<Test>::take(0);
		assert_eq!(pay(NATIVE_ASSET, 1, owner), Err(Error::<Test>::GenesisUnknown.into()));
		frame_system::BlockHash::<Test>::insert(0, genesis);
		let dear = ENDOWMENT as u64 + 1;
		assert_eq!(pay(NATIVE_ASSET, dear, owner), Err(TokenError::FundsUnavailable.into()));
		for sent in [699, 701] {
			let result = Payments::pay_by(NATIVE_ASSET, 700, owner, SEED, |pool| {
				Balances::transfer_keep_alive(RuntimeOrigin::signed(BOB), *pool, sent)
			});
			assert_eq!(result, Err(Error::<Test>::AmountNotMoved.into()));
		}
		drop(guard);
		let next = NextPosition::<Test>::get();
		NextPosition::<Test>::put(u32::MAX);
		assert_noop!(pay(NATIVE_ASSET, 1, owner), Error::<Test>::TreeFull);
		NextPosition::<Test>::put(next);
	});
}

#[test]
fn whether_it_could_be_paid_is_told_before() {
	execute(|| {
		assert!(Payments::can_pay(NATIVE_ASSET, &owner_of(&key(1))));
		assert!(!Payments::can_pay(NATIVE_ASSET, &[0xff; 32]));
		assert!(!Payments::can_pay(LOCAL, &owner_of(&key(1))));
	});
}
