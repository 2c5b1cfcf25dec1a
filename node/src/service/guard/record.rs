//! What has been signed, and what may be signed after it.

use codec::{Decode, DecodeAll, Encode};
use meterproof_runtime::{opaque::Header, BlockNumber, Hash};
use sp_consensus_grandpa::Message;

use super::refusal::Refusal;

/// How many rounds are kept with their votes, of each key. A voter whose database lost its last
/// rounds is told of these votes again.
pub const KEPT_ROUNDS: usize = 16;

/// A public key.
pub type Key = [u8; 32];

/// What a vote is for. Encoded as GRANDPA encodes the block of a vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Target {
	pub hash: Hash,
	pub number: BlockNumber,
}

/// Which of a round's three votes a vote is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VoteKind {
	Propose,
	Prevote,
	Precommit,
}

/// A vote of GRANDPA, as its signature covers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vote {
	pub set: u64,
	pub round: u64,
	pub kind: VoteKind,
	pub target: Target,
}

impl Vote {
	/// The vote that these bytes are, if they are one.
	pub fn read(message: &[u8]) -> Option<Self> {
		let (message, round, set) =
			<(Message<Header>, u64, u64)>::decode_all(&mut &message[..]).ok()?;
		let (hash, number) = message.target();
		let kind = match &message {
			Message::<Header>::Prevote(_) => VoteKind::Prevote,
			Message::<Header>::Precommit(_) => VoteKind::Precommit,
			Message::<Header>::PrimaryPropose(_) => VoteKind::Propose,
		};
		Some(Self { set, round, kind, target: Target { hash: *hash, number } })
	}
}

/// What a key has signed in one round.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Round {
	pub set: u64,
	pub round: u64,
	pub proposed: Option<Target>,
	pub prevoted: Option<Target>,
	pub precommitted: Option<Target>,
}

impl Round {
	fn new(set: u64, round: u64) -> Self {
		Self { set, round, proposed: None, prevoted: None, precommitted: None }
	}

	/// The number of the set, and of the round in it: rounds are in this order.
	pub fn place(&self) -> (u64, u64) {
		(self.set, self.round)
	}

	fn get(&self, kind: VoteKind) -> Option<Target> {
		match kind {
			VoteKind::Propose => self.proposed,
			VoteKind::Prevote => self.prevoted,
			VoteKind::Precommit => self.precommitted,
		}
	}

	fn set(&mut self, kind: VoteKind, target: Target) {
		match kind {
			VoteKind::Propose => self.proposed = Some(target),
			VoteKind::Prevote => self.prevoted = Some(target),
			VoteKind::Precommit => self.precommitted = Some(target),
		}
	}
}

/// A key that votes, with its last rounds: the oldest first, [`KEPT_ROUNDS`] at most, none empty.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Voter {
	pub key: Key,
	pub rounds: Vec<Round>,
}

/// A key that makes blocks, with the last slot it signed for.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Author {
	pub key: Key,
	pub slot: u64,
	/// Hash of the header without its seal: what was signed.
	pub header: Hash,
}

/// Everything that the guard knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Record {
	/// No block is signed for an earlier slot.
	pub first_slot: u64,
	/// No vote is signed in an earlier set of authorities.
	pub first_set: u64,
	/// Later votes than the record's may have been signed before this slot. No vote is signed until it
	/// is known which sets they can have been in.
	pub doubted_since: Option<u64>,
	pub voters: Vec<Voter>,
	pub authors: Vec<Author>,
}

impl Record {
	/// The record with this vote in it; `None` if the vote is in it already.
	pub fn with_vote(&self, key: Key, vote: Vote) -> Result<Option<Self>, Refusal> {
		let place = (vote.set, vote.round);
		let known = self.voters.iter().position(|voter| voter.key == key);
		let rounds = known.and_then(|at| self.voters.get(at)).map(|voter| voter.rounds.as_slice());
		let rounds = rounds.unwrap_or_default();
		let found = rounds.iter().position(|round| round.place() == place);
		match found.and_then(|at| rounds.get(at)?.get(vote.kind)) {
			Some(signed) if signed == vote.target => return Ok(None),
			Some(_) => {
				let Vote { set, round, kind, .. } = vote;
				return Err(Refusal::OtherVote { set, round, kind });
			},
			None => {},
		}
		if self.doubted_since.is_some() {
			return Err(Refusal::Doubted);
		}
		if vote.set < self.first_set {
			return Err(Refusal::DoubtedSet { set: vote.set, first: self.first_set });
		}
		// From the oldest round on record, everything that was signed is on record. A voter that catches up
		// goes on with a round that it has left behind.
		if let Some(first) = rounds.first().filter(|first| place < first.place()) {
			let Vote { set, round, .. } = vote;
			let (first_set, first_round) = first.place();
			return Err(Refusal::EarlierRound { set, round, first_set, first_round });
		}
		let mut rounds = rounds.to_vec();
		match found.and_then(|at| rounds.get_mut(at)) {
			Some(round) => round.set(vote.kind, vote.target),
			None => {
				let mut round = Round::new(vote.set, vote.round);
				round.set(vote.kind, vote.target);
				rounds.push(round);
				rounds.sort_by_key(Round::place);
				rounds.drain(..rounds.len().saturating_sub(KEPT_ROUNDS));
			},
		}
		let mut next = self.clone();
		match known.and_then(|at| next.voters.get_mut(at)) {
			Some(voter) => voter.rounds = rounds,
			None => next.voters.push(Voter { key, rounds }),
		}
		Ok(Some(next))
	}

	/// The record with this block in it. A header is not sealed twice: sr25519 signs at random, so that
	/// two seals of one header are two blocks.
	pub fn with_block(&self, key: Key, slot: u64, header: Hash) -> Result<Option<Self>, Refusal> {
		let known = self.authors.iter().position(|author| author.key == key);
		if let Some(author) = known.and_then(|position| self.authors.get(position)) {
			if slot <= author.slot {
				return Err(Refusal::EarlierSlot { slot, last: author.slot });
			}
		}
		if slot < self.first_slot {
			return Err(Refusal::DoubtedSlot { slot, first: self.first_slot });
		}
		let mut next = self.clone();
		match known.and_then(|position| next.authors.get_mut(position)) {
			Some(author) => *author = Author { key, slot, header },
			None => next.authors.push(Author { key, slot, header }),
		}
		Ok(Some(next))
	}

	/// The record of one who does not know what was signed after it, before the slot `now`.
	pub fn doubted(&self, now: u64) -> Self {
		let first_slot = self.first_slot.max(now.saturating_add(1));
		Self { first_slot, doubted_since: Some(now), ..self.clone() }
	}

	/// The record when a block made after the doubt began is final, in this set: what was signed before
	/// was signed in this set or in an earlier one.
	pub fn settled(&self, set: u64) -> Self {
		let first_set = self.first_set.max(set.saturating_add(1));
		Self { first_set, doubted_since: None, ..self.clone() }
	}

	/// Whether a voter at this round would be asked for votes that are not on record and come too late:
	/// the key has signed in later rounds, and not everything from here on is known.
	pub fn is_ahead_of(&self, set: u64, round: u64) -> bool {
		self.voters.iter().any(|voter| {
			let Some(last) = voter.rounds.last() else { return false };
			if set != last.set {
				return set < last.set;
			}
			let complete = |number: u64| {
				let found = voter.rounds.iter().find(|kept| kept.place() == (set, number));
				found.is_some_and(|kept| kept.prevoted.is_some() && kept.precommitted.is_some())
			};
			// So many rounds are not kept.
			last.round.saturating_sub(round) >= KEPT_ROUNDS as u64
				|| !(round..last.round).all(complete)
		})
	}
}
