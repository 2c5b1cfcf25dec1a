//! `cargo xtask fuzz`.

use std::{path::PathBuf, process::Command};

use anyhow::{bail, Context, Result};

use crate::{
	arguments,
	build::{CHECKED_SELECTION, FUZZER, FUZZER_SELECTION},
	process::run as run_command,
	setup::{self, For},
	workspace,
};

/// Cases of a campaign, unless told otherwise. Two in a thousand are left as they are, so that
/// ten million are not.
const CASES: u64 = 10_050_000;

/// Tests of the fuzzer that need its program.
pub const TESTS: &str = "hostile";

/// Where cases are verified, and how.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Engine {
	/// Native code as it is released.
	Native,
	/// Native code with overflow checks and debug assertions.
	Checked,
	/// In wasmtime, with the node's limits.
	Wasm,
}

impl Engine {
	/// All engines.
	pub const ALL: [Self; 3] = [Self::Native, Self::Checked, Self::Wasm];

	/// What a heading calls it.
	pub fn name(self) -> &'static str {
		match self {
			Self::Native => "native",
			Self::Checked => "native, overflow checks",
			Self::Wasm => "wasm32",
		}
	}

	fn number(self) -> u64 {
		match self {
			Self::Native => 1,
			Self::Checked => 2,
			Self::Wasm => 3,
		}
	}

	/// Most run where a case costs least.
	fn share(self, cases: u64) -> u64 {
		let (fifth, tenth) = (cases / 5, cases / 10);
		match self {
			Self::Native => cases.saturating_sub(fifth).saturating_sub(tenth),
			Self::Checked => fifth,
			Self::Wasm => tenth,
		}
	}

	fn folder(self) -> &'static str {
		match self {
			Self::Native | Self::Wasm => "release",
			Self::Checked => "checked",
		}
	}

	/// Builds the fuzzer for this engine, as its tests do, so that dependencies have the same features.
	fn build(self) -> Result<Command> {
		let mut command = self.tests()?;
		command.arg("--no-run");
		Ok(command)
	}

	/// The tests of the fuzzer against its corpus. The checked build has no Wasm engine.
	pub fn tests(self) -> Result<Command> {
		let mut command = workspace::cargo(["test"])?;
		match self {
			Self::Native | Self::Wasm => command.args(FUZZER_SELECTION),
			Self::Checked => command.args(CHECKED_SELECTION),
		};
		command.args(["--test", TESTS]);
		Ok(command)
	}

	/// The fuzzer, which must have been built or tested before.
	pub fn fuzzer(self) -> Result<Command> {
		let target = workspace::target()?;
		let mut command = workspace::program(target.join(self.folder()).join(FUZZER))?;
		let engine = if self == Self::Wasm { "wasm" } else { "native" };
		command.args(["run", "--engine", engine, "--failures"]).arg(kept()?.join("failures"));
		Ok(command)
	}
}

/// Where failing cases and records are kept.
fn kept() -> Result<PathBuf> {
	Ok(workspace::target()?.join("fuzz"))
}

/// What is asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
	mutations: Option<u64>,
	seconds: Option<u64>,
	seed: u64,
	json: Option<PathBuf>,
}

fn options(given: &[String]) -> Result<Options> {
	let mut options = Options::default();
	let mut given = arguments::absolute(given, &["--json"])?.into_iter();
	while let Some(argument) = given.next() {
		let (name, value) = match argument.split_once('=') {
			Some((name, value)) => (name.to_string(), Some(value.to_string())),
			None => (argument, given.next()),
		};
		let value = value.with_context(|| format!("`{name}` of what?"))?;
		let number = || value.parse().with_context(|| format!("`{name} {value}`: no number"));
		match name.as_str() {
			"--mutations" => options.mutations = Some(number()?),
			"--seconds" => options.seconds = Some(number()?),
			"--seed" => options.seed = number()?,
			"--json" => options.json = Some(value.into()),
			_ => bail!("`fuzz` has no option `{name}`; `cargo xtask help` lists them"),
		}
	}
	Ok(options)
}

/// The task: every engine in turn, each with its own cases.
pub fn run(given: &[String]) -> Result<()> {
	let options = options(given)?;
	setup::ensure(For::Building)?;
	for engine in Engine::ALL {
		run_command(&mut engine.build()?)?;
	}
	let engines = u64::try_from(Engine::ALL.len())?;
	let mut records = Vec::new();
	for engine in Engine::ALL {
		let record = kept()?.join(format!("record-{}.json", engine.number()));
		let mut fuzzer = engine.fuzzer()?;
		let seed = options.seed.saturating_mul(engines).saturating_add(engine.number());
		fuzzer.args(["--seed", &seed.to_string()]).arg("--json").arg(&record);
		// With a time alone there is no end of cases.
		let cases = match (options.mutations, options.seconds) {
			(None, Some(_)) => u64::MAX / 2,
			(cases, _) => engine.share(cases.unwrap_or(CASES)),
		};
		fuzzer.args(["--mutations", &cases.to_string()]);
		if let Some(seconds) = options.seconds {
			let seconds = seconds.checked_div(engines).unwrap_or(0).max(1);
			fuzzer.args(["--seconds", &seconds.to_string()]);
		}
		println!("\n=== {}", engine.name());
		run_command(&mut fuzzer)?;
		records.push(std::fs::read_to_string(record)?);
	}
	if let Some(file) = options.json {
		std::fs::write(&file, format!("[\n{}]\n", records.join(",\n")))
			.with_context(|| format!("cannot write {}", file.display()))?;
	}
	println!("\nNo panic, no trap, nothing accepted, slow or large.");
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	fn parsed(text: &str) -> Result<Options> {
		options(&text.split_whitespace().map(String::from).collect::<Vec<_>>())
	}

	#[test]
	fn options_are_checked_before_anything_is_built() {
		assert_eq!(parsed("").unwrap(), Options::default());
		let options = parsed("--mutations 7 --seconds=30 --seed 2 --json=/tmp/a.json").unwrap();
		assert_eq!((options.mutations, options.seconds, options.seed), (Some(7), Some(30), 2));
		assert_eq!(options.json, Some("/tmp/a.json".into()));
		assert!(parsed("--mutations").is_err());
		assert!(parsed("--mutations many").is_err());
		assert!(parsed("--engine wasm").is_err());
	}

	/// Of two versions the fuzzer could have the one that the node does not run.
	#[test]
	fn there_is_one_wasmtime_and_one_proof_system() {
		let lock = std::fs::read_to_string(workspace::root().join("Cargo.lock")).unwrap();
		for name in ["wasmtime", "winter-verifier", "winter-crypto", "blake3"] {
			let count = lock.matches(&format!("name = \"{name}\"\n")).count();
			assert_eq!(count, 1, "{name}");
		}
	}

	#[test]
	fn the_shares_add_up() {
		for cases in [0, 1, 9, 1_000, CASES] {
			let sum: u64 = Engine::ALL.iter().map(|engine| engine.share(cases)).sum();
			assert_eq!(sum, cases);
		}
	}
}
