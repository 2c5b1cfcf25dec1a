//! The figures of one size.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use meterproof_driver::chain::{integer, number};
use meterproof_proof_bench::thousandths;
use serde_json::{json, Value};

/// One size, with hiding or without.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
	/// Readings and slacks.
	pub slots: usize,
	/// Whether the proof hides the readings.
	pub hiding: bool,
	/// Seconds to prove.
	pub prove_s: f64,
	/// Readings, without slacks, over that time.
	pub readings_per_s: f64,
	/// The most memory that the process had while it proved, in MB.
	pub peak_mb: Option<u64>,
	/// Length of a proof.
	pub proof_bytes: usize,
	/// Milliseconds to verify, natively.
	pub verify_native_ms: Option<f64>,
	/// Milliseconds to verify in the runtime.
	pub verify_wasm_ms: Option<f64>,
	/// Security that is proven, in bits.
	pub proven_bits: u32,
}

impl Row {
	/// As it is written to a file.
	pub fn json(&self) -> Value {
		json!({
			"slots": self.slots,
			"hiding": self.hiding,
			"prove_s": thousandths(self.prove_s),
			"readings_per_s": self.readings_per_s.round() as u64,
			"peak_mb": self.peak_mb,
			"proof_bytes": self.proof_bytes,
			"verify_native_ms": self.verify_native_ms.map(thousandths),
			"verify_wasm_ms": self.verify_wasm_ms.map(thousandths),
			"proven_bits": self.proven_bits,
		})
	}

	/// What was written; fields may be missing where there may be no figure.
	pub fn of_json(value: &Value) -> Result<Self> {
		Ok(Self {
			slots: usize::try_from(integer(value, "slots")?)?,
			hiding: value["hiding"].as_bool().context("a row without `hiding`")?,
			prove_s: number(value, "prove_s")?,
			readings_per_s: number(value, "readings_per_s")?,
			peak_mb: value["peak_mb"].as_u64(),
			proof_bytes: usize::try_from(integer(value, "proof_bytes")?)?,
			verify_native_ms: value["verify_native_ms"].as_f64(),
			verify_wasm_ms: value["verify_wasm_ms"].as_f64(),
			proven_bits: u32::try_from(integer(value, "proven_bits")?)?,
		})
	}
}

/// The rows without hiding of a file.
pub fn unhiding(file: &Path) -> Result<Vec<Row>> {
	let name = || file.display().to_string();
	let text = fs::read_to_string(file).with_context(name)?;
	let rows: Vec<Value> = serde_json::from_str(&text).with_context(name)?;
	without_hiding(&rows).with_context(name)
}

/// A process that measured more than one row tells the peak of all: then no row has its own.
fn without_hiding(rows: &[Value]) -> Result<Vec<Row>> {
	let rows: Vec<Row> = rows.iter().map(Row::of_json).collect::<Result<_>>()?;
	let alone = rows.len() == 1;
	let bare = rows.into_iter().filter(|row| !row.hiding);
	Ok(bare.map(|row| Row { peak_mb: row.peak_mb.filter(|_| alone), ..row }).collect())
}

#[cfg(test)]
mod tests {
	use super::*;

	fn row(hiding: bool) -> Row {
		Row {
			slots: 118,
			hiding,
			prove_s: 0.125,
			readings_per_s: 872.0,
			peak_mb: Some(40),
			proof_bytes: 90_000,
			verify_native_ms: None,
			verify_wasm_ms: Some(7.5),
			proven_bits: 112,
		}
	}

	#[test]
	fn what_was_written_is_read() {
		assert_eq!(Row::of_json(&row(true).json()).unwrap(), row(true));
		assert!(Row::of_json(&json!({ "slots": 118 })).is_err());
	}

	#[test]
	fn a_peak_is_kept_only_if_it_is_the_row_s_own() {
		let [hiding, bare] = [true, false].map(|hiding| row(hiding).json());
		assert_eq!(without_hiding(std::slice::from_ref(&bare)).unwrap(), [row(false)]);
		let shared = Row { peak_mb: None, ..row(false) };
		assert_eq!(without_hiding(&[hiding, bare]).unwrap(), [shared]);
	}
}
