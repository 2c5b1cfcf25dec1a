//! What a fresh machine lacks.

use std::{
	fs,
	path::PathBuf,
	process::{Command, Stdio},
};

use anyhow::{bail, Context, Result};

use crate::{
	arguments, checkouts,
	packages::{Package, BUILD, FIRMWARE, TEST},
	process::{answer, run as run_command, text},
	workspace,
};

/// The target of the runtime and of the crates that meters and runtimes link.
pub const WASM_TARGET: &str = "wasm32v1-none";

/// The targets of meters' processors, as `device/tests/firmware` emulates them.
pub const FIRMWARE_TARGETS: [&str; 5] = [
	"thumbv6m-none-eabi",
	"thumbv7m-none-eabi",
	"thumbv7em-none-eabihf",
	"thumbv8m.main-none-eabihf",
	"riscv32imc-unknown-none-elf",
];

/// What to set up for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum For {
	/// Building and running.
	Building,
	/// Building, running, Python and Node.js: what the tests need.
	Testing,
	/// Cross compilers and emulators of meters' processors.
	Firmware,
}

/// The task.
pub fn run(arguments: &[String]) -> Result<()> {
	arguments::flags(arguments, [])?;
	ensure(For::Testing)?;
	println!("Set up. Builds go to {}", workspace::target()?.display());
	Ok(())
}

/// Installs what is missing, or says what to do about it.
pub fn ensure(purpose: For) -> Result<()> {
	let more = match purpose {
		For::Building => &[],
		For::Testing => TEST,
		For::Firmware => FIRMWARE,
	};
	let wanted = BUILD.iter().chain(more);
	let missing: Vec<&Package> = wanted.filter(|package| !package.is_there()).collect();
	if !missing.is_empty() {
		install(&missing)?;
	}
	ensure_target(WASM_TARGET)?;
	if purpose == For::Firmware {
		FIRMWARE_TARGETS.into_iter().try_for_each(ensure_target)?;
	}
	if purpose == For::Testing {
		ensure_component("rustfmt", "fmt")?;
		ensure_component("clippy", "clippy")?;
		ensure_npm_packages()?;
	}
	checkouts::take_over()
}

fn install(missing: &[&Package]) -> Result<()> {
	let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
	let by_hand = by_hand(missing);
	if answer(Command::new("apt-get").arg("--version")).is_none() {
		bail!("these are missing, and this is not Debian or Ubuntu:\n{by_hand}");
	}
	let is_root = answer(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0");
	if !is_root {
		bail!("these system packages are missing:\n{by_hand}");
	}
	println!("Set-up: installing {}", names.join(", "));
	let apt = |arguments: &[&str]| {
		let mut command = Command::new("apt-get");
		command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
		run_command(&mut command)
	};
	let install = ["install", "--yes", "--no-install-recommends"];
	let result = apt(&["update", "--quiet"]).and_then(|()| apt(&[&install[..], &names].concat()));
	if let Err(error) = result {
		bail!("{error:#}\nIs there a network? These system packages are missing:\n{by_hand}");
	}
	match missing.iter().find(|package| !package.is_there()) {
		Some(package) => bail!("{} is installed, yet it does not work", package.name),
		None => Ok(()),
	}
}

fn by_hand(missing: &[&Package]) -> String {
	let mut text = String::new();
	for package in missing {
		text.push_str(&format!("    {:<20} {}\n", package.name, package.purpose));
	}
	let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
	let names = names.join(" ");
	text.push_str("On Debian or Ubuntu, run\n");
	text.push_str(&format!("    sudo apt-get update && sudo apt-get install --yes {names}\n"));
	text.push_str("and then the same task again.");
	text
}

/// The packages of the light client and of a trader's program, as the lock file names them. npm writes the
/// inner file last.
fn ensure_npm_packages() -> Result<()> {
	let folder = workspace::root().join("tests/end-to-end/npm");
	let changed = |file: &str| fs::metadata(folder.join(file)).and_then(|it| it.modified()).ok();
	let installed = changed("node_modules/.package-lock.json");
	if installed.is_some() && installed >= changed("package-lock.json") {
		return Ok(());
	}
	let mut npm = Command::new("npm");
	npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]);
	npm.current_dir(&folder).stdin(Stdio::null());
	println!("Set-up: {} in {}", text(&npm), folder.display());
	run_command(&mut npm).context(
		"the npm packages of the end-to-end tests could not be installed: is there a network?",
	)
}

fn ensure_target(target: &str) -> Result<()> {
	if has_target(target) {
		return Ok(());
	}
	let mut rustup = Command::new("rustup");
	rustup.args(["target", "add", target]);
	println!("Set-up: {}", text(&rustup));
	let result = run_command(&mut rustup);
	if let Err(error) = result {
		bail!(
			"the target {target} is missing: {error:#}\nWith a network and rustup's cargo, run\n    \
			rustup target add {target}\nand then the same task again."
		);
	}
	if !has_target(target) {
		bail!(
			"rustup has added {target}, but the rustc in use does not see it: is `{}` \
			rustup's?",
			rustc().get_program().to_string_lossy()
		);
	}
	Ok(())
}

/// A minimal toolchain comes without them. `task` is the one of cargo that needs the component.
fn ensure_component(component: &str, task: &str) -> Result<()> {
	if answer(&mut workspace::cargo([task, "--version"])?).is_some() {
		return Ok(());
	}
	let mut rustup = Command::new("rustup");
	rustup.args(["component", "add", component]);
	println!("Set-up: {}", text(&rustup));
	let result = run_command(&mut rustup);
	if let Err(error) = result {
		bail!(
			"{component} is missing: {error:#}\nWith a network and rustup's cargo, run\n    \
			rustup component add {component}\nand then the same task again."
		);
	}
	Ok(())
}

/// Where the toolchain in use is.
pub fn sysroot() -> Result<PathBuf> {
	let folder = answer(rustc().args(["--print", "sysroot"]));
	Ok(folder.context("rustc does not say where it is")?.trim().into())
}

fn has_target(target: &str) -> bool {
	let folder = answer(rustc().args(["--print", "target-libdir", "--target", target]));
	folder.is_some_and(|folder| PathBuf::from(folder.trim()).is_dir())
}

fn rustc() -> Command {
	Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_instructions_name_every_missing_package() {
		let missing: Vec<&Package> = BUILD.iter().chain(TEST).collect();
		let text = by_hand(&missing);
		for package in missing {
			assert!(text.contains(package.purpose));
		}
		let packages =
			"gcc libc6-dev pkg-config libssl-dev protobuf-compiler python3 python3-venv \
			nodejs npm";
		assert!(text.contains(&format!("apt-get install --yes {packages}\n")));
	}
}
