//! The process: everything is started, and ends when it is told to.

use std::{
	collections::VecDeque,
	path::{Path, PathBuf},
	sync::{Arc, Mutex},
	time::{Duration, Instant},
};

use subxt_signer::sr25519::Keypair;
use tokio::sync::{
	mpsc::{self, Receiver},
	Notify,
};
use zeroize::Zeroizing;

use super::{
	assembly::Assembler,
	clock::{Backoff, Clock},
	config::Config,
	engine::{seen, Engine, Parts, Settler, Shared},
	held::{set_right, Held},
	intake::{known, Intake},
	journal::Journal,
	lane::Lane,
	log::Log,
	nodes::{is_connection, Nodes},
	service,
	sources::{self, Message},
	standing,
	status::Status,
	wallets::Wallets,
};
use crate::{
	error::{file as file_error, Error, Result},
	keys,
	password::Passwords,
	store::{Store, StoreKey},
	timetable::Timetable,
};

/// Messages of sources that may wait to be kept.
const WAITING: usize = 256;
/// Messages that are kept in one write.
const TOGETHER: usize = 64;
/// Lines about what was refused, in a minute.
const REMARKS_PER_MINUTE: usize = 20;
/// How long a node may take to say the time before that is told.
const TIME_LATE: Duration = Duration::from_secs(60);
/// Between two attempts to write the journal.
const WRITE_AGAIN: Duration = Duration::from_secs(2);

/// The passwords of a configuration: its file's, or what the command line or the environment says.
pub fn passwords(config: &Config, given: &Passwords) -> Passwords {
	Passwords { file: config.password_file.clone().or_else(|| given.file.clone()) }
}

/// The account of a configuration, if it names one.
pub fn signer(config: &Config, passwords: &Passwords) -> Result<Option<Keypair>> {
	if let Some(path) = &config.phrase_file {
		let text = std::fs::read_to_string(path)
			.map_err(|error| file_error("cannot read the phrase file", path, &error))?;
		let text = Zeroizing::new(text);
		return keys::load(Some(text.trim()), passwords).map(Some);
	}
	let Some(path) = &config.account else { return Ok(None) };
	if !path.is_file() {
		let error = std::io::Error::from(std::io::ErrorKind::NotFound);
		return Err(file_error("cannot read the key file", path, &error));
	}
	keys::load(path.to_str(), passwords).map(Some)
}

/// Runs the agent until it is told to end.
pub async fn run(config: Config, given: &Passwords, clock: Option<PathBuf>) -> Result<()> {
	let log = Log::new(config.log.format);
	let passwords = passwords(&config, given);
	let password = passwords.existing(&config.store)?;
	let store_key = StoreKey::new(password.clone());
	let store_seen = seen(&config.store);
	let store = Store::open_again(&config.store, &store_key)?;
	let lane = Lane::default();
	let settler = settler(&config, &passwords, &lane)?;
	let status = Arc::new(Status::new()?);
	let mut ending = Ending::new()?;
	let listener = match config.health.listen {
		Some(address) => Some(service::listen(address).await?),
		None => None,
	};
	let address = listener.as_ref().and_then(|listener| listener.local_addr().ok());
	let mut beside = tokio::task::JoinSet::new();
	if let Some(listener) = listener {
		beside.spawn(service::serve(listener, status.clone()));
	}
	make_folder(&config.state)?;
	let journal = Journal::open(&config.journal(), &password, store.genesis())?;
	if let Some(record) = journal.damaged() {
		log.warn(&format!(
			"the journal was damaged from record {record} on; a copy of it lies beside it, and what it \
			 said after that is read again where sources can say it again"
		));
	}
	let timetable = tokio::select! {
		timetable = timetable(&store, &config.node, &status, log) => timetable?,
		() = ending.wait() => return Ok(()),
	};
	let assembler = Assembler::new(timetable, config.commit.tolerance_s.saturating_mul(1_000));
	let mut intake = Intake::new(journal, assembler, known(&store));
	intake.set_rollovers(config.rollovers()?);
	let (meters, kept) = (intake.meters().len(), intake.journal.contents().noted().count());
	let shared = Arc::new(Shared {
		intake: Mutex::new(intake),
		status: status.clone(),
		clock: Clock::new(clock),
		log,
		looked: Notify::new(),
	});
	let (findings, found) = mpsc::channel(WAITING);
	let sources = config.sources()?;
	let count = sources.len();
	let counters = shared.intake().journal.contents().counters.clone();
	let _sources = sources::start(sources, &counters, &findings, &status, log)?;
	log.info(&format!(
		"started: {meters} meters, {count} sources, {kept} readings in the journal{}",
		address.map_or_else(String::new, |address| format!(", http://{address}/health"))
	));
	let look = look(&config, &timetable);
	standing::start(standing::Parts {
		config: &config,
		passwords: &passwords,
		password,
		genesis: store.genesis(),
		timetable,
		lane,
		shared: shared.clone(),
		look,
	});
	let engine = Engine::new(Parts {
		shared: shared.clone(),
		nodes: config.node.clone(),
		store,
		store_seen,
		store_key,
		settler,
		silent_after: config.health.silent_after,
	});
	beside.spawn(take_in(found, shared));
	tokio::select! {
		() = engine.run(look) => {},
		() = ending.wait() => log.info("told to end; everything is on disk"),
	}
	Ok(())
}

fn settler(config: &Config, passwords: &Passwords, lane: &Lane) -> Result<Option<Settler>> {
	let Some(prove) = config.prove.clone() else { return Ok(None) };
	let signer = signer(config, passwords)?;
	let groups = prove.groups()?;
	let wallets = Mutex::new(Wallets::new(&prove, passwords)?);
	let lane = lane.clone();
	Ok(signer.map(|signer| Settler { signer, prove, groups, wallets, lane }))
}

/// How often is looked what can be done.
fn look(config: &Config, timetable: &Timetable) -> Duration {
	let by_length = timetable.length_ms.checked_div(20).unwrap_or(0).clamp(500, 10_000);
	Duration::from_millis(config.commit.look_ms.unwrap_or(by_length))
}

/// The chain's periods, as the store remembers them, or as a node says if it does not.
async fn timetable(store: &Store, urls: &[String], status: &Status, log: Log) -> Result<Timetable> {
	if let Some(timetable) = store.timetable() {
		return Ok(*timetable);
	}
	let mut nodes = Nodes::new(urls.to_vec(), store.genesis());
	let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(30));
	loop {
		let asked = match nodes.chain().await {
			Ok(chain) => chain.rpc.period(None).await,
			Err(error) => Err(error),
		};
		match asked {
			Ok(period) => return Ok(Timetable::of(&period)),
			Err(error) if is_connection(&error) => {
				nodes.failed(&error);
				log.warn(&format!("{}: {error}; trying again", error.name()));
				status.node_gone(Duration::ZERO, &error.to_string());
				tokio::time::sleep(backoff.wait()).await;
			},
			Err(error) => return Err(error),
		}
	}
}

/// Keeps what sources say, many messages in one write. Until it is known what time it is, all of it waits.
async fn take_in(mut found: Receiver<Message>, shared: Arc<Shared>) {
	let mut remarks = Remarks::default();
	let mut held = Held::default();
	let looked = shared.looked.notified();
	let late = tokio::time::sleep(TIME_LATE);
	tokio::pin!(looked, late);
	loop {
		tokio::select! {
			() = &mut looked => break,
			message = found.recv(), if held.has_room() => match message {
				Some(message) => {
					let heard = shared.intake().heard_with(&message.findings);
					shared.status.heard(heard);
					held.put(message, Instant::now());
				},
				None => return,
			},
			() = &mut late, if !late.is_elapsed() => shared.log.warn(
				"no node has said what time it is: what is read waits until one does",
			),
		}
	}
	let mut waiting = VecDeque::from(held.take());
	loop {
		let mut together: Vec<_> = waiting.drain(..waiting.len().min(TOGETHER)).collect();
		if together.is_empty() {
			let Some(message) = found.recv().await else { return };
			together.push((message, Instant::now()));
			while together.len() < TOGETHER {
				let Ok(more) = found.try_recv() else { break };
				together.push((more, Instant::now()));
			}
		}
		keep(together, &shared).await;
		let said = shared.intake().take_remarks();
		for line in remarks.limit(said, Instant::now()) {
			shared.log.warn(&line);
		}
	}
}

/// Keeps messages in one write, each of which came at a moment.
async fn keep(messages: Vec<(Message, Instant)>, shared: &Shared) {
	let (mut findings, mut told) = (Vec::new(), Vec::new());
	for (Message { source, findings: mut more, counters, kept, .. }, at) in messages {
		set_right(&mut more, &shared.clock, at);
		let now_ms = shared.clock.latest_ms(Instant::now());
		shared.intake().remark(&source, &more, now_ms);
		shared.intake().count(&counters);
		findings.extend(more);
		told.extend(kept);
	}
	// What cannot be kept now is kept as soon as it can be; sources wait meanwhile.
	loop {
		let now_ms = shared.clock.latest_ms(Instant::now());
		let taken = shared.intake().take(&findings, now_ms);
		shared.heard_of_journal(&taken);
		match taken {
			Ok(tally) => {
				shared.status.readings(tally);
				shared.status.set_heard(shared.intake().heard_with(&[]));
				break;
			},
			Err(_) => tokio::time::sleep(WRITE_AGAIN).await,
		}
	}
	for kept in told {
		// A source that has ended meanwhile need not know.
		let _ = kept.send(());
	}
}

/// Remarks, so many in a minute and how many more there were.
#[derive(Debug, Default)]
struct Remarks {
	since: Option<Instant>,
	said: usize,
	left_out: usize,
}

impl Remarks {
	fn limit(&mut self, remarks: Vec<String>, now: Instant) -> Vec<String> {
		let mut lines = Vec::new();
		let fresh = self
			.since
			.is_none_or(|since| now.saturating_duration_since(since) >= Duration::from_secs(60));
		if fresh {
			if self.left_out > 0 {
				lines.push(format!("{} more remarks were left out", self.left_out));
			}
			*self = Self { since: Some(now), said: 0, left_out: 0 };
		}
		for remark in remarks {
			if self.said < REMARKS_PER_MINUTE {
				self.said += 1;
				lines.push(remark);
			} else {
				self.left_out += 1;
			}
		}
		lines
	}
}

/// A folder for its owner alone.
fn make_folder(path: &Path) -> Result<()> {
	if path.is_dir() {
		return Ok(());
	}
	let mut builder = std::fs::DirBuilder::new();
	builder.recursive(true);
	#[cfg(unix)]
	std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
	builder.create(path).map_err(|error| file_error("cannot make the folder", path, &error))
}

/// Waits for somebody to end the program.
struct Ending {
	#[cfg(unix)]
	signals: [tokio::signal::unix::Signal; 2],
}

impl Ending {
	#[cfg(unix)]
	fn new() -> Result<Self> {
		use tokio::signal::unix::{signal, SignalKind};
		let failed = |error: std::io::Error| Error::new("NoSignals", error.to_string());
		let kinds = [SignalKind::terminate(), SignalKind::interrupt()];
		let [terminate, interrupt] = kinds.map(signal);
		Ok(Self { signals: [terminate.map_err(failed)?, interrupt.map_err(failed)?] })
	}

	#[cfg(not(unix))]
	fn new() -> Result<Self> {
		Ok(Self {})
	}

	#[cfg(unix)]
	async fn wait(&mut self) {
		let [terminate, interrupt] = &mut self.signals;
		tokio::select! {
			_ = terminate.recv() => {},
			_ = interrupt.recv() => {},
		}
	}

	#[cfg(not(unix))]
	async fn wait(&mut self) {
		// Where there is no way to be told, the process is ended from outside, which loses nothing.
		if tokio::signal::ctrl_c().await.is_err() {
			std::future::pending::<()>().await;
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_source_that_will_not_stop_does_not_fill_the_log() {
		let start = Instant::now();
		let mut remarks = Remarks::default();
		let many = |count: usize| (0..count).map(|at| at.to_string()).collect::<Vec<_>>();
		assert_eq!(remarks.limit(many(15), start).len(), 15);
		assert_eq!(remarks.limit(many(15), start).len(), 5);
		let later = start + Duration::from_secs(61);
		let lines = remarks.limit(many(1), later);
		assert_eq!(lines, ["10 more remarks were left out", "0"]);
	}

	#[test]
	fn it_is_looked_often_enough_for_short_periods() {
		let text = "node = [\"ws://a\"]\nstore = \"s\"\nstate = \"t\"\n";
		let timetable = |length_ms| Timetable { period: 0, start_ms: 0, length_ms };
		let config = Config::parse(text, Path::new("/")).unwrap();
		assert_eq!(look(&config, &timetable(12_000)), Duration::from_millis(600));
		assert_eq!(look(&config, &timetable(900_000)), Duration::from_secs(10));
		let text = format!("{text}[commit]\nlook_ms = 70\n");
		let config = Config::parse(&text, Path::new("/")).unwrap();
		assert_eq!(look(&config, &timetable(900_000)), Duration::from_millis(70));
	}

	#[cfg(unix)]
	#[test]
	fn the_journal_s_folder_is_its_owner_s_alone() {
		use std::os::unix::fs::PermissionsExt;
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("a/b");
		make_folder(&path).unwrap();
		let mode = std::fs::metadata(&path).unwrap().permissions().mode();
		assert_eq!(mode & 0o777, 0o700);
	}
}
