//! Three validators: what one node is told holds on all of them, under the pool's real ban of
//! refused transactions, and all of them see it final. A fourth comes and goes, and one that signs
//! twice has to go.

#[path = "validators/equivocator.rs"]
mod equivocator;
#[path = "validators/newcomer.rs"]
mod newcomer;
#[path = "validators/referendum.rs"]
mod referendum;
#[path = "validators/upgrade.rs"]
mod upgrade;

use std::time::Duration;

use anyhow::{Context, Result};
use meterproof_device::Direction;
use meterproof_driver::{
	chain::{Answer, Chain},
	network,
	programs::Programs,
	prover::{prove_to_file, Claimed},
	serial,
	setting::Setting,
	wait,
};
use serde_json::{json, Value};

/// Time for a block to be made, travel, and become final.
const LIMIT: Duration = Duration::from_secs(40);

#[test]
fn three_validators_agree() -> Result<()> {
	serial::scenario(|| {
		let programs = Programs::find()?;
		let folder = tempfile::Builder::new().prefix("meterproof-e2e-").tempdir()?;
		let mut nodes = network::start(&programs, folder.path())?;
		let others = nodes.split_off(1);
		let Some(first) = nodes.pop() else { anyhow::bail!("no validators") };
		let chains: Vec<Chain> =
			std::iter::once(&first).chain(&others).map(|node| node.chain().clone()).collect();
		let [a, b, c] = &chains[..] else { anyhow::bail!("not three validators") };
		let setting = Setting::on(programs, first, folder)?;

		let home = setting.household("Bob", 2)?;
		setting.attest(&[&home])?;
		let eve = setting.account("Eve")?;
		let period = setting.period_ahead(3)?;
		setting.trade(&home, &eve, 500, period)?;
		let genesis = a.genesis()?;
		let [one, two] = &home.meters[..] else { anyhow::bail!("not two meters") };
		let first = one.commit(genesis, period, Direction::Export, 300, 0);
		let second = two.commit(genesis, period, Direction::Export, 250, 0);

		// Too early, at every node: refused before the pool sees it, and so not banned.
		let early = Answer::refused(-33_001, "PeriodNotStarted");
		for chain in &chains {
			assert_eq!(
				chain.submit(&[first.clone(), second.clone()])?,
				[early.clone(), early.clone()]
			);
		}

		// In time, the very same bytes are taken, and at once once more: a lost answer is harmless.
		for chain in &chains {
			chain.wait_for_phase(period, "running")?;
		}
		let changed = one.commit(genesis, period, Direction::Export, 301, 1);
		let refused = Answer::refused(-33_008, "AlreadyCommitted");
		wait_for_a_block(b)?;
		assert_eq!(b.submit_one(&first)?, Answer::Accepted);
		let repeated = b.submit_one(&first)?;
		assert!(matches!(repeated, Answer::Accepted | Answer::Recorded), "{repeated:?}");
		assert_eq!(b.submit_one(&changed)?, refused, "the first one waits in the pool");
		let transaction = pending(b)?;
		for chain in &chains {
			chain.wait_for_commitments(std::slice::from_ref(&first))?;
		}

		// The transaction itself, sent once more behind the back of the commitments' method, is
		// refused and banned; the meter does not notice.
		assert!(c.rpc().call("author_submitExtrinsic", json!([transaction])).is_err());
		assert!(c.rpc().call("author_submitExtrinsic", json!([transaction])).is_err());

		// Repeated and changed ones, at the nodes that did not take the first.
		for chain in [a, c] {
			assert_eq!(chain.submit_one(&first)?, Answer::Recorded);
			assert_eq!(chain.submit_one(&changed)?, refused);
			assert_eq!(chain.submit_one(&first)?, Answer::Recorded);
		}
		assert_eq!(c.submit_one(&second)?, Answer::Accepted);
		let sent = [first, second];
		a.wait_for_commitments(&sent)?;

		// A proof through one node is final on all three.
		a.wait_for_phase(period, "committing")?;
		let claims = [Claimed { operator: &home.operator, quantity: 500 }];
		let proof = prove_to_file(a, period, &claims, &sent, &setting.file("proof.json"))?;
		eve.client.run(&["settle", "--proof", &proof.to_string_lossy()])?;
		let height = a.finalized()?;
		let hash = a.block_hash(height)?;
		for chain in &chains {
			wait::until("all three have the block final", LIMIT, || {
				Ok((chain.finalized()? >= height).then_some(()))
			})?;
			assert_eq!(chain.block_hash(height)?, hash, "one chain");
			assert!(chain.status(&home.operator.group("export"), period)?.settled);
			assert_eq!(chain.recorded(sent[0].device, period, "export")?, Some(sent[0].hex()));
			chain.audit()?;
		}
		Ok(())
	})
}

/// Waits for the next block, so that a whole slot is left before the one after it.
fn wait_for_a_block(chain: &Chain) -> Result<()> {
	let before = chain.best()?;
	wait::until("another block", LIMIT, || Ok((chain.best()? > before).then_some(())))
}

/// The one transaction in a node's pool.
fn pending(chain: &Chain) -> Result<Value> {
	let pool = chain.rpc().call("author_pendingExtrinsics", json!([]))?;
	pool.get(0).cloned().context("the pool is empty")
}
