//! Following the chain without trusting a node: a light client through set changes, from the genesis and
//! from a checkpoint; a full node that syncs by finality's proofs alone; a checkpoint of another chain; a
//! contract on another chain that takes a settlement for final.
//!
//! `METERPROOF_SET_CHANGES` and `METERPROOF_BLOCKS` make it longer, and `METERPROOF_SPEED` has the validators'
//! clock go so many times as fast: sessions are then as long as so many changes in so many blocks want, and
//! nothing is settled, since client and meters go by the true clock.

#[path = "light/bridge.rs"]
mod bridge;

use std::{
	env, fs,
	path::Path,
	process::{Command, Stdio},
	time::{Duration, Instant},
};

use anyhow::{bail, ensure, Context, Result};
use meterproof_driver::{
	chain::Chain,
	clock::Clock,
	light::{self, LightClient},
	network,
	node::{Node, Own, Settings},
	ports,
	programs::Programs,
	serial, specification, wait,
};
use serde_json::{json, Value};

/// Storage key of `System::Number`: the two names hashed by Twox-128.
const NUMBER: &str = "0x26aa394eea5630e07c48ae0c9558cef702a5c1b19ab7a04f536c519aca4983ac";

/// Fewest slots of a session: each begins with a new set of voters.
const SESSION_SLOTS: u64 = 10;

/// Seconds of a slot.
const SLOT: u64 = 2;

/// Time for a light client to find the head, on a loaded machine.
const START_LIMIT: Duration = Duration::from_secs(60);

/// Changes of the voters' set from which on a run is a measurement.
const MANY_CHANGES: u64 = 10;

/// What a light client may take then until it knows a finalised block.
const COLD_START: Duration = Duration::from_secs(5);

/// Time for a node to end by itself.
const END_LIMIT: Duration = Duration::from_secs(60);

fn asked_for(variable: &str, otherwise: u64) -> Result<u64> {
	match env::var(variable) {
		Ok(text) => text.parse().with_context(|| format!("{variable} is no number")),
		Err(_) => Ok(otherwise),
	}
}

/// How far the chain is followed, and how fast it goes.
struct Way {
	changes: u64,
	blocks: u64,
	speed: u64,
}

impl Way {
	fn asked_for() -> Result<Self> {
		Ok(Self {
			changes: asked_for("METERPROOF_SET_CHANGES", 2)?,
			blocks: asked_for("METERPROOF_BLOCKS", 0)?,
			speed: asked_for("METERPROOF_SPEED", 1)?,
		})
	}

	fn is_fast(&self) -> bool {
		self.speed > 1
	}

	fn session_slots(&self) -> u64 {
		let spread = if self.is_fast() { self.blocks / self.changes.max(1) } else { 0 };
		spread.max(SESSION_SLOTS)
	}

	/// The slots until all is there, with some more where blocks are missing.
	fn slots(&self) -> u64 {
		(self.changes + 2) * self.session_slots() + self.blocks
	}

	/// The validators' clock, if it is fast. It is as far behind as it never gets past the true one: blocks
	/// of the future are refused.
	fn clock(&self, folder: &Path) -> Result<Option<Clock>> {
		if !self.is_fast() {
			return Ok(None);
		}
		let behind = Duration::from_secs(4 * SLOT * self.slots());
		Ok(Some(Clock::new(folder)?.faster(u32::try_from(self.speed)?).behind(behind)?))
	}
}

fn short_sessions(genesis: &mut Value, slots: u64) {
	genesis["validators"]["lengths"] = json!({
		"epochSlots": slots,
		"sessionsPerEra": 1,
		"reportEras": 2,
		"slashEras": 2,
		"unbondingEras": 6,
	});
}

/// Starts a full node that also listens on a websocket, and answers with that address.
fn doorway(
	programs: &Programs,
	folder: &Path,
	chain: &str,
	validators: &[Node],
	clock: Option<Clock>,
) -> Result<(Node, String)> {
	let port = ports::free()?;
	let mut arguments = vec![
		format!("--chain={chain}"),
		format!("--listen-addr=/ip4/127.0.0.1/tcp/{port}/ws"),
		"--allow-private-ip".into(),
		// For proofs of settlements.
		"--enable-offchain-indexing=true".into(),
	];
	arguments.extend(boot_nodes(validators)?);
	let own = Own { clock, ..Own::default() };
	let settings = Settings { own, ..Settings::new("doorway", folder, arguments)? };
	let node = Node::start(programs, settings)?;
	let peer = peer_id(&node)?;
	Ok((node, format!("/ip4/127.0.0.1/tcp/{port}/ws/p2p/{peer}")))
}

fn peer_id(node: &Node) -> Result<String> {
	let peer = node.chain().rpc().call("system_localPeerId", json!([]))?;
	Ok(peer.as_str().context("a node without a peer id")?.to_owned())
}

fn boot_nodes(nodes: &[Node]) -> Result<Vec<String>> {
	let address = |node: &Node| -> Result<String> {
		let (port, peer) = (node.settings.network_port, peer_id(node)?);
		Ok(format!("--bootnodes=/ip4/127.0.0.1/tcp/{port}/p2p/{peer}"))
	};
	nodes.iter().map(address).collect()
}

fn set(chain: &Chain) -> Result<u64> {
	let state = chain.rpc().call("grandpa_roundState", json!([]))?;
	state["setId"].as_u64().context("no set of voters")
}

fn hash(chain: &Chain, number: u64) -> Result<String> {
	let hash = chain.rpc().call("chain_getBlockHash", json!([number]))?;
	Ok(hash.as_str().context("no such block")?.to_owned())
}

/// A light client has found the head, and every block that it takes for final is final on the chain.
fn ensure_follows(client: &mut LightClient, chain: &Chain) -> Result<()> {
	let height = chain.finalized()?;
	let what = format!("the light client follows to block {height} and reads the state");
	let (blocks, values) = client.until(&what, START_LIMIT, |finalized, proved| {
		let there = finalized.last().is_some_and(|last| last.number >= height);
		let read = proved.last().is_some_and(|last| last.number >= height);
		Ok((there && read).then(|| (finalized.to_vec(), proved.to_vec())))
	})?;
	for block in blocks {
		ensure!(block.hash == hash(chain, block.number)?, "block {} differs", block.number);
	}
	for proved in values {
		let number = u32::try_from(proved.number)?.to_le_bytes();
		let expected = format!("0x{}", hex::encode(number));
		ensure!(proved.value == expected, "the state of block {} differs", proved.number);
	}
	Ok(())
}

/// From the light client's start until it knows a finalised block.
fn cold_start(client: &mut LightClient, from: &str, way: &Way) -> Result<()> {
	let after = client.until("the first finalised block", START_LIMIT, |finalized, _| {
		Ok(finalized.first().map(|first| first.after))
	})?;
	println!("from {from}, the first finalised block after {after:?}");
	ensure!(way.changes < MANY_CHANGES || after <= COLD_START, "it took {after:?} from {from}");
	Ok(())
}

#[test]
fn the_chain_is_followed_without_trust_in_a_node() -> Result<()> {
	serial::scenario(|| {
		let programs = Programs::find()?;
		let folder = tempfile::Builder::new().prefix("meterproof-e2e-").tempdir()?;
		let path = folder.path();
		let way = Way::asked_for()?;
		let slots = way.session_slots();
		let short = |genesis: &mut Value| short_sessions(genesis, slots);
		let file = specification::edited(&programs, path, "local", short)?;
		let chain = file.to_string_lossy().into_owned();
		let clock = way.clock(path)?;
		let validators = network::start_by(&programs, path, &chain, clock.as_ref())?;
		let (doorway, address) = doorway(&programs, path, &chain, &validators, clock)?;

		let plain: Value = serde_json::from_slice(&fs::read(&file)?)?;
		let from_genesis = path.join("from-genesis.json");
		light::with_boot_node(plain.clone(), &address, &from_genesis)?;
		let first_validator = validators.first().context("no validators")?.chain();
		let begin = set(first_validator)?;
		let mut client = LightClient::start("light", &from_genesis, NUMBER, path)?;
		cold_start(&mut client, "genesis", &way)?;
		ensure_follows(&mut client, doorway.chain())?;

		// The set changes meanwhile.
		let contract =
			(!way.is_fast()).then(|| bridge::settle_one(&programs, path, &doorway)).transpose()?;
		let Way { changes, blocks, speed } = way;
		let limit = Duration::from_secs(2 * SLOT * way.slots() / speed * 2 + 60);
		wait::until(&format!("{changes} changes of the voters' set"), limit, || {
			let there = set(first_validator)? >= begin + changes;
			Ok((there && doorway.chain().finalized()? >= blocks).then_some(()))
		})?;
		ensure_follows(&mut client, doorway.chain())?;
		println!("{changes} set changes followed");
		drop(client);

		from_a_checkpoint(path, &doorway, &address, &way)?;
		by_warp_sync(&programs, path, &chain, &validators)?;
		contract.map(|contract| contract.finish()).transpose()?;
		refused(&programs, path, &plain, &doorway)
	})
}

/// A specification with a checkpoint, as an operator's node makes it, is enough for a cold start.
fn from_a_checkpoint(path: &Path, doorway: &Node, address: &str, way: &Way) -> Result<()> {
	let made = doorway.chain().rpc().call("sync_state_genSyncSpec", json!([true]))?;
	ensure!(made["lightSyncState"]["finalizedBlockHeader"].is_string(), "no checkpoint in {made}");
	let file = path.join("from-checkpoint.json");
	light::with_boot_node(made, address, &file)?;
	let mut client = LightClient::start("light-from-checkpoint", &file, NUMBER, path)?;
	cold_start(&mut client, "a checkpoint", way)?;
	ensure_follows(&mut client, doorway.chain())
}

/// A full node that has nothing takes the state of the last final block, by the proofs of the sets. It
/// has the other network backend than the validators.
fn by_warp_sync(programs: &Programs, path: &Path, chain: &str, validators: &[Node]) -> Result<()> {
	let mut arguments = vec![
		format!("--chain={chain}"),
		"--sync=warp".into(),
		"--network-backend=libp2p".into(),
		"--allow-private-ip".into(),
	];
	arguments.extend(boot_nodes(validators)?);
	let height = validators.first().context("no validators")?.chain().finalized()?;
	let mut synced = None;
	// A node cannot begin right behind a change of the voters' set (docs/light-clients.md); then a new one
	// begins elsewhere.
	for name in ["warp", "warp-again", "warp-once-more"] {
		let begun = Instant::now();
		let settings = Settings::new(name, path, arguments.clone())?;
		let log = settings.log();
		let mut node = Node::start(programs, settings)?;
		let own = node.chain().clone();
		let has_state = node.until("the state of the last final block", START_LIMIT, || {
			if fs::read_to_string(&log)?.contains("State sync failed") {
				return Ok(Some(false));
			}
			Ok((own.finalized()? >= height).then_some(true))
		})?;
		if has_state {
			synced = Some((node, begun));
			break;
		}
	}
	let (node, begun) = synced.context("three nodes could not begin")?;
	let own = node.chain().clone();
	println!("warp sync over {height} blocks took {:?}", begun.elapsed());
	let other = validators.first().context("no validators")?.chain();
	let number = own.finalized()?;
	ensure!(hash(&own, number)? == hash(other, number)?, "block {number} differs");
	let state = own.rpc().call("state_getStorage", json!([NUMBER, hash(&own, number)?]))?;
	let expected = format!("0x{}", hex::encode(u32::try_from(number)?.to_le_bytes()));
	ensure!(state == json!(expected), "the state of block {number} differs: {state}");
	Ok(())
}

/// A node does not start with a specification that would lead light clients elsewhere.
fn refused(programs: &Programs, path: &Path, plain: &Value, doorway: &Node) -> Result<()> {
	let made = doorway.chain().rpc().call("sync_state_genSyncSpec", json!([true]))?;
	let mut foreign = made["lightSyncState"].clone();
	let header = foreign["finalizedBlockHeader"].as_str().context("no header")?.to_owned();
	// The parent's hash comes first; height 1 is known to a node from its first block on, and height 0,
	// whose encoding has the same length, from its birth.
	let number = header.get(66..68).context("a short header")?;
	let digits = if u8::from_str_radix(number, 16)? & 3 == 1 { 4 } else { 2 };
	let rest = header.get(66 + digits..).context("a short header")?;
	let genesis = format!("{}00{rest}", header.get(..66).context("a short header")?);
	foreign["finalizedBlockHeader"] = json!(genesis);
	for (name, checkpoint, error) in [
		("foreign", foreign, "CheckpointOfAnotherChain"),
		("no", json!({ "finalizedBlockHeader": "0x00" }), "BadCheckpoint"),
	] {
		let mut specification = plain.clone();
		specification["lightSyncState"] = checkpoint;
		let file = path.join(format!("{name}-checkpoint.json"));
		fs::write(&file, specification.to_string())?;
		let mut child = Command::new(&programs.node)
			.arg(format!("--chain={}", file.display()))
			.arg("--base-path")
			.arg(path.join(name))
			.arg("--wasm-cache")
			.arg(programs.wasm_cache())
			.args(["--rpc-port", &ports::free()?.to_string()])
			.args(["--listen-addr", &format!("/ip4/127.0.0.1/tcp/{}", ports::free()?)])
			.args(["--no-mdns", "--no-prometheus", "--no-telemetry"])
			.stderr(fs::File::create(path.join(format!("{name}.log")))?)
			.stdout(Stdio::null())
			.spawn()?;
		let status = wait::until("the node ends", END_LIMIT, || Ok(child.try_wait()?));
		// A node that goes on is ended before its folder goes.
		let _ = child.kill();
		let status = status?;
		let log = fs::read_to_string(path.join(format!("{name}.log")))?;
		if status.success() || !log.contains(error) {
			bail!("a node took the checkpoint {name}, or did not say {error}:\n{log}");
		}
	}
	Ok(())
}
