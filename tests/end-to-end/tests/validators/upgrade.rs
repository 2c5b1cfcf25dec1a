//! Other code under load: payments and commitments go on while it takes the place of the runtime's, while
//! its migration of several blocks shuts everybody out, and while a validator is killed in the middle.

use std::{
	collections::BTreeSet,
	panic::resume_unwind,
	sync::atomic::{AtomicBool, Ordering},
	thread,
	time::{Duration, Instant},
};

use anyhow::{ensure, Context, Result};
use meterproof_device::Direction;
use meterproof_driver::{
	account::Account,
	chain::{integer, Answer, Chain},
	client::Client,
	meter::Meter,
	node::Node,
	operator::{appoint, attest, NewMeter, Operator},
	programs::Programs,
	setting::seed,
	wait,
};
use serde_json::{json, Value};

/// One MPF in smallest units.
const MPF: u128 = 1_000_000_000_000;
/// Meters, which commit in turn.
const METERS: usize = 4;
/// Time for the migration to begin after what leads to it has been approved: an enactment and more.
const BEGIN: Duration = Duration::from_secs(120);
/// Time for the migration to end: eight blocks, with a validator that is away.
const END: Duration = Duration::from_secs(60);
/// The longest time without a new block that is no stall: some slots of a validator that is away.
const STALL: Duration = Duration::from_secs(16);
/// The shortest time that the migration closes the exchange for: five blocks and what lies before them.
const CLOSED_MS: u64 = 8_000;

/// Storage key of `System.LastRuntimeUpgrade`: without it the next block begins as after an upgrade.
const LAST_UPGRADE: &str = "26aa394eea5630e07c48ae0c9558cef7f9cce9c888469bb1a0dceaa129672ef8";

/// Storage key of `MultiBlockMigrations.Cursor`: something stands there while a migration runs.
const CURSOR: &str = "0x0b20199ace3564d0964e2c4d4a9ba46987b188618944a73221aaabb35521b0a1";

/// The code with a frame behind it that unpacking skips: other bytes with another hash, and the same
/// Wasm, which no node has to compile anew.
pub fn other_code(code: &[u8]) -> Vec<u8> {
	const SKIPPED: [u8; 4] = 0x184d_2a50u32.to_le_bytes();
	[code, &SKIPPED, &4u32.to_le_bytes(), b"more"].concat()
}

/// `System.authorize_upgrade_without_checks`: the version is the same.
pub fn authorize(hash: &[u8; 32]) -> String {
	format!("0x000a{}", hex::encode(hash))
}

/// Takes the right of root from the account that has it, and has the next block begin as after an
/// upgrade: `Utility.batch_all` of `Sudo.remove_key` and `System.kill_storage`.
pub fn remove_sudo_and_migrate() -> String {
	format!("0x140208170400050480{LAST_UPGRADE}")
}

/// The account and the meters that send transactions during the upgrade.
pub struct Load {
	payer: Account,
	meters: Vec<Meter>,
	chain: Chain,
	genesis: [u8; 32],
}

/// What was taken.
#[derive(Default)]
struct Sent {
	payees: Vec<Account>,
	commitments: usize,
}

impl Load {
	/// Meters of an account that does not vote. Alice still has the right of root.
	pub fn new(alice: &Account, client: &Client, node: &Node) -> Result<Self> {
		appoint(alice, alice)?;
		let folder = tempfile::Builder::new().prefix("meterproof-load-").tempdir()?;
		let operator = Operator::new(Account::well_known(client, "Eve//stash")?, folder.path());
		let names = (0..METERS).map(|number| format!("load-{number}"));
		let list: Vec<NewMeter> = names
			.map(|name| NewMeter { seed: Some(seed(&name)), name, exports: true, nameplate: 1_000 })
			.collect();
		let registered = operator.register(&list)?;
		let devices: Vec<u32> = registered.iter().map(|meter| meter.device).collect();
		attest(alice, &devices)?;
		let meters = list.iter().zip(&devices);
		let chain = node.chain().clone();
		Ok(Self {
			payer: Account::well_known(client, "Ferdie//stash")?,
			meters: meters.map(|(meter, id)| Meter::new(*id, &seed(&meter.name))).collect(),
			genesis: chain.genesis()?,
			chain,
		})
	}

	/// Somebody new is paid, and a meter commits; both are in a block when this returns.
	fn send(
		&self,
		number: usize,
		taken: &mut BTreeSet<(usize, u64)>,
		sent: &mut Sent,
	) -> Result<()> {
		let which = number % self.meters.len();
		let period = self.chain.period(None)?.index;
		let commitment = taken.insert((which, period)).then(|| {
			let counter = u32::try_from(number).unwrap_or(u32::MAX);
			self.meters[which].commit(self.genesis, period, Direction::Export, 100, counter)
		});
		if let Some(commitment) = &commitment {
			let answer = self.chain.submit_one(commitment)?;
			ensure!(answer == Answer::Accepted, "a commitment is answered {answer:?}");
		}
		let payee = Account::well_known(&self.payer.client, &format!("Loaded/{number}"))?;
		let transfer =
			["account", "transfer", "--to", &payee.address, "--amount", "3", "--wait", "block"];
		self.payer.client.run(&transfer).with_context(|| format!("payment {number}"))?;
		sent.payees.push(payee);
		if let Some(commitment) = commitment {
			self.chain.wait_for_commitments(std::slice::from_ref(&commitment))?;
			sent.commitments += 1;
		}
		Ok(())
	}

	/// Sends until it is told to stop.
	fn go_on(&self, stop: &AtomicBool) -> Result<Sent> {
		let (mut sent, mut taken) = (Sent::default(), BTreeSet::new());
		for number in 0.. {
			if stop.load(Ordering::Relaxed) {
				break;
			}
			self.send(number, &mut taken, &mut sent)?;
		}
		Ok(sent)
	}

	/// The longest time without a new block, until it is told to stop.
	fn longest_gap(&self, stop: &AtomicBool) -> Result<Duration> {
		let (mut best, mut since, mut longest) = (0, Instant::now(), Duration::ZERO);
		while !stop.load(Ordering::Relaxed) {
			let now = self.chain.best()?;
			if now > best {
				(best, since) = (now, Instant::now());
			}
			longest = longest.max(since.elapsed());
			thread::sleep(Duration::from_millis(100));
		}
		Ok(longest)
	}
}

fn migration(client: &Client) -> Result<Value> {
	client.run(&["gov", "upgrade", "status"])
}

/// Goes through the migration that has been decided, under load. Answers with the nodes, all of which run.
pub fn migrate_under_load(
	load: &Load,
	client: &Client,
	programs: &Programs,
	nodes: Vec<Node>,
) -> Result<Vec<Node>> {
	let stop = AtomicBool::new(false);
	let (nodes, sent, gap) = thread::scope(|scope| {
		let sending = scope.spawn(|| load.go_on(&stop));
		let watching = scope.spawn(|| load.longest_gap(&stop));
		let through = go_through(load, client, programs, nodes);
		stop.store(true, Ordering::Relaxed);
		let sent = sending.join().unwrap_or_else(|panic| resume_unwind(panic));
		let gap = watching.join().unwrap_or_else(|panic| resume_unwind(panic));
		anyhow::Ok((through?, sent?, gap?))
	})?;
	println!(
		"through a migration: {} payments, {} commitments, no block for {gap:?} at most",
		sent.payees.len(),
		sent.commitments
	);
	ensure!(gap < STALL, "no block for {gap:?}");
	ensure!(!sent.payees.is_empty() && sent.commitments > 0, "nothing was sent");
	load.chain.wait_until_final()?;
	for payee in &sent.payees {
		let free = payee.balance()?.free;
		ensure!(free == 3 * MPF, "{} has {free}", payee.name);
	}
	Ok(nodes)
}

fn go_through(
	load: &Load,
	client: &Client,
	programs: &Programs,
	mut nodes: Vec<Node>,
) -> Result<Vec<Node>> {
	// It lasts for some blocks only: a command may take longer on a machine that does much besides.
	wait::until("a migration runs", BEGIN, || {
		let cursor = load.chain.rpc().call("state_getStorage", json!([CURSOR]))?;
		Ok((!cursor.is_null()).then_some(()))
	})?;
	let running = load.chain.period(None)?.index;
	let last = nodes.pop().context("no validators")?;
	nodes.push(last.kill_and_restart(programs)?);
	wait::until("the migration has ended", END, || {
		Ok((migration(client)?["migration"]["state"] == "none").then_some(()))
	})?;
	let status = migration(client)?;
	ensure!(status["failed"] == false, "{status}");
	// One of two periods was open for commitments when all was closed: before that was seen another
	// one may have begun.
	let mut later = 0u64;
	for ago in [1, 2] {
		let period = json!([running.saturating_sub(ago)]);
		let period = load.chain.rpc().call("metering_period", period)?;
		let window = integer(&period["schedule"], "commitWindowMs")?;
		let least = integer(&period, "endMs")? + window;
		later = later.max(integer(&period, "cutOffMs")?.saturating_sub(least));
	}
	ensure!(later >= CLOSED_MS, "cut-offs are later by {later} ms");
	// What is sent from now on is taken as before.
	let height = load.chain.best()? + 2;
	wait::until("blocks go on", END, || Ok((load.chain.best()? >= height).then_some(())))?;
	Ok(nodes)
}
