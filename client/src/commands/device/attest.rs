//! What registrars say of devices.

use serde_json::json;
use subxt::{dynamic::Value, utils::AccountId32};

use super::{batch_size, device_facts, ensure_key, known_device, named, told, Context};
use crate::{
	chain::{account, call, int},
	cli::SwapArgs,
	device_key::parse_key,
	error::{Error, Result},
	output::table,
	rpc::Device,
	types::parse_address,
};

pub async fn attest(
	context: &Context,
	operator: Option<&str>,
	zone: Option<u32>,
	ids: &[u32],
) -> Result<()> {
	let operator = operator.map(parse_address).transpose()?;
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let devices = match &operator {
		Some(operator) if ids.is_empty() => {
			let mut devices = chain.rpc.devices_of(operator).await?;
			devices.retain(|device| {
				device.state == "registered" && zone.is_none_or(|zone| device.zone == zone)
			});
			devices
		},
		_ => {
			let mut devices = Vec::new();
			for id in ids {
				devices.push(known_device(&chain, *id).await?);
			}
			devices
		},
	};
	devices.iter().try_for_each(|device| ensure_operator(device, operator.as_ref()))?;
	let bar = context.output.bar(devices.len() as u64, "attesting");
	for batch in devices.chunks(batch_size(&chain).await?) {
		let items = batch
			.iter()
			.map(|device| {
				let operator = account(&device.operator);
				Ok(Value::unnamed_composite([int(device.id), operator, device_facts(device)?]))
			})
			.collect::<Result<Vec<_>>>()?;
		let arguments = vec![Value::unnamed_composite(items)];
		chain.submit(&signer, &call("Devices", "attest_batch", arguments)).await?;
		bar.inc(batch.len() as u64);
	}
	bar.finish_and_clear();
	let attested: Vec<_> = devices
		.iter()
		.map(|device| json!({ "device": device.id, "operator": device.operator }))
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
		format!("attested\n{}", table(&["device", "operator", "metering point", "key"], &rows))
	})
}

fn ensure_operator(device: &Device, wanted: Option<&AccountId32>) -> Result<()> {
	if wanted.is_none_or(|wanted| *wanted == device.operator) {
		return Ok(());
	}
	let message = format!("device {} belongs to {}", device.id, device.operator);
	Err(Error::new("OperatorDiffers", message))
}

/// The registrar restates operator and facts of the device that comes, as in an attestation, and
/// names the key of the one that goes.
pub async fn swap(context: &Context, args: SwapArgs) -> Result<()> {
	let SwapArgs { old, old_key, new, operator } = args;
	let operator = operator.as_deref().map(parse_address).transpose()?;
	let old_key = old_key.as_deref().map(parse_key).transpose()?;
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let (goes, comes) = (known_device(&chain, old).await?, known_device(&chain, new).await?);
	ensure_key(&goes, old_key)?;
	ensure_operator(&comes, operator.as_ref())?;
	let facts = [int(new), account(&comes.operator), device_facts(&comes)?];
	let arguments = named(&goes)?.into_iter().chain(facts).collect();
	let included = chain.submit(&signer, &call("Devices", "swap", arguments)).await?;
	let from = included.number("Devices", "DeviceSwapped", "from")?;
	let result = json!({
		"old": old,
		"oldKey": goes.key,
		"new": new,
		"newKey": comes.key,
		"operator": comes.operator,
		"from": from,
	});
	context.output.show(&result, || {
		let (goes, comes) = (told(&goes), told(&comes));
		format!("from period {from} on {comes} stands in the place of {goes}")
	})
}
