//! Where findings come from.

use std::time::SystemTime;

use async_trait::async_trait;

use crate::{counters::Counters, measured::Finding, named_errors};

named_errors! {
	/// Why a source has nothing more to say for now.
	#[derive(PartialEq, Eq)]
	pub enum SourceError {
		/// The port, connection or file could not be opened, or was lost. Asking again opens it again.
		SourceLost { source_name: String, reason: String } => "{source_name}: {reason}";
		/// What the configuration says of the source cannot be done.
		BadSource { source_name: String, reason: String } => "{source_name}: {reason}";
	}
}

/// One input: a file, a port, a connection.
#[async_trait]
pub trait Source: Send {
	/// What the source is called in the log: its kind and place, as in `dsmr /dev/ttyUSB0`.
	fn name(&self) -> &str;

	/// Waits for the next findings; none if the source has come to its end, as files do. After a
	/// [`SourceError::SourceLost`] the next call opens the source again: the caller decides how long it
	/// waits before that. Dropping the future loses nothing that a later call could have.
	async fn next(&mut self) -> Result<Option<Vec<Finding>>, SourceError>;

	/// Whether what it has to say waits for it, at a broker or in a file, while it is not asked. What a port
	/// says is gone if nobody listens.
	fn waits(&self) -> bool {
		false
	}

	/// The highest message counters that were accepted, of meters whose telegrams prove theirs: whoever
	/// keeps them and gives them to [`Source::resume`] after a restart is not told again what was told
	/// before. Other sources have none.
	fn counters(&self) -> Counters {
		Counters::default()
	}

	/// Accepts from now on only counters above these. Those of other sources change nothing.
	fn resume(&mut self, _counters: &Counters) {}
}

/// The time by this program's clock, Unix ms.
pub(crate) fn now_ms() -> u64 {
	unix_ms(SystemTime::now())
}

/// A time in Unix ms.
pub(crate) fn unix_ms(time: SystemTime) -> u64 {
	let since = time.duration_since(SystemTime::UNIX_EPOCH);
	since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
