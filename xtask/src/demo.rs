//! `cargo xtask demo`.

use std::process::Stdio;

use anyhow::Result;

use crate::{
	arguments, build,
	process::run as run_command,
	setup::{self, For},
	workspace,
};

/// The task: what is not known here goes to the demo program.
pub fn run(arguments: &[String]) -> Result<()> {
	let arguments = arguments::absolute(arguments, &["--readings", "--json", "--keep"])?;
	setup::ensure(For::Building)?;
	run_command(&mut build::all()?)?;
	let mut demo = workspace::program(workspace::binary("meterproof-demo")?)?;
	demo.args(arguments)
		.env("METERPROOF_NODE", workspace::binary("meterproof-node")?)
		.env("METERPROOF_CLIENT", workspace::binary("meterproof")?)
		.stdin(Stdio::null());
	run_command(&mut demo)
}
