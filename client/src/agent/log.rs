//! What the agent tells while it runs: a line at a time, in text or JSON.

use std::io::Write;

use meterproof_wallet::memo::printable;
use serde_json::{json, Value};

use super::{config::LogFormat, journal::PeriodRow, time};
use crate::{timetable::local_ms, units::show_money};

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
	/// The agent works as it should.
	Info,
	/// Somebody should look at the agent.
	Warning,
}

impl Level {
	fn name(self) -> &'static str {
		match self {
			Self::Info => "info",
			Self::Warning => "warning",
		}
	}
}

/// Where lines go.
#[derive(Clone, Copy, Debug, Default)]
pub struct Log {
	format: LogFormat,
}

impl Log {
	/// Lines of this form.
	pub fn new(format: LogFormat) -> Self {
		Self { format }
	}

	/// A line.
	pub fn say(&self, level: Level, text: &str) {
		self.write(level, text, &Value::Null);
	}

	/// A line of what is as it should be.
	pub fn info(&self, text: &str) {
		self.say(Level::Info, text);
	}

	/// A line of what somebody should look at.
	pub fn warn(&self, text: &str) {
		self.say(Level::Warning, text);
	}

	/// The line of a period.
	pub fn period(&self, row: &PeriodRow) {
		let clean = row.silent.is_empty() && row.refused.is_empty() && row.expired == 0;
		let level = if clean { Level::Info } else { Level::Warning };
		self.write(level, &line(row), &fields(row));
	}

	fn write(&self, level: Level, text: &str, fields: &Value) {
		let line = match self.format {
			LogFormat::Text => {
				let mark = if level == Level::Warning { "warning: " } else { "" };
				format!("{} {mark}{}", time::show(local_ms()), printable(text))
			},
			LogFormat::Json => {
				let mut line = json!({
					"time": time::show(local_ms()), "level": level.name(), "text": printable(text),
				});
				if !fields.is_null() {
					line["period"] = fields.clone();
				}
				line.to_string()
			},
		};
		// A log that cannot be written must not end what it is of.
		let _ = writeln!(std::io::stdout().lock(), "{line}");
	}
}

/// A period in one line.
pub fn line(row: &PeriodRow) -> String {
	let PeriodRow { period, committed, expected, settled, expired, paid, .. } = row;
	let mut text = format!("period {period}: {committed} of {expected} meters committed");
	if !row.silent.is_empty() {
		let named = some(row.silent.iter().map(|(meter, reason)| format!("{meter} ({reason})")));
		text += &format!("; silent: {named}");
	}
	if !row.refused.is_empty() {
		let refused = row.refused.iter();
		let named =
			some(refused.map(|(meter, direction, name)| format!("{meter} {direction} ({name})")));
		text += &format!("; refused: {named}");
	}
	text += &format!("; {settled} groups settled");
	if *expired > 0 {
		text += &format!(", {expired} EXPIRED");
	}
	if *settled > 0 {
		text += &format!(", paid {} MPF", show_money(*paid));
	}
	text
}

/// The first of several, and how many more there are.
fn some(all: impl ExactSizeIterator<Item = String>) -> String {
	const SHOWN: usize = 5;
	let more = all.len().saturating_sub(SHOWN);
	let shown: Vec<_> = all.take(SHOWN).collect();
	match more {
		0 => shown.join(", "),
		more => format!("{} and {more} more", shown.join(", ")),
	}
}

fn fields(row: &PeriodRow) -> Value {
	json!({
		"period": row.period,
		"committed": row.committed,
		"expected": row.expected,
		"silent": row.silent.iter().map(|(meter, _)| meter).collect::<Vec<_>>(),
		"refused": row.refused.iter().map(|(meter, direction, name)| {
			json!({ "meter": meter, "direction": direction, "name": name })
		}).collect::<Vec<_>>(),
		"settled": row.settled,
		"expired": row.expired,
		"paid": row.paid.to_string(),
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::types::Direction;

	#[test]
	fn a_period_is_one_line() {
		let row = PeriodRow {
			period: 7,
			committed: 116,
			expected: 118,
			silent: vec![("house-1".into(), "nothing since 10:00".into())],
			refused: vec![("house-2".into(), Direction::Export, "BadSignature".into())],
			settled: 2,
			paid: 1_500_000_000_000,
			..PeriodRow::default()
		};
		assert_eq!(
			line(&row),
			"period 7: 116 of 118 meters committed; silent: house-1 (nothing since 10:00); refused: \
			 house-2 export (BadSignature); 2 groups settled, paid 1.5 MPF"
		);
		let quiet = PeriodRow { period: 8, committed: 2, expected: 2, ..PeriodRow::default() };
		assert_eq!(line(&quiet), "period 8: 2 of 2 meters committed; 0 groups settled");
		let silent = (0..9).map(|at| (format!("m{at}"), "x".to_owned())).collect();
		assert!(line(&PeriodRow { silent, ..quiet }).contains("m4 (x) and 4 more;"));
	}
}
