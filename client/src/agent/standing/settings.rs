//! What a section `[[standing]]` says.

use meterproof_clearing::Side;
use meterproof_meters::files::times::Zone;
use serde::Deserialize;

use super::ledger::Place;
use crate::{
	commands::market::{Money, Wishes},
	error::{Error, Result},
	standing::limits::Limits,
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
	dry_run: bool,
}

/// One side of one section: what has its own rounds, and its own troubles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneSide {
	/// As it is called in lines, as in `standing 1, offers`.
	pub name: String,
	/// What is wanted, on this side alone.
	pub wishes: Wishes,
	/// The owner's limits.
	pub limits: Limits,
	/// Whether it is only said what would be ordered.
	pub is_rehearsal: bool,
	/// The section that orders the same on the same side, if one before it does: this one rests.
	pub overlaps: Option<usize>,
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

/// The sides of all sections, in their sequence; of a section offers come first.
pub fn sides(sections: &[Standing]) -> Result<Vec<OneSide>> {
	let mut all: Vec<(usize, OneSide)> = Vec::new();
	for (number, section) in (1..).zip(sections) {
		let at = |error: Error| Error::new(error.name(), format!("standing {number}: {error}"));
		for side in section.sides(number).map_err(at)? {
			let same = all.iter().find(|(_, other)| other.place() == side.place());
			let overlaps = same.map(|(number, _)| *number);
			all.push((number, OneSide { overlaps, ..side }));
		}
	}
	Ok(all.into_iter().map(|(_, side)| side).collect())
}

impl OneSide {
	/// In which books it orders.
	pub fn place(&self) -> Place {
		let Wishes { zone, resource, .. } = self.wishes;
		Place { zone, resource, side: self.limits.side }
	}
}

impl Standing {
	fn sides(&self, number: usize) -> Result<Vec<OneSide>> {
		let wishes = self.wishes()?;
		let one_side = |limits: &Limits| {
			let word = match limits.side {
				Side::Offer => "offers",
				Side::Bid => "bids",
			};
			OneSide {
				name: format!("standing {number}, {word}"),
				wishes: Wishes { limits: vec![*limits], ..wishes.clone() },
				limits: *limits,
				is_rehearsal: self.dry_run,
				overlaps: None,
			}
		};
		Ok(wishes.limits.iter().map(one_side).collect())
	}

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
