//! What opens a store again and again.

use std::sync::{Mutex, PoisonError};

use meterproof_wallet::seal::{Seal, SealError};
use zeroize::Zeroizing;

use super::MAGIC;

/// A store's password, and the key that was derived of it last. To derive one takes half a second on purpose
/// (`meterproof_wallet::seal`); a store keeps its salt, and so its key, when it is rewritten.
pub struct StoreKey {
	password: Zeroizing<String>,
	last: Mutex<Option<Seal>>,
}

impl StoreKey {
	/// Of a password, which has opened nothing yet.
	pub fn new(password: Zeroizing<String>) -> Self {
		Self { password, last: Mutex::new(None) }
	}

	/// The seal of a store's file, from its bytes.
	pub(super) fn seal(&self, file: &[u8]) -> Result<Seal, SealError> {
		let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
		let seal = match last.as_ref().and_then(|seal| seal.of_file(MAGIC, file)) {
			Some(seal) => seal,
			None => Seal::open(MAGIC, file, &self.password)?,
		};
		*last = Some(seal.clone());
		Ok(seal)
	}
}
