//! All that was measured, as a file.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::{
	case::{Cpu, Row},
	plan::GROUPED_READINGS,
};

/// All that was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
	/// The processor.
	pub machine: String,
	/// How many threads it runs at once.
	pub cores: usize,
	/// With the pinned parameters.
	pub rows: Vec<Row>,
	/// The pinned parameters and others, hiding.
	pub parameters: Vec<Row>,
}

impl Figures {
	/// What was written.
	pub fn read(file: &Path) -> Result<Self> {
		let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
		serde_json::from_str(&text).with_context(|| file.display().to_string())
	}

	/// Writes a file for `read`.
	pub fn write(&self, file: &Path) -> Result<()> {
		let text = serde_json::to_string_pretty(self)?;
		fs::write(file, text + "\n").with_context(|| format!("cannot write {}", file.display()))
	}

	/// Hiding rows of all sizes, by size.
	pub fn sizes(&self, cores: usize, cpu: Cpu) -> Vec<&Row> {
		let mut rows: Vec<&Row> = self
			.rows
			.iter()
			.filter(|row| row.hiding && row.cores == cores && row.cpu == cpu)
			.filter(|row| !GROUPED_READINGS.contains(&row.readings))
			.collect();
		rows.sort_by_key(|row| row.slots);
		rows
	}

	/// Rows that differ in the number of groups only, by that number.
	pub fn grouped(&self, readings: usize) -> Vec<&Row> {
		let mut rows: Vec<&Row> = self.rows.iter().filter(|row| row.readings == readings).collect();
		rows.sort_by_key(|row| row.groups);
		rows
	}

	/// Rows without hiding, each after the same with it.
	pub fn hiding(&self) -> Vec<[&Row; 2]> {
		let sizes = self.sizes(self.cores, Cpu::Baseline);
		let bare = self.rows.iter().filter(|row| !row.hiding);
		bare.filter_map(|bare| {
			sizes.iter().find(|row| row.slots == bare.slots).map(|row| [*row, bare])
		})
		.collect()
	}

	/// How many threads were tried.
	pub fn thread_counts(&self) -> Vec<usize> {
		let mut counts: Vec<usize> = self.rows.iter().map(|row| row.cores).collect();
		counts.sort_unstable();
		counts.dedup();
		counts
	}
}

#[cfg(test)]
pub mod tests {
	use super::*;
	use crate::{
		case::Case,
		per_group::PerGroup,
		phases::Phases,
		plan::{Plan, NATIVE, SIZES},
		thousandths,
	};

	/// Figures with made-up numbers.
	pub fn made_up() -> Figures {
		let row = |case: &Case| Row {
			slots: case.slots,
			groups: case.groups,
			readings: case.readings(),
			hiding: case.hiding,
			cores: case.cores,
			cpu: case.cpu,
			parameters: case.parameters,
			runs: case.runs,
			prove_s: thousandths(case.slots as f64 * 6e-4 / case.cores as f64),
			prove_min_s: thousandths(case.slots as f64 * 5e-4 / case.cores as f64),
			prove_without_grinding_s: thousandths(case.slots as f64 * 5.5e-4 / case.cores as f64),
			readings_per_s: 1_600 * case.cores as u64,
			peak_mb: Some(60),
			proof_bytes: 100_000 + 5 * case.slots,
			verify_native_ms: Some(thousandths(1.0 + case.slots as f64 / 1e3)),
			per_group: (GROUPED_READINGS.contains(&case.readings()) && case.groups > 1)
				.then_some(PerGroup { us: 1.0, error_us: 0.25 }),
			verify_wasm_ms: None,
			proven_bits: 114,
			proven_bits_longest: case.parameters.map(|_| 113),
			phases_ms: Phases { lde: 7.0, fri: 3.0, ..Phases::default() },
		};
		let plan = Plan::full(2);
		Figures {
			machine: "some processor".into(),
			cores: 2,
			rows: plan.rows.iter().chain(plan.grouped.iter().flatten()).map(row).collect(),
			parameters: plan.parameters.iter().map(row).collect(),
		}
	}

	#[test]
	fn what_was_written_is_read() {
		let text = serde_json::to_string(&made_up()).unwrap();
		assert!(serde_json::from_str::<Figures>(&text).unwrap() == made_up());
	}

	#[test]
	fn rows_are_found() {
		let figures = made_up();
		assert_eq!(figures.thread_counts(), [1, 2]);
		assert_eq!(figures.sizes(1, Cpu::Baseline).len(), SIZES.len());
		assert_eq!(figures.sizes(2, Cpu::Baseline).len(), SIZES.len());
		assert_eq!(figures.sizes(2, Cpu::Native).len(), NATIVE.len());
		assert_eq!(
			figures.grouped(752).iter().map(|row| row.groups).collect::<Vec<_>>(),
			[1, 8, 64, 256]
		);
		assert!(figures.hiding().iter().all(|[with, without]| with.hiding && !without.hiding));
		assert_eq!(figures.hiding().len(), 2);
	}
}
