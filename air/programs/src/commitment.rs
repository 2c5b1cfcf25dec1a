//! Hiding commitments to readings: one permutation ([`crate::hash`]) of
//!
//! ```text
//! capacity = [8, TAG, VERSION, 0]
//! rate     = [amount, device, period, direction, salt0, salt1, salt2, salt3]
//! ```

use crate::hash::{output, start};
use winter_crypto::hashers::Rp64_256;
use winter_math::fields::f64::BaseElement;

pub use crate::hash::{decode, encode, is_canonical, DigestBytes as CommitmentBytes, Tag, VERSION};

/// Number of field elements a commitment absorbs; the first capacity element.
pub const INPUT_LENGTH: u64 = 8;

/// Four random field elements that make a commitment hide its reading.
pub type Salt = [u64; 4];

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
	let input = [
		BaseElement::from(amount),
		BaseElement::from(device),
		BaseElement::new(period),
		BaseElement::from(direction),
		s0,
		s1,
		s2,
		s3,
	];
	start(INPUT_LENGTH, tag, input)
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
	encode(&output(&state))
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
