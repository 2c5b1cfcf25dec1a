//! Message counters that meters prove with their keys: the highest that was accepted of each, so that
//! what was recorded on the line or on the air is not taken a second time.

use std::collections::BTreeMap;

use crate::{keys::MeterKey, telegram::Unusable};

/// The highest counter that was accepted of each meter. A meter stands under its protocol, its name there
/// and a mark of its key, as in `mbus 12345678/0a1b2c3d`: with another key it counts anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters(BTreeMap<String, u32>);

impl Counters {
	/// Under which name a meter's counter is kept.
	pub fn name(protocol: &str, meter: &str, key: &MeterKey) -> String {
		format!("{protocol} {meter}/{}", key.mark())
	}

	/// Takes a counter down if it is above all before; refuses it as `CounterReplayed` if not.
	pub fn accept(&mut self, name: String, counter: u32) -> Result<(), Unusable> {
		match self.0.get(&name) {
			Some(last) if counter <= *last => Err(Unusable::new(
				"CounterReplayed",
				"the telegram's counter is not above the last one: it was sent again",
			)),
			_ => {
				self.0.insert(name, counter);
				Ok(())
			},
		}
	}

	/// The highest counter that was accepted under a name.
	pub fn get(&self, name: &str) -> Option<u32> {
		self.0.get(name).copied()
	}

	/// All of them.
	pub fn iter(&self) -> impl Iterator<Item = (&str, u32)> {
		self.0.iter().map(|(name, counter)| (name.as_str(), *counter))
	}

	/// How many there are.
	pub fn len(&self) -> usize {
		self.0.len()
	}

	/// Whether there is none.
	pub fn is_empty(&self) -> bool {
		self.0.is_empty()
	}

	/// Takes over those that are above the ones known, or of meters not known.
	pub fn raise<'a>(&mut self, others: impl IntoIterator<Item = (&'a str, u32)>) {
		for (name, counter) in others {
			match self.0.get_mut(name) {
				Some(known) => *known = (*known).max(counter),
				None => {
					self.0.insert(name.to_owned(), counter);
				},
			}
		}
	}

	/// The counters that are above those of `known`, or that `known` does not have.
	pub fn above(&self, known: &Self) -> Self {
		let above = self
			.iter()
			.filter(|(name, counter)| known.get(name).is_none_or(|last| last < *counter));
		Self(above.map(|(name, counter)| (name.to_owned(), counter)).collect())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn counters(all: &[(&str, u32)]) -> Counters {
		let mut counters = Counters::default();
		counters.raise(all.iter().copied());
		counters
	}

	#[test]
	fn only_what_is_above_is_accepted() {
		let mut counters = Counters::default();
		let mut accept = |counter| counters.accept("a".into(), counter).map_err(|no| no.name);
		assert_eq!(accept(7), Ok(()));
		for counter in [0, 6, 7] {
			assert_eq!(accept(counter), Err("CounterReplayed"));
		}
		assert_eq!(accept(8), Ok(()));
		assert_eq!(counters.get("a"), Some(8));
	}

	#[test]
	fn counters_are_never_lowered() {
		let mut known = counters(&[("a", 5), ("b", 5)]);
		known.raise([("a", 3), ("b", 9), ("c", 1)]);
		assert_eq!(known, counters(&[("a", 5), ("b", 9), ("c", 1)]));
		let before = counters(&[("a", 5), ("b", 8)]);
		assert_eq!(known.above(&before), counters(&[("b", 9), ("c", 1)]));
		assert!(known.above(&known).is_empty());
	}
}
