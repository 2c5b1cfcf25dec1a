//! The command line.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand, ValueEnum};
use meterproof_fuzz::campaign::Settings;

/// Hostile proofs and statements against the verifier.
#[derive(Debug, Parser)]
#[command(name = "meterproof-fuzz", args_conflicts_with_subcommands = true)]
pub struct Options {
	#[command(subcommand)]
	pub command: Option<Command>,
	#[command(flatten)]
	pub run: RunArgs,
}

/// What to do; a campaign if nothing is named.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Verify hostile cases; the default.
	Run(RunArgs),
	/// Verify the cases in files, natively and in Wasm.
	Replay {
		/// Cases as a campaign writes them.
		#[arg(value_name = "FILE")]
		files: Vec<PathBuf>,
	},
	/// What the proof system makes of a case without our checks. May die of it.
	Stock {
		/// A case as a campaign writes it.
		file: PathBuf,
	},
}

/// A campaign.
#[derive(Debug, Args)]
#[command(args_override_self = true)]
pub struct RunArgs {
	/// Which verifier, and where it runs.
	#[arg(long, value_enum, default_value = "native")]
	pub engine: Which,
	/// How many cases.
	#[arg(long, value_name = "N", default_value = "100000")]
	pub mutations: u64,
	/// Stop after S seconds.
	#[arg(long, value_name = "S", value_parser = seconds)]
	pub seconds: Option<Duration>,
	/// Another seed makes another set of cases.
	#[arg(long, value_name = "S", default_value = "1")]
	pub seed: u64,
	/// Number of the first case.
	#[arg(long, value_name = "N", default_value = "0")]
	pub from: u64,
	/// How many threads.
	#[arg(long, value_name = "N", default_value = "2")]
	pub threads: usize,
	/// Write the record to FILE.
	#[arg(long, value_name = "FILE")]
	pub json: Option<PathBuf>,
	/// Where failing cases go.
	#[arg(long, value_name = "DIR", default_value = "fuzz-failures")]
	pub failures: PathBuf,
}

/// Which verifier, where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Which {
	/// Compiled for this machine.
	Native,
	/// In Wasm, as in the node.
	Wasm,
	/// The proof system alone, in Wasm.
	StockWasm,
}

impl RunArgs {
	/// What the campaign asks for.
	pub fn settings(&self) -> Settings {
		Settings {
			seed: self.seed,
			from: self.from,
			mutations: self.mutations,
			limit: self.seconds,
			threads: self.threads,
			failures: self.failures.clone(),
			only_count: self.engine == Which::StockWasm,
		}
	}
}

fn seconds(text: &str) -> Result<Duration> {
	let seconds: f64 = text.parse().context("not a number")?;
	Duration::try_from_secs_f64(seconds).context("no length of time")
}

#[cfg(test)]
mod tests {
	use super::*;

	fn parse(text: &str) -> Result<Options, clap::Error> {
		Options::try_parse_from(["meterproof-fuzz"].into_iter().chain(text.split_whitespace()))
	}

	#[test]
	fn a_campaign_needs_no_name() {
		let options = parse("--engine stock-wasm --seconds 1.5 --seed=7 --seed 8").unwrap();
		assert!(options.command.is_none());
		let settings = options.run.settings();
		assert!(settings.only_count);
		assert_eq!(settings.limit, Some(Duration::from_millis(1_500)));
		assert_eq!((settings.seed, settings.mutations, settings.threads), (8, 100_000, 2));
		let Some(Command::Run(run)) = parse("run --failures x").unwrap().command else {
			panic!("no campaign");
		};
		assert_eq!((run.engine, run.failures), (Which::Native, "x".into()));
	}

	#[test]
	fn cases_are_read_from_files() {
		let Some(Command::Replay { files }) = parse("replay a b").unwrap().command else {
			panic!("no replay");
		};
		assert_eq!(files, [PathBuf::from("a"), PathBuf::from("b")]);
		assert!(matches!(parse("stock a").unwrap().command, Some(Command::Stock { .. })));
	}

	#[test]
	fn wrong_options_are_named() {
		for text in ["--engin wasm", "--engine jit", "--seconds -1", "--seconds", "stock"] {
			assert!(parse(text).unwrap_err().use_stderr(), "{text}");
		}
		assert!(parse("--engin wasm").unwrap_err().to_string().contains("--engin"));
		assert!(!parse("--help").unwrap_err().use_stderr());
	}
}
