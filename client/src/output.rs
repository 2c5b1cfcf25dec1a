//! What a command prints: one JSON value with `--json`, text for a person otherwise. Progress and
//! remarks go to the error stream.

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{json, Value};

use crate::error::{Error, Result};

/// Where results go.
#[derive(Clone, Copy, Debug)]
pub struct Output {
	json: bool,
}

impl Output {
	/// JSON, or text.
	pub fn new(json: bool) -> Self {
		Self { json }
	}

	/// Prints a result.
	pub fn show(&self, value: &Value, text: impl FnOnce() -> String) -> Result<()> {
		let line = if self.json { value.to_string() } else { text() };
		let mut stdout = std::io::stdout().lock();
		writeln!(stdout, "{line}")
			.and_then(|()| stdout.flush())
			.map_err(|error| Error::new("OutputFailed", format!("cannot print: {error}")))
	}

	/// Prints an error.
	pub fn fail(&self, error: &Error) {
		if self.json {
			let value = json!({ "error": { "name": error.name(), "message": error.to_string() } });
			let _ = writeln!(std::io::stdout(), "{value}");
		} else {
			let _ = writeln!(std::io::stderr(), "{}: {error}", error.name());
		}
	}

	/// A remark for a person.
	pub fn remark(&self, text: &str) {
		let _ = writeln!(std::io::stderr(), "{text}");
	}

	/// A bar of `length` steps; invisible unless somebody watches.
	pub fn bar(&self, length: u64, what: &str) -> ProgressBar {
		if !std::io::stderr().is_terminal() {
			return ProgressBar::hidden();
		}
		let style = ProgressStyle::with_template("{msg} [{bar:32}] {pos}/{len} {elapsed}");
		let bar = ProgressBar::new(length).with_message(what.to_owned());
		match style {
			Ok(style) => bar.with_style(style.progress_chars("=> ")),
			Err(_) => bar,
		}
	}

	/// Something that turns while a person waits.
	pub fn spinner(&self, what: String) -> ProgressBar {
		if !std::io::stderr().is_terminal() {
			return ProgressBar::hidden();
		}
		let spinner = ProgressBar::new_spinner().with_message(what);
		spinner.enable_steady_tick(std::time::Duration::from_millis(120));
		spinner
	}
}

/// Rows under headings, in columns.
pub fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
	if rows.is_empty() {
		return "none".to_owned();
	}
	let widths: Vec<usize> = headings
		.iter()
		.enumerate()
		.map(|(column, heading)| {
			let cells = rows.iter().filter_map(|row| row.get(column));
			cells.map(|cell| cell.chars().count()).chain([heading.len()]).max().unwrap_or(0)
		})
		.collect();
	let line = |cells: &mut dyn Iterator<Item = &str>| {
		let padded = cells.zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
		padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
	};
	std::iter::once(line(&mut headings.iter().copied()))
		.chain(rows.iter().map(|row| line(&mut row.iter().map(String::as_str))))
		.collect::<Vec<_>>()
		.join("\n")
}

/// A JSON value without quotes, for a table's cell.
pub fn cell(value: &Value) -> String {
	match value {
		Value::Null => "-".to_owned(),
		Value::String(text) => text.clone(),
		other => other.to_string(),
	}
}

/// Fields of JSON objects as a table.
pub fn objects(objects: &[Value], fields: &[(&str, &str)]) -> String {
	let headings: Vec<_> = fields.iter().map(|(heading, _)| *heading).collect();
	let rows: Vec<Vec<_>> = objects
		.iter()
		.map(|object| fields.iter().map(|(_, field)| cell(&object[*field])).collect())
		.collect();
	table(&headings, &rows)
}

/// The fields of one JSON object, a line each.
pub fn lines(object: &Value) -> String {
	let named = object.as_object().into_iter().flatten();
	let rows: Vec<_> = named.map(|(name, value)| (name.clone(), cell(value))).collect();
	fields(&rows)
}

/// Names and what they stand for, a line each.
pub fn fields(rows: &[(String, String)]) -> String {
	let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
	rows.iter()
		.map(|(name, value)| format!("{name:<width$}  {value}"))
		.collect::<Vec<_>>()
		.join("\n")
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn columns_are_as_wide_as_their_widest_cell() {
		let rows = [json!({ "a": 1, "b": "x" }), json!({ "a": 1000, "b": null })];
		assert_eq!(objects(&rows, &[("id", "a"), ("name", "b")]), "id    name\n1     x\n1000  -");
		assert_eq!(objects(&[], &[("id", "a")]), "none");
	}

	#[test]
	fn an_object_is_shown_a_line_a_field() {
		let object = json!({ "period": 7, "phase": "open" });
		assert_eq!(lines(&object), "period  7\nphase   open");
	}
}
