//! `improve`.

use super::*;

#[test]
fn a_bid_that_pays_more_holds_more() {
	run(|| {
		let id = bid(BUYER, 100, 5).over(FIRST, FIRST + 2).placed();
		events();
		let by = RuntimeOrigin::signed(BUYER);
		assert_ok!(Book::improve(by, id, 7, FIRST + 1, FIRST + 2));
		assert_eq!(holds(BUYER), [500 + 700 + 700, 0, 3 * ORDER_DEPOSIT]);
		assert_eq!(
			events(),
			[Event::OrderImproved { order: id, limit: 7, first: FIRST + 1, last: FIRST + 2 }]
		);
	});
}

#[test]
fn an_offer_that_asks_less_keeps_its_collateral() {
	run(|| {
		let id = offer(SELLER, 100, 9).placed();
		assert_ok!(improve(SELLER, id, 4));
		assert_eq!(holds(SELLER), [0, 900, ORDER_DEPOSIT]);
	});
}

#[test]
fn orders_improve_until_the_gate_closes() {
	run(|| {
		let (id, offered) = (bid(BUYER, 100, 5).placed(), offer(SELLER, 100, 5).placed());
		lock(FIRST);
		assert_ok!(improve(BUYER, id, 6));
		assert_ok!(improve(SELLER, offered, 4));
		close_gate(FIRST);
		assert_noop!(improve(BUYER, id, 7), error(Error::GateClosed));
	});
}

mod reject {
	use super::*;

	#[test]
	fn what_is_not_better() {
		run(|| {
			let (id, offered) = (bid(BUYER, 100, 5).placed(), offer(SELLER, 100, 5).placed());
			for limit in [4, 5] {
				assert_noop!(improve(BUYER, id, limit), error(Error::NotBetter));
			}
			for limit in [5, 6] {
				assert_noop!(improve(SELLER, offered, limit), error(Error::NotBetter));
			}
		});
	}

	#[test]
	fn what_makes_it_dust_or_too_much() {
		run(|| {
			let (id, offered) = (bid(BUYER, 100, 5).placed(), offer(SELLER, 99, 5).placed());
			assert_noop!(improve(SELLER, offered, 1), error(Error::Dust));
			assert_noop!(improve(SELLER, offered, 0), error(Error::Dust));
			assert_noop!(improve(BUYER, id, Balance::MAX), error(Error::AmountTooLarge));
			let dear = improve(BUYER, id, ENDOWMENT);
			assert_noop!(dear, TokenError::FundsUnavailable);
			Voters::set(vec![BUYER]);
			assert_noop!(improve(BUYER, id, 6), TokenError::Frozen);
		});
	}

	#[test]
	fn what_is_not_there_or_another_accounts() {
		run(|| {
			let id = bid(BUYER, 100, 5).over(FIRST + 1, FIRST + 2).placed();
			let change = |who, id, first, last| {
				Book::improve(RuntimeOrigin::signed(who), id, 9, first, last)
			};
			let (first, last) = (FIRST + 1, FIRST + 2);
			assert_noop!(change(BUYER, id + 1, first, last), error(Error::UnknownOrder));
			assert_noop!(change(SELLER, id, first, last), error(Error::NotOwner));
			assert_noop!(change(BUYER, id, last, first), error(Error::EmptyRange));
			assert_noop!(change(BUYER, id, FIRST, first), error(Error::OrderNotStanding));
			assert_noop!(change(BUYER, id, first, last + 1), error(Error::OrderNotStanding));
			assert_ok!(Book::cancel(RuntimeOrigin::signed(BUYER), id, last, last));
			assert_noop!(change(BUYER, id, first, last), error(Error::OrderNotStanding));
			let by = RuntimeOrigin::none();
			assert_noop!(Book::improve(by, id, 9, first, first), DispatchError::BadOrigin);
		});
	}
}
