//! How far ahead trades reach, and that new lengths of periods begin beyond them.

use meterproof_primitives::Schedule;

use super::*;

/// Trades in the farthest periods there can be: 100 periods ahead of the first open one, 8 long.
fn farthest() -> TradeId {
	let first = FIRST + 100;
	let last = first + 7;
	assert_eq!(last, Metering::first_open() + Horizon::<Test>::get());
	let longer = Offer { first, last: last + 1, ..Default::default() };
	assert_noop!(longer.make(), error(Error::RangeTooLong));
	let farther = Offer { first: first + 1, last: last + 1, ..Default::default() };
	assert_noop!(farther.make(), error(Error::TooFarAhead));
	Offer { first, last, ..Default::default() }.accepted()
}

fn set_schedule(from: PeriodIndex) -> DispatchResult {
	let long = Schedule { length_ms: 3 * SCHEDULE.length_ms, ..SCHEDULE };
	Metering::set_schedule(RuntimeOrigin::root(), from, long)
}

#[test]
fn no_trade_reaches_beyond_the_horizon() {
	ExtBuilder::default().build_and_execute(|| {
		farthest();
	});
}

#[test]
fn new_lengths_leave_every_traded_period_where_it_is() {
	ExtBuilder::default().build_and_execute(|| {
		let last = Trades::<Test>::get(farthest()).unwrap().last;
		for from in [last - 1, last] {
			let refused = pallet_metering::Error::<Test>::PeriodTradable;
			assert_noop!(set_schedule(from), refused);
		}
		assert_ok!(set_schedule(last + 1));
		for period in FIRST..=last {
			let info = Metering::period_info(Some(period));
			assert_eq!(
				(info.start_ms, info.end_ms),
				(SCHEDULE.start(period), SCHEDULE.end(period))
			);
			assert_eq!(info.gate_closure_ms, SCHEDULE.gate_closure(period));
			assert_eq!(info.deadline_ms, SCHEDULE.deadline(period));
		}
		let after = Metering::period_info(Some(last + 1));
		assert_eq!(after.end_ms - after.start_ms, 3 * SCHEDULE.length_ms);
	});
}

#[test]
fn periods_of_new_lengths_are_traded_like_others() {
	ExtBuilder::default().build_and_execute(|| {
		let from = FIRST + 108;
		assert_ok!(set_schedule(from));
		blocks_at(SCHEDULE.gate_closure(from - 1), 1);
		let id = Offer { first: from, last: from + 2, ..Default::default() }.accepted();
		close_gate(from);
		assert_eq!(Metering::first_open(), from + 1);
		settle(from, 100);
		assert_eq!(Trades::<Test>::get(id).unwrap().settled_periods, 1);
	});
}
