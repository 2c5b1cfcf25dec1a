//! `gov`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};

use crate::{
	types::{resource, Resource},
	units::{percent, quantity},
};

#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant, reason = "there is one in a run")]
pub enum GovCommand {
	/// Propose something for a referendum. Some of the account's money is put on hold for it.
	Propose(ProposeArgs),
	/// Put down what a referendum needs to be decided. It comes back when the referendum has ended.
	Deposit {
		/// The referendum.
		referendum: u32,
	},
	/// Vote in a referendum.
	Vote(VoteArgs),
	/// Take a vote back. In a referendum that has ended it stays locked as long as its conviction says.
	RemoveVote {
		/// The referendum.
		referendum: u32,
	},
	/// Free what votes have locked, as far as its time is over.
	Unlock {
		/// Whose; without one the account's own. Anyone may ask.
		address: Option<String>,
	},
	/// Give back what was put down for a referendum that has ended. Anyone may ask; it goes to whoever put
	/// it down.
	Refund {
		/// The referendum.
		referendum: u32,
	},
	/// Take the call of a proposal off the chain, when it is no longer needed, and get its deposit back.
	TakeCallBack {
		/// BLAKE2b-256 hash of the call, which `gov propose` shows.
		hash: String,
	},
	/// Put new code in the place of the runtime's.
	#[command(subcommand)]
	Upgrade(UpgradeCommand),
	/// Have the treasury pay what a referendum has granted. Anyone may ask.
	Payout {
		/// Number of the payment.
		payment: u32,
	},
	/// Show the referenda, the tracks, and what stands besides; or one referendum.
	Status {
		/// Referendum to show; without one all.
		referendum: Option<u32>,
	},
	/// Show an account's votes and what they lock.
	Votes {
		/// Address of the account; without it, the account that signs.
		address: Option<String>,
	},
}

#[derive(Debug, Subcommand)]
pub enum UpgradeCommand {
	/// Propose that the chain authorise new code. What it would refuse for its version is refused at once.
	Propose {
		/// File with the code, compressed or not.
		code: PathBuf,
		/// Have it decided within hours: the technical collective has to put the call on the whitelist,
		/// whose hash is shown.
		#[arg(long)]
		whitelisted: bool,
		/// Put down what the decision needs, too.
		#[arg(long)]
		with_deposit: bool,
	},
	/// Bring the code that a referendum has authorised. Anyone may do it.
	Apply {
		/// File with the code, compressed or not.
		code: PathBuf,
	},
	/// Show which code runs, which is authorised, and what a migration does or has failed to do.
	Status,
}

#[derive(Debug, Args)]
#[command(after_help = PROPOSE_HELP)]
#[command(group = ArgGroup::new("what").required(true))]
pub struct ProposeArgs {
	/// Remove the account that may act as root.
	#[arg(long, group = "what")]
	pub remove_sudo: bool,
	/// Authorise the code in this file as the next runtime; `gov upgrade apply` brings it.
	#[arg(long, value_name = "FILE", group = "what")]
	pub authorize_upgrade: Option<PathBuf>,
	/// Pay so much out of the treasury.
	#[arg(long, value_name = "MPF", group = "what", requires = "to")]
	pub pay: Option<String>,
	/// Who is paid.
	#[arg(long, value_name = "ADDRESS", requires = "pay")]
	pub to: Option<String>,
	/// Cancel the slash of a validator that waits.
	#[arg(long, value_name = "ADDRESS", group = "what")]
	pub cancel_slash: Option<String>,
	/// Appoint a registrar in a zone, whose bond is put on hold.
	#[arg(long, value_name = "ADDRESS", group = "what", requires = "zone")]
	pub appoint_registrar: Option<String>,
	/// Remove a registrar from a zone.
	#[arg(long, value_name = "ADDRESS", group = "what", requires = "zone")]
	pub remove_registrar: Option<String>,
	/// Take of a registrar's bond in a zone, also when it has left.
	#[arg(long, value_name = "ADDRESS", group = "what", requires = "zone", requires = "amount")]
	pub slash_registrar: Option<String>,
	/// How much of the bond.
	#[arg(long, value_name = "MPF", requires = "slash_registrar")]
	pub amount: Option<String>,
	/// Appoint who takes what peers leave in a zone's books of a resource, or change its ceiling.
	#[arg(long, value_name = "ADDRESS", group = "what", requires = "zone", requires = "ceiling")]
	pub appoint_backstop: Option<String>,
	/// No price that the backstop posts is above this, in MPF per kWh or m3.
	#[arg(long, value_name = "MPF", requires = "appoint_backstop")]
	pub ceiling: Option<String>,
	/// Dismiss who takes what peers leave in a zone's books of a resource.
	#[arg(long, group = "what", requires = "zone")]
	pub dismiss_backstop: bool,
	/// Name who allots a zone's water, or change what binds it.
	#[arg(
		long,
		value_name = "ADDRESS",
		group = "what",
		requires = "zone",
		requires = "season_ceiling",
		requires = "penalty",
		requires = "carry"
	)]
	pub appoint_steward: Option<String>,
	/// The most that a season of water may have, with what is carried over into it, in litres.
	#[arg(long, value_name = "LITRES", value_parser = quantity, requires = "appoint_steward")]
	pub season_ceiling: Option<u64>,
	/// What use beyond an allocation of water costs, in MPF per m3.
	#[arg(long, value_name = "MPF", requires = "appoint_steward")]
	pub penalty: Option<String>,
	/// The part of a general entitlement to water that can be carried over.
	#[arg(long, value_name = "PERCENT", value_parser = percent, requires = "appoint_steward")]
	pub carry: Option<u32>,
	/// The zone.
	#[arg(long)]
	pub zone: Option<u32>,
	/// What a backstop buys and sells.
	#[arg(long, value_parser = resource(), default_value_t = Resource::Electricity)]
	pub resource: Resource,
	/// Make any call: SCALE-encoded, as 0x and hexadecimal digits.
	#[arg(long, value_name = "HEX", group = "what", requires = "track")]
	pub call: Option<String>,
	/// The track that decides; leave it out for proposals that have a fixed track.
	#[arg(long)]
	pub track: Option<String>,
	/// Blocks between the approval and the call, where the track asks for fewer.
	#[arg(long, value_name = "BLOCKS", default_value = "0")]
	pub after: u32,
	/// Put down what the decision needs, too.
	#[arg(long)]
	pub with_deposit: bool,
}

const PROPOSE_HELP: &str = "\
Tracks: root decides about everything; whitelisted about calls that the technical collective has looked \
at; exchange about registrars, backstops, stewards, zones, periods and prices; validators about slashes; \
treasurer about payments out of the treasury, up to a limit. `gov status` shows how long each takes, and what it \
needs.

Examples:
  meterproof gov propose --account //Alice --remove-sudo --with-deposit
  meterproof gov propose --account //Alice --pay 250 --to 5FHn…
  meterproof gov propose --account //Alice --track root --call 0x0000";

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("side").required(true))]
pub struct VoteArgs {
	/// The referendum.
	pub referendum: u32,
	/// For it.
	#[arg(long, group = "side")]
	pub aye: bool,
	/// Against it.
	#[arg(long, group = "side")]
	pub nay: bool,
	/// Tokens to vote with, in MPF; they stay the account's and are locked.
	#[arg(long, value_name = "MPF")]
	pub amount: String,
	/// Steps of conviction. 0 counts a tenth of the amount and locks it until the referendum has ended; n
	/// counts it n times, and if the vote's side wins, locks it for 2^(n-1) weeks more.
	#[arg(long, value_name = "STEPS", default_value = "1", value_parser = clap::value_parser!(u8).range(0..=6))]
	pub conviction: u8,
	/// Put it in the place of the account's earlier vote.
	#[arg(long)]
	pub replace: bool,
}
