//! Changes of a device that is there.

use std::path::Path;

use serde_json::json;
use subxt::{dynamic::Value, utils::AccountId32};

use super::{
	device_facts, ensure_key,
	history::{suspended_by, Suspender},
	look_at, look_into, named, seen_in, told, Context, Subject,
};
use crate::{
	chain::{account, account_of, amount, call, int, variant, Chain},
	cli::DeviceArgs,
	device_key::parse_key,
	error::{Error, Result},
	output::lines,
	rpc::Device,
	units::show_money,
};

pub async fn revoke(context: &Context, args: &DeviceArgs) -> Result<()> {
	let done = "its attestation is revoked";
	change(context, args, vec![], ("revoke", "AttestationRevoked"), done).await
}

pub async fn suspend(context: &Context, args: &DeviceArgs) -> Result<()> {
	change(context, args, vec![], ("suspend", "DeviceSuspended"), "it is suspended").await
}

pub async fn resume(context: &Context, args: &DeviceArgs) -> Result<()> {
	change(context, args, vec![], ("resume", "DeviceResumed"), "it is active again").await
}

pub async fn retire(context: &Context, args: &DeviceArgs) -> Result<()> {
	let done = "it is retired; once earlier periods are final, device release-deposit gives its \
		deposit back";
	change(context, args, vec![], ("retire", "DeviceRetired"), done).await
}

pub async fn change_zone(context: &Context, args: &DeviceArgs, zone: u32) -> Result<()> {
	let done = format!("it is in zone {zone}, where a registrar must attest it");
	change(context, args, vec![int(zone)], ("change_zone", "ZoneChanged"), &done).await
}

pub async fn bind(context: &Context, args: &DeviceArgs, gateway: u32, seat: u32) -> Result<()> {
	let done = format!("gateway {gateway} commits for it, at seat {seat}");
	let seat = Value::named_composite([("gateway", int(gateway)), ("seat", int(seat))]);
	let seat = Value::unnamed_variant("Some", [seat]);
	change(context, args, vec![seat], ("bind", "DeviceBound"), &done).await
}

pub async fn unbind(context: &Context, args: &DeviceArgs) -> Result<()> {
	let none = Value::unnamed_variant("None", []);
	change(context, args, vec![none], ("bind", "DeviceBound"), "no gateway commits for it").await
}

/// A call about a device whose event tells the period that it takes effect in.
async fn change(
	context: &Context,
	args: &DeviceArgs,
	rest: Vec<Value>,
	(name, event): (&str, &str),
	done: &str,
) -> Result<()> {
	let Subject { signer, chain, device } = look_at(context, args).await?;
	let arguments = named(&device)?.into_iter().chain(rest).collect();
	let included = chain.submit(&signer, &call("Devices", name, arguments)).await?;
	let from = included.number("Devices", event, "from")?;
	let result = json!({
		"device": device.id,
		"meteringPoint": device.metering_point,
		"key": device.key,
		"from": from,
	});
	context.output.show(&result, || format!("{}: from period {from} on {done}", told(&device)))
}

pub async fn offer_transfer(context: &Context, args: &DeviceArgs, to: &AccountId32) -> Result<()> {
	let Subject { signer, chain, device } = look_at(context, args).await?;
	let arguments = named(&device)?.into_iter().chain([account(to)]).collect();
	chain.submit(&signer, &call("Devices", "offer_transfer", arguments)).await?;
	let result = json!({
		"device": device.id,
		"meteringPoint": device.metering_point,
		"key": device.key,
		"to": to,
	});
	context.output.show(&result, || {
		let device = told(&device);
		format!("{device} is offered to {to}, who takes it with device accept-transfer")
	})
}

pub async fn withdraw_transfer(context: &Context, args: &DeviceArgs) -> Result<()> {
	let Subject { signer, chain, device } = look_at(context, args).await?;
	let arguments = named(&device)?.to_vec();
	chain.submit(&signer, &call("Devices", "withdraw_transfer", arguments)).await?;
	let result = json!({
		"device": device.id,
		"meteringPoint": device.metering_point,
		"key": device.key,
	});
	context.output.show(&result, || format!("{} is not offered any more", told(&device)))
}

/// The new operator states from whom it takes the device over, who attested it on what evidence, and
/// its facts, as it has looked at them.
pub async fn accept_transfer(context: &Context, args: &DeviceArgs, facts: &Path) -> Result<()> {
	let seen = look_into(facts)?;
	let device = seen_in(&seen, args.id)?;
	ensure_key(device, args.key.as_deref().map(parse_key).transpose()?)?;
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let suspended = suspension(&chain, device).await?;
	for remark in remarks(device, suspended) {
		context.output.remark(&remark);
	}
	let arguments = vec![
		int(device.id),
		account(&device.operator),
		attestation(device)?,
		device_facts(device)?,
	];
	let included = chain.submit(&signer, &call("Devices", "accept_transfer", arguments)).await?;
	let from = included.number("Devices", "DeviceTransferred", "from")?;
	let result = json!({
		"device": device.id,
		"operator": device.operator,
		"registrar": device.registrar,
		"evidence": device.evidence,
		"key": device.key,
		"meteringPoint": device.metering_point,
		"zone": device.zone,
		"resource": device.resource,
		"directions": device.directions,
		"nameplate": device.nameplate,
		"suspendedBy": suspended.map(|by| match by {
			Suspender::Operator => "operator",
			Suspender::Registrar => "registrar",
		}),
		"from": from,
	});
	context.output.show(&result, || {
		let (id, shown) = (device.id, lines(&result));
		format!(
			"device {id}: from period {from} on it belongs to the account, taken over as\n{shown}"
		)
	})
}

/// The attestation of a device that was looked at, as an argument.
fn attestation(device: &Device) -> Result<Value> {
	let Some(registrar) = &device.registrar else {
		return Ok(Value::unnamed_variant("None", []));
	};
	let evidence = device.evidence.ok_or_else(|| {
		let id = device.id;
		let message = format!(
			"the file does not say on what evidence device {id} was attested: look at it again with \
			 `--json device show {id}`"
		);
		Error::new("NotShown", message)
	})?;
	let attestation = Value::named_composite([
		("registrar", account(registrar)),
		("evidence", variant(evidence.variant())),
	]);
	Ok(Value::unnamed_variant("Some", [attestation]))
}

/// Who suspended a device, if somebody did.
async fn suspension(chain: &Chain, device: &Device) -> Result<Option<Suspender>> {
	let record = chain.storage("Devices", "Devices", vec![int(device.id)]).await?;
	record.as_ref().and_then(suspended_by).ok_or_else(|| {
		let message = format!("device {} has no history as it should", device.id);
		Error::new("UnexpectedAnswer", message)
	})
}

/// Why a device does not count, for who takes it over.
fn remarks(device: &Device, suspended: Option<Suspender>) -> Vec<String> {
	let id = device.id;
	let attested = device.registrar.is_none().then(|| {
		format!("device {id} is not attested: it does not count until a registrar of its zone does")
	});
	let suspended = suspended.map(|by| match by {
		Suspender::Operator => format!(
			"device {id} is suspended by its operator: it does not count until the account resumes \
			 it"
		),
		Suspender::Registrar => format!(
			"device {id} is suspended by a registrar: it does not count until a registrar of its \
			 zone resumes it"
		),
	});
	attested.into_iter().chain(suspended).collect()
}

pub async fn release_deposit(context: &Context, id: u32) -> Result<()> {
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let included =
		chain.submit(&signer, &call("Devices", "release_deposit", vec![int(id)])).await?;
	let released: Vec<_> = included
		.events("Devices", "DepositReleased")?
		.iter()
		.map(|event| (account_of(event, "operator"), amount(event, "amount").unwrap_or(0)))
		.collect();
	let rows: Vec<_> = released
		.iter()
		.map(|(operator, amount)| json!({ "operator": operator, "amount": amount.to_string() }))
		.collect();
	context.output.show(&json!({ "device": id, "released": rows }), || {
		let lines: Vec<_> = released
			.iter()
			.map(|(operator, amount)| {
				let operator = operator.as_ref().map_or_else(String::new, ToString::to_string);
				format!("device {id}: {} MPF back to {operator}", show_money(*amount))
			})
			.collect();
		match lines.is_empty() {
			true => format!("device {id}: no deposit was due, what it left behind is cleared"),
			false => lines.join("\n"),
		}
	})
}
