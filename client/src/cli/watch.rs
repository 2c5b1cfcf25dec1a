//! `watch`.

use clap::{Args, Subcommand, ValueEnum};

use crate::types::{evidence, resource, Evidence, Resource};

#[derive(Debug, Subcommand)]
pub enum WatchCommand {
	/// Offers: placed, taken, cancelled, declined, expired.
	Offers(WatchOffersArgs),
	/// All that happens to trades, offers included.
	Trades(WatchTradesArgs),
	/// What settles: by a proof, sealed, at the deadline.
	Settlements(WatchSettlementsArgs),
	/// Books that are cleared, or lapse.
	Clearings(WatchClearingsArgs),
}

/// What all of them take.
#[derive(Debug, Args)]
pub struct WatchArgs {
	/// Show changes in one zone; without it in all zones.
	#[arg(long)]
	pub zone: Option<u32>,
	/// Show changes that are about this period or later ones.
	#[arg(long, value_name = "PERIOD")]
	pub from: Option<u64>,
	/// Show changes that are about this period or earlier ones.
	#[arg(long, value_name = "PERIOD")]
	pub to: Option<u64>,
	/// Follow the best chain, which is a few seconds ahead of what is final: a fork may take its
	/// blocks back, and then that is shown.
	#[arg(long)]
	pub best: bool,
}

const WATCH_EXAMPLE: &str = "\
Example: offers of electricity to oneself, on signed evidence, for programs
  meterproof watch offers --json --zone 1 --resource electricity --buyer 5FHn… \\
      --least-evidence signed";

#[derive(Debug, Args)]
#[command(after_help = WATCH_EXAMPLE)]
pub struct WatchOffersArgs {
	#[command(flatten)]
	pub all: WatchArgs,
	/// Show offers of one resource.
	#[arg(long, value_parser = resource())]
	pub resource: Option<Resource>,
	/// Show offers whose seller's devices were all attested on this evidence or better.
	#[arg(long, value_parser = evidence(), value_name = "GRADE")]
	pub least_evidence: Option<Evidence>,
	/// Show offers of one seller.
	#[arg(long, value_name = "ADDRESS")]
	pub seller: Option<String>,
	/// Show offers to one buyer.
	#[arg(long, value_name = "ADDRESS")]
	pub buyer: Option<String>,
}

/// Where a trade stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StateArg {
	/// Waits for the buyer.
	Offered,
	/// Paid into escrow.
	Accepted,
	/// Every period of it is settled.
	Settled,
}

#[derive(Debug, Args)]
pub struct WatchTradesArgs {
	#[command(flatten)]
	pub all: WatchArgs,
	/// Show trades of one account, as seller or buyer. After a lost connection only an account's trades
	/// can be asked for.
	#[arg(long, value_name = "ADDRESS")]
	pub of: Option<String>,
	/// Show changes after which the trade stands here.
	#[arg(long, value_enum)]
	pub state: Option<StateArg>,
}

#[derive(Debug, Args)]
pub struct WatchSettlementsArgs {
	#[command(flatten)]
	pub all: WatchArgs,
	/// Show settlements of one group: OPERATOR/ZONE/RESOURCE/DIRECTION. After a lost connection only
	/// those of a group, from one period to another, can be asked for.
	#[arg(long, value_name = "GROUP")]
	pub group: Option<String>,
	/// Show settlements of groups of one operator, and those of which it is a buyer.
	#[arg(long, value_name = "ADDRESS")]
	pub of: Option<String>,
}

#[derive(Debug, Args)]
pub struct WatchClearingsArgs {
	#[command(flatten)]
	pub all: WatchArgs,
	/// Show books of one resource. After a lost connection only the books of one zone and resource,
	/// from one period to another, can be asked for.
	#[arg(long, value_parser = resource())]
	pub resource: Option<Resource>,
	/// Show books that had an order of one account.
	#[arg(long, value_name = "ADDRESS")]
	pub of: Option<String>,
}
