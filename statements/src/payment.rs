//! What payments and settlements publish of a note.

#[cfg(feature = "codec")]
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
#[cfg(feature = "scale-info")]
use scale_info::TypeInfo;
#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use crate::Digest;

/// An X25519 public key (RFC 7748).
pub type X25519Key = [u8; 32];

/// The contents of a note, encrypted to whoever may read them; of one length, so that it tells
/// nothing. What the parts hold is the wallets' affair (`docs/payments.md`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "codec", derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen))]
#[cfg_attr(
	feature = "scale-info",
	derive(TypeInfo),
	scale_info(replace_segment("meterproof_statements", "meterproof_primitives"))
)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct NoteCiphertext {
	/// The sender's X25519 key for this note alone.
	#[cfg_attr(feature = "serde", serde(with = "crate::hexadecimal"))]
	pub ephemeral: X25519Key,
	/// The part encrypted to the note's owner: amount, randomness and memo, with a tag.
	#[cfg_attr(feature = "serde", serde(with = "crate::hexadecimal"))]
	pub note: [u8; 184],
	/// To the sender: the secret of `ephemeral` and whom it paid, with a tag.
	#[cfg_attr(feature = "serde", serde(with = "crate::hexadecimal"))]
	pub outgoing: [u8; 112],
	/// To the asset's auditor, where it has one: a key and the same as in `outgoing`, with a tag.
	#[cfg_attr(feature = "serde", serde(default, with = "crate::hexadecimal::or_nothing"))]
	pub auditor: Option<[u8; 144]>,
}

/// A note that a payment makes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "codec", derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen))]
#[cfg_attr(
	feature = "scale-info",
	derive(TypeInfo),
	scale_info(replace_segment("meterproof_statements", "meterproof_primitives"))
)]
#[cfg_attr(
	feature = "serde",
	derive(Serialize, Deserialize),
	serde(into = "flat::Output", from = "flat::Output")
)]
pub struct Output {
	/// The note's leaf of the tree.
	pub commitment: Digest,
	/// The note's encrypted contents.
	pub ciphertext: NoteCiphertext,
}

/// In JSON an output's parts stand beside one another.
#[cfg(feature = "serde")]
mod flat {
	use super::*;

	#[derive(Serialize, Deserialize)]
	#[serde(deny_unknown_fields)]
	pub struct Output {
		#[serde(with = "crate::hexadecimal")]
		commitment: Digest,
		#[serde(with = "crate::hexadecimal")]
		ephemeral: X25519Key,
		#[serde(with = "crate::hexadecimal")]
		note: [u8; 184],
		#[serde(with = "crate::hexadecimal")]
		outgoing: [u8; 112],
		#[serde(default, with = "crate::hexadecimal::or_nothing")]
		auditor: Option<[u8; 144]>,
	}

	impl From<super::Output> for Output {
		fn from(output: super::Output) -> Self {
			let super::Output { commitment, ciphertext } = output;
			let NoteCiphertext { ephemeral, note, outgoing, auditor } = ciphertext;
			Self { commitment, ephemeral, note, outgoing, auditor }
		}
	}

	impl From<Output> for super::Output {
		fn from(flat: Output) -> Self {
			let Output { commitment, ephemeral, note, outgoing, auditor } = flat;
			let ciphertext = NoteCiphertext { ephemeral, note, outgoing, auditor };
			Self { commitment, ciphertext }
		}
	}
}

#[cfg(all(test, feature = "serde"))]
mod tests {
	use super::*;
	use serde_json::{json, Value};

	fn digits(byte: u8, length: usize) -> Value {
		json!(format!("0x{}", format!("{byte:02x}").repeat(length)))
	}

	fn output() -> (Output, Value) {
		let ciphertext = NoteCiphertext {
			ephemeral: [2; 32],
			note: [3; 184],
			outgoing: [4; 112],
			auditor: Some([5; 144]),
		};
		let json = json!({
			"commitment": digits(1, 32), "ephemeral": digits(2, 32), "note": digits(3, 184),
			"outgoing": digits(4, 112), "auditor": digits(5, 144),
		});
		(Output { commitment: [1; 32], ciphertext }, json)
	}

	#[test]
	fn json_is_read_as_it_is_written() {
		let (mut output, mut json) = output();
		assert_eq!(serde_json::to_value(&output).unwrap(), json);
		assert_eq!(serde_json::from_value::<Output>(json.clone()).unwrap(), output);
		output.ciphertext.auditor = None;
		json["auditor"] = json!("0x");
		assert_eq!(serde_json::to_value(&output).unwrap(), json);
		for nothing in [json!("0x"), json!(""), Value::Null] {
			json["auditor"] = nothing;
			assert_eq!(serde_json::from_value::<Output>(json.clone()).unwrap(), output);
		}
		json.as_object_mut().unwrap().remove("auditor");
		assert_eq!(serde_json::from_value::<Output>(json).unwrap(), output);
	}

	#[test]
	fn parts_of_another_length_are_refused() {
		let wrong = [
			("commitment", digits(0, 31)),
			("ephemeral", digits(0, 33)),
			("note", digits(0, 183)),
			("outgoing", digits(0, 113)),
			("auditor", digits(0, 143)),
			("memo", digits(0, 32)),
		];
		for (field, value) in wrong {
			let (_, mut json) = output();
			json[field] = value;
			assert!(serde_json::from_value::<Output>(json).is_err(), "{field}");
		}
	}
}
