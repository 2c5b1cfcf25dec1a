//! `cargo xtask bench abuse`.

use std::process::Stdio;

use anyhow::{bail, Result};

use crate::{
	arguments, build,
	process::run as run_command,
	setup::{self, For},
	workspace,
};

/// Abuse of a node's port for JSON-RPC, beside honest traffic.
pub fn run(given: &[String]) -> Result<()> {
	let options = arguments::absolute(given, &["--json"])?;
	ensure_known(&options)?;
	setup::ensure(For::Building)?;
	run_command(&mut build::all()?)?;
	let mut bench = workspace::program(workspace::binary("meterproof-bench-abuse")?)?;
	bench
		.args(options)
		.env("METERPROOF_NODE", workspace::binary("meterproof-node")?)
		.env("METERPROOF_CLIENT", workspace::binary("meterproof")?)
		.stdin(Stdio::null());
	run_command(&mut bench)
}

/// What takes minutes does not begin with a mistyped option.
fn ensure_known(mut options: &[String]) -> Result<()> {
	const NUMBERS: [&str; 2] = ["--sockets", "--seconds"];
	let is_number = |text: &str| text.parse::<usize>().is_ok();
	loop {
		options = match options {
			[] => return Ok(()),
			[option, rest @ ..] if option == "--flood" => rest,
			[option, _, rest @ ..] if option == "--json" => rest,
			[option, rest @ ..] if option.starts_with("--json=") => rest,
			[option, number, rest @ ..]
				if NUMBERS.contains(&option.as_str()) && is_number(number) =>
			{
				rest
			},
			[option, rest @ ..]
				if option
					.split_once('=')
					.is_some_and(|(name, number)| NUMBERS.contains(&name) && is_number(number)) =>
			{
				rest
			},
			_ => bail!(
				"`bench abuse` takes `--json FILE`, `--sockets N`, `--seconds N` and `--flood`"
			),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn options_are_checked_before_anything_is_built() {
		let known = |text: &str| {
			let options: Vec<String> = text.split_whitespace().map(String::from).collect();
			ensure_known(&options).is_ok()
		};
		assert!(known(""));
		assert!(known("--sockets 600 --json /tmp/a.json --seconds=5 --flood"));
		assert!(!known("--json"));
		assert!(!known("--sockets many"));
		assert!(!known("600"));
	}
}
