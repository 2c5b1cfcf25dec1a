//! `market auto`: one round of standing orders.

mod answers;
mod carrying;
mod history;
mod round;
#[cfg(test)]
mod tests;
mod wishes;

use serde_json::{json, Value};

use super::Context;
use crate::{
	cli::AutoArgs,
	error::{Error, Result},
	standing::plan::Decision,
	store::Store,
};

pub use self::{
	carrying::{Carried, Fate},
	round::Round,
	wishes::{Money, Wishes},
};

pub async fn run(context: &Context, args: &AutoArgs) -> Result<()> {
	let wishes = Wishes::of(args)?;
	let signer = context.signer()?;
	let account = signer.public_key().to_account_id();
	let store = Store::open(&args.store, &context.passwords.existing(&args.store)?)?;
	let chain = context.chain().await?;
	store.ensure_chain(&chain.genesis())?;
	let round = Round { wishes: &wishes, account: &account, chain: &chain, store: &store };
	let decided = round.decide().await?;
	let carried = match args.dry_run {
		true => Carried::default(),
		false => round.carry_out(&signer, &decided).await?,
	};
	let value =
		json!({ "dryRun": args.dry_run, "decisions": values(&decided, args.dry_run, &carried) });
	context.output.show(&value, || lines(&decided, args.dry_run, &carried).join("\n"))?;
	match carried {
		Carried { lost: Some((_, error)), .. } => Err(error),
		Carried { refused, .. } if !refused.is_empty() => {
			let message = format!("{} orders were refused; the others stand", refused.len());
			Err(Error::new("OrdersRefused", message))
		},
		_ => Ok(()),
	}
}

/// A line for each decision: what was done, or would be in a rehearsal; what failed with the reason.
fn lines(decided: &[Decision], rehearsal: bool, carried: &Carried) -> Vec<String> {
	let line = |(at, decision): (usize, &Decision)| match carried.fate(at, decision) {
		Fate::Done => decision.line(rehearsal),
		Fate::Failed(error) => format!("{}: {error}; {}", error.name(), decision.line(true)),
		Fate::NotTried => format!("not tried: {}", decision.line(true)),
	};
	decided.iter().enumerate().map(line).collect()
}

/// The same as JSON.
fn values(decided: &[Decision], rehearsal: bool, carried: &Carried) -> Vec<Value> {
	let value = |(at, decision): (usize, &Decision)| {
		let fate = carried.fate(at, decision);
		let is_done = matches!(fate, Fate::Done);
		let mut value = decision.json(rehearsal || !is_done);
		value["error"] = match fate {
			Fate::Done => Value::Null,
			Fate::Failed(error) => json!({ "name": error.name(), "message": error.to_string() }),
			Fate::NotTried => {
				json!({ "name": "NotTried", "message": "an order before it was lost" })
			},
		};
		value
	};
	decided.iter().enumerate().map(value).collect()
}
