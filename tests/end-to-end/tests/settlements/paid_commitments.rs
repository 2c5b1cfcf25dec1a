//! A gateway that pays for its commitments, with a meter whose key the client has rotated.

use std::time::Duration;

use anyhow::Result;
use meterproof_driver::{
	chain::integer, operator::attest, readings::HEADER, serial, setting::Setting,
};
use serde_json::Value;

/// Time for a period and what surrounds it.
const LIMIT: Duration = Duration::from_secs(90);

/// What the gateway said of its one period: how many are on record, and why others are not.
fn outcome(lines: &[Value]) -> Result<(u64, Vec<String>)> {
	anyhow::ensure!(lines.len() == 1, "one period, and {lines:?}");
	let refused = lines[0]["refused"].as_array().into_iter().flatten();
	let names = refused.map(|item| item["name"].as_str().unwrap_or_default().to_owned());
	Ok((integer(&lines[0], "recorded")?, names.collect()))
}

#[test]
fn a_paying_gateway_reports_what_the_chain_skipped() -> Result<()> {
	serial::scenario(|| {
		let setting = Setting::dev()?;
		let chain = setting.chain();
		let home = setting.household_with_gateway("Bob", 2)?;
		let operator = &home.operator;
		let device = home.devices[0];
		setting.attest(&[&home])?;

		// The new key counts once it is attested; the other meter's attestation is revoked.
		let (id, store) = (device.to_string(), operator.store_text());
		let rotate = ["device", "rotate-key", &id, "--store", &store];
		let rotated = operator.account.client.run(&rotate)?;
		let shown = operator.account.client.run(&["device", "show", &id])?;
		assert_eq!((&shown["key"], &shown["state"]), (&rotated["key"], &"registered".into()));
		attest(&setting.alice, &[device])?;
		let other = home.devices[1].to_string();
		setting.alice.client.run(&["device", "revoke", &other])?;

		let period = setting.period_ahead(1)?;
		let csv = format!(
			"{HEADER}\n2026-06-21T12:00:00Z,Bob-0,0,310\n2026-06-21T12:00:00Z,Bob-1,20,240\n"
		);
		let expected = (2, vec!["DeviceNotAttested".to_owned(); 2]);
		let commit = || -> Result<(u64, Vec<String>)> {
			let gateway = operator.start_gateway_with(&csv, period, 1, "--batch")?;
			let (lines, refused) = gateway.finish_refused_or_not(LIMIT)?;
			assert_eq!(refused.map(|refused| refused.name).as_deref(), Some("CommitmentsRefused"));
			outcome(&lines)
		};
		assert_eq!(commit()?, expected);
		assert!(chain.recorded(device, period, "export")?.is_some());

		// Once more: what is on record is not sent again.
		assert_eq!(commit()?, expected);
		chain.audit()
	})
}
