//! Accounts pay into notes.

use super::*;

#[test]
fn money_becomes_notes() {
	execute(|| {
		let draft = shielding(NATIVE_ASSET, 5_000, &key(1));
		let body = draft.proved();
		assert_ok!(dispatch(call(NATIVE_ASSET, &draft.public, body.clone())));
		assert_eq!(
			events(),
			[Event::Shielded { who: ALICE, asset: NATIVE_ASSET, amount: 5_000, first: 0 }]
		);
		assert_eq!(balance(NATIVE_ASSET, &ALICE), ENDOWMENT - 5_000);
		assert_eq!(pool(NATIVE_ASSET), 5_000);
		let totals = Totals { shielded: 5_000, unshielded: 0, fees: 0 };
		assert_eq!(Moved::<Test>::get(NATIVE_ASSET), totals);
		assert_eq!(NextPosition::<Test>::get(), 2);
		for position in 0..2 {
			let Output { commitment, ciphertext } = body.outputs[position].clone();
			let nullifier = body.nullifiers[position];
			let entry = NoteEntry {
				commitment,
				asset: NATIVE_ASSET,
				block: 1,
				content: NoteContent::Sealed { nullifier, ciphertext },
			};
			assert_eq!(Notes::<Test>::get(position as u32), Some(entry));
			assert!(Nullifiers::<Test>::contains_key(nullifier));
		}
	});
}

use meterproof_primitives::Output;

#[test]
fn a_note_can_be_added_to() {
	execute(|| {
		let note = shielded(NATIVE_ASSET, 1_000, &key(1));
		let public = PublicPart::Shield { from: ALICE, amount: 500 };
		let draft = Draft::new(NATIVE_ASSET, public, &[note], [(&key(1), 1_400), (&key(2), 100)]);
		assert_ok!(dispatch(draft.call()));
		assert_eq!(pool(NATIVE_ASSET), 1_500);
	});
}

#[test]
fn only_a_signed_call_shields() {
	execute(|| {
		let draft = shielding(NATIVE_ASSET, 5_000, &key(1));
		let Call::shield { asset, amount, payment } = draft.unproved_call() else { panic!() };
		for origin in [
			RuntimeOrigin::none(),
			RuntimeOrigin::root(),
			RuntimeOrigin::from(frame_system::RawOrigin::Authorized),
		] {
			assert_noop!(Payments::shield(origin, asset, amount, payment.clone()), BadOrigin);
		}
		assert_eq!(validate(draft.unproved_call()), Err(InvalidTransaction::UnknownOrigin.into()));
	});
}

/// Whether Alice's call fails at its full weight, having looked at so many proofs, and changes
/// nothing.
fn fails(call: Call<Test>, refusal: PaymentRefusal, proofs: u32) {
	let guard = StorageNoopGuard::new();
	Verified::set(0);
	let failure = dispatch(call.clone()).unwrap_err();
	assert_eq!(failure.error, Error::<Test>::from(refusal).into());
	assert_eq!(failure.post_info.actual_weight, None);
	assert_eq!(Verified::get(), proofs, "proofs looked at");
	assert_eq!(Payments::check_call(Some(&ALICE), &call), Err(refusal));
	drop(guard);
}

#[test]
fn whoever_did_not_prove_it_cannot_shield() {
	execute(|| {
		let draft = shielding(NATIVE_ASSET, 5_000, &key(1));
		fails(draft.unproved_call(), PaymentRefusal::ProofRejected, 1);
		// Bob's money, Alice's signature.
		let other = PublicPart::Shield { from: BOB, amount: 5_000 };
		let body = Draft { public: other, ..draft.clone() }.proved();
		fails(call(NATIVE_ASSET, &draft.public, body), PaymentRefusal::ProofRejected, 1);
		// More in notes than is paid.
		let body = draft.proved();
		let less = PublicPart::Shield { from: ALICE, amount: 4_999 };
		fails(call(NATIVE_ASSET, &less, body), PaymentRefusal::ProofRejected, 1);
	});
}

#[test]
fn each_state_that_does_not_fit_has_its_name() {
	execute(|| {
		let draft = shielding(NATIVE_ASSET, 5_000, &key(1));
		let with = |change: &dyn Fn(&mut PaymentBody)| {
			let mut body = draft.unproved();
			change(&mut body);
			call(NATIVE_ASSET, &draft.public, body)
		};
		let of_asset = |asset| call(asset, &draft.public, draft.unproved());
		fails(of_asset(LOCAL), PaymentRefusal::UnknownAsset, 0);
		let nothing = PublicPart::Shield { from: ALICE, amount: 0 };
		let unpaid = call(NATIVE_ASSET, &nothing, draft.unproved());
		fails(unpaid, PaymentRefusal::AmountZero, 0);
		fails(
			with(&|body| body.outputs[1].ciphertext.auditor = Some([0; 144])),
			PaymentRefusal::AuditorCiphertextUnexpected,
			0,
		);
		for place in 0..4 {
			let over = |digest: &mut [u8; 32]| digest[place * 8..place * 8 + 8].fill(0xff);
			let changes: [&dyn Fn(&mut PaymentBody); 5] = [
				&|body| over(&mut body.root),
				&|body| over(&mut body.nullifiers[0]),
				&|body| over(&mut body.nullifiers[1]),
				&|body| over(&mut body.outputs[0].commitment),
				&|body| over(&mut body.outputs[1].commitment),
			];
			for change in changes {
				fails(with(change), PaymentRefusal::NotCanonical, 0);
			}
		}
		fails(
			with(&|body| body.nullifiers[1] = body.nullifiers[0]),
			PaymentRefusal::SameNullifiers,
			0,
		);
		fails(with(&|body| body.root = key(9)), PaymentRefusal::UnknownRoot, 0);
		fails(with(&|body| body.root = [0; 32]), PaymentRefusal::UnknownRoot, 0);
		let free = ENDOWMENT - DEPOSIT;
		let dear = shielding(NATIVE_ASSET, free as u64 + 1, &key(1));
		fails(dear.unproved_call(), PaymentRefusal::InsufficientFunds, 0);
	});
}

#[test]
fn all_but_what_keeps_the_account_can_be_shielded() {
	execute(|| {
		let all = (ENDOWMENT - DEPOSIT) as u64;
		assert_ok!(dispatch(shielding(NATIVE_ASSET, all, &key(1)).call()));
		assert_eq!(balance(NATIVE_ASSET, &ALICE), DEPOSIT);
	});
}

#[test]
fn it_cannot_be_replayed() {
	execute(|| {
		let draft = shielding(NATIVE_ASSET, 5_000, &key(1));
		let call = draft.call();
		assert_ok!(dispatch(call.clone()));
		fails(call, PaymentRefusal::NullifierSpent, 0);
	});
}

#[test]
fn a_full_tree_takes_nothing() {
	execute(|| {
		let draft = shielding(NATIVE_ASSET, 5_000, &key(1));
		NextPosition::<Test>::put(u32::MAX - 1);
		fails(draft.unproved_call(), PaymentRefusal::TreeFull, 0);
		NextPosition::<Test>::put(u32::MAX);
		fails(draft.unproved_call(), PaymentRefusal::TreeFull, 0);
		NextPosition::<Test>::put(0);
	});
}

#[test]
fn the_state_it_leaves_is_paid_for() {
	execute(|| {
		ShieldFee::set(7);
		let before = balance(NATIVE_ASSET, &ALICE) + balance(NATIVE_ASSET, &AUTHOR);
		assert_ok!(dispatch(shielding(NATIVE_ASSET, 5_000, &key(1)).call()));
		assert_eq!(balance(NATIVE_ASSET, &ALICE), ENDOWMENT - 5_007);
		assert_eq!(pool(NATIVE_ASSET), 5_000);
		let after = balance(NATIVE_ASSET, &ALICE) + balance(NATIVE_ASSET, &AUTHOR);
		assert_eq!(before - after, 5_000, "the author has the rest");
	});
}

#[test]
fn who_cannot_pay_for_it_keeps_all() {
	execute(|| {
		ShieldFee::set(7);
		let all = (ENDOWMENT - DEPOSIT) as u64;
		let dear = shielding(NATIVE_ASSET, all - 6, &key(1));
		fails(dear.unproved_call(), PaymentRefusal::InsufficientFunds, 0);
		assert_ok!(dispatch(shielding(NATIVE_ASSET, all - 7, &key(1)).call()));
		assert_eq!(balance(NATIVE_ASSET, &ALICE), DEPOSIT);
	});
}
