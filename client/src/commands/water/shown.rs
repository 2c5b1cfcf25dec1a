//! Seasons and accounts as a person reads them.

use crate::{
	output::fields,
	rpc::{Classes, Season, WaterAccount},
	units::{show_money, show_percent, show_price, show_quantity},
};

fn row(name: &str, value: String) -> (String, String) {
	(name.to_owned(), value)
}

fn classes(classes: Classes) -> String {
	let Classes { essential, general } = classes;
	format!("{} m3 essential, {} m3 general", show_quantity(essential), show_quantity(general))
}

/// When a season is, how much there is, and how it was cut.
pub fn season(season: &Season) -> String {
	let running = match season.running {
		Some(turn) => format!("turn {turn} runs"),
		None => "none of its turns runs".to_owned(),
	};
	let mut rows = vec![
		row("season", season.season.to_string()),
		row("periods", format!("{}..{}", season.first, season.last)),
		row("turns", format!("{} of {} periods; {running}", season.turns, season.turn)),
		row("announced", format!("{} m3", show_quantity(season.available))),
		row("allotted", classes(season.granted)),
		row("use beyond costs", format!("{} MPF/m3", show_price(season.penalty))),
	];
	for cut in &season.cuts {
		rows.push(row(
			&format!("from turn {} on", cut.from_turn),
			format!(
				"{} of essential and {} of general litres are kept",
				show_percent(cut.essential_kept),
				show_percent(cut.general_kept)
			),
		));
	}
	fields(&rows)
}

/// What an account may use, what it proves next, what it has on hold and owes.
pub fn holder(holder: &WaterAccount) -> String {
	let mut rows = vec![
		row("account", holder.account.to_string()),
		row("entitlement", classes(holder.entitlement)),
		row("left to use", classes(holder.balance)),
		row(
			"proves next",
			match holder.turn.zip(holder.reading) {
				Some((turn, period)) => {
					format!("turn {turn}, by what is committed for period {period}")
				},
				None => "nothing: it is in no season".to_owned(),
			},
		),
	];
	if let Some(offer) = &holder.offer {
		let to = offer.to.as_ref().map_or("anybody".to_owned(), ToString::to_string);
		let (quantity, price) = (show_quantity(offer.quantity), show_price(offer.price));
		rows.push(row("offers", format!("{quantity} m3 at {price} MPF/m3 to {to}")));
	}
	if holder.leaving {
		rows.push(row("leaves", "after the season".to_owned()));
	}
	for (name, amount) in [
		("on hold for what it passed on", holder.surety),
		("to be claimed", holder.claimable),
		("owes", holder.owed),
	] {
		if amount > 0 {
			rows.push(row(name, format!("{} MPF", show_money(amount))));
		}
	}
	fields(&rows)
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde::Deserialize;
	use serde_json::json;

	#[test]
	fn a_season_and_an_account_are_read_in_cubic_metres() {
		let told = json!({
			"zone": 1, "season": 2, "first": 100, "last": 159, "turn": 20, "turns": 3, "running": 1,
			"available": 2_150_000, "granted": { "essential": 150_000, "general": 2_000_000 },
			"entitled": { "essential": 150_000, "general": 4_000_000 }, "penalty": "2000000000",
			"carry": 250_000, "accounts": 2,
			"cuts": [{ "fromTurn": 2, "essentialKept": 1_000_000, "generalKept": 800_000 }],
		});
		let text = season(&Season::deserialize(&told).unwrap());
		for part in ["100..159", "turn 1 runs", "2150 m3", "150 m3 essential", "2 MPF/m3", "80 %"] {
			assert!(text.contains(part), "{part}: {text}");
		}
		let address = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
		let told = json!({
			"zone": 1, "account": address, "entitlement": { "essential": 100_000, "general": 0 },
			"balance": { "essential": 60_500, "general": 0 }, "season": 2, "turn": 1, "reading": 139,
			"answerable": 5, "offer": { "to": null, "quantity": 1_000, "price": "1000000000" },
			"leaving": true, "surety": "0", "claimable": "0", "owed": "1500000000000",
		});
		let text = holder(&WaterAccount::deserialize(&told).unwrap());
		for part in ["60.5 m3", "period 139", "1 m3 at 1 MPF/m3 to anybody", "leaves", "1.5 MPF"] {
			assert!(text.contains(part), "{part}: {text}");
		}
		assert!(!text.contains("claimed"), "{text}");
	}
}
