//! What the governance runtime API answers.

use alloc::{string::String, vec::Vec};

use codec::{Decode, Encode};
use frame_support::traits::{Bounded, Get, LockIdentifier, QueryPreimage, VoteTally};
use meterproof_primitives::api::{
	DelegationInfo, GovernanceState, OngoingInfo, PutDown, ReferendumId, ReferendumInfo,
	ReferendumState, TrackId, TrackInfo, UpgradeInfo, VoteInfo, VoterInfo, MAX_PAGE,
	MAX_PROPOSAL_BYTES,
};
use pallet_conviction_voting::{AccountVote, ClassLocksFor, Conviction, Voting, VotingFor};
use pallet_referenda::{
	DecidingCount, Deposit, ReferendumCount, ReferendumInfo as Info, ReferendumInfoFor,
	ReferendumStatusOf, Track, TracksInfo,
};
use sp_runtime::{traits::Hash as _, Perbill};

use crate::{configs::Tracks, *};

/// The lock that votes make.
const VOTES: LockIdentifier = *b"pyconvot";

type Status = ReferendumStatusOf<Runtime, ()>;

/// Where governance stands, and the tracks.
pub fn state() -> GovernanceState<AccountId, Balance> {
	// The fields are private, so they are read from the encoding.
	let upgrade = System::authorized_upgrade()
		.and_then(|upgrade| <(Hash, bool)>::decode(&mut &upgrade.encode()[..]).ok());
	GovernanceState {
		block: System::block_number(),
		hour_blocks: Governance::hours(1),
		referenda: ReferendumCount::<Runtime>::get(),
		electorate: <Runtime as pallet_conviction_voting::Config>::MaxTurnout::get(),
		treasury: Treasury::pot(),
		sudo: pallet_sudo::Key::<Runtime>::get(),
		collective: pallet_collective::Members::<Runtime>::get(),
		safe_mode_until: pallet_safe_mode::EnteredUntil::<Runtime>::get(),
		upgrade: upgrade.map(|(code_hash, check_version)| UpgradeInfo { code_hash, check_version }),
		tracks: Tracks::tracks().map(|track| track_info(&track)).collect(),
	}
}

fn track_info(track: &Track<TrackId, Balance, BlockNumber>) -> TrackInfo<Balance> {
	let Track { id, info } = track;
	TrackInfo {
		id: *id,
		name: String::from(Tracks::name(*id).unwrap_or_default()),
		deciding: DecidingCount::<Runtime>::get(id),
		most_deciding: info.max_deciding,
		decision_deposit: info.decision_deposit,
		prepare_blocks: info.prepare_period,
		decide_blocks: info.decision_period,
		confirm_blocks: info.confirm_period,
		enact_blocks: info.min_enactment_period,
	}
}

/// Referenda in order of their numbers, those after one.
pub fn referenda(
	after: Option<ReferendumId>,
	limit: u32,
) -> Vec<ReferendumInfo<AccountId, Balance>> {
	let first = after.map_or(0, |after| after.saturating_add(1));
	let all = first..ReferendumCount::<Runtime>::get();
	all.filter_map(referendum).take(limit.min(MAX_PAGE) as usize).collect()
}

/// One referendum.
pub fn referendum(id: ReferendumId) -> Option<ReferendumInfo<AccountId, Balance>> {
	let ended = |state, at, submission, decision| ReferendumInfo {
		id,
		state,
		ended: Some(at),
		submission_deposit: put_down(submission),
		decision_deposit: put_down(decision),
		ongoing: None,
	};
	Some(match ReferendumInfoFor::<Runtime>::get(id)? {
		Info::Ongoing(status) => ReferendumInfo {
			id,
			state: state_of(&status),
			ended: None,
			submission_deposit: put_down(Some(status.submission_deposit.clone())),
			decision_deposit: put_down(status.decision_deposit.clone()),
			ongoing: Some(ongoing(status)),
		},
		Info::Approved(at, submission, decision) => {
			ended(ReferendumState::Approved, at, submission, decision)
		},
		Info::Rejected(at, submission, decision) => {
			ended(ReferendumState::Rejected, at, submission, decision)
		},
		Info::Cancelled(at, submission, decision) => {
			ended(ReferendumState::Cancelled, at, submission, decision)
		},
		Info::TimedOut(at, submission, decision) => {
			ended(ReferendumState::TimedOut, at, submission, decision)
		},
		Info::Killed(at) => ended(ReferendumState::Killed, at, None, None),
	})
}

fn put_down(deposit: Option<Deposit<AccountId, Balance>>) -> Option<PutDown<AccountId, Balance>> {
	deposit.map(|Deposit { who, amount }| PutDown { account: who, amount })
}

fn state_of(status: &Status) -> ReferendumState {
	match &status.deciding {
		Some(deciding) if deciding.confirming.is_some() => ReferendumState::Confirming,
		Some(_) => ReferendumState::Deciding,
		None if status.in_queue => ReferendumState::Queued,
		None => ReferendumState::Preparing,
	}
}

fn ongoing(status: Status) -> OngoingInfo<Balance> {
	let Status { track, tally, deciding, proposal, .. } = status;
	let since = deciding.as_ref().map(|deciding| deciding.since);
	let info = Tracks::info(track);
	// The part of the decision period that has passed.
	let over = match (since, &info) {
		(Some(since), Some(info)) => {
			let passed = System::block_number().saturating_sub(since);
			Perbill::from_rational(passed.min(info.decision_period), info.decision_period.max(1))
		},
		_ => Perbill::zero(),
	};
	let (approval, support) = match &info {
		Some(info) => (info.min_approval.threshold(over), info.min_support.threshold(over)),
		None => (Perbill::one(), Perbill::one()),
	};
	let (proposal_hash, proposal) = call_of(&proposal);
	OngoingInfo {
		track,
		proposal_hash,
		proposal,
		submitted: status.submitted,
		deciding_since: since,
		confirmed_at: deciding.and_then(|deciding| deciding.confirming),
		next_look: status.alarm.map(|(at, _)| at),
		ayes: tally.ayes,
		nays: tally.nays,
		support: tally.support,
		approval_ppb: tally.approval(track).deconstruct(),
		approval_needed_ppb: approval.deconstruct(),
		support_ppb: tally.support(track).deconstruct(),
		support_needed_ppb: support.deconstruct(),
	}
}

/// A proposal's hash, and its bytes if the chain has them and they are not too long.
fn call_of<C>(
	proposal: &Bounded<C, <Runtime as frame_system::Config>::Hashing>,
) -> (Hash, Option<Vec<u8>>) {
	match proposal {
		Bounded::Inline(bytes) => (BlakeTwo256::hash(bytes), Some(bytes.to_vec())),
		Bounded::Lookup { hash, len } => {
			let fetch = || <Preimage as QueryPreimage>::fetch(hash, Some(*len)).ok();
			(
				*hash,
				if *len <= MAX_PROPOSAL_BYTES { fetch().map(|bytes| bytes.to_vec()) } else { None },
			)
		},
		Bounded::Legacy { hash, .. } => (*hash, None),
	}
}

/// What an account has in votes.
pub fn voter(account: AccountId) -> VoterInfo<AccountId, Balance> {
	let locks = pallet_balances::Locks::<Runtime>::get(&account);
	let locked = locks.iter().find(|lock| lock.id == VOTES).map_or(0, |lock| lock.amount);
	let locked_on = ClassLocksFor::<Runtime>::get(&account);
	let (mut votes, mut delegations) = (Vec::new(), Vec::new());
	for track in Tracks::track_ids() {
		match VotingFor::<Runtime>::get(&account, track) {
			Voting::Casting(casting) => {
				let cast = casting.votes.into_iter();
				votes.extend(cast.map(|(referendum, vote)| vote_info(referendum, track, vote)));
			},
			Voting::Delegating(delegating) => delegations.push(DelegationInfo {
				track,
				to: delegating.target,
				amount: delegating.balance,
				conviction: steps(delegating.conviction),
			}),
		}
	}
	VoterInfo {
		account,
		locked,
		locked_on: locked_on.into_iter().map(|(track, _)| track).collect(),
		votes,
		delegations,
	}
}

fn vote_info(
	referendum: ReferendumId,
	track: TrackId,
	vote: AccountVote<Balance>,
) -> VoteInfo<Balance> {
	let conviction = match vote {
		AccountVote::Standard { vote, .. } => steps(vote.conviction),
		_ => 0,
	};
	VoteInfo { referendum, track, aye: vote.as_standard(), amount: vote.balance(), conviction }
}

fn steps(conviction: Conviction) -> u8 {
	conviction.into()
}
