//! The chain's time in sessions and eras, and about how long they are.

use crate::{
	chain::Chain,
	error::{Error, Result},
	rpc::ValidatorSet,
};

/// Where the chain stands among its sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Eras {
	/// The session that runs.
	pub session: u64,
	/// Sessions of an era.
	pub sessions_per_era: u64,
	/// Length of a session whose slots all have blocks, in milliseconds.
	pub session_ms: u64,
}

impl Eras {
	/// Asks for the eras as the best block has them.
	pub async fn ask(chain: &Chain, set: &ValidatorSet) -> Result<Self> {
		let session = chain.storage("Session", "CurrentIndex", vec![]).await?;
		let session = session.map_or(Some(0), |session| session.as_u128());
		let session = session.and_then(|session| u64::try_from(session).ok());
		let slot_ms = chain.constant("Babe", "ExpectedBlockTime").await?;
		Self::of(session, set, slot_ms)
	}

	fn of(session: Option<u64>, set: &ValidatorSet, slot_ms: u64) -> Result<Self> {
		let unexpected =
			|| Error::new("UnexpectedAnswer", "the node says of no session which it is");
		let sessions_per_era = u64::from(set.sessions_per_era);
		let session_ms = u64::from(set.epoch_slots).saturating_mul(slot_ms);
		if sessions_per_era == 0 {
			return Err(unexpected());
		}
		Ok(Self { session: session.ok_or_else(unexpected)?, sessions_per_era, session_ms })
	}

	/// The era that runs.
	pub fn now(&self) -> u64 {
		self.session.checked_div(self.sessions_per_era).unwrap_or_default()
	}

	/// The first era whose validators are not chosen yet. Those of a session are chosen when the session
	/// before it begins. So whoever joins now is elected for this era at the earliest, and whoever leaves
	/// now validates until it begins.
	pub fn open(&self) -> u64 {
		self.session.saturating_add(2).div_ceil(self.sessions_per_era.max(1))
	}

	/// Seconds until an era begins, at most, as long as every slot has a block.
	pub fn seconds_until(&self, era: u64) -> u64 {
		let sessions = era.saturating_mul(self.sessions_per_era).saturating_sub(self.session);
		sessions.saturating_mul(self.session_ms).div_ceil(1_000)
	}

	/// When an era begins, for a person.
	pub fn when(&self, era: u64) -> String {
		match era.saturating_sub(self.now()) {
			0 => format!("era {era}, which runs"),
			1 => format!("era {era}, the next one, in {} at most", self.span_until(era)),
			eras => format!("era {era}, {eras} eras from now, in {} at most", self.span_until(era)),
		}
	}

	fn span_until(&self, era: u64) -> String {
		span(self.seconds_until(era))
	}
}

/// A length of time for a person, rounded up.
pub fn span(seconds: u64) -> String {
	const MINUTE: u64 = 60;
	const HOUR: u64 = 60 * MINUTE;
	const DAY: u64 = 24 * HOUR;
	match seconds {
		0..=119 => format!("{seconds} s"),
		120..7_200 => format!("{} min", seconds.div_ceil(MINUTE)),
		7_200..259_200 => format!("{} h", seconds.div_ceil(HOUR)),
		_ => format!("{} days", seconds.div_ceil(DAY)),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn eras(session: u64, sessions_per_era: u64) -> Eras {
		Eras { session, sessions_per_era, session_ms: 24_000 }
	}

	#[test]
	fn an_era_is_open_until_the_session_before_it_begins() {
		for (session, open) in [(0, 1), (3, 1), (4, 1), (5, 2), (6, 2), (10, 2), (11, 3)] {
			assert_eq!(eras(session, 6).open(), open, "session {session}");
		}
		// Where an era is one session, the next one is always planned.
		for session in 0..5 {
			assert_eq!(eras(session, 1).open(), session + 2);
		}
		// As the pallet plans: session n is planned when n - 1 begins, and an era begins with a multiple.
		for per_era in 1..8 {
			for session in 0..50 {
				let planned_last = session + 1;
				let first = (planned_last + 1..).find(|next| next % per_era == 0).unwrap();
				assert_eq!(eras(session, per_era).open(), first / per_era);
			}
		}
	}

	#[test]
	fn how_long_it_takes_counts_the_session_that_runs_as_a_whole() {
		let now = eras(7, 6);
		assert_eq!(now.now(), 1);
		assert_eq!(now.seconds_until(2), 5 * 24);
		assert_eq!(now.seconds_until(1), 0);
		assert_eq!(now.when(1), "era 1, which runs");
		assert_eq!(now.when(2), "era 2, the next one, in 2 min at most");
		assert_eq!(now.when(4), "era 4, 3 eras from now, in 7 min at most");
	}

	#[test]
	fn spans_are_in_the_unit_of_their_size() {
		let spans = [(0, "0 s"), (119, "119 s"), (121, "3 min"), (7_200, "2 h"), (7_201, "3 h")];
		for (seconds, text) in spans {
			assert_eq!(span(seconds), text);
		}
		assert_eq!(span(36 * 6 * 3_600), "9 days");
	}

	#[test]
	fn nothing_overflows_on_a_node_s_word() {
		let far = Eras { session: u64::MAX, sessions_per_era: u64::MAX, session_ms: u64::MAX };
		assert_eq!((far.now(), far.open(), far.seconds_until(u64::MAX)), (1, 1, 0));
		let none = Eras { session: 0, sessions_per_era: 1, session_ms: u64::MAX };
		assert_eq!(none.seconds_until(u64::MAX), u64::MAX.div_ceil(1_000));
	}
}
