//! What a section `[[standing]]` says.

use meterproof_meters::files::times::Zone;
use serde::Deserialize;

use crate::{
	commands::market::{Money, Wishes},
	error::{Error, Result},
	types::Resource,
	units::parse_money,
};

/// One section. Money is in MPF, prices in MPF per kWh or m3, quantities in Wh or litres.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
	/// Which zone.
	zone: u32,
	/// What is traded.
	#[serde(default = "electricity")]
	resource: Resource,
	/// The least to be paid; without it nothing is sold.
	least_price: Option<String>,
	/// The most to pay; without it nothing is bought.
	most_price: Option<String>,
	/// The most in a period, on each side.
	most_quantity: u64,
	/// The most money at stake in a period, on each side.
	most_money: String,
	/// The most money at stake in a day, on each side.
	most_money_a_day: String,
	/// What the account keeps.
	#[serde(default = "one")]
	keep: String,
	/// For how many coming periods.
	#[serde(default = "four")]
	ahead: u64,
	/// The clock on the wall.
	#[serde(default = "utc")]
	time_zone: String,
	/// Payment address for what is sold.
	payout: Option<String>,
	/// Payment address for what comes back of payments.
	refund: Option<String>,
	/// Whether it is only said what would be ordered.
	#[serde(default)]
	pub dry_run: bool,
}

/// As many periods as orders may lie ahead: a week of quarters of an hour.
const MOST_AHEAD: u64 = 672;

fn electricity() -> Resource {
	Resource::Electricity
}

fn one() -> String {
	"1".to_owned()
}

fn four() -> u64 {
	4
}

fn utc() -> String {
	"UTC".to_owned()
}

/// What all sections want, in their sequence.
pub fn wishes(sections: &[Standing]) -> Result<Vec<Wishes>> {
	let mut all: Vec<Wishes> = Vec::new();
	for (number, section) in (1..).zip(sections) {
		let at = |error: Error| Error::new(error.name(), format!("standing {number}: {error}"));
		let wishes = section.wishes().map_err(at)?;
		let same = |other: &Wishes| (other.zone, other.resource) == (wishes.zone, wishes.resource);
		if all.iter().any(same) {
			let message =
				"zone and resource are those of another section, whose orders it would undo";
			return Err(at(bad(message)));
		}
		all.push(wishes);
	}
	Ok(all)
}

impl Standing {
	fn wishes(&self) -> Result<Wishes> {
		if self.least_price.is_none() && self.most_price.is_none() {
			return Err(bad("name least_price, most_price, or both: nothing is sold or bought"));
		}
		if !(1..=MOST_AHEAD).contains(&self.ahead) {
			return Err(bad("ahead is from 1 to 672 periods"));
		}
		let time_zone = Zone::parse(&self.time_zone)
			.ok_or_else(|| bad("time_zone: not one, as in Europe/Vienna or +01:00"))?;
		let money = Money {
			least_price: self.least_price.as_deref(),
			most_price: self.most_price.as_deref(),
			most: &self.most_money,
			most_a_day: &self.most_money_a_day,
		};
		Ok(Wishes {
			zone: self.zone,
			resource: self.resource,
			limits: money.limits(self.most_quantity)?,
			keep: parse_money(&self.keep)?,
			ahead: self.ahead,
			time_zone,
			payout: self.payout.clone(),
			refund: self.refund.clone(),
		})
	}
}

fn bad(message: &str) -> Error {
	Error::new("BadConfig", message)
}
