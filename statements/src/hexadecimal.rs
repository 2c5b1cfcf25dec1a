//! Digests in JSON: 64 hexadecimal digits behind `0x`.

use core::fmt;

use serde::{
	de::{Error, Visitor},
	Deserializer, Serializer,
};

use crate::digest::Digest;

struct Shown<'a>(&'a Digest);

impl fmt::Display for Shown<'_> {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str("0x")?;
		self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
	}
}

pub fn serialize<S: Serializer>(digest: &Digest, serializer: S) -> Result<S::Ok, S::Error> {
	serializer.collect_str(&Shown(digest))
}

struct Digits;

impl Visitor<'_> for Digits {
	type Value = Digest;

	fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str("32 bytes of hexadecimal behind 0x")
	}

	fn visit_str<E: Error>(self, text: &str) -> Result<Digest, E> {
		parse(text).ok_or_else(|| E::custom("not 32 bytes of hexadecimal behind 0x"))
	}
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Digest, D::Error> {
	deserializer.deserialize_str(Digits)
}

/// The prefix may be missing, as in the hashes of the SDK's methods.
fn parse(text: &str) -> Option<Digest> {
	let digits = text.strip_prefix("0x").unwrap_or(text).as_bytes();
	let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|d| u8::try_from(d).ok());
	let mut digest = [0; 32];
	if digits.len() != 64 {
		return None;
	}
	for (byte, pair) in digest.iter_mut().zip(digits.chunks_exact(2)) {
		let [high, low] = <[u8; 2]>::try_from(pair).ok()?;
		*byte = (nibble(high)? << 4) | nibble(low)?;
	}
	Some(digest)
}

/// Two of them.
pub mod pair {
	use super::*;
	use serde::{Deserialize, Serialize};

	/// One, as a value of its own.
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

/// One that is zero until a prover fills it in, and absent from JSON until then.
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
			assert_eq!(parse(wrong), None, "{wrong}");
		}
	}
}
