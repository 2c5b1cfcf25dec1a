//! Identifiers and amounts.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// A registered meter; numbered from 0 in order of registration.
pub type DeviceId = u32;

/// A feeder, microgrid or district metering area: where quantities are exchangeable.
pub type ZoneId = u32;

/// A settlement period. Floor(unix milliseconds / length) under the first schedule; later ones
/// count on from there ([`crate::Timetable`]).
pub type PeriodIndex = u64;

/// An amount in the resource's base unit (Wh for energy, litre for water).
pub type Quantity = u64;

/// A direct trade; numbered from 0 in order of offer.
pub type TradeId = u64;

/// Milliseconds since the Unix epoch.
pub type UnixMillis = u64;

/// A device's Ed25519 public key (RFC 8032).
pub type DeviceKey = [u8; 32];

/// A device's Ed25519 signature (RFC 8032).
pub type DeviceSignature = [u8; 64];

/// A hiding commitment: four little-endian field elements (see `meterproof_programs::commitment`).
pub type Commitment = [u8; 32];

/// Claims and cumulative claims stay below this, far from the field's modulus.
pub const MAX_CLAIM: Quantity = 1 << 53;

/// What a meter measures. The base unit of a quantity follows from it.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase")]
#[repr(u8)]
pub enum Resource {
	/// Active energy in Wh.
	#[codec(index = 0)]
	Electricity = 0,
	/// Volume in litres.
	#[codec(index = 1)]
	Water = 1,
	/// Thermal energy in Wh.
	#[codec(index = 2)]
	Heat = 2,
	/// Volume in litres at standard conditions.
	#[codec(index = 3)]
	Gas = 3,
}

/// Which gross register of a meter.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase")]
#[repr(u8)]
pub enum Direction {
	/// Taken from the network.
	#[codec(index = 0)]
	Import = 0,
	/// Given to the network.
	#[codec(index = 1)]
	Export = 1,
}

/// The registers a meter has; at least one.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub enum Directions {
	/// Import only.
	#[codec(index = 0)]
	Import,
	/// Export only.
	#[codec(index = 1)]
	Export,
	/// Both registers.
	#[codec(index = 2)]
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
		[Direction::Import, Direction::Export].into_iter().filter(move |d| self.contains(*d))
	}
}

/// The devices of one operator in one zone, for one resource and direction: what a claim is about.
#[derive(
	Clone,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub struct GroupId<AccountId> {
	/// The account that owns the devices.
	pub operator: AccountId,
	/// Where they are.
	pub zone: ZoneId,
	/// What they measure.
	pub resource: Resource,
	/// Which register.
	pub direction: Direction,
}
