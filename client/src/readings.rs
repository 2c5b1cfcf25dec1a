//! Readings from a CSV file: `time,meter,import_wh,export_wh`, one row per meter and time step.
//!
//! The whole file is checked before the first reading is used, so that a gateway does not stop
//! half-way through a day over a bad row it could have refused at the start. Texts name lines and
//! meters, never a reading.

use std::{collections::HashMap, io::Read};

use chrono::DateTime;
use meterproof_meters::{Amount, Place, Unit};

use crate::{
	commands::gateway::{refusal, PeriodReadings, Told},
	error::named_errors,
	types::{Direction, Resource},
};

named_errors! {
	/// Why readings were refused.
	#[derive(PartialEq, Eq)]
	pub enum ReadingsError {
		/// The first line does not name the columns.
		BadHeader => "line 1: the columns must be time,meter,import_wh,export_wh (or import_l,\
			export_l)";
		/// Too few or too many cells.
		WrongColumns { line: u64 } => "line {line}: a row has four cells";
		/// Not UTF-8, or not to be read.
		Unreadable { line: u64, reason: String } => "line {line}: {reason}";
		/// Not a point in time.
		BadTime { line: u64 } => "line {line}: the time is not like 2016-06-14T10:00:00Z";
		/// Rows are not in order of time.
		TimeGoesBack { line: u64 } => "line {line}: the time is before that of the line above";
		/// No meter is named.
		NoMeter { line: u64 } => "line {line}: no meter is named";
		/// A meter has two rows for one time.
		Duplicate { line: u64, first: u64, meter: String }
			=> "line {line}: {meter} has a row for this time already, on line {first}";
		/// Registers do not run backwards.
		NegativeReading { line: u64 } => "line {line}: a reading is negative";
		/// Not a whole number.
		NotAWholeNumber { line: u64 } => "line {line}: a reading is not a whole number";
		/// Above what a commitment can hold.
		ReadingTooLarge { line: u64 } => "line {line}: a reading is above 4294967295";
		/// The file has a header and nothing else.
		NoReadings => "the file has no readings";
		/// No row has the time to start from.
		TimeNotFound => "no row has the time to start from";
		/// Fewer time steps than asked for.
		TooFewSteps { asked: u64, found: usize }
			=> "{asked} periods asked for, and {found} time steps from there on";
		/// Time steps are missing.
		Gap { line: u64 } => "line {line}: time steps are missing before this one";
		/// A meter has no reading at a time.
		MissingReading { line: u64, meter: String, direction: Direction }
			=> "the time step that begins on line {line} has no {direction} reading of {meter}";
		/// More than the meter can count in one period.
		AboveNameplate { line: u64, meter: String, direction: Direction }
			=> "line {line}: the {direction} reading of {meter} is above its nameplate";
		/// Wh for a water meter, litres for an electricity meter.
		WrongUnit { meter: String, unit: &'static str }
			=> "{meter} counts in {unit}, and the columns are in another unit";
	}
}

/// One row: what a meter counted in one time step.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
	/// Where it stands in the file.
	pub line: u64,
	import: Option<u32>,
	export: Option<u32>,
}

impl Row {
	/// The reading of one register.
	pub fn reading(&self, direction: Direction) -> Option<u32> {
		match direction {
			Direction::Import => self.import,
			Direction::Export => self.export,
		}
	}
}

/// All rows with one time.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
	/// Start of the time step, Unix ms.
	pub start_ms: u64,
	/// Where its first row stands.
	pub line: u64,
	rows: HashMap<String, Row>,
}

impl Step {
	/// Whether a meter has a row.
	pub fn has(&self, meter: &str) -> bool {
		self.rows.contains_key(meter)
	}

	/// All that is told of the step, in a unit.
	pub fn told(&self, unit: Unit) -> PeriodReadings {
		let mut readings = PeriodReadings::default();
		for (meter, row) in &self.rows {
			for direction in Direction::ALL {
				let Some(reading) = row.reading(direction) else { continue };
				let said = Amount::new(reading.into(), 0, unit).map_err(|error| refusal(&error));
				let place = Some(Place::Line(row.line));
				readings.tell(meter, direction, Told { place, said });
			}
		}
		readings
	}

	/// A meter's reading of one register, at most `nameplate`.
	pub fn reading(
		&self,
		meter: &str,
		direction: Direction,
		nameplate: u32,
	) -> Result<u32, ReadingsError> {
		let missing = || ReadingsError::MissingReading {
			line: self.line,
			meter: meter.to_owned(),
			direction,
		};
		let row = self.rows.get(meter).ok_or_else(missing)?;
		let reading = row.reading(direction).ok_or_else(missing)?;
		if reading > nameplate {
			let (line, meter) = (row.line, meter.to_owned());
			return Err(ReadingsError::AboveNameplate { line, meter, direction });
		}
		Ok(reading)
	}
}

/// A file of readings.
#[derive(Debug)]
pub struct Readings {
	unit: &'static str,
	steps: Vec<Step>,
}

impl Readings {
	/// Reads and checks a file.
	pub fn parse(source: impl Read) -> Result<Self, ReadingsError> {
		let mut reader =
			csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(source);
		let mut records = reader.records();
		let header = records.next().transpose().map_err(unreadable)?;
		let unit = match header.iter().flatten().collect::<Vec<_>>()[..] {
			["time", "meter", "import_wh", "export_wh"] => "Wh",
			["time", "meter", "import_l", "export_l"] => "l",
			_ => return Err(ReadingsError::BadHeader),
		};
		let mut steps: Vec<Step> = Vec::new();
		for record in records {
			add_row(&mut steps, &record.map_err(unreadable)?)?;
		}
		if steps.is_empty() {
			return Err(ReadingsError::NoReadings);
		}
		Ok(Self { unit, steps })
	}

	/// What its amounts are in.
	pub fn unit(&self) -> Unit {
		if self.unit == "l" { Unit::Litre } else { Unit::WattHour }
	}

	/// Refuses a meter that counts in another unit.
	pub fn ensure_unit(&self, meter: &str, resource: Resource) -> Result<(), ReadingsError> {
		let unit = resource.base_unit();
		if unit == self.unit {
			return Ok(());
		}
		Err(ReadingsError::WrongUnit { meter: meter.to_owned(), unit })
	}

	/// The time steps from `from_ms` on, or from the first, `count` of them or all that follow,
	/// without a gap.
	pub fn window(
		&self,
		from_ms: Option<u64>,
		count: Option<u64>,
	) -> Result<&[Step], ReadingsError> {
		let first = match from_ms {
			None => 0,
			Some(from) => self
				.steps
				.iter()
				.position(|step| step.start_ms == from)
				.ok_or(ReadingsError::TimeNotFound)?,
		};
		let steps = self.steps.get(first..).unwrap_or_default();
		let steps = match count {
			None => steps,
			Some(asked) => usize::try_from(asked)
				.ok()
				.and_then(|count| steps.get(..count))
				.ok_or(ReadingsError::TooFewSteps { asked, found: steps.len() })?,
		};
		let length = self.step_length();
		for pair in steps.windows(2) {
			if pair[1].start_ms - pair[0].start_ms != length {
				return Err(ReadingsError::Gap { line: pair[1].line });
			}
		}
		Ok(steps)
	}

	/// The shortest distance between two time steps: any longer one is a gap.
	fn step_length(&self) -> u64 {
		let distances = self.steps.windows(2).map(|pair| pair[1].start_ms - pair[0].start_ms);
		distances.min().unwrap_or(0)
	}
}

fn unreadable(error: csv::Error) -> ReadingsError {
	let line = error.position().map_or(0, csv::Position::line);
	let reason = match error.kind() {
		csv::ErrorKind::Utf8 { .. } => "not UTF-8 text".to_owned(),
		csv::ErrorKind::Io(error) => error.to_string(),
		_ => "not a row of a CSV file".to_owned(),
	};
	ReadingsError::Unreadable { line, reason }
}

fn add_row(steps: &mut Vec<Step>, record: &csv::StringRecord) -> Result<(), ReadingsError> {
	let line = record.position().map_or(0, csv::Position::line);
	let [time, meter, import, export] = record.iter().collect::<Vec<_>>()[..] else {
		return Err(ReadingsError::WrongColumns { line });
	};
	let start_ms = parse_time(time).ok_or(ReadingsError::BadTime { line })?;
	if meter.is_empty() {
		return Err(ReadingsError::NoMeter { line });
	}
	let row =
		Row { line, import: parse_reading(import, line)?, export: parse_reading(export, line)? };

	let newest = steps.last().map(|step| step.start_ms);
	if newest.is_some_and(|newest| start_ms < newest) {
		return Err(ReadingsError::TimeGoesBack { line });
	}
	if newest != Some(start_ms) {
		steps.push(Step { start_ms, line, rows: HashMap::new() });
	}
	let Some(step) = steps.last_mut() else { return Ok(()) };
	if let Some(first) = step.rows.get(meter) {
		let (first, meter) = (first.line, meter.to_owned());
		return Err(ReadingsError::Duplicate { line, first, meter });
	}
	step.rows.insert(meter.to_owned(), row);
	Ok(())
}

/// RFC 3339 as Unix ms.
pub fn parse_time(text: &str) -> Option<u64> {
	let time = DateTime::parse_from_rfc3339(text).ok()?;
	u64::try_from(time.timestamp_millis()).ok()
}

/// A whole number, or nothing where the meter has no such register.
fn parse_reading(text: &str, line: u64) -> Result<Option<u32>, ReadingsError> {
	if text.is_empty() {
		return Ok(None);
	}
	let digits = text.strip_prefix('-').unwrap_or(text);
	if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
		return Err(ReadingsError::NotAWholeNumber { line });
	}
	if digits.len() < text.len() {
		return Err(ReadingsError::NegativeReading { line });
	}
	digits.parse().map(Some).map_err(|_| ReadingsError::ReadingTooLarge { line })
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::error::Named;
	use proptest::prelude::*;

	const HEADER: &str = "time,meter,import_wh,export_wh\n";
	const GOOD: &str = "time,meter,import_wh,export_wh\n\
		2016-06-14T10:00:00Z,a,1,2\n\
		2016-06-14T10:00:00Z,b,3,\n\
		2016-06-14T10:15:00Z,a,4,5\n\
		2016-06-14T10:15:00Z,b,6,\n\
		2016-06-14T10:30:00Z,a,7,8\n";

	fn good() -> Readings {
		Readings::parse(GOOD.as_bytes()).unwrap()
	}

	fn refusal(rows: &str) -> ReadingsError {
		Readings::parse(format!("{HEADER}{rows}").as_bytes()).unwrap_err()
	}

	#[test]
	fn steps_and_readings_are_found() {
		let readings = good();
		let steps = readings.window(None, None).unwrap();
		assert_eq!(steps.len(), 3);
		assert_eq!(steps[1].start_ms - steps[0].start_ms, 900_000);
		assert_eq!(steps[1].reading("a", Direction::Export, 5), Ok(5));
		assert_eq!(steps[1].reading("b", Direction::Import, 6), Ok(6));
	}

	#[test]
	fn a_window_begins_where_it_is_told_to() {
		let from = parse_time("2016-06-14T10:15:00Z");
		let readings = good();
		let steps = readings.window(from, Some(1)).unwrap();
		assert_eq!((steps.len(), steps[0].line), (1, 4));
		assert_eq!(readings.window(Some(1), None), Err(ReadingsError::TimeNotFound));
		assert_eq!(
			readings.window(from, Some(3)),
			Err(ReadingsError::TooFewSteps { asked: 3, found: 2 })
		);
	}

	#[test]
	fn a_gap_is_refused_inside_the_window_only() {
		let rows = format!("{GOOD}2016-06-14T11:00:00Z,a,1,1\n2016-06-14T11:15:00Z,a,1,1\n");
		let readings = Readings::parse(rows.as_bytes()).unwrap();
		assert_eq!(readings.window(None, None), Err(ReadingsError::Gap { line: 7 }));
		assert_eq!(readings.window(None, Some(3)).unwrap().len(), 3);
		let after = parse_time("2016-06-14T11:00:00Z");
		assert_eq!(readings.window(after, None).unwrap().len(), 2);
	}

	#[test]
	fn bad_headers_are_refused() {
		for text in ["", "\n", "meter,time,import_wh,export_wh\n", "time,meter,import_wh\n", "a"] {
			let error = Readings::parse(text.as_bytes()).unwrap_err();
			assert_eq!(error, ReadingsError::BadHeader, "{text:?}");
		}
		assert_eq!(refusal(""), ReadingsError::NoReadings);
	}

	#[test]
	fn bad_rows_are_named_with_their_lines() {
		let good = "2016-06-14T10:00:00Z,a,1,2\n";
		for (row, error) in [
			("2016-06-14T10:00:00Z,b,1", ReadingsError::WrongColumns { line: 3 }),
			("2016-06-14T10:00:00Z,b,1,2,3", ReadingsError::WrongColumns { line: 3 }),
			("2016-06-14 10:00,b,1,2", ReadingsError::BadTime { line: 3 }),
			("1960-06-14T10:00:00Z,b,1,2", ReadingsError::BadTime { line: 3 }),
			("2016-06-14T09:45:00Z,b,1,2", ReadingsError::TimeGoesBack { line: 3 }),
			("2016-06-14T10:00:00Z,,1,2", ReadingsError::NoMeter { line: 3 }),
			("2016-06-14T10:00:00Z,b,-1,2", ReadingsError::NegativeReading { line: 3 }),
			("2016-06-14T10:00:00Z,b,1,-2", ReadingsError::NegativeReading { line: 3 }),
			("2016-06-14T10:00:00Z,b,1.5,2", ReadingsError::NotAWholeNumber { line: 3 }),
			("2016-06-14T10:00:00Z,b, 1,2", ReadingsError::NotAWholeNumber { line: 3 }),
			("2016-06-14T10:00:00Z,b,-,2", ReadingsError::NotAWholeNumber { line: 3 }),
			("2016-06-14T10:00:00Z,b,+1,2", ReadingsError::NotAWholeNumber { line: 3 }),
			("2016-06-14T10:00:00Z,b,4294967296,2", ReadingsError::ReadingTooLarge { line: 3 }),
		] {
			assert_eq!(refusal(&format!("{good}{row}\n")), error, "{row}");
		}
		assert_eq!(
			refusal(&format!("{good}{good}")),
			ReadingsError::Duplicate { line: 3, first: 2, meter: "a".to_owned() }
		);
	}

	#[test]
	fn text_that_is_not_utf8_is_refused() {
		let bytes = [HEADER.as_bytes(), b"2016-06-14T10:00:00Z,\xFF,1,2\n"].concat();
		let error = Readings::parse(bytes.as_slice()).unwrap_err();
		assert_eq!(error.name(), "Unreadable");
		assert!(error.to_string().starts_with("line 2:"), "{error}");
	}

	#[test]
	fn missing_and_impossible_readings_are_refused() {
		let readings = good();
		let steps = readings.window(None, None).unwrap();
		let missing = |line, meter: &str, direction| {
			Err(ReadingsError::MissingReading { line, meter: meter.to_owned(), direction })
		};
		assert_eq!(steps[2].reading("b", Direction::Import, 9), missing(6, "b", Direction::Import));
		assert_eq!(steps[0].reading("b", Direction::Export, 9), missing(2, "b", Direction::Export));
		assert_eq!(
			steps[2].reading("a", Direction::Export, 7),
			Err(ReadingsError::AboveNameplate {
				line: 6,
				meter: "a".to_owned(),
				direction: Direction::Export
			})
		);
	}

	#[test]
	fn texts_do_not_tell_readings() {
		let text = ReadingsError::AboveNameplate {
			line: 6,
			meter: "a".to_owned(),
			direction: Direction::Export,
		};
		assert_eq!(text.to_string(), "line 6: the export reading of a is above its nameplate");
	}

	#[test]
	fn litres_are_for_water_and_gas() {
		let readings =
			Readings::parse("time,meter,import_l,export_l\n2016-06-14T10:00:00Z,a,1,\n".as_bytes())
				.unwrap();
		assert!(readings.ensure_unit("a", Resource::Water).is_ok());
		assert_eq!(readings.ensure_unit("a", Resource::Heat).unwrap_err().name(), "WrongUnit");
		assert!(good().ensure_unit("a", Resource::Electricity).is_ok());
	}

	proptest! {
		#[test]
		fn no_file_panics(text in "(?s).{0,200}") {
			let _ = Readings::parse(text.as_bytes());
			let _ = Readings::parse(format!("{HEADER}{text}").as_bytes());
		}

		#[test]
		fn a_damaged_row_never_changes_another(cell in "[^,\r\n\"]{0,12}") {
			let rows = format!(
				"{HEADER}2016-06-14T10:00:00Z,a,1,2\n2016-06-14T10:00:00Z,b,{cell},2\n"
			);
			match Readings::parse(rows.as_bytes()) {
				Ok(readings) => {
					let steps = readings.window(None, None).unwrap();
					prop_assert_eq!(steps[0].reading("a", Direction::Import, 1), Ok(1));
					let valid = cell.is_empty() || cell.parse::<u32>().is_ok();
					prop_assert!(valid, "{:?}", cell);
				},
				Err(error) => prop_assert!(error.to_string().starts_with("line 3:")),
			}
		}
	}
}
