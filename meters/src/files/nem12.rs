//! NEM12: interval data of the Australian market, after AEMO's "Meter Data File Format".
//!
//! Times are those of the market, UTC+10 all year. A site (NMI) may have several import registers (E1,
//! E2, such as a controlled load) and export registers (B1, ..); what counts is their sum, interval by
//! interval. An interval that one of them lacks is refused: a sum without it would be too small. Reactive
//! energy and averages are passed over.
//!
//! A value that was estimated or put in the place of a measurement (quality E, S, F) is not what a meter
//! said, and E and S are replaced later, while a commitment is for ever: they are refused unless the
//! configuration accepts them. N is missing. The crate `aemo_mdff` 0.2.0 was not taken: it reads values as
//! floats, and gives a file up at its first bad line.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveTime};
use meterproof_statements::Direction;

use super::{
	findings::{Collected, Quality, Slot, MOST},
	text::{decode, is_missing, Table, TextError},
};
use crate::{
	amount::{Amount, AmountError, Unit},
	measured::{Finding, Place, Refused},
	named_errors,
};

/// What the market's clock is ahead of UTC.
const MARKET_MS: i64 = 10 * 3_600_000;
const DAY_MS: u64 = 86_400_000;
/// Intervals in a day of five-minute data.
const MOST_INTERVALS: u32 = 288;

named_errors! {
	/// Why a file, a line or a value could not be used. No text tells a reading.
	#[derive(Clone, PartialEq, Eq)]
	pub enum Nem12Error {
		/// The first record is not `100,NEM12`.
		NotNem12 => "the file does not begin with 100,NEM12";
		/// Record 900 is missing: something may be missing before it too.
		CutShort => "the file has no end record 900: it was cut short";
		/// Cells that are no text, or a quotation mark too many.
		BadRow => "the line cannot be read";
		/// None of 100, 200, 300, 400, 500, 900.
		UnknownRecord => "the line is none of the records 100, 200, 300, 400, 500, 900";
		/// A 300 or 400 record without its 200 or 300.
		WithoutHead => "the record belongs to an earlier one that is missing or was refused";
		/// A 200 record that does not say of what it is.
		BadHead => "the record 200 has no NMI, suffix, unit or interval length of 5, 15 or 30 minutes";
		/// Not an amount of energy.
		UnknownUnit => "the unit is not Wh, kWh or MWh";
		/// Not `YYYYMMDD`.
		BadDate => "the date is not like 20261129";
		/// Cells too few or too many.
		WrongCount => "the number of values does not fit the interval length";
		/// None of A, E, F, N, S, V with a method.
		UnknownQuality { quality: String } => "the quality \"{quality}\" is none of A, E, F, N, S, V";
		/// A day of quality V, and no 400 record for some of its intervals.
		NoQuality { time: String } => "the interval of {time} has no record 400 with its quality";
		/// A 400 record that does not fit.
		BadRange => "the record 400 does not name a range of intervals";
		/// Not a number.
		NotANumber { time: String } => "the value of {time} is not a number";
		/// The same register twice.
		Twice { time: String } => "the value of {time} is in the file twice";
		/// One of the site's registers lacks the interval.
		RegisterMissing { time: String } => "one of the site's registers has no value of {time}";
	}
}

/// A register's part of a sum.
struct Sum {
	line: u64,
	end_ms: u64,
	amount: Option<Amount>,
	quality: Quality,
	what: &'static str,
	registers: BTreeSet<u8>,
	error: Option<Nem12Error>,
}

/// A site's registers of one direction.
#[derive(Default)]
struct Site {
	/// The second characters of their suffixes.
	registers: BTreeSet<u8>,
	/// By the interval's start, Unix ms.
	sums: BTreeMap<u64, Sum>,
}

/// The 200 record that is open.
struct Head {
	/// Meter and register; none if the register does not count.
	site: Option<(String, Direction, u8)>,
	unit: Unit,
	step_ms: u64,
	count: u32,
}

/// The 300 record that is open.
struct Day {
	line: u64,
	start_ms: u64,
	/// Number, and quality once it is known.
	values: Vec<(String, Option<Grade>)>,
}

/// A quality flag.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grade {
	Of(Quality, &'static str),
	Null,
}

impl Grade {
	/// `A`, `E52`, `F14`, `N`, `S14`; `V` is none of its own.
	fn parse(text: &str) -> Option<Option<Self>> {
		let (flag, method) = text.split_at_checked(1)?;
		let method_fits = method.is_empty()
			|| (method.len() == 2 && method.bytes().all(|byte| byte.is_ascii_digit()));
		if !method_fits {
			return None;
		}
		Some(match flag {
			"A" => Some(Self::Of(Quality::Measured, "")),
			"F" => Some(Self::Of(Quality::Final, "final substitutes")),
			"S" => Some(Self::Of(Quality::Provisional, "substitutes")),
			"E" => Some(Self::Of(Quality::Provisional, "estimates")),
			"N" => Some(Self::Null),
			"V" => None,
			_ => return None,
		})
	}
}

/// Reads a file. `accept` is the least quality that is taken.
pub fn parse(bytes: &[u8], read_ms: u64, accept: Quality) -> Vec<Finding> {
	let text = match decode(bytes) {
		Ok(text) => text,
		Err(error) => return vec![whole_file(&error)],
	};
	let mut rows = Table::separated_by(&text, ',');
	let is_nem12 = rows.next().and_then(|row| row.cells.ok()).is_some_and(|cells| {
		cells.first().is_some_and(|cell| cell == "100")
			&& cells.get(1).is_some_and(|cell| cell.eq_ignore_ascii_case("NEM12"))
	});
	if !is_nem12 {
		return vec![Finding::Refused(Refused::new(Place::Line(1), None, &Nem12Error::NotNem12))];
	}
	let mut reader = Reader {
		collected: Collected::new(read_ms, accept),
		sites: BTreeMap::new(),
		head: None,
		day: None,
		values: 0,
		over: None,
	};
	let mut last = (1, false);
	for row in rows {
		last = (row.line, false);
		let Ok(cells) = row.cells else {
			reader.end_day();
			reader.collected.refused(row.line, None, &Nem12Error::BadRow);
			continue;
		};
		let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
		last.1 = reader.row(row.line, &cells);
		if last.1 {
			break;
		}
		if reader.values >= MOST {
			reader.over = Some(row.line);
			break;
		}
	}
	reader.end_day();
	if !last.1 && reader.over.is_none() {
		reader.collected.refused(last.0, None, &Nem12Error::CutShort);
	}
	reader.finish()
}

fn whole_file(error: &TextError) -> Finding {
	Finding::Refused(Refused::new(Place::Line(1), None, error))
}

struct Reader {
	collected: Collected,
	sites: BTreeMap<(String, u8), Site>,
	head: Option<Head>,
	day: Option<Day>,
	/// Values so far.
	values: usize,
	/// The line from which on nothing is read, since there are too many.
	over: Option<u64>,
}

impl Reader {
	/// Takes a row. Whether it was the last.
	fn row(&mut self, line: u64, cells: &[&str]) -> bool {
		let (kind, rest) = cells.split_first().unwrap_or((&"", &[]));
		if *kind != "400" {
			self.end_day();
		}
		let meter =
			self.head.as_ref().and_then(|head| head.site.as_ref()).map(|site| site.0.clone());
		let result = match *kind {
			"200" => {
				let head = head(rest);
				let result = head.as_ref().map(|_| ()).map_err(Clone::clone);
				self.head = head.ok();
				result
			},
			"300" => self.interval_data(line, rest),
			"400" => self.interval_event(rest),
			"500" => Ok(()),
			"900" => return true,
			_ => Err(Nem12Error::UnknownRecord),
		};
		if let Err(error) = result {
			let meter = if *kind == "200" { rest.first().copied() } else { meter.as_deref() };
			self.collected.refused(line, meter.filter(|meter| !meter.is_empty()), &error);
		}
		false
	}

	fn interval_data(&mut self, line: u64, cells: &[&str]) -> Result<(), Nem12Error> {
		let head = self.head.as_ref().ok_or(Nem12Error::WithoutHead)?;
		if head.site.is_none() {
			return Ok(());
		}
		let (date, rest) = cells.split_first().ok_or(Nem12Error::BadDate)?;
		let start_ms = market_day(date).ok_or(Nem12Error::BadDate)?;
		let count = head.count as usize;
		let (values, rest) = rest.split_at_checked(count).ok_or(Nem12Error::WrongCount)?;
		let quality = rest.first().copied().unwrap_or_default();
		if rest.len() > 5 || quality.bytes().next().is_some_and(|byte| byte.is_ascii_digit()) {
			return Err(Nem12Error::WrongCount);
		}
		let unknown = || Nem12Error::UnknownQuality { quality: quality.chars().take(4).collect() };
		let grade = Grade::parse(quality).ok_or_else(unknown)?;
		let values = values.iter().map(|value| ((*value).to_owned(), grade)).collect();
		self.day = Some(Day { line, start_ms, values });
		Ok(())
	}

	fn interval_event(&mut self, cells: &[&str]) -> Result<(), Nem12Error> {
		if self.head.as_ref().is_some_and(|head| head.site.is_none()) {
			return Ok(());
		}
		let day = self.day.as_mut().ok_or(Nem12Error::WithoutHead)?;
		let [first, last, quality, ..] = cells else { return Err(Nem12Error::BadRange) };
		let number = |text: &str| text.parse::<usize>().ok().and_then(|at| at.checked_sub(1));
		let (first, last) = number(first).zip(number(last)).ok_or(Nem12Error::BadRange)?;
		let range = day.values.get_mut(first..=last).filter(|range| !range.is_empty());
		let range = range.ok_or(Nem12Error::BadRange)?;
		let grade = Grade::parse(quality).flatten().ok_or_else(|| Nem12Error::UnknownQuality {
			quality: quality.chars().take(4).collect(),
		})?;
		// Records 400 stand where the day's quality is V only, and each interval has one.
		if range.iter().any(|(_, known)| known.is_some()) {
			return Err(Nem12Error::BadRange);
		}
		for (_, known) in range {
			*known = Some(grade);
		}
		Ok(())
	}

	/// Adds the day's values to the sums.
	fn end_day(&mut self) {
		let (Some(day), Some(head)) = (self.day.take(), self.head.as_ref()) else { return };
		let Some((meter, direction, register)) = &head.site else { return };
		let site = self.sites.entry((meter.clone(), direction.number())).or_default();
		site.registers.insert(*register);
		for (at, (value, grade)) in day.values.iter().enumerate() {
			self.values += 1;
			let start_ms = day.start_ms + at as u64 * head.step_ms;
			let time = market_time(start_ms);
			let sum = site.sums.entry(start_ms).or_insert_with(|| Sum {
				line: day.line,
				end_ms: start_ms + head.step_ms,
				amount: None,
				quality: Quality::Measured,
				what: "",
				registers: BTreeSet::new(),
				error: None,
			});
			if !sum.registers.insert(*register) || sum.end_ms != start_ms + head.step_ms {
				sum.error = Some(Nem12Error::Twice { time });
				continue;
			}
			match grade {
				None => sum.error = Some(Nem12Error::NoQuality { time }),
				// A sum of which a part is missing is missing.
				Some(Grade::Null) => sum.amount = None,
				Some(Grade::Of(quality, what)) => {
					let amount = match is_missing(value) {
						true => Ok(None),
						false => Amount::parse(value, head.unit).map(Some),
					};
					let first = sum.registers.len() == 1;
					match amount.and_then(|amount| added(sum.amount, amount, first)) {
						Ok(amount) => sum.amount = amount,
						Err(_) => sum.error = Some(Nem12Error::NotANumber { time }),
					}
					if *quality > sum.quality {
						(sum.quality, sum.what) = (*quality, what);
					}
				},
			}
		}
	}

	fn finish(mut self) -> Vec<Finding> {
		for ((meter, direction), site) in std::mem::take(&mut self.sites) {
			let Some(direction) = Direction::from_number(direction) else { continue };
			for (start_ms, sum) in site.sums {
				let error = match sum.error {
					None if sum.registers != site.registers => {
						Some(Nem12Error::RegisterMissing { time: market_time(start_ms) })
					},
					error => error,
				};
				let slot =
					Slot { line: sum.line, meter: &meter, direction, start_ms, end_ms: sum.end_ms };
				match (error, sum.amount) {
					(Some(error), _) => self.collected.refused(sum.line, Some(&meter), &error),
					(None, Some(amount)) => {
						self.collected.counted(slot, amount, sum.quality, sum.what);
					},
					(None, None) => self.collected.missing(slot),
				}
				if self.collected.is_full() {
					return self.collected.finish();
				}
			}
		}
		if let Some(line) = self.over {
			self.collected.too_many(line);
		}
		self.collected.finish()
	}
}

/// A sum with one more register's part. A part that is missing makes all of it missing.
fn added(
	sum: Option<Amount>,
	part: Option<Amount>,
	first: bool,
) -> Result<Option<Amount>, AmountError> {
	match (sum, part) {
		(None, part) if first => Ok(part),
		(Some(sum), Some(part)) => sum.plus(part).map(Some),
		_ => Ok(None),
	}
}

/// A 200 record: NMI, configuration, register, suffix, stream, serial number, unit, interval length.
fn head(cells: &[&str]) -> Result<Head, Nem12Error> {
	let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
	let (nmi, suffix, unit, minutes) = (cell(0), cell(3), cell(6), cell(7));
	let minutes = minutes.parse::<u32>().ok().filter(|minutes| [5, 15, 30].contains(minutes));
	let minutes = minutes.ok_or(Nem12Error::BadHead)?;
	if nmi.is_empty() || suffix.is_empty() {
		return Err(Nem12Error::BadHead);
	}
	// In the market's words, energy is exported from the network to the site.
	let site = match suffix.to_ascii_uppercase().as_bytes() {
		[b'E', register] => Some((nmi.to_owned(), Direction::Import, *register)),
		[b'B', register] => Some((nmi.to_owned(), Direction::Export, *register)),
		_ => None,
	};
	let energy = Unit::parse(unit)
		.filter(|unit| matches!(unit, Unit::WattHour | Unit::KilowattHour | Unit::MegawattHour));
	let unit = match (energy, &site) {
		(Some(unit), _) => unit,
		(None, None) => Unit::WattHour,
		(None, Some(_)) => return Err(Nem12Error::UnknownUnit),
	};
	let count = 24 * 60 / minutes;
	debug_assert!(count <= MOST_INTERVALS);
	Ok(Head { site, unit, step_ms: u64::from(minutes) * 60_000, count })
}

/// The beginning of a day by the market's clock, Unix ms.
fn market_day(text: &str) -> Option<u64> {
	if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
		return None;
	}
	let date = NaiveDate::parse_from_str(text, "%Y%m%d").ok()?;
	let midnight = date.and_time(NaiveTime::MIN).and_utc().timestamp_millis();
	// A day far from the ends of what can be told.
	u64::try_from(midnight - MARKET_MS).ok().filter(|start| start.checked_add(DAY_MS).is_some())
}

/// A time by the market's clock, for people.
fn market_time(at_ms: u64) -> String {
	let local = i64::try_from(at_ms).unwrap_or(i64::MAX).saturating_add(MARKET_MS);
	let time = chrono::DateTime::from_timestamp_millis(local).unwrap_or_default();
	time.format("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests;
