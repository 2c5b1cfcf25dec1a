//! Digests of the field that all proofs work in.

/// 32 bytes: four little-endian words, each below [`FIELD_MODULUS`] where the digest is canonical.
pub type Digest = [u8; 32];

/// A hiding commitment to an amount (`meterproof_programs::commitment`).
pub type Commitment = Digest;

/// The owner of a note, who may spend it: a digest that hides the key.
pub type NoteOwner = Digest;

/// Modulus of the field: 2^64 - 2^32 + 1.
pub const FIELD_MODULUS: u64 = 0xFFFF_FFFF_0000_0001;

/// Whether every word is below the modulus. Others would be a second form of the same digest.
pub fn is_canonical(digest: &Digest) -> bool {
	digest.chunks_exact(8).all(|word| {
		<[u8; 8]>::try_from(word).is_ok_and(|word| u64::from_le_bytes(word) < FIELD_MODULUS)
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn only_words_below_the_modulus_are_canonical() {
		let with = |word: u64, place: usize| {
			let mut digest = [0; 32];
			digest[place * 8..place * 8 + 8].copy_from_slice(&word.to_le_bytes());
			digest
		};
		for place in 0..4 {
			assert!(is_canonical(&with(FIELD_MODULUS - 1, place)));
			assert!(!is_canonical(&with(FIELD_MODULUS, place)));
			assert!(!is_canonical(&with(u64::MAX, place)));
		}
	}
}
