//! A node or a gateway that is killed without warning in the middle of a settlement loses nothing, and a
//! validator that loses its last votes votes for nothing else. A network that is ended leaves nothing behind.

#[path = "restart/networks.rs"]
mod networks;
#[path = "restart/old_databases.rs"]
mod old_databases;

use std::{fs, time::Duration};

use anyhow::{Context, Result};
use meterproof_device::Direction;
use meterproof_driver::{
	chain::{integer, Answer},
	prover::{prove_to_file, Claimed},
	readings::HEADER,
	serial,
	setting::Setting,
	settle::{prove, settle},
	wait,
};

/// Smallest units per Wh at 0.25 MPF per kWh.
const PRICE: u128 = 250_000_000;

/// Time for two periods and what surrounds them.
const LIMIT: Duration = Duration::from_secs(90);

#[test]
fn a_killed_node_loses_nothing() -> Result<()> {
	serial::scenario(|| {
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
		let compiled = fs::read_dir(programs.wasm_cache().join("modules"))?.count();
		assert!(compiled > 0, "the node has written down what it compiled");
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
	})
}

#[test]
fn a_killed_gateway_sends_the_same_bytes_again() -> Result<()> {
	serial::scenario(|| {
		let setting = Setting::dev()?;
		let chain = setting.chain();
		let home = setting.household_with_gateway("Bob", 2)?;
		setting.attest(&[&home])?;
		let eve = setting.account("Eve")?;
		let period = setting.period_ahead(3)?;
		setting.trade(&home, &eve, 500, period)?;

		let csv = format!(
			"{HEADER}\n\
		 2026-06-21T12:00:00Z,Bob-0,0,310\n2026-06-21T12:00:00Z,Bob-1,20,240\n\
		 2026-06-21T12:15:00Z,Bob-0,5,290\n2026-06-21T12:15:00Z,Bob-1,70,180\n"
		);
		let gateway = home.operator.start_gateway(&csv, period, 2)?;
		chain.wait_for_phase(period, "committing")?;
		let group = home.operator.group("export");
		wait::until("the first period's commitments", LIMIT, || {
			Ok((chain.status(&group, period)?.committed == 2).then_some(()))
		})?;
		let device = home.devices[0];
		let recorded = chain.recorded(device, period, "export")?;
		drop(gateway);

		// The same command once more: nothing is committed twice or otherwise, nothing is left out.
		let lines = home.operator.start_gateway(&csv, period, 2)?.finish(LIMIT)?;
		assert_eq!(lines.len(), 2);
		for (line, index) in lines.iter().zip(period..) {
			assert_eq!(integer(line, "period")?, index);
			assert_eq!(integer(line, "recorded")?, 4, "{line}");
			assert_eq!(line["refused"].as_array().map(Vec::len), Some(0), "{line}");
		}
		assert_eq!(chain.recorded(device, period, "export")?, recorded);

		// And the store still opens what was committed.
		let client = &home.operator.account.client;
		let proof = prove(client, &[&home.operator], period, setting.file("proof.json"))?;
		assert_eq!(proof.claimed, [500]);
		settle(&home.operator.account, &proof)?;
		let lines = chain.statement(&eve.address, period)?;
		assert_eq!((lines.len(), lines[0].delivered, lines[0].paid), (1, 500, 500 * PRICE));
		chain.audit()
	})
}
