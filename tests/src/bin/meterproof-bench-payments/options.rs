//! The command line.

use std::path::PathBuf;

use anyhow::{bail, Context, Result};

/// Printed by `--help`.
pub const HELP: &str = "\
Proving and verifying a confidential payment: times, size, proven bits, payments per second.

    cargo xtask bench payments [OPTIONS]

    --json FILE      write the figures to FILE
    --help           this text

Without cargo xtask, also:

    --weights FILE   what the runtime's example payment_weights prints (required)
";

/// How to measure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
	/// Where the figures go.
	pub json: Option<PathBuf>,
	/// Where the runtime's weights are.
	pub weights: PathBuf,
}

impl Options {
	/// Reads the arguments; `None` asks for help.
	pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>> {
		let (mut json, mut weights) = (None, None);
		while let Some(argument) = arguments.next() {
			let (name, joined) = match argument.split_once('=') {
				Some((name, value)) => (name, Some(value.to_string())),
				None => (argument.as_str(), None),
			};
			let mut value = || {
				joined.clone().or_else(|| arguments.next()).with_context(|| format!("{name} what?"))
			};
			match name {
				"--help" | "-h" => return Ok(None),
				"--json" => json = Some(value()?.into()),
				"--weights" => weights = Some(value()?.into()),
				_ => bail!("`{argument}` is no option; --help lists them"),
			}
		}
		let weights = weights.context("--weights FILE is missing; use cargo xtask")?;
		Ok(Some(Self { json, weights }))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn parse(text: &str) -> Result<Option<Options>> {
		Options::parse(text.split_whitespace().map(String::from))
	}

	#[test]
	fn options_are_read() {
		let expected = Options { json: Some("a".into()), weights: "b".into() };
		assert_eq!(parse("--json=a --weights b").unwrap(), Some(expected));
		assert_eq!(parse("--help").unwrap(), None);
	}

	#[test]
	fn wrong_options_are_named() {
		assert!(parse("").unwrap_err().to_string().contains("--weights"));
		assert!(parse("--jsn a").unwrap_err().to_string().contains("--jsn"));
		assert!(parse("--json").unwrap_err().to_string().contains("--json"));
	}
}
