//! The command line.

use std::path::PathBuf;

use clap::{builder::RangedU64ValueParser, Parser};

/// Most sockets: as many as most systems let one program have open.
const MOST_SOCKETS: u64 = 1_000;
/// The longest part of a run, in seconds.
const MOST_SECONDS: u64 = 600;

/// What a node's answers take while strangers abuse its port for JSON-RPC.
///
/// `cargo xtask bench abuse` builds all that is needed and runs this program.
#[derive(Clone, Debug, PartialEq, Eq, Parser)]
#[command(name = "meterproof-bench-abuse", args_override_self = true)]
pub struct Options {
	/// Write the figures to FILE.
	#[arg(long, value_name = "FILE")]
	pub json: Option<PathBuf>,
	/// How many sockets are held open, at most 1000.
	#[arg(
		long,
		value_name = "N",
		default_value = "100",
		value_parser = RangedU64ValueParser::<usize>::new().range(1..=MOST_SOCKETS)
	)]
	pub sockets: usize,
	/// How long each kind of abuse lasts, in seconds, at most 600.
	#[arg(
		long,
		value_name = "N",
		default_value = "10",
		value_parser = RangedU64ValueParser::<u64>::new().range(1..=MOST_SECONDS)
	)]
	pub seconds: u64,
	/// Have a stranger send calls without end at last, too. The node keeps all of them in memory.
	#[arg(long)]
	pub flood: bool,
}

#[cfg(test)]
mod tests {
	use super::*;

	fn parse(text: &str) -> Result<Options, clap::Error> {
		let program = ["meterproof-bench-abuse"].into_iter();
		Options::try_parse_from(program.chain(text.split_whitespace()))
	}

	#[test]
	fn options_are_read() {
		let expected = Options { json: Some("a".into()), sockets: 7, seconds: 3, flood: true };
		assert_eq!(parse("--json=a --sockets 7 --seconds=3 --flood").unwrap(), expected);
		let expected = Options { json: None, sockets: 100, seconds: 10, flood: false };
		assert_eq!(parse("").unwrap(), expected);
		assert!(!parse("--help").unwrap_err().use_stderr());
	}

	#[test]
	fn wrong_options_are_named() {
		assert!(parse("--jsn a").unwrap_err().to_string().contains("--jsn"));
		for text in ["--sockets 0", "--sockets 1001", "--seconds 0", "--seconds soon"] {
			let option = text.split(' ').next().unwrap();
			assert!(parse(text).unwrap_err().to_string().contains(option), "{text}");
		}
	}
}
