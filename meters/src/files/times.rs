//! Labels of rows as points in time: formats, time zones, days of 23 and 25 hours, `24:00`.
//!
//! A label without an offset from UTC is the time on a clock on the wall. Of the hour that such a
//! clock shows twice in autumn, only a whole series of labels can tell which is which: [`resolve`].

use chrono::{
	DateTime, Days, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta,
	TimeZone,
};
use chrono_tz::Tz;

use crate::named_errors;

named_errors! {
	/// Why a label is no point in time.
	#[derive(Clone, Copy, PartialEq, Eq)]
	pub enum TimeError {
		/// None of the formats.
		BadTime => "the time is not like 2016-06-14T10:00:00Z, 2016-06-14 10:00 or 14.06.2016 10:00";
		/// Neither the file nor an option says what clock shows the time.
		NoTimeZone => "the time has no offset from UTC, and no time zone is given";
		/// The hour that a clock shows twice, without a sign of which is meant.
		AmbiguousTime => "clocks show this time twice on this day, and the rows do not tell which \
			is meant";
		/// The hour that a clock passes over.
		NoSuchTime => "clocks pass over this time on this day";
	}
}

/// The clock on the wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
	/// Always so far from UTC.
	Fixed(FixedOffset),
	/// With the days of its change to and from summer time.
	Named(Tz),
}

impl Zone {
	/// UTC.
	pub const UTC: Self = Self::Named(Tz::UTC);

	/// By its name in the IANA database, as in `Europe/Vienna`, or its offset from UTC, as in
	/// `+01:00`.
	pub fn parse(text: &str) -> Option<Self> {
		parse_offset(text).map(Self::Fixed).or_else(|| text.parse().ok().map(Self::Named))
	}

	/// The points in time, Unix ms, at which the clock shows a time: none, one or two, the earlier
	/// first.
	pub fn instants(self, time: NaiveDateTime) -> MappedLocalTime<i64> {
		match self {
			Self::Fixed(offset) => instants(&offset, time),
			Self::Named(zone) => instants(&zone, time),
		}
	}

	/// What the clock shows at a point in time, Unix ms; none for years that no clock can show.
	pub fn shows(self, at_ms: i64) -> Option<NaiveDateTime> {
		let at = DateTime::from_timestamp_millis(at_ms)?;
		Some(match self {
			Self::Fixed(offset) => at.with_timezone(&offset).naive_local(),
			Self::Named(zone) => at.with_timezone(&zone).naive_local(),
		})
	}

	/// Where a day begins and ends, Unix ms: 23, 24 or 25 hours in most zones. `None` for days that
	/// no clock can show.
	pub fn day(self, date: NaiveDate) -> Option<(i64, i64)> {
		let next = date.checked_add_days(Days::new(1))?;
		Some((self.first(date.into())?, self.first(next.into())?))
	}

	/// The first point in time at which a clock shows this time or a later one.
	fn first(self, time: NaiveDateTime) -> Option<i64> {
		match self.instants(time) {
			MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => Some(at),
			MappedLocalTime::None => self.after_gap(time),
		}
	}

	/// The moment at which the clock is put forward, if this is the first time that it passes over.
	fn after_gap(self, time: NaiveDateTime) -> Option<i64> {
		let before = time.checked_sub_signed(TimeDelta::seconds(1))?;
		match self.instants(before) {
			MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(_, at) => Some(at + 1_000),
			MappedLocalTime::None => None,
		}
	}
}

fn instants<Z: TimeZone>(zone: &Z, time: NaiveDateTime) -> MappedLocalTime<i64> {
	zone.from_local_datetime(&time).map(|at| at.timestamp_millis())
}

/// Where in its interval a row's label stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Labels {
	/// At its start.
	#[default]
	Start,
	/// At its end.
	End,
}

/// Whether a text has the time `24:00`, as it is written at the ends of days. That of `23:45 - 24:00`, which
/// has both ends, says nothing of where labels stand.
pub fn has_hour_24(text: &str) -> bool {
	text.match_indices("24:00").any(|(at, _)| {
		let before = text.get(..at).unwrap_or_default();
		let is_within = before.ends_with(|last: char| last == ':' || last.is_ascii_digit());
		!is_within && !before.trim_end().ends_with(['-', '–'])
	})
}

/// Which of two numbers in `03/04/2016` is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
	/// `31/12/2016`.
	DayFirst,
	/// `12/31/2016`.
	MonthFirst,
}

/// A label as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
	/// What the clock shows; `24:00` is midnight of the next day.
	pub time: NaiveDateTime,
	/// The clock's offset from UTC, if it is written.
	pub offset: Option<FixedOffset>,
}

impl Stamp {
	/// Reads a label: a date as `2016-06-14`, `2016/06/14` or `14.06.2016`, with `slashes` also
	/// `14/06/2016` or `06/14/2016`; `T` or a space; a time as `10:00`, `10:00:00` or `24:00`; and
	/// perhaps `Z` or an offset as `+01:00` or `+0100`.
	pub fn parse(text: &str, slashes: Option<DateOrder>) -> Option<Self> {
		let (date, time) = text.trim().split_once(['T', 't', ' '])?;
		let date = parse_date(date, slashes)?;
		let time = time.trim();
		let (clock, offset) = match time.find(['Z', 'z', '+', '-']) {
			Some(at) => {
				let (clock, offset) = time.split_at(at);
				(clock.trim_end(), Some(parse_offset(offset)?))
			},
			None => (time, None),
		};
		Some(Self { time: Self::at(date, clock)?, offset })
	}

	/// The time on a clock, as `10:00`, `10:00:00` or `24:00`, of a date.
	pub fn at(date: NaiveDate, clock: &str) -> Option<NaiveDateTime> {
		let mut parts = clock.split(':');
		let hour = number(parts.next()?, 2)?;
		let minute = number(parts.next()?, 2)?;
		let (second, milli) = match parts.next() {
			None => (0, 0),
			Some(second) => {
				let (second, fraction) = second.split_once('.').unwrap_or((second, ""));
				let digits = fraction.bytes().all(|byte| byte.is_ascii_digit());
				let milli = format!("{fraction:0<3}").get(..3)?.parse().ok().filter(|_| digits)?;
				(number(second, 2)?, milli)
			},
		};
		if parts.next().is_some() {
			return None;
		}
		if (hour, minute, second, milli) == (24, 0, 0, 0) {
			return Some(date.checked_add_days(Days::new(1))?.into());
		}
		Some(date.and_time(NaiveTime::from_hms_milli_opt(hour, minute, second, milli)?))
	}
}

/// A date alone, in the formats of [`Stamp::parse`].
pub fn parse_date(text: &str, slashes: Option<DateOrder>) -> Option<NaiveDate> {
	let separator = text.chars().find(|character| !character.is_ascii_digit())?;
	let parts: Vec<_> = text.split(separator).collect();
	let [first, second, third] = parts[..] else { return None };
	let (year, month, day) = match (separator, first.len(), slashes) {
		('-' | '/', 4, _) => (first, second, third),
		('.', ..) | ('/' | '-', _, Some(DateOrder::DayFirst)) => (third, second, first),
		('/' | '-', _, Some(DateOrder::MonthFirst)) => (third, first, second),
		_ => return None,
	};
	let year = number(year, 4).filter(|_| year.len() == 4)?;
	NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, number(month, 2)?, number(day, 2)?)
}

/// `Z`, or an offset as `+01:00`, `+0100` or `+01`.
fn parse_offset(text: &str) -> Option<FixedOffset> {
	if text.eq_ignore_ascii_case("z") {
		return FixedOffset::east_opt(0);
	}
	let (sign, digits) = match text.split_at_checked(1)? {
		("+", digits) => (1, digits),
		("-", digits) => (-1, digits),
		_ => return None,
	};
	let (hours, minutes) = match digits.split_once(':') {
		Some(parts) => parts,
		None => digits.split_at_checked(2)?,
	};
	let minutes = if minutes.is_empty() && !digits.contains(':') { "00" } else { minutes };
	let (hours, minutes) = match (hours.len(), minutes.len()) {
		(2, 2) => (number(hours, 2)?, number(minutes, 2).filter(|minutes| *minutes < 60)?),
		_ => return None,
	};
	FixedOffset::east_opt(sign * i32::try_from(hours * 3_600 + minutes * 60).ok()?)
}

/// One to `most` digits.
fn number(text: &str, most: usize) -> Option<u32> {
	let digits = (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
	text.parse().ok().filter(|_| digits)
}

/// What a label can be.
enum Candidates {
	One(i64),
	Two(i64, i64),
	Refused(TimeError),
}

impl Candidates {
	fn of(stamp: &Stamp, zone: Option<Zone>, labels: Labels) -> Self {
		if let Some(offset) = stamp.offset {
			return match instants(&offset, stamp.time) {
				MappedLocalTime::Single(at) => Self::One(at),
				_ => Self::Refused(TimeError::BadTime),
			};
		}
		let Some(zone) = zone else { return Self::Refused(TimeError::NoTimeZone) };
		match (zone.instants(stamp.time), labels) {
			(MappedLocalTime::Single(at), _) => Self::One(at),
			(MappedLocalTime::Ambiguous(first, second), _) => Self::Two(first, second),
			// The interval that ends when the clocks are put forward may be labelled as if they were
			// not.
			(MappedLocalTime::None, Labels::End) => match zone.after_gap(stamp.time) {
				Some(at) => Self::One(at),
				None => Self::Refused(TimeError::NoSuchTime),
			},
			(MappedLocalTime::None, Labels::Start) => Self::Refused(TimeError::NoSuchTime),
		}
	}
}

/// The points in time, Unix ms, of one series of labels, in the order of the file: those of one
/// register of one meter.
///
/// Of times that clocks show twice, the first run is the earlier hour where the labels go back to
/// begin the hour anew. A single run is of the hour that joins it to its neighbours by steps of
/// `step_ms`, if it joins one of them only. All else is ambiguous and refused.
pub fn resolve(
	series: &[Stamp],
	zone: Option<Zone>,
	labels: Labels,
	step_ms: Option<u64>,
) -> Vec<Result<u64, TimeError>> {
	let candidates: Vec<_> =
		series.iter().map(|stamp| Candidates::of(stamp, zone, labels)).collect();
	let mut resolved: Vec<Result<i64, TimeError>> = candidates
		.iter()
		.map(|candidates| match candidates {
			Candidates::One(at) => Ok(*at),
			Candidates::Two(..) => Err(TimeError::AmbiguousTime),
			Candidates::Refused(error) => Err(*error),
		})
		.collect();
	let mut start = 0;
	while start < candidates.len() {
		let is_two = |candidates: &&Candidates| matches!(candidates, Candidates::Two(..));
		let rest = candidates.get(start..).unwrap_or_default();
		let count = rest.iter().take_while(is_two).count();
		let run: Vec<_> = rest.iter().take(count).filter_map(two).collect();
		let before = start.checked_sub(1).and_then(|at| resolved.get(at)).copied();
		let after = resolved.get(start + count).copied();
		let run =
			resolve_run(&run, before.and_then(Result::ok), after.and_then(Result::ok), step_ms);
		for (place, at) in resolved.iter_mut().skip(start).zip(run.unwrap_or_default()) {
			*place = Ok(at);
		}
		start += count.max(1);
	}
	let unsigned = |at: i64| u64::try_from(at).map_err(|_| TimeError::BadTime);
	resolved.into_iter().map(|at| at.and_then(unsigned)).collect()
}

fn two(candidates: &Candidates) -> Option<(i64, i64)> {
	match candidates {
		Candidates::Two(first, second) => Some((*first, *second)),
		_ => None,
	}
}

/// A run of ambiguous labels between two neighbours.
fn resolve_run(
	run: &[(i64, i64)],
	before: Option<i64>,
	after: Option<i64>,
	step_ms: Option<u64>,
) -> Option<Vec<i64>> {
	let earlier = || run.iter().map(|(first, _)| *first);
	let later = || run.iter().map(|(_, second)| *second);
	let back = run.windows(2).position(|pair| pair[1].0 <= pair[0].0);
	if let Some(back) = back {
		return Some(earlier().take(back + 1).chain(later().skip(back + 1)).collect());
	}
	let step = i64::try_from(step_ms?).ok()?;
	let joins = |from: Option<i64>, to: Option<i64>| {
		from.zip(to).is_some_and(|(from, to)| from.checked_add(step) == Some(to))
	};
	let joins_before = joins(before, earlier().next()) && !joins(before, later().next());
	let joins_after = joins(later().next_back(), after) && !joins(earlier().next_back(), after);
	match (joins_before, joins_after) {
		(true, false) => Some(earlier().collect()),
		(false, true) => Some(later().collect()),
		_ => None,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_clock_shows_the_time_whose_instants_hold_the_point() {
		let text = |zone: &str, at_ms| Zone::parse(zone).unwrap().shows(at_ms).unwrap().to_string();
		// An hour before and after Vienna's clocks went back in 2026.
		let change = 1_792_890_000_000;
		assert_eq!(text("Europe/Vienna", change - 1_000), "2026-10-25 02:59:59");
		assert_eq!(text("Europe/Vienna", change), "2026-10-25 02:00:00");
		assert_eq!(text("+05:30", change), "2026-10-25 06:30:00");
		for at in [change - 1, change, change + 3_600_000] {
			let zone = Zone::parse("Europe/Vienna").unwrap();
			let shown = zone.instants(zone.shows(at).unwrap());
			assert!(shown.earliest() == Some(at) || shown.latest() == Some(at));
		}
		assert_eq!(Zone::UTC.shows(i64::MAX), None);
	}

	#[test]
	fn the_end_of_a_day_is_told_from_other_times() {
		for (text, expected) in [
			("24:00", true),
			("2026-11-02 24:00", true),
			("2026-11-02T24:00:00", true),
			("10:24:00", false),
			("124:00", false),
			("23:45 - 24:00", false),
			("23:45–24:00", false),
		] {
			assert_eq!(has_hour_24(text), expected, "{text}");
		}
	}

	use proptest::prelude::*;

	const HOUR: u64 = 3_600_000;
	const QUARTER: u64 = HOUR / 4;
	/// 2026-10-25T00:00:00Z, a UTC day on which Vienna goes from +02:00 to +01:00 at 01:00.
	const AUTUMN: u64 = 1_792_886_400_000;
	/// 2026-03-29T00:00:00Z, a UTC day on which Vienna goes from +01:00 to +02:00 at 01:00.
	const SPRING: u64 = 1_774_742_400_000;

	fn vienna() -> Option<Zone> {
		Zone::parse("Europe/Vienna")
	}

	fn stamps(labels: &[&str]) -> Vec<Stamp> {
		labels.iter().map(|label| Stamp::parse(label, None).unwrap()).collect()
	}

	fn at(label: &str) -> u64 {
		resolve(&stamps(&[label]), None, Labels::Start, None)[0].unwrap()
	}

	#[test]
	fn labels_are_read_in_the_formats_of_spreadsheets() {
		assert_eq!(at("2026-10-25T00:00:00Z"), AUTUMN);
		for label in [
			"2026-10-25 00:00Z",
			"2026-10-25T00:00:00.000+00:00",
			"2026-10-25 02:00:00+02:00",
			"2026-10-25 02:00 +0200",
			"25.10.2026 02:00+02",
			"2026/10/24 20:00-04:00",
			"2026-10-24T24:00Z",
			"24.10.2026 24:00:00 Z",
		] {
			assert_eq!(at(label), AUTUMN, "{label}");
		}
		assert_eq!(at("2026-10-25T00:00:00.25Z"), AUTUMN + 250);
		for label in [
			"",
			"now",
			"2026-10-25",
			"2026-10-25T10",
			"10:00",
			"25-10-2026 10:00",
			"2026-13-01 10:00",
			"2026-02-30 10:00",
			"2026-10-25 24:01Z",
			"2026-10-25 25:00Z",
			"2026-10-25 10:60",
			"26-10-25 10:00",
			"25/10/2026 10:00",
			"2026-10-25T10:00:00+1",
			"2026-10-25T10:00+01:60",
			"2026-10-25T10:00:00.5.5Z",
			"2026-10-25T10:00:0xZ",
			"２026-10-25 10:00",
		] {
			assert_eq!(Stamp::parse(label, None), None, "{label}");
		}
	}

	#[test]
	fn days_before_months_or_after_them() {
		let day = |label, order| Stamp::parse(label, Some(order)).unwrap().time.to_string();
		assert_eq!(day("03/04/2026 10:00", DateOrder::DayFirst), "2026-04-03 10:00:00");
		assert_eq!(day("03/04/2026 10:00", DateOrder::MonthFirst), "2026-03-04 10:00:00");
		assert_eq!(Stamp::parse("31/04/2026 10:00", Some(DateOrder::MonthFirst)), None);
	}

	#[test]
	fn times_without_an_offset_need_a_zone() {
		let label = stamps(&["2026-07-01 10:00"]);
		let resolved = |zone| resolve(&label, zone, Labels::Start, None)[0];
		assert_eq!(resolved(None), Err(TimeError::NoTimeZone));
		let expected = at("2026-07-01T08:00:00Z");
		assert_eq!(resolved(vienna()), Ok(expected));
		assert_eq!(resolved(Zone::parse("+02:00")), Ok(expected));
		assert_eq!(resolved(Some(Zone::UTC)), Ok(expected + 2 * HOUR));
		assert_eq!(Zone::parse("Europe/Nowhere"), None);
		assert_eq!(Zone::parse("+1"), None);
	}

	#[test]
	fn days_have_as_many_hours_as_they_have() {
		let hours = |date: &str| {
			let (start, end) = vienna().unwrap().day(parse_date(date, None).unwrap()).unwrap();
			(end - start) as u64 / HOUR
		};
		assert_eq!(hours("2026-03-29"), 23);
		assert_eq!(hours("2026-03-30"), 24);
		assert_eq!(hours("2026-10-25"), 25);
	}

	/// The clock's labels of a day in quarters of an hour, from one point in time to another.
	fn labels_between(from: u64, to: u64) -> Vec<Stamp> {
		let label = |at: u64| {
			let at = chrono::DateTime::from_timestamp_millis(at as i64).unwrap();
			let time = at.with_timezone(&chrono_tz::Europe::Vienna).naive_local();
			Stamp { time, offset: None }
		};
		(from..to).step_by(QUARTER as usize).map(label).collect()
	}

	#[test]
	fn the_hour_that_comes_twice_is_told_by_the_series() {
		for labels in [Labels::Start, Labels::End] {
			let day = labels_between(AUTUMN - 2 * HOUR, AUTUMN + 23 * HOUR);
			assert_eq!(day.len(), 100);
			let resolved = resolve(&day, vienna(), labels, Some(QUARTER));
			let expected = (AUTUMN - 2 * HOUR..).step_by(QUARTER as usize).map(Ok).take(100);
			assert_eq!(resolved, expected.collect::<Vec<_>>());
		}
	}

	#[test]
	fn a_series_that_begins_or_ends_in_the_hour_is_joined_to_its_neighbours() {
		let until = labels_between(AUTUMN - HOUR, AUTUMN + HOUR / 2);
		let resolved = resolve(&until, vienna(), Labels::Start, Some(QUARTER));
		assert_eq!(resolved.last(), Some(&Ok(AUTUMN + QUARTER)));
		let from = labels_between(AUTUMN + HOUR + 2 * QUARTER, AUTUMN + 3 * HOUR);
		let resolved = resolve(&from, vienna(), Labels::Start, Some(QUARTER));
		assert_eq!(resolved.first(), Some(&Ok(AUTUMN + HOUR + 2 * QUARTER)));
	}

	#[test]
	fn what_the_series_does_not_tell_is_not_guessed() {
		// The hour stands there once, and joins both neighbours.
		let mut day = labels_between(AUTUMN - HOUR, AUTUMN + HOUR);
		day.extend(labels_between(AUTUMN + 2 * HOUR, AUTUMN + 3 * HOUR));
		let resolved = resolve(&day, vienna(), Labels::Start, Some(QUARTER));
		let refused: Vec<_> =
			resolved.iter().filter(|at| **at == Err(TimeError::AmbiguousTime)).collect();
		assert_eq!((refused.len(), resolved.len()), (4, 12));
		let alone = labels_between(AUTUMN, AUTUMN + QUARTER);
		assert_eq!(
			resolve(&alone, vienna(), Labels::Start, Some(QUARTER)),
			[Err(TimeError::AmbiguousTime)]
		);
	}

	#[test]
	fn the_hour_that_is_passed_over_is_no_time_but_an_end() {
		let labels = stamps(&["2026-03-29 01:45", "2026-03-29 02:00", "2026-03-29 02:15"]);
		let starts = resolve(&labels, vienna(), Labels::Start, Some(QUARTER));
		let no_time = Err(TimeError::NoSuchTime);
		assert_eq!(starts, [Ok(SPRING + HOUR - QUARTER), no_time, no_time]);
		let ends = resolve(&labels, vienna(), Labels::End, Some(QUARTER));
		assert_eq!(ends, [Ok(SPRING + HOUR - QUARTER), Ok(SPRING + HOUR), no_time]);
		assert_eq!(
			resolve(&stamps(&["1960-01-01 10:00Z"]), None, Labels::Start, None),
			[Err(TimeError::BadTime)]
		);
	}

	proptest! {
		#[test]
		fn no_label_panics(text in ".{0,30}") {
			let _ = Stamp::parse(&text, Some(DateOrder::DayFirst));
			let _ = Zone::parse(&text);
		}

		#[test]
		fn whole_days_are_resolved_whatever_the_day(day in 20_000u64..25_000) {
			let start = day * 24 * HOUR;
			let labels = labels_between(start, start + 24 * HOUR);
			let resolved = resolve(&labels, vienna(), Labels::Start, Some(QUARTER));
			let expected = (start..).step_by(QUARTER as usize).map(Ok).take(labels.len());
			prop_assert_eq!(resolved, expected.collect::<Vec<_>>());
		}
	}
}
