//! `market auto`: one round of standing orders.

mod answers;
mod carrying;
mod fate;
mod history;
mod round;
#[cfg(test)]
mod tests;
mod wishes;

use serde_json::{json, Value};

use self::fate::Before;
pub use self::{
	fate::Fate,
	round::{Plan, Round},
	wishes::{Money, Wishes},
};
use super::Context;
use crate::{
	cli::AutoArgs,
	error::{Error, Result},
	standing::plan::{Decision, Memory},
	store::Store,
};

pub async fn run(context: &Context, args: &AutoArgs) -> Result<()> {
	let wishes = Wishes::of(args)?;
	let signer = context.signer()?;
	let account = signer.public_key().to_account_id();
	let store = Store::open(&args.store, &context.passwords.existing(&args.store)?)?;
	let chain = context.chain().await?;
	store.ensure_chain(&chain.genesis())?;
	let memory = Memory::default();
	let round =
		Round { wishes: &wishes, account: &account, chain: &chain, store: &store, memory: &memory };
	let Plan { decided, carrying, has_meters } = round.decide().await?;
	let tell = |decision: &Decision, fate: &Fate| {
		context.output.line(&fate.line(decision, args.dry_run));
	};
	let fates = match args.dry_run {
		true => {
			decided.iter().for_each(|decision| tell(decision, &Fate::Done));
			decided.iter().map(|_| Fate::Done).collect()
		},
		false => {
			let send = async |_: &Decision, call: &_, nonce| {
				let sent = chain.send_in_turn(&signer, call, nonce, || Ok(())).await?;
				chain.became(sent).await.map(drop)
			};
			carrying.out(&decided, send, tell).await
		},
	};
	let value =
		json!({ "dryRun": args.dry_run, "decisions": values(&decided, args.dry_run, &fates) });
	context.output.show(&value, || summary(&decided, args.dry_run, &fates))?;
	if !has_meters {
		let message = format!(
			"the store has no attested meter of the account that counts {} in zone {}, on a side that is ordered \
			 for",
			args.resource, args.zone
		);
		return Err(Error::new("NoMeters", message));
	}
	ended(fates)
}

/// What the command ends with.
fn ended(fates: Vec<Fate>) -> Result<()> {
	let mut refused = 0_usize;
	for fate in fates {
		match fate {
			Fate::Unknown(error) | Fate::AllRefused(error) => return Err(error),
			Fate::Refused(_) | Fate::SideRefused(_) => refused = refused.saturating_add(1),
			Fate::NotTried(Before::CallBetween) => {
				let message =
					"another call of the account came between, and the rest was not tried";
				return Err(Error::new("NonceTaken", message));
			},
			Fate::Done | Fate::NotTried(_) => {},
		}
	}
	match refused {
		0 => Ok(()),
		_ => {
			let message = format!("calls that the chain refused: {refused}; the others are done");
			Err(Error::new("OrdersRefused", message))
		},
	}
}

/// How many calls came to what.
fn summary(decided: &[Decision], rehearsal: bool, fates: &[Fate]) -> String {
	let calls = decided.iter().zip(fates).filter(|(decision, _)| decision.action.is_some());
	let calls: Vec<_> = calls.map(|(_, fate)| fate).collect();
	if rehearsal {
		return format!("{} calls would be made", calls.len());
	}
	let done = calls.iter().filter(|fate| matches!(fate, Fate::Done)).count();
	let left = calls.iter().filter(|fate| matches!(fate, Fate::NotTried(_))).count();
	let failed = calls.len().saturating_sub(done).saturating_sub(left);
	format!("{done} calls done, {failed} failed, {left} not tried")
}

/// What became of each decision, as JSON.
fn values(decided: &[Decision], rehearsal: bool, fates: &[Fate]) -> Vec<Value> {
	let all = decided.iter().zip(fates);
	all.map(|(decision, fate)| fate.json(decision, rehearsal)).collect()
}
