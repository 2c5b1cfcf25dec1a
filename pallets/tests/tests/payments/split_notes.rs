//! Two notes that another pallet pays, and whose shares are sealed.

use meterproof_primitives::{
	api::NoteContentInfo, AssetId, NoteCiphertext, NoteOwner, Output, PayNotes,
};
use meterproof_programs::note::Note;

use super::*;
use fungibles::Mutate;

const RANDOMNESS: [u8; 32] = [9; 32];

fn note(asset: AssetId, amount: u64, owner: NoteOwner) -> Note {
	Note { asset, amount, owner, randomness: RANDOMNESS }
}

/// A note of key 1 and one of key 2.
fn outputs(asset: AssetId, first: u64, second: u64, auditor: bool) -> [Output; 2] {
	[(1, first), (2, second)].map(|(n, amount)| Output {
		commitment: note(asset, amount, owner_of(&key(n))).commitment().unwrap(),
		ciphertext: ciphertext(auditor),
	})
}

fn pay_from_bob(asset: AssetId, amount: u64, outputs: [Output; 2], sent: u64) -> DispatchResult {
	Payments::pay_sealed(asset, amount, outputs, |pool| {
		NativeAndAssets::transfer(asset, &BOB, pool, sent.into(), Preservation::Preserve).map(drop)
	})
}

#[test]
fn money_becomes_two_notes_that_tell_nothing() {
	execute(|| {
		let made = outputs(NATIVE_ASSET, 3_000, 2_000, false);
		let before = System::block_weight().get(DispatchClass::Mandatory).ref_time();
		assert_ok!(pay_from_bob(NATIVE_ASSET, 5_000, made.clone(), 5_000));
		let after = System::block_weight().get(DispatchClass::Mandatory).ref_time();
		assert_eq!(after - before, weights::hashing::<()>(2).ref_time());
		assert_eq!(
			events(),
			[Event::NotesSplit { asset: NATIVE_ASSET, amount: 5_000, position: 0 }]
		);
		assert_eq!(balance(NATIVE_ASSET, &BOB), ENDOWMENT - 5_000);
		assert_eq!(pool(NATIVE_ASSET), 5_000);
		assert_eq!(Moved::<Test>::get(NATIVE_ASSET).shielded, 5_000);
		for (position, Output { commitment, ciphertext }) in (0..).zip(made) {
			let content = NoteContent::Split { ciphertext };
			let entry = NoteEntry { commitment, asset: NATIVE_ASSET, block: 1, content };
			assert_eq!(Notes::<Test>::get(position), Some(entry));
		}
		assert_eq!((SplitNotes::<Test>::get(), OpenNotes::<Test>::get()), (2, 0));
		assert_eq!(Nullifiers::<Test>::iter().count(), 0);
	});
}

#[test]
fn both_owners_spend_them() {
	execute(|| {
		let made = outputs(NATIVE_ASSET, 3_000, 2_000, false);
		assert_ok!(pay_from_bob(NATIVE_ASSET, 5_000, made, 5_000));
		blocks(1);
		for (position, amount) in [(0, 3_000), (1, 2_000)] {
			let owned = Owned {
				key: key(position as u8 + 1),
				asset: NATIVE_ASSET,
				amount,
				randomness: RANDOMNESS,
				position,
			};
			assert_eq!(apply(unshielding(&owned, 1_000, NOBODY).call()), Ok(Ok(())));
		}
		assert_eq!(pool(NATIVE_ASSET), 5_000 - 2 * (1_000 + u128::from(UNSHIELD_FEE)));
	});
}

#[test]
fn one_of_them_may_hold_nothing() {
	execute(|| {
		let made = outputs(NATIVE_ASSET, 5_000, 0, false);
		assert_ok!(pay_from_bob(NATIVE_ASSET, 5_000, made, 5_000));
		assert_eq!(NextPosition::<Test>::get(), 2);
	});
}

#[test]
fn they_stand_among_other_notes() {
	execute(|| {
		let owner = owner_of(&key(1));
		shielded(NATIVE_ASSET, 700, &key(1));
		events();
		assert_ok!(Payments::pay(NATIVE_ASSET, &BOB, 100, owner, [0; 32]));
		let made = outputs(NATIVE_ASSET, 1, 2, false);
		assert_ok!(pay_from_bob(NATIVE_ASSET, 3, made.clone(), 3));
		assert!(events().contains(&Event::NotesSplit {
			asset: NATIVE_ASSET,
			amount: 3,
			position: 3
		}));
		blocks(1);
		let told = Payments::notes(3, 10).notes;
		assert_eq!(told.len(), 2);
		for (note, Output { commitment, ciphertext }) in told.into_iter().zip(made) {
			assert_eq!(note.commitment, H256(commitment));
			let NoteCiphertext { ephemeral, note: sealed, outgoing, .. } = ciphertext;
			assert_eq!(
				note.content,
				NoteContentInfo::Split {
					ephemeral: H256(ephemeral),
					note: sealed.to_vec(),
					outgoing: outgoing.to_vec(),
					auditor: vec![],
				}
			);
		}
	});
}

#[test]
fn an_auditor_must_be_able_to_read_both() {
	execute(|| {
		admit_local(Some([7; 32]));
		let mut made = outputs(LOCAL, 30, 20, true);
		assert_ok!(pay_from_bob(LOCAL, 50, made.clone(), 50));
		let guard = StorageNoopGuard::new();
		made[1].ciphertext.auditor = None;
		let missing = Error::<Test>::AuditorCiphertextMissing.into();
		assert_eq!(pay_from_bob(LOCAL, 50, made, 50), Err(missing));
		let made = outputs(NATIVE_ASSET, 30, 20, true);
		let unexpected = Error::<Test>::AuditorCiphertextUnexpected.into();
		assert_eq!(pay_from_bob(NATIVE_ASSET, 50, made, 50), Err(unexpected));
		drop(guard);
	});
}

#[test]
fn nothing_remains_of_what_fails() {
	execute(|| {
		let made = || outputs(NATIVE_ASSET, 300, 400, false);
		let guard = StorageNoopGuard::new();
		let pay = |asset, amount, outputs, sent| pay_from_bob(asset, amount, outputs, sent);
		assert_eq!(pay(NATIVE_ASSET, 0, made(), 0), Err(Error::<Test>::AmountZero.into()));
		assert_eq!(pay(LOCAL, 700, made(), 700), Err(Error::<Test>::UnknownAsset.into()));
		for sent in [699, 701] {
			let result = pay(NATIVE_ASSET, 700, made(), sent);
			assert_eq!(result, Err(Error::<Test>::AmountNotMoved.into()));
		}
		for which in [0, 1] {
			let mut bent = made();
			bent[which].commitment = [0xff; 32];
			let result = pay(NATIVE_ASSET, 700, bent, 700);
			assert_eq!(result, Err(Error::<Test>::NotCanonical.into()));
		}
		let fails = |_: &AccountId| Err(DispatchError::Other("on hold no more"));
		let result = Payments::pay_sealed(NATIVE_ASSET, 700, made(), fails);
		assert_eq!(result, Err(DispatchError::Other("on hold no more")));
		drop(guard);
		// Room for one is not enough for two.
		let next = NextPosition::<Test>::get();
		for full in [u32::MAX, u32::MAX - 1] {
			NextPosition::<Test>::put(full);
			assert_noop!(pay(NATIVE_ASSET, 700, made(), 700), Error::<Test>::TreeFull);
		}
		NextPosition::<Test>::put(next);
	});
}
