//! A development chain that is started anew has the same genesis and nothing else.

use std::{fs, time::Duration};

use anyhow::Result;
use meterproof_driver::{
	readings::HEADER,
	setting::{Household, Setting},
	wait,
	wallet::Wallet,
};

/// Time for blocks.
const LIMIT: Duration = Duration::from_secs(60);

pub fn is_noticed_by_name(
	mut setting: Setting,
	household: &Household,
	wallet: &Wallet,
) -> Result<()> {
	let operator = &household.operator;
	let programs = setting.programs.clone();
	setting.node =
		setting.node.kill_change_and_restart(&programs, |chain| Ok(fs::remove_dir_all(chain)?))?;
	let chain = setting.node.chain().clone();
	wait::until("new blocks", LIMIT, || Ok((chain.best()? > 1).then_some(())))?;

	let client = &operator.account.client;
	let (store, meters) = (operator.store_text(), setting.file("Bob-meters.csv"));
	let meters = meters.to_string_lossy().into_owned();
	let list = ["--csv", &meters, "--zone", "1", "--resource", "electricity"];
	let register = [&["device", "register", "--store", &store][..], &list].concat();
	let refused = client.refused(&register)?;
	assert_eq!(refused.name, "ChainRestarted", "{}", refused.message);
	assert!(refused.message.contains("--store"), "it says what to do: {}", refused.message);

	let period = chain.period(None)?.index;
	let readings = setting.file("restarted.csv");
	fs::write(&readings, format!("{HEADER}\n2026-06-21T12:00:00Z,Bob-0,0,310\n"))?;
	let (readings, period) = (readings.to_string_lossy().into_owned(), period.to_string());
	let gateway = ["gateway", "--store", &store, "--readings", &readings, "--from-period", &period];
	assert_eq!(client.refusal(&gateway)?, "ChainRestarted");

	let refused = wallet.refused("balance", &[])?;
	assert_eq!(refused.name, "ChainRestarted", "{}", refused.message);
	assert!(refused.message.contains("wallet scan --anew"), "{}", refused.message);
	wallet.run("scan", &["--anew"])?;
	assert_eq!(wallet.held()?.total(), 0);

	// A new store begins on the new chain.
	let new_store = setting.file("Bob-anew.store").to_string_lossy().into_owned();
	let begin = [&["device", "register", "--store", &new_store][..], &list].concat();
	let registered = client.run(&begin)?;
	assert_eq!(registered[0]["device"].as_u64(), household.devices.first().copied().map(u64::from));
	// With the store of before the device has another key than its meter.
	let refused = client.refused(&register)?;
	assert_eq!(refused.name, "KeyDiffers", "{}", refused.message);
	assert!(refused.message.contains("--store"), "it says what to do: {}", refused.message);
	let anew = setting.household_with_gateway("Charlie", 1)?;
	assert_eq!(anew.devices, [1]);
	Ok(())
}
