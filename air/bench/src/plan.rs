//! What is measured.

use meterproof_programs::usage::MAX_SLOTS;

use crate::case::{Case, Cpu, Parameters};

/// Sizes that fill a power of two of rows, up to the longest statement.
pub const SIZES: [usize; 12] =
	[57, 121, 249, 505, 1_017, 2_041, 4_089, 8_185, 16_377, 32_761, 65_529, MAX_SLOTS];

/// Sizes that are also proved by a program compiled for this processor.
pub const NATIVE: [usize; 2] = [1_017, 8_185];

/// Numbers of groups.
pub const GROUPS: [usize; 4] = [1, 8, 64, 256];

/// Readings in so many groups: with 256 slacks, 1,008 and 8,064 slots.
pub const GROUPED_READINGS: [usize; 2] = [752, 7_808];

/// Sizes that are also proved without hiding.
pub const WITHOUT_HIDING: [usize; 2] = [1_017, 8_185];

/// The size at which parameters are compared.
pub const COMPARED: usize = 1_008;

/// What there is to measure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
	/// Cases with the pinned parameters.
	pub rows: Vec<Case>,
	/// Cases with the pinned parameters, in sets that differ in the number of groups only: the
	/// verifier is compared.
	pub grouped: Vec<Vec<Case>>,
	/// Cases with other parameters.
	pub parameters: Vec<Case>,
}

impl Plan {
	/// Everything, on a machine that runs so many threads at once.
	pub fn full(threads: usize) -> Self {
		let mut plan = Self::default();
		plan.sizes(&SIZES, threads, usual_runs);
		plan.grouped(&GROUPED_READINGS, threads, usual_runs);
		plan.without_hiding(&WITHOUT_HIDING, threads, usual_runs);
		let all = candidates();
		plan.parameters.extend(all.map(|parameters| compare(parameters, threads, 9)));
		plan
	}

	/// Two sizes, to see that everything works.
	pub fn quick(threads: usize) -> Self {
		let runs = |_| 3;
		let mut plan = Self::default();
		plan.sizes(&[121, 1_017], threads, runs);
		plan.grouped(&GROUPED_READINGS[..1], threads, runs);
		plan.without_hiding(&WITHOUT_HIDING[..1], threads, runs);
		let some = candidates().step_by(5);
		plan.parameters.extend(some.map(|parameters| compare(parameters, threads, 3)));
		plan
	}

	/// All cases; those that are compared come last.
	pub fn cases(&self) -> impl Iterator<Item = &Case> {
		self.rows.iter().chain(&self.parameters).chain(self.grouped.iter().flatten())
	}

	fn sizes(&mut self, sizes: &[usize], threads: usize, runs: impl Fn(usize) -> usize) {
		for cores in thread_counts(threads) {
			let cases = sizes.iter().map(|&slots| usual(slots, cores, runs(slots)));
			self.rows.extend(cases);
		}
		let native = |&slots| Case { cpu: Cpu::Native, ..usual(slots, threads, runs(slots)) };
		let both = NATIVE.iter().filter(|slots| sizes.contains(slots));
		self.rows.extend(both.map(native));
	}

	fn grouped(&mut self, readings: &[usize], threads: usize, runs: impl Fn(usize) -> usize) {
		for readings in readings {
			let cases = GROUPS.map(|groups| {
				let slots = readings + groups;
				Case { groups, ..usual(slots, threads, runs(slots)) }
			});
			self.grouped.push(cases.to_vec());
		}
	}

	fn without_hiding(&mut self, sizes: &[usize], threads: usize, runs: impl Fn(usize) -> usize) {
		let bare = |&slots| Case { hiding: false, ..usual(slots, threads, runs(slots)) };
		self.rows.extend(sizes.iter().map(bare));
	}
}

/// 1, 2 and all.
fn thread_counts(threads: usize) -> Vec<usize> {
	let mut counts = vec![1, 2, threads];
	counts.retain(|count| *count <= threads);
	counts.sort_unstable();
	counts.dedup();
	counts
}

/// Slots of a group: its readings and a slack.
const GROUP: usize = 14;

fn usual(slots: usize, cores: usize, runs: usize) -> Case {
	Case {
		slots,
		groups: slots.div_ceil(GROUP),
		hiding: true,
		cores,
		cpu: Cpu::Baseline,
		parameters: None,
		runs,
	}
}

/// How often a case of this size is proved: few enough times that all cases take some minutes on two cores.
fn usual_runs(slots: usize) -> usize {
	match slots {
		0..2_000 => 9,
		2_000..5_000 => 7,
		5_000..10_000 => 5,
		10_000..50_000 => 3,
		_ => 2,
	}
}

fn compare(parameters: Parameters, threads: usize, runs: usize) -> Case {
	Case { parameters: Some(parameters), ..usual(COMPARED, threads, runs) }
}

/// The pinned parameters, and one or two of them changed.
fn candidates() -> impl Iterator<Item = Parameters> {
	let pinned = Parameters::pinned();
	let with = |blowup, queries| Parameters { blowup, queries, ..pinned };
	[
		pinned,
		Parameters { folding: 4, ..pinned },
		Parameters { folding: 16, ..pinned },
		Parameters { remainder: 7, ..pinned },
		Parameters { remainder: 31, ..pinned },
		Parameters { remainder: 255, ..pinned },
		Parameters { grinding: 16, ..with(32, 39) },
		with(32, 40),
		with(8, 61),
		with(8, 64),
		with(16, 46),
		with(16, 48),
		with(64, 31),
	]
	.into_iter()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::case::log_rows;

	#[test]
	fn sizes_fill_a_trace() {
		for size in SIZES {
			assert_eq!(log_rows(size + 1), log_rows(size) + 1, "{size}");
		}
	}

	#[test]
	fn a_full_plan_takes_minutes() {
		let seconds: f64 = Plan::full(2).cases().map(Case::seconds).sum();
		assert!(seconds < 600.0, "{seconds}");
		let quick: f64 = Plan::quick(2).cases().map(Case::seconds).sum();
		assert!(quick < 60.0, "{quick}");
	}

	#[test]
	fn threads_are_those_of_the_machine() {
		assert_eq!(thread_counts(1), [1]);
		assert_eq!(thread_counts(2), [1, 2]);
		assert_eq!(thread_counts(8), [1, 2, 8]);
	}

	#[test]
	fn every_case_fits_its_trace() {
		for case in Plan::full(2).cases() {
			assert!(case.slots <= MAX_SLOTS && case.readings() >= case.groups, "{case}");
		}
		for set in Plan::full(2).grouped {
			assert!(set.iter().all(|case| case.log_rows() == set[0].log_rows()), "{set:?}");
			assert!(set.iter().all(|case| case.runs == set[0].runs), "{set:?}");
		}
		// With the blinding of the most queries too.
		let most = candidates().map(|parameters| parameters.blinding_rows()).max().unwrap();
		assert!(COMPARED * 8 + most <= 1 << log_rows(COMPARED));
	}
}
