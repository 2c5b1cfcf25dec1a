//! Salts that bind telegrams, for whoever keeps signed telegrams beside readings.
//!
//! A meter that signs its telegrams in a format of its own (OCMF, signed SML) need not know of this:
//! it is for the gateway that reads the telegrams and commits. The commitment, what is signed and what
//! is sent have their usual form, so that neither the chain nor a prover sees a difference.

use sha2::{Digest, Sha256};
use zeroize::Zeroize;

use crate::{
	message::Slot,
	salt::{elements, SaltSecret},
};

/// What the digest of telegrams starts with.
pub const TELEGRAMS_TAG: [u8; 23] = *b"meterproof:telegrams:v1";

/// What the input of a salt starts with that binds telegrams.
pub const BOUND_SALT_TAG: [u8; 24] = *b"meterproof:bound-salt:v1";

/// The digest of telegrams in their order, each a name of its format and its bytes: SHA-256 of
/// [`TELEGRAMS_TAG`] and, for each telegram, format and bytes, before each of them its length in bytes,
/// 8 bytes, little-endian.
pub fn telegrams_digest<'a>(telegrams: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> [u8; 32] {
	let mut hash = Sha256::new();
	hash.update(TELEGRAMS_TAG);
	for (format, bytes) in telegrams {
		for part in [format.as_bytes(), bytes] {
			hash.update((part.len() as u64).to_le_bytes());
			hash.update(part);
		}
	}
	hash.finalize().into()
}

/// The salt of `slot` that binds telegrams by their `digest` ([`telegrams_digest`]), blinded by the
/// salt that the slot would have without them ([`SaltSecret::salt`]). Whoever is given blinding and
/// telegrams can make it again; whoever is given the salt alone learns nothing of them.
///
/// Four field elements of HMAC-SHA512 with the blinding's 32 bytes (little-endian words) for its key,
/// over [`BOUND_SALT_TAG`], the slot and the digest, made of its bytes as those of any salt are. A
/// blinding is used for one reading, as a salt is.
pub fn bound_salt(blinding: &[u64; 4], slot: &Slot, digest: &[u8; 32]) -> [u64; 4] {
	let mut key = [0u8; 32];
	for (to, from) in key.iter_mut().zip(blinding.iter().flat_map(|word| word.to_le_bytes())) {
		*to = from;
	}
	let blinding = SaltSecret::from_bytes(key);
	key.zeroize();
	elements(blinding.hmac(&[
		&BOUND_SALT_TAG,
		&slot.genesis,
		&slot.device.to_le_bytes(),
		&slot.period.to_le_bytes(),
		&[slot.direction as u8],
		digest,
	]))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::Direction;

	fn slot() -> Slot {
		Slot { genesis: [1; 32], device: 5, period: 6, direction: Direction::Import }
	}

	const BLINDING: [u64; 4] = [1, 2, 3, 4];

	fn digest() -> [u8; 32] {
		telegrams_digest([("ocmf", &b"OCMF|{}|{}"[..])])
	}

	#[test]
	fn the_digest_is_that_of_the_documented_bytes() {
		let mut bytes = b"meterproof:telegrams:v1".to_vec();
		for part in [&b"ocmf"[..], b"OCMF|{}|{}", b"sml", b"\x1b\x1b"] {
			bytes.extend((part.len() as u64).to_le_bytes());
			bytes.extend(part);
		}
		let expected: [u8; 32] = Sha256::digest(&bytes).into();
		let telegrams = [("ocmf", &b"OCMF|{}|{}"[..]), ("sml", b"\x1b\x1b")];
		assert_eq!(telegrams_digest(telegrams), expected);
	}

	#[test]
	fn what_is_moved_between_telegrams_changes_the_digest() {
		let one = |a: &'static str, b: &'static [u8], c: &'static str, d: &'static [u8]| {
			telegrams_digest([(a, b), (c, d)])
		};
		let digests = [
			one("a", b"bc", "d", b"e"),
			one("ab", b"c", "d", b"e"),
			one("a", b"b", "cd", b"e"),
			one("d", b"e", "a", b"bc"),
			telegrams_digest([("a", &b"bc"[..])]),
			telegrams_digest([("a", &b"bcde"[..])]),
			telegrams_digest([]),
		];
		for (at, digest) in digests.iter().enumerate() {
			assert!(!digests[..at].contains(digest), "{at}");
		}
	}

	#[test]
	fn everything_that_a_salt_is_made_of_changes_all_of_it() {
		let original = bound_salt(&BLINDING, &slot(), &digest());
		assert_eq!(bound_salt(&BLINDING, &slot(), &digest()), original);
		let others = [
			bound_salt(&[1, 2, 3, 5], &slot(), &digest()),
			bound_salt(&BLINDING, &slot(), &telegrams_digest([])),
			bound_salt(&BLINDING, &Slot { genesis: [2; 32], ..slot() }, &digest()),
			bound_salt(&BLINDING, &Slot { device: 6, ..slot() }, &digest()),
			bound_salt(&BLINDING, &Slot { period: 7, ..slot() }, &digest()),
			bound_salt(&BLINDING, &Slot { direction: Direction::Export, ..slot() }, &digest()),
		];
		for other in others {
			for (element, was) in other.iter().zip(original) {
				assert_ne!(*element, was);
			}
		}
	}

	/// The one that `docs/device-protocol.md` gives, made by another implementation.
	#[test]
	fn a_salt_is_that_of_the_documents_vector() {
		let direction = Direction::Export;
		let slot = Slot { genesis: [9; 32], device: 7, period: 987_660, direction };
		assert_eq!(
			hex::encode(digest()),
			"586d7932890a493e7133c41ed01cac3efc03f3970c0aded8d6d45366732432ad"
		);
		assert_eq!(
			bound_salt(&BLINDING, &slot, &digest()),
			[
				6_876_586_450_471_172_212,
				14_999_116_770_269_025_268,
				17_087_140_828_812_518_421,
				7_485_249_409_940_082_910,
			]
		);
	}

	#[test]
	fn a_salt_is_that_of_the_documented_bytes() {
		use hmac::{Hmac, Mac};
		let mut key = Vec::new();
		BLINDING.iter().for_each(|word| key.extend(word.to_le_bytes()));
		let mut mac = <Hmac<sha2::Sha512> as Mac>::new_from_slice(&key).unwrap();
		let mut input = b"meterproof:bound-salt:v1".to_vec();
		input.extend([1; 32]);
		input.extend(5u32.to_le_bytes());
		input.extend(6u64.to_le_bytes());
		input.push(0);
		input.extend(digest());
		mac.update(&input);
		let wide = mac.finalize().into_bytes();
		let expected: Vec<u64> = wide
			.chunks(16)
			.map(|chunk| {
				let chunk = u128::from_le_bytes(chunk.try_into().unwrap());
				u64::try_from(chunk % u128::from(meterproof_statements::FIELD_MODULUS)).unwrap()
			})
			.collect();
		assert_eq!(bound_salt(&BLINDING, &slot(), &digest()).to_vec(), expected);
	}
}
