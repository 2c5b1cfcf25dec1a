//! `water`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::units::{percent, quantity};

#[derive(Debug, Subcommand)]
pub enum WaterCommand {
	/// Show a zone's season, and what an account may still use in it.
	Status(HolderArgs),
	/// Take part in a zone's seasons, the one that runs included. A deposit is held, and what meters use
	/// beyond the account's allocation is charged.
	Open(ZoneArgs),
	/// Take part in no other season. Called again after the season that runs, it closes the account.
	Leave(ZoneArgs),
	/// Have an account enter the season that has begun, which blocks with idle time do by themselves.
	Enter(HolderArgs),
	/// Offer general litres of the account's, in place of what it offered before.
	Offer(PassArgs),
	/// Take the account's offer back.
	Withdraw(ZoneArgs),
	/// Take litres that somebody offers, all or a part, and pay them.
	Take(TakeArgs),
	/// Prove that accounts' meters have counted at most so much in the turns that end with a period.
	Prove(UseArgs),
	/// Submit what prove wrote: the turns are closed.
	Submit {
		/// What prove wrote.
		#[arg(long, value_name = "FILE")]
		proof: PathBuf,
	},
	/// Close an account's turn after its deadline, as if its meters had counted their nameplates.
	Expire(HolderArgs),
	/// Pay what an account owes, or a part of it.
	Pay(DebtArgs),
	/// Release what an account could not take before.
	Claim(HolderArgs),
	/// Entitlements, seasons and cuts, for a zone's steward.
	#[command(subcommand)]
	Steward(StewardCommand),
}

#[derive(Debug, Subcommand)]
pub enum StewardCommand {
	/// Name a zone's steward; the account is the chain's sudo key.
	Appoint(StewardArgs),
	/// Set an account's entitlements, for seasons not yet announced.
	Grant(GrantArgs),
	/// Announce the next season, or announce it anew as long as it has not begun.
	Announce(AnnounceArgs),
	/// Leave all accounts a part of what they have left, from the next turn on.
	Cut(CutArgs),
}

/// Where.
#[derive(Clone, Copy, Debug, Args)]
pub struct ZoneArgs {
	/// Which zone.
	#[arg(long)]
	pub zone: u32,
}

/// An account in a zone.
#[derive(Debug, Args)]
pub struct HolderArgs {
	/// Which zone.
	#[arg(long)]
	pub zone: u32,
	/// Whose account; without it the one that signs.
	pub address: Option<String>,
}

#[derive(Debug, Args)]
pub struct PassArgs {
	/// Which zone.
	#[arg(long)]
	pub zone: u32,
	/// How much, in litres.
	#[arg(long, value_name = "LITRES", value_parser = quantity)]
	pub quantity: u64,
	/// In MPF per m3.
	#[arg(long, value_name = "MPF")]
	pub price: String,
	/// Who may take them; without it whoever comes first.
	#[arg(long, value_name = "ADDRESS")]
	pub to: Option<String>,
}

#[derive(Debug, Args)]
pub struct TakeArgs {
	/// Which zone.
	#[arg(long)]
	pub zone: u32,
	/// How much, in litres.
	#[arg(long, value_name = "LITRES", value_parser = quantity)]
	pub quantity: u64,
	/// The price of the offer, in MPF per m3: at another one nothing is taken.
	#[arg(long, value_name = "MPF")]
	pub price: String,
	/// Who offers them.
	pub address: String,
}

const USE_EXAMPLE: &str = "\
Example: close Bob's turn that ends with period 987660, in which his meters counted 1 m3 at most
  meterproof water prove --zone 1 --store meters.store --period 987660 \\
      --use 5FHn…=1000 --out use.json
  meterproof water submit --account bob.key --proof use.json";

#[derive(Debug, Args)]
#[command(after_help = USE_EXAMPLE)]
pub struct UseArgs {
	/// Which zone.
	#[arg(long)]
	pub zone: u32,
	/// Stores that hold the meters' readings.
	#[arg(long = "store", value_name = "STORE", required = true)]
	pub stores: Vec<PathBuf>,
	/// The last period of the turns.
	#[arg(long)]
	pub period: u64,
	/// ADDRESS=LITRES: an account, and what is taken from its allocation: what its meters counted, or
	/// more. Everybody is told.
	#[arg(long = "use", value_name = "USE", required = true)]
	pub uses: Vec<String>,
	/// Go on where the node says that meters told nothing, whose nameplates count within the LITRES.
	#[arg(long)]
	pub missing: bool,
	/// Where to put the proof.
	#[arg(long, value_name = "FILE")]
	pub out: PathBuf,
}

#[derive(Debug, Args)]
pub struct DebtArgs {
	/// Which zone.
	#[arg(long)]
	pub zone: u32,
	/// How much at most; without it all.
	#[arg(long, value_name = "MPF")]
	pub most: Option<String>,
	/// Whose debt; without it that of the account that signs.
	pub address: Option<String>,
}

#[derive(Debug, Args)]
pub struct StewardArgs {
	/// Which zone.
	#[arg(long)]
	pub zone: u32,
	/// The most that a season may have, with what is carried over into it, in litres.
	#[arg(long, value_name = "LITRES", value_parser = quantity)]
	pub ceiling: u64,
	/// What use beyond an allocation costs, in MPF per m3.
	#[arg(long, value_name = "MPF")]
	pub penalty: String,
	/// The part of a general entitlement that can be carried over.
	#[arg(long, value_name = "PERCENT", value_parser = percent)]
	pub carry: u32,
	/// Account of the steward.
	pub address: String,
}

#[derive(Debug, Args)]
pub struct GrantArgs {
	/// Which zone.
	#[arg(long)]
	pub zone: u32,
	/// What is served first and cut last, in litres.
	#[arg(long, value_name = "LITRES", value_parser = quantity)]
	pub essential: u64,
	/// What the rest is shared out by, in litres.
	#[arg(long, value_name = "LITRES", value_parser = quantity)]
	pub general: u64,
	/// Whose entitlements.
	pub address: String,
}

#[derive(Debug, Args)]
pub struct AnnounceArgs {
	/// Which zone.
	#[arg(long)]
	pub zone: u32,
	/// First period.
	#[arg(long, value_name = "PERIOD")]
	pub from: u64,
	/// Periods of a turn.
	#[arg(long, value_name = "PERIODS")]
	pub turn: u32,
	/// How many turns.
	#[arg(long)]
	pub turns: u32,
	/// How much there is, in litres.
	#[arg(long, value_name = "LITRES", value_parser = quantity)]
	pub available: u64,
}

#[derive(Debug, Args)]
pub struct CutArgs {
	/// Which zone.
	#[arg(long)]
	pub zone: u32,
	/// What is kept of general litres.
	#[arg(long, value_name = "PERCENT", value_parser = percent)]
	pub general: u32,
	/// What is kept of essential litres: all, unless nothing is kept of general ones.
	#[arg(long, value_name = "PERCENT", value_parser = percent, default_value = "100")]
	pub essential: u32,
}
