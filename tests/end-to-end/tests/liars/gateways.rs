//! Gateways at a node that says of a meter that it does not count, or of periods that they are others:
//! commitments stay away, and no salt secret is used up for it.

use std::fs;

use anyhow::{ensure, Context, Result};
use meterproof_driver::{
	chain::integer,
	liar::{Lie, Told},
	readings::{time, HEADER},
};
use serde_json::{json, Value};

use crate::{World, LIMIT};

/// What the meters have counted.
const EXPORTS: [u32; 2] = [310, 420];

/// By the node's word a device's registers are these.
fn registers(device: u32, said: Value) -> impl FnMut(&Told) -> Lie + Send {
	move |told| match told.method.as_str() {
		"metering_status" if told.params[0] == device => Lie::Result(said.clone()),
		_ => Lie::Truth,
	}
}

/// The period of a time is the next one, and where `throughout` it is so in other answers too.
fn next_period(throughout: bool) -> impl FnMut(&Told) -> Lie + Send {
	move |told| {
		let mut said = told.result.clone();
		match told.method.as_str() {
			"metering_periodAt" => said["period"] = json!(number(&said, "period") + 1),
			"metering_period" if throughout => {
				let length = number(&said["schedule"], "lengthMs");
				for end in ["startMs", "endMs"] {
					said[end] = json!(number(&said, end).saturating_sub(length));
				}
			},
			_ => return Lie::Truth,
		}
		Lie::Result(said)
	}
}

fn number(value: &Value, field: &str) -> u64 {
	value[field].as_u64().unwrap_or_default()
}

fn texts(arguments: &[String]) -> Vec<&str> {
	arguments.iter().map(String::as_str).collect()
}

pub fn meters_that_are_said_not_to_count(world: &World) -> Result<()> {
	let World { liar, setting } = world;
	let home = setting.household_with_gateway("Ferdie", 2)?;
	setting.attest(&[&home])?;
	let (chain, operator) = (setting.chain(), &home.operator);
	let store = operator.store_text();
	let rows = |period: u64, meters: &[usize]| -> Result<String> {
		let state = chain.period(Some(period))?;
		let start = time((state.end - state.schedule.length) / 1_000);
		let row = |meter: &usize| format!("{start},Ferdie-{meter},0,{}\n", EXPORTS[*meter]);
		let rows: String = meters.iter().map(row).collect();
		let file = setting.file(&format!("ferdie-{}-{period}.csv", meters.len()));
		fs::write(&file, format!("{HEADER}\n{rows}"))?;
		Ok(file.to_string_lossy().into_owned())
	};
	let honest = &operator.account.client;
	let lying = honest.at(&liar.url());
	let gateway = |readings: &str| {
		["gateway", "--store", &store, "--readings", readings].map(String::from).to_vec()
	};

	// Readings go into the period that starts when they do, and into no other.
	let over = rows(chain.period(None)?.index - 1, &[0, 1])?;
	for (throughout, name) in [(false, "NotTheirPeriod"), (true, "PeriodsDiffer")] {
		liar.tell(next_period(throughout));
		assert_eq!(lying.refusal(&texts(&gateway(&over)))?, name);
	}
	liar.tell_the_truth();
	let period = setting.period_ahead(0)?;
	chain.wait_for_phase(period, "committing")?;
	let (one, both) = (rows(period, &[0])?, rows(period, &[0, 1])?);

	// A device that is gone is passed over where there are no readings of it, with a remark; and refused
	// where there are. Without registers it is nobody's.
	let retired = json!(["import", "export"].map(|direction| json!({
		"direction": direction, "commitment": null, "group": null, "refusal": "DeviceRetired",
		"reason": "the device is retired",
	})));
	let gone = home.devices[1];
	for (said, reason) in [(retired, "DeviceRetired"), (json!([]), "another operator")] {
		liar.tell(registers(gone, said));
		let running = lying.start(&texts(&gateway(&one)))?;
		let remarks = running.remarks();
		let lines = running.finish(LIMIT)?;
		assert_eq!(lines[0]["refused"], json!([]), "{lines:?}");
		let remarks = fs::read_to_string(remarks)?;
		ensure!(remarks.contains("passed over") && remarks.contains(reason), "{remarks}");
		let (lines, refused) =
			lying.start(&texts(&gateway(&both)))?.finish_refused_or_not(LIMIT)?;
		assert_eq!(refused.context("it was not refused")?.name, "CommitmentsRefused");
		assert_eq!(lines[0]["refused"].as_array().map(Vec::len), Some(2), "{lines:?}");
	}

	// With another node both are committed to as if nothing had been said.
	let both = gateway(&both);
	let confirm = [&texts(&both)[..], &["--confirm"]].concat();
	let lines = honest.run_lines(&confirm)?;
	assert_eq!(integer(&lines[0], "recorded")?, 4, "{lines:?}");
	for device in &home.devices {
		ensure!(chain.recorded(*device, period, "export")?.is_some(), "device {device}");
	}
	Ok(())
}
