//! `gov status`: referenda in words.

use serde_json::{json, Value};

use super::{in_words, Context};
use crate::{
	error::Result,
	output::{fields, table},
	rpc::{GovernanceState, Ongoing, PutDown, Referendum},
	units::show_money,
};

/// Shows where governance stands: tracks, referenda, upgrades.
pub async fn all(context: &Context) -> Result<()> {
	let chain = context.chain().await?;
	let state = chain.rpc.governance_state().await?;
	let referenda = chain.rpc.referenda().await?;
	let json = all_json(&state, &referenda);
	context.output.show(&json, || all_text(&state, &referenda))
}

/// One referendum.
pub async fn one(context: &Context, id: u32) -> Result<()> {
	let chain = context.chain().await?;
	let state = chain.rpc.governance_state().await?;
	let referendum = chain.rpc.referendum(id).await?;
	let call = match referendum.ongoing.as_ref().and_then(|ongoing| ongoing.proposal.as_deref()) {
		Some(call) => Some(in_words(&chain, call).await),
		None => None,
	};
	let json = referendum_json(&referendum, &state, call.as_deref());
	context.output.show(&json, || referendum_text(&referendum, &state, call.as_deref()))
}

/// Parts per billion as a percentage with two decimals.
fn percent(ppb: u32) -> String {
	let hundredths = ppb / 100_000;
	format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}

fn put_down(deposit: Option<&PutDown>) -> Value {
	deposit.map_or(
		Value::Null,
		|down| json!({ "account": down.account, "amount": down.amount.to_string() }),
	)
}

fn referendum_json(referendum: &Referendum, state: &GovernanceState, call: Option<&str>) -> Value {
	let ongoing = referendum.ongoing.as_ref().map(|ongoing| {
		json!({
			"track": state.track_name(ongoing.track),
			"proposalHash": ongoing.proposal_hash,
			"proposal": ongoing.proposal,
			"call": call,
			"submitted": ongoing.submitted,
			"decidingSince": ongoing.deciding_since,
			"confirmedAt": ongoing.confirmed_at,
			"ayes": ongoing.ayes.to_string(),
			"nays": ongoing.nays.to_string(),
			"support": ongoing.support.to_string(),
			"approvalPpb": ongoing.approval_ppb,
			"approvalNeededPpb": ongoing.approval_needed_ppb,
			"supportPpb": ongoing.support_ppb,
			"supportNeededPpb": ongoing.support_needed_ppb,
		})
	});
	json!({
		"referendum": referendum.id,
		"state": referendum.state,
		"ended": referendum.ended,
		"submissionDeposit": put_down(referendum.submission_deposit.as_ref()),
		"decisionDeposit": put_down(referendum.decision_deposit.as_ref()),
		"ongoing": ongoing,
	})
}

/// What has to come next, or has come.
fn outlook(referendum: &Referendum, state: &GovernanceState) -> String {
	let Some(ongoing) = &referendum.ongoing else {
		return referendum.ended.map_or_else(String::new, |block| format!("in block {block}"));
	};
	if let Some(block) = ongoing.confirmed_at {
		return format!("it is approved in block {block} if it stays so; now is {}", state.block);
	}
	let Some(track) = state.track(ongoing.track) else { return String::new() };
	match (ongoing.deciding_since, &referendum.decision_deposit) {
		(Some(since), _) => {
			let end = since.saturating_add(track.decide_blocks);
			format!("the decision ends in block {end}; now is {}", state.block)
		},
		(None, None) => format!(
			"somebody has to put {} MPF down for it: `gov deposit {}`",
			show_money(track.decision_deposit),
			referendum.id
		),
		(None, Some(_)) => {
			let begin = ongoing.submitted.saturating_add(track.prepare_blocks);
			format!("the decision begins in block {begin} at the earliest; now is {}", state.block)
		},
	}
}

fn approval(ongoing: &Ongoing) -> String {
	let (now, needed) = (ongoing.approval_ppb, ongoing.approval_needed_ppb);
	format!("{} of the votes, {} needed now", percent(now), percent(needed))
}

fn support(ongoing: &Ongoing) -> String {
	let (now, needed) = (ongoing.support_ppb, ongoing.support_needed_ppb);
	format!("{} of all tokens, {} needed now", percent(now), percent(needed))
}

fn referendum_text(referendum: &Referendum, state: &GovernanceState, call: Option<&str>) -> String {
	let mut rows = vec![
		("referendum", referendum.id.to_string()),
		("state", referendum.state.words().to_owned()),
		("next", outlook(referendum, state)),
	];
	if let Some(ongoing) = &referendum.ongoing {
		rows.push(("track", state.track_name(ongoing.track)));
		rows.push(("call", call.unwrap_or("not on the chain, or too long to show").to_owned()));
		rows.push(("hash", ongoing.proposal_hash.clone()));
		rows.push(("approval", approval(ongoing)));
		rows.push(("support", support(ongoing)));
		rows.push(("ayes", show_money(ongoing.ayes)));
		rows.push(("nays", show_money(ongoing.nays)));
	}
	let deposits = [
		("to propose it", &referendum.submission_deposit),
		("to have it decided", &referendum.decision_deposit),
	];
	for (name, deposit) in deposits {
		if let Some(down) = deposit {
			rows.push((name, format!("{} MPF of {}", show_money(down.amount), down.account)));
		}
	}
	let rows: Vec<_> = rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
	fields(&rows)
}

fn all_json(state: &GovernanceState, referenda: &[Referendum]) -> Value {
	let tracks = state.tracks.iter().map(|track| {
		json!({
			"track": track.name,
			"decisionDeposit": track.decision_deposit.to_string(),
			"prepareBlocks": track.prepare_blocks,
			"decideBlocks": track.decide_blocks,
			"confirmBlocks": track.confirm_blocks,
			"enactBlocks": track.enact_blocks,
		})
	});
	let referenda = referenda.iter().map(|referendum| referendum_json(referendum, state, None));
	json!({
		"block": state.block,
		"hourBlocks": state.hour_blocks,
		"electorate": state.electorate.to_string(),
		"treasury": state.treasury.to_string(),
		"sudo": state.sudo,
		"collective": state.collective,
		"safeModeUntil": state.safe_mode_until,
		"upgrade": state.upgrade,
		"tracks": tracks.collect::<Vec<_>>(),
		"referenda": referenda.collect::<Vec<_>>(),
	})
}

fn all_text(state: &GovernanceState, referenda: &[Referendum]) -> String {
	let sudo = match &state.sudo {
		Some(account) => format!("{account} may act as root without a referendum"),
		None => "removed: referenda alone act as root".to_owned(),
	};
	let safe_mode = match state.safe_mode_until {
		Some(u32::MAX) => {
			"a migration has failed: the exchange is closed until it is repaired".to_owned()
		},
		Some(block) => format!("until block {block}: no new trades, payments or devices"),
		None => "no".to_owned(),
	};
	let upgrade = match &state.upgrade {
		Some(upgrade) => format!("{} may be applied: `gov upgrade apply`", upgrade.code_hash),
		None => "none".to_owned(),
	};
	let rows = [
		("block", state.block.to_string()),
		("an hour of governance", format!("{} blocks", state.hour_blocks)),
		("tokens that can vote", format!("{} MPF", show_money(state.electorate))),
		("treasury", format!("{} MPF", show_money(state.treasury))),
		("sudo", sudo),
		("technical collective", format!("{} members", state.collective.len())),
		("safe mode", safe_mode),
		("upgrade", upgrade),
	];
	let rows: Vec<_> = rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
	let tracks: Vec<_> = state
		.tracks
		.iter()
		.map(|track| {
			vec![
				track.name.clone(),
				show_money(track.decision_deposit),
				track.prepare_blocks.to_string(),
				track.decide_blocks.to_string(),
				track.confirm_blocks.to_string(),
				track.enact_blocks.to_string(),
			]
		})
		.collect();
	let shown: Vec<_> = referenda
		.iter()
		.map(|referendum| {
			let track = referendum.ongoing.as_ref();
			vec![
				referendum.id.to_string(),
				track.map_or_else(|| "-".to_owned(), |ongoing| state.track_name(ongoing.track)),
				referendum.state.words().to_owned(),
				outlook(referendum, state),
			]
		})
		.collect();
	let track_headings =
		["track", "deposit MPF", "prepares", "decides", "confirms", "enacts after, in blocks"];
	[
		fields(&rows),
		table(&track_headings, &tracks),
		table(&["referendum", "track", "state", "next"], &shown),
	]
	.join("\n\n")
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::rpc::{ReferendumState, Track};
	use subxt::utils::AccountId32;

	fn state() -> GovernanceState {
		GovernanceState {
			block: 50,
			hour_blocks: 1,
			electorate: 12_000_000_000_000_000_000,
			treasury: 1_500_000_000_000,
			sudo: None,
			collective: vec![AccountId32([1; 32])],
			safe_mode_until: Some(60),
			upgrade: None,
			tracks: vec![Track {
				id: 0,
				name: "root".to_owned(),
				decision_deposit: 10_000_000_000_000_000,
				prepare_blocks: 2,
				decide_blocks: 336,
				confirm_blocks: 24,
				enact_blocks: 24,
			}],
		}
	}

	fn referendum(deciding_since: Option<u32>, confirmed_at: Option<u32>) -> Referendum {
		let down = PutDown { account: AccountId32([2; 32]), amount: 10_000_000_000_000 };
		Referendum {
			id: 3,
			state: ReferendumState::Preparing,
			ended: None,
			submission_deposit: Some(down),
			decision_deposit: None,
			ongoing: Some(Ongoing {
				track: 0,
				proposal_hash: "0x07".to_owned(),
				proposal: Some("0x1704".to_owned()),
				submitted: 40,
				deciding_since,
				confirmed_at,
				ayes: 5_000_000_000_000,
				nays: 0,
				support: 5_000_000_000_000,
				approval_ppb: 1_000_000_000,
				approval_needed_ppb: 999_999_999,
				support_ppb: 7_654_321,
				support_needed_ppb: 500_000_000,
			}),
		}
	}

	#[test]
	fn percentages_are_exact_to_two_decimals() {
		for (ppb, text) in [
			(0, "0.00 %"),
			(1_000_000_000, "100.00 %"),
			(999_999_999, "99.99 %"),
			(7_654_321, "0.76 %"),
		] {
			assert_eq!(percent(ppb), text);
		}
	}

	#[test]
	fn a_person_is_told_what_comes_next() {
		let next = |referendum: &Referendum| outlook(referendum, &state());
		assert!(next(&referendum(None, None)).contains("`gov deposit 3`"));
		assert!(next(&referendum(Some(42), None)).contains("ends in block 378"));
		assert!(next(&referendum(Some(42), Some(70))).contains("block 70"));
		let ended = Referendum { ended: Some(9), ongoing: None, ..referendum(None, None) };
		assert_eq!(next(&ended), "in block 9");
	}

	#[test]
	fn a_person_and_a_script_are_told_the_same() {
		let (state, one) = (state(), referendum(Some(42), None));
		let json = referendum_json(&one, &state, Some("Sudo (remove_key)"));
		assert_eq!(json["ongoing"]["track"], "root");
		assert_eq!(json["ongoing"]["supportPpb"], 7_654_321);
		assert_eq!(json["submissionDeposit"]["amount"], "10000000000000");
		let text = referendum_text(&one, &state, Some("Sudo (remove_key)"));
		for shown in ["Sudo (remove_key)", "0.76 % of all tokens, 50.00 % needed now", "10 MPF of"]
		{
			assert!(text.contains(shown), "{shown}: {text}");
		}
		let json = all_json(&state, std::slice::from_ref(&one));
		assert_eq!((&json["sudo"], &json["safeModeUntil"]), (&Value::Null, &json!(60)));
		let text = all_text(&state, &[one]);
		for shown in ["until block 60", "1.5 MPF", "336", "removed"] {
			assert!(text.contains(shown), "{shown}: {text}");
		}
	}
}
