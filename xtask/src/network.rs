//! `cargo xtask network`.

use std::{os::unix::process::CommandExt, process::Stdio};

use anyhow::{Context, Result};

use crate::{
	arguments::{self, Takes},
	build,
	process::run as run_command,
	setup::{self, For},
	workspace,
};

const OPTIONS: [(&str, Takes); 4] = [
	("--validators", Takes::Number),
	("--full-nodes", Takes::Number),
	("--minutes", Takes::Number),
	("--keep", Takes::File),
];

/// A network on this machine. The program takes this one's place, so that Ctrl-C reaches it alone.
pub fn run(given: &[String]) -> Result<()> {
	arguments::ensure_known(given, &OPTIONS)?;
	let options = arguments::absolute(given, &["--keep"])?;
	setup::ensure(For::Building)?;
	run_command(&mut build::all()?)?;
	let mut network = workspace::program(workspace::binary("meterproof-network")?)?;
	network
		.args(options)
		.env("METERPROOF_NODE", workspace::binary("meterproof-node")?)
		.env("METERPROOF_CLIENT", workspace::binary("meterproof")?)
		.stdin(Stdio::null());
	Err(network.exec()).context("cannot start meterproof-network")
}
