//! The command line.

use std::path::PathBuf;

use clap::{builder::RangedU64ValueParser, Parser};

/// A network under a steady load for a while: what of it was lost, and how it kept up.
///
/// `cargo xtask soak` builds all that is needed and runs this program.
#[derive(Clone, Debug, PartialEq, Eq, Parser)]
#[command(name = "meterproof-soak", args_override_self = true)]
pub struct Options {
	/// How long the load lasts.
	#[arg(
		long,
		value_name = "N",
		default_value = "2",
		value_parser = RangedU64ValueParser::<u64>::new().range(1..=10_000)
	)]
	pub minutes: u64,
	/// How often a validator is killed without warning and started again, spread over that time.
	#[arg(
		long,
		value_name = "N",
		default_value = "0",
		value_parser = RangedU64ValueParser::<u32>::new().range(0..=10_000)
	)]
	pub kills: u32,
	/// Fail where blocks, finality or memory are outside of their bounds. Without it the report names them.
	#[arg(long)]
	pub strict: bool,
	/// Write the report to FILE, as JSON.
	#[arg(long, value_name = "FILE")]
	pub report: Option<PathBuf>,
	/// Keep databases, keys and logs in DIR, which is made new.
	#[arg(long, value_name = "DIR")]
	pub keep: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
	use super::*;

	fn parse(text: &str) -> Result<Options, clap::Error> {
		let program = ["meterproof-soak"].into_iter();
		Options::try_parse_from(program.chain(text.split_whitespace()))
	}

	#[test]
	fn options_are_read() {
		let expected = Options { minutes: 2, kills: 0, strict: false, report: None, keep: None };
		assert_eq!(parse("").unwrap(), expected);
		let (report, keep) = (Some("a".into()), Some("b".into()));
		let expected = Options { minutes: 60, kills: 50, strict: true, report, keep };
		let given = "--minutes 60 --kills=50 --strict --report a --keep b";
		assert_eq!(parse(given).unwrap(), expected);
	}

	#[test]
	fn wrong_options_are_named() {
		for text in ["--minutes 0", "--minutes x", "--kills x"] {
			let option = text.split(' ').next().unwrap();
			assert!(parse(text).unwrap_err().to_string().contains(option), "{text}");
		}
	}
}
