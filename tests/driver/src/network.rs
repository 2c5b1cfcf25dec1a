//! Validators and full nodes on loopback that know each other.

use std::{
	path::{Path, PathBuf},
	process::Command,
	time::Duration,
};

use anyhow::{bail, ensure, Context, Result};
use serde_json::{json, Value};

use crate::{
	clock::Clock,
	links::Links,
	node::{Node, Settings},
	programs::Programs,
	specification,
};

/// Validators with well-known keys, in the order in which networks take them. The `local` chain has
/// the first three.
pub const WELL_KNOWN: [&str; 6] = ["alice", "bob", "charlie", "dave", "eve", "ferdie"];

/// How many of them the `local` chain has.
const LOCAL: usize = 3;

/// How long nodes may take to find each other.
const MEETING_LIMIT: Duration = Duration::from_secs(60);

/// How many nodes of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
	/// From one to as many as there are well-known keys.
	pub validators: usize,
	/// Nodes that follow without making blocks.
	pub full_nodes: usize,
}

/// Starts the validators of the `local` chain, each knowing the others' addresses, and waits until
/// each sees two peers.
pub fn start(programs: &Programs, folder: &Path) -> Result<Vec<Node>> {
	start_on(programs, folder, "local")
}

/// Starts the validators of the `local` chain as [`start`] does, on a chain of a specification that
/// has them: its name, or its file.
pub fn start_on(programs: &Programs, folder: &Path, chain: &str) -> Result<Vec<Node>> {
	start_by(programs, folder, chain, None)
}

/// Does what [`start_on`] does, with a clock that all go by.
pub fn start_by(
	programs: &Programs,
	folder: &Path,
	chain: &str,
	clock: Option<&Clock>,
) -> Result<Vec<Node>> {
	let size = Size { validators: LOCAL, full_nodes: 0 };
	let mut plan = plan(programs, folder, chain, size)?;
	for settings in &mut plan {
		settings.own.clock = clock.cloned();
	}
	let mut nodes = spawn(programs, plan)?;
	wait_until_they_meet(&mut nodes)?;
	Ok(nodes)
}

/// Waits until each node answers and sees all others.
pub fn wait_until_they_meet(nodes: &mut [Node]) -> Result<()> {
	let others = nodes.len().saturating_sub(1);
	for node in nodes {
		node.wait_until_it_answers()?;
		let chain = node.chain().clone();
		node.until(&format!("{others} peers"), MEETING_LIMIT, || {
			Ok((chain.peers()? == others).then_some(()))
		})?;
	}
	Ok(())
}

/// The specification of a chain like `local` with so many validators, with its genesis edited besides;
/// the file that all nodes are given.
pub fn specification(
	programs: &Programs,
	folder: &Path,
	validators: usize,
	edit: impl FnOnce(&mut Value),
) -> Result<PathBuf> {
	let names = WELL_KNOWN.get(..validators).context("more validators than well-known keys")?;
	let mut keys = Vec::new();
	for name in names {
		let account = well_known_key(programs, name, "sr25519")?;
		let grandpa = well_known_key(programs, name, "ed25519")?;
		let beefy = well_known_key(programs, name, "ecdsa")?;
		keys.push([account, grandpa, beefy]);
	}
	specification::edited(programs, folder, "local", |genesis| {
		set_validators(genesis, &keys);
		edit(genesis);
	})
}

/// Makes accounts, each with the keys of its votes for GRANDPA and BEEFY, the first validators of a genesis.
fn set_validators(genesis: &mut Value, keys: &[[String; 3]]) {
	let bond = genesis["validators"]["candidates"][0][1].clone();
	let candidates = keys.iter().map(|[account, ..]| json!([account, bond]));
	let session = keys.iter().map(|[account, grandpa, beefy]| {
		json!([account, account, { "babe": account, "grandpa": grandpa, "beefy": beefy }])
	});
	genesis["session"]["keys"] = session.collect();
	genesis["validators"]["candidates"] = candidates.collect();
	// One may leave, so that it can be watched.
	genesis["validators"]["least"] = json!(keys.len().saturating_sub(1).max(1));
}

/// The public key of a well-known name, as an address.
fn well_known_key(programs: &Programs, name: &str, scheme: &str) -> Result<String> {
	let mut secret = format!("//{name}");
	if let Some(first) = secret.get_mut(2..3) {
		first.make_ascii_uppercase();
	}
	let output = Command::new(&programs.node)
		.args(["key", "inspect", "--output-type", "json", "--scheme", scheme, &secret])
		.output()
		.context("cannot start the node's program")?;
	ensure!(output.status.success(), "key inspect: {}", String::from_utf8_lossy(&output.stderr));
	let shown: Value = serde_json::from_slice(&output.stdout)?;
	let key = shown["ss58PublicKey"].as_str().map(String::from);
	key.with_context(|| format!("key inspect printed no public key: {shown}"))
}

/// Settings of nodes that know each other's addresses: validators first.
pub fn plan(programs: &Programs, folder: &Path, chain: &str, size: Size) -> Result<Vec<Settings>> {
	let names =
		WELL_KNOWN.get(..size.validators).context("more validators than well-known keys")?;
	let mut all = Vec::new();
	for name in names {
		let (mut settings, peer) = validator(programs, folder, chain, name)?;
		settings.arguments.push(format!("--{name}"));
		all.push((settings, peer));
	}
	for number in 1..=size.full_nodes {
		all.push(full_node(programs, folder, chain, &format!("full-{number}"))?);
	}
	if let [(alone, _)] = &mut all[..] {
		// A validator without peers makes no blocks by itself.
		alone.arguments.push("--force-authoring".into());
	}
	let addresses: Vec<String> =
		all.iter().map(|(settings, peer)| address(settings, peer)).collect();
	let mut plan = Vec::new();
	for (own, (mut settings, _)) in all.into_iter().enumerate() {
		let others = addresses.iter().enumerate().filter(|(other, _)| *other != own);
		settings.arguments.extend(others.map(|(_, address)| format!("--bootnodes={address}")));
		plan.push(settings);
	}
	Ok(plan)
}

/// Starts nodes, without waiting for anything.
pub fn spawn(programs: &Programs, plan: Vec<Settings>) -> Result<Vec<Node>> {
	plan.into_iter().map(|settings| Node::spawn(programs, settings)).collect()
}

/// Starts one more node that makes blocks once it has keys of an elected account, and waits until it
/// sees all of `others` and has their last final block.
pub fn add(
	programs: &Programs,
	folder: &Path,
	chain: &str,
	name: &str,
	others: &[Node],
) -> Result<Node> {
	add_with_keys(programs, folder, chain, name, others, None)
}

/// Does what [`add`] does, with the session keys of a validator that has well-known ones.
pub fn add_with_keys(
	programs: &Programs,
	folder: &Path,
	chain: &str,
	name: &str,
	others: &[Node],
	keys: Option<&str>,
) -> Result<Node> {
	let (mut settings, _) = validator(programs, folder, chain, name)?;
	settings.arguments.extend(keys.map(|known| format!("--{known}")));
	let mut height = 0;
	for other in others {
		let address = address_of(other)?;
		settings.arguments.push(format!("--bootnodes={address}"));
		height = height.max(other.chain().finalized()?);
	}
	let mut node = Node::start(programs, settings)?;
	let chain = node.chain().clone();
	node.until("all peers and their blocks", MEETING_LIMIT, || {
		let met = chain.peers()? == others.len() && chain.finalized()? >= height;
		Ok(met.then_some(()))
	})?;
	Ok(node)
}

/// The address by which other nodes reach one that runs.
pub fn address_of(node: &Node) -> Result<String> {
	let peer = node.chain().rpc().call("system_localPeerId", json!([]))?;
	Ok(address(&node.settings, peer.as_str().context("a node without a peer id")?))
}

/// Lines between nodes that can be cut.
pub struct Lines(Links);

/// Starts validators with these well-known keys that reach each other over lines which can be cut, and
/// waits until each sees all others. The specification must be of a live chain: on others nodes also learn
/// each other's own addresses.
pub fn start_separable(
	programs: &Programs,
	folder: &Path,
	chain: &str,
	validators: &[&str],
) -> Result<(Vec<Node>, Lines)> {
	let mut all = Vec::new();
	for name in validators {
		let (mut settings, peer) = validator(programs, folder, chain, name)?;
		settings.arguments.extend([format!("--{name}"), "--reserved-only".into()]);
		all.push((settings, peer));
	}
	let links = Links::to(all.iter().map(|(settings, _)| settings.network_port).collect())?;
	let mut addresses = Vec::new();
	for (number, (_, peer)) in all.iter().enumerate() {
		let port = links.port(number).context("a node without a line")?;
		addresses.push(format!("--reserved-nodes=/ip4/127.0.0.1/tcp/{port}/p2p/{peer}"));
	}
	let mut nodes = Vec::new();
	for (number, (mut settings, _)) in all.into_iter().enumerate() {
		let others = addresses.iter().enumerate().filter(|(other, _)| *other != number);
		settings.arguments.extend(others.map(|(_, address)| address.clone()));
		nodes.push(Node::spawn(programs, settings)?);
	}
	wait_until_they_meet(&mut nodes)?;
	Ok((nodes, Lines(links)))
}

impl Lines {
	/// Cuts every line between the first nodes, so many, and the others, and waits until they see it.
	pub fn cut_after(&self, nodes: &mut [Node], first: usize) -> Result<()> {
		let all = nodes.len();
		self.0.cut_after(first);
		for (number, node) in nodes.iter_mut().enumerate() {
			let chain = node.chain().clone();
			let peers = if number < first { first - 1 } else { all - first - 1 };
			let what = format!("node {number} sees {peers} others");
			node.until(&what, MEETING_LIMIT, || Ok((chain.peers()? == peers).then_some(())))?;
		}
		Ok(())
	}

	/// Mends every line.
	pub fn mend(&self) {
		self.0.mend();
	}
}

/// Starts a node that follows the others, with these arguments besides, and waits until it answers.
pub fn join(
	programs: &Programs,
	folder: &Path,
	chain: &str,
	name: &str,
	others: &[Node],
	arguments: &[&str],
) -> Result<Node> {
	let (mut settings, _) = full_node(programs, folder, chain, name)?;
	settings.arguments.extend(arguments.iter().map(|argument| argument.to_string()));
	for other in others {
		settings.arguments.push(format!("--bootnodes={}", address_of(other)?));
	}
	Node::start(programs, settings)
}

/// A validator's settings, and its peer id.
fn validator(
	programs: &Programs,
	folder: &Path,
	chain: &str,
	name: &str,
) -> Result<(Settings, String)> {
	let (mut settings, peer) = full_node(programs, folder, chain, name)?;
	settings.arguments.push("--validator".into());
	Ok((settings, peer))
}

/// A node's settings, and its peer id.
fn full_node(
	programs: &Programs,
	folder: &Path,
	chain: &str,
	name: &str,
) -> Result<(Settings, String)> {
	// A validator draws no node key by itself, so that its address does not change unnoticed, and others
	// are told all addresses beforehand.
	let key = folder.join(format!("{name}.key"));
	let peer = generate_node_key(programs, &key)?;
	let arguments = vec![
		format!("--chain={chain}"),
		format!("--node-key-file={}", key.display()),
		"--allow-private-ip".into(),
	];
	Ok((Settings::new(name, folder, arguments)?, peer))
}

fn address(settings: &Settings, peer: &str) -> String {
	format!("/ip4/127.0.0.1/tcp/{}/p2p/{peer}", settings.network_port)
}

fn generate_node_key(programs: &Programs, file: &Path) -> Result<String> {
	let output = Command::new(&programs.node)
		.args(["key", "generate-node-key", "--chain=local", "--file"])
		.arg(file)
		.output()
		.context("cannot start the node's program")?;
	let errors = String::from_utf8_lossy(&output.stderr);
	if !output.status.success() {
		bail!("generate-node-key ended with {}: {errors}", output.status);
	}
	// The peer id stands alone on the last line.
	let peer = errors.lines().last().unwrap_or_default().trim();
	if !peer.starts_with("12D3KooW") {
		bail!("generate-node-key printed no peer id: {errors}");
	}
	Ok(peer.into())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_genesis_has_the_validators_that_are_asked_for() {
		let mut genesis = json!({
			"validators": { "candidates": [["old", 7]], "least": 9, "lengths": {} },
			"session": { "keys": [["old", "old", {}]] },
			"sudo": { "key": "kept" },
		});
		let keys = ["a", "b"]
			.map(|name| [name.to_owned(), format!("{name}-votes"), format!("{name}-abroad")]);
		set_validators(&mut genesis, &keys);
		let validators = json!({ "candidates": [["a", 7], ["b", 7]], "least": 1, "lengths": {} });
		assert_eq!(genesis["validators"], validators);
		assert_eq!(
			genesis["session"]["keys"][1],
			json!(["b", "b", { "babe": "b", "grandpa": "b-votes", "beefy": "b-abroad" }])
		);
		assert_eq!(genesis["session"]["keys"].as_array().map(Vec::len), Some(2));
		assert_eq!(genesis["sudo"]["key"], "kept");
	}
}
