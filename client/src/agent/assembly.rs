//! Periods out of what registers say: pure, so that it can be done again from the journal.
//!
//! A register's value for a period is complete when the intervals that were counted fill the period
//! without a gap, or when it was seen to stand somewhere at the period's start and at its end. Nothing is
//! split, filled in or rounded. A standing counts for the period boundary that it was taken at or shortly
//! after, and the first one does: what a register counts between two such moments is never lost and never
//! counted twice, and no period is complete before it has ended.

use std::collections::{BTreeMap, HashMap};

use super::journal::{Noted, Register, Told};
use crate::{
	error::named_errors,
	timetable::Timetable,
	types::{Direction, Directions},
};

/// The earliest time that can be right: clocks that were never set say 1970 or 2000.
const EARLIEST_MS: u64 = 1_704_067_200_000;
/// The latest: clocks that count to the end of their range say 2038, 2070 or 2106.
const LATEST_MS: u64 = 2_145_916_800_000;
/// How far a meter's clock may be ahead of this machine's, in ms.
const AHEAD_MS: u64 = 60_000;

named_errors! {
	/// Why something that a register said cannot be used. No text tells a reading.
	#[derive(Clone, PartialEq, Eq)]
	pub enum AssemblyError {
		/// The interval ends before it starts, or has no length.
		EmptyInterval => "an interval has no length";
		/// An interval is of two periods.
		IntervalCrossesPeriods { period: u64 }
			=> "an interval reaches beyond the end of period {period}: what belongs to which period is \
				not guessed";
		/// Two intervals are of the same time in part.
		IntervalsOverlap { period: u64 }
			=> "an interval of period {period} overlaps with another one";
		/// The clock that gave the time was never set, or is broken.
		AbsurdClock { year: i32 }
			=> "a reading is of the year {year}: set the clock of the meter, or of what reads it";
		/// The interval had not ended when it was read.
		FromTheFuture { seconds: u64 }
			=> "a reading is {seconds} s ahead of this machine's clock: set the clock of the meter, or \
				this machine's";
		/// A register stood lower than before.
		RegisterWentBack { period: u64 }
			=> "the register went back in period {period}: it was replaced, reset or rolled over, and \
				what it counted is not known";
		/// More than a commitment can hold.
		ReadingTooLarge { period: u64 } => "the reading of period {period} is above 4294967295";
		/// A time that lies in no period.
		NoPeriod => "a reading lies before the chain's first period";
	}
}

/// Intervals of one register in one period, by start: end, and how much.
type Parts = BTreeMap<u64, (u64, u32)>;

/// What is known of registers.
#[derive(Clone, Debug)]
pub struct Assembler {
	timetable: Timetable,
	/// How long after a period's boundary a standing still counts for it, in ms.
	tolerance_ms: u64,
	counted: HashMap<Register, BTreeMap<u64, Parts>>,
	/// By period that begins there: when the standing was taken, and what it was.
	standings: HashMap<Register, BTreeMap<u64, (u64, u128)>>,
}

/// Whether something that was told matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
	/// It completes a period, in part, and is to be kept.
	Kept {
		/// The period; of a standing the one that begins there.
		period: u64,
	},
	/// It is known, or lies between two boundaries.
	Nothing,
}

impl Assembler {
	/// An assembler of these periods.
	pub fn new(timetable: Timetable, tolerance_ms: u64) -> Self {
		let tolerance_ms = tolerance_ms.min(timetable.length_ms.saturating_sub(1));
		Self { timetable, tolerance_ms, counted: HashMap::new(), standings: HashMap::new() }
	}

	/// Knows this and nothing else from now on.
	pub fn restart<'a>(&mut self, all: impl Iterator<Item = &'a Noted>) {
		self.counted.clear();
		self.standings.clear();
		all.for_each(|noted| self.take(noted));
	}

	/// The periods.
	pub fn timetable(&self) -> &Timetable {
		&self.timetable
	}

	/// What something that was told means. `now_ms` is this machine's clock.
	pub fn judge(&self, noted: &Noted, now_ms: u64) -> Result<News, AssemblyError> {
		let register = noted.register();
		match noted.told {
			Told::Counted { start_ms, end_ms, reading } => {
				ensure_sane(start_ms)?;
				ensure_sane(end_ms)?;
				ensure_past(end_ms, now_ms)?;
				if end_ms <= start_ms {
					return Err(AssemblyError::EmptyInterval);
				}
				let (period, _, period_end) = self.place(start_ms)?;
				if end_ms > period_end {
					return Err(AssemblyError::IntervalCrossesPeriods { period });
				}
				let parts = self.counted.get(&register).and_then(|periods| periods.get(&period));
				let parts = parts.into_iter().flatten();
				for (start, (end, known)) in parts {
					if (*start, *end) == (start_ms, end_ms) {
						return Ok(match *known == reading {
							true => News::Nothing,
							false => News::Kept { period },
						});
					}
					if *start < end_ms && start_ms < *end {
						return Err(AssemblyError::IntervalsOverlap { period });
					}
				}
				Ok(News::Kept { period })
			},
			Told::Stood { at_ms, .. } => {
				ensure_sane(at_ms)?;
				ensure_past(at_ms, now_ms)?;
				let (period, start, _) = self.place(at_ms)?;
				if at_ms.saturating_sub(start) > self.tolerance_ms {
					return Ok(News::Nothing);
				}
				let known = self.standings.get(&register).and_then(|known| known.get(&period));
				Ok(match known.is_some_and(|(known_at, _)| *known_at <= at_ms) {
					true => News::Nothing,
					false => News::Kept { period },
				})
			},
		}
	}

	/// Takes over what [`Self::judge`] has found to be news.
	pub fn take(&mut self, noted: &Noted) {
		match noted.told {
			Told::Counted { start_ms, end_ms, reading } => {
				if let Ok((period, _, _)) = self.place(start_ms) {
					let periods = self.counted.entry(noted.register()).or_default();
					periods.entry(period).or_default().insert(start_ms, (end_ms, reading));
				}
			},
			Told::Stood { at_ms, total } => {
				if let Ok((period, _, _)) = self.place(at_ms) {
					let known = self.standings.entry(noted.register()).or_default();
					let first = known.entry(period).or_insert((at_ms, total));
					if at_ms < first.0 {
						*first = (at_ms, total);
					}
				}
			},
		}
	}

	/// What a register counted in a period; none while that is not complete.
	pub fn reading(
		&self,
		meter: &str,
		direction: Direction,
		period: u64,
	) -> Option<Result<u32, AssemblyError>> {
		let register = (meter.to_owned(), direction);
		self.counted_in(&register, period).or_else(|| self.stood_around(&register, period))
	}

	/// Whether all of a meter's registers are complete for a period.
	pub fn is_complete(&self, meter: &str, directions: Directions, period: u64) -> bool {
		directions.iter().all(|direction| {
			self.reading(meter, direction, period).is_some_and(|reading| reading.is_ok())
		})
	}

	/// Whether anything at all is known of a meter in a period.
	pub fn has_any(&self, meter: &str, period: u64) -> bool {
		Direction::ALL.into_iter().any(|direction| {
			let register = (meter.to_owned(), direction);
			let counted = self.counted.get(&register).is_some_and(|all| all.contains_key(&period));
			let after = period.saturating_add(1);
			let stood = self
				.standings
				.get(&register)
				.is_some_and(|all| all.contains_key(&period) || all.contains_key(&after));
			counted || stood
		})
	}

	/// Start and end of a period, Unix ms.
	pub fn span(&self, period: u64) -> Option<(u64, u64)> {
		let Timetable { period: first, start_ms, length_ms } = self.timetable;
		let after = i128::from(period).checked_sub(i128::from(first))?;
		let start = after.checked_mul(length_ms.into())?.checked_add(start_ms.into())?;
		let start = u64::try_from(start).ok()?;
		Some((start, start.checked_add(length_ms)?))
	}

	/// The period that a time lies in.
	pub fn period_at(&self, at_ms: u64) -> Option<u64> {
		self.place(at_ms).ok().map(|(period, _, _)| period)
	}

	/// Drops periods before this one, but for the standings at its start.
	pub fn forget_before(&mut self, period: u64) {
		for periods in self.counted.values_mut() {
			*periods = periods.split_off(&period);
		}
		for standings in self.standings.values_mut() {
			*standings = standings.split_off(&period);
		}
	}

	/// Period, its start and its end.
	fn place(&self, at_ms: u64) -> Result<(u64, u64, u64), AssemblyError> {
		let Timetable { period, start_ms, length_ms } = self.timetable;
		let length = i128::from(length_ms.max(1));
		let after = (i128::from(at_ms) - i128::from(start_ms)).div_euclid(length);
		let index = i128::from(period).checked_add(after);
		let index = index.and_then(|index| u64::try_from(index).ok());
		let index = index.ok_or(AssemblyError::NoPeriod)?;
		let (start, end) = self.span(index).ok_or(AssemblyError::NoPeriod)?;
		Ok((index, start, end))
	}

	fn counted_in(&self, register: &Register, period: u64) -> Option<Result<u32, AssemblyError>> {
		let parts = self.counted.get(register)?.get(&period)?;
		let (mut until, end) = self.span(period)?;
		let mut sum = 0u32;
		for (start, (part_end, reading)) in parts {
			if *start != until {
				return None;
			}
			until = *part_end;
			let Some(added) = sum.checked_add(*reading) else {
				return Some(Err(AssemblyError::ReadingTooLarge { period }));
			};
			sum = added;
		}
		(until == end).then_some(Ok(sum))
	}

	fn stood_around(&self, register: &Register, period: u64) -> Option<Result<u32, AssemblyError>> {
		let standings = self.standings.get(register)?;
		let (_, before) = standings.get(&period)?;
		let (_, after) = standings.get(&period.checked_add(1)?)?;
		Some(match after.checked_sub(*before) {
			None => Err(AssemblyError::RegisterWentBack { period }),
			Some(counted) => {
				u32::try_from(counted).map_err(|_| AssemblyError::ReadingTooLarge { period })
			},
		})
	}
}

fn ensure_sane(at_ms: u64) -> Result<(), AssemblyError> {
	match (EARLIEST_MS..LATEST_MS).contains(&at_ms) {
		true => Ok(()),
		false => Err(AssemblyError::AbsurdClock { year: super::time::year(at_ms) }),
	}
}

fn ensure_past(at_ms: u64, now_ms: u64) -> Result<(), AssemblyError> {
	let ahead = at_ms.saturating_sub(now_ms);
	match ahead > AHEAD_MS {
		false => Ok(()),
		true => Err(AssemblyError::FromTheFuture { seconds: ahead / 1_000 }),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	const LENGTH: u64 = 900_000;
	const FIRST: u64 = 2_000_000;
	const START: u64 = FIRST * LENGTH;
	const NOW: u64 = START + 1_000 * LENGTH;

	fn assembler() -> Assembler {
		let timetable = Timetable { period: FIRST, start_ms: START, length_ms: LENGTH };
		Assembler::new(timetable, 60_000)
	}

	fn noted(told: Told) -> Noted {
		Noted {
			meter: "m".to_owned(),
			direction: Direction::Export,
			told,
			received_ms: NOW,
			telegram: None,
		}
	}

	/// So much in a part of the first period, in ms from its start.
	fn counted(start: u64, end: u64, reading: u32) -> Noted {
		noted(Told::Counted { start_ms: START + start, end_ms: START + end, reading })
	}

	fn stood(at: u64, total: u128) -> Noted {
		noted(Told::Stood { at_ms: START + at, total })
	}

	fn told(assembler: &mut Assembler, noted: Noted) -> Result<News, AssemblyError> {
		let news = assembler.judge(&noted, NOW)?;
		if news != News::Nothing {
			assembler.take(&noted);
		}
		Ok(news)
	}

	fn reading(assembler: &Assembler, period: u64) -> Option<Result<u32, AssemblyError>> {
		assembler.reading("m", Direction::Export, period)
	}

	#[test]
	fn a_period_is_complete_when_its_intervals_fill_it() {
		let mut assembler = assembler();
		let kept = Ok(News::Kept { period: FIRST });
		assert_eq!(told(&mut assembler, counted(600_000, LENGTH, 5)), kept);
		assert_eq!(told(&mut assembler, counted(0, 300_000, 3)), kept);
		assert_eq!(reading(&assembler, FIRST), None);
		assert!(assembler.has_any("m", FIRST));
		assert_eq!(told(&mut assembler, counted(300_000, 600_000, 4)), kept);
		assert_eq!(reading(&assembler, FIRST), Some(Ok(12)));
		assert!(assembler.is_complete("m", Directions::Export, FIRST));
		assert!(!assembler.is_complete("m", Directions::Both, FIRST));
		assert_eq!(told(&mut assembler, counted(0, 300_000, 3)), Ok(News::Nothing));
		// A correction replaces what it corrects.
		assert_eq!(told(&mut assembler, counted(0, 300_000, 7)), kept);
		assert_eq!(reading(&assembler, FIRST), Some(Ok(16)));
	}

	#[test]
	fn what_does_not_fit_into_a_period_is_refused_by_name() {
		let mut assembler = assembler();
		told(&mut assembler, counted(0, 300_000, 3)).unwrap();
		for (wrong, error) in [
			(counted(5, 5, 1), AssemblyError::EmptyInterval),
			(counted(9, 5, 1), AssemblyError::EmptyInterval),
			(
				counted(300_000, LENGTH + 1, 1),
				AssemblyError::IntervalCrossesPeriods { period: FIRST },
			),
			(counted(200_000, 400_000, 1), AssemblyError::IntervalsOverlap { period: FIRST }),
			(counted(0, LENGTH, 1), AssemblyError::IntervalsOverlap { period: FIRST }),
			(
				noted(Told::Stood { at_ms: 946_684_800_000, total: 1 }),
				AssemblyError::AbsurdClock { year: 2000 },
			),
			(
				noted(Told::Stood { at_ms: 3_155_760_000_000, total: 1 }),
				AssemblyError::AbsurdClock { year: 2070 },
			),
			(
				noted(Told::Stood { at_ms: NOW + 61_000, total: 1 }),
				AssemblyError::FromTheFuture { seconds: 61 },
			),
		] {
			assert_eq!(told(&mut assembler, wrong), Err(error));
		}
		assert_eq!(reading(&assembler, FIRST), None);
	}

	#[test]
	fn a_register_counts_from_the_first_standing_after_each_boundary() {
		let mut assembler = assembler();
		assert_eq!(told(&mut assembler, stood(5_000, 1_000)), Ok(News::Kept { period: FIRST }));
		for between in [6_000, 60_000, 60_001, LENGTH - 1] {
			assert_eq!(told(&mut assembler, stood(between, 1_100)), Ok(News::Nothing), "{between}");
		}
		assert_eq!(reading(&assembler, FIRST), None, "the period has not ended");
		told(&mut assembler, stood(LENGTH, 1_250)).unwrap();
		assert_eq!(reading(&assembler, FIRST), Some(Ok(250)));
		// An earlier one that comes later is the better one.
		told(&mut assembler, stood(1_000, 1_002)).unwrap();
		assert_eq!(reading(&assembler, FIRST), Some(Ok(248)));
		told(&mut assembler, stood(2 * LENGTH, 100)).unwrap();
		let back = AssemblyError::RegisterWentBack { period: FIRST + 1 };
		assert_eq!(reading(&assembler, FIRST + 1), Some(Err(back)));
		told(&mut assembler, stood(3 * LENGTH, 100 + u128::from(u32::MAX) + 1)).unwrap();
		let large = AssemblyError::ReadingTooLarge { period: FIRST + 2 };
		assert_eq!(reading(&assembler, FIRST + 2), Some(Err(large)));
	}

	#[test]
	fn what_is_over_is_forgotten_but_for_the_standing_that_the_next_period_begins_with() {
		let mut assembler = assembler();
		for (index, total) in [100u128, 150, 230].into_iter().enumerate() {
			told(&mut assembler, stood(index as u64 * LENGTH, total)).unwrap();
		}
		assembler.forget_before(FIRST + 1);
		assert_eq!(reading(&assembler, FIRST), None);
		assert_eq!(reading(&assembler, FIRST + 1), Some(Ok(80)));
	}

	proptest! {
		/// However a day's intervals arrive, in whatever order and how often, the sums are the same.
		#[test]
		fn order_and_repetition_change_nothing(
			readings in proptest::collection::vec(0u32..10_000, 4..40),
			order in proptest::collection::vec(any::<prop::sample::Index>(), 0..60),
		) {
			let interval = LENGTH / 3;
			let all: Vec<_> = readings
				.iter()
				.enumerate()
				.map(|(at, reading)| {
					let start = at as u64 * interval;
					counted(start, start + interval, *reading)
				})
				.collect();
			let mut straight = assembler();
			let mut shuffled = assembler();
			for one in &all {
				told(&mut straight, one.clone()).unwrap();
			}
			for index in order {
				told(&mut shuffled, index.get(&all).clone()).unwrap();
			}
			for one in all.iter().rev() {
				told(&mut shuffled, one.clone()).unwrap();
			}
			for (at, three) in readings.chunks(3).enumerate() {
				let period = FIRST + at as u64;
				let sum: u32 = three.iter().sum();
				let expected = (three.len() == 3).then_some(Ok(sum));
				prop_assert_eq!(reading(&straight, period), expected.clone());
				prop_assert_eq!(reading(&shuffled, period), expected);
			}
		}

		/// What a register counted over many periods is the sum of what they got.
		#[test]
		fn nothing_that_a_register_counted_is_lost_between_periods(
			steps in proptest::collection::vec((0u64..60_000, 0u32..5_000), 2..30),
		) {
			let mut assembler = assembler();
			let mut total = 77u128;
			let mut first = None;
			for (at, (late, counted)) in steps.iter().enumerate() {
				total += u128::from(*counted);
				first.get_or_insert(total);
				told(&mut assembler, stood(at as u64 * LENGTH + late, total)).unwrap();
			}
			let sum: u128 = (0..steps.len() as u64 - 1)
				.map(|at| u128::from(reading(&assembler, FIRST + at).unwrap().unwrap()))
				.sum();
			prop_assert_eq!(sum, total - first.unwrap());
		}

		#[test]
		fn no_time_panics(start: u64, end: u64, now: u64) {
			let mut assembler = assembler();
			for told in [
				Told::Counted { start_ms: start, end_ms: end, reading: 1 },
				Told::Stood { at_ms: start, total: 1 },
			] {
				let noted = noted(told);
				let _ = assembler.judge(&noted, now);
				assembler.take(&noted);
			}
			let _ = (assembler.span(start), assembler.period_at(end), reading(&assembler, now));
		}
	}
}
