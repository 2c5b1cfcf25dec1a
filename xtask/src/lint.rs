//! `cargo xtask lint`.

use anyhow::Result;

use crate::{
	arguments,
	process::{answer, Steps},
	setup::{self, For},
	workspace,
};

/// The task. The advisories of cargo-deny come over the network, so this is no part of `test`.
pub fn run(given: &[String]) -> Result<()> {
	arguments::flags(given, [])?;
	setup::ensure(For::Building)?;
	let has_deny = answer(&mut workspace::cargo(["deny", "--version"])?).is_some();
	let mut steps = Steps::new(if has_deny { 3 } else { 2 });
	steps.run(
		"formatting",
		"Run `cargo fmt --all`.",
		workspace::cargo(["fmt", "--all", "--", "--check"])?,
	)?;
	let mut clippy =
		workspace::cargo(["clippy", "--workspace", "--all-targets", "--", "-Dwarnings"])?;
	clippy.env("SKIP_WASM_BUILD", "1");
	steps.run("clippy", "Mend what it names; `#[allow]` needs a reason beside it.", clippy)?;
	if has_deny {
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
