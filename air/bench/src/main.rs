//! Proving and verifying the usage statement, measured natively, without a node.
//!
//! Every case is measured in a process of its own, so that its peak of memory is its own and its
//! threads are as many as the case says. Only cases whose verification is compared share one.

mod measure;
mod run;

use std::{path::Path, process::ExitCode};

use anyhow::Result;
use clap::Parser;
use meterproof_proof_bench::{
	figures::Figures,
	options::{Options, Together},
	page,
};

fn main() -> ExitCode {
	let options = match Options::try_parse() {
		Ok(options) => options,
		Err(error) => {
			// It goes to standard error, help to standard output; a closed one is no one's fault.
			let _ = error.print();
			return if error.use_stderr() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
		},
	};
	match run(&options) {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("\nThe benchmark failed: {error:#}");
			ExitCode::FAILURE
		},
	}
}

fn run(options: &Options) -> Result<()> {
	match (&options.case, &options.together) {
		(Some(case), _) => println!("{}", serde_json::to_string(&measure::measure(case)?)?),
		(None, Some(Together(cases))) => {
			println!("{}", serde_json::to_string(&measure::measure_together(cases)?)?)
		},
		(None, None) => all(options)?,
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
