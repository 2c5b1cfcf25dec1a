//! `registrar`: who attests the devices of a zone.

use serde_json::json;
use subxt::{
	dynamic::{At, Value},
	utils::AccountId32,
};

use super::Context;
use crate::{
	chain::{account, amount, bytes32, call, int, Needed},
	cli::RegistrarCommand,
	error::Result,
	output::{cell, table},
	types::parse_address,
	units::show_money,
};

pub async fn run(context: &Context, command: RegistrarCommand) -> Result<()> {
	match command {
		RegistrarCommand::Appoint { zone, address } => appoint(context, zone, &address).await,
		RegistrarCommand::Remove { zone, address } => remove(context, zone, &address).await,
		RegistrarCommand::Resign { zone } => resign(context, zone).await,
		RegistrarCommand::ReleaseBond { zone, address } => {
			release_bond(context, zone, address.as_deref()).await
		},
		RegistrarCommand::List { zone } => list(context, zone).await,
	}
}

async fn appoint(context: &Context, zone: u32, address: &str) -> Result<()> {
	let registrar = parse_address(address)?;
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let appoint = call("Devices", "appoint_registrar", vec![int(zone), account(&registrar)]);
	if let Err(error) = chain.submit_as_root(&signer, appoint).await {
		// The bond is the registrar's, whoever appoints it.
		let amount = chain.constant("Devices", "RegistrarBond").await?.into();
		let needed = Needed { amount, what: "a registrar's bond".to_owned() };
		return Err(chain.with_funds(error, &registrar, Some(&needed)).await);
	}
	let result = json!({ "zone": zone, "registrar": registrar });
	context.output.show(&result, || format!("{registrar} is a registrar of zone {zone}"))
}

async fn remove(context: &Context, zone: u32, address: &str) -> Result<()> {
	let registrar = parse_address(address)?;
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let remove = call("Devices", "remove_registrar", vec![int(zone), account(&registrar)]);
	chain.submit_as_root(&signer, remove).await?;
	let result = json!({ "zone": zone, "registrar": registrar });
	context.output.show(&result, || format!("{registrar} is no registrar of zone {zone} any more"))
}

async fn resign(context: &Context, zone: u32) -> Result<()> {
	let signer = context.signer()?;
	let registrar = signer.public_key().to_account_id();
	let chain = context.chain().await?;
	let resign = call("Devices", "resign_registrar", vec![int(zone)]);
	let included = chain.submit(&signer, &resign).await?;
	let free_from = included.number("Devices", "RegistrarLeft", "free_from")?;
	let result = json!({ "zone": zone, "registrar": registrar, "freeFrom": free_from });
	context.output.show(&result, || {
		format!(
			"{registrar} is no registrar of zone {zone} any more; its bond is free from period \
			 {free_from} on: then `registrar release-bond` gives it back"
		)
	})
}

async fn release_bond(context: &Context, zone: u32, address: Option<&str>) -> Result<()> {
	let registrar = context.address(address)?;
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let release = call("Devices", "release_bond", vec![int(zone), account(&registrar)]);
	let included = chain.submit(&signer, &release).await?;
	let events = included.events("Devices", "BondReleased")?;
	let bond = events.first().and_then(|event| amount(event, "bond")).unwrap_or_default();
	let result = json!({ "zone": zone, "registrar": registrar, "bond": bond.to_string() });
	context.output.show(&result, || format!("{registrar} has {} MPF back", show_money(bond)))
}

async fn list(context: &Context, zone: u32) -> Result<()> {
	let chain = context.chain().await?;
	let found = chain.storage("Devices", "Registrars", vec![int(zone)]).await?;
	let registrars: Vec<_> = found.iter().flat_map(items).filter_map(registrar).collect();
	context.output.show(&json!(registrars), || {
		let row = |registrar: &serde_json::Value| {
			let bond = registrar["bond"].as_str().and_then(|bond| bond.parse().ok());
			vec![cell(&registrar["registrar"]), bond.map_or_else(String::new, show_money)]
		};
		table(&["registrar", "bond MPF"], &registrars.iter().map(row).collect::<Vec<_>>())
	})
}

/// The items of a bounded vector.
fn items(vector: &Value) -> impl Iterator<Item = &Value> {
	let inner = match vector.at(0) {
		// A list inside a wrapper, or the list itself.
		Some(first) if first.at("account").is_none() => first,
		_ => vector,
	};
	(0usize..).map_while(move |at| inner.at(at))
}

fn registrar(value: &Value) -> Option<serde_json::Value> {
	let account = AccountId32(bytes32(value.at("account")?)?);
	let bond = value.at("bond")?.as_u128()?;
	Some(json!({ "registrar": account, "bond": bond.to_string() }))
}
