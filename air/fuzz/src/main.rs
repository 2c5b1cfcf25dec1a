//! `meterproof-fuzz`: see `HELP`.

use anyhow::{bail, ensure, Context, Result};
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
	time::Duration,
};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const HELP: &str = "\
Hostile proofs and statements against the verifier.

    meterproof-fuzz [run] [OPTIONS]
        --engine native|wasm|stock-wasm   (default native; stock-wasm is the proof system alone)
        --mutations N   cases (default 100000)
        --seconds S     stop after S seconds
        --seed S        another set of cases (default 1)
        --from N        number of the first case (default 0)
        --threads N     (default 2)
        --json FILE     write the record to FILE
        --failures DIR  where failing cases go (default: fuzz-failures)
    meterproof-fuzz replay FILE...
        Verifies cases, natively and in Wasm.
    meterproof-fuzz stock FILE
        What the proof system makes of a case without our checks. May die of it.
";

/// Which verifier, where.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
	Native,
	Wasm,
	StockWasm,
}

struct Options {
	which: Which,
	settings: Settings,
	json: Option<PathBuf>,
}

fn main() -> Result<()> {
	let arguments: Vec<String> = std::env::args().skip(1).collect();
	match arguments.first().map(String::as_str) {
		Some("replay") => replay(&arguments[1..]),
		Some("stock") => stock(Path::new(arguments.get(1).context("stock of which file?")?)),
		Some("help" | "--help" | "-h") => {
			print!("{HELP}");
			Ok(())
		},
		Some("run") => run(&options(&arguments[1..])?),
		_ => run(&options(&arguments)?),
	}
}

fn options(arguments: &[String]) -> Result<Options> {
	let mut options = Options {
		which: Which::Native,
		settings: Settings {
			seed: 1,
			from: 0,
			mutations: 100_000,
			limit: None,
			threads: 2,
			failures: "fuzz-failures".into(),
			only_count: false,
		},
		json: None,
	};
	let mut arguments = arguments.iter();
	while let Some(name) = arguments.next() {
		let value = arguments.next().with_context(|| format!("{name} of what?\n\n{HELP}"))?;
		let settings = &mut options.settings;
		match name.as_str() {
			"--engine" => {
				options.which = match value.as_str() {
					"native" => Which::Native,
					"wasm" => Which::Wasm,
					"stock-wasm" => Which::StockWasm,
					_ => bail!("there is no engine {value}\n\n{HELP}"),
				};
				settings.only_count = options.which == Which::StockWasm;
			},
			"--mutations" => settings.mutations = value.parse()?,
			"--seconds" => settings.limit = Some(Duration::from_secs_f64(value.parse()?)),
			"--seed" => settings.seed = value.parse()?,
			"--from" => settings.from = value.parse()?,
			"--threads" => settings.threads = value.parse()?,
			"--json" => options.json = Some(value.into()),
			"--failures" => settings.failures = value.into(),
			_ => bail!("there is no option {name}\n\n{HELP}"),
		}
	}
	Ok(options)
}

fn run(options: &Options) -> Result<()> {
	quiet_panics();
	let record = match options.which {
		Which::Native if cfg!(debug_assertions) => {
			campaign::run(&options.settings, "native, overflow checks", || Native)?
		},
		Which::Native => campaign::run(&options.settings, "native", || Native)?,
		Which::Wasm | Which::StockWasm => in_wasm(options)?,
	};
	record.print();
	if let Some(file) = &options.json {
		let text = serde_json::to_string_pretty(&record.json())?;
		std::fs::write(file, text + "\n")
			.with_context(|| format!("cannot write {}", file.display()))?;
	}
	ensure!(
		record.failures.is_empty(),
		"{} failing cases, the first in {}",
		record.failures.len(),
		options.settings.failures.display()
	);
	Ok(())
}

#[cfg(feature = "wasm")]
fn in_wasm(options: &Options) -> Result<Record> {
	use meterproof_fuzz::engine::{module, Entry, Wasm};
	let module = module()?;
	let (name, entry) = match options.which {
		Which::StockWasm => ("proof system alone, wasm32", Entry::Stock),
		_ => ("wasm32", Entry::Verify),
	};
	Ok(campaign::run(&options.settings, name, || Wasm::new(module.clone(), entry))?)
}

#[cfg(not(feature = "wasm"))]
fn in_wasm(_: &Options) -> Result<Record> {
	bail!("built without the feature `wasm`")
}

fn replay(files: &[String]) -> Result<()> {
	quiet_panics();
	let mut engines: Vec<(&str, Box<dyn Engine>)> = vec![("native", Box::new(Native))];
	#[cfg(feature = "wasm")]
	{
		use meterproof_fuzz::engine::{module, Entry, Wasm};
		engines.push(("wasm32", Box::new(Wasm::new(module()?, Entry::Verify))));
	}
	for file in files {
		let bytes = std::fs::read(file).with_context(|| format!("cannot read {file}"))?;
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
			println!("{file}: {name}: {end}; {time:?}, {memory:?}");
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
