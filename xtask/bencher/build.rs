//! Builds the runtime for Wasm with its benchmarks.

use std::{env, path::PathBuf};

fn main() {
	let runtime = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
		.join("../../runtime/Cargo.toml")
		.canonicalize()
		.expect("the runtime is part of this checkout");
	let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
	// The builder puts its project beside the `build` folder above OUT_DIR: with a shared target
	// folder this runtime would take the place of the one that the node carries. It looks for
	// `build` alone, so that a folder of that name further down keeps the two apart.
	let apart = out.join("benchmarked/build/runtime/out");
	std::fs::create_dir_all(&apart).expect("a folder can be made in OUT_DIR");
	env::set_var("OUT_DIR", &apart);
	// Otherwise told from the name of that folder.
	env::set_var("WASM_BUILD_TYPE", "release");
	substrate_wasm_builder::WasmBuilder::new()
		.with_project(runtime)
		.expect("the runtime has a manifest")
		.import_memory()
		.export_heap_base()
		.enable_feature("runtime-benchmarks")
		.build();
	println!("cargo:rustc-env=RUNTIME={}", apart.join("wasm_binary.rs").display());
}
