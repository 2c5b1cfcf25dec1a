//! Command line.

use sc_cli::RunCmd;

/// The Meterproof validator and full node.
// The pool is larger than the SDK's default: a zone's meters all commit within minutes, and a proof
// has some 100 kB.
#[derive(Debug, clap::Parser)]
#[command(
	mut_arg("pool_limit", |arg| arg.default_value("65536")),
	mut_arg("pool_kbytes", |arg| arg.default_value("65536"))
)]
pub struct Cli {
	/// Something else than running the node.
	#[command(subcommand)]
	pub subcommand: Option<Subcommand>,

	/// Running the node.
	#[clap(flatten)]
	pub run: RunCmd,
}

/// What the node's program does besides running the node.
#[derive(Debug, clap::Subcommand)]
#[allow(clippy::large_enum_variant)]
pub enum Subcommand {
	/// Key management: generate, inspect, insert, sign, verify.
	#[command(subcommand)]
	Key(sc_cli::KeySubcommand),

	/// Write a chain specification to a file.
	ExportChainSpec(sc_cli::ExportChainSpecCmd),

	/// Validate blocks.
	CheckBlock(sc_cli::CheckBlockCmd),

	/// Export blocks.
	ExportBlocks(sc_cli::ExportBlocksCmd),

	/// Export the state of a block into a chain specification.
	ExportState(sc_cli::ExportStateCmd),

	/// Import blocks.
	ImportBlocks(sc_cli::ImportBlocksCmd),

	/// Remove the whole chain.
	PurgeChain(sc_cli::PurgeChainCmd),

	/// Revert the chain to an earlier block.
	Revert(sc_cli::RevertCmd),

	/// What the database holds.
	ChainInfo(sc_cli::ChainInfoCmd),
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::Parser;

	#[test]
	fn the_pool_is_large_unless_told_otherwise() {
		let cli = Cli::parse_from(["meterproof-node"]);
		assert_eq!(cli.run.pool_config.pool_limit, 65_536);
		assert_eq!(cli.run.pool_config.pool_kbytes, meterproof_primitives::POOL_KIBIBYTES);
		let cli = Cli::parse_from(["meterproof-node", "--pool-limit", "9"]);
		assert_eq!(cli.run.pool_config.pool_limit, 9);
	}
}
