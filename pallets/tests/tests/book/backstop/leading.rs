//! Gates that close many periods before: the books that wait to be cleared are those of the last ones.

use meterproof_primitives::{LastResort, PeriodClock};

use super::*;

/// Gates close six periods before.
const LEADING: Schedule = Schedule { gate_lead_ms: 6 * SCHEDULE.length_ms, ..SCHEDULE };

/// A backstop that buys 50 at 5, and as much as this beyond what is sold, of each period from the one that the test
/// is given. Nine books share its fund of 2,250.
fn leading(excess: Quantity, test: impl FnOnce(PeriodIndex)) {
	build_on(LEADING).execute_with(|| {
		let from = Metering::first_open() + 1;
		appoint(BACKSTOP, 20);
		fund(2_250).unwrap();
		post_with_excess(from, Some((5, 50)), None, excess).unwrap();
		test(from);
		ensure_invariants();
	});
}

/// An offer of 40 for one period.
fn offered(period: PeriodIndex) {
	super::super::offer(SELLER, 40, 4).over(period, period).placed();
}

#[test]
fn nothing_is_put_behind_a_book_that_waits() {
	leading(0, |from| {
		for period in from..from + 11 {
			offered(period);
			blocks_at(LEADING.gate_closure(period), 1);
			assert_ok!(clear(period));
			assert_eq!(taken(&clearing(period).unwrap()).0, 40);
		}
		assert_eq!(backstop().fund, 50);
		let last = from + 11;
		offered(last);
		blocks_at(LEADING.gate_closure(last), 1);
		assert_eq!(last - Metering::running(), 6);
		assert_noop!(fund(200), error(Error::FundedTooLate));
		assert_ok!(clear(last));
		assert_eq!(clearing(last).unwrap().backstop_bid, None);
		assert_ok!(fund(200));
	});
}

#[test]
fn what_no_book_waits_for_pays_for_excess() {
	leading(1_000, |from| {
		let waits = from + 8;
		offered(waits);
		blocks_at(LEADING.gate_closure(waits), 1);
		assert_eq!((Metering::running(), Metering::first_open()), (from + 2, waits + 1));
		// 250 stand behind this book, as many behind the open one, and nothing behind the six between.
		let bought = Book::buy_excess(&exports(SELLER), from, 1_000);
		assert_eq!(bought, Ok((2_250 - 2 * 250) / 5));
	});
}
