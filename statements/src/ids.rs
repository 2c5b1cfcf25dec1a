//! Identifiers and amounts.

use core::{fmt, str::FromStr};

#[cfg(feature = "codec")]
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
#[cfg(feature = "scale-info")]
use scale_info::TypeInfo;
#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

/// A registered meter; numbered from 0 in order of registration.
pub type DeviceId = u32;

/// A feeder, microgrid or district metering area: where quantities are exchangeable.
pub type ZoneId = u32;

/// A settlement period. Floor(unix milliseconds / length) under the first schedule; later ones count
/// on from there.
pub type PeriodIndex = u64;

/// An amount in the resource's base unit (Wh for energy, litre for volume).
pub type Quantity = u64;

/// A direct trade; numbered from 0 in order of offer.
pub type TradeId = u64;

/// What notes can be of; [`NATIVE_ASSET`] is the chain's own token.
pub type AssetId = u32;

/// The chain's own token.
pub const NATIVE_ASSET: AssetId = 0;

/// What a meter measures. The base unit of a quantity follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "codec", derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen))]
#[cfg_attr(feature = "scale-info", derive(TypeInfo))]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(rename_all = "camelCase"))]
#[repr(u8)]
pub enum Resource {
	/// Active energy in Wh.
	#[cfg_attr(feature = "codec", codec(index = 0))]
	Electricity = 0,
	/// Volume in litres.
	#[cfg_attr(feature = "codec", codec(index = 1))]
	Water = 1,
	/// Thermal energy in Wh.
	#[cfg_attr(feature = "codec", codec(index = 2))]
	Heat = 2,
	/// Volume in litres at standard conditions.
	#[cfg_attr(feature = "codec", codec(index = 3))]
	Gas = 3,
}

impl Resource {
	/// All of them, by number.
	pub const ALL: [Self; 4] = [Self::Electricity, Self::Water, Self::Heat, Self::Gas];

	/// Its number in SCALE and in the bytes of a statement.
	pub const fn number(self) -> u8 {
		self as u8
	}

	/// The resource of a number.
	pub fn from_number(number: u8) -> Option<Self> {
		Self::ALL.get(usize::from(number)).copied()
	}

	/// What people and JSON call it.
	pub const fn name(self) -> &'static str {
		match self {
			Self::Electricity => "electricity",
			Self::Water => "water",
			Self::Heat => "heat",
			Self::Gas => "gas",
		}
	}

	/// What a runtime's metadata calls it.
	pub const fn variant(self) -> &'static str {
		match self {
			Self::Electricity => "Electricity",
			Self::Water => "Water",
			Self::Heat => "Heat",
			Self::Gas => "Gas",
		}
	}

	/// The unit readings count in.
	pub const fn base_unit(self) -> &'static str {
		match self {
			Self::Electricity | Self::Heat => "Wh",
			Self::Water | Self::Gas => "l",
		}
	}

	/// The unit prices are per: a thousand base units.
	pub const fn trade_unit(self) -> &'static str {
		match self {
			Self::Electricity | Self::Heat => "kWh",
			Self::Water | Self::Gas => "m3",
		}
	}
}

/// Which gross register of a meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "codec", derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen))]
#[cfg_attr(feature = "scale-info", derive(TypeInfo))]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(rename_all = "camelCase"))]
#[repr(u8)]
pub enum Direction {
	/// The register of what is taken from the network.
	#[cfg_attr(feature = "codec", codec(index = 0))]
	Import = 0,
	/// The register of what is given to the network.
	#[cfg_attr(feature = "codec", codec(index = 1))]
	Export = 1,
}

impl Direction {
	/// Both directions, in order of their numbers.
	pub const ALL: [Self; 2] = [Self::Import, Self::Export];

	/// Its number in SCALE, in the bytes of a statement and in commitments.
	pub const fn number(self) -> u8 {
		self as u8
	}

	/// The direction of a number.
	pub fn from_number(number: u8) -> Option<Self> {
		Self::ALL.get(usize::from(number)).copied()
	}

	/// What people and JSON call it.
	pub const fn name(self) -> &'static str {
		match self {
			Self::Import => "import",
			Self::Export => "export",
		}
	}

	/// What a runtime's metadata calls it.
	pub const fn variant(self) -> &'static str {
		match self {
			Self::Import => "Import",
			Self::Export => "Export",
		}
	}
}

/// The text is no name of a resource, direction or the like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownName;

impl fmt::Display for UnknownName {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str("nothing has this name")
	}
}

impl core::error::Error for UnknownName {}

impl fmt::Display for Resource {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.pad(self.name())
	}
}

impl FromStr for Resource {
	type Err = UnknownName;

	fn from_str(name: &str) -> Result<Self, UnknownName> {
		Self::ALL.into_iter().find(|one| one.name() == name).ok_or(UnknownName)
	}
}

impl fmt::Display for Direction {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.pad(self.name())
	}
}

impl FromStr for Direction {
	type Err = UnknownName;

	fn from_str(name: &str) -> Result<Self, UnknownName> {
		Self::ALL.into_iter().find(|one| one.name() == name).ok_or(UnknownName)
	}
}

/// The registers a meter has; at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "codec", derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen))]
#[cfg_attr(feature = "scale-info", derive(TypeInfo))]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(rename_all = "camelCase"))]
pub enum Directions {
	/// Import only.
	#[cfg_attr(feature = "codec", codec(index = 0))]
	Import,
	/// Export only.
	#[cfg_attr(feature = "codec", codec(index = 1))]
	Export,
	/// Both registers.
	#[cfg_attr(feature = "codec", codec(index = 2))]
	Both,
}

impl Directions {
	/// Whether the meter has the register of `direction`.
	pub fn contains(self, direction: Direction) -> bool {
		matches!(
			(self, direction),
			(Self::Both, _) | (Self::Import, Direction::Import) | (Self::Export, Direction::Export)
		)
	}

	/// The registers, import first.
	pub fn iter(self) -> impl Iterator<Item = Direction> {
		Direction::ALL.into_iter().filter(move |direction| self.contains(*direction))
	}

	/// What a runtime's metadata calls it.
	pub const fn variant(self) -> &'static str {
		match self {
			Self::Import => "Import",
			Self::Export => "Export",
			Self::Both => "Both",
		}
	}
}

/// The devices of one operator in one zone, for one resource and direction: what a claim is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "codec", derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen))]
#[cfg_attr(feature = "scale-info", derive(TypeInfo))]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(rename_all = "camelCase"))]
pub struct GroupId<AccountId> {
	/// The account that owns the devices.
	pub operator: AccountId,
	/// The zone of the devices.
	pub zone: ZoneId,
	/// What they measure.
	pub resource: Resource,
	/// Which register.
	pub direction: Direction,
}

/// Operator, zone, resource and direction between slashes.
impl<AccountId: fmt::Display> fmt::Display for GroupId<AccountId> {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		let Self { operator, zone, resource, direction } = self;
		write!(formatter, "{operator}/{zone}/{resource}/{direction}")
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn numbers_and_names_come_back() {
		for resource in Resource::ALL {
			assert_eq!(Resource::from_number(resource.number()), Some(resource));
			assert_eq!(resource.to_string().parse(), Ok(resource));
		}
		for direction in Direction::ALL {
			assert_eq!(Direction::from_number(direction.number()), Some(direction));
			assert_eq!(direction.to_string().parse(), Ok(direction));
		}
		assert_eq!((Resource::from_number(4), Direction::from_number(2)), (None, None));
		assert_eq!("Heat".parse::<Resource>(), Err(UnknownName));
		assert_eq!("both".parse::<Direction>(), Err(UnknownName));
	}

	#[test]
	fn variants_are_called_what_they_are_here() {
		for resource in Resource::ALL {
			assert_eq!(resource.variant(), format!("{resource:?}"));
		}
		for direction in Direction::ALL {
			assert_eq!(direction.variant(), format!("{direction:?}"));
		}
		for directions in [Directions::Import, Directions::Export, Directions::Both] {
			assert_eq!(directions.variant(), format!("{directions:?}"));
		}
	}

	#[test]
	fn a_meter_has_the_registers_it_was_registered_with() {
		let of = |directions: Directions| directions.iter().collect::<alloc::vec::Vec<_>>();
		assert_eq!(of(Directions::Import), [Direction::Import]);
		assert_eq!(of(Directions::Export), [Direction::Export]);
		assert_eq!(of(Directions::Both), Direction::ALL);
	}
}
