//! `cargo xtask lint`.

use std::{env, path::PathBuf, process::Command};

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
	let mut steps = Steps::new(4 + usize::from(has_deny));
	steps.run("formatting", "Run `cargo fmt --all`.", formatting()?)?;
	let mend = "Mend what it names; `#[allow]` needs a reason beside it.";
	steps.run("clippy", mend, clippy(&["--all-targets"])?)?;
	// Left out by --all-targets, since they run only when named.
	let named = END_TO_END.iter().chain([&fuzz::TESTS]).map(|name| format!("--test={name}"));
	steps.run("clippy: tests that are named", mend, clippy(&named.collect::<Vec<_>>())?)?;
	steps.run("clippy: what benchmarks measure", mend, measuring()?)?;
	if has_deny {
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

/// What is said where the database of advisories was never fetched.
pub const NO_ADVISORIES: &str = "cargo-deny has no advisories here: they were not checked.\n    \
	cargo deny fetch db";

/// Whether there are advisories to check against without a network: cargo-deny keeps what it has fetched in
/// cargo's home.
pub fn has_advisories() -> bool {
	let cargo = env::var_os("CARGO_HOME").map(PathBuf::from);
	let cargo = cargo.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")));
	cargo.is_some_and(|cargo| cargo.join("advisory-dbs").is_dir())
}

/// Licences, sources and duplicates, without a network; advisories too where they were fetched before.
pub fn deny_offline() -> Result<Command> {
	let mut command = workspace::cargo(["deny", "--offline", "--all-features", "check"])?;
	command.args(["bans", "licenses", "sources"]);
	if has_advisories() {
		command.arg("advisories");
	}
	Ok(command)
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
		.env("RUSTC_WORKSPACE_WRAPPER", env::current_exe()?)
		.env(DRIVER, setup::sysroot()?.join("bin/clippy-driver"))
		.env("CLIPPY_ARGS", "-Dwarnings__CLIPPY_HACKERY__")
		.env("SKIP_WASM_BUILD", "1");
	Ok(command)
}

/// The driver to call where cargo calls this program in place of the compiler. Nobody runs the crates that it
/// compiles, so only their metadata is made, and no code. Build scripts, and the crates that they are linked
/// with, are run and so are compiled.
pub fn compiler() -> Option<Command> {
	let mut command = Command::new(env::var_os(DRIVER)?);
	let given: Vec<String> = env::args().skip(1).collect();
	let is_run = |pair: &[String]| {
		pair.first().is_some_and(|option| option == "--crate-name")
			&& pair.get(1).is_some_and(|name| {
				name.starts_with("build_script_")
					|| LINKED_BY_BUILD_SCRIPTS.contains(&name.as_str())
			})
	};
	if given.windows(2).any(is_run) {
		command.args(&given);
	} else {
		command.args(given.into_iter().map(without_code));
	}
	// Without debug assertions, as its dependencies were built.
	command.args(["-C", "opt-level=0", "-C", "debug-assertions=off"]);
	Some(command)
}

/// Crates of the workspace that build scripts are linked with.
const LINKED_BY_BUILD_SCRIPTS: [&str; 1] = ["wasm_opt"];

/// An argument of the compiler, where neither the crate nor what it depends on need have code.
fn without_code(argument: String) -> String {
	if argument.starts_with("--emit=") {
		return "--emit=dep-info,metadata".into();
	}
	// Of a library without code there is this file alone.
	match argument.strip_suffix(".rlib").map(|library| format!("{library}.rmeta")) {
		Some(metadata) if argument.contains('=') => metadata,
		_ => argument,
	}
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
	let mut command =
		workspace::cargo(["clippy", "--workspace", "--features", "meterproof-fuzz/wasm"])?;
	command.args(targets.iter().map(AsRef::as_ref)).args(["--", "-Dwarnings"]);
	command.env("SKIP_WASM_BUILD", "1");
	Ok(command)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn no_code_is_asked_for_or_needed() {
		let told = |argument: &str| without_code(argument.into());
		assert_eq!(told("--emit=dep-info,metadata,link"), "--emit=dep-info,metadata");
		assert_eq!(told("anyhow=/deps/libanyhow-1.rlib"), "anyhow=/deps/libanyhow-1.rmeta");
		for same in ["serde_derive=/deps/libserde_derive-1.so", "-Copt-level=1", "src/main.rs"] {
			assert_eq!(told(same), same);
		}
	}
}
