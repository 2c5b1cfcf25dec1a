//! The one build that demo and tests share.

use anyhow::Result;

use crate::{
	arguments,
	process::{clock, run as run_command},
	setup::{self, For},
	workspace,
};

/// The package selection that every release build uses.
///
/// Cargo settles the features of dependencies by the packages selected and by whether
/// development dependencies count. The whole workspace is selected each time, and the examples,
/// which are small, make development dependencies count as they do for tests. So the demo and the
/// tests use the very same dependencies, built once.
pub const SELECTION: [&str; 2] = ["--release", "--workspace"];

/// The task.
pub fn run(arguments: &[String]) -> Result<()> {
	arguments::flags(arguments, [])?;
	setup::ensure(For::Building)?;
	let start = std::time::Instant::now();
	run_command(&mut all()?)?;
	println!("Built in {}:", clock(start.elapsed()));
	for name in ["meterproof-node", "meterproof"] {
		println!("    {}", workspace::binary(name)?.display());
	}
	Ok(())
}

/// Builds every program.
pub fn all() -> Result<std::process::Command> {
	let mut command = workspace::cargo(["build"])?;
	command.args(SELECTION).args(["--bins", "--examples"]);
	Ok(command)
}
