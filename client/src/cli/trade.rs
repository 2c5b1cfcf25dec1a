//! `trade`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::{
	types::{direction, evidence, resource, Direction, Evidence, Resource},
	units::quantity,
};

#[derive(Debug, Subcommand)]
pub enum TradeCommand {
	/// Offer to a buyer; holds the collateral.
	Offer(OfferArgs),
	/// Accept an offer; holds the payment. What is signed are the terms that were shown before, in a
	/// file, or an offer of which every term is named: an offer with others is not accepted.
	Accept(AcceptArgs),
	/// Take an offer back, as its seller.
	Cancel {
		/// Which trade.
		id: u64,
	},
	/// Decline an offer, as its buyer.
	Decline {
		/// Which trade.
		id: u64,
	},
	/// Release an offer whose gate has closed.
	Expire {
		/// Which trade.
		id: u64,
	},
	/// Pay out what could not be paid when a period was settled. Anyone may ask.
	Claim {
		/// Which trade.
		id: u64,
		/// One period; without it all that wait.
		#[arg(long)]
		period: Option<u64>,
		/// Pay the account's own side to the account, whatever payment address the trade names.
		#[arg(long)]
		to_account: bool,
	},
	/// Show an account's payouts that wait to be claimed.
	Claimable {
		/// Account to show; without one the account's own.
		address: Option<String>,
	},
	/// Remove the records of a settled trade that have been kept long enough; returns the offer
	/// deposit if that could not be returned before. Happens by itself, too.
	Prune {
		/// Which trade.
		id: u64,
	},
	/// Show a trade.
	Show {
		/// Which trade.
		id: u64,
	},
	/// Show an account's trades.
	List {
		/// Account to show; without one the account's own.
		address: Option<String>,
	},
	/// Show open offers.
	Offers {
		/// Show offers of one zone; without it those of all zones.
		#[arg(long)]
		zone: Option<u32>,
	},
	/// Show an account's settled periods, for its books.
	Statement {
		/// Account to show; without one the account's own.
		address: Option<String>,
		/// First period to show.
		#[arg(long, value_name = "PERIOD", default_value_t = 0)]
		from: u64,
		/// Print CSV, with the times at which periods start and end (UTC), quantities in kWh or m3 and
		/// money in MPF.
		#[arg(long)]
		csv: bool,
	},
}

const OFFER_EXAMPLE: &str = "\
Examples: 1.5 kWh in each of four periods at 0.25 MPF per kWh, the second one sealed
  meterproof trade offer --account //Alice --zone 1 --resource electricity \\
      --direction export --buyer 5FHn… --quantity 1500 --price 0.25 --from 987660 --to 987663
  meterproof trade offer --account //Alice --zone 1 --buyer 5FHn… --quantity 1500 \\
      --price 0.25 --from 987660 --to 987663 --sealed --payout mpay1…";

#[derive(Debug, Args)]
#[command(after_help = OFFER_EXAMPLE)]
pub struct OfferArgs {
	/// Where the devices are.
	#[arg(long)]
	pub zone: u32,
	/// What they measure.
	#[arg(long, value_parser = resource(), default_value_t = Resource::Electricity)]
	pub resource: Resource,
	/// Which register.
	#[arg(long, value_parser = direction(), default_value_t = Direction::Export)]
	pub direction: Direction,
	/// Who may accept.
	#[arg(long, value_name = "ADDRESS")]
	pub buyer: String,
	/// Per period, in Wh or litres.
	#[arg(long, value_name = "WH", value_parser = quantity)]
	pub quantity: u64,
	/// Price, in MPF per kWh or m3.
	#[arg(long, value_name = "MPF")]
	pub price: String,
	/// The most that what is not delivered may cost, in MPF per kWh or m3: no more collateral is
	/// held. Without it the zone's imbalance price at present, or the price if that is higher.
	#[arg(long, value_name = "MPF")]
	pub max_imbalance_price: Option<String>,
	/// First period.
	#[arg(long, value_name = "PERIOD")]
	pub from: u64,
	/// Last period; without it the first.
	#[arg(long, value_name = "PERIOD")]
	pub to: Option<u64>,
	/// Payment address: the payments become notes of it.
	#[arg(long, value_name = "ADDRESS")]
	pub payout: Option<String>,
	/// Hide what is delivered: payment and collateral become notes of both sides. No other trade may
	/// be about the same devices, register and period.
	#[arg(long, requires = "payout")]
	pub sealed: bool,
}

const ACCEPT_EXAMPLE: &str = "\
Examples: what was looked at; or, without looking, 1.5 kWh a period at no more than 0.25 MPF
  meterproof --json trade show 17 > offer.json
  meterproof trade accept --account //Bob --terms offer.json --least-evidence signed 17
  meterproof trade accept --account //Bob --seller 5Grw…/1/electricity/export --quantity 1500 \\
      --max-price 0.25 --min-imbalance-price 0.3 --from 987660 --to 987663 17";

#[derive(Debug, Args)]
#[command(after_help = ACCEPT_EXAMPLE)]
pub struct AcceptArgs {
	/// Which trade.
	pub id: u64,
	/// The offer as `--json trade show` printed it: its terms are signed, whatever the node says by
	/// now. Without it every term must be named.
	#[arg(long, value_name = "FILE")]
	pub terms: Option<PathBuf>,
	/// Sign nothing if another group sells: OPERATOR/ZONE/RESOURCE/DIRECTION.
	#[arg(long, value_name = "GROUP")]
	pub seller: Option<String>,
	/// Sign nothing if the price is above this, in MPF per kWh or m3.
	#[arg(long, value_name = "MPF")]
	pub max_price: Option<String>,
	/// Sign nothing if what is not delivered costs the seller less, in MPF per kWh or m3.
	#[arg(long, value_name = "MPF")]
	pub min_imbalance_price: Option<String>,
	/// Sign nothing if it begins with another period.
	#[arg(long, value_name = "PERIOD")]
	pub from: Option<u64>,
	/// Sign nothing if it ends with another period; without it the first.
	#[arg(long, value_name = "PERIOD", requires = "from")]
	pub to: Option<u64>,
	/// Sign nothing if it is about another quantity per period, in Wh or litres.
	#[arg(long, value_name = "WH", value_parser = quantity)]
	pub quantity: Option<u64>,
	/// A registrar to trust; all that attested the seller's devices must be named. Without any, all
	/// of the zone are trusted.
	#[arg(long = "registrar", value_name = "ADDRESS")]
	pub registrars: Vec<String>,
	/// The least evidence on which each of the seller's devices must have been attested, now and in
	/// each period; the grades are in device attest's help. Without it any is accepted.
	#[arg(long, value_parser = evidence(), value_name = "GRADE", default_value_t = Evidence::File)]
	pub least_evidence: Evidence,
	/// Payment address: what comes back of the payment becomes notes of it. Of a sealed trade it is
	/// one of the wallet's, and its first address unless another is named.
	#[arg(long, value_name = "ADDRESS")]
	pub refund: Option<String>,
	/// The offer is a sealed one: what is delivered of it stays hidden.
	#[arg(long, requires = "wallet")]
	pub sealed: bool,
	/// The wallet that gets what comes back of a sealed trade: its key finds the notes.
	#[arg(long, env = "METERPROOF_WALLET", value_name = "FILE")]
	pub wallet: Option<PathBuf>,
}
