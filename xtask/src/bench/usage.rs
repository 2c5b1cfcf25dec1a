//! `cargo xtask bench usage`.

use std::{
	path::{Path, PathBuf},
	process::{Command, Stdio},
};

use anyhow::{Context, Result};

use crate::{
	arguments::{self, Takes},
	build,
	process::run as run_command,
	setup::{self, For},
	workspace,
};

/// Readings and slacks in one proof.
const SLOTS: [&str; 3] = ["118", "1008", "8064"];

/// Proving and verifying the usage statement, with hiding and without.
pub fn run(given: &[String]) -> Result<()> {
	let options = arguments::absolute(given, &["--json"])?;
	arguments::ensure_known(&options, &[("--json", Takes::File)])?;
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
