//! `market auto`: one round of standing orders.

mod answers;
mod carrying;
mod history;
mod round;
#[cfg(test)]
mod tests;
mod wishes;

use serde_json::json;

use super::Context;
use crate::{
	cli::AutoArgs,
	error::{Error, Result},
	standing::plan::Decision,
	store::Store,
};

pub use self::{
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
	if args.dry_run {
		return tell(context, &decided, true, &[]);
	}
	let refused = round.carry_out(&signer, &decided).await?;
	tell(context, &decided, false, &refused)
}

/// Prints a line for each decision; what was refused with the reason.
fn tell(
	context: &Context,
	decided: &[Decision],
	rehearsal: bool,
	refused: &[(usize, Error)],
) -> Result<()> {
	let refusal =
		|at: usize| refused.iter().find(|(place, _)| *place == at).map(|(_, error)| error);
	let lines = decided.iter().enumerate().map(|(at, decision)| match refusal(at) {
		None => decision.line(rehearsal),
		Some(error) => format!("{}: {error}; {}", error.name(), decision.line(true)),
	});
	let values: Vec<_> = decided
		.iter()
		.enumerate()
		.map(|(at, decision)| {
			let refusal = refusal(at);
			let mut value = decision.json(rehearsal || refusal.is_some());
			value["error"] = refusal.map_or(
				json!(null),
				|error| json!({ "name": error.name(), "message": error.to_string() }),
			);
			value
		})
		.collect();
	let value = json!({ "dryRun": rehearsal, "decisions": values });
	context.output.show(&value, || lines.collect::<Vec<_>>().join("\n"))?;
	match refused.len() {
		0 => Ok(()),
		count => {
			let message = format!("{count} orders were refused; the others stand");
			Err(Error::new("OrdersRefused", message))
		},
	}
}
