//! Which column of a table holds what, and which meter and register a row is about.

use std::borrow::Cow;

use chrono::Days;
use meterproof_statements::Direction;

use super::{
	super::{
		findings::Quality,
		times::{parse_date, Stamp},
	},
	LabelsAt, Layout, Portal, PortalError, PortalSettings,
};

/// Columns of a table.
const MOST_COLUMNS: usize = 4096;

/// The columns of a table, by what they hold.
pub(super) struct Columns {
	pub(super) count: usize,
	pub(super) time: usize,
	pub(super) clock: Option<usize>,
	pub(super) meter: Option<usize>,
	pub(super) register: Option<usize>,
	pub(super) status: Option<usize>,
	/// Places of values in rows and columns, with what they are of; the meter's name is the row's where it
	/// is not here.
	pub(super) values: Vec<(usize, Option<String>, Direction)>,
	/// Places of values in days, with the time of the day and whether it is the next day's beginning.
	pub(super) clocks: Vec<(usize, String, bool)>,
}

impl Columns {
	pub(super) fn new(
		settings: &PortalSettings,
		head: &[Cow<'_, str>],
	) -> Result<Self, PortalError> {
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
			let labels = settings.labels.unwrap_or_default();
			for (place, name) in head.iter().enumerate() {
				let Some((clock, is_midnight)) = clock(name, labels) else { continue };
				// The last interval of a day ends at midnight, which is the next day's.
				let is_next = is_midnight && labels == LabelsAt::End && !columns.clocks.is_empty();
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
pub(super) fn clock(name: &str, labels: LabelsAt) -> Option<(String, bool)> {
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

/// What a row is of.
pub(super) struct Row {
	/// Where the values come from; none if they are missing.
	pub(super) grade: Option<(Quality, &'static str)>,
	/// Place, meter, register and label of each value.
	pub(super) values: Vec<(usize, String, Direction, Stamp)>,
}

impl Portal {
	pub(super) fn row(
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
