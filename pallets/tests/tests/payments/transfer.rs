//! Notes pay notes.

use super::*;

#[test]
fn notes_pay_notes_and_the_author() {
	execute(|| {
		let note = shielded(NATIVE_ASSET, 5_000, &key(1));
		let draft = paying(&note, 1_000, &key(2));
		let call = draft.call();
		Verified::set(0);
		assert_eq!(apply(call), Ok(Ok(())));
		assert_eq!(Verified::get(), 1, "the proof is verified once");
		assert_eq!(
			events(),
			[Event::Transferred { asset: NATIVE_ASSET, fee: TRANSFER_FEE, first: 2 }]
		);
		assert_eq!(balance(NATIVE_ASSET, &AUTHOR), ENDOWMENT + u128::from(TRANSFER_FEE));
		assert_eq!(pool(NATIVE_ASSET), 5_000 - u128::from(TRANSFER_FEE));
		let totals = Totals { shielded: 5_000, unshielded: 0, fees: TRANSFER_FEE.into() };
		assert_eq!(Moved::<Test>::get(NATIVE_ASSET), totals);
		assert_eq!(NextPosition::<Test>::get(), 4);
		// What was paid can be spent by the one who was paid.
		blocks(1);
		let [paid, change] = draft.made(2, [key(2), key(1)]);
		assert_eq!(apply(paying(&paid, 500, &key(3)).call()), Ok(Ok(())));
		assert_eq!(apply(paying(&change, 500, &key(3)).call()), Ok(Ok(())));
	});
}

#[test]
fn two_notes_are_joined() {
	execute(|| {
		let one = shielded(NATIVE_ASSET, 1_000, &key(1));
		let two = shielded(NATIVE_ASSET, 2_000, &key(2));
		let public = PublicPart::Transfer { fee: TRANSFER_FEE };
		let sum = 3_000 - TRANSFER_FEE;
		let draft = Draft::new(NATIVE_ASSET, public, &[one, two], [(&key(3), sum), (&key(3), 0)]);
		assert_eq!(apply(draft.call()), Ok(Ok(())));
	});
}

#[test]
fn a_fee_nobody_can_take_is_burnt() {
	execute(|| {
		let issued = Balances::total_issuance();
		let note = shielded(NATIVE_ASSET, 5_000, &key(1));
		Authored::set(false);
		assert_eq!(apply(paying(&note, 1_000, &key(2)).call()), Ok(Ok(())));
		assert_eq!(Balances::total_issuance(), issued - u128::from(TRANSFER_FEE));
		assert_eq!(pool(NATIVE_ASSET), 5_000 - u128::from(TRANSFER_FEE));
	});
}

#[test]
fn only_its_proof_authorises_it() {
	execute(|| {
		let note = shielded(NATIVE_ASSET, 5_000, &key(1));
		let draft = paying(&note, 1_000, &key(2));
		let payment = Box::new(draft.proved());
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root(), RuntimeOrigin::signed(ALICE)] {
			assert_noop!(
				Payments::transfer(origin, NATIVE_ASSET, TRANSFER_FEE, payment.clone()),
				BadOrigin
			);
		}
	});
}

#[test]
fn the_pool_knows_it_by_its_nullifiers() {
	execute(|| {
		let note = shielded(NATIVE_ASSET, 5_000, &key(1));
		let draft = paying(&note, 1_000, &key(2));
		let body = draft.proved();
		let valid = validate(call(NATIVE_ASSET, &draft.public, body.clone())).unwrap();
		assert_eq!(valid.priority, PAYMENT_PRIORITY);
		assert!(valid.propagate);
		assert!(valid.requires.is_empty());
		let tags: Vec<_> = body
			.nullifiers
			.iter()
			.map(|nullifier| ("MeterproofNullifier", nullifier).encode())
			.collect();
		assert_eq!(valid.provides, tags);
		// Another payment of the same note has one of these tags, whatever else it pays.
		let other = validate(unshielding(&note, 1_000, BOB).call()).unwrap();
		assert_eq!(other.provides[0], tags[0]);
		assert_ne!(other.provides[1], tags[1]);
	});
}

#[test]
fn it_lives_as_long_as_its_root() {
	execute(|| {
		let note = shielded(NATIVE_ASSET, 5_000, &key(1));
		let call = paying(&note, 1_000, &key(2)).call();
		assert_eq!(validate(call.clone()).unwrap().longevity, u64::from(MAX_ROOTS) - 1);
		// Blocks that add nothing take nothing of it.
		blocks(20);
		assert_eq!(validate(call.clone()).unwrap().longevity, u64::from(MAX_ROOTS) - 1);
		for age in 1..MAX_ROOTS {
			pay_open(u64::from(age));
			blocks(1);
			let left = u64::from(MAX_ROOTS - 1 - age).max(1);
			assert_eq!(validate(call.clone()).unwrap().longevity, left);
		}
		pay_open(1);
		blocks(1);
		refused(call, PaymentRefusal::UnknownRoot, 0);
	});
}

/// Adds a note.
fn pay_open(amount: u64) {
	use meterproof_primitives::PayNotes;
	assert_ok!(Payments::pay(NATIVE_ASSET, &BOB, amount, key(9), [0; 32]));
}

#[test]
fn of_two_payments_of_a_note_one_wins() {
	execute(|| {
		let note = shielded(NATIVE_ASSET, 5_000, &key(1));
		let (one, other) = (paying(&note, 1_000, &key(2)), paying(&note, 2_000, &key(3)));
		let (one, other) = (one.call(), other.call());
		assert_ok!(validate(one.clone()));
		assert_ok!(validate(other.clone()));
		assert_eq!(apply(one.clone()), Ok(Ok(())));
		// The loser is found before its proof, in this block and later.
		refused(other.clone(), PaymentRefusal::NullifierSpent, 0);
		refused(one.clone(), PaymentRefusal::NullifierSpent, 0);
		blocks(3);
		refused(other, PaymentRefusal::NullifierSpent, 0);
		refused(one, PaymentRefusal::NullifierSpent, 0);
	});
}

#[test]
fn one_note_is_not_both_inputs() {
	execute(|| {
		let note = shielded(NATIVE_ASSET, 5_000, &key(1));
		let public = PublicPart::Transfer { fee: TRANSFER_FEE };
		let sum = 10_000 - TRANSFER_FEE;
		let draft = Draft::new(NATIVE_ASSET, public, &[note, note], [(&key(2), sum), (&key(2), 0)]);
		refused(draft.unproved_call(), PaymentRefusal::SameNullifiers, 0);
		// The same note at a place of its own is another, and not in the tree.
		let mut moved = note;
		moved.position = 1;
		let draft = Draft { spends: [note.spend(), moved.spend()], ..draft };
		refused(draft.unproved_call(), PaymentRefusal::ProofRejected, 1);
	});
}

#[test]
fn whatever_is_changed_on_the_way_voids_it() {
	execute(|| {
		admit_local(None);
		let note = shielded(NATIVE_ASSET, 5_000, &key(1));
		shielded(LOCAL, 5_000, &key(1));
		let draft = paying(&note, 1_000, &key(2));
		let body = draft.proved();
		let good = call(NATIVE_ASSET, &draft.public, body.clone());
		assert_ok!(validate(good.clone()));
		let other = paying(&note, 1_000, &key(2)).unproved();
		let changes: [&dyn Fn(&mut PaymentBody); 10] = [
			&|body| body.root = root_by_definition(&[]),
			&|body| body.nullifiers[0] = key(3),
			&|body| body.nullifiers[1] = other.nullifiers[1],
			&|body| body.nullifiers.swap(0, 1),
			&|body| body.outputs[0].commitment = other.outputs[0].commitment,
			&|body| body.outputs.swap(0, 1),
			&|body| body.outputs[0].ciphertext.ephemeral[0] ^= 1,
			&|body| body.outputs[0].ciphertext.note[183] ^= 1,
			&|body| body.outputs[1].ciphertext.outgoing[0] ^= 1,
			&|body| body.proof[40_000] ^= 1,
		];
		for (number, change) in changes.into_iter().enumerate() {
			let mut changed = body.clone();
			change(&mut changed);
			assert_ne!(changed, body, "change {number} is one");
			refused(call(NATIVE_ASSET, &draft.public, changed), PaymentRefusal::ProofRejected, 1);
		}
		let mut longer = body.clone();
		longer.proof.try_push(0).unwrap();
		refused(call(NATIVE_ASSET, &draft.public, longer), PaymentRefusal::ProofRejected, 1);
		// Another asset, and its fee.
		let public = PublicPart::Transfer { fee: 2 * TRANSFER_FEE };
		refused(call(LOCAL, &public, body.clone()), PaymentRefusal::ProofRejected, 1);
		// Another kind.
		let fee = UNSHIELD_FEE;
		let public = PublicPart::Unshield { to: BOB, amount: 1_000, fee };
		refused(call(NATIVE_ASSET, &public, body), PaymentRefusal::ProofRejected, 1);
		assert_eq!(apply(good), Ok(Ok(())));
	});
}

#[test]
fn it_is_of_one_chain() {
	execute(|| {
		let note = shielded(NATIVE_ASSET, 5_000, &key(1));
		let call = paying(&note, 1_000, &key(2)).call();
		assert_ok!(validate(call.clone()));
		frame_system::BlockHash::<Test>::insert(0, H256([1; 32]));
		refused(call, PaymentRefusal::ProofRejected, 1);
	});
}

#[test]
fn each_state_that_does_not_fit_has_its_name() {
	execute(|| {
		let note = shielded(NATIVE_ASSET, 5_000, &key(1));
		let draft = paying(&note, 1_000, &key(2));
		let with = |change: &dyn Fn(&mut PaymentBody)| {
			let mut body = draft.unproved();
			change(&mut body);
			call(NATIVE_ASSET, &draft.public, body)
		};
		let unknown = call(LOCAL, &draft.public, draft.unproved());
		refused(unknown, PaymentRefusal::UnknownAsset, 0);
		for fee in [0, TRANSFER_FEE - 1, TRANSFER_FEE + 1, UNSHIELD_FEE, u64::MAX] {
			let public = PublicPart::Transfer { fee };
			refused(call(NATIVE_ASSET, &public, draft.unproved()), PaymentRefusal::WrongFee, 0);
		}
		refused(
			with(&|body| body.outputs[0].ciphertext.auditor = Some([0; 144])),
			PaymentRefusal::AuditorCiphertextUnexpected,
			0,
		);
		refused(with(&|body| body.nullifiers[1] = [0xff; 32]), PaymentRefusal::NotCanonical, 0);
		refused(
			with(&|body| body.outputs[1].commitment = [0xff; 32]),
			PaymentRefusal::NotCanonical,
			0,
		);
		refused(with(&|body| body.root = [0; 32]), PaymentRefusal::UnknownRoot, 0);
		refused(
			with(&|body| body.root = root_by_definition(&[key(5)])),
			PaymentRefusal::UnknownRoot,
			0,
		);
		refused(with(&|_| ()), PaymentRefusal::ProofRejected, 1);
		let next = NextPosition::<Test>::get();
		NextPosition::<Test>::put(u32::MAX - 1);
		refused(with(&|_| ()), PaymentRefusal::TreeFull, 0);
		NextPosition::<Test>::put(next);
		// More than was ever shielded cannot leave, even if proofs lied.
		let totals = Moved::<Test>::get(NATIVE_ASSET);
		Moved::<Test>::insert(NATIVE_ASSET, Totals { shielded: 29, ..Default::default() });
		refused(with(&|_| ()), PaymentRefusal::PoolCannotPay, 0);
		Moved::<Test>::insert(NATIVE_ASSET, totals);
	});
}

#[test]
fn the_second_of_two_equal_nullifiers_is_spent() {
	execute(|| {
		let note = shielded(NATIVE_ASSET, 5_000, &key(1));
		let mut body = paying(&note, 1_000, &key(2)).unproved();
		body.nullifiers[1] = body.nullifiers[0];
		hypothetically!({
			assert_err!(Payments::settle(NATIVE_ASSET, body), Error::<Test>::NullifierSpent);
		});
	});
}
