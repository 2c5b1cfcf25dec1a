//! `cargo xtask firmware`.

use anyhow::Result;

use crate::{
	arguments, build,
	process::Steps,
	setup::{self, For},
	workspace,
};

/// The task: the device library on every emulated processor with every profile. `device/tests/firmware` does the work.
pub fn run(given: &[String]) -> Result<()> {
	let [docs, node] = arguments::flags(given, ["--docs", "--node"])?;
	setup::ensure(For::Firmware)?;
	let mut steps = Steps::new(if node { 3 } else { 1 });
	let mut tests = workspace::cargo(["test", "--release", "--package", "meterproof-device"])?;
	tests.args(["--features", "ffi", "--test", "firmware"]).args([
		"--",
		"--include-ignored",
		"--nocapture",
	]);
	if docs {
		tests.env("WRITE_FIRMWARE_FIGURES", "1");
	}
	steps.run(
		"the device library on emulated processors",
		"docs/firmware.md says what is promised of it.",
		tests,
	)?;
	if node {
		let mend = "Mend what the compiler names.";
		steps.run("node and client: release build", mend, build::all()?)?;
		let mut scenario = workspace::cargo(["test"])?;
		scenario
			.args(build::SELECTION)
			.args(["--test", "microcontroller", "--", "--nocapture"])
			.env("METERPROOF_NODE", workspace::binary("meterproof-node")?)
			.env("METERPROOF_CLIENT", workspace::binary("meterproof")?)
			.env("METERPROOF_FIRMWARE", workspace::target()?.join(EXAMPLE));
		let next = "device/firmware/README.md says how to run meter and gateway by hand.";
		steps.run("the example firmware against a node", next, scenario)?;
	}
	steps.summary();
	Ok(())
}

/// Where `device/tests/firmware` puts the example.
const EXAMPLE: &str = "firmware/size/thumbv7em-none-eabihf/check/example.elf";
