//! The thread of standing orders.

use std::{
	cell::RefCell,
	panic::{catch_unwind, AssertUnwindSafe},
	path::PathBuf,
	sync::Arc,
	time::Duration,
};

use subxt_signer::sr25519::Keypair;
use zeroize::Zeroizing;

use super::{
	damage,
	ledger::Ledger,
	readings::Readings,
	settings::{sides, OneSide},
	Orders,
};
use crate::{
	agent::{
		config::Config, engine::Shared, journal::Journal, lane::Lane, nodes::Nodes, run::signer,
	},
	error::{Error, Result},
	password::Passwords,
	store::StoreKey,
	timetable::Timetable,
};

/// What is started.
pub struct Parts<'a> {
	/// The configuration.
	pub config: &'a Config,
	/// Its passwords.
	pub passwords: &'a Passwords,
	/// The password of store and journal.
	pub password: Zeroizing<String>,
	/// The chain.
	pub genesis: [u8; 32],
	/// The chain's periods.
	pub timetable: Timetable,
	/// What keeps orders out of the way of settlements.
	pub lane: Lane,
	/// Where lines go.
	pub shared: Arc<Shared>,
	/// How often is looked what can be done.
	pub look: Duration,
}

/// Starts what is to be ordered, if anything is. Whatever is wrong with it is said, and stops nothing else.
pub fn start(parts: Parts<'_>) {
	let sides = match sides(&parts.config.standing) {
		Ok(sides) if sides.is_empty() => return,
		Ok(sides) => sides,
		Err(error) => return parts.shared.log.warn(&format!("{}: {error}", error.name())),
	};
	let shared = parts.shared.clone();
	let sides = without_overlaps(sides, &shared);
	let names: Vec<_> = sides.iter().map(|side| side.name.clone()).collect();
	if let Err(error) = start_with(parts, sides) {
		stopped(&shared, &names, &format!("{}: {error}", error.name()));
	}
}

/// Those that have their books for themselves.
fn without_overlaps(sides: Vec<OneSide>, shared: &Shared) -> Vec<OneSide> {
	let (rest, free): (Vec<_>, Vec<_>) =
		sides.into_iter().partition(|side| side.overlaps.is_some());
	for side in rest {
		let other = side.overlaps.unwrap_or_default();
		let reason = format!(
			"Overlaps: section {other} orders the same on the same side, and this one rests"
		);
		stopped(shared, &[side.name], &reason);
	}
	free
}

fn stopped(shared: &Shared, names: &[String], reason: &str) {
	for name in names {
		shared.log.warn(&format!("{name}: {reason}"));
		shared.status.standing.trouble(name, Some(reason));
	}
}

fn start_with(parts: Parts<'_>, sides: Vec<OneSide>) -> Result<()> {
	let Parts { config, passwords, password, genesis, timetable, lane, shared, look } = parts;
	let signer = signer(config, passwords)?;
	let signer = signer.ok_or_else(|| Error::new("NoAccount", "no account orders"))?;
	let (nodes, store) = (config.node.clone(), config.store.clone());
	let journal = config.orders_journal();
	let names: Vec<_> = sides.iter().map(|side| side.name.clone()).collect();
	let told = shared.clone();
	let orders = move || -> Result<()> {
		let runtime = tokio::runtime::Builder::new_current_thread()
			.enable_all()
			.build()
			.map_err(|error| failed(&error))?;
		let orders =
			Made { nodes, genesis, store, password, signer, lane, journal, timetable, shared };
		runtime.block_on(orders.orders(sides)?.run(look));
		Ok(())
	};
	let work = move || {
		let ended = catch_unwind(AssertUnwindSafe(orders));
		let reason = match ended {
			Ok(Ok(())) => "Stopped: it has ended".to_owned(),
			Ok(Err(error)) => format!("{}: {error}", error.name()),
			Err(_) => {
				"Stopped: it broke, and orders nothing until the agent is restarted".to_owned()
			},
		};
		stopped(&told, &names, &reason);
	};
	let thread = std::thread::Builder::new().name("standing orders".to_owned());
	thread.spawn(work).map(drop).map_err(|error| failed(&error))
}

fn failed(error: &std::io::Error) -> Error {
	Error::new("ThreadFailed", error.to_string())
}

/// What the thread takes along.
struct Made {
	nodes: Vec<String>,
	genesis: [u8; 32],
	store: PathBuf,
	password: Zeroizing<String>,
	signer: Keypair,
	lane: Lane,
	journal: PathBuf,
	timetable: Timetable,
	shared: Arc<Shared>,
}

impl Made {
	fn orders(self, sides: Vec<OneSide>) -> Result<Orders> {
		damage::ensure_none(&self.journal)?;
		let journal = Journal::open(&self.journal, &self.password, self.genesis)?;
		// If it was damaged, its copy lies there now.
		damage::ensure_none(&self.journal)?;
		Ok(Orders {
			nodes: Nodes::new(self.nodes, self.genesis),
			readings: Readings::new(self.store, StoreKey::new(self.password)),
			signer: self.signer,
			lane: self.lane,
			late: RefCell::default(),
			ledger: RefCell::new(Ledger::new(journal, self.timetable)),
			sides,
			shared: self.shared,
		})
	}
}
