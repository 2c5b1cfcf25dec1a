//! Offers and acceptances that are refused, by name.

use anyhow::Result;
use meterproof_driver::{
	account::{Account, Offer},
	operator::ZONE,
	serial,
	setting::{Setting, NAMEPLATE},
};
use serde_json::json;

fn offer(seller: &Account, buyer: &Account, offer: &Offer) -> Result<String> {
	let (zone, quantity) = (ZONE.to_string(), offer.quantity.to_string());
	let (first, last) = (offer.first.to_string(), offer.last.to_string());
	seller.client.refusal(&[
		"trade",
		"offer",
		"--zone",
		&zone,
		"--buyer",
		&buyer.address,
		"--quantity",
		&quantity,
		"--price",
		&offer.price,
		"--from",
		&first,
		"--to",
		&last,
	])
}

#[test]
fn bad_offers_and_acceptances_are_refused_by_name() -> Result<()> {
	serial::scenario(|| {
		let setting = Setting::dev()?;
		let home = setting.household("Bob", 1)?;
		setting.attest(&[&home])?;
		let bob = &home.operator.account;
		let (eve, dave) = (setting.account("Eve")?, setting.account("Dave")?);
		let held = bob.balance()?.held;

		let period = setting.period_ahead(20)?;
		let good = Offer { quantity: 400, price: "0.25".into(), first: period, last: period };
		let zero = Offer { quantity: 0, ..good.clone() };
		assert_eq!(offer(bob, &eve, &zero)?, "ZeroQuantity");
		let free = Offer { price: "0".into(), ..good.clone() };
		assert_eq!(offer(bob, &eve, &free)?, "ZeroPrice");
		let huge = Offer { quantity: 1 << 53, ..good.clone() };
		assert_eq!(offer(bob, &eve, &huge)?, "QuantityTooLarge");
		let above = Offer { quantity: u64::from(NAMEPLATE) + 1, ..good.clone() };
		assert_eq!(offer(bob, &eve, &above)?, "AboveNameplate");
		let tiny = Offer { quantity: 1, price: "0.000001".into(), ..good.clone() };
		assert_eq!(offer(bob, &eve, &tiny)?, "ValueBelowMinimum");
		assert_eq!(offer(bob, bob, &good)?, "SelfTrade");
		let past = setting.chain().period(None)?.index;
		let closed = Offer { first: past, last: past, ..good.clone() };
		assert_eq!(offer(bob, &eve, &closed)?, "GateClosed");
		assert_eq!(bob.balance()?.held, held, "a refused offer holds nothing");

		let trade = bob.offer(ZONE, &eve, &good)?;
		let id = trade.to_string();
		let seen = eve.client.look(&["trade", "show", &id])?;
		let accept = ["trade", "accept", &id, "--terms", &seen];
		assert_eq!(dave.client.refusal(&accept)?, "NotBuyer");
		let untouched = eve.balance()?.held;
		let expecting =
			|expected: [&str; 2]| eve.client.refusal(&[&accept[..], &expected].concat());
		// What is neither shown nor named is not signed, and what is shown is what is signed.
		assert_eq!(eve.client.refusal(&["trade", "accept", &id])?, "TermsNotNamed");
		let mut dearer = eve.client.run(&["trade", "show", &id])?;
		dearer["price"] = json!("1000000000");
		let dearer = eve.client.keep(&dearer)?;
		let accept_dearer = ["trade", "accept", &id, "--terms", &dearer];
		assert_eq!(eve.client.refusal(&accept_dearer)?, "TermsDiffer");
		assert_eq!(expecting(["--max-price", "0.249"])?, "PriceAboveLimit");
		assert_eq!(expecting(["--quantity", "401"])?, "QuantityDiffers");
		assert_eq!(eve.balance()?.held, untouched, "a refused acceptance holds nothing");
		bob.client.run(&["trade", "cancel", &id])?;
		assert_eq!(eve.client.refusal(&accept)?, "UnknownTrade");
		assert_eq!(bob.balance()?.held, held, "a cancelled offer holds nothing");
		setting.chain().audit()
	})
}
