//! Periods out of what registers say: pure, so that it can be done again from the journal.
//!
//! A register's value for a period is complete when the intervals that were counted fill the period
//! without a gap, or when it was seen to stand somewhere at the period's start and at its end. Nothing is
//! split, filled in or rounded. A standing counts for the period boundary that it was taken at or shortly
//! after, and the first one does: what a register counts between two such moments is never lost and never
//! counted twice, and no period is complete before it has ended.
//!
//! Nothing is counted across a register that went back or jumped, wherever in a period that was seen, and
//! never from one meter to another that took its name.

use std::collections::{BTreeMap, HashMap, HashSet};

use meterproof_meters::intervals::{moved, RegisterError, Scale};

use super::journal::{Break, Noted, Register, Stood, Told};
use crate::{
	error::named_errors,
	timetable::Timetable,
	types::{Direction, Directions, Resource},
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
			=> "the register went back in period {period}: it was replaced or reset, and what it counted \
				is not known";
		/// A register stood lower than before, from just below a power of ten to just above zero.
		RegisterBeganAnew { period: u64, capacity: u128 }
			=> "the register went back in period {period}, as if it had begun anew at {capacity} (Wh or \
				litres): if that is where it does, say so under [rollover]; what it counted is not known";
		/// A register stood higher than its meter can have counted.
		RegisterJumped { period: u64 }
			=> "the register has moved by more in period {period} than the meter's nameplate allows: it \
				was replaced or set, and what it counted is not known";
		/// What stood at a period's start and at its end are two meters.
		MeterReplaced { period: u64 }
			=> "the meter was replaced in period {period}: its input names another one, and what both \
				counted is not known";
		/// More than a commitment can hold.
		ReadingTooLarge { period: u64 } => "the reading of period {period} is above 4294967295";
		/// A time that lies in no period.
		NoPeriod => "a reading lies before the chain's first period";
	}
}

/// Intervals of one register in one period, by start: end, and how much.
type Parts = BTreeMap<u64, (u64, u32)>;

/// Where registers of one name first stood in a period, by meter: when that was, and what it was.
type Standings = BTreeMap<u64, (u64, u128)>;

/// What is known of registers.
#[derive(Clone, Debug)]
pub struct Assembler {
	timetable: Timetable,
	/// How long after a period's boundary a standing still counts for it, in ms.
	tolerance_ms: u64,
	/// What meters can count, and where their registers begin anew.
	scales: HashMap<String, Scale>,
	counted: HashMap<Register, BTreeMap<u64, Parts>>,
	/// By period that begins there.
	standings: HashMap<Register, BTreeMap<u64, Standings>>,
	/// When registers were not what they were before any more, by meter and time.
	breaks: HashMap<Register, BTreeMap<(u64, u64), Break>>,
	/// Where each register was last seen to stand, by meter, whether that matters for a period or not.
	seen: HashMap<(Register, u64), Stood>,
	/// Meters of which a standing was heard in a period, whether that matters or not, by period.
	spoke: BTreeMap<u64, HashSet<String>>,
}

/// What [`Assembler::watch`] has seen.
pub struct Watched {
	key: (Register, u64),
	/// What was known before.
	before: Option<Stood>,
	/// The break that shows in it, to be kept.
	pub broke: Option<Told>,
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
		let (scales, counted, standings, breaks, seen, spoke) = Default::default();
		Self { timetable, tolerance_ms, scales, counted, standings, breaks, seen, spoke }
	}

	/// What meters can count, by their names.
	pub fn set_scales(&mut self, scales: HashMap<String, Scale>) {
		self.scales = scales;
	}

	/// Forgets all readings and takes these instead. Where registers last stood is remembered.
	pub fn restart<'a>(&mut self, all: impl Iterator<Item = &'a Noted>) {
		self.counted.clear();
		self.standings.clear();
		self.breaks.clear();
		all.for_each(|noted| self.take(noted));
	}

	/// Takes down where a register stands now. Whatever it said before and says now has been found sane.
	/// [`Self::unwatch`] takes that back.
	pub fn watch(&mut self, noted: &Noted) -> Option<Watched> {
		let stood = noted.told.stood()?;
		let key = (noted.register(), stood.on);
		let before = self.seen.get(&key).copied();
		let broke = before.filter(|before| before.at_ms < stood.at_ms).and_then(|before| {
			let how = self.moved(&noted.meter, before, stood).err()?;
			Some(Told::Broke { at_ms: stood.at_ms, on: stood.on, how })
		});
		self.saw(&key, stood);
		self.spoke_at(&noted.meter, stood.at_ms);
		Some(Watched { key, before, broke })
	}

	/// Forgets what was seen, the last first.
	pub fn unwatch(&mut self, watched: Watched) {
		match watched.before {
			Some(before) => self.seen.insert(watched.key, before),
			None => self.seen.remove(&watched.key),
		};
	}

	fn spoke_at(&mut self, meter: &str, at_ms: u64) {
		let Some(period) = self.period_at(at_ms) else { return };
		let spoke = self.spoke.entry(period).or_default();
		if !spoke.contains(meter) {
			spoke.insert(meter.to_owned());
		}
	}

	fn saw(&mut self, key: &(Register, u64), stood: Stood) {
		if self.seen.get(key).is_none_or(|seen| seen.at_ms < stood.at_ms) {
			self.seen.insert(key.clone(), stood);
		}
	}

	/// By how much a register moved from one standing to a later one.
	fn moved(&self, meter: &str, before: Stood, after: Stood) -> Result<u128, Break> {
		// What is told of meters that the store does not have is of no consequence.
		let any = Scale { resource: Resource::Electricity, most: u32::MAX, rollover: None };
		let scale = self.scales.get(meter).copied().unwrap_or(any);
		let after_ms = after.at_ms.saturating_sub(before.at_ms);
		moved(before.total, after.total, after_ms, self.timetable.length_ms, scale).map_err(
			|error| match error {
				RegisterError::RegisterBeganAnew { capacity } => Break::BeganAnew { capacity },
				RegisterError::RegisterJumped => Break::Jumped,
				_ => Break::WentBack,
			},
		)
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
				ensure_possible(start_ms, end_ms, now_ms)?;
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
			Told::Stood { at_ms, .. } | Told::StoodOn { at_ms, .. } => {
				ensure_possible(at_ms, at_ms, now_ms)?;
				let (period, start, _) = self.place(at_ms)?;
				if at_ms.saturating_sub(start) > self.tolerance_ms {
					return Ok(News::Nothing);
				}
				let on = noted.told.stood().map_or(0, |stood| stood.on);
				let known =
					self.standings.get(&register).and_then(|known| known.get(&period)?.get(&on));
				Ok(match known.is_some_and(|(known_at, _)| *known_at <= at_ms) {
					true => News::Nothing,
					false => News::Kept { period },
				})
			},
			Told::Broke { at_ms, .. } => {
				let (period, _, _) = self.place(at_ms)?;
				Ok(News::Kept { period })
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
			Told::Stood { at_ms, total } => self.take_stood(noted, Stood { at_ms, total, on: 0 }),
			Told::StoodOn { at_ms, total, on } => {
				self.take_stood(noted, Stood { at_ms, total, on })
			},
			Told::Broke { at_ms, on, how } => {
				self.breaks.entry(noted.register()).or_default().insert((on, at_ms), how);
			},
		}
	}

	fn take_stood(&mut self, noted: &Noted, stood: Stood) {
		let Stood { at_ms, total, on } = stood;
		if let Ok((period, _, _)) = self.place(at_ms) {
			let known = self.standings.entry(noted.register()).or_default();
			let known = known.entry(period).or_default();
			let first = known.entry(on).or_insert((at_ms, total));
			if at_ms < first.0 {
				*first = (at_ms, total);
			}
		}
		self.saw(&(noted.register(), on), stood);
		self.spoke_at(&noted.meter, at_ms);
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

	/// Which boundaries of a period none of a meter's standings counts for, though it was heard both before and
	/// after them: `start`, `end`.
	pub fn missed_boundaries(&self, meter: &str, period: u64) -> Vec<&'static str> {
		let is_known = |at: u64| {
			Direction::ALL.into_iter().any(|direction| {
				let standings = self.standings.get(&(meter.to_owned(), direction));
				standings.is_some_and(|all| all.contains_key(&at))
			})
		};
		let spoke = |at: u64| self.spoke.get(&at).is_some_and(|all| all.contains(meter));
		let around = |at: u64| at.checked_sub(1).is_some_and(spoke) && spoke(at);
		let boundaries = [(Some(period), "start"), (period.checked_add(1), "end")];
		let missed = |(at, name): (Option<u64>, &'static str)| {
			at.filter(|at| !is_known(*at) && around(*at)).map(|_| name)
		};
		boundaries.into_iter().filter_map(missed).collect()
	}

	/// How long after a period's boundary a standing still counts for it, in ms.
	pub fn tolerance_ms(&self) -> u64 {
		self.tolerance_ms
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
		let start_ms = self.span(period).map_or(0, |(start_ms, _)| start_ms);
		for breaks in self.breaks.values_mut() {
			breaks.retain(|(_, at_ms), _| *at_ms >= start_ms);
		}
		self.seen.retain(|_, seen| seen.at_ms >= start_ms);
		self.spoke = self.spoke.split_off(&period);
	}

	/// Which meter's standings a register's reading of a period is made of: of several that have stood at
	/// both ends the one whose end was known first.
	pub fn meter_of(&self, (meter, direction): (&str, Direction), period: u64) -> Option<u64> {
		let standings = self.standings.get(&(meter.to_owned(), direction))?;
		let (start, end) = (standings.get(&period)?, standings.get(&period.checked_add(1)?)?);
		let both = end.iter().filter_map(|(on, (end_at, _))| {
			start.get(on).map(|(start_at, _)| (*end_at, *start_at, *on))
		});
		both.min().map(|(_, _, on)| on)
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
		let start = standings.get(&period).filter(|start| !start.is_empty())?;
		let end = standings.get(&period.checked_add(1)?).filter(|end| !end.is_empty())?;
		let (meter, direction) = register;
		let Some(on) = self.meter_of((meter, *direction), period) else {
			return Some(Err(AssemblyError::MeterReplaced { period }));
		};
		let stood = |known: &Standings| {
			known.get(&on).map(|(at_ms, total)| Stood { at_ms: *at_ms, total: *total, on })
		};
		let (before, after) = (stood(start)?, stood(end)?);
		let between = (on, before.at_ms.saturating_add(1))..=(on, after.at_ms);
		let broke = self.breaks.get(register).filter(|_| before.at_ms < after.at_ms);
		let broke = broke.and_then(|broke| broke.range(between).next());
		let moved = match broke {
			Some((_, how)) => Err(*how),
			None => self.moved(meter, before, after),
		};
		Some(match moved {
			Ok(counted) => {
				u32::try_from(counted).map_err(|_| AssemblyError::ReadingTooLarge { period })
			},
			Err(how) => Err(AssemblyError::broken(period, how)),
		})
	}
}

impl AssemblyError {
	/// What is said of a period in which a register broke.
	pub fn broken(period: u64, how: Break) -> Self {
		match how {
			Break::WentBack => Self::RegisterWentBack { period },
			Break::BeganAnew { capacity } => Self::RegisterBeganAnew { period, capacity },
			Break::Jumped => Self::RegisterJumped { period },
		}
	}
}

/// Refuses times that no clock that was set says, and those that are ahead of this machine's.
pub fn ensure_possible(start_ms: u64, end_ms: u64, now_ms: u64) -> Result<(), AssemblyError> {
	ensure_sane(start_ms)?;
	ensure_sane(end_ms)?;
	ensure_past(end_ms, now_ms)
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
	use super::{super::journal::on as journal_on, *};
	use proptest::prelude::*;

	const LENGTH: u64 = 900_000;
	const FIRST: u64 = 2_000_000;
	const START: u64 = FIRST * LENGTH;
	const NOW: u64 = START + 1_000 * LENGTH;
	const SCALE: Scale = Scale { resource: Resource::Electricity, most: 5_000, rollover: None };

	fn assembler() -> Assembler {
		let timetable = Timetable { period: FIRST, start_ms: START, length_ms: LENGTH };
		let mut assembler = Assembler::new(timetable, 60_000);
		assembler.set_scales([("m".to_owned(), SCALE)].into());
		assembler
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
		if let Some(Watched { broke: Some(told), .. }) = assembler.watch(&noted) {
			assembler.take(&Noted { told, ..noted.clone() });
		}
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
		told(&mut assembler, stood(2 * LENGTH, 1_000)).unwrap();
		let back = AssemblyError::RegisterWentBack { period: FIRST + 1 };
		assert_eq!(reading(&assembler, FIRST + 1), Some(Err(back)));
		told(&mut assembler, stood(3 * LENGTH, 1_000 + u128::from(u32::MAX) + 1)).unwrap();
		let jumped = AssemblyError::RegisterJumped { period: FIRST + 2 };
		assert_eq!(reading(&assembler, FIRST + 2), Some(Err(jumped)));
		told(&mut assembler, stood(4 * LENGTH, 1_000 + u128::from(u32::MAX) + 8)).unwrap();
		assert_eq!(reading(&assembler, FIRST + 3), Some(Ok(7)), "it is counted from anew");
	}

	#[test]
	fn a_register_that_was_reset_within_a_period_is_not_counted_across_that() {
		let mut assembler = assembler();
		// It stands higher at the end than at the start all the same.
		for (at, total) in
			[(0, 100), (400_000, 150), (410_000, 80), (LENGTH, 400), (2 * LENGTH, 420)]
		{
			told(&mut assembler, stood(at, total)).unwrap();
		}
		let back = AssemblyError::RegisterWentBack { period: FIRST };
		assert_eq!(reading(&assembler, FIRST), Some(Err(back)));
		assert_eq!(reading(&assembler, FIRST + 1), Some(Ok(20)));
		// What went back by the first standing of a period did so in the period before.
		told(&mut assembler, stood(3 * LENGTH - 10_000, 430)).unwrap();
		told(&mut assembler, stood(3 * LENGTH + 5_000, 421)).unwrap();
		told(&mut assembler, stood(4 * LENGTH, 425)).unwrap();
		let back = AssemblyError::RegisterWentBack { period: FIRST + 2 };
		assert_eq!(reading(&assembler, FIRST + 2), Some(Err(back)));
		assert_eq!(reading(&assembler, FIRST + 3), Some(Ok(4)));
	}

	#[test]
	fn a_register_is_counted_on_only_where_it_is_said_to_begin_anew() {
		let standings = [(0, 999_900), (300_000, 999_950), (600_000, 20), (LENGTH, 50)];
		let mut assembler = assembler();
		let tell = |assembler: &mut Assembler| {
			for (at, total) in standings {
				told(assembler, stood(at, total)).unwrap();
			}
			reading(assembler, FIRST)
		};
		let capacity = 1_000_000;
		let anew = AssemblyError::RegisterBeganAnew { period: FIRST, capacity };
		assert_eq!(tell(&mut assembler.clone()), Some(Err(anew)));
		let scale = Scale { rollover: Some(capacity), ..SCALE };
		assembler.set_scales([("m".to_owned(), scale)].into());
		assert_eq!(tell(&mut assembler), Some(Ok(150)));
	}

	#[test]
	fn a_meter_that_took_another_one_s_name_starts_afresh() {
		let mut assembler = assembler();
		let on = |name: &str, at: u64, total| {
			noted(Told::StoodOn { at_ms: START + at, total, on: journal_on(name) })
		};
		for told_of in [on("old", 0, 500), on("old", LENGTH, 520), on("old", LENGTH + 400_000, 530)]
		{
			told(&mut assembler, told_of).unwrap();
		}
		// The new one stands a little higher: nothing else would show it.
		for told_of in [on("new", 2 * LENGTH, 560), on("new", 3 * LENGTH, 575)] {
			told(&mut assembler, told_of).unwrap();
		}
		assert_eq!(reading(&assembler, FIRST), Some(Ok(20)));
		let replaced = AssemblyError::MeterReplaced { period: FIRST + 1 };
		assert_eq!(reading(&assembler, FIRST + 1), Some(Err(replaced)));
		assert_eq!(reading(&assembler, FIRST + 2), Some(Ok(15)));
		// Two inputs of one meter are each complete in themselves.
		told(&mut assembler, on("other", 2 * LENGTH + 3_000, 7)).unwrap();
		told(&mut assembler, on("other", 3 * LENGTH + 3_000, 22)).unwrap();
		assert_eq!(reading(&assembler, FIRST + 2), Some(Ok(15)));
		let register = ("m", Direction::Export);
		assert_eq!(assembler.meter_of(register, FIRST + 2), Some(journal_on("new")));
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
				Told::StoodOn { at_ms: end, total: 1, on: 5 },
				Told::Broke { at_ms: start, on: 0, how: Break::Jumped },
			] {
				let noted = noted(told);
				let _ = assembler.watch(&noted);
				let _ = assembler.judge(&noted, now);
				assembler.take(&noted);
			}
			let _ = (assembler.span(start), assembler.period_at(end), reading(&assembler, now));
		}
	}
}
