//! The command line.

use std::path::PathBuf;

use clap::{builder::RangedU64ValueParser, Parser};

/// Most commitments that there are meters and periods for.
const MOST_WAITING: u64 = 80_000;

/// Commitments of many meters that reach a node at once, beside paid traffic: what enters when.
///
/// `cargo xtask bench commitments` builds all that is needed and runs this program.
#[derive(Clone, Debug, PartialEq, Eq, Parser)]
#[command(name = "meterproof-bench-commitments", args_override_self = true)]
pub struct Options {
	/// Write the figures to FILE.
	#[arg(long, value_name = "FILE")]
	pub json: Option<PathBuf>,
	/// How many commitments come at once, at most 80000; 500 take a minute.
	#[arg(
		long,
		value_name = "N",
		default_value = "20000",
		value_parser = RangedU64ValueParser::<usize>::new().range(1..=MOST_WAITING)
	)]
	pub waiting: usize,
}

#[cfg(test)]
mod tests {
	use super::*;

	fn parse(text: &str) -> Result<Options, clap::Error> {
		let program = ["meterproof-bench-commitments"].into_iter();
		Options::try_parse_from(program.chain(text.split_whitespace()))
	}

	#[test]
	fn options_are_read() {
		let expected = Options { json: Some("a".into()), waiting: 500 };
		assert_eq!(parse("--json=a --waiting 500").unwrap(), expected);
		assert_eq!(parse("").unwrap(), Options { json: None, waiting: 20_000 });
		assert_eq!(parse("--waiting 80000").unwrap().waiting, 80_000);
		assert!(!parse("--help").unwrap_err().use_stderr());
	}

	#[test]
	fn wrong_options_are_named() {
		assert!(parse("--jsn a").unwrap_err().to_string().contains("--jsn"));
		for text in ["--waiting 0", "--waiting 80001", "--waiting many"] {
			assert!(parse(text).unwrap_err().to_string().contains("--waiting"), "{text}");
		}
	}
}
