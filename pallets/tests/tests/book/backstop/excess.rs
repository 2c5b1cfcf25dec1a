//! What is proved beyond what was sold, and what the backstop pays for it.

use meterproof_primitives::{GroupId, LastResort, PeriodClock};

use super::*;

/// A backstop that buys up to 1,000 of each period from `NEXT` on beyond what was sold, as what it buys in books.
fn backed(test: impl FnOnce()) {
	super::backed(|| {
		post_with_excess(NEXT, Some((5, 1_000)), Some((12, 1_000)), 1_000).unwrap();
		events();
		test();
	});
}

fn buy(group: &GroupId<AccountId>, excess: Quantity) -> Quantity {
	Book::buy_excess(group, NEXT, excess).unwrap()
}

#[test]
fn is_paid_its_buying_price() {
	backed(|| {
		let before = free(SELLER);
		assert!(Book::buys_excess(&exports(SELLER), NEXT));
		assert_eq!(buy(&exports(SELLER), 70), 70);
		assert_eq!(free(SELLER), before + 70 * 5);
		assert_eq!(backstop().fund, FUND - 70 * 5);
		let bought =
			Event::ExcessBought { seller: exports(SELLER), period: NEXT, quantity: 70, paid: 350 };
		assert_eq!(events(), [bought]);
	});
}

#[test]
fn is_no_more_of_a_period_than_is_posted_besides_the_book() {
	backed(|| {
		offer(SELLER, 400, 4).placed();
		assert_eq!(taken(&next_cleared()).0, 400);
		assert_eq!(buy(&exports(OTHER_SELLER), 900), 900);
		assert_eq!(buy(&exports(SELLER), 200), 100);
		assert_eq!(buy(&exports(SELLER), 1), 0);
		// Others may have been paid between a proof and its submission: that does not void it.
		assert!(Book::buys_excess(&exports(SELLER), NEXT));
		// The next period has its own.
		assert_eq!(Book::buy_excess(&exports(SELLER), NEXT + 1, 7), Ok(7));
		assert_eq!(backstop().bought.into_inner(), [(NEXT, 1_000), (NEXT + 1, 7)]);
		finalise(NEXT);
		assert_eq!(Book::buy_excess(&exports(SELLER), NEXT + 1, 1), Ok(1));
		assert_eq!(backstop().bought.into_inner(), [(NEXT + 1, 8)]);
	});
}

#[test]
fn is_paid_of_what_no_book_can_take_any_more() {
	for (is_cleared, most) in [(false, 15_200), (true, 17_575)] {
		super::backed(|| {
			let (buys, sells) = (Some((5, 1_000)), Some((12, 1_000)));
			post_with_excess(NEXT, buys, sells, 100_000).unwrap();
			offer(SELLER, 25, 4).placed();
			close_gate(NEXT);
			// 12,000 stand behind the open book, and as much behind this one while it waits.
			if is_cleared {
				clear(NEXT).unwrap();
			}
			assert_eq!(buy(&exports(SELLER), 100_000), most);
			assert_eq!(buy(&exports(OTHER_SELLER), 1), 0);
		});
	}
}

#[test]
fn is_not_left_unpaid_by_a_withdrawal() {
	backed(|| {
		blocks_at(SCHEDULE.end(NEXT), 1);
		// Three books to come share 36,000; of three periods up to the first open one 1,000 at 5 may be told.
		let spare = FUND - 36_000 - 15_000;
		assert_noop!(withdraw(spare + 1), error(Error::FundBound));
		assert_eq!(buy(&exports(SELLER), 400), 400);
		assert_noop!(withdraw(spare + 1), error(Error::FundBound));
		assert_ok!(withdraw(spare));
		assert_eq!(buy(&exports(OTHER_SELLER), 600), 600);
		// Nobody tells more once the periods are final, and their part is free.
		post(Metering::first_open() + 1, None, None).unwrap();
		finalise(Metering::first_open());
		assert_ok!(withdraw(backstop().fund));
	});
}

#[test]
fn is_not_bought_where_the_book_was_paid_less() {
	backed(|| {
		// More is offered than the backstop takes.
		offer(SELLER, 600, 4).placed();
		offer(OTHER_SELLER, 500, 4).placed();
		let clearing = next_cleared();
		assert_eq!((clearing.price, taken(&clearing).0), (Some(4), 1_000));
		assert_eq!(buy(&exports(SELLER), 1), 0);
		assert_eq!(Book::buy_excess(&exports(SELLER), NEXT + 1, 1), Ok(1));
	});
}

#[test]
fn is_not_bought_where_none_is_posted_nor_of_what_is_not_exported_nor_of_itself() {
	backed(|| {
		post(NEXT + 1, Some((5, 1_000)), None).unwrap();
		for (group, period) in [
			(exports(SELLER), FIRST),
			(exports(SELLER), NEXT + 1),
			(group(SELLER, Direction::Import), NEXT),
			(exports(BACKSTOP), NEXT),
		] {
			assert!(!Book::buys_excess(&group, period));
			assert_eq!(Book::buy_excess(&group, period, 10), Ok(0));
		}
		assert_eq!(backstop().fund, FUND);
	});
}

#[test]
fn is_not_bought_of_meters_attested_on_less_than_books_demand() {
	backed(|| {
		let demanded = FIRST + 100;
		let (root, resource) = (RuntimeOrigin::root(), Resource::Electricity);
		Book::set_least_evidence(root, ZONE, resource, demanded, Evidence::Keyed).unwrap();
		let buys = |period| Book::buys_excess(&exports(SELLER), period);
		assert_eq!([demanded - 1, demanded].map(buys), [true, false]);
		assert_eq!(Book::buy_excess(&exports(SELLER), demanded, 10), Ok(0));
	});
}

#[test]
fn that_an_account_cannot_take_is_not_bought() {
	backed(|| {
		// Less than an account is worth, and there is none.
		assert_eq!(buy(&exports(account(50)), 19), 0);
		assert_eq!(backstop().fund, FUND);
		assert_eq!(buy(&exports(account(50)), 20), 20);
	});
}

#[test]
fn of_more_periods_than_there_is_room_for_is_not_bought() {
	backed(|| {
		let mut backstop = backstop();
		let after = NEXT + u64::from(meterproof_primitives::GROUP_ROWS);
		for period in NEXT + 1..=after {
			backstop.note_bought(period, 1, NEXT);
		}
		// Nothing that was bought is forgotten, whether the other one is earlier or later.
		for other in [NEXT, after + 1] {
			assert_eq!(backstop.left_of(other, NEXT), 0);
			backstop.note_bought(other, 1, NEXT);
			assert_eq!(backstop.bought_of(other), 0);
		}
		assert_eq!(backstop.left_of(NEXT + 1, NEXT), 999);
		assert_eq!(backstop.left_of(after + 1, NEXT + 2), 1_000);
	});
}

#[test]
fn that_none_is_bought_of_a_period_is_noted_for_want_of_room_too() {
	backed(|| {
		let mut backstop = backstop();
		let after = NEXT + u64::from(meterproof_primitives::GROUP_ROWS);
		for period in NEXT + 1..=after {
			backstop.note_bought(period, 1, NEXT);
		}
		// The earliest one gives way. Nothing is bought of it as long as it is not final.
		backstop.exhaust(after + 1, NEXT);
		assert_eq!(backstop.bought_of(after + 1), 1_000);
		for keep_from in NEXT..=NEXT + 1 {
			assert_eq!(backstop.left_of(NEXT + 1, keep_from), 0);
		}
		// One that is earlier than all has no place, and nothing is bought of it either.
		backstop.exhaust(NEXT, NEXT);
		assert_eq!((backstop.bought_of(NEXT), backstop.left_of(NEXT, NEXT)), (0, 0));
		assert_eq!(backstop.left_of(NEXT + 2, NEXT), 999);
		// One that is noted already keeps its place.
		backstop.exhaust(NEXT + 2, NEXT);
		assert_eq!(backstop.left_of(NEXT + 2, NEXT), 0);
		// When there is room again, the mark is still there.
		assert_eq!(backstop.left_of(after + 1, after), 0);
	});
}
