//! Four validators, people who pay and meters that commit: what goes on while a network is in trouble.

use std::{
	collections::BTreeSet,
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
	node::Node,
	operator::{appoint, attest, NewMeter, Operator},
	programs::Programs,
	setting::seed,
	specification, wait,
};
use serde_json::{json, Value};

/// The validators, by their well-known keys.
pub const VALIDATORS: [&str; 4] = ["alice", "bob", "charlie", "dave"];

/// One MPF in smallest units.
const MPF: u128 = 1_000_000_000_000;

/// Meters, which commit in turn.
const METERS: usize = 4;

/// Time in which a few blocks are made, on a loaded machine.
const BLOCKS_LIMIT: Duration = Duration::from_secs(60);

/// Time in which finality goes on once the trouble is over.
const HEALING_LIMIT: Duration = Duration::from_secs(60);

/// Periods after which a commitment may be forgotten.
const REMEMBERED: u64 = 6;

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

/// The local chain with a fourth validator, and windows that are longer than troubles last.
pub fn specification(programs: &Programs, folder: &Path) -> Result<String> {
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
#[derive(Default)]
struct Sent {
	/// Somebody who was paid, and how much.
	payments: Vec<(Account, u128)>,
	/// How many of them every node had already.
	seen: usize,
	commitments: Vec<Commitment>,
	/// Meters and periods of all of them.
	taken: BTreeSet<(usize, u64)>,
}

/// The network and what goes on in it. The nodes end before their folder goes.
pub struct World {
	pub nodes: Vec<Node>,
	pub programs: Programs,
	/// Who pays.
	bob: Account,
	meters: Vec<Meter>,
	/// The first period in which the meters count.
	from: u64,
	sent: Sent,
}

impl World {
	/// People and meters on a network that runs; the first node is asked.
	pub fn on(programs: Programs, folder: &Path, nodes: Vec<Node>) -> Result<Self> {
		let first = nodes.first().context("no nodes")?;
		let client = Client::new(&programs.client, &first.url(), "//Alice", folder);
		let alice = Account::well_known(&client, "Alice")?;
		appoint(&alice, &alice)?;
		let operator = Operator::new(Account::well_known(&client, "Eve")?, folder);
		let meter = |number| {
			let name = format!("meter-{number}");
			NewMeter { seed: Some(seed(&name)), name, exports: true, nameplate: 1_000 }
		};
		let list: Vec<NewMeter> = (0..METERS).map(meter).collect();
		let registered = operator.register(&list)?;
		let devices: Vec<u32> = registered.iter().map(|meter| meter.device).collect();
		attest(&alice, &devices)?;
		let meters = list.iter().zip(&devices);
		let meters =
			meters.map(|(meter, device)| Meter::new(*device, &seed(&meter.name))).collect();
		let from = first.chain().period(None)?.first_open;
		first.chain().wait_for_phase(from, "running")?;
		let bob = Account::well_known(&client, "Bob")?;
		Ok(Self { nodes, programs, bob, meters, from, sent: Sent::default() })
	}

	pub fn chain(&self, node: usize) -> &Chain {
		self.nodes[node].chain()
	}

	/// Somebody new is paid, and a meter commits: a node has both in a block.
	pub fn send(&mut self, payer: &str, node: usize) -> Result<()> {
		let url = self.nodes[node].url();
		let payer = Account::well_known(&self.bob.client.at(&url), payer)?;
		let number = self.sent.payments.len();
		let payee = Account::well_known(&payer.client, &format!("Payee/{number}"))?;
		let transfer =
			["account", "transfer", "--to", &payee.address, "--amount", "3", "--wait", "block"];
		payer.client.run(&transfer).with_context(|| format!("a payment at node {node}"))?;
		self.sent.payments.push((payee, 3 * MPF));
		let period = self.chain(node).period(None)?.index.max(self.from);
		let which = number % self.meters.len();
		if !self.sent.taken.insert((which, period)) {
			return Ok(());
		}
		let genesis = self.chain(node).genesis()?;
		let commitment = self.meters[which].commit(genesis, period, Direction::Export, 100, 0);
		let answers = self.chain(node).submit(std::slice::from_ref(&commitment))?;
		ensure!(answers == [Answer::Accepted], "node {node} says {answers:?}");
		self.chain(node).wait_for_commitments(std::slice::from_ref(&commitment))?;
		self.sent.commitments.push(commitment);
		Ok(())
	}

	/// Waits until a node has made or taken so many blocks more.
	pub fn wait_for_blocks(&self, node: usize, count: u64) -> Result<()> {
		let chain = self.chain(node);
		let height = chain.best()? + count;
		wait::until(&format!("block {height} at node {node}"), BLOCKS_LIMIT, || {
			Ok((chain.best()? >= height).then_some(()))
		})
	}

	/// Waits until so many blocks more are final than a node knows to be now.
	pub fn wait_for_final_blocks(&self, node: usize, count: u64) -> Result<()> {
		let chain = self.chain(node);
		let height = chain.finalized()? + count;
		wait::until(&format!("block {height} is final at node {node}"), BLOCKS_LIMIT, || {
			Ok((chain.finalized()? >= height).then_some(()))
		})
	}

	/// All nodes have one final chain beyond what each of them had, with everything sent in it. Answers
	/// with the time until finality went on.
	pub fn ensure_one_chain(&mut self, since: Instant) -> Result<Duration> {
		let heights: Result<Vec<u64>> = self.nodes.iter().map(|node| node.chain().best()).collect();
		let height = heights?.into_iter().max().context("no nodes")? + 1;
		for node in &self.nodes {
			let what = format!("block {height} is final on {}", node.settings.name);
			wait::until(&what, HEALING_LIMIT, || {
				Ok((node.chain().finalized()? >= height).then_some(()))
			})?;
		}
		let took = since.elapsed();
		let hash = self.chain(0).block_hash(height)?;
		for node in &self.nodes {
			ensure!(node.chain().block_hash(height)? == hash, "two chains at {height}");
			node.chain().audit()?;
		}
		for node in 0..self.nodes.len() {
			self.ensure_nothing_is_lost(node, self.sent.seen)?;
		}
		self.sent.seen = self.sent.payments.len();
		Ok(took)
	}

	/// A node has every payment from that of a number on, and every commitment that it cannot have
	/// forgotten yet.
	pub fn ensure_nothing_is_lost(&self, node: usize, from: usize) -> Result<()> {
		let url = self.nodes[node].url();
		for (payee, amount) in self.sent.payments.iter().skip(from) {
			let payee = Account { client: payee.client.at(&url), ..payee.clone() };
			wait::until(&format!("{} is paid at node {node}", payee.name), HEALING_LIMIT, || {
				Ok((payee.balance()?.free == *amount).then_some(()))
			})?;
		}
		let running = self.chain(node).period(None)?.index;
		let young = |item: &&Commitment| item.period + REMEMBERED >= running;
		let young: Vec<Commitment> = self.sent.commitments.iter().filter(young).cloned().collect();
		self.chain(node).wait_for_commitments(&young)
	}
}
