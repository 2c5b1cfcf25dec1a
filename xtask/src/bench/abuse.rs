//! `cargo xtask bench abuse`.

use std::process::Stdio;

use anyhow::Result;

use crate::{
	arguments::{self, Takes},
	build,
	process::run as run_command,
	setup::{self, For},
	workspace,
};

/// The options.
const KNOWN: &[(&str, Takes)] = &[
	("--json", Takes::File),
	("--sockets", Takes::Number),
	("--seconds", Takes::Number),
	("--flood", Takes::Nothing),
];

/// Abuse of a node's port for JSON-RPC, beside honest traffic.
pub fn run(given: &[String]) -> Result<()> {
	let options = arguments::absolute(given, &["--json"])?;
	arguments::ensure_known(&options, KNOWN)?;
	setup::ensure(For::Building)?;
	run_command(&mut build::all()?)?;
	let mut bench = workspace::program(workspace::binary("meterproof-bench-abuse")?)?;
	bench
		.args(options)
		.env("METERPROOF_NODE", workspace::binary("meterproof-node")?)
		.env("METERPROOF_CLIENT", workspace::binary("meterproof")?)
		.stdin(Stdio::null());
	run_command(&mut bench)
}
