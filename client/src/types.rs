//! The words of the chain, as the command line and JSON-RPC write them.

use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use meterproof_statements::ids::UnknownName;
use subxt::utils::AccountId32;

use crate::error::named_errors;

pub use meterproof_statements::{Direction, Directions, Evidence, Resource};

/// The devices of one operator in one zone, for one resource and direction.
pub type Group = meterproof_statements::GroupId<AccountId32>;

/// A resource as an argument.
pub fn resource() -> impl TypedValueParser<Value = Resource> {
	one_of(Resource::ALL.map(Resource::name))
}

/// A direction as an argument.
pub fn direction() -> impl TypedValueParser<Value = Direction> {
	one_of(Direction::ALL.map(Direction::name))
}

/// A grade of evidence as an argument.
pub fn evidence() -> impl TypedValueParser<Value = Evidence> {
	one_of(Evidence::ALL.map(Evidence::name))
}

/// What one of these names stands for.
fn one_of<T, const N: usize>(names: [&'static str; N]) -> impl TypedValueParser<Value = T>
where
	T: FromStr<Err = UnknownName> + Clone + Send + Sync + 'static,
{
	PossibleValuesParser::new(names).try_map(|name| name.parse::<T>())
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

/// A group by its name.
pub fn parse_group(text: &str) -> Result<Group, GroupError> {
	let parts: Vec<_> = text.split('/').collect();
	let [operator, zone, resource, direction] = parts[..] else {
		return Err(GroupError::BadGroup);
	};
	Ok(Group {
		operator: parse_address(operator)?,
		zone: zone.parse().map_err(|_| GroupError::BadZone { text: zone.to_owned() })?,
		resource: resource
			.parse()
			.map_err(|_| GroupError::BadResource { text: resource.to_owned() })?,
		direction: direction
			.parse()
			.map_err(|_| GroupError::BadDirection { text: direction.to_owned() })?,
	})
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
		Ok(Self { group: parse_group(group)?, quantity })
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
		let group = parse_group(&text).unwrap();
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
		let group = parse_group(&format!("{ALICE}/7/gas/import")).unwrap();
		let json = serde_json::to_value(&group).unwrap();
		assert_eq!(
			json,
			serde_json::json!({
				"operator": ALICE, "zone": 7, "resource": "gas", "direction": "import"
			})
		);
	}
}
