//! What the chain's periods were said to be when a store first asked. A node whose later answers
//! differ is not believed unless the operator says so: by a period's number the salt secrets of
//! earlier periods are given up, and nothing brings them back.

use std::time::{SystemTime, UNIX_EPOCH};

use codec::{Decode, Encode};

use crate::{error::named_errors, rpc::Period};

/// How far a node's clock may be ahead of this machine's, in ms.
const TOLERANCE_MS: u64 = 60_000;

named_errors! {
	/// Why a node's word on periods was not taken.
	#[derive(PartialEq, Eq)]
	pub enum TimetableError {
		/// The periods are others than the store remembers.
		PeriodsDiffer { period: u64 }
			=> "the node gives period {period} another start or length than what the store \
				remembers of the chain; nothing was committed to. Ask another node; if the chain's \
				periods did get other lengths, run the same command once with --accept-periods";
		/// The node's clock is ahead of this machine's.
		ClockDiffers { period: u64, seconds: u64 }
			=> "by the node's clock period {period} has got further than by this machine's, which \
				is {seconds} s behind: set the clock right, or ask another node";
		/// Nothing is known yet of what a period's meters will have counted when it ends.
		PeriodNotOver { period: u64, seconds: u64 }
			=> "period {period} ends in {seconds} s: its readings are committed to after that";
		/// Readings are to be committed to for a period that starts at another time.
		NotTheirPeriod { period: u64 }
			=> "period {period} does not start when the readings that the node gave it to do; \
				nothing was committed to. Ask another node";
		/// A store that remembers nothing of the chain is to move on by very many periods.
		PeriodFarAhead { meter: String, period: u64, steps: u64 }
			=> "period {period} is {steps} periods after the last that {meter} committed to, and \
				the store has nothing to compare it with; if another node names it too, run the \
				gateway once with --accept-periods";
	}
}

/// Periods of one length: where one of them starts, and how long they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Timetable {
	/// A period.
	pub period: u64,
	/// The period's start, Unix ms.
	pub start_ms: u64,
	/// The length of every period, in ms.
	pub length_ms: u64,
}

impl Timetable {
	/// The timetable that a node's answer gives.
	pub fn of(answer: &Period) -> Self {
		let Period { period, start_ms, schedule, .. } = answer;
		Self { period: *period, start_ms: *start_ms, length_ms: schedule.length_ms }
	}

	/// When a period starts, Unix ms.
	pub fn start_of(&self, period: u64) -> Option<u64> {
		let after = i128::from(period) - i128::from(self.period);
		let start = after.checked_mul(self.length_ms.into())?.checked_add(self.start_ms.into())?;
		u64::try_from(start).ok()
	}

	/// The period that a time lies in, Unix ms.
	pub fn period_at(&self, at_ms: u64) -> Option<u64> {
		let after = i128::from(at_ms) - i128::from(self.start_ms);
		let periods = after.checked_div_euclid(self.length_ms.into())?;
		u64::try_from(periods.checked_add(self.period.into())?).ok()
	}

	/// Refuses an answer that gives a period another place than this timetable.
	pub fn ensure_gives(&self, answer: &Period) -> Result<(), TimetableError> {
		let after = i128::from(answer.period) - i128::from(self.period);
		let expected = after
			.checked_mul(self.length_ms.into())
			.and_then(|after| after.checked_add(self.start_ms.into()));
		let length = Some(self.length_ms);
		let same = answer.schedule.length_ms == self.length_ms
			&& answer.end_ms.checked_sub(answer.start_ms) == length
			&& expected == Some(answer.start_ms.into());
		match same {
			true => Ok(()),
			false => Err(TimetableError::PeriodsDiffer { period: answer.period }),
		}
	}
}

/// Refuses a period that has ended by the node's clock and is far from its end by this machine's.
pub fn ensure_ended(answer: &Period, local_ms: u64) -> Result<(), TimetableError> {
	ensure_reached(answer, answer.end_ms, local_ms)
}

/// Refuses a period that starts at another time than the readings for it, if that is known.
pub fn ensure_starts(answer: &Period, readings_ms: Option<u64>) -> Result<(), TimetableError> {
	match readings_ms.is_none_or(|start_ms| answer.start_ms == start_ms) {
		true => Ok(()),
		false => Err(TimetableError::NotTheirPeriod { period: answer.period }),
	}
}

/// Refuses a running period that is another than what is known of the chain, or is far from its
/// start by this machine's clock. A node that has not caught up may be behind.
pub fn ensure_running(
	answer: &Period,
	known: Option<&Timetable>,
	local_ms: u64,
) -> Result<(), TimetableError> {
	known.map_or(Ok(()), |known| known.ensure_gives(answer))?;
	ensure_reached(answer, answer.start_ms, local_ms)
}

fn ensure_reached(answer: &Period, at_ms: u64, local_ms: u64) -> Result<(), TimetableError> {
	let ahead = at_ms.saturating_sub(local_ms);
	if ahead <= TOLERANCE_MS {
		return Ok(());
	}
	Err(TimetableError::ClockDiffers { period: answer.period, seconds: ahead / 1_000 })
}

/// A time in words, to two units: `3 min 20 s`, `44 years 3 days`.
pub fn said_duration(ms: u64) -> String {
	const UNITS: [(u64, &str); 5] =
		[(31_536_000, "years"), (86_400, "days"), (3_600, "h"), (60, "min"), (1, "s")];
	let seconds = ms.div_ceil(1_000);
	let first = UNITS.iter().position(|(length, _)| seconds >= *length).unwrap_or(UNITS.len() - 1);
	let mut rest = seconds;
	let mut words = Vec::new();
	for (length, name) in UNITS.iter().skip(first).take(2) {
		let count = rest / length;
		rest %= length;
		if count > 0 || words.is_empty() {
			words.push(format!("{count} {name}"));
		}
	}
	words.join(" ")
}

/// This machine's clock, Unix ms.
pub fn local_ms() -> u64 {
	let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
	u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::rpc::{PeriodPhase, Schedule};

	const QUARTER: u64 = 900_000;
	const KNOWN: Timetable = Timetable { period: 100, start_ms: 100 * QUARTER, length_ms: QUARTER };

	fn answer(period: u64, start_ms: u64, length_ms: u64) -> Period {
		Period {
			period,
			phase: PeriodPhase::Committing,
			now_ms: start_ms + length_ms,
			start_ms,
			end_ms: start_ms + length_ms,
			schedule: Schedule { length_ms },
			schedule_until: None,
		}
	}

	#[test]
	fn periods_are_where_they_were_said_to_be() {
		for period in [0, 99, 100, 101, 5_000_000] {
			assert_eq!(KNOWN.ensure_gives(&answer(period, period * QUARTER, QUARTER)), Ok(()));
		}
		assert_eq!(Timetable::of(&answer(100, 100 * QUARTER, QUARTER)), KNOWN);
	}

	#[test]
	fn a_time_lies_in_the_period_that_has_begun() {
		let start_ms = 100 * QUARTER;
		for (at_ms, period) in
			[(start_ms, 100), (start_ms - 1, 99), (start_ms + QUARTER - 1, 100), (0, 0)]
		{
			assert_eq!(KNOWN.period_at(at_ms), Some(period));
		}
		assert_eq!((KNOWN.start_of(99), KNOWN.start_of(0)), (Some(99 * QUARTER), Some(0)));
		assert_eq!(KNOWN.start_of(u64::MAX), None);
		let late = Timetable { period: 0, ..KNOWN };
		assert_eq!(late.period_at(start_ms - 1), None, "before the first one");
		assert_eq!(Timetable { length_ms: 0, ..KNOWN }.period_at(start_ms), None);
	}

	#[test]
	fn times_are_said_in_two_units() {
		for (ms, said) in [
			(0, "0 s"),
			(1, "1 s"),
			(59_000, "59 s"),
			(200_000, "3 min 20 s"),
			(3_600_000, "1 h"),
			(90_061_000, "1 days 1 h"),
			(1_388_534_400_000, "44 years 11 days"),
		] {
			assert_eq!(said_duration(ms), said);
		}
	}

	#[test]
	fn readings_of_one_period_are_not_another_one_s() {
		let answer = answer(101, 101 * QUARTER, QUARTER);
		assert_eq!(ensure_starts(&answer, Some(101 * QUARTER)), Ok(()));
		assert_eq!(ensure_starts(&answer, None), Ok(()), "replayed readings have other times");
		let refused = Err(TimetableError::NotTheirPeriod { period: 101 });
		assert_eq!(ensure_starts(&answer, Some(100 * QUARTER)), refused);
	}

	#[test]
	fn other_numbers_starts_and_lengths_are_not_believed() {
		for wrong in [
			answer(5_000_101, 101 * QUARTER, QUARTER),
			answer(102, 101 * QUARTER, QUARTER),
			answer(101, 101 * QUARTER + 1, QUARTER),
			answer(101, 101 * QUARTER, QUARTER - 1),
			answer(101, 101 * QUARTER, 1),
			answer(u64::MAX, u64::MAX, 0),
			Period { end_ms: 101 * QUARTER, ..answer(101, 101 * QUARTER, QUARTER) },
		] {
			let refused = Err(TimetableError::PeriodsDiffer { period: wrong.period });
			assert_eq!(KNOWN.ensure_gives(&wrong), refused, "{wrong:?}");
		}
	}

	#[test]
	fn a_node_s_clock_may_be_a_minute_ahead_and_no_more() {
		let period = answer(100, 100 * QUARTER, QUARTER);
		let end = period.end_ms;
		assert_eq!(ensure_ended(&period, end + QUARTER), Ok(()));
		assert_eq!(ensure_ended(&period, end - 60_000), Ok(()));
		let refused = Err(TimetableError::ClockDiffers { period: 100, seconds: 61 });
		assert_eq!(ensure_ended(&period, end - 61_000), refused);
		let running = |known, local_ms| ensure_running(&period, known, local_ms);
		assert_eq!(running(None, period.start_ms - 60_000), Ok(()));
		assert_eq!(running(Some(&KNOWN), period.start_ms), Ok(()));
		assert_eq!(running(None, period.start_ms - 61_000), refused);
		let other = Timetable { period: 101, ..KNOWN };
		let differ = Err(TimetableError::PeriodsDiffer { period: 100 });
		assert_eq!(running(Some(&other), period.start_ms), differ);
	}
}
