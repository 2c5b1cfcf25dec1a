//! A node that is killed without warning in the middle of a settlement loses nothing.

use anyhow::{Context, Result};
use meterproof_device::Direction;
use meterproof_e2e::{
	chain::Answer,
	prover::{prove_to_file, Claimed},
	serial,
	setting::Setting,
};

/// Smallest units per Wh at 0.25 MPF per kWh.
const PRICE: u128 = 250_000_000;

#[test]
fn a_killed_node_loses_nothing() -> Result<()> {
	let _turn = serial::turn();
	let mut setting = Setting::dev()?;
	let home = setting.household("Bob", 1)?;
	setting.attest(&[&home])?;
	let eve = setting.account("Eve")?;
	let period = setting.period_ahead(3)?;
	let trade = setting.trade(&home, &eve, 600, period)?;
	let held = eve.balance()?.held;

	let chain = setting.chain().clone();
	chain.wait_for_phase(period, "running")?;
	let genesis = chain.genesis()?;
	let sent = [home.meters[0].commit(genesis, period, Direction::Export, 620, 0)];
	assert_eq!(chain.submit(&sent)?, [Answer::Accepted]);
	chain.wait_for_commitments(&sent)?;
	chain.wait_until_final()?;
	let final_block = chain.finalized()?;
	let hash = chain.block_hash(final_block)?.context("the final block has no hash")?;

	// A power cut, between the commitment and its proof.
	let programs = setting.programs.clone();
	setting.node = setting.node.kill_and_restart(&programs)?;
	assert!(chain.finalized()? >= final_block, "what was final is final");
	assert_eq!(chain.block_hash(final_block)?, Some(hash));
	assert_eq!(chain.recorded(sent[0].device, period, "export")?, Some(sent[0].hex()));
	assert_eq!(chain.submit(&sent)?, [Answer::Recorded]);
	assert_eq!(eve.balance()?.held, held);
	chain.audit()?;

	// And it goes on where it stopped.
	chain.wait_for_phase(period, "committing")?;
	let claims = [Claimed { operator: &home.operator, quantity: 600 }];
	let proof = prove_to_file(&chain, period, &claims, &sent, &setting.file("proof.json"))?;
	eve.client.run(&["settle", "--proof", &proof.to_string_lossy()])?;
	let lines = chain.statement(&eve.address, period)?;
	assert_eq!(lines.len(), 1);
	assert_eq!((lines[0].trade, lines[0].delivered, lines[0].paid), (trade, 600, 600 * PRICE));
	assert_eq!(eve.balance()?.held, 0);
	chain.audit()
}
