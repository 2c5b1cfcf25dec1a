//! For which periods orders are signed, and how many calls a day: by the periods that the agent knows and by its own
//! clock, and by no node's word.

use crate::{error::named_errors, timetable::Timetable};

/// How long before its period a gate closes at most, with how far the chain's clock may be ahead, in ms: an hour.
const SLACK_MS: u64 = 3_600_000;

/// Calls of a side for each period that there may be orders for: a book takes four orders of an account.
const CALLS: u64 = 4;

/// In ms.
pub const DAY_MS: u64 = 86_400_000;

named_errors! {
	/// Why nothing is signed for a period.
	#[derive(PartialEq, Eq)]
	pub enum WindowError {
		/// It has begun.
		PeriodPast { period: u64 }
			=> "period {period} has begun by this machine's clock: nothing is signed for it";
		/// It lies farther ahead than orders are placed.
		PeriodFar { period: u64 }
			=> "period {period} begins later by this machine's clock than any that is ordered for: nothing is \
				signed for it";
	}
}

/// The periods that calls are signed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
	running: u64,
	last: u64,
}

impl Window {
	/// Those that come after a time, Unix ms: as many as are ordered for, and those whose gates may have closed.
	pub fn at(timetable: &Timetable, now_ms: u64, ahead: u64) -> Option<Self> {
		let running = timetable.period_at(now_ms)?;
		let closed = SLACK_MS.checked_div(timetable.length_ms)?.saturating_add(1);
		Some(Self { running, last: running.saturating_add(closed).saturating_add(ahead) })
	}

	/// Refuses a period that has begun, or is farther ahead than orders are placed.
	pub fn ensure_has(&self, period: u64) -> Result<(), WindowError> {
		match () {
			() if period <= self.running => Err(WindowError::PeriodPast { period }),
			() if period > self.last => Err(WindowError::PeriodFar { period }),
			() => Ok(()),
		}
	}
}

/// The most calls of a side in a day, cancellations included, where so many periods are ordered for.
pub fn most_calls(timetable: &Timetable, ahead: u64) -> u64 {
	let in_a_day = DAY_MS.checked_div(timetable.length_ms).unwrap_or(0).max(1);
	in_a_day.saturating_add(ahead).saturating_mul(CALLS)
}
