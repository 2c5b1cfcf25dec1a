//! Salts, and the secret they come from.

use core::fmt;

use hmac::{digest::generic_array::GenericArray, Hmac, Mac};
use sha2::Sha512;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
	hash::field::{canonical, reduce},
	message::Slot,
};

/// What the input of a salt starts with.
pub const SALT_TAG: [u8; 18] = *b"meterproof:salt:v1";

/// The input of the step from one period's secret to the next. It shares no prefix with
/// [`SALT_TAG`], so that no salt is a secret.
pub const RATCHET_TAG: [u8; 21] = *b"meterproof:ratchet:v1";

/// What one period's salts come from. Overwritten when dropped; `Debug` does not show it.
///
/// It does not know its period: [`PeriodSecret`] does.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SaltSecret([u8; 32]);

impl SaltSecret {
	/// A secret of 32 bytes: the first one from the meter's random number generator, later ones
	/// as [`Self::to_bytes`] gave them.
	pub fn from_bytes(bytes: [u8; 32]) -> Self {
		Self(bytes)
	}

	/// The bytes, for the meter's protected storage. The caller erases the copy.
	pub fn to_bytes(&self) -> [u8; 32] {
		self.0
	}

	/// The salt of `slot` at `counter`: four field elements.
	///
	/// `counter` is 0 unless the meter commits to *another* reading of the same slot. Each
	/// element is 128 bits of HMAC-SHA512 reduced by the field's order, so that it is within
	/// 2^-64 of uniform.
	pub fn salt(&self, slot: &Slot, counter: u32) -> [u64; 4] {
		elements(self.hmac(&[
			&SALT_TAG,
			&slot.genesis,
			&slot.device.to_le_bytes(),
			&slot.period.to_le_bytes(),
			&[slot.direction as u8],
			&counter.to_le_bytes(),
		]))
	}

	/// Moves on to the next period's secret; there is no way back.
	pub fn ratchet(&mut self) {
		let mut bytes = self.hmac(&[&RATCHET_TAG]);
		for (to, from) in self.0.iter_mut().zip(bytes) {
			*to = from;
		}
		bytes.zeroize();
	}

	pub(crate) fn hmac(&self, input: &[&[u8]]) -> [u8; 64] {
		// HMAC fills a key up to its hash's block with zeros. Handing it a full block is the one
		// constructor that cannot fail.
		let mut block = [0u8; 128];
		for (to, from) in block.iter_mut().zip(self.0) {
			*to = from;
		}
		let mut mac = <Hmac<Sha512> as Mac>::new(GenericArray::from_slice(&block));
		block.zeroize();
		for part in input {
			mac.update(part);
		}
		mac.finalize().into_bytes().into()
	}
}

impl fmt::Debug for SaltSecret {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str("SaltSecret(..)")
	}
}

/// Why a [`PeriodSecret`] did not move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdvanceError {
	/// The period is over: its secret no longer exists.
	Passed,
	/// The period is this many steps ahead, more than the caller allowed.
	TooFar(u64),
}

impl fmt::Display for AdvanceError {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Passed => formatter.write_str("the period's secret no longer exists"),
			Self::TooFar(steps) => write!(formatter, "the period is {steps} steps ahead"),
		}
	}
}

impl core::error::Error for AdvanceError {}

/// A [`SaltSecret`] that knows its period, so that a meter which slept through some periods takes
/// the right number of steps.
pub struct PeriodSecret {
	secret: SaltSecret,
	period: u64,
}

impl PeriodSecret {
	/// `secret` is the one of `period`.
	pub fn new(secret: SaltSecret, period: u64) -> Self {
		Self { secret, period }
	}

	/// The period whose salts [`Self::secret`] gives.
	pub fn period(&self) -> u64 {
		self.period
	}

	/// The secret of [`Self::period`].
	pub fn secret(&self) -> &SaltSecret {
		&self.secret
	}

	/// Moves on to `period` and forgets every earlier secret.
	///
	/// A step costs one HMAC and cannot be undone, so the caller says how many it allows: a clock
	/// that jumps ahead by years must neither hang the meter nor burn the secrets of the periods in
	/// between. Nothing has changed when this returns an error. Before a commitment is sent, the
	/// new secret and period must have replaced the old ones in storage.
	pub fn advance(&mut self, period: u64, allowed_steps: u32) -> Result<(), AdvanceError> {
		let steps = period.checked_sub(self.period).ok_or(AdvanceError::Passed)?;
		if steps > u64::from(allowed_steps) {
			return Err(AdvanceError::TooFar(steps));
		}
		for _ in 0..steps {
			self.secret.ratchet();
		}
		self.period = period;
		Ok(())
	}
}

impl fmt::Debug for PeriodSecret {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(formatter, "PeriodSecret(.., period {})", self.period)
	}
}

/// Four field elements of 64 bytes, each of 16 bytes reduced by the field's order.
pub(crate) fn elements(mut bytes: [u8; 64]) -> [u64; 4] {
	let mut words = [0u64; 8];
	for (at, byte) in bytes.iter().enumerate() {
		if let Some(word) = words.get_mut(at / 8) {
			// From the top, so that the first byte of a word ends lowest.
			*word = *word >> 8 | u64::from(*byte) << 56;
		}
	}
	bytes.zeroize();
	let mut elements = [0u64; 4];
	for (element, pair) in elements.iter_mut().zip(words.chunks_exact(2)) {
		if let [low, high] = pair {
			*element = canonical(reduce(*low, *high));
		}
	}
	words.zeroize();
	elements
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{hash::field::MODULUS, Direction};

	fn slot() -> Slot {
		Slot { genesis: [1; 32], device: 5, period: 6, direction: Direction::Import }
	}

	fn secret() -> SaltSecret {
		SaltSecret::from_bytes([7; 32])
	}

	#[test]
	fn hmac_agrees_with_a_key_given_as_it_is() {
		for length in [0, 1, 60, 127, 128, 129, 300] {
			let input = vec![0xCD; length];
			let mut mac = <Hmac<Sha512> as Mac>::new_from_slice(&[7; 32]).unwrap();
			mac.update(&input);
			let expected: [u8; 64] = mac.finalize().into_bytes().into();
			assert_eq!(secret().hmac(&[&input]), expected);
			let (head, tail) = input.split_at(length / 2);
			assert_eq!(secret().hmac(&[head, tail]), expected);
		}
	}

	#[test]
	fn hmac_is_that_of_rfc_4231() {
		// RFC 4231, section 4.3: a key shorter than ours, which zeros fill up alike.
		let mut key = [0u8; 32];
		key[..4].copy_from_slice(b"Jefe");
		let tag = SaltSecret::from_bytes(key).hmac(&[b"what do ya want ", b"for nothing?"]);
		assert_eq!(
			hex::encode(tag),
			"164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554\
			 9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
		);
	}

	#[test]
	fn elements_are_sixteen_bytes_each_reduced() {
		for seed in 0..200 {
			let wide = SaltSecret::from_bytes([seed; 32]).hmac(&[b"wide"]);
			for (element, bytes) in elements(wide).iter().zip(wide.chunks_exact(16)) {
				let bytes = u128::from_le_bytes(bytes.try_into().unwrap());
				assert_eq!(u128::from(*element), bytes % u128::from(MODULUS));
			}
		}
		assert_eq!(
			elements([0xFF; 64]),
			[u64::try_from(u128::MAX % u128::from(MODULUS)).unwrap(); 4]
		);
	}

	#[test]
	fn salts_are_canonical_and_repeatable() {
		for counter in 0..500 {
			let salt = secret().salt(&slot(), counter);
			assert!(salt.iter().all(|element| *element < MODULUS));
			assert_eq!(salt, secret().salt(&slot(), counter));
		}
	}

	#[test]
	fn every_part_of_the_slot_and_the_counter_change_the_salt() {
		let original = secret().salt(&slot(), 0);
		let others = [
			secret().salt(&slot(), 1),
			secret().salt(&Slot { genesis: [2; 32], ..slot() }, 0),
			secret().salt(&Slot { device: 6, ..slot() }, 0),
			secret().salt(&Slot { period: 7, ..slot() }, 0),
			secret().salt(&Slot { direction: Direction::Export, ..slot() }, 0),
			SaltSecret::from_bytes([8; 32]).salt(&slot(), 0),
		];
		for other in others {
			for (element, was) in other.iter().zip(original) {
				assert_ne!(*element, was);
			}
		}
	}

	#[test]
	fn a_ratcheted_secret_is_not_a_salt_and_does_not_come_back() {
		let mut moved = secret();
		let mut seen = vec![secret().to_bytes()];
		for _ in 0..100 {
			moved.ratchet();
			assert!(!seen.contains(&moved.to_bytes()));
			seen.push(moved.to_bytes());
		}
		assert!(!RATCHET_TAG.starts_with(&SALT_TAG) && !SALT_TAG.starts_with(&RATCHET_TAG));
	}

	#[test]
	fn advancing_takes_one_step_per_period() {
		let mut expected = secret();
		for _ in 0..10 {
			expected.ratchet();
		}
		let mut at_once = PeriodSecret::new(secret(), 100);
		at_once.advance(110, 10).unwrap();
		let mut in_parts = PeriodSecret::new(secret(), 100);
		in_parts.advance(100, 0).unwrap();
		in_parts.advance(103, 3).unwrap();
		in_parts.advance(110, 7).unwrap();
		assert_eq!(at_once.period(), 110);
		assert_eq!(at_once.secret().to_bytes(), expected.to_bytes());
		assert_eq!(in_parts.secret().to_bytes(), expected.to_bytes());
	}

	#[test]
	fn a_refused_advance_changes_nothing() {
		let mut at = PeriodSecret::new(secret(), 100);
		assert_eq!(at.advance(99, u32::MAX), Err(AdvanceError::Passed));
		assert_eq!(at.advance(111, 10), Err(AdvanceError::TooFar(11)));
		assert_eq!(at.advance(u64::MAX, 10), Err(AdvanceError::TooFar(u64::MAX - 100)));
		assert_eq!(at.period(), 100);
		assert_eq!(at.secret().to_bytes(), secret().to_bytes());
	}

	#[test]
	fn debug_shows_no_secret() {
		assert_eq!(format!("{:?}", secret()), "SaltSecret(..)");
		assert_eq!(format!("{:?}", PeriodSecret::new(secret(), 3)), "PeriodSecret(.., period 3)");
	}

	#[test]
	fn zeroising_overwrites_the_secret() {
		let mut gone = secret();
		gone.zeroize();
		assert_eq!(gone.to_bytes(), [0; 32]);
	}
}
