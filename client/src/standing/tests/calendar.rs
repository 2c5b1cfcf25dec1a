use chrono::{DateTime, Weekday};
use meterproof_meters::files::times::Zone;

use crate::standing::calendar::Slot;

fn ms(text: &str) -> u64 {
	let at = DateTime::parse_from_rfc3339(text).unwrap();
	u64::try_from(at.timestamp_millis()).unwrap()
}

fn before(zone: &str, start: &str, weeks: u64) -> Option<u64> {
	Slot::of(Zone::parse(zone).unwrap(), ms(start)).unwrap().weeks_before(weeks)
}

#[test]
fn in_utc_a_week_is_always_as_long() {
	let start = ms("2026-11-03T10:15:00Z");
	let slot = Slot::of(Zone::UTC, start).unwrap();
	assert_eq!(slot.weekday(), Weekday::Tue);
	for weeks in 0..60 {
		assert_eq!(slot.weeks_before(weeks), Some(start - weeks * 7 * 86_400_000));
	}
}

#[test]
fn the_slot_is_the_same_time_of_day_before_and_after_clocks_change() {
	// In Vienna it is 11:15 at 10:15 UTC in winter, and was 11:15 at 09:15 UTC in summer.
	let vienna = |weeks| before("Europe/Vienna", "2026-11-03T10:15:00Z", weeks);
	assert_eq!(vienna(1), Some(ms("2026-10-27T10:15:00Z")));
	assert_eq!(vienna(2), Some(ms("2026-10-20T09:15:00Z")));
	assert_eq!(vienna(8), Some(ms("2026-09-08T09:15:00Z")));
}

#[test]
fn a_time_that_the_clock_passed_over_is_a_gap() {
	// On 29 March 2026 it was never 02:30.
	let sunday = |weeks| before("Europe/Vienna", "2026-04-05T00:30:00Z", weeks);
	assert_eq!(sunday(1), None);
	assert_eq!(sunday(2), Some(ms("2026-03-22T01:30:00Z")));
}

#[test]
fn of_a_time_that_came_twice_it_is_the_earlier() {
	// On 25 October 2026 it was 02:30 at 00:30 UTC and at 01:30 UTC.
	let sunday = before("Europe/Vienna", "2026-11-01T01:30:00Z", 1);
	assert_eq!(sunday, Some(ms("2026-10-25T00:30:00Z")));
	// Both of the two find the same one a week before.
	for start in ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"] {
		assert_eq!(before("Europe/Vienna", start, 1), Some(ms("2026-10-18T00:30:00Z")));
	}
}

#[test]
fn the_day_is_that_of_the_clock_on_the_wall() {
	let late = Slot::of(Zone::parse("+01:00").unwrap(), ms("2026-11-03T23:30:00Z")).unwrap();
	assert_eq!((late.weekday(), late.date().to_string()), (Weekday::Wed, "2026-11-04".into()));
}

#[test]
fn times_that_no_clock_shows_have_no_slot() {
	assert!(Slot::of(Zone::UTC, u64::MAX).is_none());
	let slot = Slot::of(Zone::UTC, 0).unwrap();
	assert_eq!((slot.weeks_before(1), slot.weeks_before(u64::MAX)), (None, None));
}
