//! One thing to measure, and what was measured.

use meterproof_programs::usage::{self, BLINDING_ROWS, EXTENSION_DEGREE};
use serde::{Deserialize, Serialize};
use std::fmt;

use crate::{per_group::PerGroup, phases::Phases};

/// What the program was compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cpu {
	/// Any processor of the architecture.
	Baseline,
	/// The one of the machine that measures.
	Native,
}

/// Parameters of the proof system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameters {
	/// By what the trace is extended.
	pub blowup: usize,
	/// Opened positions.
	pub queries: usize,
	/// Bits of the proof of work.
	pub grinding: u32,
	/// By what a layer of the low-degree proof is smaller than the one before.
	pub folding: usize,
	/// Largest degree of the last polynomial.
	pub remainder: usize,
}

impl Parameters {
	/// The ones that the verifier accepts.
	pub fn pinned() -> Self {
		let options = usage::options();
		let fri = options.to_fri_options();
		Self {
			blowup: options.blowup_factor(),
			queries: options.num_queries(),
			grinding: options.grinding_factor(),
			folding: fri.folding_factor(),
			remainder: fri.remainder_max_degree(),
		}
	}

	/// The fewest blinding rows that hide, but not fewer than 8: of a column that is pinned in
	/// every eighth row, as many cells stay free as are opened.
	pub fn blinding_rows(&self) -> usize {
		let opened = self.queries + 2 * EXTENSION_DEGREE;
		(opened.div_ceil(7) * 8).max(8)
	}
}

/// One thing to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
	/// Readings and slacks.
	pub slots: usize,
	/// Groups: each has a slack.
	pub groups: usize,
	/// Whether the proof hides the readings.
	pub hiding: bool,
	/// Threads that prove.
	pub cores: usize,
	/// What the program was compiled for.
	pub cpu: Cpu,
	/// Other parameters than the pinned ones: the verifier refuses such a proof.
	pub parameters: Option<Parameters>,
	/// How many proofs are made.
	pub runs: usize,
}

impl Case {
	/// Slots without slacks.
	pub fn readings(&self) -> usize {
		self.slots - self.groups
	}

	/// The logarithm of the trace's length.
	pub fn log_rows(&self) -> u32 {
		log_rows(self.slots)
	}

	/// About how many seconds measuring takes on a machine of the year 2025. Only for planning.
	pub fn seconds(&self) -> f64 {
		let threads = self.cores as f64;
		let speed = match self.cpu {
			Cpu::Baseline => 1.0,
			Cpu::Native => 1.0,
		};
		let blowup = self.parameters.map_or(1.0, |parameters| parameters.blowup as f64 / 32.0);
		let prove = (0.02 + 0.26e-3 * self.slots as f64 * blowup) / threads / speed;
		0.2 + prove * self.runs as f64 + 1e-4 * self.slots as f64
	}
}

impl fmt::Display for Case {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{} slots, {} groups, {} thread(s)", self.slots, self.groups, self.cores)?;
		if self.cpu == Cpu::Native {
			write!(f, ", compiled for this processor")?;
		}
		if !self.hiding {
			write!(f, ", without hiding")?;
		}
		if let Some(Parameters { blowup, queries, grinding, folding, remainder }) = self.parameters
		{
			write!(f, ", blowup {blowup}, {queries} queries, grinding {grinding}")?;
			write!(f, ", folding {folding}, remainder {remainder}")?;
		}
		Ok(())
	}
}

/// The logarithm of the length of the trace that so many slots take.
pub fn log_rows(slots: usize) -> u32 {
	let rows = slots * usage::ROWS_PER_SLOT + BLINDING_ROWS;
	rows.next_power_of_two().max(usage::MIN_TRACE_LENGTH).ilog2()
}

/// What was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
	/// Readings and slacks.
	pub slots: usize,
	/// Groups: each has a slack.
	pub groups: usize,
	/// Slots without slacks.
	pub readings: usize,
	/// Whether the proof hides the readings.
	pub hiding: bool,
	/// Threads that proved.
	pub cores: usize,
	/// What the program was compiled for.
	pub cpu: Cpu,
	/// Other parameters than the pinned ones, where these were measured.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub parameters: Option<Parameters>,
	/// How many proofs were made.
	pub runs: usize,
	/// Seconds to prove: the middle of all runs.
	pub prove_s: f64,
	/// Seconds of the fastest run.
	pub prove_min_s: f64,
	/// Seconds to prove without the proof of work, whose time is luck: the middle of all runs.
	pub prove_without_grinding_s: f64,
	/// Readings, without slacks, over `prove_s`.
	pub readings_per_s: u64,
	/// The most memory that the process had while it proved, in MB.
	pub peak_mb: Option<u64>,
	/// Length of a proof: the middle of all runs.
	pub proof_bytes: usize,
	/// Milliseconds to verify natively, on one thread. With other parameters than the pinned ones
	/// by the proof system's verifier alone.
	pub verify_native_ms: Option<f64>,
	/// What a group costs the verifier beyond those of the first of a set that was verified in
	/// turns.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub per_group: Option<PerGroup>,
	/// Milliseconds to verify in the runtime: `bench usage` measures them.
	pub verify_wasm_ms: Option<f64>,
	/// Security that is proven, in bits.
	pub proven_bits: u32,
	/// Security that is proven for the longest trace, in bits, where parameters were compared.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub proven_bits_longest: Option<u32>,
	/// Milliseconds of each phase: the middle of all runs.
	pub phases_ms: Phases,
}

impl Row {
	/// Microseconds of proving for each reading.
	pub fn per_reading_us(&self) -> f64 {
		self.prove_s * 1e6 / self.readings as f64
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn pinned_parameters_have_the_pinned_blinding() {
		assert_eq!(Parameters::pinned().blinding_rows(), BLINDING_ROWS);
	}

	#[test]
	fn blinding_follows_the_queries() {
		let rows = |queries| Parameters { queries, ..Parameters::pinned() }.blinding_rows();
		assert_eq!([40, 48, 64, 65].map(rows), [56, 64, 80, 88]);
	}

	#[test]
	fn a_trace_is_as_long_as_it_must_be() {
		assert_eq!([57, 121, 122, 1_017, 16_377].map(log_rows), [9, 10, 11, 13, 17]);
	}
}
