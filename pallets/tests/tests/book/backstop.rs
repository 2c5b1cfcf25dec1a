//! Backstops: who, what they post, their fund, and what they take of books.

mod excess;
mod leading;
mod selling;

use meterproof_primitives::{BACKSTOP_BID, BACKSTOP_OFFER};

use super::*;

/// A backstop with a meter and a fund, that buys 1,000 at 5 and sells 1,000 at 12 from `NEXT` on.
fn backed(test: impl FnOnce()) {
	run(|| {
		add_meter(BACKSTOP);
		appoint(BACKSTOP, 20);
		fund(FUND).unwrap();
		post(NEXT, Some((5, 1_000)), Some((12, 1_000))).unwrap();
		events();
		test();
	});
}

/// Clears the book of `NEXT`; how it was cleared.
fn next_cleared() -> ClearingOf<Test> {
	close_gate(NEXT);
	clear(NEXT).unwrap();
	clearing(NEXT).unwrap()
}

/// What the backstop bought and sold in a book.
fn taken(clearing: &ClearingOf<Test>) -> (Quantity, Quantity) {
	let filled = |line: &Option<LineOf<Test>>| line.as_ref().map_or(0, |line| line.filled);
	(filled(&clearing.backstop_bid), filled(&clearing.backstop_offer))
}

fn backstop() -> BackstopOf<Test> {
	Backstops::<Test>::get(VENUE).unwrap()
}

/// A bid for `NEXT`.
fn bid(who: AccountId, quantity: Quantity, limit: Balance) -> Placing {
	super::bid(who, quantity, limit).over(NEXT, NEXT)
}

/// An offer for `NEXT`.
fn offer(who: AccountId, quantity: Quantity, limit: Balance) -> Placing {
	super::offer(who, quantity, limit).over(NEXT, NEXT)
}

#[test]
fn a_surplus_is_bought_and_has_its_price() {
	backed(|| {
		bid(BUYER, 100, 9).placed();
		let offered = offer(SELLER, 500, 4).placed();
		let clearing = next_cleared();
		assert_eq!((clearing.price, clearing.volume), (Some(5), 500));
		assert_eq!(fill(&clearing, offered), (500, 0));
		assert_eq!(taken(&clearing), (400, 0));
		assert_eq!(backstop().fund, FUND - 400 * 5);
		assert_eq!(trade_holds(BACKSTOP), [400 * 5, 0, 0]);
		assert_eq!(held(HoldReason::Backstop, BACKSTOP), FUND - 400 * 5);
	});
}

#[test]
fn a_shortage_is_filled_and_has_its_price() {
	backed(|| {
		let wanted = bid(BUYER, 500, 20).placed();
		offer(SELLER, 100, 4).placed();
		let clearing = next_cleared();
		assert_eq!((clearing.price, clearing.volume), (Some(12), 500));
		assert_eq!(fill(&clearing, wanted), (500, 0));
		assert_eq!(taken(&clearing), (0, 400));
		// Its collateral is that of any offer at its price.
		assert_eq!(backstop().fund, FUND - 400 * 12);
		assert_eq!(trade_holds(BACKSTOP), [0, 400 * 12, 0]);
		assert_eq!(Market::contracted(&exports(BACKSTOP), NEXT), 400);
	});
}

#[test]
fn what_peers_trade_between_its_prices_is_theirs() {
	backed(|| {
		bid(BUYER, 100, 9).placed();
		offer(SELLER, 100, 7).placed();
		let clearing = next_cleared();
		assert_eq!((clearing.price, clearing.volume), (Some(8), 100));
		assert_eq!(taken(&clearing), (0, 0));
		assert_eq!(backstop().fund, FUND);
	});
}

#[test]
fn peers_at_its_price_come_first() {
	backed(|| {
		let wanted = bid(BUYER, 100, 5).placed();
		offer(SELLER, 150, 4).placed();
		let clearing = next_cleared();
		assert_eq!(clearing.price, Some(5));
		assert_eq!(fill(&clearing, wanted), (100, 0));
		assert_eq!(taken(&clearing), (50, 0));
	});
}

#[test]
fn what_it_bought_is_settled_as_any_trade() {
	backed(|| {
		offer(SELLER, 500, 4).placed();
		next_cleared();
		let sums = Market::settle(&exports(SELLER), NEXT, 300).unwrap();
		// A unit that is missing costs what the backstop sells for.
		assert_eq!((sums.paid, sums.refunded, sums.penalty), (1_500, 1_000, 200 * 12));
		assert_eq!(trade_holds(BACKSTOP), [0; 3]);
		assert_eq!(trade_holds(SELLER), [0; 3]);
	});
}

#[test]
fn a_side_that_its_fund_does_not_carry_whole_does_not_stand() {
	run(|| {
		appoint(BACKSTOP, 20);
		fund(1_000).unwrap();
		// The books of the period that runs, of the first open one and of `NEXT` share it.
		assert_noop!(post(NEXT, Some((5, 67)), None), error(Error::FundTooLow));
		post(NEXT, Some((5, 66)), None).unwrap();
		let periods = NEXT..=NEXT + 3;
		for period in periods.clone() {
			super::offer(SELLER, 50, 4).over(period, period).placed();
		}
		let mut bought = vec![];
		for period in periods {
			close_gate(period);
			assert_ok!(clear(period));
			let clearing = clearing(period).unwrap();
			bought.push((taken(&clearing).0, clearing.price));
		}
		// The last one would have been paid for, but not what might have been offered.
		assert_eq!(bought, [(50, Some(5)), (50, Some(5)), (50, Some(5)), (0, None)]);
		assert_eq!(backstop().fund, 1_000 - 3 * 50 * 5);
		// Nor does it stand by a payment that it makes when it has seen the book.
		let later = NEXT + 4;
		super::offer(SELLER, 50, 4).over(later, later).placed();
		lock(later);
		assert_noop!(fund(80), error(Error::FundedTooLate));
		close_gate(later);
		assert_noop!(fund(80), error(Error::FundedTooLate));
		assert_ok!(clear(later));
		assert_eq!(clearing(later).unwrap().backstop_bid, None);
		assert_ok!(fund(80));
	});
}

#[test]
fn a_book_that_lapses_takes_nothing_of_its_fund() {
	backed(|| {
		offer(SELLER, 500, 4).placed();
		blocks_at(SCHEDULE.end(NEXT), 1);
		assert_ok!(clear(NEXT));
		assert_eq!(clearing(NEXT).unwrap().backstop_bid, None);
		assert_eq!(backstop().fund, FUND);
	});
}

#[test]
fn what_a_clearing_tells_has_its_orders() {
	backed(|| {
		offer(SELLER, 500, 4).placed();
		next_cleared();
		let told = Book::clearing(ZONE, Resource::Electricity, NEXT).unwrap();
		let last: Vec<_> =
			told.orders.iter().rev().take(2).map(|order| (order.id, order.filled)).collect();
		assert_eq!(last, [(BACKSTOP_OFFER, 0), (BACKSTOP_BID, 500)]);
	});
}

#[test]
fn what_is_missing_costs_no_less_than_it_sells_for() {
	backed(|| {
		super::offer(SELLER, 100, 4).placed();
		assert_eq!(holds(SELLER)[1], 100 * IMBALANCE);
		// The dearest period of an order counts for all of it.
		let dear = Placing { most: 11, ..super::offer(OTHER_SELLER, 100, 4).over(FIRST, NEXT) };
		assert_noop!(dear.clone().place(), error(Error::ImbalancePriceAboveLimit));
		Placing { most: 12, ..dear }.placed();
		assert_eq!(holds(OTHER_SELLER)[1], 2 * 100 * 12);
		// As in trades that are made directly.
		let sell = |first| {
			let by = RuntimeOrigin::signed(OTHER_SELLER);
			let (resource, out) = (Resource::Electricity, Direction::Export);
			Market::offer(by, ZONE, resource, out, BUYER, 100, 4, 11, first, first, None)
		};
		let above = pallet_market::Error::<Test>::ImbalancePriceAboveLimit;
		assert_noop!(sell(NEXT), DispatchError::from(above));
		assert_ok!(sell(FIRST));
	});
}

#[test]
fn prices_change_after_the_first_open_period() {
	backed(|| {
		assert_noop!(post(FIRST, None, None), error(Error::TermsFixed));
		close_gate(FIRST);
		assert_noop!(post(NEXT, None, None), error(Error::TermsFixed));
		assert_ok!(post(NEXT + 1, Some((6, 100)), None));
		let at = |period| backstop().terms_at(period).buys.map(|buys| buys.price);
		assert_eq!([FIRST, NEXT, NEXT + 1].map(at), [None, Some(5), Some(6)]);
		assert_eq!(
			events(),
			[Event::PricesPosted {
				zone: ZONE,
				resource: Resource::Electricity,
				from: NEXT + 1,
				buys: Some(Posted { price: 6, quantity: 100 }),
				sells: None,
				excess: 0,
			}]
		);
	});
}

#[test]
fn what_was_demanded_for_what_is_posted_stays() {
	backed(|| {
		// The dearer side needs 12,000 in each book, and three share the fund; four when a gate has closed.
		assert_noop!(withdraw(FUND - 3 * 12_000 + 1), error(Error::FundBound));
		assert_ok!(withdraw(1_000));
		assert_ok!(fund(1_000));
		close_gate(FIRST);
		assert_noop!(withdraw(FUND - 4 * 12_000 + 1), error(Error::FundBound));
		assert_ok!(withdraw(FUND - 4 * 12_000));
		assert_eq!(backstop().fund, 48_000);
		assert_ok!(post(NEXT + 1, None, None));
		assert_noop!(withdraw(1), error(Error::FundBound));
		blocks_at(SCHEDULE.end(NEXT), 1);
		assert_ok!(withdraw(48_000));
		assert_eq!(held(HoldReason::Backstop, BACKSTOP), 0);
		assert_eq!(total(BACKSTOP), ENDOWMENT);
	});
}

#[test]
fn one_that_is_dismissed_stands_by_what_is_fixed() {
	backed(|| {
		close_gate(FIRST);
		assert_ok!(set_backstop(None, 0));
		let dismissed = Event::BackstopDismissed {
			zone: ZONE,
			resource: Resource::Electricity,
			from: NEXT + 1,
		};
		assert_eq!(events(), [dismissed]);
		assert_noop!(post(NEXT + 1, Some((5, 100)), None), error(Error::PriceAboveCeiling));
		offer(SELLER, 500, 4).over(NEXT, NEXT + 1).placed();
		assert_eq!(taken(&next_cleared()).0, 500);
		close_gate(NEXT + 1);
		assert_ok!(clear(NEXT + 1));
		assert_eq!(clearing(NEXT + 1).unwrap().backstop_bid, None);
		// Again, and it changes nothing.
		assert_ok!(set_backstop(None, 0));
		blocks_at(SCHEDULE.end(NEXT), 1);
		assert_ok!(withdraw(backstop().fund));
		assert_eq!(held(HoldReason::Backstop, BACKSTOP), 0);
	});
}

#[test]
fn one_that_is_appointed_again_posts_as_often_as_before() {
	backed(|| {
		for n in 1..5 {
			assert_ok!(post(NEXT + n, Some((5 + Balance::from(n), 100)), None));
		}
		// What it has posted for later periods goes, and so does what was noted beside it.
		close_gate(FIRST);
		assert_ok!(set_backstop(None, 0));
		assert_eq!(backstop().taken.rows().count(), backstop().terms.rows().count());
		appoint(BACKSTOP, 20);
		for n in 5..8 {
			assert_ok!(post(NEXT + n, Some((5, 100)), None));
		}
		assert_noop!(post(NEXT + 8, None, None), error(Error::TooManyPendingChanges));
	});
}

#[test]
fn another_one_comes_once_all_is_final() {
	backed(|| {
		close_gate(FIRST);
		assert_noop!(set_backstop(Some(BUYER), 20), error(Error::BackstopStanding));
		assert_ok!(set_backstop(None, 0));
		assert_noop!(set_backstop(Some(BUYER), 20), error(Error::BackstopStanding));
		finalise(NEXT);
		// Whatever it does, it stands in nobody's way.
		empty(BACKSTOP);
		assert_ok!(set_backstop(Some(BUYER), 30));
		assert_eq!((backstop().account, backstop().fund), (BUYER, 0));
		assert_eq!(held(HoldReason::Backstop, BACKSTOP), 0);
		assert_eq!(free(BACKSTOP), FUND);
	});
}

#[test]
fn one_that_cannot_take_its_fund_is_owed_it() {
	run(|| {
		appoint(BACKSTOP, 20);
		fund(EXISTENTIAL_DEPOSIT - 1).unwrap();
		empty(BACKSTOP);
		assert_ok!(set_backstop(Some(BUYER), 20));
		let owed = Owed { bid: EXISTENTIAL_DEPOSIT - 1, ..Default::default() };
		assert_eq!(Book::owed(&BACKSTOP), owed);
		ensure_invariants();
		let by = RuntimeOrigin::signed(ANYONE);
		assert_ok!(Balances::transfer_keep_alive(by.clone(), BACKSTOP, EXISTENTIAL_DEPOSIT));
		assert_ok!(Book::claim(by, BACKSTOP));
		assert_eq!(free(BACKSTOP), 2 * EXISTENTIAL_DEPOSIT - 1);
	});
}

#[test]
fn one_that_left_with_its_fund_is_forgotten() {
	run(|| {
		appoint(BACKSTOP, 20);
		fund(1_000).unwrap();
		assert_ok!(set_backstop(None, 0));
		assert_ok!(withdraw(1_000));
		assert_eq!(Backstops::<Test>::get(VENUE), None);
		// So is one that never had any.
		appoint(BACKSTOP, 20);
		assert_ok!(set_backstop(None, 0));
		assert_eq!(Backstops::<Test>::get(VENUE), None);
		assert_ok!(bid(BACKSTOP, 100, 9).place());
	});
}

#[test]
fn a_ceiling_binds_what_is_posted_from_then_on() {
	backed(|| {
		assert_ok!(set_backstop(Some(BACKSTOP), 11));
		assert_eq!(backstop().terms_at(NEXT).sells.map(|sells| sells.price), Some(12));
		assert_noop!(post(NEXT, None, Some((12, 100))), error(Error::PriceAboveCeiling));
		assert_ok!(post(NEXT, None, Some((11, 100))));
	});
}

mod reject {
	use super::*;

	#[test]
	fn who_may_not() {
		backed(|| {
			let (zone, resource) = (ZONE, Resource::Electricity);
			let by = RuntimeOrigin::signed(BACKSTOP);
			let refused = Book::set_backstop(by, zone, resource, None, 0);
			assert_noop!(refused, DispatchError::BadOrigin);
			let other = || RuntimeOrigin::signed(BUYER);
			let not = error(Error::NotBackstop);
			assert_noop!(Book::fund_backstop(other(), zone, resource, 1), not);
			assert_noop!(Book::withdraw_fund(other(), zone, resource, 1), not);
			assert_noop!(Book::post_prices(other(), zone, resource, NEXT, None, None, 0), not);
			let none = error(Error::NoBackstop);
			let water = Resource::Water;
			assert_noop!(Book::fund_backstop(other(), zone, water, 1), none);
			let root = RuntimeOrigin::root();
			assert_noop!(Book::set_backstop(root, zone, water, None, 0), none);
		});
	}

	#[test]
	fn who_cannot_be_one() {
		run(|| {
			let (zone, resource) = (ZONE + 1, Resource::Electricity);
			let root = RuntimeOrigin::root();
			let refused = Book::set_backstop(root, zone, resource, Some(BACKSTOP), 20);
			assert_noop!(refused, error(Error::UnknownZone));
			assert_noop!(set_backstop(Some(BACKSTOP), 0), error(Error::ZeroPrice));
			// One that has orders takes them out first, or waits until they are cleared.
			let id = super::super::bid(BACKSTOP, 100, 4).placed();
			assert_noop!(set_backstop(Some(BACKSTOP), 20), error(Error::OrdersStanding));
			cancel(BACKSTOP, id).unwrap();
			appoint(BACKSTOP, 20);
			Voters::set(vec![BACKSTOP]);
			assert_noop!(fund(1_000), TokenError::Frozen);
		});
	}

	#[test]
	fn what_is_no_price() {
		backed(|| {
			let most = Balance::MAX;
			for (buys, sells, refusal) in [
				(Some((0, 100)), None, Error::ZeroPrice),
				(Some((5, 0)), None, Error::ZeroQuantity),
				(Some((5, 1 << 53)), None, Error::QuantityTooLarge),
				(None, Some((21, 100)), Error::PriceAboveCeiling),
				(Some((5, 19)), None, Error::Dust),
				(Some((8, 100)), Some((8, 100)), Error::PricesCross),
				(None, Some((12, 1_000_000)), Error::FundTooLow),
			] {
				assert_noop!(post(NEXT, buys, sells), error(refusal));
			}
			assert_ok!(set_backstop(Some(BACKSTOP), most));
			assert_noop!(post(NEXT, Some((most, 2)), None), error(Error::AmountTooLarge));
			for (buys, excess, refusal) in [
				(None, 1, Error::NoBuyingPrice),
				(Some((5, 100)), 1 << 53, Error::QuantityTooLarge),
				(Some((most >> 8, 1)), 1 << 10, Error::AmountTooLarge),
			] {
				assert_noop!(post_with_excess(NEXT, buys, None, excess), error(refusal));
			}
			let far = FIRST + 50 + 2;
			assert_noop!(post(far, None, None), error(Error::TooFarAhead));
			assert_ok!(post(far - 1, None, None));
		});
	}

	#[test]
	fn its_own_orders_where_it_stands() {
		backed(|| {
			let refusal = error(Error::IsBackstop);
			assert_noop!(offer(BACKSTOP, 100, 4).place(), refusal);
			assert_noop!(bid(BACKSTOP, 100, 9).place(), refusal);
		});
	}

	#[test]
	fn more_changes_than_there_is_room_for_but_never_a_dismissal() {
		backed(|| {
			for n in 1..5 {
				assert_ok!(post(NEXT + n, Some((5 + Balance::from(n), 100)), None));
			}
			let refusal = error(Error::TooManyPendingChanges);
			assert_noop!(post(NEXT + 5, None, None), refusal);
			// The last row can be replaced, and what comes after a row goes with it.
			assert_ok!(post(NEXT + 4, Some((4, 100)), None));
			close_gate(NEXT + 4);
			assert_ok!(set_backstop(None, 0));
		});
	}
}
