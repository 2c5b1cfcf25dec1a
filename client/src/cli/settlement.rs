//! `prove`, `settle` and `settlement`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::types::{direction, resource, Direction, Resource};

const PROVE_EXAMPLE: &str = "\
Examples:
  meterproof prove --store meters.store --period 987660 \\
      --group 5Grw…/1/electricity/export=1500 --or-less --out proof.json
  meterproof prove --store a.store --store b.store --period 987660 \\
      --group 5Grw…/1/electricity/export=1500 --group 5FHn…/1/electricity/export=900 \\
      --out proof.json
  meterproof prove --sealed --wallet seller.wallet --store meters.store --period 987660 \\
      --group 5Grw…/1/electricity/export --out proof.json";

#[derive(Debug, Args)]
#[command(after_help = PROVE_EXAMPLE)]
pub struct ProveArgs {
	/// Stores that hold the groups' readings.
	#[arg(long = "store", value_name = "STORE", required = true)]
	pub stores: Vec<PathBuf>,
	/// Which period.
	#[arg(long)]
	pub period: u64,
	/// OPERATOR/ZONE/RESOURCE/DIRECTION and =WH, the quantity to claim: what its trades sell in the
	/// period. With --sealed it may be left out: the contracted quantity is claimed, or what the
	/// readings add up to if that is less.
	#[arg(long = "group", value_name = "GROUP", required = true)]
	pub groups: Vec<String>,
	/// What gateways have put under roots, as `roots post` wrote it: commitments that the chain has not stored
	/// are taken out of these, once the cut-off has passed. Once for each gateway.
	#[arg(long = "roots", value_name = "FILE")]
	pub roots: Vec<PathBuf>,
	/// Where to put the proof.
	#[arg(long, value_name = "FILE")]
	pub out: PathBuf,
	/// Where the readings add up to less than the quantity, claim what they add up to: the chain then
	/// tells everybody what that is.
	#[arg(long, conflicts_with = "sealed")]
	pub or_less: bool,
	/// Let what is claimed be more than what is contracted, for the zone's backstop to buy the rest: the
	/// chain tells everybody how much is claimed.
	#[arg(long, conflicts_with = "sealed")]
	pub excess: bool,
	/// Claim of groups without =WH what the node says is contracted. A node that lies has less
	/// claimed and paid than was delivered, so ask only a node of your own.
	#[arg(long, conflicts_with = "sealed")]
	pub contracted: bool,
	/// The groups' trades are sealed: hide what was delivered, and pay both sides by notes.
	#[arg(long, requires = "wallets")]
	pub sealed: bool,
	/// Wallets that sealed trades pay their sellers into; a viewing key's will do.
	#[arg(long = "wallet", env = "METERPROOF_WALLET", value_name = "FILE")]
	pub wallets: Vec<PathBuf>,
	/// Who reads all payments of the chain's own token, 0x and hex, if somebody does.
	#[arg(long, value_name = "KEY", requires = "sealed")]
	pub auditor: Option<String>,
	/// Show what was delivered of sealed trades, too.
	#[arg(long, conflicts_with = "sealed")]
	pub openly: bool,
}

#[derive(Debug, Args)]
pub struct SettleArgs {
	/// What prove wrote.
	#[arg(long, value_name = "FILE")]
	pub proof: PathBuf,
}

#[derive(Debug, Subcommand)]
pub enum SettlementCommand {
	/// Show where a group stands.
	Status(GroupPeriod),
	/// Settle a group with nothing delivered after its deadline.
	Expire(GroupPeriod),
	/// Name who else may prove less than contracted for the account's own devices.
	NameProver {
		#[command(flatten)]
		group: OwnGroup,
		/// Account that may prove.
		address: String,
	},
	/// Let nobody but the account prove less than contracted any more.
	ClearProver(OwnGroup),
}

/// A group of the account's own devices.
#[derive(Debug, Args)]
pub struct OwnGroup {
	/// Zone of the devices.
	#[arg(long)]
	pub zone: u32,
	/// What the devices measure.
	#[arg(long, value_parser = resource())]
	pub resource: Resource,
	/// Register of the devices.
	#[arg(long, value_parser = direction())]
	pub direction: Direction,
}

#[derive(Debug, Args)]
pub struct GroupPeriod {
	/// Which period.
	#[arg(long)]
	pub period: u64,
	/// OPERATOR/ZONE/RESOURCE/DIRECTION.
	#[arg(long)]
	pub group: String,
}
