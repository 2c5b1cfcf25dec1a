//! The same slot on former days.

use chrono::{Days, MappedLocalTime, NaiveDate, NaiveDateTime, Weekday};
use meterproof_meters::files::times::Zone;

/// When a period begins by the clock on the wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
	zone: Zone,
	start: NaiveDateTime,
}

impl Slot {
	/// The slot of a period that begins at this time, Unix ms; none for years that no clock can show.
	pub fn of(zone: Zone, start_ms: u64) -> Option<Self> {
		let start = zone.shows(i64::try_from(start_ms).ok()?)?;
		Some(Self { zone, start })
	}

	/// The day that the period begins on.
	pub fn date(&self) -> NaiveDate {
		self.start.date()
	}

	/// The weekday of the day on which the period starts.
	pub fn weekday(&self) -> Weekday {
		chrono::Datelike::weekday(&self.start)
	}

	/// When the clock showed this time of day so many weeks before, Unix ms. None where it passed over
	/// it, as in spring; of the two times in autumn the earlier one.
	pub fn weeks_before(&self, weeks: u64) -> Option<u64> {
		let days = Days::new(weeks.checked_mul(7)?);
		let at = match self.zone.instants(self.start.checked_sub_days(days)?) {
			MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => at,
			MappedLocalTime::None => return None,
		};
		u64::try_from(at).ok()
	}
}

/// A weekday as people name several of it.
pub fn plural(weekday: Weekday) -> &'static str {
	match weekday {
		Weekday::Mon => "Mondays",
		Weekday::Tue => "Tuesdays",
		Weekday::Wed => "Wednesdays",
		Weekday::Thu => "Thursdays",
		Weekday::Fri => "Fridays",
		Weekday::Sat => "Saturdays",
		Weekday::Sun => "Sundays",
	}
}
