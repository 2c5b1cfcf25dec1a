//! What the governance runtime API answers.

use alloc::{string::String, vec::Vec};
use core::fmt::Display;

use codec::{Decode, Encode};
use scale_info::TypeInfo;
use serde::Serialize;
use sp_core::H256;

use super::{decimal, maybe_hexadecimal};

/// Number of a referendum.
pub type ReferendumId = u32;

/// Number of a track.
pub type TrackId = u16;

/// Longest call of a proposal that is answered, in bytes.
pub const MAX_PROPOSAL_BYTES: u32 = 16_384;

/// Where governance stands.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "AccountId: Serialize, Balance: Display"))]
pub struct GovernanceState<AccountId, Balance> {
	/// The block.
	pub block: u32,
	/// Blocks that governance counts as an hour.
	pub hour_blocks: u32,
	/// How many referenda there were.
	pub referenda: ReferendumId,
	/// All tokens that can vote, in the token's smallest unit.
	#[serde(serialize_with = "decimal")]
	pub electorate: Balance,
	/// What the treasury can spend, in the token's smallest unit.
	#[serde(serialize_with = "decimal")]
	pub treasury: Balance,
	/// Who may act as root without a referendum.
	pub sudo: Option<AccountId>,
	/// The technical collective.
	pub collective: Vec<AccountId>,
	/// The last block of safe mode, while that is entered.
	pub safe_mode_until: Option<u32>,
	/// The upgrade that anyone may apply.
	pub upgrade: Option<UpgradeInfo>,
	/// What can be decided about, and how.
	pub tracks: Vec<TrackInfo<Balance>>,
}

/// An upgrade that is authorised and not applied yet.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpgradeInfo {
	/// BLAKE2b-256 hash of its code.
	pub code_hash: H256,
	/// Whether it must be of a higher version of the same runtime.
	pub check_version: bool,
}

/// A kind of decision. Periods are in blocks.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "Balance: Display"))]
pub struct TrackInfo<Balance> {
	/// Its number.
	pub id: TrackId,
	/// Its name.
	pub name: String,
	/// Referenda that are being decided.
	pub deciding: u32,
	/// The most that can be at a time.
	pub most_deciding: u32,
	/// What must be put down for a decision, in the token's smallest unit.
	#[serde(serialize_with = "decimal")]
	pub decision_deposit: Balance,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ReferendumState {
	/// Proposed; votes count, and the decision has not begun.
	#[codec(index = 0)]
	Preparing,
	/// Waits until its track has room for another decision.
	#[codec(index = 1)]
	Queued,
	/// Being decided.
	#[codec(index = 2)]
	Deciding,
	/// Approved, if it stays so.
	#[codec(index = 3)]
	Confirming,
	/// Approved; the call is made when its time has come.
	#[codec(index = 4)]
	Approved,
	/// Not approved in time.
	#[codec(index = 5)]
	Rejected,
	/// Taken back by root.
	#[codec(index = 6)]
	Cancelled,
	/// Never decided: nobody put the deposit down.
	#[codec(index = 7)]
	TimedOut,
	/// Taken back by root, and its deposits gone.
	#[codec(index = 8)]
	Killed,
}

/// A referendum. Facts that are known only while it goes on are in `ongoing`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "AccountId: Serialize, Balance: Display"))]
pub struct ReferendumInfo<AccountId, Balance> {
	/// Its number.
	pub id: ReferendumId,
	/// Where it stands.
	pub state: ReferendumState,
	/// The block in which it ended.
	pub ended: Option<u32>,
	/// What was put down to propose it, as long as it can come back or is at stake.
	pub submission_deposit: Option<PutDown<AccountId, Balance>>,
	/// What was put down to have it decided, as long as it can come back or is at stake.
	pub decision_deposit: Option<PutDown<AccountId, Balance>>,
	/// What votes can change.
	pub ongoing: Option<OngoingInfo<Balance>>,
}

/// A deposit.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "AccountId: Serialize, Balance: Display"))]
pub struct PutDown<AccountId, Balance> {
	/// Whose.
	pub account: AccountId,
	/// How much, in the token's smallest unit.
	#[serde(serialize_with = "decimal")]
	pub amount: Balance,
}

/// A referendum that goes on. Parts are in parts per billion.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "Balance: Display"))]
pub struct OngoingInfo<Balance> {
	/// Its track.
	pub track: TrackId,
	/// BLAKE2b-256 hash of the SCALE-encoded call.
	pub proposal_hash: H256,
	/// The SCALE-encoded call, if the chain has it and it is not too long.
	#[serde(serialize_with = "maybe_hexadecimal")]
	pub proposal: Option<Vec<u8>>,
	/// The block in which it was proposed.
	pub submitted: u32,
	/// The block in which the decision began.
	pub deciding_since: Option<u32>,
	/// The block in which it is approved, if it stays so until then.
	pub confirmed_at: Option<u32>,
	/// The next block in which it is looked at by itself.
	pub next_look: Option<u32>,
	/// Votes for it, weighted by conviction.
	#[serde(serialize_with = "decimal")]
	pub ayes: Balance,
	/// Votes against it, weighted by conviction.
	#[serde(serialize_with = "decimal")]
	pub nays: Balance,
	/// Tokens that voted for it, without conviction.
	#[serde(serialize_with = "decimal")]
	pub support: Balance,
	/// What part of the votes is for it.
	pub approval_ppb: u32,
	/// What part has to be, now.
	pub approval_needed_ppb: u32,
	/// What part of the electorate is for it.
	pub support_ppb: u32,
	/// What part has to be, now.
	pub support_needed_ppb: u32,
}

/// What an account has in votes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "AccountId: Serialize, Balance: Display"))]
pub struct VoterInfo<AccountId, Balance> {
	/// Whose.
	pub account: AccountId,
	/// What is locked by votes, in the token's smallest unit. It may be free already: `unlock` sees to
	/// that.
	#[serde(serialize_with = "decimal")]
	pub locked: Balance,
	/// The tracks on which something is locked.
	pub locked_on: Vec<TrackId>,
	/// Votes that stand.
	pub votes: Vec<VoteInfo<Balance>>,
	/// Tracks on which somebody else votes for it.
	pub delegations: Vec<DelegationInfo<AccountId, Balance>>,
}

/// A vote.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "Balance: Display"))]
pub struct VoteInfo<Balance> {
	/// The referendum.
	pub referendum: ReferendumId,
	/// Its track.
	pub track: TrackId,
	/// Whether it is for it; a vote that is split has neither.
	pub aye: Option<bool>,
	/// With how much, in the token's smallest unit.
	#[serde(serialize_with = "decimal")]
	pub amount: Balance,
	/// Steps of conviction: 0 counts a tenth, and n counts n times and locks for 2^(n-1) weeks.
	pub conviction: u8,
}

/// A delegation.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "AccountId: Serialize, Balance: Display"))]
pub struct DelegationInfo<AccountId, Balance> {
	/// The track.
	pub track: TrackId,
	/// Who votes for it.
	pub to: AccountId,
	/// With how much, in the token's smallest unit.
	#[serde(serialize_with = "decimal")]
	pub amount: Balance,
	/// Steps of conviction.
	pub conviction: u8,
}
