//! The command line.

use std::path::PathBuf;

use anyhow::{bail, Context, Result};

use crate::case::Case;

/// Printed by `--help`.
pub const HELP: &str = "\
Proving and verifying the usage statement, without a node: times, phases, memory, sizes.

    cargo xtask bench proofs [OPTIONS]

    --json FILE       write the figures to FILE
    --docs            write docs/benchmarks.md's tables and plots
    --from FILE       measure nothing: take the figures of this file
    --quick           two sizes, few repeats
    --help            this text

Without cargo xtask, also:

    --native PROGRAM  this program compiled for the machine's own processor
";

/// Asks for one case's figures as JSON: this program calls itself so.
pub const CASE: &str = "--case";

/// Asks for the figures of cases that are compared, as JSON: verified in turns.
pub const TOGETHER: &str = "--together";

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
	/// Print the help.
	Help,
	/// Measure one case.
	One(Case),
	/// Measure some in one process, the verifier in turns.
	Together(Vec<Case>),
	/// Measure everything.
	All(Options),
}

/// How to measure everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
	/// Where the figures go.
	pub json: Option<PathBuf>,
	/// Whether the documents are written.
	pub docs: bool,
	/// Where figures are.
	pub from: Option<PathBuf>,
	/// Whether two sizes will do.
	pub quick: bool,
	/// This program, compiled for the machine's own processor.
	pub native: Option<PathBuf>,
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
				"--docs" => options.docs = true,
				"--from" => options.from = Some(value()?.into()),
				"--quick" => options.quick = true,
				"--native" => options.native = Some(value()?.into()),
				CASE => return Ok(Self::One(serde_json::from_str(&value()?)?)),
				TOGETHER => return Ok(Self::Together(serde_json::from_str(&value()?)?)),
				_ => bail!("`{argument}` is no option"),
			}
		}
		if options.docs && options.quick {
			bail!("the documents take all sizes: leave out --quick");
		}
		Ok(Self::All(options))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::plan::Plan;

	fn parse(text: &str) -> Result<Task> {
		Task::parse(text.split_whitespace().map(String::from))
	}

	#[test]
	fn options_are_read() {
		let expected = Options {
			json: Some("a.json".into()),
			docs: true,
			from: Some("b.json".into()),
			quick: false,
			native: Some("c".into()),
		};
		let given = "--json=a.json --docs --from b.json --native c";
		assert_eq!(parse(given).unwrap(), Task::All(expected));
		assert_eq!(parse("--quick --help").unwrap(), Task::Help);
	}

	#[test]
	fn cases_are_read() {
		for case in Plan::full(2).cases() {
			let given = [CASE.into(), serde_json::to_string(case).unwrap()];
			assert_eq!(Task::parse(given.into_iter()).unwrap(), Task::One(*case));
		}
	}

	#[test]
	fn cases_that_are_compared_are_read() {
		for cases in Plan::full(2).grouped {
			let given = [TOGETHER.into(), serde_json::to_string(&cases).unwrap()];
			assert_eq!(Task::parse(given.into_iter()).unwrap(), Task::Together(cases));
		}
	}

	#[test]
	fn wrong_options_are_named() {
		assert!(parse("--jsn a").unwrap_err().to_string().contains("--jsn"));
		assert!(parse("--json").unwrap_err().to_string().contains("--json"));
		assert!(parse("--quick --docs").is_err());
		assert!(parse("--case {}").is_err());
	}
}
