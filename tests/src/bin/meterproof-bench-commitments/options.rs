//! The command line.

use std::path::PathBuf;

use anyhow::{bail, Context, Result};

/// Printed by `--help`.
pub const HELP: &str = "\
Commitments of many meters that reach a node at once, beside paid traffic: what enters when.

    cargo xtask bench commitments [OPTIONS]

    --json FILE      write the figures to FILE
    --waiting N      how many commitments, at most 80000 (default 20000; 500 take a minute)
    --help           this text
";

/// Commitments unless another number is asked for.
const WAITING: usize = 20_000;

/// Most commitments that the scene has meters and periods for.
const MOST_WAITING: usize = 80_000;

/// How to measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
	/// Where the figures go.
	pub json: Option<PathBuf>,
	/// How many commitments come at once.
	pub waiting: usize,
}

impl Options {
	/// Reads the arguments; `None` asks for help.
	pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>> {
		let mut options = Self { json: None, waiting: WAITING };
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
				"--json" => options.json = Some(value()?.into()),
				"--waiting" => {
					let text = value()?;
					let number = text.parse().ok().filter(|n| (1..=MOST_WAITING).contains(n));
					options.waiting = number.with_context(|| {
						format!("--waiting takes a number from 1 to {MOST_WAITING}, not `{text}`")
					})?;
				},
				_ => bail!("`{argument}` is no option; --help lists them"),
			}
		}
		Ok(Some(options))
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
		let expected = Options { json: Some("a".into()), waiting: 500 };
		assert_eq!(parse("--json=a --waiting 500").unwrap(), Some(expected));
		assert_eq!(parse("").unwrap(), Some(Options { json: None, waiting: 20_000 }));
		assert_eq!(parse("--help").unwrap(), None);
	}

	#[test]
	fn wrong_options_are_named() {
		assert!(parse("--jsn a").unwrap_err().to_string().contains("--jsn"));
		for text in ["--waiting 0", "--waiting 80001", "--waiting many"] {
			assert!(parse(text).unwrap_err().to_string().contains("from 1 to 80000"), "{text}");
		}
	}
}
