//! Times as people read them.

use chrono::{DateTime, Datelike, TimeZone, Utc};

/// The year of a time, in UTC.
pub fn year(at_ms: u64) -> i32 {
	point(at_ms).map_or(i32::MAX, |at| at.year())
}

/// A time in UTC, as in 2026-11-29T10:15:00Z.
pub fn show(at_ms: u64) -> String {
	let shown = point(at_ms).map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string());
	shown.unwrap_or_else(|| format!("{at_ms} ms"))
}

/// The time that [`show`] shows so, Unix ms.
pub fn parse(text: &str) -> Option<u64> {
	let at = DateTime::parse_from_rfc3339(text).ok()?;
	u64::try_from(at.timestamp_millis()).ok()
}

/// Start and end of a month such as 2026-11, in UTC, Unix ms.
pub fn month(text: &str) -> Option<(u64, u64)> {
	let (year, month) = text.split_once('-')?;
	let whole = |part: &str, length| {
		let digits = part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
		part.parse::<u32>().ok().filter(|_| digits)
	};
	let (year, month) = (i32::try_from(whole(year, 4)?).ok()?, whole(month, 2)?);
	let next = if month == 12 { (year.checked_add(1)?, 1) } else { (year, month.checked_add(1)?) };
	let start = |(year, month): (i32, u32)| {
		let at = Utc.with_ymd_and_hms(year, month, 1, 0, 0, 0).single()?;
		u64::try_from(at.timestamp_millis()).ok()
	};
	Some((start((year, month))?, start(next)?))
}

fn point(at_ms: u64) -> Option<DateTime<Utc>> {
	i64::try_from(at_ms).ok().and_then(DateTime::from_timestamp_millis)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn months_begin_and_end_where_the_next_begins() {
		let (start, end) = month("2026-11").unwrap();
		assert_eq!(
			(show(start), show(end)),
			("2026-11-01T00:00:00Z".into(), "2026-12-01T00:00:00Z".into())
		);
		let (_, end) = month("2026-12").unwrap();
		assert_eq!(show(end), "2027-01-01T00:00:00Z");
		for text in ["", "2026", "2026-13", "2026-0", "26-11", "2026-1", "2026-11-01", "+026-11"] {
			assert_eq!(month(text), None, "{text}");
		}
	}

	#[test]
	fn what_is_shown_is_read_to_the_second() {
		let at = 1_795_000_000_000;
		assert_eq!(parse(&show(at + 999)), Some(at));
		assert_eq!(parse(""), None);
	}

	#[test]
	fn years_of_clocks_that_were_never_set_are_told() {
		assert_eq!((year(0), year(946_684_800_000)), (1970, 2000));
		assert_eq!(year(u64::MAX), i32::MAX);
	}
}
