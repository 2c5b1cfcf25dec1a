//! A backstop as a person reads it.

use serde_json::Value;

use super::super::shown::{price, quantity};
use crate::{
	commands::trade::shown,
	output::{cell, fields, table},
	types::Resource,
	units::show_money,
};

/// The backstop's account, ceiling and fund, and what it has posted.
pub fn backstop(told: &Value, resource: Resource) -> String {
	let unit = resource.trade_unit();
	let ceiling = match told["ceiling"].as_str() {
		Some("0") => "none: it is dismissed".to_owned(),
		_ => price(&told["ceiling"], unit),
	};
	let money = |field: &str| format!("{} MPF", shown(&told[field], show_money));
	let head = fields(&[
		("account".into(), cell(&told["account"])),
		("ceiling".into(), ceiling),
		("fund".into(), money("fund")),
		("spare of it".into(), money("spare")),
	]);
	let side = |posted: &Value| match posted {
		Value::Null => ["-".to_owned(), "-".to_owned()],
		posted => [price(&posted["price"], unit), quantity(&posted["quantity"], unit)],
	};
	let posted = told["posted"].as_array().into_iter().flatten();
	let rows: Vec<Vec<String>> = posted
		.map(|posted| {
			let from = [cell(&posted["from"])].into_iter();
			let excess = [quantity(&posted["excess"], unit)];
			from.chain(side(&posted["buys"])).chain(excess).chain(side(&posted["sells"])).collect()
		})
		.collect();
	let headings =
		["from period", "buys at", "buys at most", "and beyond", "sells at", "sells at most"];
	format!("{head}\n\nposted\n{}", table(&headings, &rows))
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

	fn told() -> Value {
		let posted = |price: &str| json!({ "price": price, "quantity": 100_000 });
		json!({
			"zone": 1, "resource": "electricity", "account": "5HGj", "ceiling": "500000000",
			"fund": "90000000000000", "spare": "30000000000000",
			"posted": [
				{ "from": 7, "buys": posted("80000000"), "sells": posted("300000000"), "excess": 7_000 },
				{ "from": 9, "buys": null, "sells": posted("310000000"), "excess": 0 },
			],
		})
	}

	#[test]
	fn its_fund_and_its_prices_are_shown_in_the_units_of_the_command_line() {
		let text = backstop(&told(), Resource::Electricity);
		for part in [
			"5HGj",
			"0.5 MPF/kWh",
			"90 MPF",
			"30 MPF",
			"0.08 MPF/kWh",
			"100 kWh",
			"7 kWh",
			"0.31 MPF/kWh",
		] {
			assert!(text.contains(part), "{part}: {text}");
		}
		let last = text.lines().last().unwrap();
		assert!(last.starts_with('9') && last.contains('-'), "{last}");
	}

	#[test]
	fn one_that_is_dismissed_and_one_that_has_posted_nothing_are_told_as_such() {
		let mut dismissed = told();
		dismissed["ceiling"] = json!("0");
		dismissed["posted"] = json!([]);
		let text = backstop(&dismissed, Resource::Water);
		assert!(text.contains("dismissed") && text.ends_with("posted\nnone"), "{text}");
	}
}
