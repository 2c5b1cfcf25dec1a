//! When each side of each section has its next round, and how much of it is done in one look.

use std::time::{Duration, Instant};

use crate::{
	agent::clock::Backoff, commands::market::Fate, error::Error, standing::plan::Decision,
};

/// Between two attempts.
const AGAIN: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(300));

/// Calls of one side in one look: each is waited for until it is final, and the other sides wait meanwhile.
const CALLS_IN_A_LOOK: usize = 4;

/// How a round ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
	/// There is nothing more to do in this period.
	Done,
	/// Something of the account's goes first, or there is more than one look has time for: it is looked again soon.
	PutOff,
	/// Calls were signed for it and refused, and why. Others would be: there is nothing more to do in this period.
	Refused(String),
	/// It did not go, and why.
	Failed(String),
}

/// The calls of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calls {
	/// Whether any was signed.
	pub signed: bool,
	/// Whether some are left for another look.
	pub left: bool,
}

/// What one look has time for: decisions up to so many calls.
pub fn in_a_look(decided: &[Decision]) -> &[Decision] {
	let calls = decided.iter().enumerate().filter(|(_, decision)| decision.action.is_some());
	let next = calls.map(|(at, _)| at).nth(CALLS_IN_A_LOOK);
	next.and_then(|next| decided.get(..next)).unwrap_or(decided)
}

impl Ended {
	/// How a round ended of whose decisions this became.
	pub fn of(fates: &[Fate], calls: Calls) -> Self {
		for fate in fates {
			match fate {
				// Another try would be signed as well, and count against what the owner allows.
				Fate::AllRefused(error) if calls.signed => return Self::Refused(said(error)),
				Fate::Unknown(error) | Fate::AllRefused(error) => return Self::by(error),
				Fate::NotTried(before) if before.ends_the_round() => return Self::PutOff,
				Fate::Done | Fate::Refused(_) | Fate::SideRefused(_) | Fate::NotTried(_) => {},
			}
		}
		// Where nothing could be signed nothing can be in another look either.
		match calls.signed && calls.left {
			true => Self::PutOff,
			false => Self::Done,
		}
	}

	/// How a round ended that met an error.
	pub fn by(error: &Error) -> Self {
		Self::Failed(said(error))
	}
}

fn said(error: &Error) -> String {
	format!("{}: {error}", error.name())
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
	/// What its calls were last refused for, until a round is done.
	refused: Option<String>,
}

impl Default for Rounds {
	fn default() -> Self {
		let backoff = Backoff::new(AGAIN.0, AGAIN.1);
		Self { done: None, not_before: None, backoff, trouble: None, refused: None }
	}
}

impl Rounds {
	/// Whether there is a round to be done while a period runs: one in each, whatever a node says later.
	pub fn is_due(&self, running: u64, now: Instant) -> bool {
		self.done.is_none_or(|done| done < running) && self.waits_no_more(now)
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
				(self.trouble, self.refused) = (None, None);
				None
			},
			Ended::PutOff => None,
			Ended::Refused(trouble) => {
				self.done = running;
				self.not_before = None;
				self.backoff.reset();
				self.trouble = None;
				let is_new = self.refused.as_ref() != Some(&trouble);
				self.refused = Some(trouble.clone());
				is_new.then_some(trouble)
			},
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
		self.trouble.as_deref().or(self.refused.as_deref())
	}
}
