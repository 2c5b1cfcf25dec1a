//! The public key of a meter that holds its own, as people write it.

use ed25519_dalek::VerifyingKey;

use crate::error::named_errors;

named_errors! {
	/// Why a key was refused.
	#[derive(PartialEq, Eq, Clone, Copy)]
	pub enum KeyError {
		/// Not the public half of an Ed25519 key in hex.
		BadKey {
			/// What is wrong.
			reason: &'static str,
		} => "a meter's key is an Ed25519 public key, 64 hex digits: {reason}";
	}
}

/// Hex digits, after 0x or alone.
pub fn parse_key(text: &str) -> Result<[u8; 32], KeyError> {
	let bad = |reason| KeyError::BadKey { reason };
	let digits = text.strip_prefix("0x").unwrap_or(text);
	if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
		return Err(bad("there is something else than hex digits"));
	}
	let mut key = [0; 32];
	hex::decode_to_slice(digits, &mut key).map_err(|_| bad("there are more or fewer digits"))?;
	let point = VerifyingKey::from_bytes(&key).map_err(|_| bad("it is no point of the curve"))?;
	// Under a key of small order, anybody's signature verifies.
	if point.is_weak() {
		return Err(bad("it is a point of small order, which anybody can sign for"));
	}
	Ok(key)
}

#[cfg(test)]
mod tests {
	use super::*;

	/// RFC 8032, section 7.1, test 1.
	const KEY: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

	#[test]
	fn a_key_may_begin_with_0x() {
		let key = parse_key(KEY).unwrap();
		assert_eq!(hex::encode(key), KEY);
		assert_eq!(parse_key(&format!("0x{KEY}")), Ok(key));
		assert_eq!(parse_key(&KEY.to_uppercase()), Ok(key));
	}

	#[test]
	fn what_is_no_key_is_refused() {
		let weak = format!("01{}", "00".repeat(31));
		for (text, part) in [
			("", "digits"),
			("0x", "digits"),
			(&KEY[1..], "digits"),
			(&format!("{KEY}00"), "digits"),
			(&KEY.replace('d', "g"), "something else"),
			(&format!(" {KEY}"), "something else"),
			(&weak, "small order"),
			(&"00".repeat(32), "small order"),
		] {
			let error = parse_key(text).unwrap_err();
			assert!(error.to_string().contains(part), "{text}: {error}");
		}
		// Half of all y have no x.
		let refused = (0..=255u8)
			.filter(|byte| parse_key(&format!("{byte:02x}{}", &KEY[2..])).is_err())
			.count();
		assert!((64..192).contains(&refused), "{refused} of 256");
	}
}
