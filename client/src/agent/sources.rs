//! Sources, each in its own task: one that is lost is asked again and again, and stops no other.

use std::{
	sync::Arc,
	time::{Duration, Instant},
};

use meterproof_meters::{Counters, Finding, Source, SourceError};
use tokio::{
	sync::{mpsc::Sender, oneshot},
	task::JoinSet,
};

use super::{
	clock::Backoff,
	config::SourceConfig,
	log::Log,
	status::{SourceState, Status},
};
use crate::{
	error::{Error, Named, Result},
	timetable::local_ms,
};

/// The first wait after a source was lost.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What a source said, on its way into the journal.
pub struct Message {
	/// What it is called.
	pub source: String,
	/// What it said.
	pub findings: Vec<Finding>,
	/// The highest message counters that it has accepted.
	pub counters: Counters,
	/// Whether what the source says waits for it while it is not asked.
	pub waits: bool,
	/// Told once it is kept: some sources take that for their acknowledgement.
	pub kept: Option<oneshot::Sender<()>>,
}

/// Starts a task for each source, whose findings go to `findings`. Message counters go on from
/// `counters`. What the configuration says of a source and cannot be done is an error at once.
pub fn start(
	sources: Vec<SourceConfig>,
	counters: &Counters,
	findings: &Sender<Message>,
	status: &Arc<Status>,
	log: Log,
) -> Result<JoinSet<()>> {
	let mut tasks = JoinSet::new();
	for config in sources {
		let mut source = open(&config)?;
		source.resume(counters);
		let name = source.name().to_owned();
		status.source(&name, SourceState::Opening, None);
		let (findings, status) = (findings.clone(), status.clone());
		tasks.spawn(async move {
			let mut source = source;
			loop {
				let backoff = Backoff::new(FIRST_WAIT, LONGEST_WAIT);
				read(&mut *source, &findings, &status, log, backoff).await;
				let Some(again_s) = config.again_s else { return };
				tokio::time::sleep(Duration::from_secs(again_s)).await;
				match open(&config) {
					Ok(mut opened) => {
						opened.resume(&source.counters());
						source = opened;
					},
					// It could be opened before.
					Err(error) => log.warn(&format!("{name}: {error}")),
				}
			}
		});
	}
	Ok(tasks)
}

/// The source of a configuration, not yet asked for anything.
pub fn open(config: &SourceConfig) -> Result<Box<dyn Source>> {
	config.block.clone().open().map_err(source_error)
}

fn source_error(error: SourceError) -> Error {
	Error::new(error.name(), error.to_string())
}

/// Reads a source to its end.
async fn read(
	source: &mut dyn Source,
	findings: &Sender<Message>,
	status: &Status,
	log: Log,
	mut backoff: Backoff,
) {
	let name = source.name().to_owned();
	let mut lost: Option<Instant> = None;
	loop {
		match source.next().await {
			Ok(Some(found)) => {
				if lost.take().is_some() {
					log.info(&format!("{name}: is back"));
				}
				backoff.reset();
				status.source(&name, SourceState::Open, Some(local_ms()));
				// A source that is asked again takes what it said for kept, and forgets it.
				let (kept, is_kept) = oneshot::channel();
				let (counters, waits) = (source.counters(), source.waits());
				let (source, kept) = (name.clone(), Some(kept));
				let message = Message { source, findings: found, counters, waits, kept };
				if findings.send(message).await.is_err() || is_kept.await.is_err() {
					// Whoever takes the findings is there as long as the agent runs.
					return;
				}
			},
			Ok(None) => {
				status.source(&name, SourceState::Ended, None);
				return;
			},
			Err(error) => {
				let since = *lost.get_or_insert_with(|| {
					log.warn(&format!("{error}; asking again"));
					Instant::now()
				});
				let reason = error.to_string();
				status.source(&name, SourceState::Lost { since, reason }, None);
				tokio::time::sleep(backoff.wait()).await;
			},
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use async_trait::async_trait;
	use tokio::sync::mpsc;

	/// Is lost twice, says something, and ends.
	struct Shaky(u32);

	#[async_trait]
	impl Source for Shaky {
		fn name(&self) -> &str {
			"shaky"
		}

		async fn next(&mut self) -> std::result::Result<Option<Vec<Finding>>, SourceError> {
			self.0 += 1;
			match self.0 {
				1 | 2 => Err(SourceError::SourceLost {
					source_name: "shaky".to_owned(),
					reason: "unplugged".to_owned(),
				}),
				3 => Ok(Some(Vec::new())),
				_ => Ok(None),
			}
		}
	}

	#[tokio::test]
	async fn a_source_that_is_lost_is_asked_again() {
		let status = Status::new().unwrap();
		let (sender, mut receiver) = mpsc::channel::<Message>(1);
		let wait = Duration::from_millis(5);
		let start = Instant::now();
		let taking = tokio::spawn(async move {
			let message: Message = receiver.recv().await.unwrap();
			message.kept.unwrap().send(()).unwrap();
			message.findings.len()
		});
		read(&mut Shaky(0), &sender, &status, Log::default(), Backoff::new(wait, wait * 8)).await;
		assert!(start.elapsed() >= wait * 3, "once, then twice as long");
		assert_eq!(taking.await.unwrap(), 0);
		let (_, answer) = status.health();
		assert_eq!(answer["sources"][0]["state"], "ended");
	}

	#[tokio::test]
	async fn a_source_is_not_asked_again_before_what_it_said_is_kept() {
		let status = Status::new().unwrap();
		let (sender, mut receiver) = mpsc::channel::<Message>(4);
		let wait = Backoff::new(Duration::from_millis(1), Duration::from_millis(1));
		let mut source = Shaky(2);
		let reading = read(&mut source, &sender, &status, Log::default(), wait);
		let taking = async {
			let message = receiver.recv().await.unwrap();
			tokio::time::sleep(Duration::from_millis(20)).await;
			let (_, answer) = status.health();
			assert_eq!(answer["sources"][0]["state"], "open", "it waits");
			drop(message);
		};
		tokio::join!(reading, taking);
		assert_eq!(source.0, 3, "whoever keeps nothing is not told more");
	}

	/// What a source says of a port that plays bytes to whoever connects; with what it counted before.
	async fn heard(bytes: Vec<u8>, counters: &Counters, keys: &[std::path::PathBuf; 2]) -> Message {
		use tokio::io::AsyncWriteExt;
		let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
		let [encryption, authentication] = keys;
		let block = serde_json::json!({
			"kind": "dlms", "port": format!("tcp://{}", listener.local_addr().unwrap()),
			"encryption_key_file": encryption, "authentication_key_file": authentication,
		});
		let config = SourceConfig { block: serde_json::from_value(block).unwrap(), again_s: None };
		let (findings, mut found) = mpsc::channel(1);
		let status = Arc::new(Status::new().unwrap());
		let _sources = start(vec![config], counters, &findings, &status, Log::default()).unwrap();
		let (mut stream, _) = listener.accept().await.unwrap();
		stream.write_all(&bytes).await.unwrap();
		found.recv().await.unwrap()
	}

	#[tokio::test]
	async fn a_recorded_telegram_that_is_replayed_after_a_restart_is_refused() {
		use crate::{
			agent::{
				assembly::Assembler,
				intake::{Intake, Known},
				journal::tests::{open as open_journal, FaultDisk},
			},
			timetable::Timetable,
			types::{Directions, Resource},
		};
		use meterproof_meters::{
			keys::MeterKey,
			simulate::{
				dlms::{DlmsKeys, DlmsMeter},
				Simulated, Totals,
			},
		};
		use std::os::unix::fs::OpenOptionsExt;
		let folder = tempfile::tempdir().unwrap();
		let paths = ["ek", "ak"].map(|name| folder.path().join(name));
		for (path, digit) in paths.iter().zip(["1", "2"]) {
			let mut options = std::fs::OpenOptions::new();
			let file = options.write(true).create_new(true).mode(0o600).open(path).unwrap();
			std::io::Write::write_all(&mut &file, digit.repeat(32).as_bytes()).unwrap();
		}
		let [encryption, authentication] =
			paths.each_ref().map(|path| MeterKey::read(path).unwrap());
		let keys = DlmsKeys { encryption, authentication };
		let mut meter = DlmsMeter::new("house", Some(keys), 40).unwrap();
		const LENGTH: u64 = 900_000;
		let start_ms = 2_000_000 * LENGTH;
		let mut telegram =
			|import| meter.telegram(&Totals { at_ms: start_ms, import, export: None });
		let (recorded, next) = (telegram(1_000), telegram(1_000));
		let disk = FaultDisk::default();
		let intake = || {
			let timetable = Timetable { period: 2_000_000, start_ms, length_ms: LENGTH };
			let known = Known {
				device: 1,
				resource: Resource::Electricity,
				directions: Directions::Import,
				nameplate: u32::MAX,
			};
			let meters = [("house".to_owned(), known)].into();
			Intake::new(open_journal(&disk).unwrap(), Assembler::new(timetable, 60_000), meters)
		};
		let told = |message: &Message| match &message.findings[..] {
			[Finding::Measured(measured)] => measured.meter.clone(),
			[Finding::Refused(refused)] => refused.name.to_owned(),
			other => panic!("{other:?}"),
		};
		let now_ms = start_ms + LENGTH;
		let mut before = intake();
		let message = heard(recorded.clone(), &Counters::default(), &paths).await;
		assert_eq!(told(&message), "house");
		before.count(&message.counters);
		assert_eq!(before.take(&message.findings, now_ms).unwrap().kept, 1);
		drop(before);
		// Another run, of which nothing is known but what the journal has.
		let after = intake();
		let counters = &after.journal.contents().counters;
		assert_eq!(counters.len(), 1);
		assert_eq!(told(&heard(recorded, counters, &paths).await), "CounterReplayed");
		assert_eq!(told(&heard(next, counters, &paths).await), "house");
	}
}
