//! What a configuration says of tables of our own form.

use serde::Deserialize;

use super::{
	super::{
		portal::{Decimal, LabelsAt},
		times::{Labels, Zone},
	},
	Options,
};
use crate::amount::Unit;

/// What the table itself does not say.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CsvSettings {
	/// The unit of columns that name none: `Wh`, `kWh`, `MWh`, `l`, `m3`.
	#[serde(default)]
	pub unit: Option<String>,
	/// The time zone of times without an offset, as in `Europe/Vienna` or `+01:00`.
	#[serde(default)]
	pub zone: Option<String>,
	/// Where labels stand. Without it they are taken for starts, with a remark where that looks wrong.
	#[serde(default)]
	pub labels: Option<LabelsAt>,
	/// Minutes from one row of a meter to the next; without it the table's own distances.
	#[serde(default)]
	pub step_minutes: Option<u32>,
	/// Where the comma is in numbers; without it, each meter's numbers tell.
	#[serde(default)]
	pub decimal: Option<Decimal>,
	/// Whether the values are registers' standings at their labels.
	#[serde(default)]
	pub standings: bool,
}

impl CsvSettings {
	/// Checks the settings, and says what is wrong with them.
	pub fn options(&self) -> Result<Options, String> {
		let unit =
			match &self.unit {
				Some(unit) => Some(Unit::parse(unit).ok_or_else(|| {
					format!("unit = \"{unit}\" is not one of Wh, kWh, MWh, l, m3")
				})?),
				None => None,
			};
		let zone = match &self.zone {
			Some(zone) => Some(
				Zone::parse(zone).ok_or_else(|| format!("zone = \"{zone}\" is not a time zone"))?,
			),
			None => None,
		};
		if self.step_minutes.is_some_and(|minutes| minutes == 0 || minutes > 24 * 60) {
			return Err("step_minutes is not from 1 to 1440".into());
		}
		Ok(Options {
			unit,
			zone,
			labels: self.labels.map_or(Labels::Start, Into::into),
			step_ms: self.step_minutes.map(|minutes| u64::from(minutes) * 60_000),
			decimal: self.decimal.map(Into::into),
			registers: self.standings,
		})
	}

	/// Whether nobody said where labels stand, and it matters.
	pub(in crate::files) fn labels_are_unsaid(&self) -> bool {
		self.labels.is_none() && !self.standings
	}
}
