//! `settlement`: where settlements stand, and who may prove.

use serde_json::json;

use super::Context;
use crate::{
	chain::{account, call, group as group_value, int, number, variant},
	cli::{GroupPeriod, SettlementCommand},
	error::Result,
	output::lines,
	types::{parse_address, Group},
};

pub async fn run(context: &Context, command: SettlementCommand) -> Result<()> {
	match command {
		SettlementCommand::Status(args) => status(context, &args).await,
		SettlementCommand::Expire(args) => expire(context, &args).await,
		SettlementCommand::NameProver { zone, resource, direction, address } => {
			let prover = parse_address(&address)?;
			let signer = context.signer()?;
			let chain = context.chain().await?;
			let arguments = vec![
				int(zone),
				variant(resource.variant()),
				variant(direction.variant()),
				account(&prover),
			];
			let name = call("Settlement", "name_prover", arguments);
			let included = chain.submit(&signer, &name).await?;
			let from = included.number("Settlement", "ProverNamed", "from")?;
			let result = json!({ "prover": prover, "from": from });
			context.output.show(&result, || format!("{prover} may prove from period {from} on"))
		},
	}
}

async fn status(context: &Context, args: &GroupPeriod) -> Result<()> {
	let group: Group = args.group.parse()?;
	let chain = context.chain().await?;
	let params = vec![json!(group), json!(args.period)];
	let answer = chain.rpc.raw("settlement_status", params).await?;
	context.output.show(&answer, || lines(&answer))
}

async fn expire(context: &Context, args: &GroupPeriod) -> Result<()> {
	let group: Group = args.group.parse()?;
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let expire = call("Settlement", "expire", vec![int(args.period), group_value(&group)]);
	let included = chain.submit(&signer, &expire).await?;
	let events = included.events("Settlement", "GroupExpired")?;
	let event = events.first();
	let amount = |field: &str| {
		use subxt::dynamic::At;
		event.and_then(|event| event.at(field)).and_then(|value| value.as_u128())
	};
	let result = json!({
		"group": group,
		"period": args.period,
		"contracted": event.and_then(|event| number(event, "contracted")),
		"refunded": amount("refunded").map(|amount| amount.to_string()),
		"penalty": amount("penalty").map(|amount| amount.to_string()),
		"trades": event.and_then(|event| number(event, "trades")),
	});
	context.output.show(&result, || {
		format!("{group} is settled for period {} with nothing delivered", args.period)
	})
}
