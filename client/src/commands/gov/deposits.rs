//! What is put down, and how it comes back: `gov deposit`, `gov refund`, `gov take-call-back`, and what
//! the treasury pays: `gov payout`.

use serde_json::json;
use subxt::{dynamic::Value, utils::AccountId32};

use super::Context;
use crate::{
	chain::{account_of, amount, bytes, call, int, show_hash, Call},
	error::{Error, Result},
	proof::parse_bytes,
	rpc::{Referendum, ReferendumState},
	units::show_money,
};

pub async fn deposit(context: &Context, referendum: u32) -> Result<()> {
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let place = call("Referenda", "place_decision_deposit", vec![int(referendum)]);
	let included = chain.submit(&signer, &place).await?;
	let events = included.events("Referenda", "DecisionDepositPlaced")?;
	let amount = events.first().and_then(|event| amount(event, "amount")).unwrap_or_default();
	let result = json!({
		"referendum": referendum,
		"amount": amount.to_string(),
		"hash": show_hash(&included.hash),
		"block": show_hash(&included.block),
	});
	context.output.show(&result, || {
		format!(
			"{} MPF are on hold until referendum {referendum} has ended; `gov refund {referendum}` \
			 gives them back",
			show_money(amount)
		)
	})
}

/// The calls that give back what can come back; why nothing can, otherwise.
fn refunds(referendum: &Referendum) -> Result<Vec<Call>> {
	let id = referendum.id;
	let nothing = |why: String| Err(Error::new("NothingToRefund", why));
	if referendum.ongoing.is_some() {
		let message = format!("referendum {id} goes on: `gov status {id}` shows where it stands");
		return Err(Error::new("Unfinished", message));
	}
	let mut calls = Vec::new();
	if referendum.decision_deposit.is_some() {
		calls.push(call("Referenda", "refund_decision_deposit", vec![int(id)]));
	}
	let proposer_has_it_back =
		matches!(referendum.state, ReferendumState::Approved | ReferendumState::Cancelled);
	if referendum.submission_deposit.is_some() && proposer_has_it_back {
		calls.push(call("Referenda", "refund_submission_deposit", vec![int(id)]));
	}
	if calls.is_empty() {
		return match &referendum.submission_deposit {
			Some(down) => nothing(format!(
				"the {} MPF that {} put down to propose it come back after an approval alone",
				show_money(down.amount),
				down.account
			)),
			None => nothing(format!("all that was put down for referendum {id} was given back")),
		};
	}
	Ok(calls)
}

pub async fn refund(context: &Context, referendum: u32) -> Result<()> {
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let calls = refunds(&chain.rpc.referendum(referendum).await?)?;
	let calls = Value::unnamed_composite(calls.into_iter().map(Call::into_value));
	let included = chain.submit(&signer, &call("Utility", "batch_all", vec![calls])).await?;
	let mut refunded: Vec<(AccountId32, u128)> = Vec::new();
	for event in ["DecisionDepositRefunded", "SubmissionDepositRefunded"] {
		let events = included.events("Referenda", event)?;
		let back =
			events.iter().filter_map(|event| account_of(event, "who").zip(amount(event, "amount")));
		refunded.extend(back);
	}
	let items = refunded
		.iter()
		.map(|(account, amount)| json!({ "account": account, "amount": amount.to_string() }));
	let result = json!({ "referendum": referendum, "refunded": items.collect::<Vec<_>>() });
	context.output.show(&result, || {
		let lines = refunded
			.iter()
			.map(|(account, amount)| format!("{account} has {} MPF back", show_money(*amount)));
		lines.collect::<Vec<_>>().join("\n")
	})
}

pub async fn take_call_back(context: &Context, hash: &str) -> Result<()> {
	let signer = context.signer()?;
	let given = parse_bytes(hash)?;
	if given.len() != 32 {
		return Err(Error::new("BadHex", "a hash has 32 bytes"));
	}
	let chain = context.chain().await?;
	let included =
		chain.submit(&signer, &call("Preimage", "unnote_preimage", vec![bytes(given)])).await?;
	let result = json!({ "proposalHash": hash, "block": show_hash(&included.block) });
	context.output.show(&result, || format!("the call {hash} is no longer kept for the account"))
}

pub async fn payout(context: &Context, payment: u32) -> Result<()> {
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let included = chain.submit(&signer, &call("Treasury", "payout", vec![int(payment)])).await?;
	included.number("Treasury", "Paid", "index").map_err(|_| {
		Error::new(
			"PayoutFailed",
			"the treasury cannot pay it now: it has too little, or the payee's \
			account cannot take it; ask again",
		)
	})?;
	let result = json!({ "payment": payment, "block": show_hash(&included.block) });
	context.output.show(&result, || format!("payment {payment} is made"))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::rpc::PutDown;

	fn ended(state: ReferendumState, submission: bool, decision: bool) -> Referendum {
		let down = |there: bool| {
			there.then_some(PutDown { account: AccountId32([1; 32]), amount: 10_000_000_000_000 })
		};
		Referendum {
			id: 3,
			state,
			ended: Some(9),
			submission_deposit: down(submission),
			decision_deposit: down(decision),
			ongoing: None,
		}
	}

	#[test]
	fn what_can_come_back_does() {
		use ReferendumState::*;
		let count = |state, submission, decision| {
			refunds(&ended(state, submission, decision)).map(|calls| calls.len())
		};
		assert_eq!(count(Approved, true, true).unwrap(), 2);
		assert_eq!(count(Cancelled, true, false).unwrap(), 1);
		assert_eq!(count(Rejected, true, true).unwrap(), 1, "the proposal's is not given back");
		assert_eq!(count(Rejected, true, false).unwrap_err().name(), "NothingToRefund");
		assert_eq!(count(Killed, false, false).unwrap_err().name(), "NothingToRefund");
	}
}
