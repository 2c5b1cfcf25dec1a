//! While the chain is closed, no book is cleared and no record removed.

use super::*;

/// Closes the chain in one of two ways, does something, and opens it again.
fn while_closed(by_migration: bool, work: impl FnOnce()) {
	let set = |closed| {
		if by_migration {
			Closed::set(closed);
			next_block_at(Timestamp::get() + 1);
		} else {
			Shut::set(closed);
		}
	};
	set(true);
	work();
	set(false);
}

#[test]
fn no_book_is_cleared_while_the_chain_is_closed() {
	for by_migration in [true, false] {
		run(|| {
			bid(BUYER, 100, 8).placed();
			offer(SELLER, 100, 4).placed();
			close_gate(FIRST);
			while_closed(by_migration, || {
				idle();
				assert_noop!(clear(FIRST), error(Error::ExchangeClosed));
				assert_eq!(clearing(FIRST), None);
			});
			idle();
			assert_eq!(clearing(FIRST).unwrap().trades, 1);
		});
	}
}

#[test]
fn no_record_is_removed_while_the_chain_is_closed() {
	for by_migration in [true, false] {
		run(|| {
			bid(BUYER, 100, 8).placed();
			cleared();
			close_gate(FIRST + RETENTION + 1);
			while_closed(by_migration, || {
				idle();
				let by = RuntimeOrigin::signed(ANYONE);
				let refused = Book::prune(by, ZONE, Resource::Electricity, FIRST);
				assert_noop!(refused, error(Error::ExchangeClosed));
				assert!(clearing(FIRST).is_some());
			});
			idle();
			assert_eq!(clearing(FIRST), None);
		});
	}
}

#[test]
fn a_book_whose_period_ended_while_the_chain_was_closed_releases_everything() {
	run(|| {
		bid(BUYER, 100, 8).placed();
		offer(SELLER, 100, 4).placed();
		close_gate(FIRST);
		while_closed(false, || blocks_at(SCHEDULE.end(FIRST), 1));
		idle();
		assert!(clearing(FIRST).unwrap().lapsed);
		assert_eq!((holds(BUYER), holds(SELLER)), ([0; 3], [0; 3]));
	});
}

#[test]
fn a_zone_without_registrars_takes_no_orders_and_clears_those_it_has() {
	run(|| {
		let id = bid(BUYER, 100, 8).over(FIRST, FIRST + 1).placed();
		offer(SELLER, 100, 4).placed();
		assert_ok!(Devices::remove_registrar(RuntimeOrigin::root(), ZONE, REGISTRAR));
		assert_noop!(bid(OTHER_BUYER, 100, 8).place(), error(Error::UnknownZone));
		let by = RuntimeOrigin::signed(BUYER);
		assert_ok!(Book::cancel(by, id, FIRST + 1, FIRST + 1));
		assert_eq!(cleared().trades, 1);
		assert_eq!((holds(BUYER), holds(SELLER)), ([0; 3], [0; 3]));
	});
}
