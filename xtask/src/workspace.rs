//! Where the checkout and the build are, and how cargo is called.

use std::{
	env,
	ffi::OsStr,
	path::{Path, PathBuf},
	process::Command,
};

use anyhow::{Context, Result};

/// The checkout.
pub fn root() -> PathBuf {
	// `cargo run` says it at run time; what the compiler knew may be a former checkout that built
	// into the same target folder.
	let manifest = env::var_os("CARGO_MANIFEST_DIR")
		.map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
	manifest.parent().map(Path::to_path_buf).unwrap_or(manifest)
}

/// The user's cache folder for this project.
pub fn cache() -> Result<PathBuf> {
	let folder = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
	let base = match folder("XDG_CACHE_HOME") {
		Some(cache) => PathBuf::from(cache),
		None => {
			let home = folder("HOME").context("neither XDG_CACHE_HOME nor HOME is set")?;
			PathBuf::from(home).join(".cache")
		},
	};
	Ok(base.join("meterproof"))
}

/// Where cargo builds: outside of the checkout, so that a second clone reuses the dependencies.
pub fn target() -> Result<PathBuf> {
	match env::var_os("CARGO_TARGET_DIR").filter(|value| !value.is_empty()) {
		Some(target) => Ok(env::current_dir()?.join(target)),
		None => Ok(cache()?.join("target")),
	}
}

/// A program built with the release profile.
pub fn binary(name: &str) -> Result<PathBuf> {
	Ok(target()?.join("release").join(name))
}

/// Cargo, in the checkout.
pub fn cargo<I, S>(arguments: I) -> Result<Command>
where
	I: IntoIterator<Item = S>,
	S: AsRef<OsStr>,
{
	let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
	command.args(arguments);
	in_checkout(command)
}

/// Any program, in the checkout, with the build's environment.
pub fn program(name: impl AsRef<OsStr>) -> Result<Command> {
	in_checkout(Command::new(name))
}

fn in_checkout(mut command: Command) -> Result<Command> {
	// `cargo run` describes the package xtask in these variables; build scripts that watch them
	// would run again each time.
	for (name, _) in env::vars_os() {
		let text = name.to_string_lossy();
		let of_xtask = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];
		if of_xtask.iter().any(|prefix| text.starts_with(prefix)) {
			command.env_remove(&name);
		}
	}
	command
		.current_dir(root())
		.env("CARGO_TARGET_DIR", target()?)
		// The Wasm builder looks for Cargo.lock upwards from the target folder, which is elsewhere.
		.env("WASM_BUILD_WORKSPACE_HINT", root());
	Ok(command)
}
