//! `settlement`: where settlements stand, and who may prove.

use serde_json::{json, Value as Json};
use subxt::dynamic::Value;

use super::{
	missing::{missing, named, Missing},
	Context,
};
use crate::{
	chain::{account, amount, call, group as group_value, int, number, variant},
	cli::{GroupPeriod, OwnGroup, SettlementCommand},
	error::Result,
	output::{cell, fields},
	types::{parse_address, parse_group, Group},
	units::{show_money, show_quantity},
};

pub async fn run(context: &Context, command: SettlementCommand) -> Result<()> {
	match command {
		SettlementCommand::Status(args) => status(context, &args).await,
		SettlementCommand::Expire(args) => expire(context, &args).await,
		SettlementCommand::NameProver { group, address } => {
			name_prover(context, &group, &address).await
		},
		SettlementCommand::ClearProver(group) => clear_prover(context, &group).await,
	}
}

fn own_group(group: &OwnGroup) -> Vec<Value> {
	let OwnGroup { zone, resource, direction } = group;
	vec![int(*zone), variant(resource.variant()), variant(direction.variant())]
}

async fn name_prover(context: &Context, group: &OwnGroup, address: &str) -> Result<()> {
	let prover = parse_address(address)?;
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let arguments = own_group(group).into_iter().chain([account(&prover)]).collect();
	let included = chain.submit(&signer, &call("Settlement", "name_prover", arguments)).await?;
	let from = included.number("Settlement", "ProverNamed", "from")?;
	let result = json!({ "prover": prover, "from": from });
	context.output.show(&result, || format!("{prover} may prove from period {from} on"))
}

async fn clear_prover(context: &Context, group: &OwnGroup) -> Result<()> {
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let clear = call("Settlement", "clear_prover", own_group(group));
	let included = chain.submit(&signer, &clear).await?;
	let from = included.number("Settlement", "ProverCleared", "from")?;
	let result = json!({ "prover": null, "from": from });
	context.output.show(&result, || {
		format!("from period {from} on nobody but the operator may prove less than contracted")
	})
}

async fn status(context: &Context, args: &GroupPeriod) -> Result<()> {
	let group = parse_group(&args.group)?;
	let chain = context.chain().await?;
	let params = vec![json!(group), json!(args.period)];
	let mut answer = chain.rpc.raw("settlement_status", params).await?;
	let mut named = Vec::new();
	if answer["settled"] != true {
		named = missing(&chain, &group, args.period).await?;
		answer["missing"] = named.iter().map(Missing::json).collect();
	}
	context.output.show(&answer, || readable(&group, &answer, &named))
}

/// Where a group stands as a person reads it: quantities and money in one unit each.
fn readable(group: &Group, answer: &Json, missing: &[Missing]) -> String {
	let unit = group.resource.trade_unit();
	let quantity = |value: &Json| match value.as_u64() {
		Some(base) => format!("{} {unit}", show_quantity(base)),
		None => cell(value),
	};
	let money = |value: &Json| match value.as_str().and_then(|text| text.parse().ok()) {
		Some(smallest) => format!("{} MPF", show_money(smallest)),
		None => cell(value),
	};
	let row = |name: &str, value: String| (name.to_owned(), value);
	let mut rows = vec![
		row("phase", cell(&answer["phase"])),
		row("contracted", quantity(&answer["contracted"])),
		row("trades", cell(&answer["trades"])),
		row("devices", cell(&answer["members"])),
		row("committed", cell(&answer["committed"])),
		row("provable", cell(&answer["provable"])),
		row("sealed", cell(&answer["sealed"])),
		row("settled", cell(&answer["settled"])),
	];
	if !missing.is_empty() {
		rows.push(row("not committed", named(missing)));
	}
	let outcome = &answer["outcome"];
	if outcome.is_object() {
		rows.push(row(
			"settled by",
			if outcome["proved"] == true { "proof" } else { "deadline" }.into(),
		));
		rows.push(row("trades settled", cell(&outcome["trades"])));
		for field in ["contracted", "delivered"] {
			rows.push(row(&format!("{field} in all"), quantity(&outcome[field])));
		}
		for field in ["paid", "refunded", "penalty", "sealed"] {
			rows.push(row(&format!("{field} in all"), money(&outcome[field])));
		}
	}
	fields(&rows)
}

async fn expire(context: &Context, args: &GroupPeriod) -> Result<()> {
	let group = parse_group(&args.group)?;
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let expire = call("Settlement", "expire", vec![int(args.period), group_value(&group)]);
	let included = chain.submit(&signer, &expire).await?;
	let events = included.events("Settlement", "GroupExpired")?;
	let event = events.first();
	let money = |field: &str| event.and_then(|event| amount(event, field));
	let result = json!({
		"group": group,
		"period": args.period,
		"contracted": event.and_then(|event| number(event, "contracted")),
		"refunded": money("refunded").map(|amount| amount.to_string()),
		"penalty": money("penalty").map(|amount| amount.to_string()),
		"trades": event.and_then(|event| number(event, "trades")),
	});
	context.output.show(&result, || {
		format!("{group} is settled for period {} with nothing delivered", args.period)
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_status_is_read_in_one_unit_and_names_who_is_missing() {
		let group = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY/1/electricity/export";
		let group = parse_group(group).unwrap();
		let mut answer = json!({
			"phase": "committing", "contracted": 1_500, "trades": 1, "members": 2, "committed": 1,
			"provable": false, "sealed": false, "settled": false, "outcome": null,
		});
		let missing = Missing { device: 7, metering_point: "DE7".into(), reason: String::new() };
		let text = readable(&group, &answer, &[missing]);
		assert!(text.contains("1.5 kWh") && text.contains("device 7 at DE7"), "{text}");
		answer["outcome"] = json!({
			"proved": true, "trades": 1, "contracted": 1_500, "delivered": 1_250,
			"paid": "312500000000", "refunded": "62500000000", "penalty": "0", "sealed": null,
		});
		let text = readable(&group, &answer, &[]);
		assert!(text.contains("1.25 kWh") && text.contains("0.3125 MPF"), "{text}");
		assert!(text.contains("settled by") && !text.contains("not committed"), "{text}");
	}
}
