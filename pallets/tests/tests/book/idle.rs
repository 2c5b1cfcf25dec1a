//! What happens in idle time.

use super::*;

/// Opens another zone with a book of `n` bids for `FIRST`.
fn another_book(zone: u32, n: u8) {
	Devices::appoint_registrar(RuntimeOrigin::root(), zone, REGISTRAR).unwrap();
	for n in 0..n {
		Placing { zone, ..bid(trader(n), 100, 5) }.placed();
	}
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
		let look = <()>::look(1);
		let one = look + <()>::look(2) + <()>::clear(2, 0);
		for (budget, left) in
			[(Weight::zero(), 5), (look, 5), (one, 4), (one + <()>::clear(2, 0), 3)]
		{
			let used = Book::on_idle(System::block_number(), budget * 2);
			assert!(used.all_lte(budget), "{used:?} of {budget:?}");
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
		let share = <()>::look(1) + <()>::look(3) + <()>::clear(2, 0) * 2;
		ClearingWeight::set(share);
		assert!(idle().all_lte(share));
		assert_eq!(books(), 1);
		idle();
		assert_eq!(books(), 0);
	});
}

#[test]
fn a_book_that_does_not_fit_holds_up_no_other_and_is_the_first_of_the_next_block() {
	run(|| {
		another_book(ZONE + 1, 6);
		another_book(ZONE + 2, 1);
		another_book(ZONE + 3, 1);
		close_gate(FIRST);
		let small = <()>::look(1) + <()>::look(3) + <()>::clear(1, 0) * 2;
		Book::on_idle(System::block_number(), small * 2);
		assert_eq!(books(), 1);
		let large = <()>::look(1) + <()>::look(1) + <()>::clear(6, 0);
		Book::on_idle(System::block_number(), large * 2);
		assert_eq!(books(), 0);
	});
}

#[test]
fn earlier_periods_come_first() {
	run(|| {
		bid(BUYER, 100, 8).over(FIRST, FIRST + 1).placed();
		close_gate(FIRST + 1);
		let one = <()>::look(1) + <()>::look(2) + <()>::clear(1, 0);
		Book::on_idle(System::block_number(), one * 2);
		assert!(clearing(FIRST).is_some() && clearing(FIRST + 1).is_none());
	});
}

#[test]
fn records_go_after_their_time() {
	run(|| {
		bid(BUYER, 100, 8).placed();
		cleared();
		close_gate(FIRST + RETENTION);
		idle();
		assert!(clearing(FIRST).is_some());
		close_gate(FIRST + RETENTION + 1);
		idle();
		assert_eq!(clearing(FIRST), None);
	});
}
