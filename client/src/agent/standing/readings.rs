//! What standing orders look at of the store.

use std::path::PathBuf;

use crate::{
	agent::engine::{seen, Seen},
	error::Result,
	store::{Store, StoreKey},
};

/// A store, as it was last read. Nothing is written to it.
pub struct Readings {
	path: PathBuf,
	key: StoreKey,
	/// With what its file was then.
	last: Option<(Option<Seen>, Store)>,
}

impl Readings {
	/// Those in the file at `path`, of which nothing was read yet.
	pub fn new(path: PathBuf, key: StoreKey) -> Self {
		Self { path, key, last: None }
	}

	/// Reads the store if its file has changed; whether it was read.
	pub fn refresh(&mut self) -> Result<bool> {
		let now = seen(&self.path);
		let is_read = self.last.as_ref().is_some_and(|(then, _)| now.is_some() && *then == now);
		if !is_read {
			self.last = Some((now, Store::open_again(&self.path, &self.key)?));
		}
		Ok(!is_read)
	}

	/// The store, if it was read.
	pub fn store(&self) -> Option<&Store> {
		self.last.as_ref().map(|(_, store)| store)
	}
}
