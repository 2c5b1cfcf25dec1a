//! What the demo and the benchmarks do with their command lines.

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

/// Runs a program with the options on its command line. `name` begins the sentence that says what
/// failed. Wrong options end a program as any other failure does, with status 1; help does not.
pub fn run<Options: Parser>(name: &str, program: impl FnOnce(&Options) -> Result<()>) -> ExitCode {
	let options = match Options::try_parse() {
		Ok(options) => options,
		Err(error) => {
			// It goes to standard error, help to standard output; a closed one is no one's fault.
			let _ = error.print();
			return if error.use_stderr() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
		},
	};
	match program(&options) {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("\n{name} failed: {error:#}");
			ExitCode::FAILURE
		},
	}
}
