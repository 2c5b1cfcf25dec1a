//! What an owner wants of standing orders.

use meterproof_clearing::Side;
use meterproof_meters::files::times::Zone;

use crate::{
	cli::AutoArgs,
	error::Result,
	standing::limits::Limits,
	types::Resource,
	units::{parse_money, parse_price},
};

/// What an owner wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wishes {
	/// Which zone.
	pub zone: u32,
	/// What is traded.
	pub resource: Resource,
	/// Limits of each side that is traded on.
	pub limits: Vec<Limits>,
	/// What the account keeps, in the token's smallest unit.
	pub keep: u128,
	/// How many coming periods are ordered for.
	pub ahead: u64,
	/// The clock on the wall.
	pub time_zone: Zone,
	/// Payment address for what is sold.
	pub payout: Option<String>,
	/// Payment address for what comes back of payments.
	pub refund: Option<String>,
}

/// Limits as people write them: in MPF, and MPF per kWh or m3.
#[derive(Clone, Copy, Debug)]
pub struct Money<'a> {
	/// The least to be paid; none where nothing is sold.
	pub least_price: Option<&'a str>,
	/// The most to pay; none where nothing is bought.
	pub most_price: Option<&'a str>,
	/// The most money at stake in a period.
	pub most: &'a str,
	/// The most money at stake in a day.
	pub most_a_day: &'a str,
}

impl Money<'_> {
	/// The limits of each side that a price is given for, with a most quantity. Offers come first, and have the
	/// first use of the account's money: collateral comes back where everything is delivered.
	pub fn limits(&self, quantity: u64) -> Result<Vec<Limits>> {
		let (money, daily) = (parse_money(self.most)?, parse_money(self.most_a_day)?);
		let sides = [(Side::Offer, self.least_price), (Side::Bid, self.most_price)];
		let mut all = Vec::new();
		for (side, price) in sides {
			let Some(price) = price else { continue };
			let limits = Limits { side, price: parse_price(price)?, quantity, money, daily };
			limits.ensure_sound()?;
			all.push(limits);
		}
		Ok(all)
	}
}

impl Wishes {
	/// The wishes that the command line has.
	pub fn of(args: &AutoArgs) -> Result<Self> {
		let money = Money {
			least_price: args.least_price.as_deref(),
			most_price: args.most_price.as_deref(),
			most: &args.most_money,
			most_a_day: &args.most_money_a_day,
		};
		Ok(Self {
			zone: args.zone,
			resource: args.resource,
			limits: money.limits(args.most_quantity)?,
			keep: parse_money(&args.keep)?,
			ahead: args.ahead.into(),
			time_zone: args.time_zone,
			payout: args.payout.clone(),
			refund: args.refund.clone(),
		})
	}
}
