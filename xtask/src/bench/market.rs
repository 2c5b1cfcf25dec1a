//! `cargo xtask bench market`.

use std::process::Stdio;

use anyhow::Result;

use crate::{
	arguments::{self, Takes},
	build,
	process::run as run_command,
	setup::{self, For},
	workspace,
};

/// What clearing books of orders takes of blocks, by the runtime's weights, and of time.
pub fn run(given: &[String]) -> Result<()> {
	let options = arguments::absolute(given, &["--json"])?;
	arguments::ensure_known(&options, &[("--json", Takes::File)])?;
	setup::ensure(For::Building)?;
	run_command(&mut build::all()?)?;
	let mut example = workspace::program(workspace::binary("examples/market_figures")?)?;
	run_command(example.args(options).stdin(Stdio::null()))
}
