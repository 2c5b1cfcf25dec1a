//! `device status`: why a device counts in a period, or does not.

use serde_json::{json, Value};

use super::known_device;
use crate::{
	commands::Context,
	error::{Error, Result},
	output::{cell, table},
	rpc::Device,
};

pub async fn status(context: &Context, id: u32, period: Option<u64>) -> Result<()> {
	let chain = context.chain().await?;
	let device = known_device(&chain, id).await?;
	let period = match period {
		Some(period) => period,
		None => chain.rpc.period(None).await?.period,
	};
	let answer = chain.rpc.raw("metering_status", vec![json!(id), json!(period)]).await?;
	let registers = own(&device, &answer)?;
	let result = json!({ "device": id, "period": period, "registers": registers });
	context.output.show(&result, || {
		format!(
			"device {id} at {}, period {period}\n{}",
			device.metering_point,
			readable(&registers)
		)
	})
}

/// Of the registers that a node tells of, those that the device has.
fn own(device: &Device, answer: &Value) -> Result<Vec<Value>> {
	let registers = answer.as_array();
	let registers = registers.ok_or_else(|| {
		Error::new("UnexpectedAnswer", "metering_status answered no list of registers")
	})?;
	let is_own = |register: &&Value| {
		device.directions.iter().any(|direction| register["direction"] == direction.name())
	};
	Ok(registers.iter().filter(is_own).cloned().collect())
}

fn readable(registers: &[Value]) -> String {
	let rows: Vec<_> = registers
		.iter()
		.map(|register| {
			let standing = match (&register["commitment"], &register["refusal"]) {
				(Value::String(_), _) => "committed".to_owned(),
				(_, Value::Null) => "awaited".to_owned(),
				(_, refusal) => cell(refusal),
			};
			vec![
				cell(&register["direction"]),
				standing,
				cell(&register["commitment"]),
				cell(&register["reason"]),
			]
		})
		.collect();
	table(&["register", "standing", "commitment", "what the chain says"], &rows)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn an_export_only_device_has_no_import_register() {
		let device: Device = serde_json::from_value(json!({
			"id": 7, "key": "0x00", "meteringPoint": "DE0001",
			"operator": "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", "zone": 1,
			"resource": "electricity", "directions": "export", "nameplate": 1_000,
			"state": "registered", "registrar": null,
		}))
		.unwrap();
		let answer = json!([
			{ "direction": "import", "commitment": null, "refusal": "DeviceNotAttested" },
			{ "direction": "export", "commitment": null, "refusal": "DeviceNotAttested",
			  "reason": "not attested for this period" },
		]);
		let registers = own(&device, &answer).unwrap();
		assert_eq!(registers.len(), 1);
		let text = readable(&registers);
		assert!(text.contains("DeviceNotAttested") && text.contains("not attested"), "{text}");
		assert!(!text.contains("import"), "{text}");
		assert_eq!(own(&device, &json!({})).unwrap_err().name(), "UnexpectedAnswer");
		let waits = readable(&[json!({ "direction": "export", "refusal": null })]);
		assert!(waits.contains("awaited"), "{waits}");
	}
}
