//! The zone's book of one period, and the backstop that takes what peers leave there.

use std::{path::Path, time::Duration};

use anyhow::{ensure, Context, Result};
use meterproof_driver::{
	account::Account,
	chain::{integer, money, Chain},
	operator::{NewMeter, Operator, ZONE},
	wait,
};
use serde_json::Value;

use crate::{
	checks::Made,
	parties::{name, Parties, BACKSTOP},
	plan::{per_kwh, unit, Planned, BOOKED, BOOK_PERIOD, BUYS, SELLS},
	report,
	setup::{in_parallel, Setup},
};

/// How long a book past its gate may wait for a block with idle time.
const CLEARING_LIMIT: Duration = Duration::from_secs(30);

/// Thousandths of a token per kWh: the least that is asked in the book, and the most that is bid.
const ASKED: u32 = 70;
const BID: u32 = 200;

/// Has the client do something for an account.
pub fn run(account: &Account, line: &str) -> Result<Value> {
	account.client.run(&line.split(' ').collect::<Vec<_>>())
}

/// How many books share the backstop's fund at most, from the period that runs to the one after the first open one.
const BOOKS: u128 = 4;

/// What the backstop has on hold to begin with: enough for those books of what it posts, in smallest units.
fn fund(most: u64) -> u128 {
	BOOKS * u128::from(most) * unit(SELLS)
}

/// Smallest units as tokens, exactly.
fn tokens(amount: u128) -> String {
	let token = 1_000_000_000_000;
	format!("{}.{:012}", amount / token, amount % token)
}

/// A verb of the zone's backstop.
fn verb(verb: &str) -> String {
	format!("market backstop {verb} --zone {ZONE}")
}

/// Registers the meter of Ferdie's store, which could deliver what he sells as the backstop; its number. `most` is
/// in Wh.
pub fn register_store(parties: &Parties, folder: &Path, most: u64) -> Result<u32> {
	let operator = Operator::new(parties.ferdie.clone(), folder);
	let nameplate = u32::try_from(most).context("more is posted than one meter counts")?;
	let meter = NewMeter { name: "store".into(), exports: true, nameplate, seed: Some([0x5e; 32]) };
	let registered = operator.register(&[meter])?;
	Ok(registered.first().context("the store's meter is not registered")?.device)
}

/// Ferdie becomes the zone's backstop, and funds what he will post.
pub fn stand_behind(parties: &Parties, most: u64) -> Result<()> {
	let (root, backstop) = (&parties.alice, &parties.ferdie);
	run(root, &format!("{} --ceiling {} {}", verb("appoint"), per_kwh(SELLS), backstop.address))?;
	run(backstop, &format!("{} --amount {}", verb("fund"), tokens(fund(most))))?;
	Ok(())
}

/// The backstop posts its prices before anything is traded, and when its store's meter counts: what it sells for is
/// what a missing kWh of any trade costs. `most` is in Wh.
pub fn post(parties: &Parties, chain: &Chain, most: u64) -> Result<()> {
	// A period that is not the first open one when the call is in a block, and no later than the first trade's.
	let from = chain.period(None)?.first_open + 3;
	let sides = format!(
		"--buy-price {} --buy-quantity {most} --sell-price {} --sell-quantity {most}",
		per_kwh(BUYS),
		per_kwh(SELLS)
	);
	run(&parties.ferdie, &format!("{} --from {from} {sides}", verb("post")))?;
	Ok(())
}

/// One operator offers what the plan has for the book, and another one bids for a part of it.
pub fn order(setup: &Setup, base: u64, planned: &[Planned]) -> Result<()> {
	let booked = planned.get(BOOKED..).unwrap_or_default();
	let first = booked.first().context("nothing is planned for the book")?;
	let offered: u64 = booked.iter().map(|trade| trade.quantity).sum();
	let period = base + BOOK_PERIOD as u64;
	let place = |side: &str, wh: u64, price: u32| {
		let price = per_kwh(price);
		format!("market {side} --zone {ZONE} --quantity {wh} --price {price} --from {period}")
	};
	let account = |own: usize| &setup.parties.operators[own].account;
	let lines = [
		(account(first.seller), place("offer", offered, ASKED)),
		(account(first.buyer), place("bid", first.quantity, BID)),
	];
	in_parallel(&lines, |(account, line)| run(account, line))?;
	println!(
		"   In the zone's book of period {} {} offers {offered} Wh at {} MPF per kWh or more, and {} \
		 bids {} Wh at {} or less.",
		BOOK_PERIOD + 1,
		name(first.seller),
		per_kwh(ASKED),
		name(first.buyer),
		first.quantity,
		per_kwh(BID)
	);
	Ok(())
}

/// The trades that the book has made, which must be those of the plan.
pub fn cleared(setup: &Setup, base: u64, planned: &[Planned]) -> Result<Vec<Made>> {
	let chain = setup.node.chain();
	let period = base + BOOK_PERIOD as u64;
	let clearing = format!("market clearing --zone {ZONE} --period {period}");
	let told = wait::until("the book is cleared", CLEARING_LIMIT, || {
		Ok(Some(run(&setup.parties.ferdie, &clearing)?))
	})?;
	let booked = planned.get(BOOKED..).unwrap_or_default();
	let (price, trades) = (money(&told, "price")?, integer(&told, "trades")?);
	ensure!(
		price == unit(BUYS) && trades == booked.len() as u64,
		"the book was cleared otherwise than by its rule: {told}"
	);
	let made = booked.iter().zip(integer(&told, "firstTrade")?..).map(|(planned, id)| {
		let quantity = integer(&chain.trade(id)?, "quantity")?;
		let imbalance_price = chain.imbalance_price(id)?;
		ensure!(
			(quantity, imbalance_price) == (planned.quantity, unit(SELLS)),
			"trade {id} is of {quantity} Wh, and a missing one costs {imbalance_price}: not as planned"
		);
		Ok(Made { id, planned: planned.clone(), imbalance_price })
	});
	made.collect()
}

/// What everybody sees of the clearing.
pub fn show(made: &[Made]) {
	let Some(Made { planned, .. }) = made.first() else { return };
	println!(
		"     the book was cleared at {} MPF per kWh, as anyone can recompute: {} sells {} Wh",
		per_kwh(planned.price),
		name(planned.seller),
		made.iter().map(|made| made.planned.quantity).sum::<u64>()
	);
	for Made { id, planned, .. } in made {
		println!("     trade {id}: {} buys {} Wh of them", name(planned.buyer), planned.quantity);
	}
}

/// Whether the backstop's fund has paid what it bought in the book, and nothing else.
pub fn ensure_fund(setup: &Setup, made: &[Made]) -> Result<()> {
	let shown = run(&setup.parties.ferdie, &format!("market backstop show --zone {ZONE}"))?;
	let bought = made.last().map_or(0, |made| made.planned.quantity);
	let paid = u128::from(bought) * unit(BUYS);
	let (left, wanted) = (money(&shown, "fund")?, fund(setup.posted) - paid);
	ensure!(left == wanted, "the backstop's fund was to have {wanted} and has {left}");
	println!(
		"   {} bought {bought} Wh in the book as the backstop; {} MPF of its fund are left.",
		name(BACKSTOP),
		report::money(left)
	);
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_fund_is_enough_for_its_books_and_named_exactly() {
		assert_eq!(fund(2_000), 4 * 600_000_000_000);
		assert_eq!(tokens(fund(2_000)), "2.400000000000");
		assert_eq!(tokens(12_000_000_000_001), "12.000000000001");
	}
}
