//! Three validators on loopback.

use std::{path::Path, process::Command, time::Duration};

use anyhow::{bail, Context, Result};
use serde_json::json;

use crate::{
	links::Links,
	node::{Node, Settings},
	programs::Programs,
};

/// The validators of the `local` chain, by their well-known keys.
const VALIDATORS: [&str; 3] = ["alice", "bob", "charlie"];

/// How long three nodes may take to find each other.
const MEETING_LIMIT: Duration = Duration::from_secs(60);

/// Starts the validators of the `local` chain, each knowing the others' addresses, and waits until
/// each sees two peers.
pub fn start(programs: &Programs, folder: &Path) -> Result<Vec<Node>> {
	start_on(programs, folder, "local")
}

/// Starts the validators of the `local` chain as [`start`] does, on a chain of a specification that
/// has them: its name, or its file.
pub fn start_on(programs: &Programs, folder: &Path, chain: &str) -> Result<Vec<Node>> {
	let mut all = Vec::new();
	let mut addresses = Vec::new();
	for name in VALIDATORS {
		let (mut settings, peer) = validator(programs, folder, chain, name)?;
		settings.arguments.push(format!("--{name}"));
		addresses.push(address(&settings, &peer));
		all.push(settings);
	}
	for (own, settings) in all.iter_mut().enumerate() {
		let others = addresses.iter().enumerate().filter(|(other, _)| *other != own);
		settings.arguments.extend(others.map(|(_, address)| format!("--bootnodes={address}")));
	}
	let mut nodes = Vec::new();
	for settings in all {
		nodes.push(Node::spawn(programs, settings)?);
	}
	for node in &mut nodes {
		node.wait_until_it_answers()?;
		let chain = node.chain().clone();
		node.until("two peers", MEETING_LIMIT, || {
			Ok((chain.peers()? == VALIDATORS.len() - 1).then_some(()))
		})?;
	}
	Ok(nodes)
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
		let peer = other.chain().rpc().call("system_localPeerId", json!([]))?;
		let peer = peer.as_str().context("a node without a peer id")?;
		settings.arguments.push(format!("--bootnodes={}", address(&other.settings, peer)));
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

/// Validators that reach each other over lines which can be cut.
pub struct Separable {
	/// The nodes.
	pub nodes: Vec<Node>,
	links: Links,
}

impl Separable {
	/// Starts validators with these well-known keys, and waits until each sees all others. The
	/// specification must be of a live chain: on others nodes also learn each other's own addresses.
	pub fn start(
		programs: &Programs,
		folder: &Path,
		chain: &str,
		validators: &[&str],
	) -> Result<Self> {
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
		let mut network = Self { nodes, links };
		for node in &mut network.nodes {
			node.wait_until_it_answers()?;
		}
		network.wait_for_peers(|_| validators.len() - 1)?;
		Ok(network)
	}

	/// Cuts every line between the first nodes, so many, and the others.
	pub fn cut_after(&mut self, first: usize) -> Result<()> {
		let all = self.nodes.len();
		self.links.cut_after(first);
		self.wait_for_peers(|node| if node < first { first - 1 } else { all - first - 1 })
	}

	/// Mends every line.
	pub fn mend(&self) {
		self.links.mend();
	}

	/// Waits until each node sees as many others as it should.
	fn wait_for_peers(&mut self, expected: impl Fn(usize) -> usize) -> Result<()> {
		for (number, node) in self.nodes.iter_mut().enumerate() {
			let chain = node.chain().clone();
			let peers = expected(number);
			let what = format!("node {number} sees {peers} others");
			node.until(&what, MEETING_LIMIT, || Ok((chain.peers()? == peers).then_some(())))?;
		}
		Ok(())
	}
}

/// A validator's settings, and its peer id.
fn validator(
	programs: &Programs,
	folder: &Path,
	chain: &str,
	name: &str,
) -> Result<(Settings, String)> {
	// A validator draws no node key by itself, so that its address does not change unnoticed.
	let key = folder.join(format!("{name}.key"));
	let peer = generate_node_key(programs, &key)?;
	let arguments = vec![
		format!("--chain={chain}"),
		"--validator".into(),
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
