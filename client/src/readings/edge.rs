//! What can be a reading: of a time that was over when the file was written, and of no absurd clock.

use crate::error::named_errors;

const DAY_MS: u64 = 86_400_000;

/// Rows this far ahead are no padding of a day that is not over.
const MOST_AHEAD_MS: u64 = 2 * DAY_MS;

/// Readings this old are for no chain's open period.
const MOST_BEHIND_MS: u64 = 366 * DAY_MS;

named_errors! {
	/// Why a row's time is not believed.
	#[derive(Clone, PartialEq, Eq)]
	pub enum ClockError {
		/// Far ahead of when the file was written.
		ClockAhead { days: u64 }
			=> "its time is {days} days after the file was written: set the meter's clock right";
		/// Long before the file was written.
		ClockBehind { days: u64 }
			=> "its time is {days} days before the file was written: set the meter's clock right, or \
				replay old readings with --from-period";
	}
}

impl ClockError {
	/// Whether an error of this name is one of these.
	pub fn is_name(name: &str) -> bool {
		["ClockAhead", "ClockBehind"].contains(&name)
	}
}

/// What a row's time says of it.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
	/// The interval had ended when the file was written.
	Over,
	/// The interval had not ended: it cannot have been measured.
	Ahead,
	/// The clock that the time is from must be wrong.
	Clock(ClockError),
}

/// Judges a row by its start and end, in a file that was written at `taken_ms`. Times that are
/// replayed onto others may be old.
pub fn verdict((start_ms, end_ms): (u64, u64), taken_ms: u64, replayed: bool) -> Verdict {
	if end_ms > taken_ms {
		let ahead = start_ms.saturating_sub(taken_ms);
		return match ahead > MOST_AHEAD_MS {
			true => Verdict::Clock(ClockError::ClockAhead { days: ahead / DAY_MS }),
			false => Verdict::Ahead,
		};
	}
	let behind = taken_ms.saturating_sub(end_ms);
	match behind > MOST_BEHIND_MS && !replayed {
		true => Verdict::Clock(ClockError::ClockBehind { days: behind / DAY_MS }),
		false => Verdict::Over,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn nothing_is_measured_ahead_of_time() {
		const NOW: u64 = 1_793_613_600_000;
		const Q: u64 = 900_000;
		let judge = |start, replayed| verdict((start, start + Q), NOW, replayed);
		for replayed in [false, true] {
			assert_eq!(judge(NOW - Q, replayed), Verdict::Over);
			assert_eq!(judge(NOW - Q + 1, replayed), Verdict::Ahead);
			assert_eq!(judge(NOW + DAY_MS, replayed), Verdict::Ahead);
			// 2070.
			let ahead = Verdict::Clock(ClockError::ClockAhead { days: 15_764 });
			assert_eq!(judge(3_155_760_000_000 - 62_400_000, replayed), ahead);
		}
		// 2000.
		let behind = Verdict::Clock(ClockError::ClockBehind { days: 9_802 });
		assert_eq!(judge(946_684_800_000, false), behind);
		assert_eq!(judge(946_684_800_000, true), Verdict::Over);
	}
}
