use super::*;

/// A trade whose seller could not be paid for its first period.
fn unpaid() -> TradeId {
	let id = Offer { last: FIRST + 1, ..Default::default() }.accepted();
	empty(SELLER);
	settle(FIRST, 10);
	events();
	id
}

fn claim(id: TradeId) -> DispatchResult {
	Market::claim(RuntimeOrigin::signed(OTHER), id, FIRST)
}

fn fund(who: AccountId) {
	Balances::transfer_keep_alive(RuntimeOrigin::signed(OTHER), who, EXISTENTIAL_DEPOSIT).unwrap();
}

#[test]
fn anyone_can_claim_once_the_payee_can_be_paid() {
	ExtBuilder::default().build_and_execute(|| {
		let id = unpaid();
		fund(SELLER);
		events();
		assert_ok!(claim(id));
		assert_eq!(
			events(),
			[Event::PayoutClaimed { trade: id, period: FIRST, to_seller: true, to_buyer: false }]
		);
		assert_eq!(free(SELLER), EXISTENTIAL_DEPOSIT + 50 + 50);
		assert_eq!(held(HoldReason::Collateral, SELLER), 500);
		assert_eq!(held(HoldReason::Payment, BUYER), 500);
		assert_eq!(Trades::<Test>::get(id).unwrap().unpaid_periods, 0);
		assert_noop!(claim(id), error(Error::NothingToClaim));
	});
}

#[test]
fn a_buyers_refund_can_be_claimed() {
	ExtBuilder::default().build_and_execute(|| {
		let id = Offer::default().accepted();
		empty(BUYER);
		settle(FIRST, 90);
		assert_noop!(claim(id), error(Error::PayeeNotPayable));
		fund(BUYER);
		events();
		assert_ok!(claim(id));
		assert_eq!(
			events(),
			[Event::PayoutClaimed { trade: id, period: FIRST, to_seller: false, to_buyer: true }]
		);
		assert_eq!(total(BUYER), EXISTENTIAL_DEPOSIT + 50 + 50);
	});
}

mod reject {
	use super::*;

	#[test]
	fn an_unsigned_origin() {
		ExtBuilder::default().build_and_execute(|| {
			let id = unpaid();
			let by = RuntimeOrigin::root();
			assert_noop!(Market::claim(by, id, FIRST), DispatchError::BadOrigin);
		});
	}

	#[test]
	fn an_unknown_trade() {
		ExtBuilder::default().build_and_execute(|| {
			assert_noop!(claim(7), error(Error::UnknownTrade));
		});
	}

	#[test]
	fn a_period_that_is_not_settled() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer::default().accepted();
			assert_noop!(claim(id), error(Error::NothingToClaim));
		});
	}

	#[test]
	fn a_period_that_was_paid() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer::default().accepted();
			settle(FIRST, 100);
			assert_noop!(claim(id), error(Error::NothingToClaim));
		});
	}

	#[test]
	fn a_payee_that_still_cannot_be_paid() {
		ExtBuilder::default().build_and_execute(|| {
			let id = unpaid();
			assert_noop!(claim(id), error(Error::PayeeNotPayable));
		});
	}
}
