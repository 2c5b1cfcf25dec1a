//! What is signed through a node that shows something else, or that calls things by other names.

use anyhow::{ensure, Result};
use meterproof_driver::{
	account::Offer,
	liar::{Lie, Told},
	operator::ZONE,
};
use serde_json::json;

use crate::World;

pub fn terms_that_were_not_offered(world: &World) -> Result<()> {
	let World { liar, setting } = world;
	let seller = setting.household_with_gateway("Ferdie", 1)?;
	setting.attest(&[&seller])?;
	let eve = setting.account("Eve")?;
	let period = setting.period_ahead(6)?;
	let offer = Offer { quantity: 500, price: "0.25".into(), first: period, last: period };
	let trade = seller.operator.account.offer(ZONE, &eve, &offer)?.to_string();
	let buyer = eve.client.at(&liar.url());
	let held = eve.balance()?.held;

	// Half the price is shown: what was shown is signed, and the chain knows no such offer.
	let cheaper = |told: &Told| {
		if told.method != "market_trade" || told.result.is_null() {
			return Lie::Truth;
		}
		let mut trade = told.result.clone();
		trade["price"] = json!("125000000");
		Lie::Result(trade)
	};
	liar.tell(cheaper);
	let shown = buyer.look(&["trade", "show", &trade])?;
	let accept = ["trade", "accept", &trade, "--terms", &shown];
	assert_eq!(buyer.refusal(&accept)?, "TermsDiffer");
	assert_eq!(eve.balance()?.held, held, "nothing is paid into escrow");

	// An offer that was shown by an honest node is signed as it was shown, whatever is said later.
	let shown = eve.client.look(&["trade", "show", &trade])?;
	buyer.run(&["trade", "accept", &trade, "--terms", &shown])?;
	ensure!(eve.balance()?.held > held, "the escrow");
	Ok(())
}

/// In these metadata `resume` has the bytes of `retire`, and the other way round.
pub fn other_names(told: &Told) -> Lie {
	match told.result.as_str() {
		Some(metadata) if told.method == "state_call" => {
			let [resume, retire, middle] = ["resume", "retire", "@#@#@#"].map(hex::encode);
			let swapped = metadata.replace(&resume, &middle).replace(&retire, &resume);
			Lie::Result(json!(swapped.replace(&middle, &retire)))
		},
		_ => Lie::Truth,
	}
}

pub fn calls_by_other_names(world: &World) -> Result<()> {
	let World { liar, setting } = world;
	let home = setting.household_with_gateway("Alice", 1)?;
	let device = home.devices[0].to_string();
	let client = home.operator.account.client.at(&liar.url());
	liar.tell(other_names);
	liar.take_asked();
	assert_eq!(client.refusal(&["device", "resume", &device])?, "MetadataDiffers");
	let asked = liar.take_asked();
	ensure!(asked.iter().all(|(method, _)| !method.starts_with("author_")), "{asked:?}");
	Ok(())
}
