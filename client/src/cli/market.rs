//! `market`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use meterproof_meters::files::times::Zone;

use super::BackstopCommand;
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
	/// Show supply and demand of a period: what is ordered, cleared, contracted and proved.
	Balance(BookArgs),
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
	/// Who takes what peers leave in a zone's books: appoint it, fund it, post its prices.
	#[command(subcommand)]
	Backstop(BackstopCommand),
	/// Order by forecast: place, improve and cancel what the account's meters of the last weeks suggest, once,
	/// within the owner's limits, and say why. A new meter has no forecast for three weeks.
	Auto(AutoArgs),
	/// Simulate a month of a community whose households order by standing orders, and say what each of
	/// them saves against a utility's prices, before fees. Asks no node.
	Simulate(SimulateArgs),
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

const AUTO_EXAMPLE: &str = "\
Example: see what would be ordered for the next hour, then order it
  meterproof market auto --account //Alice --store meters.store --zone 1 --least-price 0.11 \\
      --most-price 0.25 --most-quantity 2000 --most-money 1 --most-money-a-day 20 --dry-run";

#[derive(Debug, Args)]
#[command(after_help = AUTO_EXAMPLE)]
#[command(group = clap::ArgGroup::new("sides").required(true).multiple(true).args(["least_price", "most_price"]))]
pub struct AutoArgs {
	/// Store with the readings of the account's meters.
	#[arg(long, value_name = "FILE")]
	pub store: PathBuf,
	/// Which zone.
	#[arg(long)]
	pub zone: u32,
	/// What is traded.
	#[arg(long, value_parser = resource(), default_value_t = Resource::Electricity)]
	pub resource: Resource,
	/// Sell what is likely to be exported, at this price or above, in MPF per kWh or m3. All offers of the account
	/// in the zone's books of the resource count as its own, those placed by hand too.
	#[arg(long, value_name = "MPF")]
	pub least_price: Option<String>,
	/// Buy what is likely to be imported, at this price or below, in MPF per kWh or m3. All bids of the account
	/// count as its own. Sales and purchases are planned apart.
	#[arg(long, value_name = "MPF")]
	pub most_price: Option<String>,
	/// The most to trade in a period on each side, in Wh or litres, what is traded already included.
	#[arg(long, value_name = "WH", value_parser = quantity)]
	pub most_quantity: u64,
	/// The most money at stake in a period on each side: what bids pay, and the collateral of offers.
	#[arg(long, value_name = "MPF")]
	pub most_money: String,
	/// The most money at stake in all periods of a day together, on each side.
	#[arg(long, value_name = "MPF")]
	pub most_money_a_day: String,
	/// What the account keeps, for fees.
	#[arg(long, value_name = "MPF", default_value = "1")]
	pub keep: String,
	/// How many periods are ordered for, from the first whose gate is open.
	#[arg(long, value_name = "PERIODS", default_value = "4", value_parser = clap::value_parser!(u16).range(1..=672))]
	pub ahead: u16,
	/// The clock on the wall, by which days and slots are told apart, as in Europe/Vienna or +01:00.
	#[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = time_zone)]
	pub time_zone: Zone,
	/// Say what would be done, and sign nothing.
	#[arg(long)]
	pub dry_run: bool,
	/// Payment address: payments for what is sold become notes of it.
	#[arg(long, value_name = "ADDRESS")]
	pub payout: Option<String>,
	/// Payment address: what comes back of payments becomes notes of it.
	#[arg(long, value_name = "ADDRESS")]
	pub refund: Option<String>,
}

fn time_zone(text: &str) -> Result<Zone, String> {
	Zone::parse(text).ok_or_else(|| "not a time zone, as in Europe/Vienna or +01:00".to_owned())
}

const SIMULATE_EXAMPLE: &str = "\
Example: thirty days where the utility sells at 0.30 and buys at 0.08 MPF per kWh
  meterproof market simulate --readings day.csv --utility-sells 0.30 --utility-buys 0.08";

#[derive(Debug, Args)]
#[command(after_help = SIMULATE_EXAMPLE)]
pub struct SimulateArgs {
	/// Readings of whole days, UTC: a CSV file with the columns time, meter, import_wh, export_wh.
	#[arg(long, value_name = "FILE")]
	pub readings: PathBuf,
	/// What the utility sells at, in MPF per kWh.
	#[arg(long, value_name = "MPF")]
	pub utility_sells: String,
	/// What the utility buys at, in MPF per kWh.
	#[arg(long, value_name = "MPF")]
	pub utility_buys: String,
	/// What a kWh that is sold and not delivered costs at least; without it what the utility sells at.
	#[arg(long, value_name = "MPF")]
	pub imbalance_price: Option<String>,
	/// The least that households sell at; without it what the utility buys at.
	#[arg(long, value_name = "MPF")]
	pub least_price: Option<String>,
	/// The most that households buy at; without it what the utility sells at.
	#[arg(long, value_name = "MPF")]
	pub most_price: Option<String>,
	/// Days of trading.
	#[arg(long, default_value = "30")]
	pub days: u32,
	/// Which of many months: the same number gives the same month.
	#[arg(long, default_value = "1")]
	pub seed: u64,
	/// Bids that a book holds; the chain's unless it is named.
	#[arg(long, default_value = "48")]
	pub most_bids: usize,
	/// Offers that a book holds; the chain's unless it is named.
	#[arg(long, default_value = "96")]
	pub most_offers: usize,
}
