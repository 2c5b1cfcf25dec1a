//! A validator whose keys run on two nodes signs twice. The others report it without anybody's doing,
//! go on without it, and its bond is slashed.

use std::time::Duration;

use anyhow::{Context, Result};
use meterproof_driver::{
	account::Account, chain::integer, client::Client, network, programs::Programs, serial,
	specification, wait,
};
use serde_json::{json, Value};

/// Length of an era.
const ERA: Duration = Duration::from_secs(24);

/// Time that a loaded machine may take besides.
const SLACK: Duration = Duration::from_secs(40);

fn short_eras_of_two(genesis: &mut Value) {
	genesis["validators"]["least"] = json!(2);
	genesis["validators"]["lengths"] = json!({
		"epochSlots": 12,
		"sessionsPerEra": 1,
		"reportEras": 2,
		"slashEras": 2,
		"unbondingEras": 6,
	});
}

#[test]
fn a_validator_that_runs_twice_is_reported_and_slashed() -> Result<()> {
	serial::scenario(|| {
		let programs = Programs::find()?;
		let folder = tempfile::Builder::new().prefix("meterproof-e2e-").tempdir()?;
		let path = folder.path();
		let specification = specification::edited(&programs, path, "local", short_eras_of_two)?;
		let specification = specification.to_string_lossy();
		let nodes = network::start_on(&programs, path, &specification)?;
		let first = nodes.first().context("no validators")?;
		let chain = first.chain();
		let client = Client::new(&programs.client, &first.url(), "//Alice", path);
		let charlie = Account::well_known(&client, "Charlie")?;
		let before = charlie.balance()?;
		let is_in = |list: &Value| {
			let names = list.as_array().into_iter().flatten();
			names.into_iter().any(|one| {
				*one == charlie.address.as_str() || one["account"] == charlie.address.as_str()
			})
		};
		assert!(is_in(&chain.validator_set()?["validators"]));

		// The same keys on a second machine.
		let twin = network::add_with_keys(
			&programs,
			path,
			&specification,
			"twin",
			&nodes,
			Some("charlie"),
		)?;
		let waits = wait::until("the offence is reported", 3 * ERA + SLACK, || {
			let set = chain.validator_set()?;
			Ok(is_in(&set["slashes"]).then_some(set))
		})?;
		assert!(!is_in(&waits["candidates"]), "{waits}");
		let slash = client.run(&["validator", "status", &charlie.address])?;
		assert!(!slash["slash"].is_null(), "{slash}");
		wait::until("the set is without it", 4 * ERA + SLACK, || {
			Ok((!is_in(&chain.validator_set()?["validators"])).then_some(()))
		})?;
		drop(twin);

		// One of three loses all of its bond, when its time has come.
		wait::until("the slash is taken", 5 * ERA + SLACK, || {
			Ok((!is_in(&chain.validator_set()?["slashes"])).then_some(()))
		})?;
		let after = charlie.balance()?;
		assert_eq!(after.held, 0);
		assert!(after.free < before.free + before.held);
		let set = chain.validator_set()?;
		assert_eq!(set["validators"].as_array().map(Vec::len), Some(2), "{set}");
		assert!(integer(&set, "era")? > 0);
		// The two others have finality by themselves.
		let height = chain.best()?;
		for node in nodes.iter().take(2) {
			node.chain().wait_until_final_at(height)?;
		}
		chain.audit()
	})
}
