//! Four validators whose lines are cut in the middle and mended, and two of which lose their power: one
//! chain comes out, with everything in it that any of them took.

use std::{
	path::Path,
	process::Command,
	time::{Duration, Instant},
};

use anyhow::{ensure, Context, Result};
use meterproof_device::Direction;
use meterproof_driver::{
	account::Account,
	chain::{Answer, Chain},
	client::Client,
	meter::{Commitment, Meter},
	network::Separable,
	node::{Node, Settings},
	operator::{appoint, attest, NewMeter, Operator},
	programs::Programs,
	serial,
	setting::seed,
	specification, wait,
};
use serde_json::{json, Value};

/// One MPF in smallest units.
const MPF: u128 = 1_000_000_000_000;

/// Time in which a few blocks are made, on a loaded machine.
const BLOCKS_LIMIT: Duration = Duration::from_secs(60);

/// Time in which finality goes on once the lines are whole.
const HEALING_LIMIT: Duration = Duration::from_secs(60);

/// The public key of a well-known account, as an address.
fn address(programs: &Programs, scheme: &str, secret: &str) -> Result<String> {
	told(programs, scheme, secret, "ss58Address")
}

/// The public key itself.
fn public_key(programs: &Programs, scheme: &str, secret: &str) -> Result<String> {
	told(programs, scheme, secret, "ss58PublicKey")
}

fn told(programs: &Programs, scheme: &str, secret: &str, what: &str) -> Result<String> {
	let output = Command::new(&programs.node)
		.args(["key", "inspect", "--scheme", scheme, secret, "--output-type", "json"])
		.output()?;
	let told: Value = serde_json::from_slice(&output.stdout).context("key inspect")?;
	let told = told[what].as_str().with_context(|| format!("key inspect tells no {what}"))?;
	Ok(told.to_owned())
}

/// The local chain with a fourth validator, and windows that are longer than the lines are cut.
fn specification(programs: &Programs, folder: &Path) -> Result<String> {
	let dave = address(programs, "sr25519", "//Dave")?;
	let votes = address(programs, "ed25519", "//Dave")?;
	// BEEFY's key has 33 bytes, and is written as what a public key is, not an account.
	let abroad = public_key(programs, "ecdsa", "//Dave")?;
	let file = specification::edited_whole(programs, folder, "local", |specification| {
		specification["chainType"] = json!("Live");
		let genesis = specification
			.pointer_mut("/genesis/runtimeGenesis/patch")
			.context("the specification has no genesis to edit")?;
		// A live chain is refused with what `local` has to be played with.
		genesis["governance"] = json!({});
		genesis["technicalCollective"] = json!({});
		let bond = genesis["validators"]["candidates"][0][1].clone();
		let list = |value: &mut Value, item: Value| -> Result<()> {
			value.as_array_mut().context("no list")?.push(item);
			Ok(())
		};
		list(&mut genesis["validators"]["candidates"], json!([dave, bond]))?;
		let keys = json!({ "babe": dave, "grandpa": votes, "beefy": abroad });
		list(&mut genesis["session"]["keys"], json!([dave, dave, keys]))?;
		genesis["metering"]["schedule"]["lengthMs"] = json!(20_000);
		genesis["metering"]["schedule"]["commitWindowMs"] = json!(180_000);
		Ok(())
	})?;
	Ok(file.to_string_lossy().into_owned())
}

/// What was sent, and must be final in the end.
struct Sent {
	/// Somebody who was paid, and how much.
	payments: Vec<(Account, u128)>,
	commitments: Vec<Commitment>,
}

/// The network and what goes on in it. The nodes end before their folder goes.
struct World {
	network: Separable,
	programs: Programs,
	/// Who pays.
	bob: Account,
	meters: Vec<Meter>,
	period: u64,
	sent: Sent,
	_folder: tempfile::TempDir,
}

impl World {
	fn start() -> Result<Self> {
		let programs = Programs::find()?;
		let folder = tempfile::Builder::new().prefix("meterproof-e2e-").tempdir()?;
		let chain = specification(&programs, folder.path())?;
		let validators = ["alice", "bob", "charlie", "dave"];
		let network = Separable::start(&programs, folder.path(), &chain, &validators)?;
		let first = network.nodes.first().context("no nodes")?;
		let client = Client::new(&programs.client, &first.url(), "//Alice", folder.path());
		let alice = Account::well_known(&client, "Alice")?;
		appoint(&alice, &alice)?;
		let operator = Operator::new(Account::well_known(&client, "Eve")?, folder.path());
		let meter = |number| {
			let name = format!("meter-{number}");
			NewMeter { seed: Some(seed(&name)), name, exports: true, nameplate: 1_000 }
		};
		let list: Vec<NewMeter> = (0..3).map(meter).collect();
		let registered = operator.register(&list)?;
		let devices: Vec<u32> = registered.iter().map(|meter| meter.device).collect();
		attest(&alice, &devices)?;
		let meters = list.iter().zip(&devices);
		let meters =
			meters.map(|(meter, device)| Meter::new(*device, &seed(&meter.name))).collect();
		let period = first.chain().period(None)?.first_open;
		first.chain().wait_for_phase(period, "committing")?;
		let bob = Account::well_known(&client, "Bob")?;
		let sent = Sent { payments: Vec::new(), commitments: Vec::new() };
		Ok(Self { network, programs, bob, meters, period, sent, _folder: folder })
	}

	fn chain(&self, node: usize) -> &Chain {
		self.network.nodes[node].chain()
	}

	/// Somebody new is paid, and a meter commits: a node has both in a block.
	fn send(&mut self, payer: &str, node: usize) -> Result<()> {
		let url = self.network.nodes[node].url();
		let payer = Account::well_known(&self.bob.client.at(&url), payer)?;
		let number = self.sent.payments.len();
		let payee = Account::well_known(&payer.client, &format!("Payee/{number}"))?;
		let transfer =
			["account", "transfer", "--to", &payee.address, "--amount", "3", "--wait", "block"];
		payer.client.run(&transfer).with_context(|| format!("a payment at node {node}"))?;
		self.sent.payments.push((payee, 3 * MPF));
		let genesis = self.chain(node).genesis()?;
		let meter = self.meters.get(number).context("as many meters as payments")?;
		let commitment = meter.commit(genesis, self.period, Direction::Export, 100, 0);
		let answers = self.chain(node).submit(std::slice::from_ref(&commitment))?;
		ensure!(answers == [Answer::Accepted], "node {node} says {answers:?}");
		self.chain(node).wait_for_commitments(std::slice::from_ref(&commitment))?;
		self.sent.commitments.push(commitment);
		Ok(())
	}

	/// Waits until a node has made or taken so many blocks more.
	fn wait_for_blocks(&self, node: usize, count: u64) -> Result<()> {
		let chain = self.chain(node);
		let height = chain.best()? + count;
		wait::until(&format!("block {height} at node {node}"), BLOCKS_LIMIT, || {
			Ok((chain.best()? >= height).then_some(()))
		})
	}

	/// All nodes have one final chain beyond what each of them had, with everything sent in it. Answers
	/// with the time until finality went on.
	fn ensure_one_chain(&self, since: Instant) -> Result<Duration> {
		let heights: Result<Vec<u64>> =
			self.network.nodes.iter().map(|node| node.chain().best()).collect();
		let height = heights?.into_iter().max().context("no nodes")? + 1;
		for node in &self.network.nodes {
			let what = format!("block {height} is final on {}", node.settings.name);
			wait::until(&what, HEALING_LIMIT, || {
				Ok((node.chain().finalized()? >= height).then_some(()))
			})?;
		}
		let took = since.elapsed();
		let hash = self.chain(0).block_hash(height)?;
		for node in &self.network.nodes {
			ensure!(node.chain().block_hash(height)? == hash, "two chains at {height}");
			node.chain().audit()?;
		}
		for node in 0..self.network.nodes.len() {
			self.ensure_nothing_is_lost(node)?;
		}
		Ok(took)
	}

	fn ensure_nothing_is_lost(&self, node: usize) -> Result<()> {
		let url = self.network.nodes[node].url();
		for (payee, amount) in &self.sent.payments {
			let payee = Account { client: payee.client.at(&url), ..payee.clone() };
			wait::until(&format!("{} is paid at node {node}", payee.name), HEALING_LIMIT, || {
				Ok((payee.balance()?.free == *amount).then_some(()))
			})?;
		}
		self.chain(node).wait_for_commitments(&self.sent.commitments)
	}
}

#[test]
fn a_network_cut_in_the_middle_becomes_one_again_and_loses_nothing() -> Result<()> {
	serial::scenario(|| {
		let mut world = World::start()?;
		world.send("Bob", 0)?;
		world.ensure_one_chain(Instant::now())?;

		world.network.cut_after(2)?;
		world.wait_for_blocks(0, 2)?;
		world.wait_for_blocks(3, 2)?;
		let before = [world.chain(0).finalized()?, world.chain(3).finalized()?];
		world.send("Bob", 0)?;
		world.send("Charlie", 3)?;
		world.wait_for_blocks(0, 2)?;
		world.wait_for_blocks(3, 2)?;
		let after = [world.chain(0).finalized()?, world.chain(3).finalized()?];
		ensure!(before == after, "half of the votes finalised a block: {before:?}, {after:?}");
		let height = world.chain(0).best()?.min(world.chain(3).best()?);
		let (one, other) = (world.chain(0).block_hash(height)?, world.chain(3).block_hash(height)?);
		ensure!(one != other, "both halves have one chain: the lines were not cut");

		let mended = Instant::now();
		world.network.mend();
		println!("mended after a cut: final again after {:?}", world.ensure_one_chain(mended)?);

		two_lose_their_power(&mut world)
	})
}

/// Two of four are killed: no finality; both come back: finality goes on.
fn two_lose_their_power(world: &mut World) -> Result<()> {
	let down: Vec<Node> = world.network.nodes.drain(2..).collect();
	let settings: Result<Vec<Settings>> = down.into_iter().map(Node::kill).collect();
	world.wait_for_blocks(0, 2)?;
	let before = world.chain(0).finalized()?;
	world.wait_for_blocks(0, 2)?;
	ensure!(world.chain(0).finalized()? == before, "two of four finalised a block");
	let back = Instant::now();
	for settings in settings? {
		world.network.nodes.push(Node::start(&world.programs, settings)?);
	}
	println!("two of four back: final again after {:?}", world.ensure_one_chain(back)?);
	Ok(())
}
