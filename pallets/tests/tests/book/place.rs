//! `bid` and `offer`.

use super::*;

#[test]
fn a_bid_holds_its_money_and_a_deposit() {
	run(|| {
		let id = bid(BUYER, 100, 8).over(FIRST, FIRST + 2).placed();
		assert_eq!(holds(BUYER), [3 * 800, 0, 3 * ORDER_DEPOSIT]);
		assert_eq!(
			events(),
			[Event::OrderPlaced {
				order: id,
				account: BUYER,
				side: OrderSide::Bid,
				zone: ZONE,
				resource: Resource::Electricity,
				quantity: 100,
				limit: 8,
				imbalance_price: 0,
				first: FIRST,
				last: FIRST + 2,
				payout: None,
			}]
		);
		for period in FIRST..=FIRST + 2 {
			assert_eq!(standing(period, OrderSide::Bid), [id]);
		}
		assert!(standing(FIRST + 3, OrderSide::Bid).is_empty());
	});
}

#[test]
fn an_offer_holds_collateral_at_the_higher_of_its_limit_and_the_zones_price() {
	run(|| {
		offer(SELLER, 100, 4).placed();
		assert_eq!(holds(SELLER), [0, 100 * IMBALANCE, ORDER_DEPOSIT]);
		offer(OTHER_SELLER, 100, 9).placed();
		assert_eq!(holds(OTHER_SELLER), [0, 900, ORDER_DEPOSIT]);
	});
}

#[test]
fn a_better_order_takes_the_place_of_the_worst_in_a_full_book() {
	run(|| {
		let ids: Vec<_> = (0..6).map(|n| bid(trader(n), 100, 5 + n as u128 / 2).placed()).collect();
		// Two bid 5: the later one is the worst.
		assert_noop!(bid(BUYER, 100, 5).place(), error(Error::BookFull));
		events();
		let id = bid(BUYER, 100, 6).placed();
		let displaced = Event::OrderDisplaced {
			order: ids[1],
			account: trader(1),
			zone: ZONE,
			resource: Resource::Electricity,
			period: FIRST,
		};
		assert!(events().contains(&displaced));
		assert_eq!(holds(trader(1)), [0; 3]);
		assert_eq!(Orders::<Test>::get(ids[1]), None);
		assert_eq!(standing(FIRST, OrderSide::Bid), [ids[0], ids[2], ids[3], ids[4], ids[5], id]);
	});
}

#[test]
fn an_order_that_is_displaced_in_one_period_stands_in_the_others() {
	run(|| {
		MaxBids::set(1);
		let id = bid(BUYER, 100, 5).over(FIRST, FIRST + 1).placed();
		bid(OTHER_BUYER, 100, 6).placed();
		assert_eq!(holds(BUYER), [500, 0, ORDER_DEPOSIT]);
		assert_eq!(Orders::<Test>::get(id).unwrap().open, 1);
		assert_eq!(standing(FIRST + 1, OrderSide::Bid), [id]);
	});
}

#[test]
fn an_offer_that_is_displaced_keeps_nothing_free_any_more() {
	run(|| {
		MaxBids::set(1);
		MaxBookOffers::set(1);
		offer(SELLER, 1_000, 5).placed();
		assert_noop!(
			offer(SELLER, 1, 200).place(),
			DispatchError::from(pallet_market::Error::<Test>::AboveNameplate)
		);
		offer(OTHER_SELLER, 1_000, 4).placed();
		assert_eq!(holds(SELLER), [0; 3]);
		offer(SELLER, 1_000, 3).placed();
		assert_eq!(standing(FIRST, OrderSide::Offer).len(), 1);
	});
}

mod reject {
	use super::*;

	#[test]
	fn an_unsigned_origin() {
		run(|| {
			let (by, resource) = (RuntimeOrigin::none(), Resource::Electricity);
			assert_noop!(
				Book::bid(by.clone(), ZONE, resource, 100, 5, FIRST, FIRST, None),
				DispatchError::BadOrigin
			);
			assert_noop!(
				Book::offer(by, ZONE, resource, 100, 5, 9, FIRST, FIRST, None),
				DispatchError::BadOrigin
			);
		});
	}

	#[test]
	fn what_is_no_order() {
		run(|| {
			for (order, refusal) in [
				(bid(BUYER, 0, 5), Error::ZeroQuantity),
				(bid(BUYER, 100, 0), Error::ZeroPrice),
				(bid(BUYER, 1 << 53, 5), Error::QuantityTooLarge),
				(bid(BUYER, 100, 5).over(FIRST + 1, FIRST), Error::EmptyRange),
				(bid(BUYER, 100, 5).over(FIRST, FIRST + 8), Error::RangeTooLong),
				(bid(BUYER, 100, 5).over(FIRST - 1, FIRST), Error::GateClosed),
				(bid(BUYER, 100, 5).over(FIRST + 51, FIRST + 51), Error::TooFarAhead),
				(Placing { zone: ZONE + 1, ..bid(BUYER, 100, 5) }, Error::UnknownZone),
			] {
				assert_noop!(order.place(), error(refusal));
			}
		});
	}

	#[test]
	fn dust() {
		run(|| {
			assert_noop!(bid(BUYER, 33, 3).place(), error(Error::Dust));
			assert_noop!(offer(SELLER, 33, 3).place(), error(Error::Dust));
			bid(BUYER, 34, 3).placed();
		});
	}

	#[test]
	fn more_than_a_number_holds() {
		run(|| {
			let overflow = bid(BUYER, 2, Balance::MAX / 2 + 1);
			assert_noop!(overflow.place(), error(Error::AmountTooLarge));
			let over_both = bid(BUYER, 2, Balance::MAX / 2).over(FIRST, FIRST + 1);
			assert_noop!(over_both.place(), error(Error::AmountTooLarge));
			let offered = offer(SELLER, 2, Balance::MAX / 2 + 1);
			assert_noop!(offered.place(), error(Error::AmountTooLarge));
		});
	}

	#[test]
	fn more_than_the_account_has() {
		run(|| {
			let dear = bid(BUYER, 100, ENDOWMENT / 100 + 1);
			assert_noop!(dear.place(), TokenError::FundsUnavailable);
		});
	}

	#[test]
	fn who_has_votes() {
		run(|| {
			Voters::set(vec![BUYER, SELLER]);
			assert_noop!(bid(BUYER, 100, 5).place(), TokenError::Frozen);
			assert_noop!(offer(SELLER, 100, 5).place(), TokenError::Frozen);
		});
	}

	#[test]
	fn collateral_above_what_the_call_allows() {
		run(|| {
			let order = Placing { most: IMBALANCE - 1, ..offer(SELLER, 100, 5) };
			assert_noop!(order.clone().place(), error(Error::ImbalancePriceAboveLimit));
			Placing { most: IMBALANCE, ..order }.placed();
		});
	}

	#[test]
	fn a_note_that_cannot_be_paid() {
		run(|| {
			let order = Placing { payout: Some([0xff; 32]), ..bid(BUYER, 100, 5) };
			let refusal = pallet_market::Error::<Test>::NoteOwnerNotPayable;
			assert_noop!(order.place(), DispatchError::from(refusal));
		});
	}

	#[test]
	fn more_orders_than_an_account_can_have() {
		run(|| {
			for _ in 0..3 {
				bid(BUYER, 100, 5).placed();
			}
			assert_noop!(bid(BUYER, 100, 5).place(), error(Error::TooManyOwnOrders));
			offer(SELLER, 100, 5).placed();
			MaxStanding::set(4);
			let two = bid(BUYER, 100, 5).over(FIRST + 1, FIRST + 2);
			assert_noop!(two.place(), error(Error::TooManyOrders));
			bid(BUYER, 100, 5).over(FIRST + 1, FIRST + 1).placed();
		});
	}

	#[test]
	fn a_range_of_which_one_book_is_full_in_all_of_it() {
		run(|| {
			MaxBids::set(1);
			bid(BUYER, 100, 5).over(FIRST + 1, FIRST + 1).placed();
			let both = bid(OTHER_BUYER, 100, 5).over(FIRST, FIRST + 1);
			assert_noop!(both.place(), error(Error::BookFull));
		});
	}
}
