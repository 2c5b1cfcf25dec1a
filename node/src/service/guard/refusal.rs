//! Why something is not signed.

use std::fmt;

use super::record::VoteKind;

/// Why something is not signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
	/// The guard's file cannot be used, or not be written.
	File(String),
	/// The round is older than all that are on record.
	EarlierRound { set: u64, round: u64, first_set: u64, first_round: u64 },
	/// The key has signed a vote of this kind in this round for another block.
	OtherVote { set: u64, round: u64, kind: VoteKind },
	/// The key has signed for this slot, or for a later one.
	EarlierSlot { slot: u64, last: u64 },
	/// The header did not come from this node's block author, so that its slot is not known.
	UnknownHeader,
	/// It is not known which votes were signed before this node started.
	Doubted,
	/// Votes that are not on record may have been signed in this set.
	DoubtedSet { set: u64, first: u64 },
	/// Blocks that are not on record may have been signed for this slot.
	DoubtedSlot { slot: u64, first: u64 },
}

impl fmt::Display for Refusal {
	fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::File(reason) => write!(out, "{reason}"),
			Self::EarlierRound { set, round, first_set, first_round } => write!(
				out,
				"a vote in round {round} of set {set}: what this key has signed is known from round \
				 {first_round} of set {first_set} on",
			),
			Self::OtherVote { set, round, kind } => write!(
				out,
				"a {} in round {round} of set {set}: this key has signed one for another block",
				match kind {
					VoteKind::Propose => "proposal",
					VoteKind::Prevote => "prevote",
					VoteKind::Precommit => "precommit",
				},
			),
			Self::EarlierSlot { slot, last } => {
				write!(
					out,
					"a block of slot {slot}: this key has signed one of slot {last}. If the clock was \
					 once ahead, remove signing-guard and start with --restored"
				)
			},
			Self::UnknownHeader => write!(out, "a header that this node's author did not make"),
			Self::Doubted => {
				write!(out, "a vote, while it is not known what was signed before the start")
			},
			Self::DoubtedSet { set, first } => write!(
				out,
				"a vote in set {set}: votes before the start are not known, set {first} is the first \
				 without any",
			),
			Self::DoubtedSlot { slot, first } => write!(
				out,
				"a block of slot {slot}: blocks before the start are not known, slot {first} is the \
				 first without any",
			),
		}
	}
}
