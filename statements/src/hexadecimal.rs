//! Bytes in JSON: two hexadecimal digits each, behind `0x`.

use alloc::vec::Vec;
use core::fmt;

use serde::{
	de::{Error, Visitor},
	Deserializer, Serializer,
};

use crate::digest::Digest;

struct Shown<'a>(&'a [u8]);

impl fmt::Display for Shown<'_> {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str("0x")?;
		self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
	}
}

pub fn serialize<S: Serializer, const N: usize>(
	bytes: &[u8; N],
	serializer: S,
) -> Result<S::Ok, S::Error> {
	serializer.collect_str(&Shown(bytes))
}

struct Digits<const N: usize>;

impl<const N: usize> Visitor<'_> for Digits<N> {
	type Value = [u8; N];

	fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(formatter, "{N} bytes of hexadecimal behind 0x")
	}

	fn visit_str<E: Error>(self, text: &str) -> Result<[u8; N], E> {
		let wrong = || E::custom(format_args!("not {N} bytes of hexadecimal behind 0x"));
		parse(text).ok_or_else(wrong)
	}
}

pub fn deserialize<'de, D: Deserializer<'de>, const N: usize>(
	deserializer: D,
) -> Result<[u8; N], D::Error> {
	deserializer.deserialize_str(Digits)
}

/// The prefix may be missing, as in the hashes of the SDK's methods.
fn digits(text: &str) -> &[u8] {
	text.strip_prefix("0x").unwrap_or(text).as_bytes()
}

fn byte(pair: &[u8]) -> Option<u8> {
	let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|d| u8::try_from(d).ok());
	let [high, low] = <[u8; 2]>::try_from(pair).ok()?;
	Some((nibble(high)? << 4) | nibble(low)?)
}

fn parse<const N: usize>(text: &str) -> Option<[u8; N]> {
	let digits = digits(text);
	let mut bytes = [0; N];
	if digits.len() != N.checked_mul(2)? {
		return None;
	}
	for (to, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
		*to = byte(pair)?;
	}
	Some(bytes)
}

/// Two digests.
pub mod pair {
	use super::*;
	use serde::{Deserialize, Serialize};

	/// One digest, serialised by itself.
	struct One(Digest);

	impl Serialize for One {
		fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
			super::serialize(&self.0, serializer)
		}
	}

	impl<'de> Deserialize<'de> for One {
		fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
			super::deserialize(deserializer).map(Self)
		}
	}

	pub fn serialize<S: Serializer>(pair: &[Digest; 2], serializer: S) -> Result<S::Ok, S::Error> {
		pair.map(One).serialize(serializer)
	}

	pub fn deserialize<'de, D: Deserializer<'de>>(
		deserializer: D,
	) -> Result<[Digest; 2], D::Error> {
		<[One; 2]>::deserialize(deserializer).map(|pair| pair.map(|one| one.0))
	}
}

/// A digest that is zero until a prover fills it in, and absent from JSON until then.
pub mod of_the_prover {
	use super::*;
	use serde::Deserialize;

	pub fn is_missing(digest: &Digest) -> bool {
		*digest == [0; 32]
	}

	pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Digest, D::Error> {
		#[derive(Deserialize)]
		struct Given(#[serde(with = "super")] Digest);

		let given = Option::<Given>::deserialize(deserializer)?;
		Ok(given.map_or([0; 32], |given| given.0))
	}

	pub use super::serialize;
}

/// Bytes of one length, or none at all, which is written as no digits.
pub mod or_nothing {
	use super::*;
	use serde::Deserialize;

	pub fn serialize<S: Serializer, const N: usize>(
		bytes: &Option<[u8; N]>,
		serializer: S,
	) -> Result<S::Ok, S::Error> {
		let bytes: &[u8] = match bytes {
			Some(bytes) => bytes,
			None => &[],
		};
		serializer.collect_str(&Shown(bytes))
	}

	struct Given<const N: usize>(Option<[u8; N]>);

	impl<'de, const N: usize> Deserialize<'de> for Given<N> {
		fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
			deserializer.deserialize_str(DigitsOrNone)
		}
	}

	struct DigitsOrNone<const N: usize>;

	impl<const N: usize> Visitor<'_> for DigitsOrNone<N> {
		type Value = Given<N>;

		fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
			write!(formatter, "{N} bytes of hexadecimal behind 0x, or none")
		}

		fn visit_str<E: Error>(self, text: &str) -> Result<Given<N>, E> {
			if digits(text).is_empty() {
				return Ok(Given(None));
			}
			Digits.visit_str(text).map(|bytes| Given(Some(bytes)))
		}
	}

	/// An absent field and null both mean none.
	pub fn deserialize<'de, D: Deserializer<'de>, const N: usize>(
		deserializer: D,
	) -> Result<Option<[u8; N]>, D::Error> {
		Ok(Option::<Given<N>>::deserialize(deserializer)?.and_then(|given| given.0))
	}
}

/// A byte string of any length.
pub mod any_length {
	use super::*;

	pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
		serializer.collect_str(&Shown(bytes))
	}

	struct AllDigits;

	impl Visitor<'_> for AllDigits {
		type Value = Vec<u8>;

		fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
			formatter.write_str("bytes of hexadecimal behind 0x")
		}

		fn visit_str<E: Error>(self, text: &str) -> Result<Vec<u8>, E> {
			let bytes: Option<_> = digits(text).chunks(2).map(byte).collect();
			bytes.ok_or_else(|| E::custom("not bytes of hexadecimal behind 0x"))
		}
	}

	pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
		deserializer.deserialize_str(AllDigits)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn digits_are_exact() {
		let digits = "0a".repeat(31) + "Ff";
		let mut digest = [10; 32];
		digest[31] = 255;
		assert_eq!(parse(&format!("0x{digits}")), Some(digest));
		assert_eq!(parse(&digits), Some(digest));
		assert_eq!(Shown(&digest).to_string(), format!("0x{}", digits.to_lowercase()));
		for wrong in ["", "0x", &digits[1..], &format!("{digits}00"), &"+f".repeat(32)] {
			assert_eq!(parse::<32>(wrong), None, "{wrong}");
		}
	}
}
