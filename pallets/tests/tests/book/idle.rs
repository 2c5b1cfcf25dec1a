//! What happens in idle time.

use super::*;

/// Opens a zone, if it is not open, with a book of `n` bids for `FIRST`.
fn another_book(zone: u32, n: u8) {
	if zone != ZONE {
		assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), zone, REGISTRAR));
	}
	for n in 0..n {
		Placing { zone, ..bid(trader(n), 100, 5) }.placed();
	}
}

/// Time for as many books of `bids` bids, and half a one more.
fn time_for(books: u64, bids: u32) -> Weight {
	Weight::from_parts(<()>::clear(bids, 0).ref_time() * (2 * books + 1) / 2, u64::MAX / 4)
}

/// Idle work in a block that has twice this left.
fn idle_with(budget: Weight) {
	let used = Book::on_idle(System::block_number(), budget * 2);
	assert!(used.all_lte(budget), "{used:?} of {budget:?}");
}

fn books() -> usize {
	Books::<Test>::iter().count()
}

#[test]
fn books_are_cleared_once_their_gates_have_closed() {
	run(|| {
		bid(BUYER, 100, 8).over(FIRST, FIRST + 1).placed();
		offer(SELLER, 100, 4).placed();
		lock(FIRST);
		idle();
		assert_eq!(books(), 2);
		close_gate(FIRST);
		idle();
		assert_eq!(clearing(FIRST).unwrap().trades, 1);
		assert_eq!(books(), 1);
		assert_eq!(clearing(FIRST + 1), None);
	});
}

#[test]
fn idle_time_takes_no_more_than_half_of_what_is_left_over() {
	run(|| {
		for zone in 0..5 {
			another_book(ZONE + zone, 2);
		}
		close_gate(FIRST);
		for (budget, left) in [
			(Weight::zero(), 5),
			(<()>::look(1), 5),
			(time_for(0, 2), 5),
			(time_for(1, 2), 4),
			(time_for(2, 2), 2),
		] {
			idle_with(budget);
			assert_eq!(books(), left);
		}
	});
}

#[test]
fn clearing_takes_no_more_than_its_share_of_a_block() {
	run(|| {
		for zone in 0..3 {
			another_book(ZONE + zone, 2);
		}
		close_gate(FIRST);
		ClearingWeight::set(time_for(2, 2));
		assert!(idle().all_lte(ClearingWeight::get()));
		assert_eq!(books(), 1);
		idle();
		assert_eq!(books(), 0);
	});
}

#[test]
fn a_book_that_does_not_fit_holds_up_no_other() {
	run(|| {
		another_book(ZONE + 1, 6);
		another_book(ZONE + 2, 1);
		another_book(ZONE + 3, 1);
		close_gate(FIRST);
		idle_with(time_for(2, 1));
		assert_eq!(books(), 1);
		idle_with(time_for(1, 6));
		assert_eq!(books(), 0);
	});
}

#[test]
fn looking_at_many_books_leaves_room_for_one_at_its_bounds() {
	run(|| {
		// Books that say that they are full: a hook charges for what they say.
		let (bids, offers) = (<Test as Config>::MaxBids::get(), <Test as Config>::MaxOffers::get());
		for zone in 0..300 {
			let venue = Venue { zone, resource: Resource::Electricity };
			Books::<Test>::insert(FIRST.to_be_bytes(), venue, BookSize { bids, offers });
		}
		close_gate(FIRST);
		idle_with(<()>::clear(bids, offers) + <()>::look(1) * 3);
		assert_eq!(books(), 299);
		let rest: Vec<_> = Books::<Test>::iter_keys().collect();
		for (period, venue) in rest {
			Books::<Test>::remove(period, venue);
		}
	});
}

#[test]
fn earlier_periods_come_first() {
	run(|| {
		bid(BUYER, 100, 8).over(FIRST, FIRST + 1).placed();
		close_gate(FIRST + 1);
		idle_with(time_for(1, 1));
		assert!(clearing(FIRST).is_some() && clearing(FIRST + 1).is_none());
	});
}

#[test]
fn records_go_after_their_time() {
	run(|| {
		bid(BUYER, 100, 8).placed();
		cleared();
		close_gate(FIRST + RETENTION - 1);
		idle();
		assert!(clearing(FIRST).is_some());
		close_gate(FIRST + RETENTION);
		idle();
		assert_eq!(clearing(FIRST), None);
	});
}
