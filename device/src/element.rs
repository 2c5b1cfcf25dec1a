//! Keys that this crate never sees.

use crate::{commit_under, message, SaltSecret, SignedCommitment, Slot, MESSAGE_LENGTH};

/// What signs outside of the meter's own processor: a secure element on its board, or a module with a key of its own.
///
/// It must do plain Ed25519 (RFC 8032, no prehash), or nothing that it signs is accepted. It does not see the reading:
/// whoever can make the processor run other code can have anything signed as this meter's, and gets no key by it.
pub trait SecureElement {
	/// Why the element did not answer.
	type Error;

	/// The public key, as the device is registered with.
	fn public_key(&mut self) -> Result<[u8; 32], Self::Error>;

	/// The signature of the element's key under a [`message`](crate::message()).
	fn sign(&mut self, message: &[u8; MESSAGE_LENGTH]) -> Result<[u8; 64], Self::Error>;
}

/// As [`commit_and_sign`](crate::commit_and_sign()), with a key in a secure element. Where the element fails, the same
/// arguments may be given again: nothing has been signed, or the same message has.
pub fn commit_and_sign_outside<E: SecureElement>(
	element: &mut E,
	secret: &SaltSecret,
	slot: &Slot,
	reading: u32,
	counter: u32,
) -> Result<SignedCommitment, E::Error> {
	let commitment = commit_under(secret, slot, reading, counter);
	let signature = element.sign(&message(slot, &commitment))?;
	Ok(SignedCommitment { commitment, signature })
}
