//! Which payouts wait to be claimed, and what is no reason to let them wait.

use frame::deps::{
	frame_support::storage::with_storage_layer,
	sp_runtime::{TokenError, TransactionalError},
};

use super::*;

/// Runs `call` inside so many storage layers, as nested batches do.
fn nested<R>(layers: u32, call: &dyn Fn() -> Result<R, DispatchError>) -> Result<R, DispatchError> {
	match layers.checked_sub(1) {
		None => call(),
		Some(rest) => with_storage_layer(|| nested(rest, call)),
	}
}

#[test]
fn nesting_a_settlement_deeply_fails_it_and_defers_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		let id = Offer::default().accepted();
		let settle = || <Market as Deliveries<AccountId>>::settle(&group(SELLER), FIRST, 100);
		let before = (total(SELLER), total(BUYER), Trades::<Test>::get(id));
		events();
		// However deep it stands: either all is paid, or nothing happens.
		for layers in 250..=256 {
			let result = nested(layers, &|| {
				settle()?;
				let outcome = Outcomes::<Test>::get(id, FIRST).unwrap();
				assert!(!outcome.is_unpaid(), "a payout was deferred within {layers} layers");
				Err::<(), _>(DispatchError::Other("undone"))
			});
			let limit = DispatchError::Transactional(TransactionalError::LimitReached);
			let error = result.unwrap_err();
			assert!(error == limit || error == DispatchError::Other("undone"), "{error:?}");
			if layers >= 255 {
				assert_eq!(error, limit);
			}
			assert_eq!((total(SELLER), total(BUYER), Trades::<Test>::get(id)), before);
		}
		assert_eq!(settle().unwrap().paid, 500);
	});
}

#[test]
fn nesting_a_claim_deeply_fails_it() {
	ExtBuilder::default().build_and_execute(|| {
		let id = Offer { last: FIRST + 1, ..Default::default() }.accepted();
		empty(SELLER);
		settle(FIRST, 10);
		let claim = || {
			let by = RuntimeOrigin::signed(OTHER);
			Market::claim(by, id, FIRST)
		};
		let limit = DispatchError::Transactional(TransactionalError::LimitReached);
		assert_noop!(nested(255, &claim), limit);
		assert_noop!(claim(), error(Error::PayeeNotPayable));
	});
}

#[test]
fn only_what_stands_in_a_payees_own_way_lets_its_payout_wait() {
	use DispatchError::*;
	assert_eq!(made(Ok(())), Ok(true));
	for of_the_payee in [
		Token(TokenError::BelowMinimum),
		Arithmetic(ArithmeticError::Overflow),
		error(Error::PayeeNotPayable),
		NoProviders,
		ConsumerRemaining,
		TooManyConsumers,
	] {
		assert_eq!(made(Err(of_the_payee)), Ok(false));
	}
	for other in [
		Transactional(TransactionalError::LimitReached),
		Exhausted,
		Corruption,
		Unavailable,
		RootNotAllowed,
		BadOrigin,
	] {
		assert_eq!(made(Err(other)), Err(other));
	}
}

#[test]
fn a_release_that_would_lose_money_waits_instead() {
	// What is missing costs more than the existential deposit, so that nothing but the release
	// itself is in the way.
	ExtBuilder::default().imbalance_price(12).build_and_execute(|| {
		let id = Offer::default().accepted();
		System::inc_providers(&BUYER);
		// With its last hold an account below the existential deposit ends, and what comes free is
		// below it too.
		let left = EXISTENTIAL_DEPOSIT - 40;
		let spent = free(BUYER) - left;
		Balances::transfer_allow_death(RuntimeOrigin::signed(BUYER), OTHER, spent).unwrap();
		events();
		settle(FIRST, 90);
		assert_eq!((free(BUYER), held(HoldReason::Payment, BUYER)), (left, 50));
		let deferred =
			Event::PayoutDeferred { trade: id, period: FIRST, to_seller: false, to_buyer: true };
		assert!(events().contains(&deferred));
		Balances::transfer_keep_alive(RuntimeOrigin::signed(OTHER), BUYER, EXISTENTIAL_DEPOSIT)
			.unwrap();
		assert_ok!(Market::claim(RuntimeOrigin::signed(OTHER), id, FIRST));
		assert_eq!(total(BUYER), left + EXISTENTIAL_DEPOSIT + 50 + 120);
	});
}
