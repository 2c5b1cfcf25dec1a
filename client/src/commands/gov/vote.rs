//! `gov vote`, `gov remove-vote`, `gov unlock`, `gov votes`.

use serde_json::{json, Value as Json};
use subxt::dynamic::Value;

use super::Context;
use crate::{
	chain::{account, call, int, show_hash, variant, Call},
	cli::VoteArgs,
	error::{Error, Result},
	output::{fields, table},
	rpc::{GovernanceState, Voter},
	units::{parse_money, show_money},
};

/// The byte of a vote: the side, and steps of conviction.
fn vote_byte(aye: bool, conviction: u8) -> u8 {
	(u8::from(aye) << 7) | conviction
}

fn vote_call(args: &VoteArgs, amount: u128) -> Call {
	let vote = Value::unnamed_composite([int(vote_byte(args.aye, args.conviction))]);
	let standard = Value::named_variant("Standard", [("vote", vote), ("balance", int(amount))]);
	call("ConvictionVoting", "vote", vec![int(args.referendum), standard])
}

/// The call that removes a vote. Of a referendum that has ended the chain must be told the track.
fn remove_call(track: Option<u16>, referendum: u32) -> Call {
	let track = match track {
		Some(track) => Value::unnamed_variant("Some", [int(track)]),
		None => variant("None"),
	};
	call("ConvictionVoting", "remove_vote", vec![track, int(referendum)])
}

fn batch(calls: Vec<Call>) -> Call {
	let calls = Value::unnamed_composite(calls.into_iter().map(Call::into_value));
	call("Utility", "batch_all", vec![calls])
}

pub async fn vote(context: &Context, args: VoteArgs) -> Result<()> {
	let amount = parse_money(&args.amount)?;
	let id = args.referendum;
	let signer = context.signer()?;
	let voter = signer.public_key().to_account_id();
	let chain = context.chain().await?;
	let votes = chain.rpc.voter(&voter).await?;
	let own = vote_call(&args, amount);
	let own = match votes.vote_in(id) {
		Some(earlier) if args.replace => batch(vec![remove_call(Some(earlier.track), id), own]),
		Some(earlier) => {
			let side = side(earlier.aye);
			let standing = format!(
				"it voted {side} with {} MPF; --replace puts another vote in its place",
				show_money(earlier.amount)
			);
			let words = Error::new("AlreadyVoted", "AlreadyVoted");
			let words = chain.explain("Governance", words).await;
			return Err(Error::new("AlreadyVoted", format!("{words}; {standing}")));
		},
		None => own,
	};
	let included = chain.submit(&signer, &own).await?;
	let result = json!({
		"referendum": id,
		"account": voter,
		"aye": args.aye,
		"amount": amount.to_string(),
		"conviction": args.conviction,
		"hash": show_hash(&included.hash),
		"block": show_hash(&included.block),
	});
	context.output.show(&result, || {
		format!("{voter} votes {} with {} MPF", side(Some(args.aye)), show_money(amount))
	})
}

fn side(aye: Option<bool>) -> &'static str {
	match aye {
		Some(true) => "aye",
		Some(false) => "nay",
		None => "split",
	}
}

pub async fn remove(context: &Context, referendum: u32) -> Result<()> {
	let signer = context.signer()?;
	let voter = signer.public_key().to_account_id();
	let chain = context.chain().await?;
	let votes = chain.rpc.voter(&voter).await?;
	let track = votes.vote_in(referendum).map(|vote| vote.track);
	let included = chain.submit(&signer, &remove_call(track, referendum)).await?;
	let result = json!({
		"referendum": referendum, "account": voter, "block": show_hash(&included.block),
	});
	context.output.show(&result, || {
		format!(
			"{voter} has no vote in referendum {referendum} any more; `gov unlock` frees what is not \
			 locked for longer"
		)
	})
}

pub async fn unlock(context: &Context, address: Option<&str>) -> Result<()> {
	let signer = context.signer()?;
	let target = context.address(address)?;
	let chain = context.chain().await?;
	let before = chain.rpc.voter(&target).await?;
	if before.locked_on.is_empty() {
		return Err(Error::new("NothingToUnlock", format!("no vote of {target} locks anything")));
	}
	let unlock = |track: &u16| {
		let target = Value::unnamed_variant("Id", [account(&target)]);
		call("ConvictionVoting", "unlock", vec![int(*track), target])
	};
	let included =
		chain.submit(&signer, &batch(before.locked_on.iter().map(unlock).collect())).await?;
	let after = chain.rpc.voter(&target).await?;
	let freed = before.locked.saturating_sub(after.locked);
	let result = json!({
		"account": target,
		"freed": freed.to_string(),
		"locked": after.locked.to_string(),
		"block": show_hash(&included.block),
	});
	context.output.show(&result, || {
		let left = match after.locked {
			0 => "nothing is locked any more".to_owned(),
			left => format!(
				"{} MPF stay locked: by votes that stand, which `gov votes` shows, or for the time of \
				 a conviction",
				show_money(left)
			),
		};
		format!("{target} has {} MPF free again; {left}", show_money(freed))
	})
}

pub async fn show(context: &Context, address: Option<&str>) -> Result<()> {
	let address = context.address(address)?;
	let chain = context.chain().await?;
	let state = chain.rpc.governance_state().await?;
	let voter = chain.rpc.voter(&address).await?;
	context.output.show(&voter_json(&voter, &state), || voter_text(&voter, &state))
}

fn voter_json(voter: &Voter, state: &GovernanceState) -> Json {
	let votes = voter.votes.iter().map(|vote| {
		json!({
			"referendum": vote.referendum,
			"track": state.track_name(vote.track),
			"aye": vote.aye,
			"amount": vote.amount.to_string(),
			"conviction": vote.conviction,
		})
	});
	let tracks = voter.locked_on.iter().map(|track| state.track_name(*track));
	json!({
		"account": voter.account,
		"locked": voter.locked.to_string(),
		"lockedOn": tracks.collect::<Vec<_>>(),
		"votes": votes.collect::<Vec<_>>(),
	})
}

fn voter_text(voter: &Voter, state: &GovernanceState) -> String {
	let rows = [
		("account".to_owned(), voter.account.to_string()),
		("locked".to_owned(), format!("{} MPF", show_money(voter.locked))),
	];
	let votes: Vec<_> = voter
		.votes
		.iter()
		.map(|vote| {
			vec![
				vote.referendum.to_string(),
				state.track_name(vote.track),
				side(vote.aye).to_owned(),
				show_money(vote.amount),
				vote.conviction.to_string(),
			]
		})
		.collect();
	let headings = ["referendum", "track", "vote", "amount MPF", "conviction"];
	format!("{}\n\n{}", fields(&rows), table(&headings, &votes))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_vote_is_a_byte_of_side_and_conviction() {
		assert_eq!(vote_byte(true, 0), 0b1000_0000);
		assert_eq!(vote_byte(true, 6), 0b1000_0110);
		assert_eq!(vote_byte(false, 3), 0b0000_0011);
	}

	#[test]
	fn of_a_referendum_that_has_ended_the_track_is_said() {
		assert!(remove_call(Some(10), 3).into_value().to_string().contains("Some"));
		assert!(remove_call(None, 3).into_value().to_string().contains("None"));
	}
}
