//! How well the readings of a meter are vouched for on their way to a commitment.

use core::{fmt, str::FromStr};

#[cfg(feature = "codec")]
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
#[cfg(feature = "scale-info")]
use scale_info::TypeInfo;
#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use crate::ids::UnknownName;

/// Who could have lied about a reading, by the word of the registrar that attested the meter. The higher the
/// grade, the fewer could have lied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "codec", derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen))]
#[cfg_attr(feature = "scale-info", derive(TypeInfo))]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(rename_all = "camelCase"))]
#[repr(u8)]
pub enum Evidence {
	/// Readings come from a file: whoever writes it can say anything.
	#[default]
	#[cfg_attr(feature = "codec", codec(index = 0))]
	File = 0,
	/// A gateway reads the meter and says what it read: whoever has the gateway, or the line to the
	/// meter, can say anything.
	#[cfg_attr(feature = "codec", codec(index = 1))]
	Asserted = 1,
	/// The meter authenticates its telegrams with a key that it shares with the gateway: whoever has
	/// the gateway can say anything.
	#[cfg_attr(feature = "codec", codec(index = 2))]
	Authenticated = 2,
	/// The meter signs its telegrams (OCMF, signed SML): the gateway can leave telegrams out, and
	/// what it commits to is held against them by whoever is shown them.
	#[cfg_attr(feature = "codec", codec(index = 3))]
	Signed = 3,
	/// The key that signs commitments was made in the meter and stays there: only the meter itself
	/// can lie.
	#[cfg_attr(feature = "codec", codec(index = 4))]
	Keyed = 4,
}

impl Evidence {
	/// All of them, by number: from the one that trusts everybody to the one that trusts the meter
	/// alone.
	pub const ALL: [Self; 5] =
		[Self::File, Self::Asserted, Self::Authenticated, Self::Signed, Self::Keyed];

	/// How many there are.
	pub const COUNT: usize = Self::ALL.len();

	/// Its number in SCALE.
	pub const fn number(self) -> u8 {
		self as u8
	}

	/// What people and JSON call it.
	pub const fn name(self) -> &'static str {
		match self {
			Self::File => "file",
			Self::Asserted => "asserted",
			Self::Authenticated => "authenticated",
			Self::Signed => "signed",
			Self::Keyed => "keyed",
		}
	}

	/// What a runtime's metadata calls it.
	pub const fn variant(self) -> &'static str {
		match self {
			Self::File => "File",
			Self::Asserted => "Asserted",
			Self::Authenticated => "Authenticated",
			Self::Signed => "Signed",
			Self::Keyed => "Keyed",
		}
	}
}

impl fmt::Display for Evidence {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.pad(self.name())
	}
}

impl FromStr for Evidence {
	type Err = UnknownName;

	fn from_str(name: &str) -> Result<Self, UnknownName> {
		Self::ALL.into_iter().find(|one| one.name() == name).ok_or(UnknownName)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn grades_are_in_order_and_their_names_come_back() {
		assert!(Evidence::ALL.is_sorted());
		for (number, grade) in (0u8..).zip(Evidence::ALL) {
			assert_eq!(grade.number(), number);
			assert_eq!(grade.to_string().parse(), Ok(grade));
			assert_eq!(grade.variant(), format!("{grade:?}"));
		}
		assert_eq!(Evidence::default(), Evidence::File);
		assert_eq!("Signed".parse::<Evidence>(), Err(UnknownName));
	}
}
