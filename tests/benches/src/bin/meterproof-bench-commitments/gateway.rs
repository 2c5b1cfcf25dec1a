//! Gateways that send what they hold, by the method for meters, and again what was not taken.

use std::{
	collections::BTreeMap,
	thread,
	time::{Duration, Instant},
};

use anyhow::{anyhow, Result};
use meterproof_driver::{
	chain::{Answer, Chain},
	meter::Commitment,
};

/// Commitments in one request: as many as the client's gateway sends.
const IN_A_REQUEST: usize = 512;

/// Until a gateway sends again what was not taken.
const PAUSE: Duration = Duration::from_secs(2);

/// After that it gives up.
const LIMIT: Duration = Duration::from_secs(240);

/// What gateways saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
	/// Answers by name, `NoAnswer` for each item of a request without any.
	pub answers: BTreeMap<String, usize>,
	/// The longest that a request took.
	pub slowest: Duration,
	/// When the last item was taken, since the first was sent.
	pub taken_after: Duration,
	/// Never taken.
	pub left: usize,
}

impl Seen {
	fn add(&mut self, other: Self) {
		for (name, count) in other.answers {
			*self.answers.entry(name).or_default() += count;
		}
		self.slowest = self.slowest.max(other.slowest);
		self.taken_after = self.taken_after.max(other.taken_after);
		self.left += other.left;
	}
}

/// All gateways send at once, each over a connection of its own.
pub fn send_all(chains: &[Chain], items: &[Vec<Commitment>]) -> Result<Seen> {
	let mut all = Seen::default();
	thread::scope(|scope| {
		let threads: Vec<_> = chains
			.iter()
			.zip(items)
			.map(|(chain, items)| scope.spawn(move || send(chain, items)))
			.collect();
		for thread in threads {
			all.add(thread.join().map_err(|_| anyhow!("a gateway panicked"))?);
		}
		Ok(all)
	})
}

/// Until all are taken or on record.
fn send(chain: &Chain, items: &[Commitment]) -> Seen {
	let start = Instant::now();
	let mut seen = Seen::default();
	let mut left: Vec<&Commitment> = items.iter().collect();
	while !left.is_empty() && start.elapsed() < LIMIT {
		let mut again = Vec::new();
		for part in left.chunks(IN_A_REQUEST) {
			let owned: Vec<Commitment> = part.iter().copied().cloned().collect();
			let asked = Instant::now();
			let answers = chain.submit(&owned);
			seen.slowest = seen.slowest.max(asked.elapsed());
			let names: Vec<String> = match answers {
				Ok(answers) => answers.iter().map(name).collect(),
				Err(_) => vec!["NoAnswer".into(); part.len()],
			};
			for (item, name) in part.iter().copied().zip(names) {
				if !["accepted", "recorded"].contains(&name.as_str()) {
					again.push(item);
				}
				*seen.answers.entry(name).or_default() += 1;
			}
		}
		left = again;
		if left.is_empty() {
			seen.taken_after = start.elapsed();
		} else {
			thread::sleep(PAUSE);
		}
	}
	seen.left = left.len();
	seen
}

fn name(answer: &Answer) -> String {
	match answer {
		Answer::Accepted => "accepted".into(),
		Answer::Recorded => "recorded".into(),
		Answer::Refused { name, .. } => name.clone(),
	}
}
