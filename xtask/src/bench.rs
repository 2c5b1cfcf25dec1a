//! `cargo xtask bench`.

use std::{
	path::{Path, PathBuf},
	process::{Command, Stdio},
};

use anyhow::{bail, Context, Result};

use crate::{
	arguments, build,
	process::run as run_command,
	setup::{self, For},
	workspace,
};

/// Readings and slacks in one proof.
const SLOTS: [&str; 3] = ["118", "1008", "8064"];

/// The task.
pub fn run(given: &[String]) -> Result<()> {
	match given.split_first() {
		Some((subject, rest)) if subject == "usage" => usage(rest),
		Some((subject, rest)) if subject == "proofs" => proofs(rest),
		Some((subject, _)) => {
			bail!("there is no benchmark `{subject}`: try `bench usage` or `bench proofs`")
		},
		None => bail!("which benchmark? `bench usage` or `bench proofs`"),
	}
}

/// Proving in all sizes, on one core and more, compiled for any processor and for this one.
fn proofs(given: &[String]) -> Result<()> {
	let options = arguments::absolute(given, &["--json", "--from"])?;
	let measures = ensure_known_of_proofs(&options)?;
	// Neither the system's packages nor the Wasm target: only the circuits are built.
	run_command(&mut proofs_program(None)?)?;
	let mut bench = workspace::program(workspace::binary(PROOFS)?)?;
	bench.args(options).stdin(Stdio::null());
	if measures {
		let folder = workspace::target()?.join("native");
		run_command(&mut proofs_program(Some(&folder))?)?;
		bench.arg("--native").arg(folder.join("release").join(PROOFS));
	}
	run_command(&mut bench)
}

const PROOFS: &str = "meterproof-bench-proofs";

/// Builds the program, for any processor or, into a folder of its own, for this one. It is
/// selected alone: its feature must not reach a program that is built together with it.
fn proofs_program(native: Option<&Path>) -> Result<Command> {
	let mut command = workspace::cargo(["build", "--release"])?;
	command
		.args(["--package", "meterproof-proof-bench", "--features", "measure", "--bin", PROOFS])
		.env_remove("CARGO_ENCODED_RUSTFLAGS")
		.env_remove("RUSTFLAGS");
	if let Some(folder) = native {
		command.env("CARGO_TARGET_DIR", folder).env("RUSTFLAGS", "-Ctarget-cpu=native");
	}
	Ok(command)
}

/// Refuses what `bench proofs` does not know; says whether anything is to be measured.
fn ensure_known_of_proofs(options: &[String]) -> Result<bool> {
	let mut options = options.iter().map(String::as_str);
	let mut measures = true;
	let (mut quick, mut docs) = (false, false);
	while let Some(option) = options.next() {
		let (name, file) = match option.split_once('=') {
			Some((name, file)) => (name, Some(file)),
			None => (option, None),
		};
		match name {
			"--json" | "--from" => {
				if file.or_else(|| options.next()).is_none() {
					bail!("{name}: which file?");
				}
				measures &= name != "--from";
			},
			"--quick" if file.is_none() => quick = true,
			"--docs" if file.is_none() => docs = true,
			_ => bail!("`bench proofs` takes `--json FILE`, `--from FILE`, `--docs`, `--quick`"),
		}
	}
	if quick && docs {
		bail!("the documents take all sizes: leave out --quick");
	}
	Ok(measures)
}

/// Proving and verifying the usage statement, with hiding and without.
fn usage(given: &[String]) -> Result<()> {
	let options = arguments::absolute(given, &["--json"])?;
	ensure_known(&options)?;
	setup::ensure(For::Building)?;
	run_command(&mut build::all()?)?;
	let mut bench = workspace::program(workspace::binary("meterproof-bench")?)?;
	bench
		.args(options)
		.env("METERPROOF_NODE", workspace::binary("meterproof-node")?)
		.env("METERPROOF_CLIENT", workspace::binary("meterproof")?)
		.stdin(Stdio::null());
	for slots in SLOTS {
		let rows = unhiding_rows(slots)?;
		run_command(&mut unhiding(slots, &rows)?)?;
		bench.arg("--unhiding").arg(rows);
	}
	run_command(bench.args(SLOTS))
}

/// What takes minutes does not begin with a mistyped option.
fn ensure_known(options: &[String]) -> Result<()> {
	match options {
		[] => Ok(()),
		[option] if option.starts_with("--json=") => Ok(()),
		[option, _] if option == "--json" => Ok(()),
		_ => bail!("`bench usage` takes `--json FILE` and nothing else"),
	}
}

/// Where a size's rows without hiding go on their way to the table.
fn unhiding_rows(slots: &str) -> Result<PathBuf> {
	let folder = workspace::target()?.join("bench");
	std::fs::create_dir_all(&folder)
		.with_context(|| format!("cannot make {}", folder.display()))?;
	Ok(folder.join(format!("usage-unhiding-{slots}.json")))
}

/// Proving without hiding. The prover is selected alone: its feature must not reach a program
/// that is built together with it. `HIDING=off` asks for these rows alone.
fn unhiding(slots: &str, rows: &Path) -> Result<Command> {
	let mut command = workspace::cargo(["run", "--release", "--package", "meterproof-prover"])?;
	command
		.args(["--example", "bench_usage", "--features", "unhiding", "--", "--json"])
		.arg(rows)
		.arg(slots)
		.env("HIDING", "off")
		.stdin(Stdio::null());
	Ok(command)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn known(text: &str) -> bool {
		let options: Vec<String> = text.split_whitespace().map(String::from).collect();
		ensure_known(&options).is_ok()
	}

	#[test]
	fn options_are_checked_before_anything_is_built() {
		assert!(known(""));
		assert!(known("--json /tmp/a.json"));
		assert!(known("--json=/tmp/a.json"));
		assert!(!known("--json"));
		assert!(!known("--jsn /tmp/a.json"));
		assert!(!known("118"));
	}

	#[test]
	fn figures_of_a_file_are_not_measured() {
		let measures = |text: &str| {
			let options: Vec<String> = text.split_whitespace().map(String::from).collect();
			ensure_known_of_proofs(&options)
		};
		assert!(measures("").unwrap());
		assert!(measures("--quick --json /tmp/a.json").unwrap());
		assert!(!measures("--from=/tmp/a.json --docs").unwrap());
		assert!(measures("--from").is_err());
		assert!(measures("--quick --docs").is_err());
		assert!(measures("--native /tmp/program").is_err());
	}
}
