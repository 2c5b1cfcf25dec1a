//! `cancel`, `decline`, `expire`.

use super::*;

fn assert_gone(id: TradeId) {
	assert_eq!(Trades::<Test>::get(id), None);
	assert_eq!(total(SELLER), free(SELLER) + 100, "only the device's deposit is held");
	assert_eq!(held(HoldReason::Collateral, SELLER), 0);
	assert_eq!(held(HoldReason::OfferDeposit, SELLER), 0);
	assert!(!Counts::<Test>::contains_key(SELLER));
	assert!(Market::trades_of(&SELLER, None, 10).is_empty());
	assert!(Market::trades_of(&BUYER, None, 10).is_empty());
	assert!(Market::offers(None, None, 10).is_empty());
}

mod accept {
	use super::*;

	#[test]
	fn a_seller_that_cancels() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer { last: FIRST + 3, ..Default::default() }.made();
			events();
			assert_ok!(Market::cancel(RuntimeOrigin::signed(SELLER), id));
			assert_eq!(events(), [Event::OfferCancelled { trade: id }]);
			assert_gone(id);
		});
	}

	#[test]
	fn a_buyer_that_declines() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer { last: FIRST + 3, ..Default::default() }.made();
			events();
			assert_ok!(Market::decline(RuntimeOrigin::signed(BUYER), id));
			assert_eq!(events(), [Event::OfferDeclined { trade: id }]);
			assert_gone(id);
		});
	}

	#[test]
	fn anyone_that_expires_an_offer_after_its_gate() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer { last: FIRST + 3, ..Default::default() }.made();
			close_gate(FIRST);
			events();
			assert_ok!(Market::expire(RuntimeOrigin::signed(OTHER), id));
			assert_eq!(events(), [Event::OfferExpired { trade: id }]);
			assert_gone(id);
		});
	}

	#[test]
	fn ids_are_not_used_again() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer::default().made();
			assert_ok!(Market::cancel(RuntimeOrigin::signed(SELLER), id));
			assert_eq!(Offer::default().made(), id + 1);
		});
	}
}

mod reject {
	use super::*;

	#[test]
	fn an_unsigned_origin() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer::default().made();
			let none = RuntimeOrigin::none;
			assert_noop!(Market::cancel(none(), id), DispatchError::BadOrigin);
			assert_noop!(Market::decline(none(), id), DispatchError::BadOrigin);
			assert_noop!(Market::expire(none(), id), DispatchError::BadOrigin);
		});
	}

	#[test]
	fn an_unknown_trade() {
		ExtBuilder::default().build_and_execute(|| {
			let by = RuntimeOrigin::signed(SELLER);
			assert_noop!(Market::cancel(by.clone(), 9), error(Error::UnknownTrade));
			assert_noop!(Market::decline(by.clone(), 9), error(Error::UnknownTrade));
			assert_noop!(Market::expire(by, 9), error(Error::UnknownTrade));
		});
	}

	#[test]
	fn the_other_side() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer::default().made();
			let (seller, buyer) = (RuntimeOrigin::signed(SELLER), RuntimeOrigin::signed(BUYER));
			assert_noop!(Market::cancel(buyer, id), error(Error::NotSeller));
			assert_noop!(Market::decline(seller, id), error(Error::NotBuyer));
		});
	}

	#[test]
	fn an_accepted_trade() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer::default().accepted();
			close_gate(FIRST);
			let (seller, buyer) = (RuntimeOrigin::signed(SELLER), RuntimeOrigin::signed(BUYER));
			assert_noop!(Market::cancel(seller, id), error(Error::NotOffered));
			assert_noop!(Market::decline(buyer.clone(), id), error(Error::NotOffered));
			assert_noop!(Market::expire(buyer, id), error(Error::NotOffered));
		});
	}

	#[test]
	fn an_expiry_before_the_gate_closes() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer::default().made();
			let by = RuntimeOrigin::signed(OTHER);
			assert_noop!(Market::expire(by, id), error(Error::GateOpen));
		});
	}
}
