use chrono::NaiveDate;
use meterproof_clearing::Side;
use meterproof_meters::files::times::Zone;

use crate::{
	agent::{
		journal::{
			tests::{open, FaultDisk},
			Became, OrderRow, Record,
		},
		standing::{
			ledger::{Bounds, Ledger, Place, Wanted},
			window::most_calls,
		},
	},
	error::Result,
	standing::limits::Limits,
	timetable::Timetable,
	types::Resource,
};

/// Quarters of an hour since 1970: period 2,000,000 begins on 2027-01-15 at 08:00 UTC.
pub const PERIODS: Timetable =
	Timetable { period: 2_000_000, start_ms: 2_000_000 * 900_000, length_ms: 900_000 };
/// Quarters of an hour in a day.
const DAY: u64 = 96;
pub const FIRST: u64 = 2_000_000;

pub const OFFERS: Place = Place { zone: 1, resource: Resource::Electricity, side: Side::Offer };
/// Of which a period has room for two orders of a stake of 50, a day for three.
pub const LIMITS: Limits =
	Limits { side: Side::Offer, price: 1, quantity: 1_000, money: 100, daily: 150 };

/// With which a week may be ordered for.
pub const BOUNDS: Bounds<'static> = Bounds { limits: &LIMITS, zone: Zone::UTC, ahead: 672 };
/// A millisecond before the first period.
pub const NOW: u64 = PERIODS.start_ms - 1;

pub fn ledger(disk: &FaultDisk) -> Ledger<FaultDisk> {
	Ledger::new(open(disk).unwrap(), PERIODS)
}

/// Nothing was refused.
const SIGNED: &str = "signed";

/// An offer with a stake of 50.
fn fifty(period: u64) -> Wanted {
	let why = "so it is".to_owned();
	Wanted { place: OFFERS, period, quantity: 10, limit: 1, rate: 5, why }
}

fn told<T>(result: Result<T>) -> String {
	result.map_or_else(|error| error.name().to_owned(), |_| SIGNED.to_owned())
}

fn sign(ledger: &mut Ledger<FaultDisk>, wanted: &Wanted) -> String {
	told(ledger.sign(wanted, &BOUNDS, NOW))
}

#[test]
fn no_more_is_signed_for_a_period_or_a_day_than_the_owner_allows() {
	let mut ledger = ledger(&FaultDisk::default());
	assert_eq!(sign(&mut ledger, &fifty(FIRST)), SIGNED);
	assert_eq!(sign(&mut ledger, &fifty(FIRST)), SIGNED);
	assert_eq!(sign(&mut ledger, &fifty(FIRST)), "SignedEnough", "of the period");
	assert_eq!(sign(&mut ledger, &fifty(FIRST + 1)), SIGNED);
	assert_eq!(sign(&mut ledger, &fifty(FIRST + 2)), "SignedEnough", "of the day");
	assert_eq!(sign(&mut ledger, &fifty(FIRST + DAY)), SIGNED, "of another day");
	let bids = Place { side: Side::Bid, ..OFFERS };
	for place in [bids, Place { zone: 2, ..OFFERS }, Place { resource: Resource::Heat, ..OFFERS }] {
		assert_eq!(sign(&mut ledger, &Wanted { place, ..fifty(FIRST) }), SIGNED, "{place:?}");
	}
	let much = Wanted { rate: u128::MAX, ..fifty(FIRST + 2 * DAY) };
	assert_eq!(sign(&mut ledger, &much), "SignedEnough");
}

#[test]
fn no_more_of_a_quantity_is_signed_for_a_period_than_the_owner_allows() {
	let disk = FaultDisk::default();
	let mut before = ledger(&disk);
	let cheap = |period, quantity| Wanted { quantity, rate: 0, ..fifty(period) };
	assert_eq!(sign(&mut before, &cheap(FIRST, 600)), SIGNED);
	assert_eq!(sign(&mut before, &cheap(FIRST, 401)), "SignedEnough");
	assert_eq!(sign(&mut before, &cheap(FIRST, 400)), SIGNED);
	drop(before);
	let mut after = ledger(&disk.again());
	assert_eq!(sign(&mut after, &cheap(FIRST, 1)), "SignedEnough");
	assert_eq!(sign(&mut after, &cheap(FIRST + 1, 1_000)), SIGNED, "of another period");
	assert_eq!(sign(&mut after, &cheap(FIRST + 2, u64::MAX)), "SignedEnough");
	assert_eq!(after.memory(OFFERS, Zone::UTC).quantity_of(FIRST), 1_000);
}

#[test]
fn nothing_is_signed_for_periods_that_have_begun_or_are_far_ahead() {
	let mut ledger = ledger(&FaultDisk::default());
	for period in [0, FIRST - DAY, FIRST - 1] {
		assert_eq!(sign(&mut ledger, &fifty(period)), "PeriodPast", "{period}");
		let cancelled = ledger.cancel(OFFERS, (period, 7), &BOUNDS, NOW);
		assert_eq!(told(cancelled), "PeriodPast", "{period}");
	}
	for period in [FIRST + 30 * DAY, u64::MAX] {
		assert_eq!(sign(&mut ledger, &fifty(period)), "PeriodFar", "{period}");
	}
	let few = Bounds { ahead: 4, ..BOUNDS };
	assert_eq!(told(ledger.sign(&fifty(FIRST + DAY), &few, NOW)), "PeriodFar");
	assert_eq!(ledger.signed(), 0);
	assert_eq!(told(ledger.sign(&fifty(FIRST + 3), &few, NOW)), SIGNED);
}

#[test]
fn only_what_was_placed_here_for_the_period_is_cancelled() {
	let mut ledger = ledger(&FaultDisk::default());
	let number = ledger.sign(&fifty(FIRST), &BOUNDS, NOW).unwrap();
	let mut cancel =
		|place, period, order| told(ledger.cancel(place, (period, order), &BOUNDS, NOW));
	assert_eq!(cancel(OFFERS, FIRST, 7), "NotPlacedHere", "it is not known yet");
	ledger.became(number, Became::Placed { order: 7 }).unwrap();
	let mut cancel =
		|place, period, order| told(ledger.cancel(place, (period, order), &BOUNDS, NOW));
	for (place, period, order) in [
		(OFFERS, FIRST, 8),
		(OFFERS, FIRST + 1, 7),
		(Place { side: Side::Bid, ..OFFERS }, FIRST, 7),
	] {
		assert_eq!(cancel(place, period, order), "NotPlacedHere");
	}
	assert_eq!(cancel(OFFERS, FIRST, 7), SIGNED);
	assert_eq!(ledger.signed(), 2);
}

#[test]
fn a_day_has_so_many_calls_and_no_more_whatever_they_do() {
	let disk = FaultDisk::default();
	let mut before = ledger(&disk);
	// Where few periods are ordered for a day has few calls.
	let few = Bounds { ahead: 4, ..BOUNDS };
	let most = most_calls(&PERIODS, few.ahead);
	let number = before.sign(&fifty(FIRST), &few, NOW).unwrap();
	before.became(number, Became::Placed { order: 7 }).unwrap();
	for _ in 1..most {
		before.cancel(OFFERS, (FIRST, 7), &few, NOW).unwrap();
	}
	drop(before);
	let mut after = ledger(&disk.again());
	assert_eq!(told(after.cancel(OFFERS, (FIRST, 7), &few, NOW)), "CallsEnough");
	assert_eq!(told(after.sign(&fifty(FIRST + 1), &few, NOW)), "CallsEnough");
	let bid = Wanted { place: Place { side: Side::Bid, ..OFFERS }, ..fifty(FIRST) };
	assert_eq!(told(after.sign(&bid, &few, NOW)), SIGNED, "of the other side");
	let next_day = NOW + DAY * PERIODS.length_ms;
	assert_eq!(told(after.sign(&fifty(FIRST + DAY), &few, next_day)), SIGNED);
}

#[test]
fn what_was_signed_counts_after_a_restart_whatever_is_said_of_it() {
	let disk = FaultDisk::default();
	let mut before = ledger(&disk);
	let number = before.sign(&fifty(FIRST), &BOUNDS, NOW).unwrap();
	before.became(number, Became::Refused { name: "BookFull".to_owned() }).unwrap();
	let number = before.sign(&fifty(FIRST), &BOUNDS, NOW).unwrap();
	before.became(number, Became::Placed { order: 7 }).unwrap();
	drop(before);
	let mut after = ledger(&disk.again());
	assert_eq!(sign(&mut after, &fifty(FIRST)), "SignedEnough");
	let memory = after.memory(OFFERS, Zone::UTC);
	assert_eq!((memory.of_period(FIRST), memory.of_period(FIRST + 1)), (100, 0));
	assert_eq!(memory.of_day(NaiveDate::from_ymd_opt(2027, 1, 15).unwrap()), 100);
	assert!(memory.may_cancel(FIRST, 7) && !memory.may_cancel(FIRST, 8) && !memory.may_improve());
	assert!(!memory.may_cancel(FIRST + 1, 7), "it was placed for another period");
	let bids = after.memory(Place { side: Side::Bid, ..OFFERS }, Zone::UTC);
	assert!(!bids.may_cancel(FIRST, 7), "it is the other side's");
}

#[test]
fn nothing_is_signed_that_could_not_be_written_down() {
	let disk = FaultDisk::default();
	let mut ledger = ledger(&disk);
	disk.die_after(3);
	assert_eq!(sign(&mut ledger, &fifty(FIRST)), "JournalFailed");
	assert_eq!(ledger.memory(OFFERS, Zone::UTC).of_period(FIRST), 0);
	assert_eq!(ledger.signed(), 0);
}

#[test]
fn days_are_the_owner_s_by_the_clock_on_the_wall() {
	let mut ledger = ledger(&FaultDisk::default());
	// 23:30 UTC on the 15th is the 16th in Vienna.
	ledger.sign(&fifty(FIRST + 62), &BOUNDS, NOW).unwrap();
	let vienna = Zone::parse("Europe/Vienna").unwrap();
	let day = |day| NaiveDate::from_ymd_opt(2027, 1, day).unwrap();
	assert_eq!(ledger.memory(OFFERS, Zone::UTC).of_day(day(15)), 50);
	let memory = ledger.memory(OFFERS, vienna);
	assert_eq!((memory.of_day(day(15)), memory.of_day(day(16))), (0, 50));
}

#[test]
fn what_is_forgotten_lies_long_before_an_order_s_period() {
	let row = |number, period: u64| {
		let start_ms = period * PERIODS.length_ms;
		let (zone, resource) = (OFFERS.zone, OFFERS.resource);
		Record::Ordered(OrderRow {
			number,
			zone,
			resource,
			is_bid: false,
			period,
			start_ms,
			quantity: 1,
			limit: 1,
			rate: 1,
			at_ms: start_ms,
			// With a few of these the journal is long enough to be rewritten.
			why: "x".repeat(60_000),
			became: Became::Unknown,
		})
	};
	let disk = FaultDisk::default();
	let mut journal = open(&disk).unwrap();
	journal.write(vec![row(0, FIRST - 401 * DAY), row(1, FIRST - 399 * DAY)]).unwrap();
	journal.write((0..75).map(|_| row(2, FIRST)).collect()).unwrap();
	let mut ledger = Ledger::new(open(&disk).unwrap(), PERIODS);
	ledger.tidy(FIRST).unwrap();
	let memory = ledger.memory(OFFERS, Zone::UTC);
	let signed = [401, 399, 0].map(|days| memory.of_period(FIRST - days * DAY));
	assert_eq!(signed, [0, 1, 1]);
}
