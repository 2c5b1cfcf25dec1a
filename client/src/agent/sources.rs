//! Sources, each in its own task: one that is lost is asked again and again, and stops no other.

use std::{
	sync::Arc,
	time::{Duration, Instant},
};

use meterproof_meters::{Finding, Source, SourceError};
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
	/// Told once it is kept: some sources take that for their acknowledgement.
	pub kept: oneshot::Sender<()>,
}

/// Starts a task for each source, whose findings go to `findings`. What the configuration says of a
/// source and cannot be done is an error at once.
pub fn start(
	sources: Vec<SourceConfig>,
	findings: &Sender<Message>,
	status: &Arc<Status>,
	log: Log,
) -> Result<JoinSet<()>> {
	let mut tasks = JoinSet::new();
	for config in sources {
		let source = open(&config)?;
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
					Ok(opened) => source = opened,
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
				let message = Message { source: name.clone(), findings: found, kept };
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
			message.kept.send(()).unwrap();
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
}
