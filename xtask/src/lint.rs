//! `cargo xtask lint`.

use std::process::Command;

use anyhow::Result;

use crate::{
	arguments, fuzz,
	process::{answer, Steps},
	setup::{self, For},
	test::END_TO_END,
	workspace,
};

/// The task. The advisories of cargo-deny come over the network, so this is no part of `test`.
pub fn run(given: &[String]) -> Result<()> {
	arguments::flags(given, [])?;
	setup::ensure(For::Building)?;
	let has_deny = answer(&mut workspace::cargo(["deny", "--version"])?).is_some();
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
		println!("\ncargo-deny is not installed: licences and advisories were not checked.");
		println!("    cargo install --locked cargo-deny");
	}
	steps.summary();
	Ok(())
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
