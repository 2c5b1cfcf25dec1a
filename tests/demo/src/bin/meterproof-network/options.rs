//! The command line.

use std::path::PathBuf;

use clap::{builder::RangedU64ValueParser, Parser};
use meterproof_driver::network::WELL_KNOWN;

/// Most nodes that only follow.
const MOST_FULL_NODES: u64 = 8;

/// A network on this machine: validators and full nodes that can be watched and talked to.
///
/// `cargo xtask network` builds all that is needed and runs this program.
#[derive(Clone, Debug, PartialEq, Eq, Parser)]
#[command(name = "meterproof-network", args_override_self = true)]
pub struct Options {
	/// How many validators, from 1 to 6.
	#[arg(
		long,
		value_name = "N",
		default_value = "4",
		value_parser = RangedU64ValueParser::<usize>::new().range(1..=WELL_KNOWN.len() as u64)
	)]
	pub validators: usize,
	/// How many nodes that follow without making blocks, at most 8.
	#[arg(
		long,
		value_name = "N",
		default_value = "1",
		value_parser = RangedU64ValueParser::<usize>::new().range(0..=MOST_FULL_NODES)
	)]
	pub full_nodes: usize,
	/// End after so many minutes. Without it the network runs until Ctrl-C.
	#[arg(
		long,
		value_name = "N",
		value_parser = RangedU64ValueParser::<u64>::new().range(1..=100_000)
	)]
	pub minutes: Option<u64>,
	/// Keep databases, keys, the chain's specification and logs in DIR, which is made new.
	#[arg(long, value_name = "DIR")]
	pub keep: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
	use super::*;

	fn parse(text: &str) -> Result<Options, clap::Error> {
		let program = ["meterproof-network"].into_iter();
		Options::try_parse_from(program.chain(text.split_whitespace()))
	}

	#[test]
	fn options_are_read() {
		let expected = Options { validators: 4, full_nodes: 1, minutes: None, keep: None };
		assert_eq!(parse("").unwrap(), expected);
		let given = parse("--validators 6 --full-nodes=0 --minutes 3 --keep x").unwrap();
		let expected =
			Options { validators: 6, full_nodes: 0, minutes: Some(3), keep: Some("x".into()) };
		assert_eq!(given, expected);
	}

	#[test]
	fn wrong_options_are_named() {
		for text in ["--validators 0", "--validators 7", "--full-nodes 9", "--minutes 0"] {
			let option = text.split(' ').next().unwrap();
			assert!(parse(text).unwrap_err().to_string().contains(option), "{text}");
		}
	}
}
