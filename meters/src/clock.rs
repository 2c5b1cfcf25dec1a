//! Meters' clocks: what a telegram's time means.

use std::str::FromStr;

use chrono::{NaiveDate, NaiveDateTime};
use serde::Deserialize;

use crate::telegram::{Received, Unusable};

/// Before 2010 a meter's clock is not set.
const EARLIEST_MS: u64 = 1_262_304_000_000;
/// How near a telegram's time must be to its arrival for its zone to be taken as proved.
const NEAR_MS: u64 = 15 * 60 * 1000;

/// Which time counts, and how the meter writes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum MeterClock {
	/// `meter`: the telegram's time, if it says what it is in UTC. A time that does not is refused.
	#[default]
	Meter,
	/// `arrival`: the meter's clock is ignored, telegrams count when they arrive.
	Arrival,
	/// `+01:00`: the telegram's time is local time, so many minutes east of UTC in winter; the
	/// telegram's mark of summer time adds an hour.
	East(i32),
	/// `inverted`: the telegram says its deviation from UTC with the opposite of the standard's sign.
	Inverted,
}

impl FromStr for MeterClock {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		match text {
			"meter" => return Ok(Self::Meter),
			"arrival" => return Ok(Self::Arrival),
			"inverted" => return Ok(Self::Inverted),
			_ => {},
		}
		let wrong =
			|| {
				format!("\"{text}\" is not \"meter\", \"arrival\", \"inverted\" or an offset, \"+01:00\"")
			};
		let (sign, rest) = match text.as_bytes().first() {
			Some(b'+') => (1, &text[1..]),
			Some(b'-') => (-1, &text[1..]),
			_ => return Err(wrong()),
		};
		let (hours, minutes) = rest.split_once(':').ok_or_else(wrong)?;
		let two = |part: &str, most: i32| {
			(part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit()))
				.then(|| part.parse::<i32>().ok().filter(|number| *number <= most))
				.flatten()
		};
		let (hours, minutes) = two(hours, 14).zip(two(minutes, 59)).ok_or_else(wrong)?;
		Ok(Self::East(sign * (hours * 60 + minutes)))
	}
}

impl TryFrom<String> for MeterClock {
	type Error = String;

	fn try_from(text: String) -> Result<Self, String> {
		text.parse()
	}
}

/// A local time as a telegram writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalTime {
	/// Date and time of day.
	pub local: NaiveDateTime,
	/// Whether the telegram says that summer time is in force.
	pub summer: bool,
	/// The telegram's deviation from UTC, minutes that local time lacks to UTC: -60 in Central Europe
	/// in winter, -120 in summer.
	pub deviation: Option<i32>,
}

impl LocalTime {
	/// A date and a time of day, if they exist.
	pub fn new(
		(year, month, day): (i32, u32, u32),
		(hour, minute, second): (u32, u32, u32),
		summer: bool,
		deviation: Option<i32>,
	) -> Option<Self> {
		let local = NaiveDate::from_ymd_opt(year, month, day)?.and_hms_opt(hour, minute, second)?;
		Some(Self { local, summer, deviation })
	}

	fn minus(self, minutes: i32) -> Option<u64> {
		let seconds = self.local.and_utc().timestamp().checked_sub(i64::from(minutes) * 60)?;
		u64::try_from(seconds).ok()?.checked_mul(1000)
	}
}

impl MeterClock {
	/// When a value was taken, Unix ms, by a telegram that tells UTC; none if arrival counts.
	pub fn utc(self, seconds: u64) -> Result<Option<u64>, Unusable> {
		match self {
			Self::Arrival => Ok(None),
			_ => set(seconds.checked_mul(1000)),
		}
	}

	/// When a value was taken, Unix ms, by a telegram that tells local time; none if arrival counts.
	pub fn local(self, time: LocalTime, received: Received) -> Result<Option<u64>, Unusable> {
		match (self, time.deviation) {
			(Self::Arrival, _) => Ok(None),
			(Self::East(minutes), _) => set(time.minus(minutes + if time.summer { 60 } else { 0 })),
			(Self::Inverted, Some(deviation)) => set(time.minus(deviation)),
			(Self::Meter, Some(deviation)) => {
				let taken = set(time.minus(-deviation))?;
				let near = |time: Option<u64>| {
					time.is_some_and(|time| time.abs_diff(received.at_ms) <= NEAR_MS)
				};
				if deviation != 0 && !near(taken) && near(time.minus(deviation)) {
					return Err(Unusable::new(
						"ClockDeviationInverted",
						"the meter tells its deviation from UTC with the wrong sign: its time would \
						 be right with the other one; say clock = \"inverted\"",
					));
				}
				Ok(taken)
			},
			(Self::Meter | Self::Inverted, None) => Err(Unusable::new(
				"ClockDeviationUnspecified",
				"the meter tells local time and not its deviation from UTC: say which it is, as in \
				 clock = \"+01:00\", or clock = \"arrival\"",
			)),
		}
	}
}

fn set(time: Option<u64>) -> Result<Option<u64>, Unusable> {
	match time {
		Some(time) if time >= EARLIEST_MS => Ok(Some(time)),
		_ => Err(Unusable::new(
			"ClockNotSet",
			"the meter's clock stands before 2010: set it, or say clock = \"arrival\"",
		)),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// 2026-11-02 12:00 UTC.
	const NOON: u64 = 1_793_620_800_000;

	fn at(hour: u32, summer: bool, deviation: Option<i32>) -> LocalTime {
		LocalTime::new((2026, 11, 2), (hour, 0, 0), summer, deviation).unwrap()
	}

	fn taken(clock: &str, time: LocalTime) -> Result<Option<u64>, &'static str> {
		let received = Received { number: 1, at_ms: NOON + 3000 };
		clock.parse::<MeterClock>().unwrap().local(time, received).map_err(|error| error.name)
	}

	#[test]
	fn the_telegrams_deviation_counts_with_the_standards_sign() {
		assert_eq!(taken("meter", at(13, false, Some(-60))), Ok(Some(NOON)));
		assert_eq!(taken("meter", at(14, true, Some(-120))), Ok(Some(NOON)));
		assert_eq!(taken("meter", at(7, false, Some(300))), Ok(Some(NOON)));
		assert_eq!(taken("meter", at(12, false, Some(0))), Ok(Some(NOON)));
	}

	#[test]
	fn an_ambiguous_time_is_refused_until_it_is_said_what_it_means() {
		assert_eq!(taken("meter", at(13, false, Some(60))), Err("ClockDeviationInverted"));
		assert_eq!(taken("inverted", at(13, false, Some(60))), Ok(Some(NOON)));
		assert_eq!(taken("meter", at(13, false, None)), Err("ClockDeviationUnspecified"));
		assert_eq!(taken("inverted", at(13, false, None)), Err("ClockDeviationUnspecified"));
		assert_eq!(taken("+01:00", at(13, false, None)), Ok(Some(NOON)));
		assert_eq!(taken("+01:00", at(14, true, None)), Ok(Some(NOON)));
		assert_eq!(taken("-03:30", at(8, false, None)), Ok(Some(NOON - 30 * 60_000)));
		assert_eq!(taken("arrival", at(13, false, None)), Ok(None));
	}

	#[test]
	fn a_clock_that_was_never_set_is_named() {
		assert_eq!(
			MeterClock::Meter.utc(946_684_800).map_err(|error| error.name),
			Err("ClockNotSet")
		);
		assert_eq!(MeterClock::Arrival.utc(0), Ok(None));
		assert_eq!(MeterClock::Meter.utc(NOON / 1000), Ok(Some(NOON)));
	}

	#[test]
	fn other_texts_are_no_clocks() {
		for wrong in ["", "+1:00", "+0100", "+15:00", "+01:60", "UTC", "+é0:00"] {
			assert!(wrong.parse::<MeterClock>().is_err(), "{wrong}");
		}
	}
}
