//! Devices of a store that the chain never had, or has with keys that the store never had: it was started
//! anew, or keys were changed elsewhere.

use std::collections::HashMap;

use subxt::{dynamic::Value, utils::AccountId32};

use crate::{
	chain::{restarted, Chain},
	error::{Error, Result},
	proof::parse_hash,
	rpc::Device,
	store::{Meter, Store},
};

/// How many devices are looked at, from the lowest id on and from the highest one down.
const LOOKED_AT: usize = 2;

/// What to do about it.
const REMEDY: &str =
	"begin with a new --store, and keep this one until you are sure: on the new chain nothing in it is of \
	 use, and on the one before its keys are the only ones";

/// Refuses a chain that never had devices of the store: it has not given their ids yet, or has given
/// them to meters at other metering points, and ids stand for one device for ever. The chain removes
/// devices that were retired long ago, so that a device which is not there says nothing by itself.
pub async fn ensure_not_restarted(chain: &Chain, store: &Store) -> Result<()> {
	let mut held: Vec<_> =
		store.meters().filter_map(|(_, meter, device)| Some((device?, meter))).collect();
	held.sort_by_key(|(device, _)| *device);
	let Some((highest, _)) = held.last() else { return Ok(()) };
	if chain.surely_lacks(async || never_gave(chain, *highest).await).await? {
		return Err(restarted(&format!("device {highest} was never registered on it"), REMEDY));
	}
	let lowest = held.iter().take(LOOKED_AT);
	for (id, meter) in lowest.chain(held.iter().skip(LOOKED_AT).rev().take(LOOKED_AT)) {
		let Some(device) = chain.rpc.device(*id).await? else { continue };
		let is_other = async || match chain.rpc.device(*id).await? {
			Some(device) => is_another(&device, meter),
			None => Ok(false),
		};
		if is_another(&device, meter)? && chain.surely_lacks(is_other).await? {
			let missing = format!("device {id} is another meter's, at {}", device.metering_point);
			return Err(restarted(&missing, REMEDY));
		}
	}
	Ok(())
}

/// Refuses devices of an account that have a key which their meters in the store never had: what the store
/// signs for them is refused. Either the key was changed with another copy of the store, or the chain was
/// started anew and the same metering points were registered with other keys.
pub async fn ensure_keys_stand<'a>(
	chain: &Chain,
	operator: &AccountId32,
	meters: impl Iterator<Item = (u32, &'a Meter, Option<u32>)>,
) -> Result<()> {
	// A meter that holds its own key may change it without the store.
	let held: HashMap<u32, &Meter> = meters
		.filter(|(_, meter, _)| meter.salts().is_some())
		.filter_map(|(_, meter, device)| Some((device?, meter)))
		.collect();
	if held.is_empty() {
		return Ok(());
	}
	for device in chain.rpc.devices_of(operator).await? {
		if let Some(meter) = held.get(&device.id) {
			ensure_key_stands(&device, meter)?;
		}
	}
	Ok(())
}

fn ensure_key_stands(device: &Device, meter: &Meter) -> Result<()> {
	if has_known_key(device, meter)? {
		return Ok(());
	}
	let message = format!(
		"{}: device {} has the key {}, which this store never had: it was changed with another copy of the \
		 store, the chain was started anew, or the node does not tell the truth; take that copy, ask another \
		 node, or begin with a new --store, and keep this one until you are sure",
		meter.name(),
		device.id,
		device.key
	);
	Err(Error::new("KeyDiffers", message))
}

/// Whether a device has a key that the meter has, had or may have got.
fn has_known_key(device: &Device, meter: &Meter) -> Result<bool> {
	let key = parse_hash(&device.key)?;
	Ok(meter.has_key(&key) || meter.next_key().is_some_and(|next| next.public() == key))
}

/// Whether the chain has not given a device's id yet.
async fn never_gave(chain: &Chain, device: u32) -> Result<bool> {
	let next = chain.storage("Devices", "NextDeviceId", vec![]).await?;
	let next = match next.as_ref().map(Value::as_u128) {
		None => 0,
		Some(Some(next)) => next,
		Some(None) => {
			let message = "Devices.NextDeviceId is not a number";
			return Err(Error::new("UnexpectedAnswer", message));
		},
	};
	Ok(u128::from(device) >= next)
}

/// Whether a device is not the meter's: keys change, and metering points do not.
fn is_another(device: &Device, meter: &Meter) -> Result<bool> {
	Ok(!has_known_key(device, meter)? && device.metering_point != meter.facts.metering_point)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		store::{Facts, Salts, Secret},
		types::{Directions, Resource},
	};
	use serde_json::json;

	fn meter() -> Meter {
		let facts = Facts {
			name: "a".to_owned(),
			metering_point: "DE0001".to_owned(),
			zone: 1,
			resource: Resource::Electricity,
			directions: Directions::Both,
			nameplate: 1_000,
		};
		let salts = Salts { secret: Secret::new(&[2; 32]), period: 5 };
		Meter::held(facts, Secret::new(&[1; 32]), salts)
	}

	fn device(key: &str, point: &str) -> Device {
		serde_json::from_value(json!({
			"id": 7, "key": key, "meteringPoint": point,
			"operator": "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", "zone": 1,
			"resource": "electricity", "directions": "both", "nameplate": 1_000,
			"state": "registered", "registrar": null,
		}))
		.unwrap()
	}

	fn own_key(meter: &Meter) -> String {
		format!("0x{}", hex::encode(meter.first_key().public()))
	}

	#[test]
	fn a_device_with_another_key_at_another_point_is_another() {
		let meter = meter();
		let (own, other) = (own_key(&meter), format!("0x{}", "07".repeat(32)));
		assert!(!is_another(&device(&own, "DE0001"), &meter).unwrap());
		assert!(!is_another(&device(&other, "DE0001"), &meter).unwrap(), "its key was rotated");
		assert!(!is_another(&device(&own, "DE0002"), &meter).unwrap());
		assert!(is_another(&device(&other, "DE0002"), &meter).unwrap());
	}

	#[test]
	fn a_device_with_a_key_that_the_store_never_had_is_refused() {
		let meter = meter();
		let (own, other) = (own_key(&meter), format!("0x{}", "07".repeat(32)));
		assert!(ensure_key_stands(&device(&own, "DE0001"), &meter).is_ok());
		let refused = ensure_key_stands(&device(&other, "DE0001"), &meter).unwrap_err();
		assert_eq!(refused.name(), "KeyDiffers");
		let text = refused.to_string();
		assert!(text.contains("a: device 7") && text.contains("--store"), "{text}");
	}
}
