//! Keys from keys: HKDF-SHA-256 with a label for every use.

use hkdf::Hkdf;
use meterproof_programs::hash::{DigestBytes, FIELD_MODULUS};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::secret::{random, RandomError, Secret};

const MODULUS: u128 = FIELD_MODULUS as u128;

/// 32 bytes for `label` out of a secret; `context` says which of that label's keys.
pub(crate) fn key(secret: &[u8; 32], label: &str, context: &[&[u8]]) -> Secret {
	let mut out = Zeroizing::new([0; 32]);
	expand(secret, label, context, out.as_mut());
	Secret::new(&out)
}

/// Four field elements for `label` out of a secret, in the one byte form that each has.
pub(crate) fn elements(secret: &[u8; 32], label: &str, context: &[&[u8]]) -> Secret {
	let mut wide = Zeroizing::new([0; 64]);
	expand(secret, label, context, wide.as_mut());
	Secret::new(&Zeroizing::new(reduce(&wide)))
}

/// Four uniform field elements from the operating system's generator, in bytes.
pub(crate) fn random_elements() -> Result<Zeroizing<DigestBytes>, RandomError> {
	let mut wide = Zeroizing::new([0; 64]);
	random(wide.as_mut())?;
	Ok(Zeroizing::new(reduce(&wide)))
}

fn expand(secret: &[u8; 32], label: &str, context: &[&[u8]], out: &mut [u8]) {
	let mut info = vec![b"meterproof/wallet/1/", label.as_bytes()];
	info.push(&[0]);
	info.extend_from_slice(context);
	Hkdf::<Sha256>::new(None, secret)
		.expand_multi_info(&info, out)
		.unwrap_or_else(|_| unreachable!("HKDF gives far more than 64 bytes"));
}

/// 128 bits for an element of 64: what remains of the bias is 2^-64, and nothing is ever drawn
/// again.
fn reduce(wide: &[u8; 64]) -> DigestBytes {
	let mut out = [0; 32];
	for (element, chunk) in out.chunks_exact_mut(8).zip(wide.chunks_exact(16)) {
		let mut bytes = Zeroizing::new([0; 16]);
		bytes.copy_from_slice(chunk);
		let reduced = u128::from_le_bytes(*bytes) % MODULUS;
		element.copy_from_slice(&(reduced as u64).to_le_bytes());
	}
	out
}

#[cfg(test)]
mod tests {
	use super::*;
	use meterproof_programs::hash::decode;
	use proptest::prelude::*;

	#[test]
	fn labels_and_contexts_tell_keys_apart() {
		let secret = [7; 32];
		let keys = [
			key(&secret, "a", &[]),
			key(&secret, "b", &[]),
			key(&secret, "a", &[&[0]]),
			key(&secret, "a", &[&[1]]),
			key(&[8; 32], "a", &[]),
			elements(&secret, "a", &[]),
			elements(&secret, "a", &[&[1]]),
		];
		for (i, one) in keys.iter().enumerate() {
			assert!(keys.iter().skip(i + 1).all(|other| other != one));
		}
	}

	proptest! {
		#[test]
		fn elements_are_canonical(secret: [u8; 32]) {
			prop_assert!(decode(elements(&secret, "x", &[]).expose()).is_some());
		}
	}

	#[test]
	fn the_largest_input_is_reduced() {
		assert!(decode(&reduce(&[0xff; 64])).is_some());
		assert!(decode(&random_elements().unwrap()).is_some());
	}
}
