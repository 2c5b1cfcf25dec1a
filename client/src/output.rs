//! What a command prints: one JSON value with `--json`, text for a person otherwise. Progress and
//! remarks go to the error stream.
//!
//! Much of it is text that a node or a payer wrote. Whatever could move a terminal's cursor, or turn
//! the direction of what follows, is replaced before it is printed, and escaped in JSON.

use std::{
	fmt::Write as _,
	io::{IsTerminal, Write},
};

use indicatif::{ProgressBar, ProgressStyle};
use meterproof_wallet::memo::{deceives, printable};
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
		let line = if self.json { escaped(value) } else { printable_lines(&text()) };
		let mut stdout = std::io::stdout().lock();
		writeln!(stdout, "{line}")
			.and_then(|()| stdout.flush())
			.map_err(|error| Error::new("OutputFailed", format!("cannot print: {error}")))
	}

	/// Prints a line of a result that is not whole yet: with `--json`, where the result is one value, as a remark.
	pub fn line(&self, text: &str) {
		if self.json {
			return self.remark(text);
		}
		// A reader that has gone stops nothing: what is under way goes on.
		let mut stdout = std::io::stdout().lock();
		let _ = writeln!(stdout, "{}", printable_lines(text)).and_then(|()| stdout.flush());
	}

	/// Prints an error.
	pub fn fail(&self, error: &Error) {
		if self.json {
			let value = json!({ "error": { "name": error.name(), "message": error.to_string() } });
			let _ = writeln!(std::io::stdout(), "{}", escaped(&value));
		} else {
			let _ = writeln!(std::io::stderr(), "{}", failure(error));
		}
	}

	/// A remark for a person.
	pub fn remark(&self, text: &str) {
		let _ = writeln!(std::io::stderr(), "{}", printable_lines(text));
	}

	/// Whether somebody is there to be asked.
	pub fn is_attended(&self) -> bool {
		!self.json && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
	}

	/// What a person at the terminal answers to a question; `None` where nobody is there to ask.
	pub fn ask(&self, question: &str) -> Option<String> {
		if !self.is_attended() {
			return None;
		}
		let mut stderr = std::io::stderr();
		let asked = write!(stderr, "{} ", printable_lines(question)).and_then(|()| stderr.flush());
		let mut answer = String::new();
		asked.and_then(|()| std::io::stdin().read_line(&mut answer)).ok()?;
		Some(answer.trim().to_lowercase())
	}

	/// A bar of `length` steps; invisible unless somebody watches.
	pub fn bar(&self, length: u64, what: &str) -> ProgressBar {
		if !std::io::stderr().is_terminal() {
			return ProgressBar::hidden();
		}
		let style = ProgressStyle::with_template("{msg} [{bar:32}] {pos}/{len} {elapsed}");
		let bar = ProgressBar::new(length).with_message(printable(what));
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
		let spinner = ProgressBar::new_spinner().with_message(printable(&what));
		spinner.enable_steady_tick(std::time::Duration::from_millis(120));
		spinner
	}
}

/// An error in one line.
fn failure(error: &Error) -> String {
	printable(&format!("{}: {error}", error.name()))
}

/// A text of several lines, each without what could deceive who reads it.
fn printable_lines(text: &str) -> String {
	text.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

/// A value in one line. What could deceive who reads it stands in strings alone, where JSON has
/// another way to write it.
fn escaped(value: &Value) -> String {
	let mut line = String::new();
	for character in value.to_string().chars() {
		if deceives(character) {
			let mut units = [0; 2];
			for unit in character.encode_utf16(&mut units) {
				let _ = write!(line, "\\u{unit:04x}");
			}
		} else {
			line.push(character);
		}
	}
	line
}

/// Rows under headings, in columns.
pub fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
	if rows.is_empty() {
		return "none".to_owned();
	}
	let printable = |row: &Vec<String>| row.iter().map(|cell| printable(cell)).collect::<Vec<_>>();
	let rows: Vec<_> = rows.iter().map(printable).collect();
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

/// A cell of a CSV file that no spreadsheet takes for a formula, whoever wrote it: text that begins like
/// one is quoted by an apostrophe, and numbers stay numbers.
pub fn no_formula(text: &str) -> String {
	let is_number =
		|| text.bytes().any(|byte| byte.is_ascii_digit()) && text.parse::<f64>().is_ok();
	match text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number() {
		true => format!("'{text}"),
		false => text.to_owned(),
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
	let rows: Vec<_> =
		rows.iter().map(|(name, value)| (printable(name), printable(value))).collect();
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

	/// A node clears the screen, goes up a line, writes a line of its own, and turns the direction.
	const DECEIT: &str = "none\x1b[2J\x1b[1A\r\npaid 5 MPF\u{9b}1A\u{202e}";

	#[test]
	fn what_a_node_writes_moves_nothing_on_a_terminal() {
		let failure = failure(&Error::new(DECEIT, DECEIT));
		let rows = [json!({ "a": DECEIT, "b": 1 }), json!({ "a": "x", "b": DECEIT })];
		let shown = objects(&rows, &[("id", "a"), ("name", "b")]);
		assert_eq!(shown.lines().count(), 3, "{shown:?}");
		let lines = lines(&json!({ "period": DECEIT, DECEIT: 7 }));
		assert_eq!(lines.lines().count(), 2, "{lines:?}");
		for text in [failure, shown, lines, printable_lines(DECEIT)] {
			let left = text.chars().filter(|character| deceives(*character) && *character != '\n');
			assert_eq!(left.count(), 0, "{text:?}");
		}
	}

	#[test]
	fn json_is_the_same_value_and_moves_nothing() {
		let value = json!({ "memo": DECEIT, "für": ["\u{7f}", "\u{2066}", "\n", "\\u001b", 5] });
		let line = escaped(&value);
		assert!(!line.chars().any(deceives), "{line:?}");
		assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), value);
	}

	#[test]
	fn no_text_is_a_formula_and_numbers_stay() {
		for text in ["=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "-inf", "-"] {
			assert_eq!(no_formula(text), format!("'{text}"));
		}
		for text in ["-5", "+0.25", "-1e3", "5Grw", "1=1", "", "hidden", "2026-11-30T00:00:00Z"] {
			assert_eq!(no_formula(text), text);
		}
	}

	#[test]
	fn an_object_is_shown_a_line_a_field() {
		let object = json!({ "period": 7, "phase": "open" });
		assert_eq!(lines(&object), "period  7\nphase   open");
	}
}
