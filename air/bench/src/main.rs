//! Proving and verifying the usage statement, measured natively, without a node.
//!
//! Every case is measured in a process of its own, so that its peak of memory is its own and its
//! threads are as many as the case says. Only cases whose verification is compared share one.

mod measure;
mod run;

use std::{path::Path, process::ExitCode};

use anyhow::Result;
use meterproof_proof_bench::{
	figures::Figures,
	options::{Options, Task, HELP},
	page,
};

fn main() -> ExitCode {
	match run() {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("\nThe benchmark failed: {error:#}");
			ExitCode::FAILURE
		},
	}
}

fn run() -> Result<()> {
	match Task::parse(std::env::args().skip(1))? {
		Task::Help => print!("{HELP}"),
		Task::One(case) => println!("{}", serde_json::to_string(&measure::measure(&case)?)?),
		Task::Together(cases) => {
			println!("{}", serde_json::to_string(&measure::measure_together(&cases)?)?)
		},
		Task::All(options) => all(&options)?,
	}
	Ok(())
}

fn all(options: &Options) -> Result<()> {
	let figures = match &options.from {
		Some(file) => Figures::read(file)?,
		None => run::everything(options)?,
	};
	println!("\n{}, {} core(s)\n\n{}", figures.machine, figures.cores, page::summary(&figures));
	if let Some(file) = &options.json {
		figures.write(file)?;
		println!("The figures are in {}.", file.display());
	}
	if options.docs {
		page::write(&figures, Path::new("docs"))?;
		println!("docs/benchmarks.md has these figures.");
	}
	Ok(())
}
