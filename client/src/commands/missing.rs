//! Who has not committed: the devices of a group that count in a period and have no commitment on record.

use serde_json::{json, Value};

use super::gateway::{Answers, Register};
use crate::{
	chain::Chain,
	error::{Error, Result},
	rpc::{Device, RegisterStatus},
	types::Group,
};

/// How many are named in a sentence.
const NAMED: usize = 10;

/// A device that counts and has not committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
	/// The device.
	pub device: u32,
	/// Where it is.
	pub metering_point: String,
	/// What the chain says about it.
	pub reason: String,
}

impl Missing {
	/// One of them, for programs.
	pub fn json(&self) -> Value {
		let Self { device, metering_point, reason } = self;
		json!({ "device": device, "meteringPoint": metering_point, "reason": reason })
	}
}

/// Asks the chain, of all devices of the group's operator that have such a register.
pub async fn missing(chain: &Chain, group: &Group, period: u64) -> Result<Vec<Missing>> {
	let direction = group.direction;
	let mut devices = chain.rpc.devices_of(&group.operator).await?;
	devices.retain(|device| {
		device.resource == group.resource && device.directions.iter().any(|own| own == direction)
	});
	let ids: Vec<_> = devices.iter().map(|device| device.id).collect();
	let answers = Answers::of(chain, &ids, period).await?;
	Ok(devices
		.iter()
		.filter_map(|device| match answers.register(device.id, direction) {
			Some(Register::Known(register)) => missed(device, register, group),
			_ => None,
		})
		.collect())
}

fn missed(device: &Device, register: &RegisterStatus, group: &Group) -> Option<Missing> {
	let counts = register.group.as_ref() == Some(group);
	(counts && register.commitment.is_none()).then(|| Missing {
		device: device.id,
		metering_point: device.metering_point.clone(),
		reason: register.reason.clone().unwrap_or_default(),
	})
}

/// Devices in a sentence.
pub fn named(missing: &[Missing]) -> String {
	let names = missing.iter().take(NAMED);
	let names: Vec<_> =
		names.map(|known| format!("device {} at {}", known.device, known.metering_point)).collect();
	match missing.len().saturating_sub(NAMED) {
		0 => names.join(", "),
		more => format!("{}, and {more} more", names.join(", ")),
	}
}

/// An error of groups whose devices have not all committed, with those that have not.
pub async fn explained(chain: &Chain, groups: &[Group], period: u64, error: Error) -> Error {
	let mut all = Vec::new();
	for group in groups {
		match missing(chain, group, period).await {
			Ok(found) => all.extend(found),
			// What is asked further does not matter as much as what has failed.
			Err(_) => return error,
		}
	}
	if all.is_empty() {
		return error;
	}
	Error::new(error.name(), format!("{error}. Not committed: {}", named(&all)))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::types::parse_group;

	fn group() -> Group {
		let text = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY/1/electricity/export";
		parse_group(text).unwrap()
	}

	fn device() -> Device {
		serde_json::from_value(json!({
			"id": 7, "key": "0x00", "meteringPoint": "DE0001", "operator": group().operator,
			"zone": 1, "resource": "electricity", "directions": "export", "nameplate": 1_000,
			"state": "active", "registrar": null,
		}))
		.unwrap()
	}

	#[test]
	fn only_who_counts_and_has_not_committed_is_missing() {
		let status = |group: Option<Group>, commitment: Option<&str>| RegisterStatus {
			direction: crate::types::Direction::Export,
			commitment: commitment.map(str::to_owned),
			group,
			refusal: None,
			reason: Some("no commitment has arrived".to_owned()),
		};
		let missing = missed(&device(), &status(Some(group()), None), &group()).unwrap();
		assert_eq!((missing.device, missing.metering_point.as_str()), (7, "DE0001"));
		assert_eq!(missed(&device(), &status(Some(group()), Some("0x01")), &group()), None);
		assert_eq!(missed(&device(), &status(None, None), &group()), None);
		let other = Group { zone: 2, ..group() };
		assert_eq!(missed(&device(), &status(Some(other), None), &group()), None);
	}

	#[test]
	fn a_sentence_names_some_and_counts_the_others() {
		let one = |device| Missing { device, metering_point: "P".into(), reason: String::new() };
		assert_eq!(named(&[one(1), one(2)]), "device 1 at P, device 2 at P");
		let many: Vec<_> = (0..13).map(one).collect();
		assert!(named(&many).ends_with("device 9 at P, and 3 more"), "{}", named(&many));
	}
}
