//! `meterproof-fuzz`: hostile proofs and statements against the verifier.

mod options;

#[cfg(not(feature = "wasm"))]
use anyhow::bail;
use anyhow::{ensure, Context, Result};
use clap::Parser;
use meterproof_fuzz::{
	campaign::{self, Settings},
	engine::{quiet_panics, End, Engine, Native},
	memory::{counted, Counting},
	report::Record,
};
use meterproof_fuzz_subject as subject;
use std::{
	panic::{catch_unwind, AssertUnwindSafe},
	path::{Path, PathBuf},
	process::ExitCode,
};

use crate::options::{Command, Options, RunArgs, Which};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
	let options = match Options::try_parse() {
		Ok(options) => options,
		Err(error) => {
			// It goes to standard error, help to standard output; a closed one is no one's fault.
			let _ = error.print();
			return if error.use_stderr() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
		},
	};
	let result = match &options.command {
		Some(Command::Replay { files }) => replay(files),
		Some(Command::Stock { file }) => stock(file),
		Some(Command::Run(arguments)) => run(arguments),
		None => run(&options.run),
	};
	match result {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("Error: {error:?}");
			ExitCode::FAILURE
		},
	}
}

fn run(arguments: &RunArgs) -> Result<()> {
	quiet_panics();
	let settings = arguments.settings();
	let record = match arguments.engine {
		Which::Native if cfg!(debug_assertions) => {
			campaign::run(&settings, "native, overflow checks", || Native)?
		},
		Which::Native => campaign::run(&settings, "native", || Native)?,
		Which::Wasm | Which::StockWasm => in_wasm(arguments.engine, &settings)?,
	};
	record.print();
	if let Some(file) = &arguments.json {
		let text = serde_json::to_string_pretty(&record.json())?;
		std::fs::write(file, text + "\n")
			.with_context(|| format!("cannot write {}", file.display()))?;
	}
	ensure!(
		record.failures.is_empty(),
		"{} failing cases, the first in {}",
		record.failures.len(),
		settings.failures.display()
	);
	Ok(())
}

#[cfg(feature = "wasm")]
fn in_wasm(engine: Which, settings: &Settings) -> Result<Record> {
	use meterproof_fuzz::engine::{module, Entry, Wasm};
	let module = module()?;
	let (name, entry) = match engine {
		Which::StockWasm => ("proof system alone, wasm32", Entry::Stock),
		_ => ("wasm32", Entry::Verify),
	};
	Ok(campaign::run(settings, name, || Wasm::new(module.clone(), entry))?)
}

#[cfg(not(feature = "wasm"))]
fn in_wasm(_: Which, _: &Settings) -> Result<Record> {
	bail!("built without the feature `wasm`")
}

fn replay(files: &[PathBuf]) -> Result<()> {
	quiet_panics();
	let mut engines: Vec<(&str, Box<dyn Engine>)> = vec![("native", Box::new(Native))];
	#[cfg(feature = "wasm")]
	{
		use meterproof_fuzz::engine::{module, Entry, Wasm};
		engines.push(("wasm32", Box::new(Wasm::new(module()?, Entry::Verify))));
	}
	for file in files {
		let bytes =
			std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
		let (statement, proof) = subject::decode(&bytes).context("not a case")?;
		for (name, engine) in &mut engines {
			let run = engine.run(&statement, proof);
			let end = match run.end {
				End::Verdict(class) => {
					subject::CLASSES.get(class as usize).copied().unwrap_or("?").to_string()
				},
				End::Crash(text) => format!("crash: {text}"),
			};
			let (time, memory) = (run.time, run.memory);
			println!("{}: {name}: {end}; {time:?}, {memory:?}", file.display());
		}
	}
	Ok(())
}

fn stock(file: &Path) -> Result<()> {
	quiet_panics();
	let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
	let (statement, proof) = subject::decode(&bytes).context("not a case")?;
	let verify = AssertUnwindSafe(|| statement.stock(proof));
	let (result, memory) = counted(|| catch_unwind(verify));
	match result {
		Ok(Ok(())) => println!("accepted"),
		Ok(Err(error)) => println!("refused: {error}"),
		Err(_) => println!("panicked: {}", meterproof_fuzz::engine::last_panic()),
	}
	println!("largest request: {}", memory.largest);
	Ok(())
}
