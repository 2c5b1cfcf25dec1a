//! Tries this runtime as an upgrade of a chain, on a copy of the chain's state and without a node:
//!
//! ```sh
//! meterproof-node export-state --chain CHAIN --base-path BASE > state.json
//! cargo run --release -p meterproof-runtime --example try_upgrade -- state.json
//! ```
//!
//! With `--features try-runtime` every pallet's `try_state` is asked besides, the SDK's too. That compiles
//! the SDK anew.

mod trial;

use std::{env, fs, process::ExitCode};

use trial::Trial;

fn main() -> ExitCode {
	let Some(path) = env::args().nth(1) else {
		eprintln!(
			"which state? `try_upgrade FILE`, with what `meterproof-node export-state` writes"
		);
		return ExitCode::from(2);
	};
	let tried = fs::read(&path)
		.map_err(|error| format!("{path}: {error}"))
		.and_then(|specification| Trial::of(&specification))
		.and_then(Trial::upgrade);
	match tried {
		Ok(outcome) => {
			println!("{outcome}");
			ExitCode::SUCCESS
		},
		Err(error) => {
			eprintln!("{error}");
			ExitCode::FAILURE
		},
	}
}
