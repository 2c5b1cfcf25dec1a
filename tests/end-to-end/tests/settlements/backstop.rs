//! A zone's backstop, from its appointment to its dismissal: its prices, a book that is cleared between them,
//! what a missing unit costs, and what is paid for units beyond those sold.

use std::time::Duration;

use anyhow::{bail, Context, Result};
use meterproof_device::Direction;
use meterproof_driver::{
	account::Account,
	chain::{integer, money, Answer, Line},
	operator::ZONE,
	serial,
	setting::{Household, Setting},
	wait,
};
use serde_json::{json, Value};

use crate::book::{at_once, refused, words};

/// Smallest units per Wh at 0.08 MPF per kWh: what it buys for.
const BUYS: u128 = 80_000_000;

/// At 0.3 MPF per kWh: what it sells for.
const SELLS: u128 = 300_000_000;

/// The numbers of its orders in every book.
const ITS_BID: u64 = 9_007_199_254_740_990;
const ITS_OFFER: u64 = 9_007_199_254_740_991;

/// The most that it buys in a book, that it sells, and that it buys beyond what is sold, in Wh.
const MOST: u64 = 1_000;

/// 10 MPF, which it has on hold, and 5, which it takes back.
const FUND: u128 = 10_000_000_000_000;
const TAKEN_BACK: u128 = 5_000_000_000_000;

/// Held for each period of an order.
const DEPOSIT: u128 = 1_000_000_000;

/// Time for a command.
const LIMIT: Duration = Duration::from_secs(60);

/// How long a book past its gate may wait for a block with idle time.
const CLEARING_LIMIT: Duration = Duration::from_secs(30);

/// The backstop, as the client shows it.
fn shown(setting: &Setting) -> Result<Value> {
	setting.client.run(&words(&format!("market backstop show --zone {ZONE}")))
}

#[test]
fn a_backstop_takes_what_peers_leave_and_its_prices_are_what_imbalance_costs() -> Result<()> {
	serial::scenario(|| {
		let setting = Setting::dev()?;
		let chain = setting.chain();
		let issuance = chain.issuance()?;
		let (eve, ferdie) = (setting.account("Eve")?, setting.account("Ferdie")?);
		let appoint =
			format!("market backstop appoint --zone {ZONE} --ceiling 0.5 {}", eve.address);
		let appointed = setting.alice.client.start(&words(&appoint))?;
		// One who will deliver less than it sells, and one who will deliver more.
		let (short, long) = (setting.household("Bob", 1)?, setting.household("Dave", 1)?);
		// What the backstop sells it could deliver.
		let store = setting.household("Eve", 1)?;
		setting.attest(&[&short, &long, &store])?;
		appointed.finish(LIMIT)?;
		let (bob, dave) = (&short.operator.account, &long.operator.account);
		let deposits = [bob.balance()?.held, dave.balance()?.held];
		let deposit_of_its_meter = eve.balance()?.held;

		let period = setting.period_ahead(6)?;
		posted(&setting, &eve, period)?;
		let order = |side: &str, wh: u64, price: &str| {
			format!("market {side} --zone {ZONE} --quantity {wh} --price {price} --from {period}")
		};
		let name_prover = format!(
			"settlement name-prover --zone {ZONE} --resource electricity --direction export {}",
			ferdie.address
		);
		at_once(&[
			(bob, order("offer", 500, "0.05")),
			(dave, order("offer", 300, "0.06")),
			(&ferdie, order("bid", 100, "0.2")),
			(bob, name_prover.clone()),
			(dave, name_prover),
		])?;
		// The collateral of an offer is what a missing unit will cost.
		assert_eq!(bob.balance()?.held, deposits[0] + 500 * SELLS + DEPOSIT);
		not_taken(&eve, period, &order("bid", 500, "0.2"))?;

		cleared(&setting, period)?;
		let before = [bob.balance()?.total(), dave.balance()?.total()];
		let proof = proved(&setting, &ferdie, [(&short, 300, 500), (&long, 450, 450)], period)?;
		let place = format!("--zone {ZONE}");
		let ended = at_once(&[
			(&ferdie, format!("settle --proof {proof}")),
			(&eve, format!("market backstop withdraw {place} --amount 5")),
			(&setting.alice, format!("market backstop dismiss {place}")),
		])?;
		chain.wait_until_final()?;

		// Of 500 sold 200 are missing: each costs what the backstop sells for.
		let lines = chain.statement(&bob.address, period)?;
		let sum = |of: fn(&Line) -> u128| lines.iter().map(of).sum::<u128>();
		assert_eq!(sum(|line| line.delivered.into()), 300);
		assert_eq!(sum(|line| line.refunded), 200 * BUYS);
		assert_eq!(sum(|line| line.penalty), 200 * SELLS);
		// 300 sold, and 150 beyond: all are paid what the backstop buys for.
		let after = [bob.balance()?, dave.balance()?];
		assert_eq!(after[0].total() + 200 * SELLS, before[0] + 300 * BUYS);
		assert_eq!(after[1].total(), before[1] + 450 * BUYS);
		assert_eq!(after.map(|balance| balance.held), deposits, "only the meters' deposits");

		let fund = FUND - (700 + 150) * BUYS - TAKEN_BACK;
		let backstop = shown(&setting)?;
		assert_eq!(
			(&backstop["fund"], &backstop["ceiling"]),
			(&json!(fund.to_string()), &json!("0"))
		);
		let last = backstop["posted"].as_array().and_then(|posted| posted.last());
		let last = last.context("nothing is posted")?;
		let from = integer(&ended[2], "from")?;
		assert_eq!(*last, json!({ "from": from, "buys": null, "sells": null, "excess": 0 }));
		let held = fund + deposit_of_its_meter;
		assert_eq!(eve.balance()?.held, held, "nothing stays locked besides");
		assert_eq!(chain.issuance()?, issuance);
		chain.audit()
	})
}

/// The backstop funds and posts, and is shown so.
fn posted(setting: &Setting, eve: &Account, period: u64) -> Result<()> {
	eve.client.run(&words(&format!("market backstop fund --zone {ZONE} --amount 10")))?;
	let post = format!(
		"market backstop post --zone {ZONE} --from {period} --buy-price 0.08 --buy-quantity {MOST} \
		 --excess-quantity {MOST} --sell-price 0.3 --sell-quantity {MOST}"
	);
	let printed = eve.client.run(&words(&post))?;
	let backstop = shown(setting)?;
	assert_eq!(backstop["account"], json!(eve.address));
	assert_eq!(backstop["fund"], json!(FUND.to_string()));
	// Three books share the fund, or four when a gate has just closed.
	let spare = [3, 4].map(|books| FUND - books * u128::from(MOST) * SELLS);
	assert!(spare.contains(&money(&backstop, "spare")?), "{backstop}");
	let side = |price: u128| json!({ "price": price.to_string(), "quantity": MOST });
	let (buys, sells) = (side(BUYS), side(SELLS));
	let both = json!([{ "from": period, "buys": buys, "sells": sells, "excess": MOST }]);
	assert_eq!(backstop["posted"], both);
	assert_eq!((&printed["buys"], &printed["sells"]), (&side(BUYS), &side(SELLS)));
	Ok(())
}

/// Calls that the backstop may not make are refused by their names, and change nothing.
fn not_taken(eve: &Account, period: u64, bid: &str) -> Result<()> {
	let post = |from: u64, price: &str, wh: u64| {
		format!(
			"market backstop post --zone {ZONE} --from {from} --sell-price {price} --sell-quantity {wh}"
		)
	};
	let held = eve.balance()?.held;
	refused(
		eve,
		&[
			(post(period - 10, "0.3", 1_000), "TermsFixed"),
			(post(period + 1, "0.6", 1_000), "PriceAboveCeiling"),
			(post(period + 1, "0.3", 1_000_000), "FundTooLow"),
			(post(period + 1, "0.3", MOST + 1), "AboveNameplate"),
			(bid.to_owned(), "IsBackstop"),
			(format!("market backstop withdraw --zone {ZONE} --amount 11"), "FundBound"),
			("market backstop fund --zone 9 --amount 1".into(), "NoBackstop"),
		],
	)?;
	assert_eq!(eve.balance()?.held, held, "what is refused holds nothing");
	Ok(())
}

/// The book clears at what the backstop buys for: it takes what the only bidder leaves.
fn cleared(setting: &Setting, period: u64) -> Result<()> {
	setting.chain().wait_for_phase(period, "closed")?;
	let clearing = format!("market clearing --zone {ZONE} --period {period}");
	let told = wait::until("the book is cleared", CLEARING_LIMIT, || {
		Ok(Some(setting.client.run(&words(&clearing))?))
	})?;
	assert_eq!(told["recomputed"], "the same");
	assert_eq!((&told["price"], &told["volume"]), (&json!(BUYS.to_string()), &json!(800)));
	let orders = told["orders"].as_array().context("a clearing without orders")?;
	assert_eq!(orders.len(), 5, "{told}");
	for order in orders {
		let filled = match order["id"].as_u64() {
			Some(ITS_BID) => json!(700),
			Some(ITS_OFFER) => json!(0),
			_ => order["quantity"].clone(),
		};
		assert_eq!(order["filled"], filled, "{told}");
	}
	Ok(())
}

/// Meters count, commit, and hand over; one proof claims of each household as much of the second number as was
/// counted, more than was sold included. The proof's file.
fn proved(
	setting: &Setting,
	prover: &Account,
	counted: [(&Household, u32, u64); 2],
	period: u64,
) -> Result<String> {
	let chain = setting.chain();
	chain.wait_for_phase(period, "committing")?;
	let genesis = chain.genesis()?;
	let commit = |(household, counted, _): (&Household, u32, u64)| {
		let meter = household.meters.first().context("no meter")?;
		Ok(meter.commit(genesis, period, Direction::Export, counted, 0))
	};
	let sent = counted.into_iter().map(commit).collect::<Result<Vec<_>>>()?;
	assert_eq!(chain.submit(&sent)?, [Answer::Accepted, Answer::Accepted]);
	chain.wait_for_commitments(&sent)?;
	let file = setting.file("proof.json").to_string_lossy().into_owned();
	let mut line = format!("prove --period {period} --or-less --excess --out {file}");
	for ((household, _, claimed), sent) in counted.into_iter().zip(&sent) {
		let operator = &household.operator;
		operator.import(&[sent.handed()])?;
		let (store, group) = (operator.store_text(), operator.group("export").text());
		line.push_str(&format!(" --store {store} --group {group}={claimed}"));
	}
	let shown = prover.client.run(&words(&line))?;
	let claims = shown["groups"].as_array().context("prove did not print its groups")?;
	let claims: Vec<_> = claims.iter().filter_map(|group| group["claimed"].as_u64()).collect();
	if claims != [300, 450] {
		bail!("other claims than were asked for: {shown}");
	}
	Ok(file)
}
