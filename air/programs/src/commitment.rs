//! Hiding commitments to readings, and the permutation they share with the circuits.
//!
//! One Rescue-Prime permutation (`Rp64_256`: state 12, rate 8, capacity 4, 7 rounds over the field
//! of order 2^64 - 2^32 + 1; <https://eprint.iacr.org/2020/1143>) is applied to
//!
//! ```text
//! capacity = [8, TAG, VERSION, 0]
//! rate     = [amount, device, period, direction, salt0, salt1, salt2, salt3]
//! ```
//!
//! and the first four rate elements of the result are the commitment: four little-endian 64-bit
//! words, each below the modulus.

use winter_crypto::hashers::Rp64_256;
use winter_math::{fields::f64::BaseElement, FieldElement, StarkField};

/// Version of the commitment format, in the third capacity element.
pub const VERSION: u64 = 1;

/// Number of field elements a commitment absorbs; the first capacity element.
pub const INPUT_LENGTH: u64 = 8;

/// What a permutation is used for: the second capacity element. No two uses share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Tag {
	/// A meter's reading.
	Reading = 1,
	/// The hidden difference between a claim and a sum.
	Slack = 2,
	/// A slot that stands for nothing.
	Filler = 3,
}

/// Four random field elements that make a commitment hide its reading.
pub type Salt = [u64; 4];

/// The 32 bytes of a commitment: four little-endian words, each below the field modulus.
pub type CommitmentBytes = [u8; 32];

/// The state before the permutation. Capacity is `state[..4]`, rate `state[4..]`.
pub fn initial_state(
	tag: Tag,
	amount: u32,
	device: u32,
	period: u64,
	direction: u8,
	salt: &Salt,
) -> [BaseElement; 12] {
	let [s0, s1, s2, s3] = salt.map(BaseElement::new);
	[
		BaseElement::new(INPUT_LENGTH),
		BaseElement::new(tag as u64),
		BaseElement::new(VERSION),
		BaseElement::ZERO,
		BaseElement::from(amount),
		BaseElement::from(device),
		BaseElement::new(period),
		BaseElement::from(direction),
		s0,
		s1,
		s2,
		s3,
	]
}

/// The commitment of `tag` to `amount` (base units: Wh, litre) of `device` in `period` and
/// `direction`. `period` is below 2^53, so that no two periods are one field element.
pub fn commit(
	tag: Tag,
	amount: u32,
	device: u32,
	period: u64,
	direction: u8,
	salt: &Salt,
) -> CommitmentBytes {
	let mut state = initial_state(tag, amount, device, period, direction, salt);
	Rp64_256::apply_permutation(&mut state);
	let [_, _, _, _, d0, d1, d2, d3, ..] = state;
	encode(&[d0, d1, d2, d3])
}

/// The commitment a meter signs.
pub fn commit_reading(
	reading: u32,
	device: u32,
	period: u64,
	direction: u8,
	salt: &Salt,
) -> CommitmentBytes {
	commit(Tag::Reading, reading, device, period, direction, salt)
}

/// The bytes of a digest.
pub fn encode(digest: &[BaseElement; 4]) -> CommitmentBytes {
	let mut bytes = [0u8; 32];
	for (chunk, element) in bytes.chunks_exact_mut(8).zip(digest) {
		chunk.copy_from_slice(&element.as_int().to_le_bytes());
	}
	bytes
}

/// The digest in `bytes`, or `None` where a word is not below the modulus: x and x + p would be
/// one element with two byte forms.
pub fn decode(bytes: &CommitmentBytes) -> Option<[BaseElement; 4]> {
	let mut digest = [BaseElement::ZERO; 4];
	for (element, chunk) in digest.iter_mut().zip(bytes.chunks_exact(8)) {
		let word = u64::from_le_bytes(chunk.try_into().ok()?);
		if word >= BaseElement::MODULUS {
			return None;
		}
		*element = BaseElement::new(word);
	}
	Some(digest)
}
