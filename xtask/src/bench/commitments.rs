//! `cargo xtask bench commitments`.

use std::process::Stdio;

use anyhow::{bail, Result};

use crate::{
	arguments, build,
	process::run as run_command,
	setup::{self, For},
	workspace,
};

/// Commitments that reach a node at once, beside paid traffic.
pub fn run(given: &[String]) -> Result<()> {
	let options = arguments::absolute(given, &["--json"])?;
	ensure_known(&options)?;
	setup::ensure(For::Building)?;
	run_command(&mut build::all()?)?;
	let mut bench = workspace::program(workspace::binary("meterproof-bench-commitments")?)?;
	bench
		.args(options)
		.env("METERPROOF_NODE", workspace::binary("meterproof-node")?)
		.env("METERPROOF_CLIENT", workspace::binary("meterproof")?)
		.stdin(Stdio::null());
	run_command(&mut bench)
}

/// What takes minutes does not begin with a mistyped option.
fn ensure_known(mut options: &[String]) -> Result<()> {
	let is_number = |text: &str| text.parse::<usize>().is_ok();
	loop {
		options = match options {
			[] => return Ok(()),
			[option, _, rest @ ..] if option == "--json" => rest,
			[option, number, rest @ ..] if option == "--waiting" && is_number(number) => rest,
			[option, rest @ ..] if option.starts_with("--json=") => rest,
			[option, rest @ ..] if option.strip_prefix("--waiting=").is_some_and(is_number) => rest,
			_ => bail!("`bench commitments` takes `--json FILE` and `--waiting N`, nothing else"),
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
		assert!(known("--waiting 500 --json /tmp/a.json"));
		assert!(known("--json=/tmp/a.json --waiting=500"));
		assert!(!known("--json"));
		assert!(!known("--waiting many"));
		assert!(!known("500"));
	}
}
