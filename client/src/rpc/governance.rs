//! `governance_*`: referenda, votes, and what they decide about.

use serde::{Deserialize, Serialize};
use serde_json::json;
use subxt::utils::AccountId32;

use super::{decimal, unexpected, Rpc};
use crate::error::{Error, Result};

/// Where governance stands.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GovernanceState {
	/// The block.
	pub block: u32,
	/// Blocks that governance counts as an hour.
	pub hour_blocks: u32,
	/// All tokens that can vote, in the token's smallest unit.
	#[serde(deserialize_with = "decimal")]
	pub electorate: u128,
	/// What the treasury can spend, in the token's smallest unit.
	#[serde(deserialize_with = "decimal")]
	pub treasury: u128,
	/// Who may act as root without a referendum.
	pub sudo: Option<AccountId32>,
	/// The technical collective.
	pub collective: Vec<AccountId32>,
	/// The last block of safe mode, while that is entered.
	pub safe_mode_until: Option<u32>,
	/// The upgrade that anyone may apply.
	pub upgrade: Option<AuthorizedUpgrade>,
	/// What can be decided about, and how.
	pub tracks: Vec<Track>,
}

impl GovernanceState {
	/// A track by its number.
	pub fn track(&self, id: u16) -> Option<&Track> {
		self.tracks.iter().find(|track| track.id == id)
	}

	/// A track's name, or its number if it has none.
	pub fn track_name(&self, id: u16) -> String {
		self.track(id).map_or_else(|| id.to_string(), |track| track.name.clone())
	}
}

/// An upgrade that is authorised and not applied yet.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizedUpgrade {
	/// BLAKE2b-256 hash of its code, as 0x and hex.
	pub code_hash: String,
	/// Whether it must be of a higher version of the same runtime.
	pub check_version: bool,
}

/// A kind of decision. Periods are in blocks.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Track {
	/// Its number.
	pub id: u16,
	/// Its name.
	pub name: String,
	/// What must be put down for a decision, in the token's smallest unit.
	#[serde(deserialize_with = "decimal")]
	pub decision_deposit: u128,
	/// Between the proposal and the decision, at least.
	pub prepare_blocks: u32,
	/// For the decision, at most.
	pub decide_blocks: u32,
	/// For which it must be approved without a break.
	pub confirm_blocks: u32,
	/// Between the approval and the call, at least.
	pub enact_blocks: u32,
}

/// Where a referendum stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ReferendumState {
	/// Proposed; the decision has not begun.
	Preparing,
	/// Waits until its track has room.
	Queued,
	/// Being decided.
	Deciding,
	/// Approved, if it stays so.
	Confirming,
	/// Approved.
	Approved,
	/// Not approved in time.
	Rejected,
	/// Taken back by root.
	Cancelled,
	/// Never decided.
	TimedOut,
	/// Taken back by root, and its deposits gone.
	Killed,
}

impl ReferendumState {
	/// For a person.
	pub fn words(self) -> &'static str {
		match self {
			Self::Preparing => "proposed, not decided about yet",
			Self::Queued => "waits for room on its track",
			Self::Deciding => "being decided",
			Self::Confirming => "approved, if it stays so",
			Self::Approved => "approved",
			Self::Rejected => "rejected",
			Self::Cancelled => "cancelled by root",
			Self::TimedOut => "never decided: nobody put the deposit down",
			Self::Killed => "cancelled by root, with its deposits",
		}
	}
}

/// A deposit.
#[derive(Clone, Debug, Deserialize)]
pub struct PutDown {
	/// Whose.
	pub account: AccountId32,
	/// How much, in the token's smallest unit.
	#[serde(deserialize_with = "decimal")]
	pub amount: u128,
}

/// A referendum.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Referendum {
	/// Its number.
	pub id: u32,
	/// Where it stands.
	pub state: ReferendumState,
	/// The block in which it ended.
	pub ended: Option<u32>,
	/// What was put down to propose it.
	pub submission_deposit: Option<PutDown>,
	/// What was put down to have it decided.
	pub decision_deposit: Option<PutDown>,
	/// What votes can change.
	pub ongoing: Option<Ongoing>,
}

/// A referendum that goes on.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ongoing {
	/// Its track.
	pub track: u16,
	/// Hash of the call, as 0x and hex.
	pub proposal_hash: String,
	/// The call, as 0x and hex, if the chain has it and it is not too long.
	pub proposal: Option<String>,
	/// The block in which it was proposed.
	pub submitted: u32,
	/// The block in which the decision began.
	pub deciding_since: Option<u32>,
	/// The block in which it is approved, if it stays so until then.
	pub confirmed_at: Option<u32>,
	/// Votes for it, weighted by conviction.
	#[serde(deserialize_with = "decimal")]
	pub ayes: u128,
	/// Votes against it, weighted by conviction.
	#[serde(deserialize_with = "decimal")]
	pub nays: u128,
	/// Tokens that voted for it.
	#[serde(deserialize_with = "decimal")]
	pub support: u128,
	/// What part of the votes is for it, in parts per billion.
	pub approval_ppb: u32,
	/// What part of the votes must be for it now, in parts per billion.
	pub approval_needed_ppb: u32,
	/// What part of the electorate is for it, in parts per billion.
	pub support_ppb: u32,
	/// What part of the electorate must be for it now, in parts per billion.
	pub support_needed_ppb: u32,
}

/// What an account has in votes.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Voter {
	/// Whose.
	pub account: AccountId32,
	/// What votes lock, in the token's smallest unit.
	#[serde(deserialize_with = "decimal")]
	pub locked: u128,
	/// The tracks on which something is locked.
	pub locked_on: Vec<u16>,
	/// Votes that stand.
	pub votes: Vec<Vote>,
}

impl Voter {
	/// The vote in a referendum.
	pub fn vote_in(&self, referendum: u32) -> Option<&Vote> {
		self.votes.iter().find(|vote| vote.referendum == referendum)
	}
}

/// A vote.
#[derive(Clone, Debug, Deserialize)]
pub struct Vote {
	/// The referendum.
	pub referendum: u32,
	/// Its track.
	pub track: u16,
	/// Whether it is for it; a vote that is split has neither.
	pub aye: Option<bool>,
	/// With how much, in the token's smallest unit.
	#[serde(deserialize_with = "decimal")]
	pub amount: u128,
	/// Steps of conviction.
	pub conviction: u8,
}

impl Rpc {
	/// Where governance stands.
	pub async fn governance_state(&self) -> Result<GovernanceState> {
		self.call("governance_state", vec![]).await
	}

	/// All referenda.
	pub async fn referenda(&self) -> Result<Vec<Referendum>> {
		const METHOD: &str = "governance_referenda";
		let values = self.pages(METHOD, vec![]).await?;
		let read =
			|value| serde_json::from_value(value).map_err(|error| unexpected(METHOD, &error));
		values.into_iter().map(read).collect()
	}

	/// One referendum; `BadReferendum` if there is none of this number.
	pub async fn referendum(&self, id: u32) -> Result<Referendum> {
		const METHOD: &str = "governance_referendum";
		let found: Option<Referendum> = self.call(METHOD, vec![json!(id)]).await?;
		let none = || Error::new("BadReferendum", format!("there is no referendum {id}"));
		let found = found.ok_or_else(none)?;
		if found.id != id {
			let message = format!("{METHOD} answered another referendum");
			return Err(Error::new("UnexpectedAnswer", message));
		}
		Ok(found)
	}

	/// What an account has in votes.
	pub async fn voter(&self, account: &AccountId32) -> Result<Voter> {
		const METHOD: &str = "governance_voter";
		let voter: Voter = self.call(METHOD, vec![json!(account)]).await?;
		if voter.account != *account {
			let message = format!("{METHOD} answered another account's votes");
			return Err(Error::new("UnexpectedAnswer", message));
		}
		Ok(voter)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	#[test]
	fn a_referendum_is_read_with_all_its_money() {
		let down = json!({ "account": ALICE, "amount": u128::MAX.to_string() });
		let ongoing = json!({
			"track": 10, "proposalHash": "0x00", "proposal": null, "submitted": 1,
			"decidingSince": 3, "confirmedAt": null, "nextLook": 9, "ayes": "5", "nays": "0",
			"support": "5", "approvalPpb": 1_000_000_000, "approvalNeededPpb": 750_000_000,
			"supportPpb": 7, "supportNeededPpb": 250_000_000,
		});
		let referendum = json!({
			"id": 4, "state": "timedOut", "ended": null, "submissionDeposit": down,
			"decisionDeposit": null, "ongoing": ongoing,
		});
		let referendum: Referendum = serde_json::from_value(referendum).unwrap();
		assert_eq!(referendum.state, ReferendumState::TimedOut);
		assert_eq!(referendum.submission_deposit.map(|down| down.amount), Some(u128::MAX));
		let ongoing = referendum.ongoing.unwrap();
		assert_eq!((ongoing.track, ongoing.ayes, ongoing.deciding_since), (10, 5, Some(3)));
	}

	#[test]
	fn a_voter_s_votes_are_found_by_their_referendum() {
		let vote = json!({
			"referendum": 7, "track": 0, "aye": null, "amount": "9", "conviction": 0,
		});
		let voter = json!({
			"account": ALICE, "locked": "9", "lockedOn": [0], "votes": [vote], "delegations": [],
		});
		let voter: Voter = serde_json::from_value(voter).unwrap();
		assert_eq!(voter.vote_in(7).map(|vote| vote.amount), Some(9));
		assert!(voter.vote_in(8).is_none());
	}
}
