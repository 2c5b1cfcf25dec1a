//! `cancel`, and the time in which no order goes.

use super::*;

#[test]
fn an_order_that_is_cancelled_has_nothing_on_hold() {
	run(|| {
		let id = bid(BUYER, 100, 5).over(FIRST, FIRST + 2).placed();
		let offered = offer(SELLER, 1_000, 5).placed();
		events();
		let by = RuntimeOrigin::signed(BUYER);
		assert_ok!(Book::cancel(by.clone(), id, FIRST + 1, FIRST + 1));
		assert_eq!(
			events(),
			[Event::OrderCancelled { order: id, first: FIRST + 1, last: FIRST + 1 }]
		);
		assert_eq!(holds(BUYER), [1_000, 0, 2 * ORDER_DEPOSIT]);
		assert_ok!(Book::cancel(by.clone(), id, FIRST, FIRST));
		assert_ok!(Book::cancel(by, id, FIRST + 2, FIRST + 2));
		assert_ok!(cancel(SELLER, offered));
		assert_eq!((holds(BUYER), holds(SELLER)), ([0; 3], [0; 3]));
		assert_eq!((free(BUYER), free(SELLER)), (ENDOWMENT, ENDOWMENT - DeviceDeposit::get()));
		assert_eq!(Orders::<Test>::iter().count(), 0);
		assert_eq!(OrdersOf::<Test>::iter().count(), 0);
		assert_eq!(StandingOf::<Test>::iter().count(), 0);
		assert_eq!(Books::<Test>::iter().count(), 0);
		assert_eq!(Reserves::<Test>::iter().count(), 0);
		// What was kept free is free again.
		offer(SELLER, 1_000, 5).placed();
	});
}

#[test]
fn no_order_goes_in_the_lock_window() {
	run(|| {
		let id = bid(BUYER, 100, 5).over(FIRST, FIRST + 1).placed();
		let offered = offer(SELLER, 100, 5).placed();
		let locked_at = SCHEDULE.gate_closure(FIRST) - SCHEDULE.length_ms / 2;
		blocks_at(locked_at - 1, 1);
		let late = offer(OTHER_SELLER, 100, 5).placed();
		assert_ok!(cancel(OTHER_SELLER, late));
		blocks_at(locked_at, 1);
		assert_noop!(cancel(BUYER, id), error(Error::OrderLocked));
		assert_noop!(cancel(SELLER, offered), error(Error::OrderLocked));
		// New orders come, and cannot go either.
		let new = bid(OTHER_BUYER, 100, 5).placed();
		assert_noop!(cancel(OTHER_BUYER, new), error(Error::OrderLocked));
		// The next period's book is open.
		let by = RuntimeOrigin::signed(BUYER);
		assert_noop!(Book::cancel(by.clone(), id, FIRST, FIRST + 1), error(Error::OrderLocked));
		assert_ok!(Book::cancel(by, id, FIRST + 1, FIRST + 1));
	});
}

#[test]
fn no_order_goes_between_gate_closure_and_clearing_or_after_it() {
	run(|| {
		let id = bid(BUYER, 100, 5).over(FIRST, FIRST + 1).placed();
		close_gate(FIRST);
		assert_noop!(cancel(BUYER, id), error(Error::GateClosed));
		assert_ok!(clear(FIRST));
		assert_noop!(cancel(BUYER, id), error(Error::GateClosed));
	});
}

#[test]
fn a_seller_cannot_get_out_of_a_locked_book_by_its_meters() {
	run(|| {
		let id = bid(BUYER, 600, 8).placed();
		let offered = offer(SELLER, 600, 4).placed();
		lock(FIRST);
		let device = 0;
		let key = Devices::device(device).unwrap().key.0;
		assert_ok!(Devices::suspend(RuntimeOrigin::signed(SELLER), device, key));
		let clearing = cleared();
		assert_eq!(fill(&clearing, id), (600, 0));
		assert_eq!(fill(&clearing, offered), (600, 0));
		// What it does not deliver is charged as in any trade.
		let sums = Market::settle(&exports(SELLER), FIRST, 0).unwrap();
		assert_eq!((sums.refunded, sums.penalty), (600 * 6, 600 * IMBALANCE));
	});
}

mod reject {
	use super::*;

	#[test]
	fn what_is_not_there_or_another_accounts() {
		run(|| {
			let id = bid(BUYER, 100, 5).over(FIRST + 1, FIRST + 2).placed();
			let by = RuntimeOrigin::signed;
			let (first, last) = (FIRST + 1, FIRST + 2);
			assert_noop!(Book::cancel(by(BUYER), id + 1, first, last), error(Error::UnknownOrder));
			assert_noop!(Book::cancel(by(SELLER), id, first, last), error(Error::NotOwner));
			assert_noop!(Book::cancel(by(BUYER), id, last, first), error(Error::EmptyRange));
			assert_noop!(Book::cancel(by(BUYER), id, FIRST, first), error(Error::OrderNotStanding));
			assert_ok!(Book::cancel(by(BUYER), id, first, first));
			assert_noop!(Book::cancel(by(BUYER), id, first, first), error(Error::OrderNotStanding));
			assert_noop!(
				Book::cancel(RuntimeOrigin::none(), id, last, last),
				DispatchError::BadOrigin
			);
		});
	}
}
