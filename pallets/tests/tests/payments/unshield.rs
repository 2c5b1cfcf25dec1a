//! Notes pay accounts.

use frame::deps::frame_support::storage::with_storage_layer;

use super::*;

#[test]
fn notes_pay_an_account_and_the_author() {
	execute(|| {
		let note = shielded(NATIVE_ASSET, 5_000, &key(1));
		let call = unshielding(&note, 1_000, BOB).call();
		Verified::set(0);
		assert_eq!(apply(call), Ok(Ok(())));
		assert_eq!(Verified::get(), 1, "the proof is verified once");
		assert_eq!(
			events(),
			[Event::Unshielded {
				to: BOB,
				asset: NATIVE_ASSET,
				amount: 1_000,
				fee: UNSHIELD_FEE,
				first: 2
			}]
		);
		assert_eq!(balance(NATIVE_ASSET, &BOB), ENDOWMENT + 1_000);
		assert_eq!(balance(NATIVE_ASSET, &AUTHOR), ENDOWMENT + u128::from(UNSHIELD_FEE));
		assert_eq!(pool(NATIVE_ASSET), 4_000 - u128::from(UNSHIELD_FEE));
		let totals = Totals { shielded: 5_000, unshielded: 1_000, fees: UNSHIELD_FEE.into() };
		assert_eq!(Moved::<Test>::get(NATIVE_ASSET), totals);
	});
}

#[test]
fn all_that_was_shielded_can_leave() {
	execute(|| {
		let issued = Balances::total_issuance();
		let note = shielded(NATIVE_ASSET, 5_000, &key(1));
		let draft = unshielding(&note, 5_000 - UNSHIELD_FEE, NOBODY);
		assert_eq!(apply(draft.call()), Ok(Ok(())));
		assert_eq!(pool(NATIVE_ASSET), 0);
		assert_eq!(balance(NATIVE_ASSET, &NOBODY), u128::from(5_000 - UNSHIELD_FEE));
		assert_eq!(Balances::total_issuance(), issued);
	});
}

#[test]
fn only_its_proof_authorises_it() {
	execute(|| {
		let note = shielded(NATIVE_ASSET, 5_000, &key(1));
		let payment = Box::new(unshielding(&note, 1_000, BOB).proved());
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root(), RuntimeOrigin::signed(ALICE)] {
			assert_noop!(
				Payments::unshield(origin, NATIVE_ASSET, BOB, 1_000, UNSHIELD_FEE, payment.clone()),
				BadOrigin
			);
		}
	});
}

#[test]
fn nobody_can_turn_it_to_himself() {
	execute(|| {
		let note = shielded(NATIVE_ASSET, 5_000, &key(1));
		let draft = unshielding(&note, 1_000, BOB);
		let body = draft.proved();
		let fee = UNSHIELD_FEE;
		for public in [
			PublicPart::Unshield { to: ALICE, amount: 1_000, fee },
			PublicPart::Unshield { to: BOB, amount: 1_001, fee },
			PublicPart::Unshield { to: BOB, amount: 999, fee },
			PublicPart::Unshield { to: BOB, amount: 1_000 + (1 << 32), fee },
		] {
			let call = call(NATIVE_ASSET, &public, body.clone());
			let refusal = match public {
				PublicPart::Unshield { amount, .. } if amount > 5_000 => {
					PaymentRefusal::PoolCannotPay
				},
				_ => PaymentRefusal::ProofRejected,
			};
			refused(call, refusal, u32::from(refusal == PaymentRefusal::ProofRejected));
		}
		// As a transfer of the same notes it is none.
		let public = PublicPart::Transfer { fee: TRANSFER_FEE };
		refused(call(NATIVE_ASSET, &public, body), PaymentRefusal::ProofRejected, 1);
	});
}

#[test]
fn each_state_that_does_not_fit_has_its_name() {
	execute(|| {
		let note = shielded(NATIVE_ASSET, 5_000, &key(1));
		let refuse = |to: AccountId, amount: u64, fee: u64, refusal| {
			let public = PublicPart::Unshield { to, amount, fee };
			let body = unshielding(&note, 1_000, BOB).unproved();
			refused(call(NATIVE_ASSET, &public, body), refusal, 0);
		};
		refuse(BOB, 0, UNSHIELD_FEE, PaymentRefusal::AmountZero);
		refuse(BOB, 1_000, UNSHIELD_FEE - 1, PaymentRefusal::WrongFee);
		refuse(BOB, 1_000, TRANSFER_FEE, PaymentRefusal::WrongFee);
		// Dust.
		refuse(NOBODY, DEPOSIT as u64 - 1, UNSHIELD_FEE, PaymentRefusal::RecipientCannotReceive);
		// The pool cannot be paid out of itself.
		refuse(Payments::account_id(), 1_000, UNSHIELD_FEE, PaymentRefusal::RecipientCannotReceive);
		refuse(BOB, 5_000, UNSHIELD_FEE, PaymentRefusal::PoolCannotPay);
		refuse(BOB, u64::MAX, UNSHIELD_FEE, PaymentRefusal::PoolCannotPay);
	});
}

/// The check on what left holds by itself, whatever let such a payment come so far.
#[test]
fn what_leaves_the_pool_must_leave_it() {
	execute(|| {
		shielded(NATIVE_ASSET, 5_000, &key(1));
		let account = Payments::account_id();
		let guard = StorageNoopGuard::new();
		let paid = with_storage_layer(|| {
			Payments::pay_out(NATIVE_ASSET, Some((&account, 1_000)), UNSHIELD_FEE)
		});
		assert_eq!(paid, Err(Error::<Test>::AmountNotMoved.into()));
		drop(guard);
		// The same payment to somebody else leaves.
		assert_ok!(Payments::pay_out(NATIVE_ASSET, Some((&BOB, 1_000)), UNSHIELD_FEE));
	});
}

#[test]
fn dust_reaches_an_account_that_exists() {
	execute(|| {
		let note = shielded(NATIVE_ASSET, 5_000, &key(1));
		assert_eq!(apply(unshielding(&note, 1, BOB).call()), Ok(Ok(())));
		assert_eq!(balance(NATIVE_ASSET, &BOB), ENDOWMENT + 1);
	});
}

#[test]
fn gifts_to_the_pool_stay_there() {
	execute(|| {
		let note = shielded(NATIVE_ASSET, 5_000, &key(1));
		let account = Payments::account_id();
		assert_ok!(Balances::transfer_keep_alive(RuntimeOrigin::signed(BOB), account, 777));
		assert_ok!(Payments::ensure_invariants());
		let draft = unshielding(&note, 5_000 - UNSHIELD_FEE, BOB);
		assert_eq!(apply(draft.call()), Ok(Ok(())));
		assert_eq!(Moved::<Test>::get(NATIVE_ASSET).owed(), Some(0));
		assert_eq!(pool(NATIVE_ASSET), 777);
	});
}

#[test]
fn a_loss_of_the_pool_is_found() {
	build().execute_with(|| {
		shielded(NATIVE_ASSET, 5_000, &key(1));
		assert_ok!(Payments::ensure_invariants());
		let account = Payments::account_id();
		assert_ok!(Balances::force_transfer(RuntimeOrigin::root(), account, BOB, 1));
		assert_eq!(
			Payments::ensure_invariants(),
			Err("payments: the pool has less than notes add up to".into())
		);
	});
}
