//! When each side of each section has its next round.

use std::time::{Duration, Instant};

use crate::{agent::clock::Backoff, commands::market::Fate, error::Error};

/// Between two attempts.
const AGAIN: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(300));

/// How a round ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
	/// There is nothing more to do in this period.
	Done,
	/// Something of the account's goes first: it is looked again soon.
	PutOff,
	/// It did not go, and why.
	Failed(String),
}

impl Ended {
	/// How a round ended of whose decisions this became.
	pub fn of(fates: &[Fate]) -> Self {
		for fate in fates {
			match fate {
				Fate::Unknown(error) | Fate::AllRefused(error) => return Self::by(error),
				Fate::NotTried(before) if before.ends_the_round() => return Self::PutOff,
				Fate::Done | Fate::Refused(_) | Fate::SideRefused(_) | Fate::NotTried(_) => {},
			}
		}
		Self::Done
	}

	/// How a round ended that met an error.
	pub fn by(error: &Error) -> Self {
		Self::Failed(format!("{}: {error}", error.name()))
	}
}

/// One side's rounds: none knows of another's.
#[derive(Clone, Debug)]
pub struct Rounds {
	/// The running period of the last round that had nothing left to do.
	done: Option<u64>,
	not_before: Option<Instant>,
	backoff: Backoff,
	/// What keeps it from going on, if anything does.
	trouble: Option<String>,
}

impl Default for Rounds {
	fn default() -> Self {
		let backoff = Backoff::new(AGAIN.0, AGAIN.1);
		Self { done: None, not_before: None, backoff, trouble: None }
	}
}

impl Rounds {
	/// Whether there is a round to be done while a period runs.
	pub fn is_due(&self, running: u64, now: Instant) -> bool {
		self.done != Some(running) && self.waits_no_more(now)
	}

	/// Whether nothing is waited for after a trouble.
	pub fn waits_no_more(&self, now: Instant) -> bool {
		self.not_before.is_none_or(|not_before| not_before <= now)
	}

	/// A node answers again: what was done in the running period stays done.
	pub fn reached(&mut self, running: u64) {
		if self.done == Some(running) {
			(self.trouble, self.not_before) = (None, None);
		}
	}

	/// Takes down how a round ended; the trouble, if it is one that was not known.
	pub fn ended(&mut self, running: Option<u64>, ended: Ended, now: Instant) -> Option<String> {
		match ended {
			Ended::Done => {
				self.done = running;
				self.not_before = None;
				self.backoff.reset();
				self.trouble = None;
				None
			},
			Ended::PutOff => None,
			Ended::Failed(trouble) => {
				self.not_before = now.checked_add(self.backoff.wait());
				let is_new = self.trouble.as_ref() != Some(&trouble);
				self.trouble = Some(trouble.clone());
				is_new.then_some(trouble)
			},
		}
	}

	/// What keeps it from going on, if anything does.
	pub fn trouble(&self) -> Option<&str> {
		self.trouble.as_deref()
	}
}
