//! Tables of portals: half hours and quarters of an hour in any columns, which a configuration maps.
//!
//! Three layouts: a row for each interval with a meter's values ([`Layout::Rows`]), a row for each interval
//! with a column for each register ([`Layout::Columns`]), and a row for each day with a column for each
//! interval ([`Layout::Days`]). The step and the clock's zone are the configuration's: nothing is guessed
//! from what happens to be in a file.

use std::{
	borrow::Cow,
	collections::{BTreeMap, BTreeSet},
};

use chrono::Days;
use meterproof_statements::Direction;
use serde::Deserialize;

use super::{
	findings::{Collected, Quality, Slot, MOST},
	text::{self, decode, decode_windows_1252, is_missing, DecimalMark, RowError, Table},
	times::{self, parse_date, resolve, DateOrder, Stamp, TimeError, Zone},
};
use crate::{
	amount::{AmountError, Unit},
	measured::{Finding, Place, Refused},
	named_errors, Named,
};

/// Columns of a table.
const MOST_COLUMNS: usize = 4096;

named_errors! {
	/// Why a table, a row or a value could not be used. No text tells a reading.
	#[derive(Clone, PartialEq, Eq)]
	pub enum PortalError {
		/// The configuration names a column that the file does not have.
		NoColumn { column: String } => "the file has no column \"{column}\"";
		/// Two columns have a name that the configuration uses.
		TwoColumns { column: String } => "the file has two columns \"{column}\"";
		/// A table without a head, or with more columns than any has.
		NoHead => "the file has no line with the columns' names, or more than 4096 columns";
		/// No column is a time of the day.
		NoClock => "no column's name is a time of the day, as in 00:15";
		/// More cells than the head has, or fewer.
		WrongCount => "the line does not have as many cells as there are columns";
		/// An empty cell where the meter's name should be.
		NoMeter => "the line names no meter";
		/// A register of a name that the configuration does not have.
		UnknownRegister { register: String } => "the register \"{register}\" is neither import nor export";
		/// A word of a status column that the configuration does not have.
		UnknownStatus { status: String } => "the status \"{status}\" is not in the configuration";
		/// Not a date, or not a time.
		BadTime => "the time is not like 2016-06-14T10:00, 14.06.2016 10:00, or as dates says";
		/// Not a number.
		NotANumber { time: String } => "the value of {time} is not a number";
		/// Two values of one register and one time that differ.
		Twice { time: String } => "the values of {time} differ";
	}
}

/// How a table is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
	/// A row for each interval and meter; `import` and `export` are columns.
	Rows,
	/// A row for each interval, a column for each register.
	Columns,
	/// A row for each day, a column for each interval, named by a time of the day.
	Days,
}

/// Where labels stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LabelsAt {
	/// At an interval's start.
	#[default]
	Start,
	/// At an interval's end.
	End,
}

/// Where the comma is in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decimal {
	/// `0.21`.
	Point,
	/// `0,21`.
	Comma,
}

/// How dates with slashes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dates {
	/// `31/12/2016`.
	DayFirst,
	/// `12/31/2016`.
	MonthFirst,
}

/// Import or export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flow {
	/// Taken from the network.
	#[default]
	Import,
	/// Given to the network.
	Export,
}

impl From<Flow> for Direction {
	fn from(flow: Flow) -> Self {
		match flow {
			Flow::Import => Self::Import,
			Flow::Export => Self::Export,
		}
	}
}

/// What a column of [`Layout::Columns`] is of.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterOf {
	/// The meter's name.
	pub meter: String,
	/// The register.
	#[serde(default)]
	pub direction: Flow,
}

/// A column that says of which register a row is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterColumn {
	/// The column's name.
	pub column: String,
	/// What stands there for import.
	#[serde(default)]
	pub import: Vec<String>,
	/// What stands there for export.
	#[serde(default)]
	pub export: Vec<String>,
	/// What stands there for registers that do not count, such as reactive energy.
	#[serde(default)]
	pub other: Vec<String>,
}

/// A column that says where a row's values come from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusColumn {
	/// The column's name.
	pub column: String,
	/// What stands there for measured values.
	pub measured: Vec<String>,
	/// For substitutes that stay.
	#[serde(default, rename = "final")]
	pub final_: Vec<String>,
	/// For estimates.
	#[serde(default)]
	pub provisional: Vec<String>,
	/// For values that are missing, whatever stands in their place.
	#[serde(default)]
	pub missing: Vec<String>,
}

/// How a portal's table is read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortalSettings {
	/// How the table is laid out.
	pub layout: Layout,
	/// The column of the time, or of the date.
	pub time: String,
	/// The column of the time of the day, if it is apart from the date.
	#[serde(default)]
	pub clock: Option<String>,
	/// The column of the meter's name, in rows and days.
	#[serde(default)]
	pub meter: Option<String>,
	/// The meter's name, if no column has it.
	#[serde(default)]
	pub meter_name: Option<String>,
	/// The column of what was imported, in rows.
	#[serde(default)]
	pub import: Option<String>,
	/// The column of what was exported, in rows.
	#[serde(default)]
	pub export: Option<String>,
	/// The columns of registers, in columns.
	#[serde(default)]
	pub columns: BTreeMap<String, RegisterOf>,
	/// The column that says of which register a row is, in days. Without it, `direction` is.
	#[serde(default)]
	pub register: Option<RegisterColumn>,
	/// The register that days are of.
	#[serde(default)]
	pub direction: Flow,
	/// The column that says where values come from.
	#[serde(default)]
	pub status: Option<StatusColumn>,
	/// Minutes of an interval.
	pub step_minutes: u32,
	/// The time zone of labels that do not have one, as in `Europe/Vienna` or `+01:00`.
	#[serde(default)]
	pub zone: Option<String>,
	/// Where labels stand.
	#[serde(default)]
	pub labels: LabelsAt,
	/// The unit of the values: `Wh`, `kWh`, `MWh`, `l`, `m3`.
	pub unit: String,
	/// Whether the values are registers' standings at their labels.
	#[serde(default)]
	pub standings: bool,
	/// Where the comma is in numbers; without it, the file's numbers tell.
	#[serde(default)]
	pub decimal: Option<Decimal>,
	/// How dates with slashes are written.
	#[serde(default)]
	pub dates: Option<Dates>,
	/// Lines above the columns' names.
	#[serde(default)]
	pub skip_lines: u32,
	/// What stands between cells; without it, the first line tells.
	#[serde(default)]
	pub separator: Option<char>,
	/// Whether the file is in Windows-1252 and not in UTF-8 or UTF-16.
	#[serde(default)]
	pub windows_1252: bool,
}

/// [`PortalSettings`], checked.
#[derive(Clone, Debug)]
pub struct Portal {
	settings: PortalSettings,
	unit: Unit,
	zone: Option<Zone>,
	labels: times::Labels,
	dates: Option<DateOrder>,
	step_ms: u64,
}

impl Portal {
	/// Checks the settings, and says what is wrong with them.
	pub fn new(settings: PortalSettings) -> Result<Self, String> {
		let unit = Unit::parse(&settings.unit).ok_or_else(|| {
			format!("unit = \"{}\" is not one of Wh, kWh, MWh, l, m3", settings.unit)
		})?;
		let zone = match &settings.zone {
			Some(zone) => Some(
				Zone::parse(zone).ok_or_else(|| format!("zone = \"{zone}\" is not a time zone"))?,
			),
			None => None,
		};
		if settings.step_minutes == 0 || settings.step_minutes > 24 * 60 {
			return Err("step_minutes is not from 1 to 1440".into());
		}
		let names_meter = settings.meter.is_some() != settings.meter_name.is_some();
		let has_rows = settings.import.is_some() || settings.export.is_some();
		match settings.layout {
			Layout::Rows | Layout::Days if !names_meter => {
				return Err("meter, a column's name, or meter_name is needed, and not both".into());
			},
			Layout::Rows if !has_rows => {
				return Err("neither import nor export names a column".into());
			},
			Layout::Columns if settings.columns.is_empty() => return Err("columns is empty".into()),
			_ => {},
		}
		let strange = [
			(
				settings.layout != Layout::Rows && has_rows,
				"import and export are of the layout rows",
			),
			(
				settings.layout != Layout::Columns && !settings.columns.is_empty(),
				"columns is of the layout columns",
			),
			(
				settings.layout == Layout::Columns
					&& (settings.meter.is_some() || settings.meter_name.is_some()),
				"meter and meter_name are not of the layout columns",
			),
			(
				settings.layout != Layout::Days && settings.register.is_some(),
				"register is of the layout days",
			),
			(
				settings.layout == Layout::Days && settings.clock.is_some(),
				"clock is not of the layout days",
			),
		];
		if let Some((_, reason)) = strange.into_iter().find(|(is_strange, _)| *is_strange) {
			return Err(reason.into());
		}
		let labels = match settings.labels {
			LabelsAt::Start => times::Labels::Start,
			LabelsAt::End => times::Labels::End,
		};
		let dates = settings.dates.map(|dates| match dates {
			Dates::DayFirst => DateOrder::DayFirst,
			Dates::MonthFirst => DateOrder::MonthFirst,
		});
		let step_ms = u64::from(settings.step_minutes) * 60_000;
		Ok(Self { settings, unit, zone, labels, dates, step_ms })
	}

	/// Reads a file. `accept` is the least quality that is taken.
	pub fn read(&self, bytes: &[u8], read_ms: u64, accept: Quality) -> Vec<Finding> {
		let decoded =
			if self.settings.windows_1252 { decode_windows_1252(bytes) } else { decode(bytes) };
		let text = match decoded {
			Ok(text) => text,
			Err(error) => return vec![refused(1, &error)],
		};
		let mut rest = text.as_str();
		for _ in 0..self.settings.skip_lines {
			rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
		}
		let skipped = u64::from(self.settings.skip_lines);
		let table = match self.settings.separator {
			Some(separator) => Table::separated_by(rest, separator),
			None => Table::new(rest),
		};
		let mut reader = Reader {
			portal: self,
			separator: table.separator(),
			collected: Collected::new(read_ms, accept),
			series: BTreeMap::new(),
			values: 0,
			over: None,
		};
		let mut rows = table.map(|mut row| {
			row.line += skipped;
			row
		});
		let head = match rows.next() {
			Some(row) => row,
			None => return vec![refused(1, &PortalError::NoHead)],
		};
		let columns = match head.cells {
			Ok(cells) => Columns::new(&self.settings, &cells),
			Err(error) => return vec![refused(head.line, &error)],
		};
		let columns = match columns {
			Ok(columns) => columns,
			Err(error) => return vec![refused(head.line, &error)],
		};
		for row in rows {
			let cells: Result<Vec<Cow<'_, str>>, RowError> = row.cells;
			match cells {
				Ok(cells) => reader.row(row.line, &columns, cells),
				Err(error) => reader.collected.refused(row.line, None, &error),
			}
			if reader.values >= MOST || reader.collected.is_full() {
				reader.over = Some(row.line);
				break;
			}
		}
		reader.finish()
	}
}

fn refused(line: u64, error: &impl Named) -> Finding {
	Finding::Refused(Refused::new(Place::Line(line), None, error))
}

/// Where what is in a row.
struct Columns {
	count: usize,
	time: usize,
	clock: Option<usize>,
	meter: Option<usize>,
	register: Option<usize>,
	status: Option<usize>,
	/// Places of values in rows and columns, with what they are of; the meter's name is the row's where it
	/// is not here.
	values: Vec<(usize, Option<String>, Direction)>,
	/// Places of values in days, with the time of the day and whether it is the next day's beginning.
	clocks: Vec<(usize, String, bool)>,
}

impl Columns {
	fn new(settings: &PortalSettings, head: &[Cow<'_, str>]) -> Result<Self, PortalError> {
		if head.len() > MOST_COLUMNS {
			return Err(PortalError::NoHead);
		}
		let find = |column: &str| {
			let is_it = |name: &Cow<'_, str>| name.to_lowercase() == column.trim().to_lowercase();
			let mut places = head.iter().enumerate().filter(|(_, name)| is_it(name));
			let first = places.next().map(|(place, _)| place);
			match places.next() {
				Some(_) => Err(PortalError::TwoColumns { column: column.into() }),
				None => first.ok_or_else(|| PortalError::NoColumn { column: column.into() }),
			}
		};
		let maybe = |column: Option<&String>| column.map(|column| find(column)).transpose();
		let mut columns = Self {
			count: head.len(),
			time: find(&settings.time)?,
			clock: maybe(settings.clock.as_ref())?,
			meter: maybe(settings.meter.as_ref())?,
			register: maybe(settings.register.as_ref().map(|register| &register.column))?,
			status: maybe(settings.status.as_ref().map(|status| &status.column))?,
			values: Vec::new(),
			clocks: Vec::new(),
		};
		for (column, direction) in
			[(&settings.import, Direction::Import), (&settings.export, Direction::Export)]
		{
			if let Some(place) = maybe(column.as_ref())? {
				columns.values.push((place, None, direction));
			}
		}
		for (column, of) in &settings.columns {
			columns.values.push((find(column)?, Some(of.meter.clone()), of.direction.into()));
		}
		if settings.layout == Layout::Days {
			for (place, name) in head.iter().enumerate() {
				let Some((clock, is_midnight)) = clock(name, settings.labels) else { continue };
				// The last interval of a day ends at midnight, which is the next day's.
				let is_next =
					is_midnight && settings.labels == LabelsAt::End && !columns.clocks.is_empty();
				columns.clocks.push((place, clock, is_next));
			}
			if columns.clocks.is_empty() {
				return Err(PortalError::NoClock);
			}
		}
		Ok(columns)
	}
}

/// The time of the day that a column's name is, and whether that is the day's beginning: `0:15`, `00:15`,
/// `00:15:00`, or the label's end of `00:00 - 00:15`.
fn clock(name: &str, labels: LabelsAt) -> Option<(String, bool)> {
	let mut parts = name.split(['-', '–']).map(str::trim);
	let first = parts.next()?;
	let part = match (parts.next(), labels) {
		(None, _) | (Some(_), LabelsAt::Start) => first,
		(Some(second), LabelsAt::End) => second,
	};
	let any_day = chrono::NaiveDate::default();
	let time = Stamp::at(any_day, part)?;
	Some((part.to_owned(), time == any_day.and_time(chrono::NaiveTime::MIN)))
}

/// A value that waits for its time to be resolved.
struct Entry<'a> {
	line: u64,
	stamp: Stamp,
	cell: Cow<'a, str>,
	/// Its quality and what that is; none if it is missing.
	grade: Option<(Quality, &'static str)>,
}

struct Reader<'a, 'b> {
	portal: &'b Portal,
	separator: char,
	collected: Collected,
	series: BTreeMap<(String, u8), Vec<Entry<'a>>>,
	/// Values so far.
	values: usize,
	/// The line from which on nothing is read, since there are too many.
	over: Option<u64>,
}

impl<'a> Reader<'a, '_> {
	fn row(&mut self, line: u64, columns: &Columns, cells: Vec<Cow<'a, str>>) {
		let cell = |place: usize| cells.get(place).map_or("", AsRef::as_ref);
		let settings = &self.portal.settings;
		let meter = match (columns.meter, &settings.meter_name) {
			(Some(place), _) => cell(place).to_owned(),
			(None, Some(name)) => name.clone(),
			(None, None) => String::new(),
		};
		// A separator at the end of each line makes one empty cell more.
		let is_whole = cells.len() == columns.count
			|| (cells.len() == columns.count + 1
				&& cells.last().is_some_and(|cell| cell.is_empty()));
		let result = if is_whole {
			self.portal.row(columns, &cells, &meter)
		} else {
			Err(PortalError::WrongCount)
		};
		let row = match result {
			Ok(row) => row,
			Err(error) => {
				self.collected.refused(
					line,
					Some(meter.as_str()).filter(|name| !name.is_empty()),
					&error,
				);
				return;
			},
		};
		let mut cells = cells;
		for (place, meter, direction, stamp) in row.values {
			let cell = cells.get_mut(place).map(std::mem::take).unwrap_or_default();
			self.values += 1;
			let series = self.series.entry((meter, direction.number())).or_default();
			series.push(Entry { line, stamp, cell, grade: row.grade });
		}
	}

	fn finish(mut self) -> Vec<Finding> {
		let portal = self.portal;
		let mark = match portal.settings.decimal {
			Some(Decimal::Point) => DecimalMark::Point,
			Some(Decimal::Comma) => DecimalMark::Comma,
			None => {
				let cells = self.series.values().flatten().map(|entry| entry.cell.as_ref());
				DecimalMark::of(self.separator, cells)
			},
		};
		for ((meter, direction), mut entries) in std::mem::take(&mut self.series) {
			let Some(direction) = Direction::from_number(direction) else { continue };
			// Portals that put the newest row first are read from their end: which of two equal times
			// is the earlier one is told by their order.
			let goes = |is_so: fn(&Stamp, &Stamp) -> bool| {
				entries.windows(2).filter(|pair| is_so(&pair[0].stamp, &pair[1].stamp)).count()
			};
			if goes(|one, two| one.time > two.time) > goes(|one, two| one.time < two.time) {
				entries.reverse();
			}
			let stamps: Vec<Stamp> = entries.iter().map(|entry| entry.stamp).collect();
			let resolved = resolve(&stamps, portal.zone, portal.labels, Some(portal.step_ms));
			self.series(&meter, direction, mark, entries.into_iter().zip(resolved));
			if self.collected.is_full() {
				break;
			}
		}
		if let Some(line) = self.over {
			self.collected.too_many(line);
		}
		self.collected.finish()
	}

	fn series(
		&mut self,
		meter: &str,
		direction: Direction,
		mark: DecimalMark,
		entries: impl Iterator<Item = (Entry<'a>, Result<u64, TimeError>)>,
	) {
		let portal = self.portal;
		let mut values = BTreeMap::new();
		let mut twice = BTreeSet::new();
		for (entry, at) in entries {
			let at = match at {
				Ok(at) => at,
				// Days have a cell for the hour that a clock passes over in spring: it is empty.
				Err(TimeError::NoSuchTime) if is_missing(&entry.cell) => continue,
				Err(error) => {
					self.collected.refused(entry.line, Some(meter), &error);
					continue;
				},
			};
			let time = || entry.stamp.time.format("%Y-%m-%d %H:%M").to_string();
			let amount = match (entry.grade, text::amount(&entry.cell, portal.unit, mark)) {
				(None, _) => None,
				(Some(grade), Ok(amount)) => amount.map(|amount| (amount, grade)),
				(Some(_), Err(error)) => {
					let _: AmountError = error;
					let error = PortalError::NotANumber { time: time() };
					self.collected.refused(entry.line, Some(meter), &error);
					continue;
				},
			};
			let (start_ms, end_ms) = match (portal.settings.standings, portal.labels) {
				(true, _) => (at, at),
				(false, times::Labels::Start) => (at, at.saturating_add(portal.step_ms)),
				(false, times::Labels::End) => (at.saturating_sub(portal.step_ms), at),
			};
			let value = (entry.line, end_ms, amount, time());
			if let Some((_, _, known, _)) = values.get(&start_ms) {
				if *known != amount {
					twice.insert(start_ms);
				}
			} else {
				values.insert(start_ms, value);
			}
		}
		for (start_ms, (line, end_ms, amount, time)) in values {
			let slot = Slot { line, meter, direction, start_ms, end_ms };
			match amount {
				_ if twice.contains(&start_ms) => {
					self.collected.refused(line, Some(meter), &PortalError::Twice { time });
				},
				Some((amount, (quality, what))) if portal.settings.standings => {
					self.collected.stands(slot, amount, quality, what);
				},
				Some((amount, (quality, what))) => {
					self.collected.counted(slot, amount, quality, what);
				},
				// A register that was not read is no interval that is missing.
				None if portal.settings.standings => {},
				None => self.collected.missing(slot),
			}
		}
	}
}

/// What a row is of.
struct Row {
	grade: Option<(Quality, &'static str)>,
	/// Place, meter, register and label of each value.
	values: Vec<(usize, String, Direction, Stamp)>,
}

impl Portal {
	fn row(
		&self,
		columns: &Columns,
		cells: &[Cow<'_, str>],
		meter: &str,
	) -> Result<Row, PortalError> {
		let cell = |place: usize| cells.get(place).map_or("", AsRef::as_ref);
		if meter.is_empty() && self.settings.layout != Layout::Columns {
			return Err(PortalError::NoMeter);
		}
		let grade = match (&self.settings.status, columns.status) {
			(Some(status), Some(place)) => status.grade(cell(place))?,
			_ => Some((Quality::Measured, "")),
		};
		if self.settings.layout == Layout::Days {
			let direction = match (&self.settings.register, columns.register) {
				(Some(register), Some(place)) => register.direction(cell(place))?,
				_ => Some(self.settings.direction.into()),
			};
			let Some(direction) = direction else { return Ok(Row { grade, values: Vec::new() }) };
			let date = parse_date(cell(columns.time), self.dates).ok_or(PortalError::BadTime)?;
			let stamp = |clock: &str, is_next: bool| {
				let date = if is_next { date.checked_add_days(Days::new(1))? } else { date };
				Some(Stamp { time: Stamp::at(date, clock)?, offset: None })
			};
			let values = columns.clocks.iter().map(|(place, clock, is_next)| {
				let stamp = stamp(clock, *is_next).ok_or(PortalError::BadTime)?;
				Ok((*place, meter.to_owned(), direction, stamp))
			});
			return Ok(Row { grade, values: values.collect::<Result<_, PortalError>>()? });
		}
		let label = match columns.clock {
			Some(clock) => Cow::Owned(format!("{} {}", cell(columns.time), cell(clock))),
			None => Cow::Borrowed(cell(columns.time)),
		};
		let stamp = Stamp::parse(&label, self.dates).ok_or(PortalError::BadTime)?;
		let values = columns.values.iter().map(|(place, of, direction)| {
			(*place, of.as_deref().unwrap_or(meter).to_owned(), *direction, stamp)
		});
		Ok(Row { grade, values: values.collect() })
	}
}

fn has(words: &[String], word: &str) -> bool {
	words.iter().any(|known| known.trim().to_lowercase() == word.to_lowercase())
}

impl StatusColumn {
	/// The quality of a word; none if the values are missing.
	fn grade(&self, word: &str) -> Result<Option<(Quality, &'static str)>, PortalError> {
		let grades = [
			(&self.measured, Some((Quality::Measured, ""))),
			(&self.final_, Some((Quality::Final, "substitutes"))),
			(&self.provisional, Some((Quality::Provisional, "estimates"))),
			(&self.missing, None),
		];
		let found = grades.into_iter().find(|(words, _)| has(words, word));
		found
			.map(|(_, grade)| grade)
			.ok_or_else(|| PortalError::UnknownStatus { status: word.chars().take(20).collect() })
	}
}

impl RegisterColumn {
	/// The register of a word; none if it does not count.
	fn direction(&self, word: &str) -> Result<Option<Direction>, PortalError> {
		let registers = [
			(&self.import, Some(Direction::Import)),
			(&self.export, Some(Direction::Export)),
			(&self.other, None),
		];
		let found = registers.into_iter().find(|(words, _)| has(words, word));
		found.map(|(_, direction)| direction).ok_or_else(|| PortalError::UnknownRegister {
			register: word.chars().take(20).collect(),
		})
	}
}

#[cfg(test)]
mod tests;
