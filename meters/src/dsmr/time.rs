//! Times of P1 telegrams: local time with a letter for summer or winter time.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, Weekday};

use super::telegram::DsmrError;

/// `YYMMDDhhmmssX`, where X is `S` in summer time and `W` in winter time, as Unix ms. `winter_offset` is
/// what winter time is ahead of UTC, in hours. Telegrams before DSMR 4 have no letter: their times are
/// taken by the European Union's rule, and the hour that comes twice is refused.
pub(super) fn parse(text: &str, winter_offset: i8) -> Result<u64, DsmrError> {
	let (digits, letter) = match text.as_bytes() {
		[digits @ .., b'S'] => (digits, Some(true)),
		[digits @ .., b'W'] => (digits, Some(false)),
		digits => (digits, None),
	};
	if digits.len() != 12 || !digits.iter().all(u8::is_ascii_digit) {
		return Err(DsmrError::BadTime);
	}
	let part = |at: usize| {
		digits[at..at + 2].iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))
	};
	let local = NaiveDate::from_ymd_opt(2000 + part(0) as i32, part(2), part(4))
		.and_then(|date| date.and_hms_opt(part(6), part(8), part(10)))
		.ok_or(DsmrError::BadTime)?;
	let utc = |summer: bool| local - TimeDelta::hours(i64::from(winter_offset) + i64::from(summer));
	let time = match letter {
		Some(summer) => utc(summer),
		None => match (is_summer(utc(true)), is_summer(utc(false))) {
			(true, true) => utc(true),
			(false, false) => utc(false),
			_ => return Err(DsmrError::AmbiguousTime),
		},
	};
	u64::try_from(time.and_utc().timestamp_millis()).map_err(|_| DsmrError::BadTime)
}

/// The local time of a moment, Unix ms, with its letter.
pub(crate) fn format(at_ms: u64, winter_offset: i8) -> String {
	let at = i64::try_from(at_ms).ok().and_then(DateTime::from_timestamp_millis);
	let utc = at.unwrap_or_default().naive_utc();
	let summer = is_summer(utc);
	let local = utc + TimeDelta::hours(i64::from(winter_offset) + i64::from(summer));
	format!("{}{}", local.format("%y%m%d%H%M%S"), if summer { 'S' } else { 'W' })
}

/// Whether the European Union has summer time: from the last Sunday of March to that of October, both at
/// 1:00 UTC.
fn is_summer(utc: NaiveDateTime) -> bool {
	let change = |month| {
		let last = NaiveDate::from_ymd_opt(utc.year(), month, 31)?;
		let back = last.weekday().days_since(Weekday::Sun);
		last.checked_sub_days(Days::new(u64::from(back)))?.and_hms_opt(1, 0, 0)
	};
	let summer = change(3).zip(change(10)).map(|(start, end)| start <= utc && utc < end);
	summer.unwrap_or(false)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn letters_tell_the_two_hours_of_autumn_apart() {
		// 2026-10-25: 2:30 comes twice, an hour apart.
		let summer = parse("261025023000S", 1).unwrap();
		assert_eq!(summer, 1_792_888_200_000);
		assert_eq!(parse("261025023000W", 1).unwrap(), summer + 3_600_000);
		assert_eq!(parse("261025023000", 1), Err(DsmrError::AmbiguousTime));
		assert_eq!(parse("261025015959", 1), parse("261025015959S", 1));
		assert_eq!(parse("261025030000", 1), parse("261025030000W", 1));
		assert_eq!(format(summer, 1), "261025023000S");
		assert_eq!(format(summer + 3_600_000, 1), "261025023000W");
	}

	#[test]
	fn the_hour_that_spring_leaves_out_needs_a_letter() {
		assert_eq!(parse("260329023000", 1), Err(DsmrError::AmbiguousTime));
		assert_eq!(parse("260329023000W", 1).unwrap(), parse("260329033000S", 1).unwrap());
	}

	#[test]
	fn what_is_no_time_is_named() {
		for text in [
			"",
			"S",
			"632525252525S",
			"260230120000W",
			"26102502300S",
			"2610250230000",
			"26102502300éS",
		] {
			assert_eq!(parse(text, 1), Err(DsmrError::BadTime), "{text}");
		}
	}
}
