//! Builds the Wasm guest, as the SDK's wasm-builder builds a runtime.

use std::{env, path::PathBuf, process::Command};

/// The runtime's target.
const TARGET: &str = "wasm32v1-none";

fn main() {
	for path in [
		"../../Cargo.lock",
		"../../Cargo.toml",
		"guest",
		"subject",
		"../programs/src",
		"../verifier/src",
		"../../statements/src",
	] {
		println!("cargo::rerun-if-changed={path}");
	}
	if env::var_os("CARGO_FEATURE_WASM").is_none() {
		return;
	}
	let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
	let target = folder.join("guest");
	let mut cargo = Command::new(env::var_os("CARGO").expect("cargo sets it"));
	// What cargo says to this build script is about the host.
	for (name, _) in env::vars_os() {
		let text = name.to_string_lossy();
		let of_host =
			["CARGO_", "RUSTC_", "RUSTFLAGS", "TARGET", "HOST", "PROFILE", "OPT_LEVEL", "DEBUG"];
		let kept = ["CARGO_HOME", "CARGO_NET_OFFLINE"];
		if of_host.iter().any(|prefix| text.starts_with(prefix)) && !kept.contains(&&*text) {
			cargo.env_remove(&name);
		}
	}
	let status = cargo
		.args(["build", "--locked", "--release", "--package", "meterproof-fuzz-guest"])
		.args(["--target", TARGET, "--target-dir"])
		.arg(&target)
		.status()
		.expect("cargo starts");
	assert!(status.success(), "the Wasm guest does not build: `rustup target add {TARGET}`?");
	let module = target.join(TARGET).join("release/meterproof_fuzz_guest.wasm");
	println!("cargo::rustc-env=METERPROOF_FUZZ_GUEST={}", module.display());
}
