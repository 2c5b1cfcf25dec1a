//! Builds the Wasm runtime, which is told the hash of its own metadata.

/// Version and metadata hash of this runtime: `tests/chain/indices.rs` says what it must hold.
#[cfg(feature = "std")]
const METADATA_HASH: &str = include_str!("metadata-hash");

fn main() {
	#[cfg(feature = "std")]
	{
		println!("cargo:rerun-if-changed=metadata-hash");
		let hash = METADATA_HASH.split_whitespace().nth(1);
		let hash = hash.expect("metadata-hash has a version and a hash");
		// The build of the Wasm is a child of this process: `CheckMetadataHash` reads it there.
		std::env::set_var("RUNTIME_METADATA_HASH", hash);
		substrate_wasm_builder::WasmBuilder::build_using_defaults();
	}
}
