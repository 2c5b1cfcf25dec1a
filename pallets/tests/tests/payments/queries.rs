//! What the runtime API answers.

use meterproof_primitives::{
	api::{NoteContentInfo, NoteInfo, PaymentAsset, TreeState},
	PayNotes,
};

use super::*;

#[test]
fn the_state_says_what_a_wallet_needs() {
	execute(|| {
		shielded(NATIVE_ASSET, 5_000, &key(1));
		let state = Payments::state();
		assert_eq!(state.genesis, H256(GENESIS));
		assert_eq!(state.head, TreeState { block: 1, root: H256(root()), notes: 2 });
		assert_eq!(state.anchor.notes, 0);
		assert_eq!((state.anchor_period, state.root_life), (ANCHOR_PERIOD, MAX_ROOTS));
	});
}

#[test]
fn notes_come_in_pages() {
	execute(|| {
		for n in 0..7 {
			assert_ok!(Payments::pay(NATIVE_ASSET, &BOB, 100 + n, key(1), [0; 32]));
		}
		let positions = |from, limit| {
			let page = Payments::notes(from, limit);
			assert_eq!(page.total, 7);
			page.notes.into_iter().map(|note| note.position).collect::<Vec<_>>()
		};
		assert_eq!(positions(0, 3), [0, 1, 2]);
		assert_eq!(positions(3, 3), [3, 4, 5]);
		assert_eq!(positions(6, 3), [6]);
		assert!(positions(7, 3).is_empty());
		assert!(positions(u32::MAX, u32::MAX).is_empty());
		assert_eq!(positions(0, u32::MAX).len(), 7);
	});
}

#[test]
fn a_note_is_told_with_all_that_its_owner_needs() {
	execute(|| {
		let draft = shielding(NATIVE_ASSET, 5_000, &key(1));
		let body = draft.proved();
		assert_ok!(dispatch(call(NATIVE_ASSET, &draft.public, body.clone())));
		let page = Payments::notes(0, 1);
		let ciphertext = body.outputs[0].ciphertext.clone();
		assert_eq!(
			page.notes,
			[NoteInfo {
				position: 0,
				block: 1,
				asset: NATIVE_ASSET,
				commitment: H256(body.outputs[0].commitment),
				content: NoteContentInfo::Sealed {
					nullifier: H256(body.nullifiers[0]),
					ephemeral: H256(ciphertext.ephemeral),
					note: ciphertext.note.to_vec(),
					outgoing: ciphertext.outgoing.to_vec(),
					auditor: vec![],
				},
			}]
		);
	});
}

#[test]
fn assets_are_told_in_order() {
	execute(|| {
		admit_local(Some([9; 32]));
		shielded(NATIVE_ASSET, 5_000, &key(1));
		let native = PaymentAsset {
			asset: NATIVE_ASSET,
			transfer_fee: TRANSFER_FEE,
			unshield_fee: UNSHIELD_FEE,
			auditor: None,
			shielded: 5_000,
			unshielded: 0,
			fees: 0,
		};
		let local = PaymentAsset {
			asset: LOCAL,
			transfer_fee: 2 * TRANSFER_FEE,
			unshield_fee: 2 * UNSHIELD_FEE,
			auditor: Some(H256([9; 32])),
			shielded: 0,
			unshielded: 0,
			fees: 0,
		};
		assert_eq!(Payments::assets(None, 10), [native.clone(), local.clone()]);
		assert_eq!(Payments::assets(None, 1), [native]);
		assert_eq!(Payments::assets(Some(NATIVE_ASSET), 10), [local]);
		assert!(Payments::assets(Some(LOCAL), 10).is_empty());
		assert_eq!(Payments::fee(PaymentKind::Unshield, 99), None);
	});
}

#[test]
fn what_is_spent_is_told() {
	execute(|| {
		let note = shielded(NATIVE_ASSET, 5_000, &key(1));
		let nullifier = note.spend().nullifier(NATIVE_ASSET).unwrap();
		assert_eq!(Payments::spent(vec![H256(nullifier), H256(key(3))]), [false, false]);
		assert_eq!(apply(paying(&note, 1_000, &key(2)).call()), Ok(Ok(())));
		assert_eq!(Payments::spent(vec![H256(nullifier), H256(key(3))]), [true, false]);
	});
}

#[test]
fn a_payment_can_be_tried() {
	execute(|| {
		let note = shielded(NATIVE_ASSET, 5_000, &key(1));
		let draft = paying(&note, 1_000, &key(2));
		let body = draft.proved();
		let payment = Payment::Transfer { asset: NATIVE_ASSET, fee: TRANSFER_FEE, body };
		let call = Payments::payment_call(payment);
		assert_eq!(Payments::check_call(None, &call), Ok(()));
		assert_eq!(Payments::check_call(Some(&ALICE), &call), Err(PaymentRefusal::NotAPayment));
		let body = unshielding(&note, 1_000, BOB).proved();
		let (asset, amount, fee) = (NATIVE_ASSET, 1_000, UNSHIELD_FEE);
		let payment = Payment::Unshield { asset, to: BOB, amount, fee, body };
		assert_eq!(Payments::check_call(None, &Payments::payment_call(payment)), Ok(()));
		let shield = shielding(NATIVE_ASSET, 100, &key(1)).call();
		assert_eq!(Payments::check_call(Some(&ALICE), &shield), Ok(()));
		assert_eq!(Payments::check_call(Some(&BOB), &shield), Err(PaymentRefusal::ProofRejected));
		assert_eq!(Payments::check_call(None, &shield), Err(PaymentRefusal::NotAPayment));
		let other = Call::set_asset { asset: 1, fee_rate: 1.into(), auditor: None };
		assert_eq!(Payments::check_call(Some(&ALICE), &other), Err(PaymentRefusal::NotAPayment));
	});
}
