//! A fourth node comes into a running chain of three: its account joins with a bond, makes blocks, is paid
//! for them, leaves, and has its bond back. Sessions are 24 seconds and each is an era.

use std::time::Duration;

use anyhow::{ensure, Context, Result};
use meterproof_driver::{
	account::Account,
	chain::{integer, money, string, Chain},
	client::Client,
	liar::{Lie, LyingNode},
	network,
	node::Node,
	programs::Programs,
	serial, specification, wait,
};
use serde_json::{json, Value};

/// Length of an era.
const ERA: Duration = Duration::from_secs(24);

/// Time that a loaded machine may take besides.
const SLACK: Duration = Duration::from_secs(40);

/// One MPF in smallest units.
const MPF: u128 = 1_000_000_000_000;

/// The method by which a node makes session keys for an account.
const MAKE_KEYS: &str = "author_rotateKeysWithOwner";

/// The chain. The nodes end before their folder goes.
struct World {
	/// Three validators of genesis.
	others: Vec<Node>,
	/// The fourth node.
	node: Node,
	/// Who has money.
	alice: Account,
	/// A validator of genesis.
	bob: Account,
	/// Who runs the fourth node, and talks to it alone.
	dora: Account,
}

/// A part of the story.
type Scenario = fn(&World) -> Result<()>;

fn short_eras(genesis: &mut Value) {
	genesis["validators"]["least"] = json!(3);
	genesis["validators"]["lengths"] = json!({
		"epochSlots": 12,
		"sessionsPerEra": 1,
		"reportEras": 2,
		"slashEras": 2,
		"unbondingEras": 6,
	});
}

#[test]
fn a_validator_joins_makes_blocks_leaves_and_has_its_bond_back() -> Result<()> {
	serial::scenario(|| {
		let programs = Programs::find()?;
		let folder = tempfile::Builder::new().prefix("meterproof-e2e-").tempdir()?;
		let path = folder.path();
		let chain = specification::edited(&programs, path, "local", short_eras)?;
		let chain = chain.to_string_lossy();
		let others = network::start_on(&programs, path, &chain)?;
		let node = network::add(&programs, path, &chain, "newcomer", &others)?;
		let first = others.first().context("no validators")?;
		let client = Client::new(&programs.client, &first.url(), "//Alice", path);
		let world = World {
			alice: Account::well_known(&client, "Alice")?,
			bob: Account::well_known(&client, "Bob")?,
			dora: Account::well_known(&client.at(&node.url()), "Newcomer")?,
			others,
			node,
		};
		let scenarios: [(&str, Scenario); 4] = [
			("what is refused", refusals),
			("joining", joining),
			("leaving", leaving),
			("the bond", the_bond_back),
		];
		for (name, part) in scenarios {
			part(&world).and_then(|()| world.all_agree()).with_context(|| name)?;
			println!("    {name}: ok");
		}
		world.node.chain().audit()
	})
}

impl World {
	fn chain(&self) -> &Chain {
		self.node.chain()
	}

	/// Everything so far becomes final on all four nodes, and they have one chain.
	fn all_agree(&self) -> Result<()> {
		let height = self.chain().best()?;
		self.chain().wait_until_final_at(height)?;
		let hash = self.chain().block_hash(height)?;
		for node in &self.others {
			node.chain().wait_until_final_at(height)?;
			ensure!(node.chain().block_hash(height)? == hash, "two chains at {height}");
		}
		Ok(())
	}

	/// Whether the newcomer is a validator of the session that runs, and the era.
	fn validates(&self) -> Result<(bool, u64)> {
		let set = self.chain().validator_set()?;
		let validators = set["validators"].as_array().context("a set without validators")?;
		let own = json!(self.dora.address);
		Ok((validators.contains(&own), integer(&set, "era")?))
	}

	fn has_bond(&self) -> Result<bool> {
		let bond = self.chain().rpc().call("validators_bond", json!([self.dora.address]))?;
		Ok(!bond.is_null())
	}

	fn status(&self) -> Result<Value> {
		self.dora.client.run(&["validator", "status", &self.dora.address])
	}
}

/// What cannot be is refused by its name, and nobody has joined by it.
fn refusals(world: &World) -> Result<()> {
	let World { node, alice, bob, dora, .. } = world;
	let join = |bond: &str| dora.client.refusal(&["validator", "join", "--bond", bond]);
	assert_eq!(bob.client.refusal(&["validator", "leave"])?, "TooFewValidators");
	assert_eq!(join("5000")?, "FundsUnavailable", "it has nothing");
	let transfer = ["account", "transfer", "--to", &dora.address, "--amount", "6000"];
	alice.client.run(&transfer)?;
	assert_eq!(join("6000")?, "FundsUnavailable", "deposit and fee are missing");
	assert_eq!(join("999.999")?, "BondTooSmall");
	assert_eq!(dora.client.refusal(&["validator", "leave"])?, "NotCandidate");
	assert_eq!(dora.client.refusal(&["validator", "withdraw"])?, "NothingToWithdraw");
	assert_eq!(dora.client.refusal(&["validator", "rotate-keys"])?, "NoSessionKeys");
	assert_eq!(bob.client.refusal(&["validator", "purge-keys"])?, "StillValidating");

	// A node that was asked from outside, and one that gives keys which it made for Bob.
	let owner = format!("0x{}", hex::encode(bob.public_key));
	let of_bob = node.chain().rpc().call(MAKE_KEYS, json!([owner]))?;
	let liar = LyingNode::before(node, |told| match told.method.as_str() {
		MAKE_KEYS => Lie::Refusal {
			code: -32_601,
			message: "RPC call is unsafe to be called externally".into(),
		},
		_ => Lie::Truth,
	})?;
	let url = liar.url();
	let from_liar = ["validator", "join", "--bond", "5000", "--keys-from", &url];
	assert_eq!(dora.client.refusal(&from_liar)?, "UnsafeMethodsRefused");
	liar.tell(move |told| match told.method.as_str() {
		MAKE_KEYS => Lie::Result(of_bob.clone()),
		_ => Lie::Truth,
	});
	assert_eq!(dora.client.refusal(&from_liar)?, "InvalidProof");
	let keys = world.chain().rpc().call("validators_hasKeys", json!([dora.address]))?;
	assert_eq!((world.has_bond()?, keys), (false, json!(false)), "all of a join, or nothing");
	Ok(())
}

/// The newcomer is a candidate, then elected, then makes a block and is paid for it.
fn joining(world: &World) -> Result<()> {
	let client = &world.dora.client;
	let join = ["validator", "join", "--bond", "5000"];
	let joined = client.run(&join)?;
	assert_eq!(money(&joined, "bond")?, 5_000 * MPF);
	assert_eq!(joined["freshKeys"], true);
	let (era, first) = (integer(&joined, "era")?, integer(&joined, "firstEra")?);
	assert!(first > era, "{joined}");
	let has = world.chain().rpc();
	let has = |keys: &Value| has.call("validators_hasKeys", json!([world.dora.address, keys]));
	assert_eq!(has(&joined["keys"])?, true);
	assert_eq!(has(&json!("0x00"))?, false);
	rotating(world, &joined["keys"])?;
	let again = client.refused(&join)?;
	assert_eq!(again.name, "AlreadyCandidate");
	assert!(again.message.contains("5000 MPF"), "{}", again.message);
	let raised = client.run(&["validator", "raise-bond", "--by", "500"])?;
	assert_eq!(money(&raised, "bond")?, 5_500 * MPF);

	let era = wait::until("the newcomer is in the set", 3 * ERA + SLACK, || {
		let (validates, era) = world.validates()?;
		Ok(validates.then_some(era))
	})?;
	// A session may have begun between the call and the answer.
	assert!(era + 1 >= first, "in era {era}, and {first} was told");
	first_reward(world)?;
	let status = world.status()?;
	assert_eq!(string(&status, "state")?, "elected");
	assert_eq!(money(&status, "bond")?, 5_500 * MPF);
	assert_eq!((&status["validates"], &status["hasKeys"]), (&json!(true), &json!(true)));
	assert_eq!((&status["freeFrom"], &status["slash"]), (&Value::Null, &Value::Null));
	let all = client.run(&["validator", "status"])?;
	assert_eq!((&all["sessionSeconds"], &all["least"]), (&json!(24), &json!(3)));
	let count = |field: &str| all[field].as_array().map(Vec::len);
	assert_eq!((count("validators"), count("candidates")), (Some(4), Some(4)), "{all}");
	assert_eq!(client.refusal(&["validator", "withdraw"])?, "NothingToWithdraw");
	Ok(())
}

/// Somebody pays fees until a call of theirs is in a block of the newcomer's, which gets them.
fn first_reward(world: &World) -> Result<()> {
	let World { bob, dora, .. } = world;
	let payer = Account::well_known(&dora.client, "Dave")?;
	let transfer =
		["account", "transfer", "--to", &bob.address, "--amount", "1", "--wait", "block"];
	let before = dora.balance()?.total();
	let reward = wait::until("a block of the newcomer's, with a reward", 5 * ERA + SLACK, || {
		let author = world.chain().author_of(|| string(&payer.client.run(&transfer)?, "block"))?;
		if author.as_ref() != Some(&dora.address) {
			return Ok(None);
		}
		// A block that another one takes the place of pays nobody.
		world.chain().wait_until_final()?;
		Ok(dora.balance()?.total().checked_sub(before).filter(|reward| *reward > 0))
	})?;
	ensure!(reward < MPF, "the fees of a few transfers are {reward}");
	Ok(())
}

/// Other keys take the place of the first, which its node made; those of somebody else do not.
fn rotating(world: &World, first: &Value) -> Result<()> {
	let World { node, bob, dora, .. } = world;
	let has =
		|keys: &Value| world.chain().rpc().call("validators_hasKeys", json!([dora.address, keys]));
	let owner = format!("0x{}", hex::encode(bob.public_key));
	let of_bob = node.chain().rpc().call(MAKE_KEYS, json!([owner]))?;
	let liar = LyingNode::before(node, move |told| match told.method.as_str() {
		MAKE_KEYS => Lie::Result(of_bob.clone()),
		_ => Lie::Truth,
	})?;
	let url = liar.url();
	let from_liar = ["validator", "rotate-keys", "--keys-from", &url];
	assert_eq!(dora.client.refusal(&from_liar)?, "InvalidProof");
	assert_eq!(has(first)?, true);
	let rotated = dora.client.run(&["validator", "rotate-keys"])?;
	assert_ne!(&rotated["keys"], first);
	assert_eq!((has(&rotated["keys"])?, has(first)?), (json!(true), json!(false)));
	Ok(())
}

/// The newcomer leaves, and goes on validating until the eras that are planned are over.
fn leaving(world: &World) -> Result<()> {
	let client = &world.dora.client;
	let left = client.run(&["validator", "leave"])?;
	let (free_from, era) = (integer(&left, "freeFrom")?, integer(&left, "era")?);
	let until = integer(&left, "validatesUntilEra")?;
	assert!(era < until && until < free_from, "{left}");
	let status = world.status()?;
	assert_eq!(string(&status, "state")?, "leaving");
	assert_eq!(integer(&status, "freeFrom")?, free_from);
	let locked = client.refused(&["validator", "withdraw"])?;
	assert_eq!(locked.name, "BondLocked");
	assert!(locked.message.contains(&format!("era {free_from}")), "{}", locked.message);
	let less = client.refusal(&["validator", "join", "--bond", "5499"])?;
	assert_eq!(less, "BondTooSmall", "what is on hold counts, and stays");

	let era = wait::until("the newcomer is out of the set", 3 * ERA + SLACK, || {
		let (validates, era) = world.validates()?;
		Ok((!validates).then_some(era))
	})?;
	assert!(era + 1 >= until, "in era {era}, and {until} was told");
	assert_eq!(string(&world.status()?, "state")?, "left");
	Ok(())
}

/// Once nothing that it did can be reported any more, anyone has the bond given back.
fn the_bond_back(world: &World) -> Result<()> {
	let World { alice, dora, .. } = world;
	let free_from = integer(&world.status()?, "freeFrom")?;
	wait::until("the bond is free", 9 * ERA + SLACK, || {
		Ok((world.validates()?.1 >= free_from).then_some(()))
	})?;
	let before = dora.balance()?;
	assert_eq!(before.held, 5_501 * MPF, "the bond, and the deposit for the keys");
	let withdraw = ["validator", "withdraw", &dora.address];
	assert_eq!(money(&alice.client.run(&withdraw)?, "bond")?, 5_500 * MPF);
	let after = dora.balance()?;
	assert_eq!((after.free, after.held), (before.free + 5_500 * MPF, MPF));
	assert_eq!(alice.client.refusal(&withdraw)?, "NothingToWithdraw");
	assert_eq!((world.has_bond()?, string(&world.status()?, "state")?), (false, "none".into()));
	let purged = dora.client.run(&["validator", "purge-keys"])?;
	assert_eq!(money(&purged, "freed")?, MPF);
	assert_eq!((dora.balance()?.held, &world.status()?["hasKeys"]), (0, &json!(false)));
	Ok(())
}
