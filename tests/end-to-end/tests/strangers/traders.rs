//! Twelve programs that use one account at the same time.

use std::time::Duration;

use anyhow::Result;
use meterproof_driver::setting::Setting;

const TRADERS: u128 = 12;

/// Time for all of them on a busy machine.
const LIMIT: Duration = Duration::from_secs(180);

pub fn twelve_at_once(setting: &Setting) -> Result<()> {
	let ferdie = setting.account("Ferdie")?;
	let before = ferdie.balance()?.free;
	let transfer = ["account", "transfer", "--to", &ferdie.address, "--amount", "1"];
	let transfer = [&transfer[..], &["--wait", "block"]].concat();
	let running = (0..TRADERS).map(|_| setting.alice.client.start(&transfer));
	let running = running.collect::<Result<Vec<_>>>()?;
	for one in running {
		one.finish(LIMIT)?;
	}
	setting.chain().wait_until_final()?;
	assert_eq!(ferdie.balance()?.free - before, TRADERS * 1_000_000_000_000);
	Ok(())
}
