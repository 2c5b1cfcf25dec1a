//! What is told about a network: where its nodes are, and what one can try.

use std::{fmt::Write, path::Path};

use anyhow::{Context, Result};
use meterproof_driver::{network, node::Node, programs::Programs};

/// One line for each node.
pub fn nodes(nodes: &[Node]) -> String {
	let mut text = String::new();
	for node in nodes {
		let is_validator = node.settings.arguments.iter().any(|given| given == "--validator");
		let role = if is_validator { "validator" } else { "full node" };
		// Writing into a text does not fail.
		let _ = writeln!(
			text,
			"   {:<8} {role:<9}  RPC {}  metrics {}  log {}",
			node.settings.name,
			node.url(),
			node.metrics_url().unwrap_or_else(|| "none".into()),
			node.settings.log().display(),
		);
	}
	text
}

/// Commands to try, as they can be typed elsewhere.
pub fn next(programs: &Programs, nodes: &[Node], specification: &Path) -> Result<String> {
	// Strangers ask full nodes.
	let asked = nodes.last().context("a network without nodes")?;
	let first = nodes.first().context("a network without nodes")?;
	let client = programs.client.display();
	let (url, http) = (asked.url(), asked.url().replace("ws://", "http://"));
	let metrics = asked.metrics_url().context("a node without metrics")?;
	let (node, specification) = (programs.node.display(), specification.display());
	let boot = network::address_of(first)?;
	Ok(format!(
		"Try, in another terminal:\n\
		 \n\
		 The validators, and what they have on hold:\n    \
		 {client} --url {url} validator status\n\
		 An account of the chain, which has a million MPF (//Bob, //Charlie and others have too):\n    \
		 {client} --url {url} --account //Alice account balance\n\
		 The running settlement period, of twelve seconds:\n    \
		 {client} --url {url} period\n\
		 Plain JSON-RPC:\n    \
		 curl -s -H 'Content-Type: application/json' \\\n        \
		 -d '{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"metering_period\",\"params\":[]}}' {http}\n\
		 What the nodes measure of themselves (docs/metrics.md):\n    \
		 curl -s {metrics} | grep ^meterproof_\n\
		 One more node, which can join as a validator, and whose files go when it ends:\n    \
		 {node} --validator --chain {specification} --tmp --unsafe-force-node-key-generation \\\n        \
		 --allow-private-ip --port 0 --rpc-port 9944 --no-prometheus --bootnodes {boot}\n\
		 Have it join, once it has the others' blocks (docs/operations.md):\n    \
		 {client} --url ws://127.0.0.1:9944 --account //Alice//stash validator join --bond 5000\n"
	))
}
