//! A C program against the static library and the header. Runs with the feature `ffi` only, since
//! it builds the library and needs a C compiler (`CC`, or `cc`).
#![cfg(feature = "ffi")]

use std::{
	env, fs,
	path::{Path, PathBuf},
	process::Command,
};

const VECTORS: &str = include_str!("../vectors/commitments.json");

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

/// The vectors as a table in C.
fn table() -> String {
	let file: serde_json::Value = serde_json::from_str(VECTORS).unwrap();
	let mut table = String::from("static const struct vector vectors[] = {\n");
	for vector in file["vectors"].as_array().unwrap() {
		let field = |name: &str| match &vector[name] {
			serde_json::Value::String(text) => text.clone(),
			other => other.to_string(),
		};
		let bytes = |name: &str| -> String {
			hex::decode(field(name)).unwrap().iter().map(|byte| format!("{byte},")).collect()
		};
		let salt: String = vector["salt"]
			.as_array()
			.unwrap()
			.iter()
			.map(|element| format!("UINT64_C({}),", element.as_str().unwrap()))
			.collect();
		let direction = format!("METERPROOF_{}", field("direction").to_uppercase());
		table += &format!(
			"{{ {{ {{{}}}, UINT64_C({}), {}u, {direction} }}, {}u, {}u, {}u, {{{}}}, {{{}}}, {{{salt}}}, \
			 {{{}}}, {{{}}}, {{{}}}, {{{}}}, {{{}}} }},\n",
			bytes("genesis"),
			field("period"),
			field("device"),
			field("reading"),
			field("counter"),
			field("ratchets"),
			bytes("salt_secret"),
			bytes("period_secret"),
			bytes("commitment"),
			bytes("message"),
			bytes("seed"),
			bytes("public_key"),
			bytes("signature"),
		);
	}
	table + "};\n"
}

#[test]
fn a_c_program_gets_every_vector_right() {
	let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
	let folder = deps().join(format!("meterproof-c-{}", std::process::id()));
	fs::create_dir_all(&folder).unwrap();
	fs::write(folder.join("vectors.inc"), table()).unwrap();

	let program = folder.join("check");
	run(Command::new(env::var_os("CC").unwrap_or("cc".into()))
		.args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-I"])
		.arg(manifest.join("include"))
		.arg("-I")
		.arg(&folder)
		.arg(manifest.join("tests/c_abi.c"))
		.arg(static_library())
		.args(["-lpthread", "-ldl", "-lm", "-o"])
		.arg(&program));
	let said = run(&mut Command::new(&program));
	fs::remove_dir_all(&folder).unwrap();

	let file: serde_json::Value = serde_json::from_str(VECTORS).unwrap();
	assert_eq!(said, format!("{} vectors\n", file["vectors"].as_array().unwrap().len()));
}
