//! The form of a split in SCALE and in JSON: the chain's terms, and apart from them what the prover
//! adds.

#[cfg(feature = "codec")]
use codec::{Decode, Encode, EncodeLike, Input, Output};
#[cfg(feature = "scale-info")]
use scale_info::TypeInfo;
#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::Terms;
use crate::{Commitment, Digest};

/// A sealed trade's terms, and what the prover adds: zero until then.
#[cfg_attr(feature = "codec", derive(Encode, Decode))]
#[cfg_attr(feature = "scale-info", derive(TypeInfo))]
#[cfg_attr(
	feature = "serde",
	derive(Serialize, Deserialize),
	serde(rename_all = "camelCase", deny_unknown_fields)
)]
pub struct Split {
	/// The trade's terms, by which payment and collateral are split.
	terms: Terms,
	/// Commitment to the quantity delivered: the one of the usage proof.
	#[cfg_attr(feature = "serde", serde(with = "crate::hexadecimal"))]
	quantity_commitment: Commitment,
	/// Leaf of the seller's note, then of the buyer's.
	#[cfg_attr(feature = "serde", serde(with = "crate::hexadecimal::pair"))]
	outputs: [Digest; 2],
	/// Hash of both notes' ciphertexts.
	#[cfg_attr(feature = "serde", serde(with = "crate::hexadecimal"))]
	ciphertexts: [u8; 32],
}

impl From<super::Split> for Split {
	fn from(split: super::Split) -> Self {
		Self {
			terms: split.terms(),
			quantity_commitment: split.quantity_commitment,
			outputs: [split.payout.note, split.refund.note],
			ciphertexts: split.ciphertexts,
		}
	}
}

impl From<Split> for super::Split {
	fn from(form: Split) -> Self {
		Self::new(&form.terms, form.quantity_commitment, form.outputs, form.ciphertexts)
	}
}

#[cfg(feature = "codec")]
impl Encode for super::Split {
	fn encode_to<O: Output + ?Sized>(&self, out: &mut O) {
		Split::from(*self).encode_to(out);
	}
}

#[cfg(feature = "codec")]
impl EncodeLike for super::Split {}

#[cfg(feature = "codec")]
impl Decode for super::Split {
	fn decode<I: Input>(input: &mut I) -> Result<Self, codec::Error> {
		Split::decode(input).map(Into::into)
	}
}

#[cfg(feature = "scale-info")]
impl TypeInfo for super::Split {
	type Identity = Split;

	fn type_info() -> scale_info::Type {
		Split::type_info()
	}
}

/// Money in JSON is a decimal string: it outgrows the numbers that JSON libraries keep exact.
#[cfg(feature = "serde")]
pub mod decimal {
	use core::fmt;

	use serde::{
		de::{Error, Visitor},
		Deserializer, Serializer,
	};

	pub fn serialize<S: Serializer>(amount: &u64, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.collect_str(amount)
	}

	struct Digits;

	impl Visitor<'_> for Digits {
		type Value = u64;

		fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
			formatter.write_str("a whole number below 2^64 as a decimal string")
		}

		fn visit_str<E: Error>(self, text: &str) -> Result<u64, E> {
			text.parse().map_err(|_| E::custom(format_args!("not a rate: {text}")))
		}
	}

	pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
		deserializer.deserialize_str(Digits)
	}
}
