//! Values of a table, and their times.

use std::{
	borrow::Cow,
	collections::{BTreeMap, BTreeSet},
};

use meterproof_statements::Direction;

use super::{
	super::{
		findings::{Collected, Quality, Slot},
		text::{self, is_missing, DecimalMark},
		times::{self, resolve, Stamp, TimeError},
	},
	columns::Columns,
	Portal, PortalError,
};
use crate::{amount::AmountError, measured::Finding};

/// A value that waits for its time to be resolved.
pub(super) struct Entry<'a> {
	line: u64,
	stamp: Stamp,
	cell: Cow<'a, str>,
	/// Its quality and what that is; none if it is missing.
	grade: Option<(Quality, &'static str)>,
}

/// The values of a table, register by register.
pub(super) struct Reader<'a, 'b> {
	pub(super) portal: &'b Portal,
	pub(super) separator: char,
	pub(super) collected: Collected,
	pub(super) series: BTreeMap<(String, u8), Vec<Entry<'a>>>,
	/// Values so far.
	pub(super) values: usize,
	/// The line from which on nothing is read, since there are too many.
	pub(super) over: Option<u64>,
}

impl<'a> Reader<'a, '_> {
	pub(super) fn row(&mut self, line: u64, columns: &Columns, cells: Vec<Cow<'a, str>>) {
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

	pub(super) fn finish(mut self) -> Vec<Finding> {
		let portal = self.portal;
		let marks = self.marks();
		for ((meter, direction), mut entries) in std::mem::take(&mut self.series) {
			let Some(direction) = Direction::from_number(direction) else { continue };
			let mark = marks.get(&meter).copied().unwrap_or(DecimalMark::Point);
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

	/// The decimal mark of each meter: the numbers of another one do not say how its are written.
	fn marks(&self) -> BTreeMap<String, DecimalMark> {
		let mut numbers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
		for ((meter, _), entries) in &self.series {
			let cells = entries.iter().map(|entry| &*entry.cell);
			numbers.entry(meter).or_default().extend(cells);
		}
		let table = DecimalMark::of(self.separator, numbers.values().flatten().copied());
		let mark = |numbers: Vec<&str>| match self.portal.settings.decimal {
			Some(decimal) => DecimalMark::from(decimal),
			None => DecimalMark::of_one(self.separator, &numbers, table),
		};
		numbers.into_iter().map(|(meter, numbers)| (meter.to_owned(), mark(numbers))).collect()
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
