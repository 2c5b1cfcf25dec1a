//! Tables of portals: half hours and quarters of an hour in any columns, which a configuration maps.
//!
//! Three layouts: a row for each interval with a meter's values ([`Layout::Rows`]), a row for each interval
//! with a column for each register ([`Layout::Columns`]), and a row for each day with a column for each
//! interval ([`Layout::Days`]). The step and the clock's zone are the configuration's: nothing is guessed
//! from what happens to be in a file.

mod columns;
mod reader;
mod settings;

use std::{borrow::Cow, collections::BTreeMap};

pub use self::settings::{
	Dates, Decimal, Flow, LabelsAt, Layout, PortalSettings, RegisterColumn, RegisterOf,
	StatusColumn,
};
use self::{columns::Columns, reader::Reader};
use super::{
	findings::{Collected, Quality, MOST},
	text::{decode, decode_windows_1252, RowError, Table},
	times::{self, DateOrder, Zone},
};
use crate::{
	amount::Unit,
	measured::{Finding, Place, Refused},
	named_errors, Named,
};

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
		let labels = settings.labels.unwrap_or_default().into();
		let dates = settings.dates.map(|dates| match dates {
			Dates::DayFirst => DateOrder::DayFirst,
			Dates::MonthFirst => DateOrder::MonthFirst,
		});
		let step_ms = u64::from(settings.step_minutes) * 60_000;
		Ok(Self { settings, unit, zone, labels, dates, step_ms })
	}

	/// Whether nobody said where labels stand, and it matters.
	pub(super) fn labels_are_unsaid(&self) -> bool {
		self.settings.labels.is_none() && !self.settings.standings
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

#[cfg(test)]
mod tests;
