//! `cargo xtask firmware`.

use anyhow::Result;

use crate::{
	arguments,
	process::Steps,
	setup::{self, For},
	workspace,
};

/// The task: the device library on every emulated processor with every profile. `device/tests/firmware` does the work.
pub fn run(given: &[String]) -> Result<()> {
	let [docs] = arguments::flags(given, ["--docs"])?;
	setup::ensure(For::Firmware)?;
	let mut steps = Steps::new(1);
	let mut tests = workspace::cargo(["test", "--release", "--package", "meterproof-device"])?;
	tests.args(["--features", "ffi", "--test", "firmware"]);
	// One after the other: they build into one folder.
	tests.args(["--", "--ignored", "--nocapture", "--test-threads=1"]);
	if docs {
		tests.env("WRITE_FIRMWARE_FIGURES", "1");
	}
	steps.run(
		"the device library on emulated processors",
		"docs/firmware.md says what is promised of it.",
		tests,
	)?;
	steps.summary();
	Ok(())
}
