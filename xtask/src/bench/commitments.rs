//! `cargo xtask bench commitments`.

use std::process::Stdio;

use anyhow::Result;

use crate::{
	arguments::{self, Takes},
	build,
	process::run as run_command,
	setup::{self, For},
	workspace,
};

/// Commitments that reach a node at once, beside paid traffic.
pub fn run(given: &[String]) -> Result<()> {
	let options = arguments::absolute(given, &["--json"])?;
	arguments::ensure_known(&options, &[("--json", Takes::File), ("--waiting", Takes::Number)])?;
	setup::ensure(For::Building)?;
	run_command(&mut build::all()?)?;
	let mut bench = workspace::program(workspace::binary("meterproof-bench-commitments")?)?;
	bench
		.args(options)
		.env("METERPROOF_NODE", workspace::binary("meterproof-node")?)
		.env("METERPROOF_CLIENT", workspace::binary("meterproof")?)
		.stdin(Stdio::null());
	run_command(&mut bench)
}
