//! What the agent does with what was read: every period commits whoever is ready, proves what was traded,
//! settles, and writes down what became of it.

mod committing;
mod finality;
mod proving;

use std::{
	collections::{BTreeMap, BTreeSet, HashSet},
	fs,
	path::{Path, PathBuf},
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::{Duration, Instant, SystemTime},
};

use subxt::utils::AccountId32;
use subxt_signer::sr25519::Keypair;
use tokio::{
	sync::{mpsc, Notify, Semaphore},
	task::JoinSet,
};

use self::{committing::Commitments, proving::Groups};
use super::{
	clock::{ensure_right, Clock, Look, Watch},
	config::Prove,
	intake::{known, Intake},
	journal::{disk::FileDisk, PeriodRow, Record, SettledRow},
	lane::Lane,
	log::Log,
	nodes::{self, Nodes, PeriodTimes},
	settling::{groups_of, Attempt},
	status::Status,
	wallets::Wallets,
};
use crate::{
	chain::Chain,
	commands::device::learn_of_rotations,
	error::{Error, Result},
	proof::AnyProof,
	rpc::{Period, PeriodPhase},
	store::{Store, StoreKey, KEPT_PERIODS},
	types::Group,
};

/// How often the list of devices, and with it of groups, is asked for.
const GROUPS_EVERY: Duration = Duration::from_secs(60);

/// Readings are kept for so many periods more than can be committed to.
const KEPT_READINGS: u64 = KEPT_PERIODS + 8;

/// What the engine and the intake share.
pub struct Shared {
	/// Readings.
	pub intake: Mutex<Intake<FileDisk>>,
	/// How the agent is.
	pub status: Arc<Status>,
	/// This machine's clock.
	pub clock: Clock,
	/// Where lines go.
	pub log: Log,
	/// Told once a chain has said what time it is: nothing is taken in before.
	pub looked: Notify,
}

impl Shared {
	/// The readings. Held for as long as a write takes.
	pub fn intake(&self) -> MutexGuard<'_, Intake<FileDisk>> {
		self.intake.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// Writes to the journal, and says so where that fails.
	fn write(&self, records: Vec<Record>) -> Result<()> {
		let written = self.intake().journal.write(records);
		self.heard_of_journal(&written);
		written
	}

	/// Takes down whether the journal could be written.
	pub fn heard_of_journal<T>(&self, written: &Result<T>) {
		let trouble = written.as_ref().err().map(ToString::to_string);
		if self.status.journal(trouble.clone()) {
			self.log.warn(&format!(
				"the journal cannot be written, and nothing new counts until it can: {}",
				trouble.unwrap_or_default()
			));
		}
	}
}

/// One period's work.
struct Work {
	/// The period's start, Unix ms.
	start_ms: u64,
	commitments: Commitments,
	groups: Groups,
}

/// What a task that runs beside the engine has to say.
enum Event {
	/// A proof was made, or could not be.
	Proved { period: u64, groups: Vec<Group>, made: Result<AnyProof> },
	/// A proof was sent.
	Submitted { file: Box<AnyProof>, became: Result<Attempt> },
}

/// The account that settles, and how it does.
pub struct Settler {
	/// The account.
	pub signer: Keypair,
	/// How.
	pub prove: Prove,
	/// The groups; none stands for all.
	pub groups: Vec<Group>,
	/// What sealed trades pay into.
	pub wallets: Mutex<Wallets>,
	/// What keeps orders of the account out of its way.
	pub lane: Lane,
}

/// Commits, proves and settles.
pub struct Engine {
	shared: Arc<Shared>,
	nodes: Nodes,
	store_path: PathBuf,
	store_key: StoreKey,
	/// The store, while there is something to write to it.
	store: Option<Store>,
	/// The store as it was last read, while there is nothing to write to it.
	resting: Option<Store>,
	/// Whose devices the store's meters are.
	operators: Vec<[u8; 32]>,
	/// When and how long the store's file was when it was last read.
	store_seen: Option<Seen>,
	settler: Option<Arc<Settler>>,
	watch: Watch,
	work: BTreeMap<u64, Work>,
	/// The first period that there is no work for yet.
	next: Option<u64>,
	groups: BTreeSet<Group>,
	groups_at: Option<Instant>,
	/// Groups of which it is not known what became of a call, by period.
	open_calls: HashSet<(u64, String)>,
	proofs: Vec<AnyProof>,
	submitting: bool,
	workers: Arc<Semaphore>,
	tasks: JoinSet<()>,
	events: (mpsc::Sender<Event>, mpsc::Receiver<Event>),
	silent_after: u64,
	connected: bool,
}

/// What an engine is made of.
pub struct Parts {
	/// What it shares with the intake.
	pub shared: Arc<Shared>,
	/// Nodes.
	pub nodes: Vec<String>,
	/// The store, as it was opened to look.
	pub store: Store,
	/// The state of the store's file before the store was opened, of which the intake has the meters.
	pub store_seen: Option<Seen>,
	/// What opens the store.
	pub store_key: StoreKey,
	/// Who settles.
	pub settler: Option<Settler>,
	/// After how many periods without a reading a meter is called silent.
	pub silent_after: u64,
}

impl Engine {
	/// An engine that goes on where the journal ends.
	pub fn new(parts: Parts) -> Self {
		let Parts { shared, nodes, store, store_seen, store_key, settler, silent_after } = parts;
		let workers = settler.as_ref().map_or(1, |settler| settler.prove.workers);
		let mut open_calls = HashSet::new();
		{
			let intake = shared.intake();
			for sent in intake.journal.contents().sent.values().flatten() {
				open_calls.extend(sent.groups.iter().map(|group| (sent.period, group.clone())));
			}
		}
		Self {
			nodes: Nodes::new(nodes, store.genesis()),
			store_path: store.path().to_owned(),
			operators: store.operators().to_vec(),
			store_key,
			store: None,
			resting: Some(store),
			store_seen,
			settler: settler.map(Arc::new),
			watch: Watch::default(),
			work: BTreeMap::new(),
			next: None,
			groups: BTreeSet::new(),
			groups_at: None,
			open_calls,
			proofs: Vec::new(),
			submitting: false,
			workers: Arc::new(Semaphore::new(workers)),
			tasks: JoinSet::new(),
			events: mpsc::channel(16),
			silent_after,
			connected: false,
			shared,
		}
	}

	/// Works until it is dropped.
	pub async fn run(mut self, look: Duration) {
		loop {
			match self.look().await {
				Ok(()) => {},
				Err(error) => self.heard_of(&error),
			}
			// By a clock that is wrong readings are of wrong times: they wait until it is known.
			if self.shared.clock.right_at(Instant::now()).is_some() {
				self.shared.looked.notify_one();
			}
			let wait = tokio::time::sleep(look);
			tokio::pin!(wait);
			loop {
				tokio::select! {
					() = &mut wait => break,
					event = self.events.1.recv() => match event {
						Some(event) => self.take(event),
						None => return,
					},
				}
			}
			while self.tasks.try_join_next().is_some() {}
		}
	}

	/// Does whatever can be done now.
	async fn look(&mut self) -> Result<()> {
		let now_ms = self.shared.clock.now_ms();
		self.read_meters();
		if let Some(jump) = self.watch.jump(Look { wall_ms: now_ms, steady: Instant::now() }) {
			let seconds = jump / 1_000;
			self.shared.log.warn(&format!("this machine's clock has jumped by {seconds} s"));
		}
		if let Err(error) = ensure_right(now_ms, None) {
			self.heard_of_clock(Some(error.to_string()));
			return Ok(());
		}
		let chain = self.nodes.chain().await?;
		let running = running(&chain).await?;
		self.nodes.answered();
		let url = self.nodes.url().to_owned();
		self.shared.status.node_answers(&url, running.now_ms, now_ms);
		if !std::mem::replace(&mut self.connected, true) {
			self.shared
				.log
				.info(&format!("{url}: connected, period {} is running", running.period));
		}
		let time = self.watch.saw_chain(running.now_ms, Instant::now());
		self.shared.clock.anchor(now_ms, time, Instant::now());
		if let Err(error) = ensure_right(now_ms, Some(time)) {
			self.heard_of_clock(Some(error.to_string()));
			// Or it is the node that is behind: one that synchronises does make blocks, old ones.
			self.nodes.leave_if_stale(running.now_ms, now_ms);
			return Ok(());
		}
		self.heard_of_clock(None);
		if self.nodes.leave_if_stale(running.now_ms, now_ms) {
			self.shared.log.warn(&format!("{url}: its newest block is old; trying the next node"));
			self.watch.forget_chain();
			return Ok(());
		}
		self.ensure_timetable(&running)?;
		self.find_groups(&chain).await?;
		self.find_work(&chain, running.period).await?;
		let periods: Vec<u64> = self.work.keys().copied().collect();
		let mut trouble = Ok(());
		for period in periods {
			match self.work_on(&chain, period, now_ms).await {
				Err(error) if nodes::is_connection(&error) => return Err(error),
				// One period's trouble is its own.
				Err(error) => trouble = Err(error),
				Ok(()) => {},
			}
		}
		self.send_next(&chain, now_ms);
		self.tidy(running.period);
		if trouble.is_ok() {
			self.shared.status.store(None);
		}
		trouble
	}

	/// What the store remembers of the chain's periods is what the readings were put together by.
	fn ensure_timetable(&self, running: &Period) -> Result<()> {
		let known = *self.shared.intake().assembler.timetable();
		Ok(known.ensure_gives(running)?)
	}

	fn heard_of(&mut self, error: &Error) {
		if self.nodes.failed(error) || nodes::is_connection(error) {
			self.watch.forget_chain();
			let gone = self.nodes.gone_for().map(|(gone, reason)| (gone, reason.to_owned()));
			if let Some((gone_for, reason)) = gone {
				self.shared.status.node_gone(gone_for, &reason);
			}
			if std::mem::replace(&mut self.connected, false) {
				self.shared.log.warn(&format!("{}: {error}; trying again", error.name()));
			}
			return;
		}
		if self.shared.status.store(Some(format!("{}: {error}", error.name()))) {
			self.shared.log.warn(&format!("{}: {error}", error.name()));
		}
	}

	fn heard_of_clock(&self, trouble: Option<String>) {
		if self.shared.status.clock(trouble.clone()) {
			self.shared.log.warn(&trouble.unwrap_or_default());
		}
	}

	/// Closes the store so that commands can use it, and notes what its file holds now.
	fn let_store_go(&mut self) {
		if let Some(store) = self.store.take() {
			let (meters, operators) = meters_of(&store);
			self.shared.intake().set_meters(meters);
			self.operators = operators;
			// While it is open nobody else writes to it. One that could not be rewritten is open no more.
			self.store_seen = seen(&self.store_path);
			self.resting = store.let_go();
			if self.resting.is_none() {
				self.store_seen = None;
			}
		}
	}

	/// Reads the store's meters again if its file has changed.
	fn read_meters(&mut self) {
		let seen = seen(&self.store_path);
		if seen.is_some() && seen == self.store_seen {
			return;
		}
		// Two need not be in memory, nor the keys of meters that were taken out.
		self.resting = None;
		let read = match &self.store {
			Some(store) => Ok(meters_of(store)),
			None => Store::open_again(&self.store_path, &self.store_key).map(|store| {
				let read = meters_of(&store);
				self.resting = Some(store);
				read
			}),
		};
		match read {
			Ok((meters, operators)) => {
				self.shared.intake().set_meters(meters);
				self.operators = operators;
				self.store_seen = seen;
			},
			Err(error) => self.heard_of(&error),
		}
	}

	/// The store, to write to it. `StoreLocked` while a command uses it: that passes.
	async fn open_store(&mut self, chain: &Chain) -> Result<&mut Store> {
		if self.store.is_none() {
			let resting = self.resting.take();
			let mut store =
				open_resting(resting, self.store_seen, &self.store_path, &self.store_key)?;
			if store.was_torn() {
				self.shared.log.info("the store's last record had been cut off, and was dropped");
			}
			learn_of_rotations(&mut store, chain).await?;
			self.store = Some(store);
		}
		if let Some(warning) = self.store.as_mut().and_then(Store::take_warning) {
			self.shared.log.warn(&format!("the store could not be rewritten: {warning}"));
		}
		self.store.as_mut().ok_or_else(|| Error::new("NoStore", "the store is not open"))
	}

	/// Which groups there are: those of the configuration, or of all devices of the store's operators.
	async fn find_groups(&mut self, chain: &Chain) -> Result<()> {
		let Some(settler) = &self.settler else { return Ok(()) };
		if self.groups_at.is_some_and(|at| at.elapsed() < GROUPS_EVERY) {
			return Ok(());
		}
		if !settler.groups.is_empty() {
			self.groups = settler.groups.iter().cloned().collect();
		} else {
			let own = settler.signer.public_key().to_account_id();
			let mut operators: Vec<_> = self.operators.iter().copied().map(AccountId32).collect();
			if operators.is_empty() {
				operators.push(own);
			}
			// What has left a zone may still be owed for earlier periods: groups are only added.
			self.groups.extend(groups_of(chain, &operators).await?);
		}
		self.groups_at = Some(Instant::now());
		Ok(())
	}

	/// Takes up the periods that have ended since the last look, and at first those that can still be
	/// committed to or proved.
	async fn find_work(&mut self, chain: &Chain, running: u64) -> Result<()> {
		let first = running.saturating_sub(KEPT_PERIODS);
		let mut next = self.next.unwrap_or(first).max(first);
		while next < running {
			let (is_done, has_run) = {
				let intake = self.shared.intake();
				let periods = &intake.journal.contents().periods;
				(
					periods.get(&next).is_some_and(|row| row.done),
					periods.range(..next).next().is_some(),
				)
			};
			if !is_done {
				let times = nodes::period(chain, Some(next)).await?;
				// Before it first ran an agent has missed nothing.
				if has_run || times.phase != PeriodPhase::Final {
					self.work.insert(next, Work::new(&times));
				}
			}
			next = next.saturating_add(1);
			self.next = Some(next);
		}
		Ok(())
	}

	async fn work_on(&mut self, chain: &Chain, period: u64, now_ms: u64) -> Result<()> {
		let times = nodes::period(chain, Some(period)).await?;
		self.commit(chain, &times, now_ms).await?;
		self.settle(chain, &times, now_ms).await?;
		self.finish(period)
	}

	/// Writes down what became of a period, once nothing more will.
	fn finish(&mut self, period: u64) -> Result<()> {
		let Some(work) = self.work.get(&period) else { return Ok(()) };
		if !work.commitments.are_over() || !work.groups.are_over() {
			return Ok(());
		}
		let mut row =
			PeriodRow { period, start_ms: work.start_ms, done: true, ..PeriodRow::default() };
		work.commitments.write_into(&mut row);
		work.groups.write_into(&mut row);
		let mut records: Vec<Record> =
			work.groups.settled().cloned().map(Record::Settled).collect();
		records.push(Record::Period(row.clone().that_fits()));
		self.shared.write(records)?;
		self.work.remove(&period);
		self.open_calls.retain(|(of, _)| *of != period);
		self.shared.status.done(&row);
		self.tell_silent(period, &row);
		for settled in
			self.shared.intake().journal.contents().settled.range((period, String::new())..)
		{
			let ((of, _), row) = settled;
			if *of != period {
				break;
			}
			self.tell_expired(row);
		}
		self.shared.log.period(&row);
		Ok(())
	}

	fn tell_expired(&self, row: &SettledRow) {
		if !row.proved {
			let trouble = row.trouble.as_deref().unwrap_or("no proof came before the deadline");
			self.shared.log.warn(&format!(
				"period {}: {} EXPIRED with nothing delivered: {trouble}",
				row.period, row.group
			));
		}
	}

	/// Tells which meters have said nothing for several periods.
	fn tell_silent(&self, period: u64, row: &PeriodRow) {
		let intake = self.shared.intake();
		let first = period.saturating_sub(self.silent_after.saturating_sub(1));
		let rows = &intake.journal.contents().periods;
		let silent = row.silent.iter().filter(|(meter, _)| {
			(first..=period).all(|period| {
				let row = rows.get(&period);
				row.is_some_and(|row| row.silent.iter().any(|(silent, _)| silent == meter))
			})
		});
		let silent = silent.map(|(meter, _)| (meter.clone(), intake.heard(meter)));
		self.shared.status.silent(silent.collect());
	}

	/// Lets go of what is not needed any more.
	fn tidy(&mut self, running: u64) {
		let is_idle = self.work.values().all(|work| !work.commitments.need_store());
		if is_idle {
			self.let_store_go();
		}
		let oldest = self.work.keys().next().copied().unwrap_or(running).min(running);
		let keep = oldest.min(running.saturating_sub(KEPT_READINGS));
		let mut intake = self.shared.intake();
		intake.assembler.forget_before(keep);
		let horizon = intake.assembler.span(keep).map_or(0, |(start_ms, _)| start_ms);
		let tidied = intake.journal.tidy(horizon);
		self.shared.status.journal_length(intake.journal.length());
		drop(intake);
		if let Err(error) = tidied {
			self.shared.log.warn(&format!("{}: {error}", error.name()));
		}
	}
}

impl Work {
	fn new(times: &PeriodTimes) -> Self {
		Self {
			start_ms: times.start_ms,
			commitments: Commitments::default(),
			groups: Groups::default(),
		}
	}
}

/// The running period, with its place.
async fn running(chain: &Chain) -> Result<Period> {
	chain.rpc.period(None).await
}

/// Which content of a file was read: another one has another number, time or length.
///
/// Stores and wallets are replaced whole, so that a new content has a new number (`st_ino`) even when it
/// was written within one tick of the file system's clock.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Seen {
	number: u64,
	changed: SystemTime,
	length: u64,
}

/// What a file is now; nothing where there is none.
pub(super) fn seen(path: &Path) -> Option<Seen> {
	let metadata = fs::metadata(path).ok()?;
	let number = std::os::unix::fs::MetadataExt::ino(&metadata);
	Some(Seen { number, changed: metadata.modified().ok()?, length: metadata.len() })
}

/// The store to write to: the one that rests if its file is what was seen, or else as it is read from there.
fn open_resting(
	resting: Option<Store>,
	was_seen: Option<Seen>,
	path: &Path,
	key: &StoreKey,
) -> Result<Store> {
	let is_same = || was_seen.is_some() && seen(path) == was_seen;
	let taken_up = resting.map(|store| store.take_up(is_same)).transpose()?.flatten();
	match taken_up {
		Some(store) => Ok(store),
		None => Store::open_for_writing_again(path, key),
	}
}

type Meters = BTreeMap<String, super::intake::Known>;

fn meters_of(store: &Store) -> (Meters, Vec<[u8; 32]>) {
	(known(store), store.operators().to_vec())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		store::{Facts, Meter, Secret},
		types::{Directions, Resource},
	};
	use zeroize::Zeroizing;

	fn meter(name: &str) -> Meter {
		let facts = Facts {
			name: name.to_owned(),
			metering_point: "point".to_owned(),
			zone: 1,
			resource: Resource::Electricity,
			directions: Directions::Both,
			nameplate: 1_000,
		};
		let salts = crate::store::Salts { secret: Secret::new(&[2; 32]), period: 5 };
		Meter::held(facts, Secret::new(&[1; 32]), salts)
	}

	#[test]
	fn what_others_did_to_a_store_that_rested_is_known_when_it_is_taken_up() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("store");
		let key = StoreKey::new(Zeroizing::new("password".to_owned()));
		drop(Store::create_cheap(&path, "password", [9; 32]).unwrap());
		let rest = || {
			let was_seen = seen(&path);
			(Some(Store::open_again(&path, &key).unwrap()), was_seen)
		};
		let names = |(resting, was_seen): (Option<Store>, Option<Seen>)| {
			let store = open_resting(resting, was_seen, &path, &key)?;
			let names = store.meters().map(|(_, meter, _)| meter.name().to_owned());
			Ok::<_, Error>(names.collect::<Vec<_>>())
		};

		let resting = rest();
		let mut other = Store::open_for_writing_again(&path, &key).unwrap();
		other.add_meters(vec![meter("a"), meter("b")]).unwrap();
		assert_eq!(names(rest()).unwrap_err().name(), "StoreLocked");
		drop(other);
		assert_eq!(names(resting).unwrap(), ["a", "b"], "something was appended");
		assert_eq!(names(rest()).unwrap(), ["a", "b"]);

		let resting = rest();
		Store::open_for_writing_again(&path, &key).unwrap().remove_meter(0).unwrap();
		assert_eq!(names(resting).unwrap(), ["b"], "it was written anew");
		assert_eq!(names((rest().0, None)).unwrap(), ["b"], "nothing was seen");

		let resting = rest();
		fs::remove_file(&path).unwrap();
		assert_eq!(names(resting).unwrap_err().name(), "NoStore");
	}
}
