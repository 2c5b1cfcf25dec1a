//! A C program against the static library and the header. Runs with the feature `ffi` only, since
//! it builds the library and needs a C compiler (`CC`, or `cc`).
#![cfg(feature = "ffi")]

mod vectors_table;

use std::{
	env, fs,
	path::{Path, PathBuf},
	process::Command,
};

/// Where this test's own executable lies: `target/<profile>/deps`.
fn deps() -> PathBuf {
	env::current_exe().unwrap().parent().unwrap().to_path_buf()
}

fn run(command: &mut Command) -> String {
	let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
	let text = String::from_utf8_lossy(&output.stdout).into_owned();
	let errors = String::from_utf8_lossy(&output.stderr);
	assert!(output.status.success(), "{command:?}: {}\n{text}\n{errors}", output.status);
	text
}

fn static_library() -> PathBuf {
	let profile_folder = deps().parent().unwrap().to_path_buf();
	let target = profile_folder.parent().unwrap();
	let profile = match profile_folder.file_name().unwrap().to_str().unwrap() {
		"debug" => "dev",
		other => other,
	};
	run(Command::new(env!("CARGO"))
		.args(["rustc", "--quiet", "--offline", "--lib", "--features", "ffi"])
		.args(["--crate-type", "staticlib", "--profile", profile, "--manifest-path"])
		.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
		.arg("--target-dir")
		.arg(target));
	profile_folder.join("libmeterproof_device.a")
}

#[test]
fn a_c_program_gets_every_vector_right() {
	let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
	let folder = deps().join(format!("meterproof-c-{}", std::process::id()));
	fs::create_dir_all(&folder).unwrap();
	fs::write(folder.join("vectors.inc"), vectors_table::table()).unwrap();

	let program = folder.join("check");
	run(Command::new(env::var_os("CC").unwrap_or("cc".into()))
		.args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-I"])
		.arg(manifest.join("include"))
		.arg("-I")
		.arg(&folder)
		.arg("-I")
		.arg(manifest.join("tests"))
		.arg(manifest.join("tests/c_abi.c"))
		.arg(static_library())
		.args(["-lpthread", "-ldl", "-lm", "-o"])
		.arg(&program));
	let said = run(&mut Command::new(&program));
	fs::remove_dir_all(&folder).unwrap();

	assert_eq!(said, format!("{} vectors\n", vectors_table::count()));
}

/// The example firmware over simulated flash. `POWER_CUTS=1` cuts at every byte, which takes minutes.
#[test]
fn the_example_firmware_survives_power_cuts() {
	let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
	let example = manifest.join("firmware/example");
	let program = deps().join(format!("meterproof-cuts-{}", std::process::id()));
	run(Command::new(env::var_os("CC").unwrap_or("cc".into()))
		.args(["-std=c99", "-O1", "-Wall", "-Wextra", "-Werror", "-DFLASH_SECTOR=640", "-I"])
		.arg(manifest.join("include"))
		.arg("-I")
		.arg(&example)
		.arg(manifest.join("tests/power_cuts.c"))
		.arg(example.join("store.c"))
		.arg(example.join("meter.c"))
		.arg(static_library())
		.args(["-lpthread", "-ldl", "-lm", "-o"])
		.arg(&program));
	let step = env::var("POWER_CUTS").unwrap_or("101".into());
	let said = run(Command::new(&program).arg(step));
	fs::remove_file(&program).unwrap();
	assert!(said.ends_with(" lives\n"), "{said}");
}
