use super::*;

mod accept {
	use super::*;

	#[test]
	fn an_offer_and_hold_collateral_and_deposit() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer { first: FIRST, last: FIRST + 3, ..Default::default() }.made();
			assert_eq!(id, 0);
			assert_eq!(held(HoldReason::Collateral, SELLER), 100 * 5 * 4);
			assert_eq!(held(HoldReason::OfferDeposit, SELLER), OFFER_DEPOSIT);
			assert_eq!(held(HoldReason::Payment, BUYER), 0);
			assert_eq!(
				Trades::<Test>::get(id),
				Some(Trade {
					seller: group(SELLER),
					buyer: BUYER,
					quantity: 100,
					price: 5,
					imbalance_price: 5,
					first: FIRST,
					last: FIRST + 3,
					state: TradeState::Offered,
					settled_periods: 0,
					unpaid_periods: 0,
					deposit: OFFER_DEPOSIT,
					due: Some(FIRST),
					registrars: Default::default(),
					least_evidence: Evidence::File,
					payout: None,
					refund: None,
					sealed: None,
					taken: Default::default(),
				})
			);
			assert_eq!(Counts::<Test>::get(SELLER), OpenCounts { offers: 1, trades: 0 });
			assert_eq!(
				events(),
				[Event::TradeOffered {
					trade: 0,
					seller: group(SELLER),
					buyer: BUYER,
					quantity: 100,
					price: 5,
					imbalance_price: 5,
					first: FIRST,
					last: FIRST + 3,
					payout: None,
					sealed: false,
				}]
			);
		});
	}

	#[test]
	fn the_zones_imbalance_price_where_it_is_higher() {
		ExtBuilder::default().imbalance_price(12).build_and_execute(|| {
			let low = Offer { price: 5, ..Default::default() }.made();
			let high = Offer { price: 20, ..Default::default() }.made();
			assert_eq!(Trades::<Test>::get(low).unwrap().imbalance_price, 12);
			assert_eq!(Trades::<Test>::get(high).unwrap().imbalance_price, 20);
			assert_eq!(held(HoldReason::Collateral, SELLER), 100 * 12 + 100 * 20);
		});
	}

	#[test]
	fn an_imbalance_price_of_just_the_limit() {
		ExtBuilder::default().imbalance_price(12).build_and_execute(|| {
			Offer { price: 5, limit: 12, ..Default::default() }.made();
			Offer { price: 20, limit: 20, ..Default::default() }.made();
			Offer { price: 5, limit: 12, ..Offer::sealed() }.made();
		});
	}

	#[test]
	fn offers_that_only_together_exceed_the_nameplates() {
		// What is not accepted binds no device.
		ExtBuilder::default().build_and_execute(|| {
			Offer { quantity: NAMEPLATE.into(), ..Default::default() }.made();
			Offer { quantity: NAMEPLATE.into(), ..Default::default() }.made();
		});
	}

	#[test]
	fn a_value_of_just_the_existential_deposit() {
		ExtBuilder::default().build_and_execute(|| {
			Offer { quantity: 100, price: 1, ..Default::default() }.made();
		});
	}
}

mod reject {
	use super::*;

	fn refused(offer: Offer, with: Error<Test>) {
		ExtBuilder::default().build_and_execute(|| {
			assert_noop!(offer.make(), error(with));
		});
	}

	#[test]
	fn an_unsigned_origin() {
		ExtBuilder::default().build_and_execute(|| {
			assert_noop!(
				Market::offer(
					RuntimeOrigin::root(),
					ZONE,
					Resource::Electricity,
					Direction::Export,
					BUYER,
					100,
					5,
					5,
					FIRST,
					FIRST,
					None
				),
				DispatchError::BadOrigin
			);
		});
	}

	#[test]
	fn a_quantity_of_zero() {
		refused(Offer { quantity: 0, ..Default::default() }, Error::ZeroQuantity);
	}

	#[test]
	fn a_price_of_zero() {
		refused(Offer { price: 0, ..Default::default() }, Error::ZeroPrice);
	}

	#[test]
	fn a_quantity_that_cannot_be_claimed() {
		let quantity = meterproof_primitives::MAX_CLAIM;
		refused(Offer { quantity, ..Default::default() }, Error::QuantityTooLarge);
	}

	#[test]
	fn an_amount_that_overflows() {
		refused(Offer { price: u128::MAX / 50, ..Default::default() }, Error::AmountTooLarge);
		// Over the range, though not in one period.
		let price = u128::MAX / 150;
		refused(Offer { price, last: FIRST + 1, ..Default::default() }, Error::AmountTooLarge);
	}

	#[test]
	fn a_value_below_the_existential_deposit() {
		refused(Offer { quantity: 99, price: 1, ..Default::default() }, Error::ValueBelowMinimum);
	}

	#[test]
	fn a_limit_below_the_price() {
		refused(Offer { limit: 4, ..Default::default() }, Error::ImbalancePriceAboveLimit);
		refused(Offer { limit: 0, ..Offer::sealed() }, Error::ImbalancePriceAboveLimit);
	}

	#[test]
	fn a_seller_that_is_its_own_buyer() {
		refused(Offer { buyer: SELLER, ..Default::default() }, Error::SelfTrade);
	}

	#[test]
	fn a_range_that_ends_before_it_begins() {
		let offer = Offer { first: FIRST + 1, last: FIRST, ..Default::default() };
		refused(offer, Error::EmptyRange);
	}

	#[test]
	fn a_range_that_is_too_long() {
		refused(Offer { last: FIRST + 8, ..Default::default() }, Error::RangeTooLong);
		refused(Offer { last: u64::MAX, ..Default::default() }, Error::RangeTooLong);
		refused(Offer { first: 0, last: u64::MAX, ..Default::default() }, Error::RangeTooLong);
	}

	#[test]
	fn a_first_period_whose_gate_has_closed() {
		refused(Offer { first: FIRST - 1, ..Default::default() }, Error::GateClosed);
		ExtBuilder::default().build_and_execute(|| {
			close_gate(FIRST);
			assert_noop!(Offer::default().make(), error(Error::GateClosed));
		});
	}

	#[test]
	fn a_first_period_too_far_ahead() {
		let (first, last) = (FIRST + 101, FIRST + 101);
		refused(Offer { first, last, ..Default::default() }, Error::TooFarAhead);
		let (first, last) = (u64::MAX, u64::MAX);
		refused(Offer { first, last, ..Default::default() }, Error::TooFarAhead);
	}

	#[test]
	fn more_than_the_nameplates() {
		let quantity = u64::from(NAMEPLATE) + 1;
		refused(Offer { quantity, ..Default::default() }, Error::AboveNameplate);
		refused(Offer { seller: OTHER, ..Default::default() }, Error::AboveNameplate);
	}

	#[test]
	fn more_than_the_nameplates_with_what_is_contracted_in_any_period() {
		ExtBuilder::default().build_and_execute(|| {
			let (first, last) = (FIRST + 2, FIRST + 2);
			Offer { quantity: 950, first, last, ..Default::default() }.accepted();
			let offer = Offer { quantity: 100, last: FIRST + 3, ..Default::default() };
			assert_noop!(offer.make(), error(Error::AboveNameplate));
			Offer { quantity: 100, last: FIRST + 1, ..Default::default() }.made();
		});
	}

	#[test]
	fn one_offer_too_many() {
		ExtBuilder::default().build_and_execute(|| {
			for _ in 0..20 {
				Offer::default().made();
			}
			assert_noop!(Offer::default().make(), error(Error::TooManyOffers));
			Market::cancel(RuntimeOrigin::signed(SELLER), 3).unwrap();
			Offer::default().made();
		});
	}

	#[test]
	fn a_seller_without_the_collateral() {
		ExtBuilder::default().build_and_execute(|| {
			let offer = Offer { quantity: 1_000, price: 1_000_000, ..Default::default() };
			assert_noop!(offer.make(), TokenError::FundsUnavailable);
		});
	}
}
