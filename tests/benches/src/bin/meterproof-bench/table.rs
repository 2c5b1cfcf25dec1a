//! The figures for people.

use std::fmt::Write as _;

use crate::row::Row;

const TITLES: [&str; 9] = [
	"slots",
	"hiding",
	"prove, s",
	"readings/s",
	"peak, MB",
	"proof, bytes",
	"native, ms",
	"Wasm, ms",
	"proven bits",
];

/// All rows, right-aligned under their titles. `-` is no figure.
pub fn table(rows: &[Row]) -> String {
	let mut text = line(&TITLES.map(String::from));
	for row in rows {
		let milliseconds =
			|value: Option<f64>| value.map_or("-".into(), |value| format!("{value:.2}"));
		text += &line(&[
			row.slots.to_string(),
			if row.hiding { "on" } else { "off" }.into(),
			format!("{:.3}", row.prove_s),
			format!("{:.0}", row.readings_per_s),
			row.peak_mb.map_or("-".into(), |peak| peak.to_string()),
			row.proof_bytes.to_string(),
			milliseconds(row.verify_native_ms),
			milliseconds(row.verify_wasm_ms),
			row.proven_bits.to_string(),
		]);
	}
	text
}

fn line(cells: &[String; TITLES.len()]) -> String {
	let mut line = String::new();
	for (cell, title) in cells.iter().zip(TITLES) {
		let _ = write!(line, "  {cell:>0$}", title.len().max(6));
	}
	line + "\n"
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn columns_stand_under_their_titles() {
		let row = Row {
			slots: 8_064,
			hiding: false,
			prove_s: 1.5,
			readings_per_s: 4_992.0,
			peak_mb: None,
			proof_bytes: 123_456,
			verify_native_ms: None,
			verify_wasm_ms: Some(9.876),
			proven_bits: 111,
		};
		let text = table(&[row]);
		let lines: Vec<&str> = text.lines().collect();
		assert_eq!(lines[0].len(), lines[1].len());
		assert!(lines[1].ends_with("     123456           -      9.88          111"));
	}
}
