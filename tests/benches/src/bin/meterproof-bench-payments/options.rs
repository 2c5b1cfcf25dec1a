//! The command line.

use std::path::PathBuf;

use clap::Parser;

/// Proving and verifying a confidential payment: times, size, proven bits, payments per second.
///
/// `cargo xtask bench payments` builds all that is needed and runs this program with the runtime's
/// weights.
#[derive(Clone, Debug, PartialEq, Eq, Parser)]
#[command(name = "meterproof-bench-payments", args_override_self = true)]
pub struct Options {
	/// Write the figures to FILE.
	#[arg(long, value_name = "FILE")]
	pub json: Option<PathBuf>,
	/// Take the runtime's weights from FILE: what its example payment_weights prints.
	#[arg(long, value_name = "FILE")]
	pub weights: PathBuf,
}

#[cfg(test)]
mod tests {
	use super::*;

	fn parse(text: &str) -> Result<Options, clap::Error> {
		let program = ["meterproof-bench-payments"].into_iter();
		Options::try_parse_from(program.chain(text.split_whitespace()))
	}

	#[test]
	fn options_are_read() {
		let expected = Options { json: Some("a".into()), weights: "b".into() };
		assert_eq!(parse("--json=a --weights b").unwrap(), expected);
		assert!(!parse("--help").unwrap_err().use_stderr());
	}

	#[test]
	fn wrong_options_are_named() {
		assert!(parse("").unwrap_err().to_string().contains("--weights"));
		assert!(parse("--jsn a").unwrap_err().to_string().contains("--jsn"));
		assert!(parse("--json").unwrap_err().to_string().contains("--json"));
	}
}
