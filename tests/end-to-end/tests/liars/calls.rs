//! Signed calls whose reports are withheld: the client says how far a call has come, and in time.

use std::{
	fs,
	time::{Duration, Instant},
};

use anyhow::Result;
use meterproof_driver::{account::Account, liar::Lie, wait};
use serde_json::{json, Value};

use crate::{World, CALL_REPORT};

/// Time for a block and its finality.
const LIMIT: Duration = Duration::from_secs(60);

/// What a subscriber to trades is told.
const TOLD_TRADES: &str = "market_tradesChanged";

/// An MPF in the smallest unit.
const MPF: u128 = 1_000_000_000_000;

fn transfer<'a>(to: &'a Account, seconds: &'a str) -> [&'a str; 8] {
	["account", "transfer", "--to", &to.address, "--amount", "1", "--timeout", seconds]
}

pub fn reports_that_stay_away(world: &World) -> Result<()> {
	let eve = world.setting.account("Eve")?;
	let before = eve.balance()?.free;
	let payer = world.setting.alice.client.at(&world.liar.url());
	let refusal = || payer.refusal(&transfer(&eve, "8"));

	world.liar.tell(|told| match told.method.as_str() {
		CALL_REPORT => Lie::Silence,
		_ => Lie::Truth,
	});
	assert_eq!(refusal()?, "NotIncluded");

	world.liar.tell(|told| match told.result.get("finalized") {
		Some(_) if told.method == CALL_REPORT => Lie::Silence,
		_ => Lie::Truth,
	});
	assert_eq!(refusal()?, "NotFinal");

	// As a node does once a block has been without finality for long.
	world.liar.tell(|told| match told.result.get("finalized") {
		Some(block) if told.method == CALL_REPORT => {
			Lie::Result(json!({ "finalityTimeout": block }))
		},
		_ => Lie::Truth,
	});
	assert_eq!(refusal()?, "NotFinal");

	// All three were carried out, each once.
	wait::until("three payments", LIMIT, || {
		Ok((eve.balance()?.free == before + 3 * MPF).then_some(()))
	})
}

pub fn a_cut_line(world: &World) -> Result<()> {
	let eve = world.setting.account("Eve")?;
	let payer = world.setting.alice.client.at(&world.liar.url());
	world.liar.tell(|told| match told.method.as_str() {
		CALL_REPORT => Lie::Freeze,
		_ => Lie::Truth,
	});
	let start = Instant::now();
	assert_eq!(payer.refusal(&transfer(&eve, "300"))?, "ConnectionLost");
	assert!(start.elapsed() < LIMIT, "the pings are not answered");
	Ok(())
}

/// A node that closes the line tells its subscriber later; what it told meanwhile is asked for.
pub fn a_lost_subscription(world: &World) -> Result<()> {
	let eve = world.setting.account("Eve")?;
	let client = world.setting.client.at(&world.liar.url());
	let mut watching = client.start(&["watch", "trades", "--of", &eve.address])?;
	let has_event = |lines: &[Value], names: &[&str]| {
		let is_one = |line: &Value| names.iter().any(|name| line["event"] == *name);
		lines.iter().any(is_one).then_some(())
	};
	watching.until("it has begun", LIMIT, |lines| has_event(lines, &["started"]))?;
	world.liar.tell(|told| match told.method.as_str() {
		TOLD_TRADES => Lie::Close,
		_ => Lie::Truth,
	});
	let remarks = watching.remarks();
	wait::until("it connects again", LIMIT, || {
		let said = fs::read_to_string(&remarks)?;
		Ok(said.contains("connecting again").then_some(()))
	})?;
	world.liar.tell_the_truth();
	watching.until("it goes on", LIMIT, |lines| has_event(lines, &["missed", "resumed"]))?;
	watching.interrupt(LIMIT)?;
	Ok(())
}
