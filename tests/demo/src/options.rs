//! The command line.

use std::path::PathBuf;

use clap::{builder::RangedU64ValueParser, value_parser, Parser};

/// The whole job on a node of its own: meters commit, one proof adds them up, escrow pays.
///
/// `cargo xtask demo` builds all that is needed and runs this program.
#[derive(Clone, Debug, PartialEq, Eq, Parser)]
#[command(name = "meterproof-demo", args_override_self = true)]
pub struct Options {
	/// Take meter data with the columns time,meter,import_wh,export_wh from FILE: every meter in
	/// it takes part, from the brightest stretch on. Without it, households are made up.
	#[arg(long, value_name = "FILE")]
	pub readings: Option<PathBuf>,
	/// Write the figures to FILE.
	#[arg(long, value_name = "FILE")]
	pub json: Option<PathBuf>,
	/// How many settlement periods, from 3 to 90.
	#[arg(
		long,
		value_name = "N",
		default_value = "3",
		value_parser = RangedU64ValueParser::<usize>::new().range(3..=90)
	)]
	pub periods: usize,
	/// How many made-up connection points, from 16 to 2000.
	#[arg(
		long,
		value_name = "N",
		default_value = "40",
		value_parser = value_parser!(u32).range(16..=2_000)
	)]
	pub meters: u32,
	/// Another number makes up another day.
	#[arg(long, value_name = "N", default_value = "1")]
	pub seed: u64,
	/// Keep the node's database, stores and logs in DIR, which is made new.
	#[arg(long, value_name = "DIR")]
	pub keep: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
	use super::*;

	fn parse(text: &str) -> Result<Options, clap::Error> {
		Options::try_parse_from(["meterproof-demo"].into_iter().chain(text.split_whitespace()))
	}

	#[test]
	fn options_are_read() {
		let options = parse("--readings a.csv --json=b.json --seed 7").unwrap();
		assert_eq!(options.readings, Some("a.csv".into()));
		assert_eq!(options.json, Some("b.json".into()));
		assert_eq!((options.seed, options.periods, options.meters), (7, 3, 40));
		assert!(!parse("--seed 1 --help").unwrap_err().use_stderr());
	}

	#[test]
	fn wrong_options_are_named() {
		assert!(parse("--reading a").unwrap_err().to_string().contains("--reading"));
		assert!(parse("--json").unwrap_err().to_string().contains("--json"));
		assert!(parse("--seed x").unwrap_err().to_string().contains("'x'"));
		for text in ["--periods 2", "--periods 91", "--meters 15", "--meters 2001"] {
			assert!(parse(text).is_err(), "{text}");
		}
	}
}
