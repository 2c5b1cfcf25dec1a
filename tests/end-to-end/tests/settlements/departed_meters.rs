//! A gateway whose store holds meters that have gone, and whose store is brought back from a copy.

use std::{fs, time::Duration};

use anyhow::{bail, Context, Result};
use meterproof_driver::{
	chain::{integer, string},
	operator::{attest, ZONE},
	readings::HEADER,
	serial,
	setting::{Setting, NAMEPLATE},
};
use serde_json::{json, Value};

/// Time for a period and what surrounds it.
const LIMIT: Duration = Duration::from_secs(90);

/// Readings of some meters in one time step.
fn readings(meters: &[&str]) -> String {
	let row = |meter: &&str| format!("\n2026-06-21T12:00:00Z,{meter},20,240");
	format!("{HEADER}{}\n", meters.iter().map(row).collect::<String>())
}

/// How many commitments are on record, by what the gateway said of its one period; none is refused.
fn recorded(lines: &[Value]) -> Result<u64> {
	let [line] = lines else { bail!("one period, and {lines:?}") };
	assert_eq!(line["refused"], json!([]), "{line}");
	integer(line, "recorded")
}

#[test]
fn a_gateway_goes_on_without_meters_that_have_gone() -> Result<()> {
	serial::scenario(|| {
		let setting = Setting::dev()?;
		let chain = setting.chain();
		let home = setting.household_with_gateway("Bob", 3)?;
		setting.attest(&[&home])?;
		let operator = &home.operator;
		let (bob, store) = (&operator.account.client, operator.store_text());
		let ids: Vec<String> = home.devices.iter().map(u32::to_string).collect();
		let [retired, replaced, stays] = &ids[..] else { bail!("not three meters") };

		// One is retired, another one replaced.
		bob.run(&["device", "retire", retired])?;
		let csv = setting.file("new.csv");
		let place = string(&bob.run(&["device", "show", replaced])?, "meteringPoint")?;
		let columns = "meter,metering_point,directions,nameplate";
		fs::write(&csv, format!("{columns}\nnew,{place},both,{NAMEPLATE}\n"))?;
		let (csv, zone) = (csv.to_string_lossy(), ZONE.to_string());
		let register = ["device", "register", "--store", &store, "--csv", &csv, "--zone", &zone];
		let registered = bob.run(&[&register[..], &["--resource", "electricity"]].concat())?;
		let new = registered[0]["device"].as_u64().context("no device is registered")?.to_string();
		let alice = &setting.alice.client;
		let seen = alice.look(&["device", "list", "--operator", &operator.account.address])?;
		let swap = ["device", "swap", "--facts", &seen, "--old", replaced, "--new", &new];
		alice.run(&[&swap[..], &["--evidence", "file"]].concat())?;

		// The others' readings are enough. One that is missing is told of, and keeps nobody else from
		// committing.
		let period = setting.period_ahead(1)?;
		let one = operator.start_gateway(&readings(&["Bob-2"]), period, 1)?;
		let (lines, error) = one.finish_refused_or_not(LIMIT)?;
		let error = error.context("a reading was missing, and nobody missed it")?;
		assert_eq!((error.name.as_str(), error.status), ("CommitmentsRefused", Some(3)));
		assert_eq!(integer(&lines[0], "recorded")?, 2, "{lines:?}");
		let missed = lines[0]["refused"].as_array().into_iter().flatten();
		let missed: Vec<_> =
			missed.map(|one| (one["meter"].clone(), one["name"].clone())).collect();
		assert_eq!(missed, vec![(json!("new"), json!("MissingReading")); 2]);
		let period = period + 1;
		let csv = readings(&["Bob-2", "new"]);
		let lines = operator.start_gateway(&csv, period, 1)?.finish(LIMIT)?;
		assert_eq!(recorded(&lines)?, 4);
		for device in [retired, replaced] {
			assert_eq!(chain.recorded(device.parse()?, period, "export")?, None);
		}

		// Those that have gone are taken out of the store, and no others.
		let remove = |meter| ["store", "remove", "--store", &store, "--meter", meter];
		bob.run(&remove("Bob-0"))?;
		bob.run(&remove("Bob-1"))?;
		assert_eq!(bob.refusal(&remove("Bob-1"))?, "NotInStore");
		assert_eq!(bob.refusal(&remove("Bob-2"))?, "StillRegistered");

		// A new key comes with new salts, and commits as the old one did.
		bob.run(&["device", "rotate-key", stays, "--store", &store])?;
		attest(&setting.alice, &[stays.parse()?])?;
		let (period, backup) = (setting.period_ahead(1)?, setting.file("backup"));
		fs::copy(&operator.store, &backup)?;
		let lines = operator.start_gateway(&csv, period, 1)?.finish(LIMIT)?;
		assert_eq!(recorded(&lines)?, 4);

		// A copy of the store that knows nothing of it learns it from the same readings, and from no
		// others.
		fs::copy(&backup, &operator.store)?;
		let others = csv.replace("240", "241");
		let (lines, error) =
			operator.start_gateway(&others, period, 1)?.finish_refused_or_not(LIMIT)?;
		assert_eq!(error.map(|error| error.name).as_deref(), Some("CommitmentsRefused"));
		let names = lines[0]["refused"].as_array().into_iter().flatten();
		let names: Vec<_> = names.map(|refused| refused["name"].clone()).collect();
		assert_eq!(names, [json!("AlreadyCommitted"), json!("AlreadyCommitted")]);
		assert_eq!(integer(&lines[0], "recorded")?, 2, "the import registers' are the same");
		let lines = operator.start_gateway(&csv, period, 1)?.finish(LIMIT)?;
		assert_eq!(recorded(&lines)?, 4);
		let out = setting.file("openings.json").to_string_lossy().into_owned();
		let index = period.to_string();
		let list = ["openings", "list", "--store", &store, "--period", &index, "--reveal"];
		let written = bob.run(&[&list[..], &["--out", &out]].concat())?;
		assert_eq!(integer(&written, "openings")?, 4);
		chain.audit()
	})
}
