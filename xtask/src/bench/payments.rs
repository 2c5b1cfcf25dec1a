//! `cargo xtask bench payments`.

use std::{fs, process::Stdio};

use anyhow::{bail, Context, Result};

use crate::{
	arguments::{self, Takes},
	build,
	process::run as run_command,
	setup::{self, For},
	workspace,
};

/// Proving and verifying a payment, and what the runtime charges for it.
pub fn run(given: &[String]) -> Result<()> {
	let options = arguments::absolute(given, &["--json"])?;
	arguments::ensure_known(&options, &[("--json", Takes::File)])?;
	setup::ensure(For::Building)?;
	run_command(&mut build::all()?)?;
	let weights = workspace::target()?.join("bench/payment-weights.json");
	let mut example = workspace::program(workspace::binary("examples/payment_weights")?)?;
	let output = example.stderr(Stdio::inherit()).output().context("cannot start the example")?;
	if !output.status.success() {
		bail!("the example payment_weights ended with {}", output.status);
	}
	fs::create_dir_all(weights.with_file_name(""))?;
	fs::write(&weights, output.stdout).with_context(|| weights.display().to_string())?;
	let mut bench = workspace::program(workspace::binary("meterproof-bench-payments")?)?;
	bench
		.args(options)
		.arg("--weights")
		.arg(weights)
		.env("METERPROOF_NODE", workspace::binary("meterproof-node")?)
		.env("METERPROOF_CLIENT", workspace::binary("meterproof")?)
		.stdin(Stdio::null());
	run_command(&mut bench)
}
