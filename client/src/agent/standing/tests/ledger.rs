use chrono::NaiveDate;
use meterproof_clearing::Side;
use meterproof_meters::files::times::Zone;

use crate::{
	agent::{
		journal::{
			tests::{open, FaultDisk},
			Became,
		},
		standing::ledger::{Ledger, Place, Wanted},
	},
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

pub fn ledger(disk: &FaultDisk) -> Ledger<FaultDisk> {
	Ledger::new(open(disk).unwrap(), PERIODS)
}

/// Nothing was refused.
const SIGNED: &str = "signed";

/// An offer with a stake of 50.
fn fifty(period: u64) -> Wanted {
	Wanted { place: OFFERS, period, quantity: 10, limit: 1, rate: 5 }
}

fn sign(ledger: &mut Ledger<FaultDisk>, wanted: &Wanted) -> String {
	let signed = ledger.sign(wanted, &LIMITS, Zone::UTC, 5);
	signed.map_or_else(|error| error.name().to_owned(), |_| SIGNED.to_owned())
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
fn what_was_signed_counts_after_a_restart_whatever_is_said_of_it() {
	let disk = FaultDisk::default();
	let mut before = ledger(&disk);
	let number = before.sign(&fifty(FIRST), &LIMITS, Zone::UTC, 5).unwrap();
	before.became(number, Became::Refused { name: "BookFull".to_owned() }).unwrap();
	let number = before.sign(&fifty(FIRST), &LIMITS, Zone::UTC, 5).unwrap();
	before.became(number, Became::Placed { order: 7 }).unwrap();
	drop(before);
	let mut after = ledger(&disk.again());
	assert_eq!(sign(&mut after, &fifty(FIRST)), "SignedEnough");
	let memory = after.memory(OFFERS, Zone::UTC);
	assert_eq!((memory.of_period(FIRST), memory.of_period(FIRST + 1)), (100, 0));
	assert_eq!(memory.of_day(NaiveDate::from_ymd_opt(2027, 1, 15).unwrap()), 100);
	assert!(memory.may_cancel(7) && !memory.may_cancel(8) && !memory.may_improve());
	let bids = after.memory(Place { side: Side::Bid, ..OFFERS }, Zone::UTC);
	assert!(!bids.may_cancel(7), "it is the other side's");
}

#[test]
fn nothing_is_signed_that_could_not_be_written_down() {
	let disk = FaultDisk::default();
	let mut ledger = ledger(&disk);
	disk.die_after(3);
	assert_eq!(sign(&mut ledger, &fifty(FIRST)), "JournalFailed");
	assert_eq!(ledger.memory(OFFERS, Zone::UTC).of_period(FIRST), 0);
}

#[test]
fn days_are_the_owner_s_by_the_clock_on_the_wall() {
	let mut ledger = ledger(&FaultDisk::default());
	// 23:30 UTC on the 15th is the 16th in Vienna.
	ledger.sign(&fifty(FIRST + 62), &LIMITS, Zone::UTC, 5).unwrap();
	let vienna = Zone::parse("Europe/Vienna").unwrap();
	let day = |day| NaiveDate::from_ymd_opt(2027, 1, day).unwrap();
	assert_eq!(ledger.memory(OFFERS, Zone::UTC).of_day(day(15)), 50);
	let memory = ledger.memory(OFFERS, vienna);
	assert_eq!((memory.of_day(day(15)), memory.of_day(day(16))), (0, 50));
}
