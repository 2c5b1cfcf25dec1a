//! What the runtime API answers.

use meterproof_clearing as rule;

use super::*;

fn book(period: PeriodIndex) -> BookInfoOf<Test> {
	Book::book(ZONE, Resource::Electricity, period).unwrap()
}

#[test]
fn a_book_shows_its_orders_the_best_first() {
	run(|| {
		let bids = [5, 7, 7].map(|limit| bid(BUYER, 100, limit).placed());
		let offers = [9, 8].map(|limit| offer(SELLER, 100, limit).placed());
		let info = book(FIRST);
		let ids = |orders: &[meterproof_primitives::api::BookOrder<AccountId, Balance>]| {
			orders.iter().map(|order| order.id).collect::<Vec<_>>()
		};
		assert_eq!(ids(&info.bids), [bids[1], bids[2], bids[0]]);
		assert_eq!(ids(&info.offers), [offers[1], offers[0]]);
		assert_eq!(info.gate_closure_ms, SCHEDULE.gate_closure(FIRST));
		assert_eq!(info.locks_ms, SCHEDULE.gate_closure(FIRST) - SCHEDULE.length_ms / 2);
		assert_eq!(Book::book(ZONE + 1, Resource::Electricity, FIRST), None);
	});
}

#[test]
fn a_book_says_where_it_stands() {
	run(|| {
		bid(BUYER, 100, 8).over(FIRST, FIRST + 1).placed();
		assert_eq!(book(FIRST).state, BookState::Open);
		lock(FIRST);
		assert_eq!(book(FIRST).state, BookState::Locked);
		close_gate(FIRST);
		assert_eq!(book(FIRST).state, BookState::Closed);
		assert_eq!(book(FIRST).bids.len(), 1);
		assert_ok!(clear(FIRST));
		assert_eq!(book(FIRST).state, BookState::Cleared);
		assert!(book(FIRST).bids.is_empty());
		blocks_at(SCHEDULE.end(FIRST + 1), 1);
		assert_ok!(clear(FIRST + 1));
		assert_eq!(book(FIRST + 1).state, BookState::Lapsed);
		assert_eq!(book(FIRST + 9).state, BookState::Open);
	});
}

#[test]
fn anyone_can_apply_the_rule_again_to_what_a_clearing_tells() {
	run(|| {
		bid(BUYER, 200, 8).placed();
		bid(OTHER_BUYER, 100, 6).placed();
		bid(SELLER, 70, 9).placed();
		offer(SELLER, 150, 4).placed();
		offer(OTHER_SELLER, 90, 5).placed();
		cleared();
		let told = Book::clearing(ZONE, Resource::Electricity, FIRST).unwrap();
		let orders: Vec<_> = told
			.orders
			.iter()
			.map(|order| rule::Order {
				id: order.id,
				account: order.account,
				side: match order.side {
					OrderSide::Bid => rule::Side::Bid,
					OrderSide::Offer => rule::Side::Offer,
				},
				quantity: order.quantity,
				limit: order.limit,
			})
			.collect();
		let outcome = rule::clear(&orders).unwrap();
		let cleared = outcome.cleared.unwrap();
		assert_eq!((Some(cleared.price), cleared.volume), (told.price, told.volume));
		let fills: Vec<_> = told.orders.iter().map(|order| (order.netted, order.filled)).collect();
		let again: Vec<_> = outcome.fills.iter().map(|fill| (fill.netted, fill.filled)).collect();
		assert_eq!(again, fills);
		assert!(told.trades > 0 && told.first_trade == Some(0));
		assert_eq!(Book::clearing(ZONE, Resource::Electricity, FIRST + 1), None);
	});
}

#[test]
fn an_account_sees_its_orders_in_pages() {
	run(|| {
		let first = bid(BUYER, 100, 8).over(FIRST, FIRST + 2).placed();
		let second = bid(BUYER, 100, 6).placed();
		bid(OTHER_BUYER, 100, 6).placed();
		let by = RuntimeOrigin::signed(BUYER);
		assert_ok!(Book::improve(by.clone(), first, 9, FIRST + 2, FIRST + 2));
		assert_ok!(Book::cancel(by, first, FIRST + 1, FIRST + 1));
		let orders = Book::orders_of(&BUYER, None, 10);
		assert_eq!(orders.iter().map(|order| order.id).collect::<Vec<_>>(), [first, second]);
		let open: Vec<_> = orders[0].open.iter().map(|at| (at.period, at.limit)).collect();
		assert_eq!(open, [(FIRST, 8), (FIRST + 2, 9)]);
		assert_eq!(Book::orders_of(&BUYER, None, 1).len(), 1);
		assert_eq!(Book::orders_of(&BUYER, Some(first), 10)[0].id, second);
		assert!(Book::orders_of(&BUYER, Some(second), 10).is_empty());
	});
}
