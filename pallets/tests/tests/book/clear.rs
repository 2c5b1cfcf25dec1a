//! `clear`: what the rule makes of a book.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

#[test]
fn a_shortage_is_shared_equally() {
	run(|| {
		let ids = [bid(BUYER, 500, 8).placed(), bid(OTHER_BUYER, 500, 8).placed()];
		let offered = offer(SELLER, 800, 4).placed();
		close_gate(FIRST);
		events();
		assert_ok!(clear(FIRST));
		let clearing = clearing(FIRST).unwrap();
		assert_eq!((clearing.price, clearing.volume), (Some(8), 800));
		assert_eq!(ids.map(|id| fill(&clearing, id)), [(400, 0); 2]);
		assert_eq!(fill(&clearing, offered), (800, 0));
		assert_eq!(
			events(),
			[Event::BookCleared {
				zone: ZONE,
				resource: Resource::Electricity,
				period: FIRST,
				price: Some(8),
				volume: 800,
				orders: 3,
				first_trade: Some(0),
				trades: 2,
			}]
		);
	});
}

#[test]
fn a_surplus_is_shared_equally() {
	run(|| {
		let id = bid(BUYER, 600, 8).placed();
		let offered = [SELLER, OTHER_SELLER].map(|seller| offer(seller, 500, 4).placed());
		let clearing = cleared();
		assert_eq!((clearing.price, clearing.volume), (Some(4), 600));
		assert_eq!(fill(&clearing, id), (600, 0));
		assert_eq!(offered.map(|id| fill(&clearing, id)), [(300, 0); 2]);
	});
}

#[test]
fn own_orders_are_netted_and_set_no_price() {
	run(|| {
		// Alone, they would meet at 50.
		let own = [bid(SELLER, 300, 50).placed(), offer(SELLER, 300, 50).placed()];
		let (id, offered) = (bid(BUYER, 100, 9).placed(), offer(OTHER_SELLER, 100, 5).placed());
		let clearing = cleared();
		assert_eq!((clearing.price, clearing.volume), (Some(7), 100));
		assert_eq!(own.map(|id| fill(&clearing, id)), [(0, 300); 2]);
		assert_eq!([id, offered].map(|id| fill(&clearing, id)), [(100, 0); 2]);
		assert_eq!(holds(SELLER), [0; 3]);
		assert_eq!(trade_holds(SELLER), [0; 3]);
	});
}

#[test]
fn orders_that_do_not_meet_are_released() {
	run(|| {
		bid(BUYER, 100, 5).placed();
		offer(SELLER, 100, 6).placed();
		let clearing = cleared();
		assert_eq!((clearing.price, clearing.volume, clearing.trades), (None, 0, 0));
		assert_eq!((holds(BUYER), holds(SELLER)), ([0; 3], [0; 3]));
		assert_eq!(free(BUYER), ENDOWMENT);
		assert!(trades().is_empty());
		assert_eq!(Orders::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_book_of_one_side_is_cleared_without_a_price() {
	run(|| {
		offer(SELLER, 100, 6).placed();
		assert_eq!(cleared().price, None);
		assert_eq!(holds(SELLER), [0; 3]);
	});
}

#[test]
fn an_order_over_a_range_stands_on_in_the_other_periods() {
	run(|| {
		let id = bid(BUYER, 100, 8).over(FIRST, FIRST + 2).placed();
		offer(SELLER, 100, 4).placed();
		cleared();
		assert_eq!(Orders::<Test>::get(id).unwrap().open, 2);
		assert_eq!(holds(BUYER), [1_600, 0, 2 * ORDER_DEPOSIT]);
		for period in FIRST + 1..=FIRST + 2 {
			close_gate(period);
			assert_ok!(clear(period));
		}
		assert_eq!(holds(BUYER), [0; 3]);
		assert_eq!(Orders::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_book_lapses_whose_period_has_ended() {
	run(|| {
		bid(BUYER, 100, 8).placed();
		offer(SELLER, 100, 4).placed();
		blocks_at(SCHEDULE.end(FIRST), 1);
		events();
		assert_ok!(clear(FIRST));
		let clearing = clearing(FIRST).unwrap();
		assert!(clearing.lapsed);
		assert_eq!((clearing.price, clearing.volume, clearing.trades), (None, 0, 0));
		assert_eq!(
			events(),
			[Event::BookLapsed {
				zone: ZONE,
				resource: Resource::Electricity,
				period: FIRST,
				orders: 2
			}]
		);
		assert_eq!((holds(BUYER), holds(SELLER)), ([0; 3], [0; 3]));
		assert!(trades().is_empty());
	});
}

#[test]
fn a_book_is_cleared_late_while_its_period_runs() {
	run(|| {
		bid(BUYER, 100, 8).placed();
		offer(SELLER, 100, 4).placed();
		blocks_at(SCHEDULE.end(FIRST) - 1, 1);
		assert_ok!(clear(FIRST));
		assert_eq!(clearing(FIRST).unwrap().trades, 1);
	});
}

#[test]
fn clearing_weighs_what_the_book_holds() {
	run(|| {
		bid(BUYER, 100, 8).placed();
		bid(OTHER_BUYER, 100, 8).placed();
		offer(SELLER, 100, 4).placed();
		close_gate(FIRST);
		let by = RuntimeOrigin::signed(ANYONE);
		let post = Book::clear(by, ZONE, Resource::Electricity, FIRST).unwrap();
		assert_eq!(post.actual_weight, Some(<()>::clear(2, 1)));
	});
}

mod reject {
	use super::*;

	#[test]
	fn an_unsigned_origin() {
		run(|| {
			let by = RuntimeOrigin::none();
			let refused = Book::clear(by, ZONE, Resource::Electricity, FIRST);
			assert_eq!(refused.unwrap_err().error, DispatchError::BadOrigin);
		});
	}

	#[test]
	fn a_book_whose_gate_is_open() {
		run(|| {
			bid(BUYER, 100, 8).placed();
			lock(FIRST);
			assert_noop!(clear(FIRST), error(Error::GateOpen));
		});
	}

	#[test]
	fn a_book_without_orders_or_one_that_is_cleared() {
		run(|| {
			close_gate(FIRST);
			assert_noop!(clear(FIRST), error(Error::NothingToClear));
			bid(BUYER, 100, 8).over(FIRST + 1, FIRST + 1).placed();
			close_gate(FIRST + 1);
			assert_ok!(clear(FIRST + 1));
			assert_noop!(clear(FIRST + 1), error(Error::NothingToClear));
		});
	}
}

/// Who orders what.
fn orders() -> impl Strategy<Value = Vec<(u8, bool, u64, u128)>> {
	let order = (0..4u8, any::<bool>(), 50..120u64, 3..12u128);
	prop::collection::vec(order, 1..9)
}

/// What the orders of one account and side with one limit were filled with together.
type Fills = BTreeMap<(AccountId, OrderSide, Balance), (Quantity, u64)>;

/// Clears a book of these orders as they come: price, volume, fills with the number of orders.
fn outcome(orders: &[(u8, bool, u64, u128)]) -> (Option<Balance>, Quantity, Fills) {
	build().execute_with(|| {
		MaxBids::set(8);
		MaxOwnOrders::set(8);
		MaxTradesPerGroup::set(16);
		for (who, sells, quantity, limit) in orders {
			let who = [SELLER, OTHER_SELLER, BUYER, OTHER_BUYER][usize::from(*who)];
			let sells = *sells && (who == SELLER || who == OTHER_SELLER);
			let order =
				if sells { offer(who, *quantity, *limit) } else { bid(who, *quantity, *limit) };
			order.placed();
		}
		let clearing = cleared();
		ensure_invariants();
		let mut fills = Fills::new();
		let bids = clearing.bids.iter().map(|line| (OrderSide::Bid, line));
		let offers = clearing.offers.iter().map(|line| (OrderSide::Offer, line));
		for (side, line) in bids.chain(offers) {
			let key = (line.entry.account, side, line.entry.limit);
			let (filled, orders) = fills.entry(key).or_default();
			*filled += line.filled;
			*orders += 1;
		}
		(clearing.price, clearing.volume, fills)
	})
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

	/// Units that do not divide go by the orders' numbers: one to each at most. What an account nets goes
	/// to its lower numbers first, and is the same in all.
	#[test]
	fn the_order_of_arrival_decides_about_no_more_than_a_unit(
		(orders, shuffled) in orders()
			.prop_flat_map(|orders| (Just(orders.clone()), Just(orders).prop_shuffle())),
	) {
		let (price, volume, fills) = outcome(&orders);
		let (other_price, other_volume, other_fills) = outcome(&shuffled);
		prop_assert_eq!((price, volume), (other_price, other_volume));
		prop_assert_eq!(fills.len(), other_fills.len());
		for (key, (filled, orders)) in &fills {
			let (other, _) = other_fills[key];
			prop_assert!(filled.abs_diff(other) <= *orders, "{fills:?} {other_fills:?}");
		}
	}
}
