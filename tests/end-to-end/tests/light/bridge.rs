//! A contract in an EVM follows BEEFY from the genesis on, and takes a settlement for final.

use std::{
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
	time::Duration,
};

use anyhow::{ensure, Context, Result};
use meterproof_device::Direction;
use meterproof_driver::{
	account::{Account, Offer},
	chain::Answer,
	client::Client,
	meter::Meter,
	node::Node,
	operator::{appoint, attest, NewMeter, Operator, ZONE},
	process::{open_log, tail},
	programs::Programs,
	setting::{seed, NAMEPLATE},
	settle::{prove, settle},
	wait,
};

/// The contract in its EVM, and its packages once `cargo xtask setup` has installed them.
const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/npm/bridge.mjs");

/// Contracted and delivered, in Wh.
const QUANTITY: u64 = 800;

/// Time for BEEFY to sign a block after the settlement, and for the contract to follow, on a loaded machine.
const LIMIT: Duration = Duration::from_secs(120);

/// The program that follows; ended when dropped.
pub struct Follower {
	child: Child,
	log: PathBuf,
}

impl Drop for Follower {
	fn drop(&mut self) {
		let _ = self.child.kill();
		let _ = self.child.wait();
	}
}

/// Somebody sells to somebody in one period, and proves it, by way of a node with an index. Meanwhile the
/// contract's own cases run.
pub fn settle_one(programs: &Programs, folder: &Path, node: &Node) -> Result<Follower> {
	let chain = node.chain();
	let client = Client::new(&programs.client, &node.url(), "//Alice", folder);
	let alice = Account::well_known(&client, "Alice")?;
	appoint(&alice, &alice)?;
	let operator = Operator::new(Account::well_known(&client, "Dave")?, folder);
	let name = String::from("dave-0");
	let seed = seed(&name);
	let meter = NewMeter { name, exports: true, nameplate: NAMEPLATE, seed: Some(seed) };
	let registered = operator.register(&[meter])?;
	let device = registered.first().context("no meter was registered")?.device;
	attest(&alice, &[device])?;

	// An offer and its acceptance take less than two periods together, on a loaded machine too.
	let period = chain.period(None)?.first_open + 2;
	let buyer = Account::well_known(&client, "Eve")?;
	let offer = Offer { quantity: QUANTITY, price: "0.25".into(), first: period, last: period };
	buyer.accept(operator.account.offer(ZONE, &buyer, &offer)?)?;
	let follower = follow(folder, node, &operator, period)?;

	let reading = u32::try_from(QUANTITY)?;
	let sent =
		Meter::new(device, &seed).commit(chain.genesis()?, period, Direction::Export, reading, 0);
	chain.wait_for_phase(period, "running")?;
	let answer = chain.submit_one(&sent)?;
	ensure!(answer == Answer::Accepted, "a commitment was refused: {answer:?}");
	chain.wait_for_commitments(&[sent.clone()])?;
	operator.import(&[sent.handed()])?;
	chain.wait_for_phase(period, "committing")?;
	let proof = prove(&operator.account.client, &[&operator], period, folder.join("bridge.json"))?;
	settle(&operator.account, &proof)?;
	Ok(follower)
}

fn follow(folder: &Path, node: &Node, operator: &Operator, period: u64) -> Result<Follower> {
	let log = folder.join("follower.log");
	let output = open_log(&log)?;
	let url = node.url().replace("ws://", "http://");
	let child = Command::new("node")
		.arg(PROGRAM)
		.args([&url, &operator.group("export").json().to_string(), &period.to_string()])
		.stdin(Stdio::null())
		.stderr(output.try_clone()?)
		.stdout(output)
		.spawn()
		.context("the contract's EVM needs Node.js: `cargo xtask setup` says how to install it")?;
	Ok(Follower { child, log })
}

impl Follower {
	/// Waits until the contract has taken the settlement for final, and forged ones not.
	pub fn finish(mut self) -> Result<()> {
		let status = wait::until("the contract takes the settlement", LIMIT, || {
			Ok(self.child.try_wait()?)
		});
		let said = tail(&self.log);
		let status = status.with_context(|| said.clone())?;
		println!("{said}");
		ensure!(status.success(), "the contract's program ended with {status}:\n{said}");
		let accepted = said.lines().find(|line| line.contains("\"accepted\""));
		let accepted: serde_json::Value =
			serde_json::from_str(accepted.with_context(|| format!("nothing accepted: {said}"))?)?;
		ensure!(accepted["delivered"] == QUANTITY, "another settlement: {accepted}");
		ensure!(accepted["ending"] == 1, "it was not proved: {accepted}");
		Ok(())
	}
}
