//! `cargo xtask soak`.

use std::{os::unix::process::CommandExt, process::Stdio};

use anyhow::{Context, Result};

use crate::{
	arguments::{self, Takes},
	build,
	process::run as run_command,
	setup::{self, For},
	workspace,
};

const OPTIONS: [(&str, Takes); 5] = [
	("--minutes", Takes::Number),
	("--kills", Takes::Number),
	("--strict", Takes::Nothing),
	("--report", Takes::File),
	("--keep", Takes::File),
];

/// A network under load. The program takes this one's place, so that Ctrl-C reaches it alone.
pub fn run(given: &[String]) -> Result<()> {
	arguments::ensure_known(given, &OPTIONS)?;
	let options = arguments::absolute(given, &["--report", "--keep"])?;
	setup::ensure(For::Building)?;
	run_command(&mut build::all()?)?;
	let mut soak = workspace::program(workspace::binary("meterproof-soak")?)?;
	soak.args(options)
		.env("METERPROOF_NODE", workspace::binary("meterproof-node")?)
		.env("METERPROOF_CLIENT", workspace::binary("meterproof")?)
		.stdin(Stdio::null());
	Err(soak.exec()).context("cannot start meterproof-soak")
}
