//! A meter as a store knows it.

use super::entry::{Entry, Facts, Key, Salts, Secret};

/// A meter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meter {
	/// What is registered.
	pub facts: Facts,
	/// The key it was registered with.
	first_key: Key,
	/// The meter's later keys, each with the first period that it signs for, oldest first.
	later_keys: Vec<(u64, Key)>,
	/// A key that the chain may or may not have taken.
	next_key: Option<Key>,
	/// What its salts come from, if it commits through the store.
	salts: Option<Salts>,
}

impl Meter {
	/// A meter that commits through the store.
	pub fn held(facts: Facts, seed: Secret, salts: Salts) -> Self {
		Self::new(facts, Key::Held(seed), Some(salts))
	}

	/// A meter that holds its own key.
	pub fn own(facts: Facts, key: [u8; 32]) -> Self {
		Self::new(facts, Key::Own(key), None)
	}

	fn new(facts: Facts, first_key: Key, salts: Option<Salts>) -> Self {
		Self { facts, first_key, later_keys: Vec::new(), next_key: None, salts }
	}

	/// The meter's name in files of readings.
	pub fn name(&self) -> &str {
		&self.facts.name
	}

	/// The key it was registered with.
	pub fn first_key(&self) -> &Key {
		&self.first_key
	}

	/// The key that signs for a period.
	pub fn key_for(&self, period: u64) -> &Key {
		let in_force = self.later_keys.iter().rev().find(|(from, _)| *from <= period);
		in_force.map_or(&self.first_key, |(_, key)| key)
	}

	/// The meter's newest key, which may sign for coming periods only.
	pub fn newest_key(&self) -> &Key {
		self.key_for(u64::MAX)
	}

	/// Whether it has or had this key.
	pub fn has_key(&self, public: &[u8; 32]) -> bool {
		let later = self.later_keys.iter().map(|(_, key)| key);
		later.chain([&self.first_key]).any(|key| key.public() == *public)
	}

	/// A key that the chain may or may not have taken.
	pub fn next_key(&self) -> Option<&Key> {
		self.next_key.as_ref()
	}

	/// What its salts come from, if it commits through the store.
	pub fn salts(&self) -> Option<&Salts> {
		self.salts.as_ref()
	}

	/// Whether the store can sign for it with a key of this kind.
	pub(super) fn can_take(&self, key: &Key) -> bool {
		self.salts.is_some() || key.seed().is_none()
	}

	/// Sets the next key; whether that gave another one up.
	pub(super) fn set_next_key(&mut self, key: Key) -> bool {
		self.next_key.replace(key).is_some()
	}

	/// Puts the next key in force.
	pub(super) fn take_next_key(&mut self, from: u64) {
		if let Some(key) = self.next_key.take() {
			self.later_keys.push((from, key));
		}
	}

	/// Moves the salt secret on.
	pub(super) fn set_salts(&mut self, salts: Salts) {
		self.salts = Some(salts);
	}

	/// The entry that sets it up, with its first key.
	pub(super) fn to_entry(&self) -> Entry {
		let facts = self.facts.clone();
		match (&self.first_key, &self.salts) {
			(Key::Held(seed), Some(salts)) => {
				Entry::Meter { facts, seed: seed.clone(), salts: salts.clone() }
			},
			(key, _) => Entry::OwnMeter { facts, key: key.public() },
		}
	}

	/// The entries that follow it: salts where there were none at first, and later keys.
	pub(super) fn later_entries(&self, meter: u32) -> impl Iterator<Item = Entry> + '_ {
		let salts = self.salts.iter().filter(|_| self.first_key.seed().is_none());
		let salts = salts.cloned().map(move |Salts { secret, period }| Entry::SaltSecret {
			meter,
			period,
			secret,
		});
		let taken = self.later_keys.iter().flat_map(move |(from, key)| {
			let (key, from) = (key.clone(), *from);
			[Entry::NextKey { meter, key }, Entry::KeyFrom { meter, from }]
		});
		let waiting = self.next_key.iter().cloned();
		salts.chain(taken).chain(waiting.map(move |key| Entry::NextKey { meter, key }))
	}
}
