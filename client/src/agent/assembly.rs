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
	/// What was told completes a period, or a part of one, and is to be kept.
	Kept {
		/// The period; of a standing the one that begins there.
		period: u64,
	},
	/// What was told is known already, or lies between two boundaries.
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
		// A meter that the store does not have may get any scale: its readings are not used.
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
mod tests;
