//! `cargo xtask manuals`.

use anyhow::Result;

use crate::{
	arguments::{self, Takes},
	build,
	process::run as run_command,
	setup::{self, For},
	workspace,
};

/// Programs that write their own manuals.
const PROGRAMS: [&str; 2] = ["meterproof", "meterproof-node"];

/// Man pages and completions of both programs, from their command lines.
pub fn run(given: &[String]) -> Result<()> {
	arguments::ensure_known(given, &[("--out", Takes::File)])?;
	let options = arguments::absolute(given, &["--out"])?;
	setup::ensure(For::Building)?;
	run_command(&mut build::all()?)?;
	let folder = workspace::target()?.join("manuals");
	for name in PROGRAMS {
		let mut program = workspace::program(workspace::binary(name)?)?;
		program.arg("manuals");
		match &options[..] {
			[] => program.arg("--out").arg(&folder),
			given => program.args(given),
		};
		run_command(&mut program)?;
	}
	Ok(())
}
