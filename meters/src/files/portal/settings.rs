//! What a configuration says of a portal's tables.

use std::collections::BTreeMap;

use meterproof_statements::Direction;
use serde::Deserialize;

use super::{
	super::{findings::Quality, text::DecimalMark, times::Labels},
	PortalError,
};

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

impl From<LabelsAt> for Labels {
	fn from(labels: LabelsAt) -> Self {
		match labels {
			LabelsAt::Start => Self::Start,
			LabelsAt::End => Self::End,
		}
	}
}

impl From<Decimal> for DecimalMark {
	fn from(decimal: Decimal) -> Self {
		match decimal {
			Decimal::Point => Self::Point,
			Decimal::Comma => Self::Comma,
		}
	}
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
	/// Where labels stand. Without it they are taken for starts, with a remark where that looks wrong.
	#[serde(default)]
	pub labels: Option<LabelsAt>,
	/// The unit of the values: `Wh`, `kWh`, `MWh`, `l`, `m3`.
	pub unit: String,
	/// Whether the values are registers' standings at their labels.
	#[serde(default)]
	pub standings: bool,
	/// Where the comma is in numbers; without it, each meter's numbers tell.
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

fn has(words: &[String], word: &str) -> bool {
	words.iter().any(|known| known.trim().to_lowercase() == word.to_lowercase())
}

impl StatusColumn {
	/// The quality of a word; none if the values are missing.
	pub(super) fn grade(&self, word: &str) -> Result<Option<(Quality, &'static str)>, PortalError> {
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
	pub(super) fn direction(&self, word: &str) -> Result<Option<Direction>, PortalError> {
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
