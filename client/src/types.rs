//! The words of the chain, as the command line and JSON-RPC write them.
//!
//! They mirror `meterproof-primitives`, which is part of the runtime and brings the whole of its
//! framework along.

use std::{fmt, str::FromStr};

use clap::ValueEnum;
use codec::{Decode, Encode};
use serde::{Deserialize, Serialize};
use subxt::utils::AccountId32;

use crate::error::named_errors;

/// What a meter measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "camelCase")]
pub enum Resource {
	/// Active energy in Wh.
	#[codec(index = 0)]
	Electricity,
	/// Volume in litres.
	#[codec(index = 1)]
	Water,
	/// Thermal energy in Wh.
	#[codec(index = 2)]
	Heat,
	/// Volume in litres at standard conditions.
	#[codec(index = 3)]
	Gas,
}

impl Resource {
	/// The number of this value on the chain and in statements.
	pub fn number(self) -> u8 {
		match self {
			Self::Electricity => 0,
			Self::Water => 1,
			Self::Heat => 2,
			Self::Gas => 3,
		}
	}

	/// The name of this value's variant in the chain's metadata.
	pub fn variant(self) -> &'static str {
		match self {
			Self::Electricity => "Electricity",
			Self::Water => "Water",
			Self::Heat => "Heat",
			Self::Gas => "Gas",
		}
	}

	/// The unit readings count in.
	pub fn base_unit(self) -> &'static str {
		match self {
			Self::Electricity | Self::Heat => "Wh",
			Self::Water | Self::Gas => "l",
		}
	}

	/// The unit prices are per: a thousand base units.
	pub fn trade_unit(self) -> &'static str {
		match self {
			Self::Electricity | Self::Heat => "kWh",
			Self::Water | Self::Gas => "m3",
		}
	}
}

/// Which gross register of a meter.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize, ValueEnum,
)]
#[serde(rename_all = "camelCase")]
pub enum Direction {
	/// Taken from the network.
	#[codec(index = 0)]
	Import,
	/// Given to the network.
	#[codec(index = 1)]
	Export,
}

impl Direction {
	/// The number of this value on the chain and in statements.
	pub fn number(self) -> u8 {
		match self {
			Self::Import => 0,
			Self::Export => 1,
		}
	}

	/// The name of this value's variant in the chain's metadata.
	pub fn variant(self) -> &'static str {
		match self {
			Self::Import => "Import",
			Self::Export => "Export",
		}
	}
}

impl From<Direction> for meterproof_device::Direction {
	fn from(direction: Direction) -> Self {
		match direction {
			Direction::Import => Self::Import,
			Direction::Export => Self::Export,
		}
	}
}

/// The registers a meter has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
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
	/// The registers, import first.
	pub fn iter(self) -> impl Iterator<Item = Direction> {
		[Direction::Import, Direction::Export].into_iter().filter(move |direction| {
			matches!(
				(self, direction),
				(Self::Both, _)
					| (Self::Import, Direction::Import)
					| (Self::Export, Direction::Export)
			)
		})
	}

	/// The name of this value's variant in the chain's metadata.
	pub fn variant(self) -> &'static str {
		match self {
			Self::Import => "Import",
			Self::Export => "Export",
			Self::Both => "Both",
		}
	}
}

/// The name of a word on the command line and in JSON.
fn word<T: ValueEnum>(value: &T) -> String {
	value.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
}

impl fmt::Display for Resource {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str(&word(self))
	}
}

impl fmt::Display for Direction {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str(&word(self))
	}
}

/// The devices of one operator in one zone, for one resource and direction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
	/// The account that owns the devices.
	pub operator: AccountId32,
	/// Where they are.
	pub zone: u32,
	/// What they measure.
	pub resource: Resource,
	/// Which register.
	pub direction: Direction,
}

named_errors! {
	/// Why the name of a group was refused.
	pub enum GroupError {
		/// Not four parts between slashes.
		BadGroup => "a group is OPERATOR/ZONE/RESOURCE/DIRECTION, as in 5Grw…/1/electricity/export";
		/// The operator is no account.
		BadAddress { text: String } => "{text}: not an account address";
		/// The zone is no number.
		BadZone { text: String } => "{text}: a zone is a number";
		/// No such resource.
		BadResource { text: String } => "{text}: not electricity, water, heat or gas";
		/// No such direction.
		BadDirection { text: String } => "{text}: not import or export";
		/// The quantity is no number.
		BadQuantity { text: String } => "{text}: a quantity is a whole number of Wh or litres";
	}
}

/// An account address: SS58, or 0x and 64 hex digits.
pub fn parse_address(text: &str) -> Result<AccountId32, GroupError> {
	let refused = || GroupError::BadAddress { text: text.to_owned() };
	match text.strip_prefix("0x") {
		Some(digits) => {
			let bytes = hex::decode(digits).map_err(|_| refused())?;
			Ok(AccountId32(bytes.try_into().map_err(|_| refused())?))
		},
		None => AccountId32::from_str(text).map_err(|_| refused()),
	}
}

impl FromStr for Group {
	type Err = GroupError;

	fn from_str(text: &str) -> Result<Self, GroupError> {
		let parts: Vec<_> = text.split('/').collect();
		let [operator, zone, resource, direction] = parts[..] else {
			return Err(GroupError::BadGroup);
		};
		Ok(Self {
			operator: parse_address(operator)?,
			zone: zone.parse().map_err(|_| GroupError::BadZone { text: zone.to_owned() })?,
			resource: Resource::from_str(resource, false)
				.map_err(|_| GroupError::BadResource { text: resource.to_owned() })?,
			direction: Direction::from_str(direction, false)
				.map_err(|_| GroupError::BadDirection { text: direction.to_owned() })?,
		})
	}
}

impl fmt::Display for Group {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		let Self { operator, zone, resource, direction } = self;
		write!(formatter, "{operator}/{zone}/{resource}/{direction}")
	}
}

/// A group and, after an equals sign, the quantity to claim for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupClaim {
	/// The group.
	pub group: Group,
	/// In base units.
	pub quantity: Option<u64>,
}

impl FromStr for GroupClaim {
	type Err = GroupError;

	fn from_str(text: &str) -> Result<Self, GroupError> {
		let (group, quantity) = match text.split_once('=') {
			None => (text, None),
			Some((group, quantity)) => {
				let bad = |_| GroupError::BadQuantity { text: quantity.to_owned() };
				(group, Some(quantity.parse().map_err(bad)?))
			},
		};
		Ok(Self { group: group.parse()?, quantity })
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::error::Named;

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	#[test]
	fn a_group_is_read_as_it_is_shown() {
		let text = format!("{ALICE}/7/electricity/export");
		let group: Group = text.parse().unwrap();
		assert_eq!((group.zone, group.resource), (7, Resource::Electricity));
		assert_eq!(group.to_string(), text);
		let claim: GroupClaim = format!("{text}=1500").parse().unwrap();
		assert_eq!(claim, GroupClaim { group, quantity: Some(1_500) });
	}

	#[test]
	fn an_address_may_be_hex() {
		let account = parse_address(ALICE).unwrap();
		assert_eq!(parse_address(&format!("0x{}", hex::encode(account.0))).unwrap(), account);
	}

	#[test]
	fn bad_groups_are_named() {
		for (text, name) in [
			(String::new(), "BadGroup"),
			(format!("{ALICE}/1/electricity"), "BadGroup"),
			(format!("{ALICE}/1/electricity/export/x"), "BadGroup"),
			("nobody/1/electricity/export".to_owned(), "BadAddress"),
			("0x00/1/electricity/export".to_owned(), "BadAddress"),
			(format!("{ALICE}/-1/electricity/export"), "BadZone"),
			(format!("{ALICE}/1/Electricity/export"), "BadResource"),
			(format!("{ALICE}/1/water/both"), "BadDirection"),
			(format!("{ALICE}/1/water/import="), "BadQuantity"),
			(format!("{ALICE}/1/water/import=1.5"), "BadQuantity"),
		] {
			assert_eq!(text.parse::<GroupClaim>().unwrap_err().name(), name, "{text}");
		}
	}

	#[test]
	fn json_has_the_words_of_the_command_line() {
		let group: Group = format!("{ALICE}/7/gas/import").parse().unwrap();
		let json = serde_json::to_value(&group).unwrap();
		assert_eq!(
			json,
			serde_json::json!({
				"operator": ALICE, "zone": 7, "resource": "gas", "direction": "import"
			})
		);
	}
}
