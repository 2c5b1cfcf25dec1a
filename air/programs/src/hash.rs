//! The one hash of commitments, notes and trees: Rescue-Prime, with a tag for every use.
//!
//! `Rp64_256` (state 12, rate 8, capacity 4, 7 rounds over the field of order 2^64 - 2^32 + 1;
//! <https://eprint.iacr.org/2020/1143>) starts from the capacity `[length, TAG, VERSION, 0]`; up to
//! eight elements enter the rate, what is more is added to it after a permutation, and the first
//! four rate elements of the last result are the digest: four little-endian 64-bit words, each
//! below the modulus.

use winter_crypto::hashers::Rp64_256;
use winter_math::{fields::f64::BaseElement, FieldElement, StarkField};

pub use meterproof_statements::{is_canonical, Digest as DigestBytes, FIELD_MODULUS};

const _: () = assert!(FIELD_MODULUS == BaseElement::MODULUS);

/// Version of all formats here, in the third capacity element.
pub const VERSION: u64 = 1;

/// What a hash is used for: the second capacity element. No two uses share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Tag {
	/// A meter's reading.
	Reading = 1,
	/// The hidden difference between a claim and a sum.
	Slack = 2,
	/// A slot that stands for nothing.
	Filler = 3,
	/// A note.
	Note = 4,
	/// An inner node of the tree of notes.
	Node = 5,
	/// The key that nullifiers are made with.
	NullifierKey = 6,
	/// The owner of a note, which may spend it.
	Owner = 7,
	/// What spends a note once.
	Nullifier = 8,
	/// The hidden quantity of a claim.
	Quantity = 9,
	/// The key that both sides of a sealed trade share.
	SealKey = 10,
	/// The randomness that comes from it.
	SealRandomness = 11,
}

/// Four field elements.
pub type Words = [BaseElement; 4];

/// Elements that enter with one permutation.
pub const RATE: usize = 8;

/// The capacity that an input of `length` elements starts from.
pub fn capacity(length: u64, tag: Tag) -> Words {
	[
		BaseElement::new(length),
		BaseElement::new(tag as u64),
		BaseElement::new(VERSION),
		BaseElement::ZERO,
	]
}

/// The state before the first permutation. Capacity is `state[..4]`, rate `state[4..]`.
pub fn start(length: u64, tag: Tag, input: [BaseElement; RATE]) -> [BaseElement; 12] {
	let [c0, c1, c2, c3] = capacity(length, tag);
	let [i0, i1, i2, i3, i4, i5, i6, i7] = input;
	[c0, c1, c2, c3, i0, i1, i2, i3, i4, i5, i6, i7]
}

/// The first four rate elements.
pub fn output(state: &[BaseElement; 12]) -> Words {
	let [_, _, _, _, d0, d1, d2, d3, ..] = *state;
	[d0, d1, d2, d3]
}

/// The hash of up to eight elements.
pub(crate) fn once(length: u64, tag: Tag, input: [BaseElement; RATE]) -> Words {
	let mut state = start(length, tag, input);
	Rp64_256::apply_permutation(&mut state);
	output(&state)
}

/// The hash of up to twelve elements.
#[allow(clippy::arithmetic_side_effects, reason = "field arithmetic does not overflow")]
pub(crate) fn twice(
	length: u64,
	tag: Tag,
	input: [BaseElement; RATE],
	more: [BaseElement; 4],
) -> Words {
	let mut state = start(length, tag, input);
	Rp64_256::apply_permutation(&mut state);
	for (cell, element) in state.iter_mut().skip(4).zip(more) {
		*cell += element;
	}
	Rp64_256::apply_permutation(&mut state);
	output(&state)
}

/// The bytes of a digest.
pub fn encode(digest: &Words) -> DigestBytes {
	let mut bytes = [0u8; 32];
	for (chunk, element) in bytes.chunks_exact_mut(8).zip(digest) {
		chunk.copy_from_slice(&element.as_int().to_le_bytes());
	}
	bytes
}

/// The digest in `bytes`, or `None` where a word is not below the modulus: x and x + p would be
/// one element with two byte forms.
pub fn decode(bytes: &DigestBytes) -> Option<Words> {
	if !is_canonical(bytes) {
		return None;
	}
	let mut digest = [BaseElement::ZERO; 4];
	for (element, chunk) in digest.iter_mut().zip(bytes.chunks_exact(8)) {
		*element = BaseElement::new(u64::from_le_bytes(chunk.try_into().ok()?));
	}
	Some(digest)
}
