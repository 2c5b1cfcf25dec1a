//! The key a meter signs with.

use core::fmt;

use ed25519_dalek::{Signer, SigningKey};
use zeroize::ZeroizeOnDrop;

use crate::message::{message, Slot};

/// A meter's Ed25519 key. Overwritten when dropped; `Debug` shows the public half only.
pub struct MeterKey(SigningKey);

impl MeterKey {
	/// The key of a 32-byte seed: the private key of RFC 8032, drawn from the meter's random
	/// number generator when it is made.
	pub fn from_seed(seed: &[u8; 32]) -> Self {
		Self(SigningKey::from_bytes(seed))
	}

	/// The public key, as the device is registered with.
	pub fn public(&self) -> [u8; 32] {
		self.0.verifying_key().to_bytes()
	}

	/// Signs the [`message`] of `slot` and `commitment`. Deterministic, so that signing needs no
	/// randomness and signing again gives the same bytes.
	#[inline(never)] // else its working memory lies on the stack while other things are done
	pub fn sign_commitment(&self, slot: &Slot, commitment: &[u8; 32]) -> [u8; 64] {
		self.0.sign(&message(slot, commitment)).to_bytes()
	}
}

impl ZeroizeOnDrop for MeterKey {}

impl fmt::Debug for MeterKey {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str("MeterKey(")?;
		for byte in self.public() {
			write!(formatter, "{byte:02x}")?;
		}
		formatter.write_str(")")
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::Direction;
	use ed25519_dalek::{Signature, VerifyingKey};

	fn slot() -> Slot {
		Slot { genesis: [1; 32], device: 5, period: 6, direction: Direction::Import }
	}

	#[test]
	fn the_public_key_is_that_of_rfc_8032() {
		// RFC 8032, section 7.1, test 1.
		let seed = hex::decode("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
		let public =
			hex::decode("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
		let key = MeterKey::from_seed(&seed.unwrap().try_into().unwrap());
		assert_eq!(key.public().to_vec(), public.unwrap());
	}

	#[test]
	fn a_signature_verifies_for_its_own_slot_only() {
		let key = MeterKey::from_seed(&[3; 32]);
		let signature = Signature::from_bytes(&key.sign_commitment(&slot(), &[9; 32]));
		let public = VerifyingKey::from_bytes(&key.public()).unwrap();
		let verifies = |slot: &Slot, commitment| {
			public.verify_strict(&message(slot, commitment), &signature).is_ok()
		};
		assert!(verifies(&slot(), &[9; 32]));
		assert!(!verifies(&slot(), &[8; 32]));
		assert!(!verifies(&Slot { genesis: [2; 32], ..slot() }, &[9; 32]));
		assert!(!verifies(&Slot { device: 4, ..slot() }, &[9; 32]));
		assert!(!verifies(&Slot { period: 7, ..slot() }, &[9; 32]));
		assert!(!verifies(&Slot { direction: Direction::Export, ..slot() }, &[9; 32]));
	}

	#[test]
	fn debug_shows_the_public_half_only() {
		let key = MeterKey::from_seed(&[3; 32]);
		assert_eq!(format!("{key:?}"), format!("MeterKey({})", hex::encode(key.public())));
	}
}
