//! What registrars say of devices: what they looked at, from a file, whatever the node says by now.

use serde_json::json;
use subxt::{dynamic::Value, utils::AccountId32};

use super::{batch_size, device_facts, ensure_key, look_into, named, seen_in, told, Context};
use crate::{
	chain::{account, call, int, variant},
	cli::{AttestArgs, SwapArgs},
	device_key::parse_key,
	error::{Error, Result},
	output::table,
	rpc::Device,
	types::parse_address,
};

pub async fn attest(context: &Context, args: &AttestArgs) -> Result<()> {
	let operator = args.operator.as_deref().map(parse_address).transpose()?;
	let evidence = args.evidence;
	let devices = to_attest(look_into(&args.facts)?, args.zone, &args.devices)?;
	devices.iter().try_for_each(|device| ensure_operator(device, operator.as_ref()))?;
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let bar = context.output.bar(devices.len() as u64, "attesting");
	for batch in devices.chunks(batch_size(&chain).await?) {
		let items = batch
			.iter()
			.map(|device| {
				let operator = account(&device.operator);
				let (facts, grade) = (device_facts(device)?, variant(evidence.variant()));
				Ok(Value::unnamed_composite([int(device.id), operator, facts, grade]))
			})
			.collect::<Result<Vec<_>>>()?;
		let arguments = vec![Value::unnamed_composite(items)];
		chain.submit(&signer, &call("Devices", "attest_batch", arguments)).await?;
		bar.inc(batch.len() as u64);
	}
	bar.finish_and_clear();
	let attested: Vec<_> = devices
		.iter()
		.map(
			|device| json!({ "device": device.id, "operator": device.operator, "evidence": evidence }),
		)
		.collect();
	context.output.show(&json!(attested), || {
		let rows: Vec<_> = devices
			.iter()
			.map(|device| {
				vec![
					device.id.to_string(),
					device.operator.to_string(),
					device.metering_point.clone(),
					device.key.clone(),
				]
			})
			.collect();
		let rows = table(&["device", "operator", "metering point", "key"], &rows);
		format!("attested on evidence \"{evidence}\"\n{rows}")
	})
}

/// Of the devices that a registrar looked at, those with these ids, or all that wait to be
/// attested, of one zone if one is named.
fn to_attest(mut seen: Vec<Device>, zone: Option<u32>, ids: &[u32]) -> Result<Vec<Device>> {
	if !ids.is_empty() {
		return ids.iter().map(|id| seen_in(&seen, *id).cloned()).collect();
	}
	seen.retain(|device| {
		device.state == "registered" && zone.is_none_or(|zone| device.zone == zone)
	});
	if seen.is_empty() {
		let message = "no device in the file is registered and waits to be attested";
		return Err(Error::new("NothingToAttest", message));
	}
	Ok(seen)
}

fn ensure_operator(device: &Device, wanted: Option<&AccountId32>) -> Result<()> {
	if wanted.is_none_or(|wanted| *wanted == device.operator) {
		return Ok(());
	}
	let message = format!("device {} belongs to {}", device.id, device.operator);
	Err(Error::new("OperatorDiffers", message))
}

/// The registrar states operator and facts of the device that comes, as in an attestation, and
/// names the key of the one that goes.
pub async fn swap(context: &Context, args: SwapArgs) -> Result<()> {
	let SwapArgs { old, old_key, new, operator, facts, evidence } = args;
	let operator = operator.as_deref().map(parse_address).transpose()?;
	let old_key = old_key.as_deref().map(parse_key).transpose()?;
	let seen = look_into(&facts)?;
	let (goes, comes) = (seen_in(&seen, old)?, seen_in(&seen, new)?);
	ensure_key(goes, old_key)?;
	ensure_operator(comes, operator.as_ref())?;
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let grade = variant(evidence.variant());
	let attested = [int(new), account(&comes.operator), device_facts(comes)?, grade];
	let arguments = named(goes)?.into_iter().chain(attested).collect();
	let included = chain.submit(&signer, &call("Devices", "swap", arguments)).await?;
	let from = included.number("Devices", "DeviceSwapped", "from")?;
	let result = json!({
		"old": old,
		"oldKey": goes.key,
		"new": new,
		"newKey": comes.key,
		"operator": comes.operator,
		"evidence": evidence,
		"from": from,
	});
	context.output.show(&result, || {
		let (goes, comes) = (told(goes), told(comes));
		format!("from period {from} on {comes} stands in the place of {goes}")
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	fn device(id: u32, zone: u32, state: &str) -> Device {
		let device = json!({
			"id": id, "key": format!("0x{}", "01".repeat(32)), "meteringPoint": "DE0001",
			"operator": "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", "zone": zone,
			"resource": "electricity", "directions": "both", "nameplate": 1000, "state": state,
			"registrar": null,
		});
		serde_json::from_value(device).unwrap()
	}

	#[test]
	fn what_is_attested_is_in_the_file() {
		let seen =
			|| vec![device(7, 1, "registered"), device(8, 1, "active"), device(9, 2, "registered")];
		let ids = |zone, ids: &[u32]| {
			let found = to_attest(seen(), zone, ids);
			found
				.map(|found| found.iter().map(|device| device.id).collect::<Vec<_>>())
				.map_err(|error| error.name().to_owned())
		};
		assert_eq!(ids(None, &[]), Ok(vec![7, 9]));
		assert_eq!(ids(Some(2), &[]), Ok(vec![9]));
		assert_eq!(ids(None, &[9, 8]), Ok(vec![9, 8]));
		assert_eq!(ids(None, &[7, 10]), Err("NotInFile".into()));
		assert_eq!(ids(Some(3), &[]), Err("NothingToAttest".into()));
	}

	#[test]
	fn a_device_of_somebody_else_is_refused() {
		let device = device(7, 1, "registered");
		assert!(ensure_operator(&device, None).is_ok());
		assert!(ensure_operator(&device, Some(&device.operator)).is_ok());
		let refused = ensure_operator(&device, Some(&AccountId32([1; 32]))).unwrap_err();
		assert_eq!(refused.name(), "OperatorDiffers");
	}
}
