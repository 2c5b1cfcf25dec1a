//! Changes of a device that need no more than its number.

use serde_json::json;
use subxt::{dynamic::Value, utils::AccountId32};

use super::Context;
use crate::{
	chain::{account, account_of, amount, call, int},
	error::Result,
	units::show_money,
};

pub async fn revoke(context: &Context, id: u32) -> Result<()> {
	let done = "its attestation is revoked";
	change(context, id, vec![], ("revoke", "AttestationRevoked"), done).await
}

pub async fn suspend(context: &Context, id: u32) -> Result<()> {
	change(context, id, vec![], ("suspend", "DeviceSuspended"), "it is suspended").await
}

pub async fn resume(context: &Context, id: u32) -> Result<()> {
	change(context, id, vec![], ("resume", "DeviceResumed"), "it is active again").await
}

pub async fn retire(context: &Context, id: u32) -> Result<()> {
	let done = "it is retired; once earlier periods are final, device release-deposit gives its \
		deposit back";
	change(context, id, vec![], ("retire", "DeviceRetired"), done).await
}

pub async fn change_zone(context: &Context, id: u32, zone: u32) -> Result<()> {
	let done = format!("it is in zone {zone}, where a registrar must attest it");
	change(context, id, vec![int(zone)], ("change_zone", "ZoneChanged"), &done).await
}

pub async fn accept_transfer(context: &Context, id: u32) -> Result<()> {
	let done = "it belongs to the account";
	change(context, id, vec![], ("accept_transfer", "DeviceTransferred"), done).await
}

/// A call about a device whose event tells the period that it takes effect in.
async fn change(
	context: &Context,
	id: u32,
	rest: Vec<Value>,
	(name, event): (&str, &str),
	done: &str,
) -> Result<()> {
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let arguments = [int(id)].into_iter().chain(rest).collect();
	let included = chain.submit(&signer, &call("Devices", name, arguments)).await?;
	let from = included.number("Devices", event, "from")?;
	let result = json!({ "device": id, "from": from });
	context.output.show(&result, || format!("device {id}: from period {from} on {done}"))
}

pub async fn offer_transfer(context: &Context, id: u32, to: &AccountId32) -> Result<()> {
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let arguments = vec![int(id), account(to)];
	chain.submit(&signer, &call("Devices", "offer_transfer", arguments)).await?;
	context.output.show(&json!({ "device": id, "to": to }), || {
		format!("device {id} is offered to {to}, who takes it with device accept-transfer")
	})
}

pub async fn withdraw_transfer(context: &Context, id: u32) -> Result<()> {
	let signer = context.signer()?;
	let chain = context.chain().await?;
	chain.submit(&signer, &call("Devices", "withdraw_transfer", vec![int(id)])).await?;
	context.output.show(&json!({ "device": id }), || format!("device {id} is not offered any more"))
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
