//! The command line.

use std::path::PathBuf;

use anyhow::{bail, Result};
use clap::Parser;

/// Asks for one size's native figures as JSON: this program calls itself so.
pub const NATIVE: &str = "--native";

/// Proving and verifying the usage statement: times, memory, sizes, proven bits.
///
/// `cargo xtask bench usage` builds all that is needed and runs this program, also with the rows
/// without hiding.
#[derive(Clone, Debug, PartialEq, Eq, Parser)]
#[command(name = "meterproof-bench", args_override_self = true)]
pub struct Options {
	/// Write the figures to FILE.
	#[arg(long, value_name = "FILE")]
	pub json: Option<PathBuf>,
	/// Show the rows without hiding of FILE, written by the prover's example bench_usage; may be
	/// given several times.
	#[arg(long, value_name = "FILE")]
	pub unhiding: Vec<PathBuf>,
	/// How many readings and slacks a proof has, for each proof; at least 2.
	#[arg(value_name = "SLOTS", value_parser = slots, default_values = ["118", "1008", "8064"])]
	pub sizes: Vec<usize>,
	/// Measure this size natively, in this process, and print its figures as JSON.
	#[arg(long, hide = true, value_name = "SLOTS", value_parser = slots)]
	pub native: Option<usize>,
}

fn slots(text: &str) -> Result<usize> {
	let Ok(slots) = text.parse() else { bail!("not a number") };
	if slots < 2 {
		bail!("a reading and a slack need 2");
	}
	Ok(slots)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn parse(text: &str) -> Result<Options, clap::Error> {
		Options::try_parse_from(["meterproof-bench"].into_iter().chain(text.split_whitespace()))
	}

	#[test]
	fn options_are_read() {
		let given = "--json=a.json --unhiding b.json --unhiding c.json 20 30";
		let expected = Options {
			json: Some("a.json".into()),
			unhiding: vec!["b.json".into(), "c.json".into()],
			sizes: vec![20, 30],
			native: None,
		};
		assert_eq!(parse(given).unwrap(), expected);
		let usual =
			Options { json: None, unhiding: vec![], sizes: vec![118, 1_008, 8_064], native: None };
		assert_eq!(parse("").unwrap(), usual);
		assert_eq!(parse("--json a --json b").unwrap().json, Some("b".into()));
		assert_eq!(parse(&format!("{NATIVE} 40")).unwrap().native, Some(40));
		assert!(!parse("--json a.json --help").unwrap_err().use_stderr());
	}

	#[test]
	fn wrong_options_are_named() {
		assert!(parse("--jsn a").unwrap_err().to_string().contains("--jsn"));
		assert!(parse("--json").unwrap_err().to_string().contains("--json"));
		assert!(parse("--native").is_err());
		assert!(parse("1").is_err());
		assert!(parse("many").unwrap_err().to_string().contains("many"));
	}
}
