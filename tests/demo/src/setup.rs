//! A node, the accounts, and the meters.

use std::{
	fs,
	path::{Path, PathBuf},
	thread,
};

use anyhow::{bail, Context, Result};
use meterproof_driver::{
	account::Balance,
	client::Client,
	node::{Node, Settings},
	operator::{appoint, attest, Registered, ZONE},
	programs::Programs,
	readings::{Stretch, Table},
};
use tempfile::TempDir;

use crate::{
	book::{post, register_store, stand_behind},
	options::Options,
	parties::{deal, to_register, Parties, Share, OPERATORS},
	plan::{per_kwh, posted, BUYS, SELLS},
};

/// Everything that stands before the first trade.
pub struct Setup {
	/// The readings of the whole file.
	pub table: Table,
	/// The part that is replayed.
	pub stretch: Stretch,
	/// Who owns which meter.
	pub shares: Vec<Share>,
	/// Who takes part.
	pub parties: Parties,
	/// Registered meters, by operator.
	pub registered: Vec<Vec<Registered>>,
	/// Operators' balances before the first trade: what is held are the meters' deposits.
	pub deposits: Vec<Balance>,
	/// The most that the backstop buys and sells of a period, in Wh.
	pub posted: u64,
	/// All money at the start.
	pub issuance: u128,
	/// What all accounts had at the start.
	pub total: u128,
	/// The node. Ends with the demo.
	pub node: Node,
	/// Stores, logs and database.
	pub folder: PathBuf,
	/// Removes them at the end.
	_temporary: Option<TempDir>,
}

impl Setup {
	/// Starts the node, registers and attests the meters.
	pub fn make(options: &Options, table: Table) -> Result<Self> {
		let stretch = table.brightest(options.periods)?;
		let shares = deal(&table, stretch)?;
		announce(options, &table, stretch);

		let (folder, temporary) = folder(options)?;
		let programs = Programs::find()?;
		let node = Node::start(&programs, Settings::dev(&folder)?)?;
		let genesis = node.chain().genesis()?;
		println!("\n1. A chain: one validator, a temporary database");
		println!("   JSON-RPC {}, genesis 0x{}", node.url(), hex::encode(genesis));
		let length = node.chain().period(None)?.schedule.length;
		println!(
			"   A settlement period has {} s here, 15 or 30 min in the field.",
			length / 1_000
		);

		let client = Client::new(&programs.client, &node.url(), "//Alice", &folder);
		let parties = Parties::new(&client, &folder)?;
		let (issuance, total) = (node.chain().issuance()?, parties.total()?);
		let posted = posted(&shares, stretch.steps);
		let registered = register(&parties, &table, &shares, &folder, posted)?;
		post(&parties, node.chain(), posted)?;
		node.chain().wait_until_final()?;
		let deposits = parties.balances()?;
		Ok(Self {
			table,
			stretch,
			shares,
			parties,
			registered,
			deposits,
			posted,
			issuance,
			total,
			node,
			folder,
			_temporary: temporary,
		})
	}
}

fn announce(options: &Options, table: &Table, stretch: Stretch) {
	let source = match &options.readings {
		Some(file) => format!("from {}", file.display()),
		None => format!("made up (seed {})", options.seed),
	};
	let solar = table.meters.keys().filter(|meter| table.exports(meter)).count();
	println!(
		"Meterproof demo: {} meters, of which {solar} export, {source}; {} time steps from {}.",
		table.meters.len(),
		stretch.steps,
		table.times[stretch.first]
	);
}

fn folder(options: &Options) -> Result<(PathBuf, Option<TempDir>)> {
	match &options.keep {
		Some(folder) => {
			if folder.exists() {
				bail!("--keep: {} exists already", folder.display());
			}
			fs::create_dir_all(folder)
				.with_context(|| format!("cannot make {}", folder.display()))?;
			Ok((folder.clone(), None))
		},
		None => {
			let folder = tempfile::Builder::new().prefix("meterproof-demo-").tempdir()?;
			Ok((folder.path().into(), Some(folder)))
		},
	}
}

fn register(
	parties: &Parties,
	table: &Table,
	shares: &[Share],
	folder: &Path,
	posted: u64,
) -> Result<Vec<Vec<Registered>>> {
	println!("\n2. Meters, registered by their operators and attested by the zone's registrar");
	let (registered, store) = thread::scope(|scope| {
		let appointed = scope.spawn(|| appoint(&parties.alice, &parties.alice));
		let store = scope.spawn(|| register_store(parties, folder, posted));
		let registered: Vec<_> = parties
			.operators
			.iter()
			.zip(shares)
			.map(|(operator, share)| scope.spawn(|| operator.register(&to_register(table, share))))
			.collect();
		let registered: Result<Vec<_>> = registered.into_iter().map(joined).collect();
		joined(appointed)?;
		Ok::<_, anyhow::Error>((registered?, joined(store)?))
	})?;
	let mut devices: Vec<u32> = registered.iter().flatten().map(|meter| meter.device).collect();
	devices.push(store);
	thread::scope(|scope| {
		let stands = scope.spawn(|| stand_behind(parties, posted));
		attest(&parties.alice, &devices)?;
		in_parallel(&parties.operators, |operator| operator.name_prover(&parties.ferdie))?;
		joined(stands)
	})?;
	for ((name, share), meters) in OPERATORS.iter().zip(shares).zip(&registered) {
		println!(
			"   {name:<8} {:>4} meters, {:>3} with an export register; the first is device {}",
			meters.len(),
			share.solar,
			meters.first().map_or(0, |meter| meter.device)
		);
	}
	println!("   On chain: public key, metering point, zone {ZONE}, registers, nameplate, owner.");
	println!("   Private:  each meter's key and salt secret, in its operator's encrypted store.");
	println!("   Ferdie may prove for all four: they hand him readings and salts, no keys.");
	println!(
		"   He is the zone's backstop, too, with a store and a meter of its own: he buys at {} MPF per kWh what is \
		 left in books, and sells at {}, which is what a kWh costs that is sold and missing.",
		per_kwh(BUYS),
		per_kwh(SELLS)
	);
	Ok(registered)
}

/// Acts for all at once.
pub fn in_parallel<T: Sync, R: Send>(
	all: &[T],
	act: impl Fn(&T) -> Result<R> + Sync,
) -> Result<Vec<R>> {
	thread::scope(|scope| {
		let act = &act;
		let running: Vec<_> = all.iter().map(|one| scope.spawn(move || act(one))).collect();
		running.into_iter().map(joined).collect()
	})
}

/// What a thread ends with.
pub fn joined<R>(thread: thread::ScopedJoinHandle<'_, Result<R>>) -> Result<R> {
	match thread.join() {
		Ok(result) => result,
		Err(panic) => std::panic::resume_unwind(panic),
	}
}
