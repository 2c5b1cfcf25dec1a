//! The command line.

use std::path::PathBuf;

use anyhow::{bail, Context, Result};

/// Printed by `--help`.
pub const HELP: &str = "\
Proving and verifying the usage statement: times, memory, sizes, proven bits.

    cargo xtask bench usage [OPTIONS]

    --json FILE      write the figures to FILE
    --help           this text

Without cargo xtask, also:

    --unhiding FILE  show the rows without hiding of this file, written by the prover's example
                     bench_usage; may be repeated
    SLOTS..          other sizes than 118, 1008 and 8064
";

/// Measured unless others are asked for.
const SIZES: [usize; 3] = [118, 1_008, 8_064];

/// Asks for one size's native figures as JSON: this program calls itself so.
pub const NATIVE: &str = "--native";

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
	/// Print the help.
	Help,
	/// Measure one size natively.
	Native(usize),
	/// Measure everything.
	All(Options),
}

/// How to measure everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
	/// Where the figures go.
	pub json: Option<PathBuf>,
	/// Files with rows without hiding.
	pub unhiding: Vec<PathBuf>,
	/// Slots.
	pub sizes: Vec<usize>,
}

impl Task {
	/// Reads the arguments.
	pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
		let mut options = Options::default();
		while let Some(argument) = arguments.next() {
			let (name, joined) = match argument.split_once('=') {
				Some((name, value)) => (name, Some(value.to_string())),
				None => (argument.as_str(), None),
			};
			let mut value = || {
				joined.clone().or_else(|| arguments.next()).with_context(|| format!("{name} what?"))
			};
			match name {
				"--help" | "-h" => return Ok(Self::Help),
				"--json" => options.json = Some(value()?.into()),
				"--unhiding" => options.unhiding.push(value()?.into()),
				NATIVE => return Ok(Self::Native(slots(&value()?)?)),
				_ => options.sizes.push(slots(&argument)?),
			}
		}
		if options.sizes.is_empty() {
			options.sizes = SIZES.into();
		}
		Ok(Self::All(options))
	}
}

fn slots(text: &str) -> Result<usize> {
	let Ok(slots) = text.parse() else { bail!("`{text}` is neither an option nor a number") };
	if slots < 2 {
		bail!("{slots} slots: a reading and a slack need 2");
	}
	Ok(slots)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn parse(text: &str) -> Result<Task> {
		Task::parse(text.split_whitespace().map(String::from))
	}

	#[test]
	fn options_are_read() {
		let given = "--json=a.json --unhiding b.json --unhiding c.json 20 30";
		let expected = Options {
			json: Some("a.json".into()),
			unhiding: vec!["b.json".into(), "c.json".into()],
			sizes: vec![20, 30],
		};
		assert_eq!(parse(given).unwrap(), Task::All(expected));
		let usual = Options { sizes: SIZES.into(), ..Options::default() };
		assert_eq!(parse("").unwrap(), Task::All(usual));
		assert_eq!(parse("--native 40").unwrap(), Task::Native(40));
		assert_eq!(parse("--json a.json --help").unwrap(), Task::Help);
	}

	#[test]
	fn wrong_options_are_named() {
		assert!(parse("--jsn a").unwrap_err().to_string().contains("--jsn"));
		assert!(parse("--json").unwrap_err().to_string().contains("--json"));
		assert!(parse("--native").is_err());
		assert!(parse("1").is_err());
	}
}
