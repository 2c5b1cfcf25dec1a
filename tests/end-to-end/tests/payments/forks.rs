//! Nodes that are behind, and forks that are taken back.

use std::{path::Path, time::Duration};

use anyhow::{bail, Context, Result};
use meterproof_driver::{
	chain::Chain,
	node::{Node, Settings},
	programs::Programs,
	wait,
	wallet::{mpf, MPF},
};
use serde_json::json;

use super::two_wallets::{wait_for_both, People};

/// Time for some blocks to be made, or for nodes to find each other.
const LIMIT: Duration = Duration::from_secs(90);

/// What only the largest of Alice's notes can pay: on one fork, and on the other.
const AMOUNTS: [u64; 2] = [10 * MPF + 5, 11 * MPF + 6];

/// A node of the same chain that knows no other node, and so no block but the first.
pub fn a_node_that_is_behind_is_told(
	programs: &Programs,
	folder: &Path,
	people: &People,
) -> Result<()> {
	let People { alice, .. } = people;
	let before = alice.held()?.total();
	let settings = Settings::new("alone", folder, vec!["--chain=local".into()])?;
	let alone = Node::start(programs, settings)?;
	let there = alice.through(&alice.client.at(&alone.url()));
	assert_eq!(there.refused("balance", &[])?.name, "NodeBehind");
	let amount = mpf(MPF);
	let pay = ["--to", &people.bob.address, "--amount", &amount];
	assert_eq!(there.refused("pay", &pay)?.name, "NodeBehind");
	assert_eq!(alice.held()?.total(), before);
	Ok(())
}

/// Alice's node makes blocks alone, with a payment of hers. The other two, which do not know of
/// it, make a longer chain with a payment of a copy of her wallet, from the same note. When they
/// meet, her node gives its blocks up.
pub fn what_a_fork_takes_back_never_was_the_wallets(
	programs: &Programs,
	nodes: Vec<Node>,
	people: &People,
) -> Result<()> {
	let People { chain, bobs_chain, alice, bob, .. } = people;
	let fee = chain.payment_fees()?.transfer;
	wait_for_both(people)?;
	chain.wait_for_anchor()?;
	bobs_chain.wait_for_anchor()?;
	let (alices, bobs) = (alice.held()?, bob.held()?);
	let history = bob.history()?;
	let copy = alice.copied(people.file("fork.wallet"))?.through(&bob.client);
	let bob_there = bob.copied(people.file("bob-there.wallet"))?.through(&alice.client);

	// Her node alone: no block can be final.
	let settings: Vec<Settings> = nodes.iter().map(|node| node.settings.clone()).collect();
	drop(nodes);
	let [first, second, third] = &settings[..] else { bail!("not three nodes") };
	let mut alone = first.clone();
	alone.arguments.push("--force-authoring".into());
	let node = Node::start(programs, alone)?;
	let final_block = chain.finalized()?;
	let fees = chain.moved()?.fees;
	let amount = mpf(AMOUNTS[0]);
	// One of both copies has a payment that a third one ruled out, as the nodes say.
	let mut paying =
		alice.start("pay", &["--to", &bob.address, "--amount", &amount, "--beside"])?;
	wait::until("the payment is in a block", LIMIT, || {
		if let Err(error) = paying.ensure_well() {
			return Ok(Some(Err(error)));
		}
		// What is answered of money is the best block's.
		Ok((chain.moved()?.fees > fees).then_some(Ok(())))
	})??;
	let fork = chain.best()?;
	let hash = chain.block_hash(fork)?.context("the best block has no hash")?;
	let weight = weight(chain, final_block)?;
	assert_eq!(chain.finalized()?, final_block, "three validators agree, or none");
	assert_eq!(bob_there.held()?, bobs, "nothing is Bob's before it is final");
	assert_eq!(bob_there.history()?, history);
	drop(paying);
	let meanwhile = alice.held()?;
	assert_eq!(meanwhile.total(), alices.total(), "nothing is gone before it is final");
	assert!(meanwhile.pending > 0, "what was sent is not spent again");
	drop(node);

	// The other two.
	let mut others = Vec::new();
	for settings in [second, third] {
		others.push(Node::spawn(programs, settings.clone())?);
	}
	for node in &mut others {
		node.wait_until_it_answers()?;
	}
	assert_eq!(bobs_chain.moved()?.fees, fees, "the payment is unknown here");
	let amount = mpf(AMOUNTS[1]);
	let paying = copy.start("pay", &["--to", &bob.address, "--amount", &amount, "--beside"])?;
	wait::until("the other payment is in a longer chain", LIMIT, || {
		let other = (self::weight(bobs_chain, final_block)?, bobs_chain.best()?);
		Ok((bobs_chain.moved()?.fees > fees && other > (weight, fork)).then_some(()))
	})?;

	// They meet.
	let node = Node::start(programs, first.clone())?;
	let paid = paying.finish(LIMIT)?;
	assert_eq!(paid.len(), 1);
	wait::until(
		"the fork is taken back",
		LIMIT,
		|| Ok((chain.finalized()? >= fork).then_some(())),
	)?;
	assert_ne!(chain.block_hash(fork)?, Some(hash), "another block has its place");
	wait_for_both(people)?;

	// The payment that is final is everybody's, and the other one never was.
	let gained = bobs.total() + u128::from(AMOUNTS[1]);
	for wallet in [bob, &bob_there] {
		assert_eq!(wallet.held()?.total(), gained);
	}
	bob.wait_until_ripe()?;
	bob_there.wait_until_ripe()?;
	assert_eq!(bob.report()?, bob_there.report()?);
	let left = alices.total() - u128::from(AMOUNTS[1] + fee);
	for wallet in [alice, &copy] {
		let held = wallet.held()?;
		assert_eq!((held.total(), held.pending), (left, 0));
	}
	assert_eq!(alice.history()?.len(), copy.history()?.len());
	people.balance_books()?;
	drop((node, others));
	Ok(())
}

/// Of two chains BABE prefers the one with more blocks by those who drew their slot, and of these
/// the longer one.
fn weight(chain: &Chain, after: u64) -> Result<usize> {
	let mut weight = 0;
	for number in after + 1..=chain.best()? {
		let hash = chain.block_hash(number)?;
		let header = chain.rpc().call("chain_getHeader", json!([hash]))?;
		let logs = header["digest"]["logs"].as_array().context("a header without logs")?;
		let drew = logs.iter().any(|log| is_primary(log.as_str().unwrap_or_default()));
		weight += usize::from(drew);
	}
	Ok(weight)
}

/// Before a block's author's claim stand the kind of the log, `BABE` and a length of two bytes at
/// most; a claim of a drawn slot begins with 1.
fn is_primary(log: &str) -> bool {
	let Some(claim) = log.strip_prefix("0x0642414245") else { return false };
	let bytes = hex::decode(claim).unwrap_or_default();
	match bytes.as_slice() {
		[length, _, kind, ..] if length & 3 == 1 => *kind == 1,
		[_, kind, ..] => *kind == 1,
		_ => false,
	}
}

#[test]
fn claims_are_told_apart() {
	assert!(is_primary("0x0642414245b5010100000000"));
	assert!(!is_primary("0x0642414245b5010300000000"));
	assert!(!is_primary("0x064241424534020000000000"));
	assert!(!is_primary("0x04424142450100"));
}
