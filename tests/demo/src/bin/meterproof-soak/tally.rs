//! What was sent, and what became of it.

use std::{
	collections::{BTreeMap, BTreeSet},
	sync::{Mutex, MutexGuard, PoisonError},
};

use anyhow::{Error, Result};
use meterproof_driver::client::Refused;
use serde_json::{json, Value};

/// Most errors whose words are kept.
const MOST_WORDS: usize = 50;

/// Counts of all lanes together.
#[derive(Debug, Default)]
pub struct Tally(Mutex<Counts>);

/// What is counted.
#[derive(Clone, Debug, Default)]
pub struct Counts {
	/// By sort of call: how many were done.
	pub done: BTreeMap<&'static str, u64>,
	/// By sort of call and error: how many failed.
	pub failed: BTreeMap<(&'static str, String), u64>,
	/// Answers to commitments, by name.
	pub answers: BTreeMap<String, u64>,
	/// Hashes of blocks that somebody was told a call of his is in, for good.
	pub blocks: BTreeSet<String>,
	/// What was acknowledged and is not there.
	pub lost: Vec<String>,
	/// What the first errors said.
	pub words: Vec<String>,
}

impl Tally {
	/// One more call that did what it should; with the block that it is in, where that is told.
	pub fn done(&self, sort: &'static str, block: Option<String>) {
		let mut counts = self.counts();
		*counts.done.entry(sort).or_default() += 1;
		counts.blocks.extend(block);
	}

	/// One more call that failed.
	pub fn failed(&self, sort: &'static str, error: &Error) {
		let refused = error.downcast_ref::<Refused>();
		let name = refused.map_or_else(|| "Other".to_owned(), |refused| refused.name.clone());
		let mut counts = self.counts();
		*counts.failed.entry((sort, name)).or_default() += 1;
		if counts.words.len() < MOST_WORDS {
			counts.words.push(format!("{sort}: {error:#}"));
		}
	}

	/// Counts what became of a call; says whether it did what it should.
	pub fn note(&self, sort: &'static str, outcome: Result<Option<String>>) -> bool {
		match outcome {
			Ok(block) => self.done(sort, block),
			Err(error) => {
				self.failed(sort, &error);
				return false;
			},
		}
		true
	}

	/// An answer to a commitment.
	pub fn answered(&self, name: &str) {
		*self.counts().answers.entry(name.into()).or_default() += 1;
	}

	/// Something that was acknowledged is not there.
	pub fn lost(&self, what: String) {
		self.counts().lost.push(what);
	}

	/// Everything so far.
	pub fn so_far(&self) -> Counts {
		self.counts().clone()
	}

	fn counts(&self) -> MutexGuard<'_, Counts> {
		self.0.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

impl Counts {
	/// As JSON: what was done and failed, by sort of call.
	pub fn json(&self) -> Value {
		let mut calls: BTreeMap<&str, Value> = BTreeMap::new();
		for (sort, count) in &self.done {
			calls.insert(*sort, json!({ "done": count, "failed": {} }));
		}
		for ((sort, error), count) in &self.failed {
			let call = calls.entry(*sort).or_insert_with(|| json!({ "done": 0, "failed": {} }));
			call["failed"][error.as_str()] = json!(count);
		}
		json!(calls)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use anyhow::anyhow;

	#[test]
	fn calls_are_counted_by_sort_and_error() {
		let tally = Tally::default();
		assert!(tally.note("transfer", Ok(Some("0x01".into()))));
		assert!(tally.note("transfer", Ok(Some("0x01".into()))));
		assert!(tally.note("offer", Ok(None)));
		assert!(!tally.note("payment", Err(anyhow!("the sun is gone"))));
		let counts = tally.so_far();
		assert_eq!(
			counts.json(),
			json!({
				"offer": { "done": 1, "failed": {} },
				"payment": { "done": 0, "failed": { "Other": 1 } },
				"transfer": { "done": 2, "failed": {} },
			})
		);
		assert_eq!(counts.blocks.len(), 1);
		assert_eq!(counts.words, ["payment: the sun is gone"]);
	}
}
