//! A season of water: allocations by rule, litres passed on, a scarcity cut, use that is proved for two accounts
//! at once, and a charge for what the allocation does not cover.
//!
//! It takes four minutes: a season is announced eight periods before it begins. The processor is idle nearly all of them.

use std::time::Duration;

use anyhow::{Context, Result};
use meterproof_device::Direction;
use meterproof_driver::{
	account::Account,
	chain::{Answer, Chain},
	operator::ZONE,
	serial,
	setting::{Household, Setting},
	wait,
};
use serde_json::{json, Value};

use crate::book::{at_once, refused, words};

/// Smallest units per litre at 4 MPF per m3: what use beyond an allocation costs.
const PENALTY: u128 = 4_000_000_000;

/// At 0.8 MPF per m3: what is paid for litres passed on.
const PRICE: u128 = 800_000_000;

/// Held for an account: 0.1 MPF.
const ACCOUNT_DEPOSIT: u128 = 100_000_000_000;

/// Held for a meter: 0.1 MPF.
const METER_DEPOSIT: u128 = 100_000_000_000;

/// Periods of a turn, and turns of the season.
const TURN: u64 = 2;
const TURNS: u64 = 2;

/// How many periods before it begins the season is announced: one more than the chain asks for, and one in which the
/// call comes into a block.
const AHEAD: u64 = 10;

/// How long accounts may wait for a block with idle time.
const ENTERING_LIMIT: Duration = Duration::from_secs(10);

/// What an account may still use, as the client shows it.
fn left(account: &Account) -> Result<Value> {
	let shown = account.client.run(&words(&format!("water status --zone {ZONE}")))?;
	Ok(shown["account"]["balance"].clone())
}

fn litres(essential: u64, general: u64) -> Value {
	json!({ "essential": essential, "general": general })
}

#[test]
fn a_season_is_allotted_passed_on_cut_and_proved_and_use_beyond_it_is_charged() -> Result<()> {
	serial::scenario(|| {
		let setting = Setting::dev()?;
		let chain = setting.chain();
		let issuance = chain.issuance()?;
		let (alice, ferdie) = (&setting.alice, setting.account("Ferdie")?);
		let (bob, dave) = (setting.account("Bob")?, setting.account("Dave")?);
		let first = announced(&setting, &bob, &dave)?;
		let homes = households(&setting, &ferdie)?;
		let deposits = ACCOUNT_DEPOSIT + METER_DEPOSIT;
		assert_eq!([bob.balance()?.held, dave.balance()?.held], [deposits; 2]);

		chain.wait_for_phase(first, "running")?;
		wait::until("the accounts are in the season", ENTERING_LIMIT, || {
			let has = [left(&bob)?, left(&dave)?];
			Ok((has == [litres(100, 500), litres(50, 1_500)]).then_some(()))
		})?;
		let zone = format!("--zone {ZONE}");
		// Whatever the turn leaves is cut, and Dave's offer stands meanwhile.
		at_once(&[
			(&dave, format!("water offer {zone} --quantity 200 --price 0.8 --wait block")),
			(alice, format!("water steward cut {zone} --general 50 --wait block")),
		])?;
		let take =
			format!("water take {zone} --quantity 200 --price 0.8 --wait block {}", dave.address);
		let taken = bob.client.run(&words(&take))?;
		assert_eq!(taken["payment"], json!((200 * PRICE).to_string()));
		assert_eq!([left(&bob)?, left(&dave)?], [litres(100, 700), litres(50, 1_300)]);
		refused(
			&ferdie,
			&[
				(format!("water steward cut {zone} --general 50"), "NotSteward"),
				(format!("water offer {zone} --quantity 1 --price 1"), "NoAccount"),
				(format!("water claim {zone} {}", bob.address), "NothingToClaim"),
			],
		)?;

		let reading = first + TURN - 1;
		let file =
			proved(&setting, &ferdie, [(&homes[0], 240, 250), (&homes[1], 30, 50)], reading)?;
		let closed = closed(&ferdie, &file)?;
		assert!(closed.iter().all(|turn| turn["shortfall"] == json!(0)), "{closed:?}");
		// Of what they have left half is kept.
		assert_eq!([left(&bob)?, left(&dave)?], [litres(0, 275), litres(0, 650)]);
		chain.wait_until_final()?;
		assert_eq!(dave.balance()?.held, deposits, "what it passed on is used by nobody else");

		let reading = reading + TURN;
		let file =
			proved(&setting, &ferdie, [(&homes[0], 300, 300), (&homes[1], 40, 40)], reading)?;
		chain.wait_until_final()?;
		let before = [bob.balance()?.total(), dave.balance()?.total()];
		let closed = closed_last(&ferdie, &file, chain)?;
		assert_eq!(closed["shortfall"], json!(25), "300 litres of 275");
		assert_eq!(closed["charged"], json!((25 * PENALTY).to_string()));
		assert_eq!(closed["owed"], json!("0"));
		assert_eq!(bob.balance()?.total() + 25 * PENALTY, before[0]);
		assert_eq!(dave.balance()?.total(), before[1]);
		// A quarter of 3,000 litres may be carried over: Dave has less left.
		assert_eq!([left(&bob)?, left(&dave)?], [litres(0, 0), litres(0, 610)]);

		let leave = format!("water leave {zone}");
		at_once(&[(&bob, leave.clone()), (&dave, leave)])?;
		assert_eq!([bob.balance()?.held, dave.balance()?.held], [METER_DEPOSIT; 2]);
		assert_eq!(chain.issuance()?, issuance);
		chain.audit()
	})
}

/// A steward, two accounts with entitlements, and a season that waits; its first period.
fn announced(setting: &Setting, bob: &Account, dave: &Account) -> Result<u64> {
	let (alice, zone) = (&setting.alice, format!("--zone {ZONE}"));
	let appoint = format!(
		"water steward appoint {zone} --ceiling 10000 --penalty 4 --carry 25 {}",
		alice.address
	);
	alice.client.run(&words(&appoint))?;
	let open = format!("water open {zone}");
	at_once(&[(bob, open.clone()), (dave, open)])?;
	let grant = |who: &Account, essential: u64, general: u64| {
		let litres = format!("--essential {essential} --general {general}");
		(alice, format!("water steward grant {zone} {litres} {}", who.address))
	};
	at_once(&[grant(bob, 100, 1_000), grant(dave, 50, 3_000)])?;
	let first = setting.chain().period(None)?.index + AHEAD;
	let season = format!("--from {first} --turn {TURN} --turns {TURNS} --available 2150");
	let printed = alice.client.run(&words(&format!("water steward announce {zone} {season}")))?;
	assert_eq!(printed["season"], json!(1));
	Ok(first)
}

/// A household of each, with a meter of water, for which `prover` may prove.
fn households(setting: &Setting, prover: &Account) -> Result<[Household; 2]> {
	let homes =
		[setting.household_for("water", "Bob", 1)?, setting.household_for("water", "Dave", 1)?];
	setting.attest(&[&homes[0], &homes[1]])?;
	let name = format!(
		"settlement name-prover --zone {ZONE} --resource water --direction import {}",
		prover.address
	);
	let accounts = homes.each_ref().map(|home| (&home.operator.account, name.clone()));
	at_once(&accounts)?;
	Ok(homes)
}

/// Meters commit to what they counted in the turn that ends with a period, and hand over; one proof says of each
/// household that it used at most the second number. The proof's file.
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
		Ok(meter.commit(genesis, period, Direction::Import, counted, 0))
	};
	let sent = counted.into_iter().map(commit).collect::<Result<Vec<_>>>()?;
	assert_eq!(chain.submit(&sent)?, [Answer::Accepted, Answer::Accepted]);
	chain.wait_for_commitments(&sent)?;
	let file = setting.file("use.json").to_string_lossy().into_owned();
	let mut line = format!("water prove --zone {ZONE} --period {period} --out {file}");
	for ((household, _, used), sent) in counted.into_iter().zip(&sent) {
		let operator = &household.operator;
		operator.import(&[sent.handed()])?;
		let (store, address) = (operator.store_text(), &operator.account.address);
		line.push_str(&format!(" --store {store} --use {address}={used}"));
	}
	let shown = prover.client.run(&words(&line))?;
	assert_eq!(shown["slots"], json!(2), "{shown}");
	Ok(file)
}

/// Submits a proof; the turns that it closed, in the order of the proof.
fn closed(prover: &Account, file: &str) -> Result<Vec<Value>> {
	let submitted = prover.client.run(&words(&format!("water submit --proof {file}")))?;
	let closed = submitted["closed"].as_array().context("no turn is closed")?;
	assert_eq!(closed.len(), 2, "{submitted}");
	Ok(closed.clone())
}

/// The same for the last turn, when all that it does is final; the first account's.
fn closed_last(prover: &Account, file: &str, chain: &Chain) -> Result<Value> {
	let closed = closed(prover, file)?;
	chain.wait_until_final()?;
	Ok(closed[0].clone())
}
