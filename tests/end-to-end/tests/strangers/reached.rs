//! A full node that strangers use.

use std::{
	io::{Read, Write},
	net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream},
	path::Path,
	time::Duration,
};

use anyhow::{ensure, Result};
use meterproof_driver::{
	node::{Node, Settings},
	programs::Programs,
	rpc::RpcError,
};
use serde_json::{json, Value};

/// Time for an answer.
const LIMIT: Duration = Duration::from_secs(20);

pub fn open_node(programs: &Programs, folder: &Path) -> Result<Node> {
	let options = ["--chain=local", "--rpc-external", "--rpc-methods=safe", "--rpc-rate-limit=600"];
	Node::start(programs, Settings::new("open", folder, options.map(Into::into).to_vec())?)
}

/// The first line of the answer to a question that names this host.
fn asked_for(address: SocketAddr, host: &str) -> Result<String> {
	let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "metering_period", "params": [] });
	let body = body.to_string();
	let mut line = TcpStream::connect_timeout(&address, LIMIT)?;
	line.set_read_timeout(Some(LIMIT))?;
	write!(
		line,
		"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
		 Connection: close\r\n\r\n{body}",
		body.len()
	)?;
	let mut answer = String::new();
	line.read_to_string(&mut answer)?;
	Ok(answer.lines().next().unwrap_or_default().to_owned())
}

/// On the port that was asked for, in both protocols.
pub fn by_address_and_by_name(node: &Node) -> Result<()> {
	let port = node.settings.rpc_port;
	let hosts = [
		format!("127.0.0.1:{port}"),
		format!("192.168.1.20:{port}"),
		format!("[2001:db8::1]:{port}"),
		"meters.example.org".to_owned(),
	];
	let mut addresses: Vec<IpAddr> = vec![Ipv4Addr::LOCALHOST.into()];
	if TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok() {
		addresses.push(Ipv6Addr::LOCALHOST.into());
	}
	for address in addresses {
		for host in &hosts {
			let first = asked_for(SocketAddr::new(address, port), host)?;
			ensure!(first.contains(" 200 "), "{address}, {host}: {first}");
		}
	}
	Ok(())
}

/// A float, a field too many, another case, bad hexadecimal, no object: the others have their answers.
pub fn every_item_has_its_answer(node: &Node) -> Result<()> {
	let item = |device: u32, field: &str, value: Value| {
		let mut item = json!({
			"device": device, "period": 149_000_000, "direction": "export",
			"commitment": format!("0x{}", "0".repeat(64)),
			"signature": format!("0x{}", "0".repeat(128)),
		});
		item[field] = value;
		item
	};
	let items = json!([
		item(0, "device", json!(0)),
		item(1, "period", json!(1.49e8)),
		item(2, "ts", json!(1)),
		item(3, "direction", json!("Export")),
		item(4, "commitment", json!("0xzz")),
		"0x00",
		item(6, "device", json!(6)),
	]);
	let answers = node.chain().rpc().call("metering_submitCommitments", json!([items]))?;
	let answers = answers.as_array().cloned().unwrap_or_default();
	let names: Vec<_> = answers.iter().map(|answer| &answer["error"]["name"]).collect();
	let bad = json!("Malformed");
	ensure!(names.len() == 7 && names[1..6].iter().all(|name| **name == bad), "{answers:?}");
	for (at, field) in [(1, "`period`"), (2, "`ts`"), (3, "`direction`"), (4, "commitment")] {
		let message = answers[at]["error"]["message"].as_str().unwrap_or_default();
		ensure!(message.contains(field), "{message}");
	}
	for good in [0, 6] {
		ensure!(names[good] != &bad && answers[good]["status"] == "refused", "{answers:?}");
	}
	let nullifier = format!("0x{}", "0".repeat(64));
	let spent = node.chain().rpc().call("payments_spent", json!([[nullifier, "0x00", 7]]))?;
	ensure!(spent == json!([false, null, null]), "{spent}");
	Ok(())
}

pub fn names_are_those_of_the_document(node: &Node) -> Result<()> {
	let rpc = node.chain().rpc();
	let by_name = rpc.call("metering_periodAt", json!({ "atMs": 1_700_000_000_000_u64 }))?;
	let by_place = rpc.call("metering_periodAt", json!([1_700_000_000_000_u64]))?;
	ensure!(by_name["period"] == by_place["period"], "{by_name} {by_place}");
	for (method, params, word) in [
		("metering_periodAt", json!({ "at_ms": 1 }), "at_ms"),
		("market_offers", json!({ "Zone": 1 }), "Zone"),
		("market_offers", json!([1, 2, 3, 4]), "4 parameters"),
		("devices_get", json!(["7"]), "`id`"),
		("validators_bond", json!(["5Grw"]), "`account`"),
		("market_book", json!([1, "steam", 0]), "`resource`"),
	] {
		match rpc.call(method, params) {
			Err(RpcError::Refused { code: -32_602, message }) => {
				ensure!(message.contains(word), "{message}");
			},
			other => anyhow::bail!("{method}: {other:?}"),
		}
	}
	Ok(())
}

/// Strangers are refused what an owner may call, by the guard and not since the methods were unknown.
pub fn what_is_its_owners_is_refused(node: &Node) -> Result<()> {
	for (method, params) in
		[("sync_state_genSyncSpec", json!([true])), ("audit_invariants", json!([]))]
	{
		match node.chain().rpc().call(method, params) {
			Err(RpcError::Refused { message, .. }) if message.contains("unsafe") => {},
			Err(other) => anyhow::bail!("{method}: {other}"),
			Ok(_) => anyhow::bail!("strangers are answered {method}"),
		}
	}
	Ok(())
}
