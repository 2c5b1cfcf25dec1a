//! What the two sides of a sealed trade share: a key, bound by a commitment, that gives the
//! randomness of the buyer's note in each period. Whoever has the key and knows what was contracted
//! finds that note by trying quantities, whatever was encrypted.
//!
//! ```text
//! commitment  H(SealKey, 4: key)
//! randomness  H(SealRandomness, 5: key, period)
//! ```

use crate::hash::{decode, encode, once, DigestBytes, Tag};
use winter_math::{fields::f64::BaseElement, FieldElement, StarkField};

/// Elements the commitment to a key absorbs.
pub const KEY_LENGTH: u64 = 4;
/// Elements a note's randomness absorbs.
pub const RANDOMNESS_LENGTH: u64 = 5;

/// What binds a key, or `None` where the key is not canonical.
pub fn key_commitment(key: &DigestBytes) -> Option<DigestBytes> {
	let [k0, k1, k2, k3] = decode(key)?;
	let z = BaseElement::ZERO;
	Some(encode(&once(KEY_LENGTH, Tag::SealKey, [k0, k1, k2, k3, z, z, z, z])))
}

/// The randomness of the buyer's note in a period, or `None` where the key is not canonical or the
/// period not below the field modulus.
pub fn randomness(key: &DigestBytes, period: u64) -> Option<DigestBytes> {
	let [k0, k1, k2, k3] = decode(key)?;
	if period >= BaseElement::MODULUS {
		return None;
	}
	let z = BaseElement::ZERO;
	let input = [k0, k1, k2, k3, BaseElement::new(period), z, z, z];
	Some(encode(&once(RANDOMNESS_LENGTH, Tag::SealRandomness, input)))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn commitment_and_randomness_depend_on_all_they_are_made_of() {
		let mut other = [0; 32];
		other[24] = 1;
		let all = [
			key_commitment(&[0; 32]).unwrap(),
			key_commitment(&other).unwrap(),
			randomness(&[0; 32], 0).unwrap(),
			randomness(&[0; 32], 1).unwrap(),
			randomness(&other, 0).unwrap(),
		];
		for (i, digest) in all.iter().enumerate() {
			assert!(all.iter().skip(i + 1).all(|other| other != digest));
		}
	}

	#[test]
	fn what_is_not_canonical_has_neither() {
		assert_eq!(key_commitment(&[0xff; 32]), None);
		assert_eq!(randomness(&[0xff; 32], 0), None);
		assert_eq!(randomness(&[0; 32], BaseElement::MODULUS), None);
	}
}
