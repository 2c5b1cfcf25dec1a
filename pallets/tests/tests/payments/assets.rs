//! Assets other than the chain's own token.

use super::*;

fn set(asset: u32, rate: FixedU128, auditor: Option<[u8; 32]>) -> DispatchResult {
	Payments::set_asset(RuntimeOrigin::root(), asset, rate, auditor)
}

#[test]
fn a_local_currency_is_paid_with_as_the_token_is() {
	execute(|| {
		admit_local(None);
		let note = shielded(LOCAL, 5_000, &key(1));
		assert_eq!(pool(LOCAL), 5_000);
		assert_eq!(pool(NATIVE_ASSET), 0);
		assert_eq!(Payments::fee(PaymentKind::Transfer, LOCAL), Some(2 * TRANSFER_FEE));
		let draft = paying(&note, 1_000, &key(2));
		assert_eq!(apply(draft.call()), Ok(Ok(())));
		assert_eq!(balance(LOCAL, &AUTHOR), u128::from(2 * TRANSFER_FEE));
		blocks(1);
		let [paid, _] = draft.made(2, [key(2), key(1)]);
		let draft = unshielding(&paid, 1_000 - 2 * UNSHIELD_FEE, NOBODY);
		assert_eq!(apply(draft.call()), Ok(Ok(())));
		assert_eq!(balance(LOCAL, &NOBODY), u128::from(1_000 - 2 * UNSHIELD_FEE));
		let owed = Moved::<Test>::get(LOCAL).owed();
		assert_eq!(owed, Some(pool(LOCAL)));
		assert_eq!(Moved::<Test>::get(NATIVE_ASSET), Totals::default());
	});
}

#[test]
fn a_fee_below_the_authors_minimum_is_burnt() {
	execute(|| {
		admit_local(None);
		assert_ok!(set(LOCAL, FixedU128::from_rational(1, 10), None));
		let note = shielded(LOCAL, 5_000, &key(1));
		let issued = Assets::total_supply(LOCAL);
		// Three units of a minimum of ten.
		assert_eq!(apply(paying(&note, 1_000, &key(2)).call()), Ok(Ok(())));
		assert_eq!(Assets::total_supply(LOCAL), issued - 3);
		assert_eq!(pool(LOCAL), 4_997);
	});
}

#[test]
fn an_auditor_must_be_able_to_read_each_note() {
	execute(|| {
		admit_local(Some([9; 32]));
		let draft = Draft { auditor: true, ..shielding(LOCAL, 5_000, &key(1)) };
		let mut body = draft.unproved();
		body.outputs[1].ciphertext.auditor = None;
		assert_noop!(
			dispatch(call(LOCAL, &draft.public, body)),
			Error::<Test>::AuditorCiphertextMissing
		);
		let first = NextPosition::<Test>::get();
		assert_ok!(dispatch(draft.call()));
		blocks(1);
		let [note, _] = draft.made(first, [key(1), key(1)]);
		let paid = paying(&note, 1_000, &key(2));
		refused(paid.unproved_call(), PaymentRefusal::AuditorCiphertextMissing, 0);
		let audited = Draft { auditor: true, ..paid };
		let body = audited.proved();
		let mut changed = body.clone();
		changed.outputs[0].ciphertext.auditor = Some([7; 144]);
		refused(call(LOCAL, &audited.public, changed), PaymentRefusal::ProofRejected, 1);
		assert_eq!(apply(call(LOCAL, &audited.public, body)), Ok(Ok(())));
	});
}

#[test]
fn a_frozen_asset_stays_in_the_pool() {
	execute(|| {
		admit_local(None);
		let note = shielded(LOCAL, 5_000, &key(1));
		let draft = unshielding(&note, 1_000, BOB);
		assert_ok!(Assets::freeze_asset(RuntimeOrigin::signed(ISSUER), LOCAL));
		refused(draft.unproved_call(), PaymentRefusal::PoolCannotPay, 0);
		assert_ok!(Assets::thaw_asset(RuntimeOrigin::signed(ISSUER), LOCAL));
		assert_ok!(Assets::block(RuntimeOrigin::signed(ISSUER), LOCAL, BOB));
		refused(draft.unproved_call(), PaymentRefusal::RecipientCannotReceive, 0);
	});
}

#[test]
fn only_the_administrator_admits_assets() {
	execute(|| {
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::signed(ALICE)] {
			assert_noop!(Payments::set_asset(origin, LOCAL, 1.into(), None), BadOrigin);
		}
	});
}

#[test]
fn terms_are_stored_and_told() {
	execute(|| {
		admit_local(Some([9; 32]));
		assert_ok!(set(LOCAL, 3.into(), None));
		assert_eq!(events(), [Event::AssetSet { asset: LOCAL, fee_rate: 3.into(), auditor: None }]);
		let info = AssetTerms { fee_rate: 3.into(), auditor: None };
		assert_eq!(PayableAssets::<Test>::get(LOCAL), Some(info));
		// Notes of the chain's own token may get an auditor too, but no other fee.
		assert_ok!(set(NATIVE_ASSET, 1.into(), Some([9; 32])));
		assert_noop!(set(NATIVE_ASSET, 2.into(), None), Error::<Test>::NativeRateFixed);
	});
}

#[test]
fn what_cannot_be_paid_with_is_not_admitted() {
	execute(|| {
		assert_noop!(set(LOCAL, 1.into(), None), Error::<Test>::NoSuchAsset);
		let root = RuntimeOrigin::root();
		assert_ok!(Assets::force_create(root, LOCAL, ISSUER, true, LOCAL_MINIMUM));
		assert_noop!(set(LOCAL, 1.into(), None), Error::<Test>::PoolNotEndowed);
		let pool = Payments::account_id();
		assert_ok!(Assets::mint(RuntimeOrigin::signed(ISSUER), LOCAL, pool, LOCAL_MINIMUM));
		for rate in [
			FixedU128::zero(),
			FixedU128::from_rational(1, u128::from(TRANSFER_FEE) + 1),
			FixedU128::from_u32(u32::MAX).saturating_mul(FixedU128::from_u32(u32::MAX)),
		] {
			assert_noop!(set(LOCAL, rate, None), Error::<Test>::FeeRateOutOfRange);
		}
		MaxAssets::set(1);
		assert_noop!(set(LOCAL, 1.into(), None), Error::<Test>::TooManyAssets);
		MaxAssets::set(2);
		assert_ok!(set(LOCAL, 1.into(), None));
	});
}
