//! The facts of a device as the chain takes them.

use subxt::dynamic::Value;

use crate::{
	chain::{bytes, directions, int, variant},
	error::Result,
	proof::parse_hash,
	rpc::Device,
	store::Facts,
};

fn facts(
	key: &[u8; 32],
	point: &str,
	zone: u32,
	resource: &str,
	registers: Value,
	nameplate: u32,
) -> Value {
	Value::named_composite([
		("key", bytes(key)),
		("metering_point", bytes(point)),
		("zone", int(zone)),
		("resource", variant(resource)),
		("directions", registers),
		("nameplate", int(nameplate)),
	])
}

/// The facts of a meter that is to be registered, as an argument of a call.
pub fn meter_facts(meter: &Facts, key: &[u8; 32]) -> Value {
	let registers = directions(meter.directions);
	let resource = meter.resource.variant();
	facts(key, &meter.metering_point, meter.zone, resource, registers, meter.nameplate)
}

/// The facts of a device as they are on record, as an argument of a call.
pub fn device_facts(device: &Device) -> Result<Value> {
	let key = parse_hash(&device.key)?;
	let registers = directions(device.directions);
	let resource = device.resource.variant();
	Ok(facts(&key, &device.metering_point, device.zone, resource, registers, device.nameplate))
}
