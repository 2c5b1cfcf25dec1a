//! Meterproof's own table of readings: `time,meter,import_wh,export_wh`.
//!
//! A row is a meter's at one time. Its columns, in any order: `time`; `meter`; of `import` and `export`
//! one or both, with the unit in the name (`import_kwh`, `export_m3`), in a column `unit`, or given
//! as an option. Cells of registers that a meter does not have, or that nothing is known of, are
//! empty or NaN.
//!
//! One row's fault is its own. A bad amount is a [`Finding::Refused`] that is followed by the
//! [`Value::Missing`] of the register that it spoils, so that it is known for which time.

mod settings;

use std::{
	borrow::Cow,
	collections::{BTreeSet, HashMap},
};

use meterproof_statements::Direction;

pub use self::settings::CsvSettings;
use super::{
	text::{amount, decode, is_missing, DecimalMark, Table, TextError},
	times::{has_hour_24, resolve, Labels, Stamp, TimeError, Zone},
};
use crate::{
	amount::{AmountError, Unit},
	measured::{Finding, Measured, Place, Refused, Value},
	named_errors, Named,
};

named_errors! {
	/// Why nothing of a table can be read.
	#[derive(PartialEq, Eq)]
	pub enum CsvError {
		/// A spreadsheet in place of text.
		Spreadsheet { reason: TextError } => "{reason}";
		/// Not text.
		NotText { reason: TextError } => "{reason}";
		/// The first row does not name the columns.
		BadHeader => "the first line must name the columns: time,meter,import_wh,export_wh, or with \
			kwh, mwh, l or m3 in place of wh, or import,export beside a column unit, or with --unit, \
			or unit under [source.csv]";
		/// A column that means nothing.
		UnknownColumn { column: String } => "{column}: no such column is known; the columns are \
			time,meter,import_wh,export_wh";
		/// Two columns for one thing.
		DuplicateColumn { column: String } => "{column}: there are two such columns";
		/// Neither the columns nor an option name a unit.
		NoUnit => "the columns name no unit: say which one with --unit, or unit under [source.csv]";
		/// The unit that was given is not the columns'.
		OtherUnit { column: String } => "{column}: the column is in another unit than \
			--unit, or unit under [source.csv], says";
		/// A header and nothing else.
		NoReadings => "the file has no readings";
	}
}

named_errors! {
	/// Why a row was refused.
	#[derive(Clone, Copy, PartialEq, Eq)]
	pub enum OwnRowError {
		/// Too few or too many cells.
		WrongColumns => "a row has as many cells as the first line has columns";
		/// No meter is named.
		NoMeter => "no meter is named";
		/// The column `unit` has something else.
		UnknownUnit => "the unit is not Wh, kWh, MWh, l or m3";
		/// One time alone tells no length.
		NoStep => "a single time does not tell how long it lasts: say with --step, or \
			step_minutes under [source.csv]";
	}
}

/// What the table itself does not say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
	/// The unit of columns that name none.
	pub unit: Option<Unit>,
	/// The clock of times without an offset from UTC.
	pub zone: Option<Zone>,
	/// Where labels stand.
	pub labels: Labels,
	/// From one row of a meter to the next, in ms; without it the table's own.
	pub step_ms: Option<u64>,
	/// What separates whole numbers from fractions; without it what the table's form and the numbers of
	/// each meter tell.
	pub decimal: Option<DecimalMark>,
	/// Amounts are standings of registers, not what was counted since the row before.
	pub registers: bool,
}

/// A table that was read, not yet placed in time.
#[derive(Clone, Debug)]
pub struct OwnCsv {
	options: Options,
	/// What stands between cells.
	separator: char,
	/// The decimal mark of all numbers together.
	mark: DecimalMark,
	rows: Vec<Row>,
	refused: Vec<Refused>,
	has_hour_24: bool,
}

#[derive(Clone, Debug)]
struct Row {
	line: u64,
	meter: String,
	time: Option<Stamp>,
	unit: Option<Unit>,
	/// By direction; `None` where there is no such column.
	cells: [Option<String>; 2],
}

/// Where things stand in a row.
#[derive(Debug, Default)]
struct Columns {
	count: usize,
	time: usize,
	meter: usize,
	unit: Option<usize>,
	/// By direction: the column, and its unit if it names one.
	amounts: [Option<(usize, Option<Unit>)>; 2],
}

impl Columns {
	fn parse(header: &[String], unit: Option<Unit>) -> Result<Self, CsvError> {
		let mut columns = Self { count: header.len(), ..Self::default() };
		let (mut time, mut meter) = (None, None);
		for (at, name) in header.iter().enumerate() {
			let again = match name.as_str() {
				"time" => time.replace(at).is_some(),
				"meter" => meter.replace(at).is_some(),
				"unit" => columns.unit.replace(at).is_some(),
				name => {
					let (direction, named) = amount_column(name)?;
					if named.is_some() && unit.is_some() && named != unit {
						return Err(CsvError::OtherUnit { column: name.to_owned() });
					}
					let place = columns.amounts.get_mut(usize::from(direction.number()));
					place.is_some_and(|place| place.replace((at, named.or(unit))).is_some())
				},
			};
			if again {
				return Err(CsvError::DuplicateColumn { column: name.clone() });
			}
		}
		let (Some(time), Some(meter)) = (time, meter) else { return Err(CsvError::BadHeader) };
		let mut units = columns.amounts.iter().flatten().map(|(_, unit)| unit).peekable();
		if units.peek().is_none() {
			return Err(CsvError::BadHeader);
		}
		if columns.unit.is_none() && units.any(Option::is_none) {
			return Err(CsvError::NoUnit);
		}
		Ok(Self { time, meter, ..columns })
	}
}

/// What a column `import_kwh` has.
fn amount_column(name: &str) -> Result<(Direction, Option<Unit>), CsvError> {
	let unknown = || CsvError::UnknownColumn { column: name.to_owned() };
	let (direction, unit) = match name.split_once('_') {
		Some((direction, unit)) => (direction, Some(Unit::parse(unit).ok_or_else(unknown)?)),
		None => (name, None),
	};
	let direction = direction.parse::<Direction>().map_err(|_| unknown())?;
	Ok((direction, unit))
}

impl OwnCsv {
	/// Reads a table.
	///
	/// # Errors
	///
	/// What makes the whole of it unreadable; rows are refused in [`Self::findings`], each by itself.
	pub fn parse(bytes: &[u8], options: &Options) -> Result<Self, CsvError> {
		let text = decode(bytes).map_err(|reason| match reason {
			TextError::Spreadsheet => CsvError::Spreadsheet { reason },
			TextError::NotText => CsvError::NotText { reason },
		})?;
		let mut table = Table::new(&text);
		let separator = table.separator();
		let header = table.next().and_then(|row| row.cells.ok()).ok_or(CsvError::BadHeader)?;
		let header: Vec<_> = header.iter().map(|cell| cell.to_lowercase()).collect();
		if !header.iter().any(|name| name == "time") {
			return Err(CsvError::BadHeader);
		}
		let columns = Columns::parse(&header, options.unit)?;
		let mut parsed = Self {
			options: *options,
			separator,
			mark: DecimalMark::Point,
			rows: Vec::new(),
			refused: Vec::new(),
			has_hour_24: false,
		};
		for row in table {
			// Files that were put together have their header in several places.
			let is_header = |cells: &[Cow<'_, str>]| {
				cells.len() == header.len()
					&& cells.iter().zip(&header).all(|(cell, name)| cell.to_lowercase() == *name)
			};
			match row.cells {
				Ok(cells) if is_header(&cells) => {},
				Ok(cells) => parsed.add(row.line, &cells, &columns),
				Err(error) => parsed.refuse(row.line, None, &error),
			}
		}
		if parsed.rows.is_empty() && parsed.refused.is_empty() {
			return Err(CsvError::NoReadings);
		}
		let numbers = parsed.rows.iter().flat_map(|row| row.cells.iter().flatten());
		parsed.mark = DecimalMark::of(separator, numbers.map(String::as_str));
		Ok(parsed)
	}

	fn refuse(&mut self, line: u64, meter: Option<&str>, error: &impl Named) {
		self.refused.push(refused(line, meter, error));
	}

	fn add(&mut self, line: u64, cells: &[Cow<'_, str>], columns: &Columns) {
		let cell = |at: usize| cells.get(at).map(|cell| cell.as_ref()).unwrap_or_default();
		let meter = cell(columns.meter);
		let more = cells.get(columns.count..).unwrap_or_default();
		if cells.len() < columns.count || more.iter().any(|cell| !cell.is_empty()) {
			let meter = Some(meter).filter(|meter| !meter.is_empty());
			return self.refuse(line, meter, &OwnRowError::WrongColumns);
		}
		if meter.is_empty() {
			return self.refuse(line, None, &OwnRowError::NoMeter);
		}
		let unit = columns.unit.map(|at| Unit::parse(cell(at)));
		if unit == Some(None) {
			self.refuse(line, Some(meter), &OwnRowError::UnknownUnit);
			return;
		}
		let time = cell(columns.time);
		self.has_hour_24 |= has_hour_24(time);
		let units = columns.amounts.iter().flatten().find_map(|(_, unit)| *unit);
		let cells = columns.amounts.map(|column| Some(cell(column?.0).to_owned()));
		let (meter, time) = (meter.to_owned(), Stamp::parse(time, None));
		self.rows.push(Row { line, meter, time, unit: unit.flatten().or(units), cells });
	}

	/// The meters that have rows.
	pub fn meters(&self) -> BTreeSet<&str> {
		self.rows.iter().map(|row| row.meter.as_str()).collect()
	}

	/// The units that its rows are in.
	pub fn units(&self) -> Vec<Unit> {
		let mut units = Vec::new();
		for unit in self.rows.iter().filter_map(|row| row.unit) {
			if !units.contains(&unit) {
				units.push(unit);
			}
		}
		units
	}

	/// Whether a label is `24:00`, as it is written at the ends of days.
	pub fn has_hour_24(&self) -> bool {
		self.has_hour_24
	}

	/// What the rows say, and which were refused. `single_ms` is how long a row lasts whose meter has
	/// no other; `received_ms` when the file was read, Unix ms.
	///
	/// How long the others last is the shortest distance between two rows of the meter; where rows
	/// follow each other at a longer one, at least three of them, they last that long: the step has
	/// changed there. A single longer distance is a gap.
	pub fn findings(&self, single_ms: Option<u64>, received_ms: u64) -> Vec<Finding> {
		let mut findings: Vec<_> = self.refused.iter().cloned().map(Finding::Refused).collect();
		let mut series: HashMap<&str, Vec<&Row>> = HashMap::new();
		for row in &self.rows {
			match row.time {
				Some(_) => series.entry(&row.meter).or_default().push(row),
				None => {
					let refused = refused(row.line, Some(&row.meter), &TimeError::BadTime);
					findings.push(Finding::Refused(refused));
				},
			}
		}
		for (meter, rows) in series {
			self.series(meter, rows, single_ms, received_ms, &mut findings);
		}
		findings.sort_by_key(line_of);
		findings
	}

	/// The rows of one meter.
	fn series(
		&self,
		meter: &str,
		mut rows: Vec<&Row>,
		single_ms: Option<u64>,
		received_ms: u64,
		findings: &mut Vec<Finding>,
	) {
		let options = &self.options;
		// The numbers of another meter do not say how this one's are written.
		let numbers = rows.iter().flat_map(|row| row.cells.iter().flatten());
		let numbers: Vec<_> = numbers.map(String::as_str).collect();
		let own = || DecimalMark::of_one(self.separator, &numbers, self.mark);
		let mark = options.decimal.unwrap_or_else(own);
		let stamps = |rows: &[&Row]| rows.iter().filter_map(|row| row.time).collect::<Vec<_>>();
		let mut times = stamps(&rows);
		// Some tables have their newest rows first.
		if times.first().zip(times.last()).is_some_and(|(first, last)| first.time > last.time) {
			rows.reverse();
			times.reverse();
		}
		let step = options.step_ms.or_else(|| shortest_on_the_clock(&times)).or(single_ms);
		let labels = if options.registers { Labels::Start } else { options.labels };
		let resolved = resolve(&times, options.zone, labels, step);
		let mut known: Vec<u64> = resolved.iter().flatten().copied().collect();
		known.sort_unstable();
		known.dedup();
		let steps = match options.step_ms {
			Some(step) => vec![Some(step); known.len()],
			None => steps(&known, labels, single_ms),
		};
		for (row, time) in rows.into_iter().zip(resolved) {
			let refuse = |error: &dyn Named| {
				Finding::Refused(Refused {
					place: Place::Line(row.line),
					meter: Some(meter.to_owned()),
					name: error.name(),
					reason: error.to_string(),
				})
			};
			let at_ms = match time {
				Ok(at_ms) => at_ms,
				Err(error) => {
					findings.push(refuse(&error));
					continue;
				},
			};
			let step =
				known.binary_search(&at_ms).ok().and_then(|at| steps.get(at)).copied().flatten();
			let interval = match (step, labels) {
				(Some(step), Labels::Start) => at_ms.checked_add(step).map(|end| (at_ms, end)),
				(Some(step), Labels::End) => at_ms.checked_sub(step).map(|start| (start, at_ms)),
				// Standings need no interval.
				(None, _) if options.registers => Some((at_ms, at_ms)),
				(None, _) => None,
			};
			let Some((start_ms, end_ms)) = interval else {
				findings.push(refuse(&OwnRowError::NoStep));
				continue;
			};
			for (direction, cell) in Direction::ALL.into_iter().zip(&row.cells) {
				let (Some(cell), Some(unit)) = (cell, row.unit) else { continue };
				let value = match amount(cell, unit, mark) {
					Ok(Some(total)) if options.registers => Value::Stands { at_ms, total },
					Ok(Some(amount)) => Value::Counted { start_ms, end_ms, amount },
					Ok(None) => Value::Missing { start_ms, end_ms },
					Err(error) => {
						findings.push(refuse(&hinted(cell, error)));
						Value::Missing { start_ms, end_ms }
					},
				};
				findings.push(Finding::Measured(Measured {
					place: Place::Line(row.line),
					meter: meter.to_owned(),
					direction,
					value,
					taken_ms: None,
					received_ms,
					signed: None,
					input_name: None,
				}));
			}
		}
	}
}

/// An amount's error; a comma in the number deserves a hint.
fn hinted(cell: &str, error: AmountError) -> CellError {
	match error {
		AmountError::NotANumber if !is_missing(cell) && cell.contains(',') => {
			CellError::DecimalComma
		},
		error => CellError::Amount { name: error.name(), reason: error },
	}
}

/// Why a cell has no amount.
#[derive(Debug)]
enum CellError {
	DecimalComma,
	Amount { name: &'static str, reason: AmountError },
}

impl std::fmt::Display for CellError {
	fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		match self {
			Self::DecimalComma => formatter.write_str(
				"a number has a comma that may be a decimal comma or stand between thousands: say \
				 --decimal comma, or decimal = \"comma\" under [source.csv], or write numbers without \
				 separators of thousands",
			),
			Self::Amount { reason, .. } => reason.fmt(formatter),
		}
	}
}

impl Named for CellError {
	fn name(&self) -> &'static str {
		match self {
			Self::DecimalComma => "NotANumber",
			Self::Amount { name, .. } => name,
		}
	}
}

fn refused(line: u64, meter: Option<&str>, error: &impl Named) -> Refused {
	let (place, meter) = (Place::Line(line), meter.map(str::to_owned));
	Refused { place, meter, name: error.name(), reason: error.to_string() }
}

fn line_of(finding: &Finding) -> u64 {
	let place = match finding {
		Finding::Measured(measured) => measured.place,
		Finding::Refused(refused) => refused.place,
	};
	match place {
		Place::Line(line) | Place::Telegram(line) => line,
	}
}

/// The shortest distance between two times as clocks show them, in ms.
fn shortest_on_the_clock(times: &[Stamp]) -> Option<u64> {
	let distances = times.windows(2).map(|pair| pair[1].time - pair[0].time);
	let distances = distances.filter_map(|d| u64::try_from(d.num_milliseconds()).ok());
	distances.filter(|distance| (1..=MOST_STEP_MS).contains(distance)).min()
}

/// Times further apart are no steps: a clock was wrong, or much is missing.
const MOST_STEP_MS: u64 = 86_400_000;

/// How long each of some times, ascending, lasts.
fn steps(times: &[u64], labels: Labels, single_ms: Option<u64>) -> Vec<Option<u64>> {
	let distance = |from: Option<usize>| {
		let (start, end) = (times.get(from?)?, times.get(from?.checked_add(1)?)?);
		end.checked_sub(*start).filter(|distance| *distance <= MOST_STEP_MS)
	};
	let shortest = (0..times.len()).filter_map(|at| distance(Some(at))).min();
	let Some(shortest) = shortest else { return vec![single_ms; times.len()] };
	let of = |at: usize| {
		let [before2, before, after, after2] =
			[at.checked_sub(2), at.checked_sub(1), Some(at), at.checked_add(1)].map(distance);
		// The interval lies between a row and its neighbour on this side; beyond the last one, as the
		// one before it.
		let (own, beyond, opposite, opposite2) = match labels {
			Labels::Start => (after, after2, before, before2),
			Labels::End => (before, before2, after, after2),
		};
		let repeated = match own {
			Some(_) => own == beyond || own == opposite,
			None => opposite == opposite2,
		};
		match own.or(opposite) {
			Some(long) if long > shortest && repeated => long,
			_ => shortest,
		}
	};
	(0..times.len()).map(|at| Some(of(at))).collect()
}

#[cfg(test)]
mod tests;
