//! All cases, one process after the other.

use std::{
	path::{Path, PathBuf},
	process::{Command, Stdio},
	time::Instant,
};

use anyhow::{bail, Context, Result};
use meterproof_proof_bench::{
	case::{Case, Cpu, Row},
	figures::Figures,
	machine::{available_mb, Machine},
	options::{Options, CASE, TOGETHER},
	plan::Plan,
};
use serde::{de::DeserializeOwned, Serialize};

/// Measures all that the options ask for.
pub fn everything(options: &Options) -> Result<Figures> {
	let machine = Machine::this();
	let mut plan =
		if options.quick { Plan::quick(machine.cores) } else { Plan::full(machine.cores) };
	if options.native.is_none() {
		plan.rows.retain(|case| case.cpu == Cpu::Baseline);
	}
	let mut progress = Progress::new(&plan);
	let own = std::env::current_exe().context("where is this program?")?;
	let mut measure = |cases: &[Case]| -> Result<Vec<Row>> {
		let mut rows = Vec::with_capacity(cases.len());
		for case in cases {
			let program = match (case.cpu, &options.native) {
				(Cpu::Native, Some(native)) => native,
				_ => &own,
			};
			progress.begin(case);
			if fits(case) {
				rows.push(in_process_of_its_own(program, case, CASE, case)?);
			}
			progress.end(case);
		}
		Ok(rows)
	};
	let mut rows = measure(&plan.rows)?;
	let parameters = measure(&plan.parameters)?;
	for cases in &plan.grouped {
		let Some(largest) = cases.last() else { continue };
		progress.begin(largest);
		if fits(largest) {
			let together: Vec<Row> = in_process_of_its_own(&own, largest, TOGETHER, cases)?;
			rows.extend(together);
		}
		cases.iter().for_each(|case| progress.end(case));
	}
	Ok(Figures { machine: machine.model, cores: machine.cores, rows, parameters })
}

/// Whether there is memory for a case; says so if not.
fn fits(case: &Case) -> bool {
	// As measured, and a half more; the trees grow with the blowup.
	let blowup = case.parameters.map_or(32, |parameters| parameters.blowup) as u64;
	let needed = (50 + case.slots as u64 * 95 / 1_000) * (blowup + 32) / 64;
	let fits = available_mb().is_none_or(|available| available > needed);
	if !fits {
		eprintln!("    left out: it needs about {needed} MB of memory");
	}
	fits
}

/// What this program says to `option` with `what`, run with as many threads as the case has.
fn in_process_of_its_own<T: DeserializeOwned>(
	program: &Path,
	case: &Case,
	option: &str,
	what: &(impl Serialize + ?Sized),
) -> Result<T> {
	let mut command = Command::new(program);
	command
		.args([option, &serde_json::to_string(what)?])
		.env("RAYON_NUM_THREADS", case.cores.to_string())
		.stdin(Stdio::null())
		.stderr(Stdio::inherit());
	let output = command
		.output()
		.with_context(|| format!("cannot start {}", PathBuf::from(program).display()))?;
	if !output.status.success() {
		bail!("{case}: ended with {}", output.status);
	}
	Ok(serde_json::from_slice(&output.stdout)?)
}

/// Says how far the work is.
struct Progress {
	start: Instant,
	cases: usize,
	number: usize,
	planned: f64,
	done: f64,
}

impl Progress {
	fn new(plan: &Plan) -> Self {
		let planned: f64 = plan.cases().map(Case::seconds).sum();
		let cases = plan.rows.len() + plan.grouped.len() + plan.parameters.len();
		eprintln!("{cases} cases, about {} on two cores", clock(planned));
		Self { start: Instant::now(), cases, number: 0, planned, done: 0.0 }
	}

	fn begin(&mut self, case: &Case) {
		self.number += 1;
		let taken = self.start.elapsed().as_secs_f64();
		// As planned at first, later by what was taken so far.
		let speed = if self.done > 10.0 { taken / self.done } else { 1.0 };
		let left = clock((self.planned - self.done) * speed);
		eprintln!("[{}/{}, about {left} left] {case}", self.number, self.cases);
	}

	fn end(&mut self, case: &Case) {
		self.done += case.seconds();
	}
}

fn clock(seconds: f64) -> String {
	let seconds = seconds.max(0.0).round() as u64;
	format!("{} min {:02} s", seconds / 60, seconds % 60)
}
