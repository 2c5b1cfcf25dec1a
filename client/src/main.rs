//! `meterproof`: the client for operators, meters, traders and validators.

use std::process::ExitCode;

use meterproof_client::{cli, commands, output::Output};

#[tokio::main]
async fn main() -> ExitCode {
	let cli = match cli::parse() {
		Ok(cli) => cli,
		Err(code) => return code,
	};
	let output = Output::new(cli.options.json);
	match commands::run(cli, output).await {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			output.fail(&error);
			ExitCode::from(error.exit_code())
		},
	}
}
