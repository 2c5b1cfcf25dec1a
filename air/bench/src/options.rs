//! The command line.

use std::path::PathBuf;

use clap::Parser;
use serde::{de::DeserializeOwned, Deserialize};

use crate::case::Case;

/// Asks for one case's figures as JSON: this program calls itself so.
pub const CASE: &str = "--case";

/// Asks for the figures of cases that are compared, as JSON: verified in turns.
pub const TOGETHER: &str = "--together";

/// Proving and verifying the usage statement, without a node: times, phases, memory, sizes.
///
/// `cargo xtask bench proofs` builds this program and runs it, also with `--native`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Parser)]
#[command(name = "meterproof-bench-proofs", args_override_self = true)]
pub struct Options {
	/// Write the figures to FILE.
	#[arg(long, value_name = "FILE")]
	pub json: Option<PathBuf>,
	/// Write docs/benchmarks.md's tables and plots; they take all sizes.
	#[arg(long, conflicts_with = "quick")]
	pub docs: bool,
	/// Measure nothing: take the figures of FILE.
	#[arg(long, value_name = "FILE")]
	pub from: Option<PathBuf>,
	/// Measure two sizes, with few repeats.
	#[arg(long)]
	pub quick: bool,
	/// This program compiled for the machine's own processor: its times are measured too.
	#[arg(long, value_name = "PROGRAM")]
	pub native: Option<PathBuf>,
	/// Measure one case, in this process, and print its figures as JSON.
	#[arg(long, hide = true, value_name = "JSON", value_parser = json::<Case>)]
	pub case: Option<Case>,
	/// Measure some cases in this process, the verifier in turns, and print their figures as JSON.
	#[arg(long, hide = true, value_name = "JSON", value_parser = json::<Together>)]
	pub together: Option<Together>,
}

/// Cases whose verification is compared.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Together(pub Vec<Case>);

fn json<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
	serde_json::from_str(text)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::plan::Plan;

	fn read<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Result<Options, clap::Error> {
		Options::try_parse_from(["meterproof-bench-proofs"].into_iter().chain(arguments))
	}

	fn parse(text: &str) -> Result<Options, clap::Error> {
		read(text.split_whitespace())
	}

	#[test]
	fn options_are_read() {
		let expected = Options {
			json: Some("a.json".into()),
			docs: true,
			from: Some("b.json".into()),
			native: Some("c".into()),
			..Options::default()
		};
		let given = "--json=a.json --docs --from b.json --native c";
		assert_eq!(parse(given).unwrap(), expected);
		assert!(parse("--quick").unwrap().quick);
		assert!(!parse("--quick --help").unwrap_err().use_stderr());
	}

	#[test]
	fn cases_are_read() {
		for case in Plan::full(2).cases() {
			let json = serde_json::to_string(case).unwrap();
			assert_eq!(read([CASE, &json]).unwrap().case, Some(*case));
		}
	}

	#[test]
	fn cases_that_are_compared_are_read() {
		for cases in Plan::full(2).grouped {
			let json = serde_json::to_string(&cases).unwrap();
			assert_eq!(read([TOGETHER, &json]).unwrap().together, Some(Together(cases)));
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
