//! Tells GRANDPA's voter again what it has signed and its database has lost.
//!
//! The voter keeps its own votes of the current rounds in the database, and signs those again when it
//! comes back to a round. What it keeps is private to the SDK; the types here have the same encoding
//! (schema version 3), and nothing is written unless what is there decodes and encodes to the same bytes.

use std::collections::BTreeMap;

use codec::{Decode, DecodeAll, Encode};
use meterproof_runtime::{opaque::Header, BlockNumber, Hash};
use sc_client_api::AuxStore;
use sp_consensus_grandpa::{AuthorityId, SignedMessage};
use sp_core::crypto::ByteArray;

use super::record::{Record, Round, Target};

/// Where the version of the voter's encoding stands.
const VERSION_KEY: &[u8] = b"grandpa_schema_version";
/// The version that is known here.
const VERSION: u32 = 3;
/// Where the voter's state stands.
const STATE_KEY: &[u8] = b"grandpa_completed_round";

#[derive(Clone, Debug, PartialEq, Encode, Decode)]
struct RoundState {
	prevote_ghost: Option<(Hash, BlockNumber)>,
	finalized: Option<(Hash, BlockNumber)>,
	estimate: Option<(Hash, BlockNumber)>,
	completable: bool,
}

#[derive(Clone, Debug, PartialEq, Encode, Decode)]
struct CompletedRound {
	number: u64,
	state: RoundState,
	base: (Hash, BlockNumber),
	votes: Vec<SignedMessage<Header>>,
}

/// The last completed rounds, the latest first.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
struct CompletedRounds {
	rounds: Vec<CompletedRound>,
	set: u64,
	voters: Vec<AuthorityId>,
}

#[derive(Clone, Debug, PartialEq, Encode, Decode)]
enum Votes {
	Propose(Target),
	Prevote(Option<Target>, Target),
	Precommit(Option<Target>, Target, Target),
}

#[derive(Clone, Debug, PartialEq, Encode, Decode)]
enum HasVoted {
	No,
	Yes(AuthorityId, Votes),
}

#[derive(Clone, Debug, PartialEq, Encode, Decode)]
enum VoterState {
	Live { completed: CompletedRounds, current: BTreeMap<u64, HasVoted> },
	Paused { completed: CompletedRounds },
}

/// Gives the voter back the votes of `record` that its database has lost, of the key in the set that has
/// voted last. Returns the set and the round at which the voter will start.
pub fn remind(store: &impl AuxStore, record: &Record) -> Result<(u64, u64), String> {
	let get = |key| store.get_aux(key).map_err(|cause| cause.to_string());
	let Some(version) = get(VERSION_KEY)? else { return Ok((0, 1)) };
	let Some(bytes) = get(STATE_KEY)? else { return Ok((0, 1)) };
	if version != VERSION.encode() {
		return Err(
			"GRANDPA's state in the database has another version than this node knows".into()
		);
	}
	let mut state = VoterState::decode_all(&mut &bytes[..])
		.ok()
		.filter(|state| state.encode() == bytes)
		.ok_or("GRANDPA's state in the database has another encoding than this node knows")?;
	let (VoterState::Live { completed, .. } | VoterState::Paused { completed }) = &state;
	let set = completed.set;
	let start = completed.rounds.first().map_or(0, |last| last.number).saturating_add(1);
	// The keystore may not hold the key yet: that of `--alice` comes later.
	let signers = completed.voters.iter().filter_map(|id| {
		let signer = record.voters.iter().find(|voter| voter.key.as_slice() == id.as_slice())?;
		Some((id.clone(), signer))
	});
	let signer = signers.max_by_key(|(_, signer)| signer.rounds.last().map(Round::place));
	if let (VoterState::Live { current, .. }, Some((id, signer))) = (&mut state, signer) {
		for round in signer.rounds.iter().filter(|round| round.set == set && round.round >= start) {
			let kept = match current.get(&round.round) {
				Some(HasVoted::Yes(by, votes)) if *by == id => Some(votes.clone()),
				_ => None,
			};
			if let Some(votes) = merged(round, kept) {
				current.insert(round.round, HasVoted::Yes(id.clone(), votes));
			}
		}
	}
	let after = state.encode();
	if after != bytes {
		store
			.insert_aux(&[(STATE_KEY, after.as_slice())], &[])
			.map_err(|cause| cause.to_string())?;
	}
	Ok((set, start))
}

/// What was signed in a round, completed by what the database says is about to be signed.
fn merged(signed: &Round, kept: Option<Votes>) -> Option<Votes> {
	let (proposed, prevoted, precommitted) = match kept {
		None => (None, None, None),
		Some(Votes::Propose(proposed)) => (Some(proposed), None, None),
		Some(Votes::Prevote(proposed, prevoted)) => (proposed, Some(prevoted), None),
		Some(Votes::Precommit(proposed, prevoted, precommitted)) => {
			(proposed, Some(prevoted), Some(precommitted))
		},
	};
	let proposed = signed.proposed.or(proposed);
	let prevoted = signed.prevoted.or(prevoted);
	match (proposed, prevoted, signed.precommitted.or(precommitted)) {
		(proposed, Some(prevoted), Some(precommitted)) => {
			Some(Votes::Precommit(proposed, prevoted, precommitted))
		},
		(proposed, Some(prevoted), None) => Some(Votes::Prevote(proposed, prevoted)),
		(Some(proposed), None, None) => Some(Votes::Propose(proposed)),
		(_, None, _) => None,
	}
}

#[cfg(test)]
#[path = "tests/memory.rs"]
mod tests;
