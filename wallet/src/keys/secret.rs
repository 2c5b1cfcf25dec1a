//! Secrets of 32 bytes.

use std::fmt;

use codec::{Decode, Encode};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::error::named_errors;

named_errors! {
	/// Why no secret could be made.
	#[derive(PartialEq, Eq, Clone, Copy)]
	pub enum RandomError {
		/// The operating system gave no randomness.
		NoRandomness => "the operating system gave no randomness";
	}
}

/// A 32-byte secret. Erased when dropped; `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub struct Secret([u8; 32]);

impl Secret {
	/// A copy of `bytes`.
	pub fn new(bytes: &[u8; 32]) -> Self {
		Self(*bytes)
	}

	/// A fresh one from the operating system's generator.
	pub fn random() -> Result<Self, RandomError> {
		let mut bytes = Zeroizing::new([0; 32]);
		random(bytes.as_mut())?;
		Ok(Self(*bytes))
	}

	/// The bytes, for those who compute with them.
	pub fn expose(&self) -> &[u8; 32] {
		&self.0
	}
}

impl fmt::Debug for Secret {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str("Secret(..)")
	}
}

/// Fills `bytes` from the operating system's generator.
pub fn random(bytes: &mut [u8]) -> Result<(), RandomError> {
	getrandom::fill(bytes).map_err(|_| RandomError::NoRandomness)
}
