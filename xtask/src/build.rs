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
/// tests use the very same dependencies, built once. The fuzzer, which asks for no feature of them that
/// others do not, is built when it is run ([`FUZZER_SELECTION`]).
pub const SELECTION: [&str; 4] = ["--release", "--workspace", "--exclude", FUZZER];

/// The same dependencies, and the fuzzer with the verifier as Wasm.
pub const FUZZER_SELECTION: [&str; 4] =
	["--release", "--workspace", "--features", "meterproof-fuzz/wasm"];

/// Circuits and fuzzer with the proof system's debug checks, and with what the tests of hiding read.
/// Selected apart from the programs that are shipped, which that feature must not reach.
pub const CHECKED_SELECTION: [&str; 12] = [
	"--profile",
	"checked",
	"--features",
	"meterproof-prover/unhiding",
	"--package",
	"meterproof-programs",
	"--package",
	"meterproof-prover",
	"--package",
	"meterproof-verifier",
	"--package",
	FUZZER,
];

/// Hostile proofs against the verifier.
pub const FUZZER: &str = "meterproof-fuzz";

/// The task.
pub fn run(arguments: &[String]) -> Result<()> {
	let [is_production] = arguments::flags(arguments, ["--production"])?;
	setup::ensure(For::Building)?;
	let start = std::time::Instant::now();
	let (mut command, folder) =
		if is_production { (production()?, PRODUCTION) } else { (all()?, "release") };
	run_command(&mut command)?;
	println!("Built in {}:", clock(start.elapsed()));
	for name in PROGRAMS {
		println!("    {}", workspace::target()?.join(folder).join(name).display());
	}
	Ok(())
}

/// What people run.
const PROGRAMS: [&str; 2] = ["meterproof-node", "meterproof"];

/// The profile that optimises every crate; its folder has the same name.
const PRODUCTION: &str = "production";

/// Builds what people run with every crate optimised. The runtime is the one of a release build:
/// nodes of either kind have the same one inside.
fn production() -> Result<std::process::Command> {
	let mut command = workspace::cargo(["build", "--workspace", "--profile", PRODUCTION])?;
	for name in PROGRAMS {
		command.args(["--bin", name]);
	}
	command.env("WASM_BUILD_TYPE", "release");
	Ok(command)
}

/// Builds every program.
pub fn all() -> Result<std::process::Command> {
	let mut command = workspace::cargo(["build"])?;
	command.args(SELECTION).args(["--bins", "--examples"]);
	Ok(command)
}
