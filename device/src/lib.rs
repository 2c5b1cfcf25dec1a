//! What a meter's firmware needs: commit to a reading and sign the commitment.
//!
//! Once per period and direction a meter computes
//!
//! 1. a salt from its [`SaltSecret`] and the [`Slot`],
//! 2. the commitment to the reading under that salt ([`commit`]),
//! 3. an Ed25519 signature over the slot and the commitment ([`MeterKey::sign_commitment`]),
//!
//! or all three with [`commit_and_sign`], and hands the result to any node over JSON-RPC. It needs
//! no account, no fee and no SCALE. The bytes are specified in `docs/device-protocol.md`; test
//! vectors for other implementations are in `device/vectors/commitments.json`.
//!
//! A meter that a gateway commits for sees by [`root_of_path`] whether it was counted.
//!
//! # What the firmware must keep to
//!
//! * **One reading per (slot, counter).** The salt is a function of the slot and the counter. To
//!   send a commitment again, send the stored bytes again or commit to the *same* reading with the
//!   same counter, which gives the same bytes. To commit to a *different* reading of the same slot,
//!   take a counter never used for that slot: two readings must never share a salt, or whoever is
//!   given the salt to check one of them can open the other. The chain keeps the first commitment
//!   it accepts.
//! * **A leaked salt is a leaked reading.** A reading has few bits, so that anyone with the salt
//!   finds it by trying. Salts go to the owner and to the prover it chose, the secret to nobody.
//! * **The secret moves on** once per period ([`SaltSecret::ratchet`], [`PeriodSecret`]) and the
//!   old one is erased from flash too, so that a stolen meter does not open earlier periods.
//!
//! Nothing here allocates, and nothing here panics. The number of instructions depends on no secret and on no reading
//! (`docs/firmware.md` says how that is checked). Keys and secrets are overwritten when dropped;
//! the working memory of the hash functions on the stack is not.
//!
//! ```
//! use meterproof_device::{commit_and_sign, Direction, MeterKey, SaltSecret, Slot};
//!
//! let key = MeterKey::from_seed(&[7; 32]);
//! let secret = SaltSecret::from_bytes([9; 32]);
//! let slot = Slot { genesis: [1; 32], device: 42, period: 1_900_000, direction: Direction::Export };
//! let signed = commit_and_sign(&key, &secret, &slot, 1_250, 0);
//! assert_eq!(signed.signature.len(), 64);
//! ```
#![cfg_attr(not(any(feature = "std", test)), no_std)]
#![deny(missing_docs)]
#![cfg_attr(
	not(test),
	deny(
		clippy::arithmetic_side_effects,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::panic,
		clippy::unwrap_used
	)
)]

mod element;
#[cfg(feature = "ffi")]
pub mod ffi;
#[cfg(all(feature = "freestanding", not(any(feature = "std", test))))]
mod freestanding;
mod hash;
mod key;
mod message;
mod path;
mod salt;
mod telegram;

pub use element::{commit_and_sign_outside, SecureElement};
pub use key::MeterKey;
pub use message::{message, Direction, Slot, MESSAGE_LENGTH, MESSAGE_TAG};
pub use path::{root_of_path, Seat};
pub use salt::{AdvanceError, PeriodSecret, SaltSecret, RATCHET_TAG, SALT_TAG};
pub use telegram::{bound_salt, telegrams_digest, BOUND_SALT_TAG, TELEGRAMS_TAG};

use zeroize::Zeroize;

/// A commitment and the meter's signature over its [`message`]: what is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedCommitment {
	/// The commitment: four little-endian words, each below 2^64 - 2^32 + 1.
	pub commitment: [u8; 32],
	/// The Ed25519 signature.
	pub signature: [u8; 64],
}

/// The commitment to `reading`, in the resource's base unit (Wh, litre), of the register that
/// `slot` names. `slot.genesis` is not part of it; the signature binds that.
///
/// `slot.period` is below 2^53 and the words of `salt` below 2^64 - 2^32 + 1, as
/// [`SaltSecret::salt`] makes them; larger ones are reduced by that modulus.
pub fn commit(slot: &Slot, reading: u32, salt: &[u64; 4]) -> [u8; 32] {
	let [salt0, salt1, salt2, salt3] = *salt;
	let (device, direction) = (u64::from(slot.device), slot.direction as u64);
	hash::commitment([
		u64::from(reading),
		device,
		slot.period,
		direction,
		salt0,
		salt1,
		salt2,
		salt3,
	])
}

/// Commits to `reading` and signs. The same arguments give the same bytes.
///
/// `counter` starts at 0 in every slot. To sign a *different* reading for a slot that was already
/// signed, take a counter not yet used for that slot: see the crate's documentation.
pub fn commit_and_sign(
	key: &MeterKey,
	secret: &SaltSecret,
	slot: &Slot,
	reading: u32,
	counter: u32,
) -> SignedCommitment {
	let commitment = commit_under(secret, slot, reading, counter);
	SignedCommitment { commitment, signature: key.sign_commitment(slot, &commitment) }
}

/// The commitment to `reading` under the salt of `slot` and `counter`.
#[inline(never)] // so that the stack is free again when the signature is made
fn commit_under(secret: &SaltSecret, slot: &Slot, reading: u32, counter: u32) -> [u8; 32] {
	let mut salt = secret.salt(slot, counter);
	let commitment = commit(slot, reading, &salt);
	salt.zeroize();
	commitment
}
