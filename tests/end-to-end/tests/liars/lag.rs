//! A chain whose blocks do not become final: calls enter it all the same.

use std::time::Duration;

use anyhow::Result;
use meterproof_driver::{liar::Lie, wait};
use serde_json::json;

use crate::World;

/// More blocks than a call lives for while blocks become final.
const LAG: u64 = 70;
const LIMIT: Duration = Duration::from_secs(240);

pub fn finality_that_lags(world: &World) -> Result<()> {
	let chain = world.setting.chain();
	wait::until("a chain of some length", LIMIT, || Ok((chain.best()? > LAG).then_some(())))?;
	let genesis = chain.block_hash(0)?;
	world.liar.tell(move |told| match told.method.as_str() {
		"chain_getFinalizedHead" => Lie::Result(json!(genesis)),
		"chain_finalizedHead" => Lie::Silence,
		_ => Lie::Truth,
	});
	let eve = world.setting.account("Eve")?;
	let payer = world.setting.alice.client.at(&world.liar.url());
	let before = eve.balance()?.free;
	let transfer = ["account", "transfer", "--to", &eve.address, "--amount", "1"];
	payer.run(&[&transfer[..], &["--wait", "block"]].concat())?;
	wait::until("the payment", LIMIT, || Ok((eve.balance()?.free > before).then_some(())))
}
