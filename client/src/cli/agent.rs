//! `agent`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

const AGENT_EXAMPLE: &str = "\
Examples:
  meterproof agent init --config agent.toml
  meterproof agent check --config agent.toml
  meterproof agent --config agent.toml
  meterproof agent report --config agent.toml --month 2026-11
  meterproof agent report --config agent.toml --month 2026-11 --format html --out november.html

Nodes, store, account and password are the configuration's: --url and --account are not asked.
It ends on SIGTERM; a kill at any moment loses nothing either.";

#[derive(Debug, Args)]
#[command(after_help = AGENT_EXAMPLE, subcommand_negates_reqs = true)]
pub struct AgentArgs {
	/// The configuration.
	#[arg(
		long,
		global = true,
		env = "METERPROOF_AGENT_CONFIG",
		default_value = "agent.toml",
		value_name = "FILE"
	)]
	pub config: PathBuf,
	/// File with milliseconds to add to this machine's clock, read at each look: for tests.
	#[arg(long, hide = true, value_name = "FILE")]
	pub clock_offset_file: Option<PathBuf>,
	/// What to do; without it the agent runs.
	#[command(subcommand)]
	pub command: Option<AgentCommand>,
}

#[derive(Debug, Subcommand)]
pub enum AgentCommand {
	/// Write an example configuration, with comments.
	Init,
	/// Show in one screen what is wrong, and how to mend it.
	Check(AgentCheckArgs),
	/// Write what a month brought: sold, paid, missed and why.
	Report(ReportArgs),
}

#[derive(Debug, Args)]
pub struct AgentCheckArgs {
	/// Seconds in which each source is to say something. Where the agent runs, it is asked instead.
	#[arg(long, default_value = "15", value_name = "SECONDS")]
	pub listen: u32,
}

#[derive(Debug, Args)]
pub struct ReportArgs {
	/// Which month, as in 2026-11; it begins and ends at midnight UTC.
	#[arg(long)]
	pub month: String,
	/// What to write.
	#[arg(long, value_enum, default_value = "text")]
	pub format: ReportFormat,
	/// Where to write it; without it to standard output.
	#[arg(long, value_name = "FILE")]
	pub out: Option<PathBuf>,
	/// Report on this account alone; without it, on all that own the store's meters.
	#[arg(long = "of", value_name = "ADDRESS")]
	pub account_address: Option<String>,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
	/// For people.
	Text,
	/// For spreadsheets: a line for each settled period of each trade.
	Csv,
	/// A page that needs nothing else.
	Html,
}
