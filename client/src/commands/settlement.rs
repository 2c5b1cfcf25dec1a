//! `settlement`: where settlements stand, and who may prove.

use serde_json::json;
use subxt::dynamic::Value;

use super::Context;
use crate::{
	chain::{account, amount, call, group as group_value, int, number, variant},
	cli::{GroupPeriod, OwnGroup, SettlementCommand},
	error::Result,
	output::lines,
	types::{parse_address, parse_group},
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
	let answer = chain.rpc.raw("settlement_status", params).await?;
	context.output.show(&answer, || lines(&answer))
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
