//! `market backstop`.

use clap::{ArgGroup, Args, Subcommand};

use crate::{
	types::{resource, Resource},
	units::quantity,
};

#[derive(Debug, Subcommand)]
pub enum BackstopCommand {
	/// Show who takes what peers leave in a zone's books, at what prices, and with what fund.
	Show(VenueArgs),
	/// Appoint the backstop of a zone and resource; the account is the chain's sudo key. For one that stands
	/// already it changes the ceiling.
	Appoint(AppointBackstopArgs),
	/// Dismiss the backstop; the account is the chain's sudo key. It neither buys nor sells in any period
	/// after the first open one, and has its fund back with `withdraw`.
	Dismiss(VenueArgs),
	/// Put money of the account's, which is the backstop, on hold: for what it buys, and as collateral for
	/// what it sells.
	Fund(FundArgs),
	/// Take money out of the fund. What stands behind posted prices, and excess not claimed yet, stays.
	Withdraw(FundArgs),
	/// Post at which prices the account, which is the backstop, buys and sells in every book from a period on.
	Post(PostArgs),
}

/// What a backstop is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Args)]
pub struct VenueArgs {
	/// Which zone.
	#[arg(long)]
	pub zone: u32,
	/// What is traded.
	#[arg(long, value_parser = resource(), default_value_t = Resource::Electricity)]
	pub resource: Resource,
}

#[derive(Debug, Args)]
pub struct AppointBackstopArgs {
	#[command(flatten)]
	pub venue: VenueArgs,
	/// No price that it posts is above this, in MPF per kWh or m3. What it sells for is what every unit costs
	/// that others sell and do not deliver.
	#[arg(long, value_name = "MPF")]
	pub ceiling: String,
	/// Account of the backstop.
	pub address: String,
}

#[derive(Debug, Args)]
pub struct FundArgs {
	#[command(flatten)]
	pub venue: VenueArgs,
	/// How much.
	#[arg(long, value_name = "MPF")]
	pub amount: String,
}

const POST_EXAMPLE: &str = "\
Example: from period 987660 on buy up to 100 kWh of each period at 0.08 MPF per kWh, and sell up to as
much at 0.30
  meterproof market backstop post --account utility.key --zone 1 --from 987660 \\
      --buy-price 0.08 --buy-quantity 100000 --sell-price 0.30 --sell-quantity 100000";

#[derive(Debug, Args)]
#[command(after_help = POST_EXAMPLE)]
#[command(group = ArgGroup::new("sides").required(true).multiple(true).args(["buy_price", "sell_price", "nothing"]))]
pub struct PostArgs {
	#[command(flatten)]
	pub venue: VenueArgs,
	/// First period, which comes after the first one that is open. What was posted for later ones is
	/// forgotten.
	#[arg(long, value_name = "PERIOD")]
	pub from: u64,
	/// Buy what is left at this price, in MPF per kWh or m3.
	#[arg(long, value_name = "MPF", requires = "buy_quantity")]
	pub buy_price: Option<String>,
	/// The most to buy in the book of a period, in Wh or litres.
	#[arg(long, value_name = "WH", value_parser = quantity, requires = "buy_price")]
	pub buy_quantity: Option<u64>,
	/// The most to buy of a period besides, at the same price, of what sellers prove beyond what they sold.
	#[arg(long, value_name = "WH", value_parser = quantity, requires = "buy_price")]
	pub excess_quantity: Option<u64>,
	/// Sell what is missing at this price, in MPF per kWh or m3.
	#[arg(long, value_name = "MPF", requires = "sell_quantity")]
	pub sell_price: Option<String>,
	/// The most to sell in a period, in Wh or litres: no more than the account's own meters can deliver beside what
	/// it has sold.
	#[arg(long, value_name = "WH", value_parser = quantity, requires = "sell_price")]
	pub sell_quantity: Option<u64>,
	/// Neither buy nor sell from the period on.
	#[arg(
		long,
		conflicts_with_all = ["buy_price", "buy_quantity", "excess_quantity", "sell_price", "sell_quantity"]
	)]
	pub nothing: bool,
}
