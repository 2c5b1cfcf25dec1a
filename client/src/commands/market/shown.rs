//! Books, orders and clearings as a person reads them.

use chrono::DateTime;
use meterproof_clearing::LAST_RESORT;
use meterproof_wallet::memo::printable;
use serde_json::Value;

use crate::{
	commands::trade::shown,
	output::{cell, fields, table},
	pairs::Pair,
	types::Resource,
	units::{show_money, show_price, show_quantity},
};

/// A book as it stands.
pub fn book(book: &Value, resource: Resource) -> String {
	let unit = resource.trade_unit();
	let side = |name: &str, word: &str| {
		let orders = book[name].as_array().into_iter().flatten();
		let rows: Vec<_> = orders
			.map(|order| {
				vec![
					cell(&order["id"]),
					cell(&order["account"]),
					quantity(&order["quantity"], unit),
					price(&order["limit"], unit),
				]
			})
			.collect();
		format!("{word}\n{}", table(&["order", "account", "quantity at most", "limit"], &rows))
	};
	let head = fields(&[
		("state".into(), cell(&book["state"])),
		("locks".into(), time(&book["locksMs"])),
		("gate closes".into(), time(&book["gateClosureMs"])),
		("least evidence".into(), cell(&book["leastEvidence"])),
	]);
	[head, side("bids", "bids, the best first"), side("offers", "offers, the best first")]
		.join("\n\n")
}

/// How a book was cleared, with the trades that it made.
pub fn clearing(told: &Value, resource: Resource, trades: &[(u64, Pair)]) -> String {
	let unit = resource.trade_unit();
	let orders = told["orders"].as_array().into_iter().flatten();
	let rows: Vec<_> = orders
		.map(|order| {
			let amount = |field| quantity(&order[field], unit);
			let number = order["id"].as_u64().map_or_else(|| cell(&order["id"]), numbered);
			vec![
				number,
				cell(&order["side"]),
				cell(&order["account"]),
				price(&order["limit"], unit),
				amount("quantity"),
				amount("netted"),
				amount("filled"),
			]
		})
		.collect();
	let headings = ["order", "side", "account", "limit", "quantity", "netted", "filled"];
	let outcome = match (&told["lapsed"], &told["price"]) {
		(Value::Bool(true), _) => "it lapsed: every order is released".to_owned(),
		(_, Value::Null) => "nobody trades".to_owned(),
		(_, at) => format!("{} at {}", quantity(&told["volume"], unit), price(at, unit)),
	};
	let head = fields(&[("block".into(), cell(&told["block"])), ("cleared".into(), outcome)]);
	let recomputed = cell(&told["recomputed"]);
	let made: Vec<_> = trades
		.iter()
		.map(|(trade, Pair { offer, bid, quantity })| {
			let quantity = format!("{} {unit}", show_quantity(*quantity));
			vec![trade.to_string(), numbered(*offer), numbered(*bid), quantity]
		})
		.collect();
	let made = table(&["trade", "offer", "bid", "quantity"], &made);
	format!("{head}\n\n{}\n\n{made}\n\nrecomputed: {recomputed}", table(&headings, &rows))
}

/// An order's number; a backstop's orders have the same ones in every book.
fn numbered(order: u64) -> String {
	match order < LAST_RESORT {
		true => order.to_string(),
		false => "backstop".to_owned(),
	}
}

/// Supply and demand of a period.
pub fn balance(told: &Value, resource: Resource) -> String {
	let unit = resource.trade_unit();
	let (standing, cleared) = (&told["standing"], &told["cleared"]);
	let outcome = match (cleared, &cleared["lapsed"], &cleared["price"]) {
		(Value::Null, ..) => "no record".to_owned(),
		(_, Value::Bool(true), _) => "it lapsed: every order is released".to_owned(),
		(.., Value::Null) => "nobody trades".to_owned(),
		(.., at) => {
			format!("{} at {}", quantity(&cleared["bids"]["filled"], unit), price(at, unit))
		},
	};
	let state = match standing {
		Value::Null => "none: the zone has no registrar".to_owned(),
		_ => cell(&standing["state"]),
	};
	let head = fields(&[
		("block".into(), cell(&told["blockHash"])),
		("phase".into(), cell(&told["phase"])),
		("book".into(), state),
		("cleared".into(), outcome),
	]);
	let side = |(side, word): (&str, &str)| {
		let amount = |of: &Value, field| match of {
			Value::Null => "-".to_owned(),
			of => quantity(&of[side][field], unit),
		};
		vec![
			word.to_owned(),
			amount(standing, "quantity"),
			amount(cleared, "quantity"),
			amount(cleared, "netted"),
			amount(cleared, "filled"),
		]
	};
	let sides = [("bids", "demand (bids)"), ("offers", "supply (offers)")].map(side);
	let sides = table(&["", "stands", "was ordered", "netted", "filled"], &sides);
	let sold = |direction: &str| {
		let sums = &told[direction];
		let amount = |field| quantity(&sums[field], unit);
		vec![
			direction.to_owned(),
			cell(&sums["groups"]),
			cell(&sums["trades"]),
			amount("contracted"),
			amount("unsettled"),
			amount("proved"),
			amount("missing"),
			amount("expired"),
			amount("sealed"),
		]
	};
	let headings = [
		"sold of",
		"groups",
		"trades",
		"contracted",
		"to settle",
		"proved",
		"missing",
		"of it expired",
		"sealed",
	];
	let sold = table(&headings, &["export", "import"].map(sold));
	[head, sides, sold].join("\n\n")
}

/// An account's orders, and what books owe it.
pub fn orders(orders: &[Value], owed: &Value) -> String {
	let rows: Vec<_> = orders.iter().map(row).collect();
	let headings = ["order", "side", "zone", "resource", "quantity", "stands at"];
	let owed = ["bid", "collateral", "deposit"].map(|part| (part, shown(&owed[part], show_money)));
	let nothing = owed.iter().all(|(_, amount)| amount == "0");
	let owed = match nothing {
		true => "nothing is owed".to_owned(),
		false => {
			let parts = owed.map(|(part, amount)| format!("{part} {} MPF", printable(&amount)));
			format!("owed: {}; `market claim` releases it", parts.join(", "))
		},
	};
	format!("{}\n{owed}", table(&headings, &rows))
}

fn row(order: &Value) -> Vec<String> {
	let resource: Option<Resource> = serde_json::from_value(order["resource"].clone()).ok();
	let unit = resource.map_or("", Resource::trade_unit);
	vec![
		cell(&order["id"]),
		cell(&order["side"]),
		cell(&order["zone"]),
		cell(&order["resource"]),
		quantity(&order["quantity"], unit),
		standing(&order["open"], unit),
	]
}

/// The periods in which an order stands, those in a row with one limit together.
fn standing(open: &Value, unit: &str) -> String {
	let mut runs: Vec<(u64, u64, &Value)> = Vec::new();
	for part in open.as_array().into_iter().flatten() {
		let Some(period) = part["period"].as_u64() else { continue };
		match runs.last_mut() {
			Some((_, last, limit))
				if last.checked_add(1) == Some(period) && **limit == part["limit"] =>
			{
				*last = period;
			},
			_ => runs.push((period, period, &part["limit"])),
		}
	}
	let runs = runs.iter().map(|(first, last, limit)| match first == last {
		true => format!("{first} {}", price(limit, unit)),
		false => format!("{first}..{last} {}", price(limit, unit)),
	});
	runs.collect::<Vec<_>>().join(", ")
}

pub(super) fn quantity(value: &Value, unit: &str) -> String {
	let quantity = value.as_u64().map_or_else(|| cell(value), show_quantity);
	format!("{quantity} {unit}")
}

pub(super) fn price(value: &Value, unit: &str) -> String {
	format!("{} MPF/{unit}", shown(value, show_price))
}

/// A time, to the second.
fn time(value: &Value) -> String {
	let time = value.as_i64().and_then(DateTime::from_timestamp_millis);
	time.map_or_else(|| cell(value), |time| time.format("%Y-%m-%d %H:%M:%S UTC").to_string())
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

	#[test]
	fn a_book_is_shown_with_its_best_orders_first() {
		let told = json!({
			"state": "open", "locksMs": 1_796_022_000_000u64, "gateClosureMs": 1_796_022_300_000u64,
			"leastEvidence": "signed",
			"bids": [{ "id": 4, "account": "5HGj", "quantity": 500, "limit": "200000000" }],
			"offers": [],
		});
		let text = book(&told, Resource::Electricity);
		for part in ["open", "UTC", "signed", "5HGj", "0.5 kWh", "0.2 MPF/kWh", "none"] {
			assert!(text.contains(part), "{part}: {text}");
		}
		assert!(text.find("bids") < text.find("offers"));
	}

	#[test]
	fn a_balance_shows_what_is_ordered_cleared_contracted_and_proved() {
		let sums = |contracted, proved| {
			json!({
				"groups": 2, "trades": 3, "contracted": contracted, "unsettled": 0, "proved": proved,
				"missing": 110, "expired": 80, "sealedTrades": 1, "sealed": 7,
			})
		};
		let cleared =
			|filled| json!({ "orders": 1, "quantity": 900, "netted": 60, "filled": filled });
		let told = json!({
			"blockHash": "0x17", "phase": "proving",
			"standing": { "state": "cleared", "bids": { "orders": 0, "quantity": 0 },
				"offers": { "orders": 0, "quantity": 0 } },
			"cleared": { "lapsed": false, "price": "200000000", "bids": cleared(840), "offers": cleared(840) },
			"export": sums(1_180, 1_070), "import": sums(0, 0),
		});
		let text = balance(&told, Resource::Electricity);
		for part in [
			"0x17",
			"proving",
			"0.84 kWh at 0.2 MPF/kWh",
			"demand",
			"supply",
			"0.9 kWh",
			"0.06 kWh",
			"1.18 kWh",
			"1.07 kWh",
			"0.11 kWh",
			"0.08 kWh",
			"0.007 kWh",
		] {
			assert!(text.contains(part), "{part}: {text}");
		}
		let none = json!({ "standing": null, "cleared": null, "export": sums(0, 0), "import": sums(0, 0) });
		let text = balance(&none, Resource::Water);
		assert!(text.contains("no registrar") && text.contains("no record"), "{text}");
	}

	#[test]
	fn periods_in_a_row_at_one_limit_are_one_entry() {
		let open = json!([
			{ "period": 5, "limit": "200000000" }, { "period": 6, "limit": "200000000" },
			{ "period": 7, "limit": "250000000" }, { "period": 9, "limit": "250000000" },
		]);
		let expected = "5..6 0.2 MPF/kWh, 7 0.25 MPF/kWh, 9 0.25 MPF/kWh";
		assert_eq!(standing(&open, "kWh"), expected);
	}

	#[test]
	fn what_is_owed_is_said_with_the_verb_that_releases_it() {
		let owed = json!({ "bid": "0", "collateral": "1500000000000", "deposit": "0" });
		let text = orders(&[], &owed);
		assert!(text.contains("collateral 1.5 MPF") && text.contains("market claim"), "{text}");
		let nothing = json!({ "bid": "0", "collateral": "0", "deposit": "0" });
		assert!(orders(&[], &nothing).ends_with("nothing is owed"));
	}

	#[test]
	fn a_clearing_says_that_it_was_recomputed() {
		let told = json!({
			"block": 61, "lapsed": false, "price": "200000000", "volume": 800, "recomputed": "the same",
			"orders": [{
				"id": 4, "side": "bid", "account": "5HGj", "limit": "200000000", "quantity": 900,
				"netted": 0, "filled": 800,
			}],
		});
		let trades = [(7, Pair { offer: 1, bid: 4, quantity: 800 })];
		let text = clearing(&told, Resource::Water, &trades);
		for part in ["0.8 m3 at 0.2 MPF/m3", "recomputed: the same", "0.9 m3", "7", "trade"] {
			assert!(text.contains(part), "{part}: {text}");
		}
		assert!(!text.contains("backstop"), "{text}");
		let mut backed = told;
		backed["orders"][0]["id"] = json!(LAST_RESORT);
		let trades = [(7, Pair { offer: 1, bid: LAST_RESORT, quantity: 800 })];
		let text = clearing(&backed, Resource::Water, &trades);
		assert_eq!(text.matches("backstop").count(), 2, "{text}");
		let quiet = json!({ "lapsed": false, "price": null, "orders": [] });
		assert!(clearing(&quiet, Resource::Water, &[]).contains("nobody trades"));
		let lapsed = json!({ "lapsed": true, "price": null, "orders": [] });
		assert!(clearing(&lapsed, Resource::Water, &[]).contains("it lapsed"));
	}
}
