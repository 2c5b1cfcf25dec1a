//! Changes as a person reads them, a line each.

use serde_json::Value;

use crate::{
	commands::trade::{shown, trade_row, HIDDEN},
	output::cell,
	types::Resource,
	units::{show_money, show_price, show_quantity},
};

/// A change that a block told.
pub fn change(number: u64, change: &Value) -> String {
	let word = cell(&change["change"]);
	let what = match change {
		change if change["trade"].is_object() => trade(change),
		change if change["clearing"].is_object() => clearing(&change["clearing"]),
		change => settlement(change),
	};
	one_line(&format!("{number}  {word}  {what}"))
}

/// What was found after a gap, or is gone.
pub fn entry(word: &str, entry: &Value) -> String {
	let what = match entry {
		entry if entry["seller"].is_object() => row(entry),
		entry if entry["orders"].is_array() => clearing(entry),
		entry => settlement(entry),
	};
	one_line(&format!("{word}  {what}"))
}

/// Whatever a node writes, a change is one line.
fn one_line(text: &str) -> String {
	text.replace(['\n', '\r'], " ")
}

fn row(trade: &Value) -> String {
	trade_row(trade).join("  ")
}

fn trade(change: &Value) -> String {
	let row = row(&change["trade"]);
	let line = &change["line"];
	if line.is_object() {
		let resource = &change["trade"]["seller"]["resource"];
		return format!("{row}  period {}: {}", cell(&line["period"]), amounts(line, resource));
	}
	match change["period"].as_u64() {
		Some(period) => {
			let sides = [("toSeller", "seller"), ("toBuyer", "buyer")];
			let whose = sides.into_iter().filter(|(field, _)| change[field] == true);
			let whose: Vec<_> = whose.map(|(_, side)| side).collect();
			format!("{row}  period {period}: of {}", whose.join(" and "))
		},
		None => row,
	}
}

fn settlement(change: &Value) -> String {
	let group = &change["group"];
	let parts = ["operator", "zone", "resource", "direction"].map(|field| cell(&group[field]));
	let (name, period) = (parts.join("/"), cell(&change["period"]));
	match &change["outcome"] {
		Value::Null => format!("{name}  period {period}"),
		outcome => format!("{name}  period {period}: {}", amounts(outcome, &group["resource"])),
	}
}

/// What came of a book.
fn clearing(clearing: &Value) -> String {
	let resource: Option<Resource> = serde_json::from_value(clearing["resource"].clone()).ok();
	let unit = resource.map_or("", Resource::trade_unit);
	let [zone, resource, period, trades] =
		["zone", "resource", "period", "trades"].map(|field| cell(&clearing[field]));
	let outcome = match (&clearing["lapsed"], &clearing["price"]) {
		(Value::Bool(true), _) => "every order is released".to_owned(),
		(_, Value::Null) => "nobody trades".to_owned(),
		(_, price) => {
			let volume = &clearing["volume"];
			let volume = volume.as_u64().map_or_else(|| cell(volume), show_quantity);
			let price = shown(price, show_price);
			format!("{volume} {unit} at {price} MPF/{unit} in {trades} trades")
		},
	};
	format!("zone {zone}  {resource}  period {period}: {outcome}")
}

/// What was delivered, and who got what.
fn amounts(line: &Value, resource: &Value) -> String {
	let resource: Option<Resource> = serde_json::from_value(resource.clone()).ok();
	let unit = resource.map_or("", Resource::trade_unit);
	let quantity = |value: &Value| value.as_u64().map_or_else(|| cell(value), show_quantity);
	let contracted = quantity(&line["contracted"]);
	if line["delivered"].is_null() {
		let shared = shown(&line["sealed"], show_money);
		return format!("{HIDDEN} of {contracted} {unit}, {shared} MPF in two notes");
	}
	let money = |field| shown(&line[field], show_money);
	format!(
		"{} of {contracted} {unit}, {} MPF paid, {} refunded, {} charged",
		quantity(&line["delivered"]),
		money("paid"),
		money("refunded"),
		money("penalty")
	)
}
