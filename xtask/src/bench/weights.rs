//! `cargo xtask bench weights`.

use std::process::{Command, Stdio};

use anyhow::{bail, Result};

use crate::{
	process::Steps,
	setup::{self, For},
	workspace,
};

/// This chain's own pallets; the SDK's bring weights of their own.
const PALLETS: [&str; 5] =
	["pallet_devices", "pallet_metering", "pallet_market", "pallet_payments", "pallet_settlement"];

/// A call of the SDK whose weight on the SDK's reference machine is published: a yardstick.
const YARDSTICK: (&str, &str) = ("pallet_balances", "transfer_allow_death");

/// The task.
pub fn run(given: &[String]) -> Result<()> {
	let pallets = chosen(given)?;
	setup::ensure(For::Building)?;
	let mut steps = Steps::new(pallets.len().saturating_add(2));
	steps.run("the benchmark tool and the runtime", "Mend what the compiler names.", tool()?)?;
	let next = "A benchmark that fails names itself above; they stand in pallets/*/benchmarking.rs";
	for pallet in pallets {
		let mut command = measure(pallet, "*")?;
		command
			.args(["--template", "xtask/bencher/weights.hbs"])
			.arg(format!("--output=runtime/src/weights/{pallet}.rs"));
		steps.run(pallet, next, command)?;
	}
	let (pallet, call) = YARDSTICK;
	steps.run("a yardstick for this machine", next, measure(pallet, call)?)?;
	steps.summary();
	println!("\nWritten to runtime/src/weights. Compare the yardstick with the SDK's own figure.");
	Ok(())
}

/// The pallets to measure: those given, or all.
fn chosen(given: &[String]) -> Result<Vec<&'static str>> {
	if given.is_empty() {
		return Ok(PALLETS.to_vec());
	}
	given
		.iter()
		.map(|name| match PALLETS.into_iter().find(|pallet| pallet == name) {
			Some(pallet) => Ok(pallet),
			None => bail!("there is no pallet `{name}` to measure: {}", PALLETS.join(", ")),
		})
		.collect()
}

fn tool() -> Result<Command> {
	let mut command = workspace::cargo(["build", "--release", "--locked"])?;
	command
		.args(["--manifest-path", "xtask/bencher/Cargo.toml"])
		// A runtime of the tool's own, for another of its commands.
		.env("SKIP_FRAME_STORAGE_ACCESS_TEST_RUNTIME_WASM_BUILD", "1");
	Ok(command)
}

fn measure(pallet: &str, call: &str) -> Result<Command> {
	let mut command = workspace::program(workspace::binary("meterproof-bencher")?)?;
	command
		.args(["--pallet", pallet, "--extrinsic", call])
		.args(["--steps=20", "--repeat=10", "--wasm-execution=compiled"])
		.args(["--genesis-builder=runtime", "--genesis-builder-preset=development"])
		.stdin(Stdio::null());
	Ok(command)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn all_pallets_are_measured_unless_some_are_named() {
		assert_eq!(chosen(&[]).unwrap(), PALLETS);
		assert_eq!(chosen(&["pallet_market".into()]).unwrap(), ["pallet_market"]);
		assert!(chosen(&["pallet_balances".into()]).is_err());
	}
}
