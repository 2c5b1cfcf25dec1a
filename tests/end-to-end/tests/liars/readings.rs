//! Commitments through a node that refuses what it should take, and that lies about time.

use std::{
	sync::atomic::{AtomicU32, Ordering},
	time::Duration,
};

use anyhow::Result;
use meterproof_driver::{
	chain::integer, liar::Lie, operator::Operator, readings::HEADER, setting::Household,
};
use serde_json::{json, Value};

use crate::World;

/// Time for a period and what surrounds it.
const LIMIT: Duration = Duration::from_secs(90);

/// How far ahead a lying node puts periods.
const AHEAD: u64 = 5_000_000;

fn csv(name: &str, export: u32) -> String {
	format!("{HEADER}\n2026-06-21T12:00:00Z,{name},0,{export}\n")
}

/// A household with one meter that commits through the client.
fn home(world: &World, name: &str) -> Result<Household> {
	let home = world.setting.household_with_gateway(name, 1)?;
	world.setting.attest(&[&home])?;
	Ok(home)
}

fn through(world: &World, operator: &Operator) -> Operator {
	let mut operator = operator.clone();
	operator.account.client = operator.account.client.at(&world.liar.url());
	operator
}

/// The answer to commitments, all of them refused.
fn all_refused(name: &'static str, params: &Value) -> Value {
	let count = params[0].as_array().map_or(0, Vec::len);
	let error = json!({ "code": -32_020, "name": name, "message": "not now" });
	json!(vec![json!({ "status": "refused", "error": error }); count])
}

pub fn refusals_that_pass(world: &World) -> Result<()> {
	let home = home(world, "Bob")?;
	let operator = through(world, &home.operator);
	let period = world.setting.period_ahead(0)?;

	// The pool is full, the runtime does not answer, the bytes are banned, the period has not begun.
	let attempts = AtomicU32::new(0);
	world.liar.tell(move |told| {
		if told.method != "metering_submitCommitments" {
			return Lie::Truth;
		}
		let names =
			["PoolFull", "NodeBusy", "RuntimeFailed", "TemporarilyBanned", "PeriodNotStarted"];
		let attempt = attempts.fetch_add(1, Ordering::Relaxed);
		match names.get(attempt as usize) {
			Some(name) => Lie::Result(all_refused(name, &told.params)),
			None => Lie::Truth,
		}
	});
	let lines = operator.start_gateway(&csv("Bob-0", 310), period, 1)?.finish(LIMIT)?;
	assert_eq!(integer(&lines[0], "recorded")?, 2, "{lines:?}");
	let chain = world.setting.chain();
	assert!(chain.recorded(home.devices[0], period, "export")?.is_some());

	// Without patience the end says that something was refused.
	world.liar.tell(|told| match told.method.as_str() {
		"metering_submitCommitments" => Lie::Result(all_refused("PoolFull", &told.params)),
		_ => Lie::Truth,
	});
	let next = (period + 1).to_string();
	let file = world.setting.file("refused.csv");
	std::fs::write(&file, csv("Bob-0", 320))?;
	let (store, file) = (operator.store_text(), file.to_string_lossy().into_owned());
	let gateway = ["gateway", "--store", &store, "--readings", &file, "--from-period", &next];
	assert_eq!(operator.account.client.refusal(&gateway)?, "CommitmentsRefused");
	Ok(())
}

pub fn a_period_far_ahead(world: &World) -> Result<()> {
	let home = home(world, "Dave")?;
	let operator = through(world, &home.operator);
	let period = world.setting.period_ahead(0)?;

	// The chain's clock, and with it every period, lies years ahead.
	world.liar.tell(|told| {
		if !told.method.starts_with("metering_period") || told.result.is_null() {
			return Lie::Truth;
		}
		let mut period = told.result.clone();
		period["nowMs"] = json!(period["endMs"]);
		Lie::Result(period)
	});
	let far = period + AHEAD;
	let refused = operator.start_gateway(&csv("Dave-0", 100), far, 1)?;
	let (_, refused) = refused.finish_refused_or_not(LIMIT)?;
	let name = refused.map(|refused| refused.name);
	assert_eq!(name.as_deref(), Some("ClockDiffers"), "a period that cannot have ended");

	// An honest node is told the reading, and takes it.
	world.liar.tell_the_truth();
	let lines = home.operator.start_gateway(&csv("Dave-0", 100), period, 1)?.finish(LIMIT)?;
	assert_eq!(integer(&lines[0], "recorded")?, 2, "{lines:?}");
	Ok(())
}
