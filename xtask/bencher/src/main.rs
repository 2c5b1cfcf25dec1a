//! What `frame-omni-bencher v1 benchmark pallet` does, for the runtime of this checkout.

use clap::Parser;
use frame_benchmarking_cli::PalletCmd;
use sp_runtime::traits::BlakeTwo256;

#[allow(dead_code)]
mod runtime {
	include!(env!("RUNTIME"));
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
	let wasm = runtime::WASM_BINARY_PATH.ok_or("built with SKIP_WASM_BUILD: without a runtime")?;
	let arguments = std::env::args().chain(["--runtime".into(), wasm.into()]);
	PalletCmd::parse_from(arguments).run_with_spec::<BlakeTwo256, ()>(None)?;
	Ok(())
}
