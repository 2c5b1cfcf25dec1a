//! `cargo xtask bench proofs`.

use std::{
	path::Path,
	process::{Command, Stdio},
};

use anyhow::{bail, Result};

use crate::{arguments, checkouts, process::run as run_command, workspace};

/// Proving in all sizes, on one core and more, compiled for any processor and for this one.
pub fn run(given: &[String]) -> Result<()> {
	let options = arguments::absolute(given, &["--json", "--from"])?;
	let measures = ensure_known(&options)?;
	// Neither the system's packages nor the Wasm target: only the circuits are built.
	checkouts::take_over()?;
	run_command(&mut program(None)?)?;
	let mut bench = workspace::program(workspace::binary(PROGRAM)?)?;
	bench.args(options).stdin(Stdio::null());
	if measures {
		let folder = workspace::target()?.join("native");
		run_command(&mut program(Some(&folder))?)?;
		bench.arg("--native").arg(folder.join("release").join(PROGRAM));
	}
	run_command(&mut bench)
}

const PROGRAM: &str = "meterproof-bench-proofs";

/// Builds the program, for any processor or, into a folder of its own, for this one. It is
/// selected alone: its feature must not reach a program that is built together with it.
fn program(native: Option<&Path>) -> Result<Command> {
	let mut command = workspace::cargo(["build", "--release"])?;
	command
		.args(["--package", "meterproof-proof-bench", "--features", "measure", "--bin", PROGRAM])
		.env_remove("CARGO_ENCODED_RUSTFLAGS")
		.env_remove("RUSTFLAGS");
	if let Some(folder) = native {
		command.env("CARGO_TARGET_DIR", folder).env("RUSTFLAGS", "-Ctarget-cpu=native");
	}
	Ok(command)
}

/// Refuses what `bench proofs` does not know; says whether anything is to be measured.
fn ensure_known(options: &[String]) -> Result<bool> {
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

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn figures_of_a_file_are_not_measured() {
		let measures = |text: &str| {
			let options: Vec<String> = text.split_whitespace().map(String::from).collect();
			ensure_known(&options)
		};
		assert!(measures("").unwrap());
		assert!(measures("--quick --json /tmp/a.json").unwrap());
		assert!(!measures("--from=/tmp/a.json --docs").unwrap());
		assert!(measures("--from").is_err());
		assert!(measures("--quick --docs").is_err());
		assert!(measures("--native /tmp/program").is_err());
	}
}
