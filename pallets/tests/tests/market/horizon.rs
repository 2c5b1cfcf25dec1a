//! How far ahead trades reach, and that new lengths of periods begin beyond them.

use meterproof_primitives::{DeviceRegistry, Schedule};

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
fn nameplates_grow_and_shrink_with_the_length_of_periods() {
	ExtBuilder::default().imbalance_price(12).build_and_execute(|| {
		// Periods of a minute, then of three.
		let from = FIRST + 108;
		assert_ok!(set_schedule(from));
		blocks_at(SCHEDULE.gate_closure(from - 3), 1);
		let nameplate = u64::from(NAMEPLATE);
		let most = |first, last, quantity| {
			let offer = Offer { first, last, quantity, ..Default::default() };
			let more = Offer { quantity: quantity + 1, ..offer.clone() };
			assert_noop!(more.make(), error(Error::AboveNameplate));
			offer
		};
		// A trade across the edge has what the shorter of its periods have.
		most(from - 1, from, nameplate).accepted();
		let id = most(from + 1, from + 1, 3 * nameplate).accepted();
		most(from, from, 2 * nameplate).made();
		let (capacity, until) = Devices::capacity(&group(SELLER), from - 1);
		assert_eq!((capacity, until), (nameplate, from - 1));
		assert_eq!(Devices::capacity(&group(SELLER), from), (3 * nameplate, PeriodIndex::MAX));
		// What a registrar takes out is as much.
		assert_ok!(Devices::suspend(RuntimeOrigin::signed(REGISTRAR), 0, key_of(0)));
		settle(from + 1, 0);
		let excused = Outcomes::<Test>::get(id, from + 1).unwrap();
		assert!(matches!(excused, Outcome::Open { excused, .. } if excused == 3 * nameplate));
	});
}

#[test]
fn nameplates_go_by_the_first_length_also_when_its_schedule_is_forgotten() {
	ExtBuilder::default().build_and_execute(|| {
		// Sums are rounded down once, and small ones to nothing.
		let lengths = [40_000, 70_000];
		for length in lengths.into_iter().cycle().take(9) {
			let schedule = Schedule { length_ms: length, ..SCHEDULE };
			let from = Metering::first_changeable();
			assert_ok!(Metering::set_schedule(RuntimeOrigin::root(), from, schedule));
			let info = Metering::period_info(Some(from));
			let nameplate = u64::from(NAMEPLATE);
			let (scaled, _) = <Metering as PeriodClock>::scaled(nameplate, from);
			assert_eq!(scaled, nameplate * length / 60_000);
			let before = Metering::period_info(Some(from - 1));
			let earlier = before.end_ms - before.start_ms;
			let (scaled, until) = <Metering as PeriodClock>::scaled(nameplate, from - 1);
			assert_eq!((scaled, until), (nameplate * earlier / 60_000, from - 1));
			blocks_at(info.start_ms + 200_000, 8);
			ensure_invariants();
		}
		let now = Metering::first_open();
		assert_eq!(<Metering as PeriodClock>::scaled(1, now).0, 0);
		let all = <Metering as PeriodClock>::scaled(u64::MAX, now).0;
		assert_eq!(u128::from(all), u128::from(u64::MAX) * 40_000 / 60_000);
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
