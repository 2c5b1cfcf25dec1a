//! `cargo xtask bench`.

use anyhow::{bail, Result};

use crate::{
	arguments,
	process::run as run_command,
	setup::{self, For},
	workspace,
};

/// The task.
pub fn run(given: &[String]) -> Result<()> {
	match given.split_first() {
		Some((subject, rest)) if subject == "usage" => usage(rest),
		Some((subject, _)) => bail!("there is no benchmark `{subject}`: try `bench usage`"),
		None => bail!("which benchmark? `bench usage`"),
	}
}

/// Proving and verifying the usage statement. Selected alone, so that it needs no node.
fn usage(given: &[String]) -> Result<()> {
	let options = arguments::absolute(given, &["--json"])?;
	setup::ensure(For::Building)?;
	let mut command = workspace::cargo([
		"run",
		"--release",
		"--package",
		"meterproof-prover",
		"--example",
		"bench_usage",
		"--",
	])?;
	command.args(options);
	run_command(&mut command)
}
