//! `market`.

use clap::{Args, Subcommand};

use crate::{
	types::{resource, Resource},
	units::quantity,
};

#[derive(Debug, Subcommand)]
pub enum MarketCommand {
	/// Show the orders of a book as they stand, the best ones first.
	Book(BookArgs),
	/// Buy up to a quantity at a price or below; holds the money and a deposit.
	Bid(BidArgs),
	/// Sell up to a quantity of what the account's meters export, at a price or above; holds the
	/// collateral and a deposit.
	Offer(SellArgs),
	/// Have a bid pay more, or an offer ask less.
	Improve(ImproveArgs),
	/// Take an order out of books. In the lock window before the gate closes no order goes.
	Cancel(OwnOrder),
	/// Clear a book whose gate has closed. Happens by itself, too; anyone may.
	Clear(BookArgs),
	/// Show how a book was cleared, once the rule has been applied to its orders again and gave the same.
	Clearing(BookArgs),
	/// Show an account's orders that stand in books, and what books owe it.
	Orders {
		/// Account to show; without one the account's own.
		address: Option<String>,
	},
	/// Release what books owe an account that could not take it. Anyone may ask.
	Claim {
		/// Account to release to; without one the account's own.
		address: Option<String>,
	},
}

#[derive(Debug, Args)]
pub struct BookArgs {
	/// Which zone.
	#[arg(long)]
	pub zone: u32,
	/// What is traded.
	#[arg(long, value_parser = resource(), default_value_t = Resource::Electricity)]
	pub resource: Resource,
	/// Which period.
	#[arg(long)]
	pub period: u64,
}

/// What orders of both sides are about.
#[derive(Debug, Args)]
pub struct OrderArgs {
	/// Which zone.
	#[arg(long)]
	pub zone: u32,
	/// What is traded.
	#[arg(long, value_parser = resource(), default_value_t = Resource::Electricity)]
	pub resource: Resource,
	/// The most in each period, in Wh or litres; less of it may be filled.
	#[arg(long, value_name = "WH", value_parser = quantity)]
	pub quantity: u64,
	/// The most to pay, or the least to be paid, in MPF per kWh or m3. All of a book has one price, which
	/// may be better.
	#[arg(long, value_name = "MPF")]
	pub price: String,
	/// First period.
	#[arg(long, value_name = "PERIOD")]
	pub from: u64,
	/// Last period; without it the first.
	#[arg(long, value_name = "PERIOD")]
	pub to: Option<u64>,
}

const BID_EXAMPLE: &str = "\
Example: up to 1.5 kWh in each of four periods at no more than 0.25 MPF per kWh
  meterproof market bid --account //Bob --zone 1 --quantity 1500 --price 0.25 \\
      --from 987660 --to 987663";

#[derive(Debug, Args)]
#[command(after_help = BID_EXAMPLE)]
pub struct BidArgs {
	#[command(flatten)]
	pub order: OrderArgs,
	/// Payment address: what comes back of a payment becomes notes of it.
	#[arg(long, value_name = "ADDRESS")]
	pub refund: Option<String>,
}

const SELL_EXAMPLE: &str = "\
Example: up to 1.5 kWh in each of four periods at no less than 0.12 MPF per kWh
  meterproof market offer --account //Alice --zone 1 --quantity 1500 --price 0.12 \\
      --from 987660 --to 987663";

#[derive(Debug, Args)]
#[command(after_help = SELL_EXAMPLE)]
pub struct SellArgs {
	#[command(flatten)]
	pub order: OrderArgs,
	/// The most that what is not delivered may cost, in MPF per kWh or m3: no more collateral is
	/// held. Without it the zone's imbalance price at present, or the price if that is higher.
	#[arg(long, value_name = "MPF")]
	pub max_imbalance_price: Option<String>,
	/// Payment address: the payments become notes of it.
	#[arg(long, value_name = "ADDRESS")]
	pub payout: Option<String>,
}

/// An order of the account's, in some of its periods.
#[derive(Debug, Args)]
pub struct OwnOrder {
	/// Which order.
	pub order: u64,
	/// First of the periods, in all of which the order must stand.
	#[arg(long, value_name = "PERIOD")]
	pub from: u64,
	/// Last of the periods; without it the first.
	#[arg(long, value_name = "PERIOD")]
	pub to: Option<u64>,
}

#[derive(Debug, Args)]
pub struct ImproveArgs {
	#[command(flatten)]
	pub own: OwnOrder,
	/// The new limit, in MPF per kWh or m3: higher than a bid's, lower than an offer's.
	#[arg(long, value_name = "MPF")]
	pub price: String,
}
