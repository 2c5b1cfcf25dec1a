//! `cargo xtask lint`.

use std::process::Command;

use anyhow::Result;

use crate::{
	arguments, build, fuzz,
	process::{answer, Steps},
	setup::{self, For},
	test::END_TO_END,
	workspace,
};

/// The task: all that `test` looks at, and tests, benchmarks and the advisories of cargo-deny, which come
/// over the network.
pub fn run(given: &[String]) -> Result<()> {
	arguments::flags(given, [])?;
	setup::ensure(For::Building)?;
	let has_deny = has_deny()?;
	let mut steps = Steps::new(if has_deny { 8 } else { 6 });
	steps.run("formatting", "Run `cargo fmt --all`.", formatting()?)?;
	let mend = "Mend what it names; `#[allow]` needs a reason beside it.";
	steps.run("clippy", mend, clippy(&["--all-targets"])?)?;
	// Left out by --all-targets, since they run only when named.
	let end_to_end = END_TO_END.map(|name| format!("--test={name}"));
	steps.run("clippy: end-to-end tests", mend, clippy(&end_to_end)?)?;
	steps.run("clippy: what benchmarks measure", mend, measuring()?)?;
	let mut format = fuzz::cargo("fmt")?;
	format.args(["--all", "--", "--check"]);
	steps.run("formatting: fuzzer", "Run `cargo fmt --all` in air/fuzz.", format)?;
	let mut fuzzer = fuzz::cargo("clippy")?;
	fuzzer.args(["--workspace", "--all-targets", "--", "-Dwarnings"]);
	steps.run("clippy: fuzzer", mend, fuzzer)?;
	if has_deny {
		let mut deny = fuzz::cargo("deny")?;
		deny.args(["--all-features", "check", "--config"]).arg(workspace::root().join("deny.toml"));
		steps.run(
			"cargo-deny: fuzzer",
			"Update the dependency, or ignore the advisory in deny.toml with a reason.",
			deny,
		)?;
		steps.run(
			"cargo-deny",
			"Update the dependency, or ignore the advisory in deny.toml with a reason.",
			workspace::cargo(["deny", "--all-features", "check"])?,
		)?;
	} else {
		println!("\n{NO_DENY}");
	}
	steps.summary();
	Ok(())
}

/// What is said where nothing can be checked.
pub const NO_DENY: &str =
	"cargo-deny is not installed: licences and advisories were not checked.\n    \
	cargo install --locked cargo-deny";

/// Whether cargo-deny is installed.
pub fn has_deny() -> Result<bool> {
	Ok(answer(&mut workspace::cargo(["deny", "--version"])?).is_some())
}

/// Licences, sources and duplicates, without a network: advisories are left to `lint`.
pub fn deny_offline() -> Result<Command> {
	workspace::cargo([
		"deny",
		"--offline",
		"--all-features",
		"check",
		"bans",
		"licenses",
		"sources",
	])
}

/// Says to this program where clippy's driver is, when cargo calls it in place of the compiler.
const DRIVER: &str = "METERPROOF_CLIPPY_DRIVER";

/// Clippy over the libraries, programs and examples of the workspace, with the dependencies of the release
/// build: cargo calls this program in place of the compiler ([`compiler`]), which calls clippy's
/// driver. `cargo clippy` would look through all of the SDK's crates first. The programs that it
/// leaves in the target directory have no runtime: build after it.
pub fn released() -> Result<Command> {
	let mut command = build::all()?;
	command
		.env("RUSTC_WORKSPACE_WRAPPER", std::env::current_exe()?)
		.env(DRIVER, setup::sysroot()?.join("bin/clippy-driver"))
		.env("CLIPPY_ARGS", "-Dwarnings__CLIPPY_HACKERY__")
		.env("SKIP_WASM_BUILD", "1");
	Ok(command)
}

/// Where cargo calls this program in place of the compiler: the driver to call. It makes what the
/// compiler makes, and nobody runs it, so that it need not be optimised.
pub fn compiler() -> Option<Command> {
	let mut command = Command::new(std::env::var_os(DRIVER)?);
	command.args(std::env::args_os().skip(1));
	// Without debug assertions, as its dependencies were built.
	command.args(["-C", "opt-level=0", "-C", "debug-assertions=off"]);
	Some(command)
}

/// Of the whole workspace.
pub fn formatting() -> Result<Command> {
	workspace::cargo(["fmt", "--all", "--", "--check"])
}

/// Selected alone: its feature must not reach a program that is built together with it.
fn measuring() -> Result<Command> {
	let mut command = workspace::cargo(["clippy", "--package", "meterproof-proof-bench"])?;
	command.args(["--all-targets", "--features", "measure", "--", "-Dwarnings"]);
	Ok(command)
}

fn clippy<S: AsRef<str>>(targets: &[S]) -> Result<Command> {
	let mut command = workspace::cargo(["clippy", "--workspace"])?;
	command.args(targets.iter().map(AsRef::as_ref)).args(["--", "-Dwarnings"]);
	command.env("SKIP_WASM_BUILD", "1");
	Ok(command)
}
