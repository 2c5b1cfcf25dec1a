//! What standing orders came to in a month, by the agent's own journal of orders.

use std::collections::BTreeMap;

use serde_json::{json, Value};

use crate::{
	agent::journal::{Became, OrderRow},
	types::Resource,
	units::{show_money, show_quantity},
};

/// One side of a zone's books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Side {
	/// Where.
	pub zone: u32,
	/// What is traded.
	pub resource: Resource,
	/// Whether it buys.
	pub is_bid: bool,
}

/// Orders of one side for periods of a month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Orders {
	/// How many were signed.
	pub signed: u64,
	/// The money at stake in them, in the token's smallest unit, whatever became of them.
	pub stake: u128,
	/// How many are known to have come into a book.
	pub placed: u64,
	/// Their quantity, in base units.
	pub quantity: u64,
	/// How many were refused, by the refusal's name.
	pub refused: BTreeMap<String, u64>,
	/// Of how many it is not known what became of them.
	pub unknown: u64,
	/// Why they were wanted, by period. It tells readings.
	pub reasons: Vec<(u64, String)>,
}

/// The orders of each side for periods that begin in a span, Unix ms.
pub fn orders<'a>(
	rows: impl Iterator<Item = &'a OrderRow>,
	from_ms: u64,
	to_ms: u64,
) -> BTreeMap<Side, Orders> {
	let mut all: BTreeMap<Side, Orders> = BTreeMap::new();
	for row in rows.filter(|row| (from_ms..to_ms).contains(&row.start_ms)) {
		let side = Side { zone: row.zone, resource: row.resource, is_bid: row.is_bid };
		let of = all.entry(side).or_default();
		of.signed = of.signed.saturating_add(1);
		of.stake = of.stake.saturating_add(row.stake());
		of.reasons.push((row.period, row.why.clone()));
		match &row.became {
			Became::Placed { .. } => {
				of.placed = of.placed.saturating_add(1);
				of.quantity = of.quantity.saturating_add(row.quantity);
			},
			Became::Refused { name } => {
				let count = of.refused.entry(name.clone()).or_default();
				*count = count.saturating_add(1);
			},
			Became::Unknown => of.unknown = of.unknown.saturating_add(1),
		}
	}
	all
}

/// What the columns are called.
pub const ORDERS: [&str; 8] =
	["orders", "zone", "resource", "signed", "at stake MPF", "placed", "quantity", "not placed"];

/// A row for each side.
pub fn rows(all: &BTreeMap<Side, Orders>) -> Vec<Vec<String>> {
	let row = |(side, of): (&Side, &Orders)| {
		let mut why: Vec<_> =
			of.refused.iter().map(|(name, count)| format!("{count} {name}")).collect();
		if of.unknown > 0 {
			why.push(format!("{} not known", of.unknown));
		}
		vec![
			word(*side).to_owned(),
			side.zone.to_string(),
			side.resource.name().to_owned(),
			of.signed.to_string(),
			show_money(of.stake),
			of.placed.to_string(),
			format!("{} {}", show_quantity(of.quantity), side.resource.trade_unit()),
			why.join(", "),
		]
	};
	all.iter().map(row).collect()
}

/// For scripts.
pub fn to_json(all: &BTreeMap<Side, Orders>) -> Value {
	let row = |(side, of): (&Side, &Orders)| {
		let reasons =
			of.reasons.iter().map(|(period, why)| json!({ "period": period, "reason": why }));
		json!({
			"side": word(*side), "zone": side.zone, "resource": side.resource, "signed": of.signed,
			"stake": of.stake.to_string(), "placed": of.placed, "quantity": of.quantity,
			"refused": of.refused, "unknown": of.unknown, "reasons": reasons.collect::<Vec<_>>(),
		})
	};
	all.iter().map(row).collect()
}

fn word(side: Side) -> &'static str {
	match side.is_bid {
		true => "bids",
		false => "offers",
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn row(number: u64, start_ms: u64, is_bid: bool, became: Became) -> OrderRow {
		OrderRow {
			number,
			zone: 1,
			resource: Resource::Electricity,
			is_bid,
			period: 512,
			start_ms,
			quantity: 500,
			limit: 2,
			rate: 1_000_000_000,
			at_ms: 1,
			why: "so it is".to_owned(),
			became,
		}
	}

	#[test]
	fn what_was_signed_is_told_with_what_became_of_it() {
		let full = || Became::Refused { name: "BookFull".to_owned() };
		let all = [
			row(0, 99, false, full()),
			row(1, 100, false, full()),
			row(2, 150, false, Became::Placed { order: 7 }),
			row(3, 199, false, Became::Unknown),
			row(4, 199, true, Became::Placed { order: 8 }),
			row(5, 200, true, full()),
		];
		let found = orders(all.iter(), 100, 200);
		assert_eq!(
			rows(&found),
			[
				[
					"offers",
					"1",
					"electricity",
					"3",
					"1.5",
					"1",
					"0.5 kWh",
					"1 BookFull, 1 not known"
				],
				["bids", "1", "electricity", "1", "0.5", "1", "0.5 kWh", ""],
			]
		);
		let json = to_json(&found);
		assert_eq!(
			(&json[0]["side"], &json[0]["refused"]["BookFull"]),
			(&json!("offers"), &json!(1))
		);
		assert_eq!(json[1]["reasons"], json!([{ "period": 512, "reason": "so it is" }]));
	}
}
