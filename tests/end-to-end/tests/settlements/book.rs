//! A book from its first order to its last unit of money: orders by the client, the gate, one price, and
//! trades that a proof settles.

use std::time::Duration;

use anyhow::{Context, Result};
use meterproof_device::Direction;
use meterproof_driver::{
	account::Account,
	chain::{integer, Answer, Line},
	operator::ZONE,
	prover::{prove_to_file, Claimed},
	serial,
	setting::{Household, Setting},
	wait,
};
use serde_json::{json, Value};

/// Smallest units per Wh at 0.2 MPF per kWh.
const PRICE: u128 = 200_000_000;

/// Held for each period of an order.
const DEPOSIT: u128 = 1_000_000_000;

/// Time for a command.
const LIMIT: Duration = Duration::from_secs(60);

/// How long a book past its gate may wait for a block with idle time.
const CLEARING_LIMIT: Duration = Duration::from_secs(30);

/// Runs command lines at one time, each for its account; what each printed.
pub fn at_once(lines: &[(&Account, String)]) -> Result<Vec<Value>> {
	let running: Vec<_> = lines
		.iter()
		.map(|(account, line)| account.client.start(&line.split(' ').collect::<Vec<_>>()))
		.collect::<Result<_>>()?;
	let ended = running.into_iter().map(|running| running.finish(LIMIT)?.pop().context("nothing"));
	ended.collect()
}

/// Runs command lines of one account at one time, which are refused by these names.
pub fn refused(account: &Account, lines: &[(String, &str)]) -> Result<()> {
	let running: Vec<_> = lines
		.iter()
		.map(|(line, _)| account.client.start(&line.split(' ').collect::<Vec<_>>()))
		.collect::<Result<_>>()?;
	for ((line, name), running) in lines.iter().zip(running) {
		let (_, refused) = running.finish_refused_or_not(LIMIT)?;
		let refused = refused.with_context(|| format!("`{line}` was not refused"))?;
		assert_eq!(refused.name, *name, "{refused}");
	}
	Ok(())
}

#[test]
fn a_book_is_cleared_at_one_price_and_its_trades_settle_by_proof() -> Result<()> {
	serial::scenario(|| {
		let setting = Setting::dev()?;
		let chain = setting.chain();
		let issuance = chain.issuance()?;
		let home = setting.household("Bob", 1)?;
		setting.attest(&[&home])?;
		let bob = &home.operator.account;
		let (eve, ferdie) = (setting.account("Eve")?, setting.account("Ferdie")?);
		let deposits = bob.balance()?.held;

		// There is too little at a price that buyers would pay, and the rest is too dear.
		let period = setting.period_ahead(5)?;
		let order = |side: &str, wh: u64, price: &str| {
			format!("market {side} --zone {ZONE} --quantity {wh} --price {price} --from {period}")
		};
		let placed = at_once(&[
			(bob, order("offer", 800, "0.12")),
			(bob, order("offer", 100, "0.25")),
			(&eve, order("bid", 500, "0.15")),
			(&ferdie, format!("{} --to {}", order("bid", 500, "0.2"), period + 1)),
		])?;
		let number = |at: usize| integer(&placed[at], "order");
		assert_eq!(ferdie.balance()?.held, 2 * (500 * PRICE + DEPOSIT));
		at_once(&[
			(&eve, format!("market improve {} --price 0.2 --from {period}", number(2)?)),
			(&ferdie, format!("market cancel {} --from {}", number(3)?, period + 1)),
		])?;
		for buyer in [&eve, &ferdie] {
			assert_eq!(buyer.balance()?.held, 500 * PRICE + DEPOSIT);
		}
		let at = format!("--zone {ZONE} --period {period}");
		let book = eve.client.run(&words(&format!("market book {at}")))?;
		assert_eq!(ids(&book["bids"]), [number(2)?.min(number(3)?), number(2)?.max(number(3)?)]);
		assert_eq!(ids(&book["offers"]), [number(0)?, number(1)?], "the best first");
		let own = ferdie.client.run(&["market", "orders"])?;
		assert_eq!(
			own["orders"][0]["open"],
			json!([{ "period": period, "limit": PRICE.to_string() }])
		);
		assert_eq!(own["owed"], json!({ "bid": "0", "collateral": "0", "deposit": "0" }));

		let past = chain.period(None)?.index;
		let dave = setting.account("Dave")?;
		let held = dave.balance()?.held;
		refused(
			&dave,
			&[
				(order("bid", 5, "0.2").replace("--zone 1", "--zone 9"), "UnknownZone"),
				(order("bid", 1, "0.000001"), "Dust"),
				(
					order("bid", 500, "0.2").replace(&period.to_string(), &past.to_string()),
					"GateClosed",
				),
				(order("offer", 500, "0.2"), "AboveNameplate"),
				(format!("market cancel {} --from {period}", number(2)?), "NotOwner"),
				(format!("market clear {at}"), "GateOpen"),
				(format!("market clearing {at}"), "UnknownClearing"),
				("market claim".into(), "NothingToClaim"),
			],
		)?;
		assert_eq!(dave.balance()?.held, held, "what is refused holds nothing");

		let first = cleared(&setting, period, [number(2)?, number(3)?])?;
		settled(&setting, &home, period)?;
		let line = |trade| Line {
			trade,
			period,
			contracted: 400,
			delivered: 400,
			paid: 400 * PRICE,
			refunded: 0,
			penalty: 0,
		};
		let mut lines = chain.statement(&bob.address, period)?;
		lines.sort_by_key(|line| line.trade);
		assert_eq!(lines, [line(first), line(first + 1)]);
		for buyer in [&eve, &ferdie] {
			assert_eq!(buyer.balance()?.held, 0, "nothing stays locked");
		}
		assert_eq!(bob.balance()?.held, deposits, "only the meters' deposits");
		assert_eq!(chain.issuance()?, issuance);
		chain.audit()
	})
}

pub fn words(line: &str) -> Vec<&str> {
	line.split(' ').collect()
}

fn ids(orders: &Value) -> Vec<u64> {
	orders.as_array().into_iter().flatten().filter_map(|order| order["id"].as_u64()).collect()
}

/// The book clears by itself, both buyers get half, and the client finds the same; the first trade.
fn cleared(setting: &Setting, period: u64, bids: [u64; 2]) -> Result<u64> {
	let chain = setting.chain();
	chain.wait_for_phase(period, "closed")?;
	let clearing = format!("market clearing --zone {ZONE} --period {period}");
	let told = wait::until("the book is cleared", CLEARING_LIMIT, || {
		Ok(Some(setting.client.run(&words(&clearing))?))
	})?;
	assert_eq!(told["recomputed"], "the same");
	assert_eq!((&told["price"], &told["volume"]), (&json!(PRICE.to_string()), &json!(800)));
	for order in told["orders"].as_array().context("a clearing without orders")? {
		let of_bid = order["id"].as_u64().is_some_and(|id| bids.contains(&id));
		let expected = match of_bid {
			true => 400,
			false if order["quantity"] == 800 => 800,
			false => 0,
		};
		assert_eq!(order["filled"], expected, "{told}");
	}
	assert_eq!(told["trades"], 2);
	let first = integer(&told, "firstTrade")?;
	for trade in [first, first + 1] {
		let trade = chain.trade(trade)?;
		assert_eq!((&trade["state"], &trade["quantity"]), (&json!("accepted"), &json!(400)));
	}
	Ok(first)
}

/// The meter commits, and one proof of all that was sold settles both trades.
fn settled(setting: &Setting, home: &Household, period: u64) -> Result<()> {
	let chain = setting.chain();
	chain.wait_for_phase(period, "committing")?;
	let meter = home.meters.first().context("no meter")?;
	let sent = [meter.commit(chain.genesis()?, period, Direction::Export, 850, 0)];
	assert_eq!(chain.submit(&sent)?, [Answer::Accepted]);
	chain.wait_for_commitments(&sent)?;
	let claims = [Claimed { operator: &home.operator, quantity: 800 }];
	let proof = prove_to_file(chain, period, &claims, &sent, &setting.file("proof.json"))?;
	home.operator.account.client.run(&["settle", "--proof", &proof.to_string_lossy()])?;
	chain.wait_until_final()
}
