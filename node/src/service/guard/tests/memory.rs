//! The voter's state in the database.

use std::{collections::HashMap, sync::Mutex};

use super::*;
use crate::service::guard::record::{Vote, VoteKind, Voter};
use sp_consensus_grandpa::{AuthoritySignature, Message, Precommit, Prevote};
use sp_core::{ed25519, Pair};

/// A database that is a map.
#[derive(Default)]
struct Aux(Mutex<HashMap<Vec<u8>, Vec<u8>>>);

impl Aux {
	fn with(version: u32, state: &[u8]) -> Self {
		let all = [(VERSION_KEY.into(), version.encode()), (STATE_KEY.into(), state.to_vec())];
		Self(Mutex::new(all.into()))
	}
	fn state(&self) -> Vec<u8> {
		self.0.lock().unwrap()[STATE_KEY].clone()
	}
}

impl AuxStore for Aux {
	fn insert_aux<
		'a,
		'b: 'a,
		'c: 'a,
		I: IntoIterator<Item = &'a (&'c [u8], &'c [u8])>,
		D: IntoIterator<Item = &'a &'b [u8]>,
	>(
		&self,
		insert: I,
		_: D,
	) -> sp_blockchain::Result<()> {
		let pairs = insert.into_iter().map(|(key, value)| (key.to_vec(), value.to_vec()));
		self.0.lock().unwrap().extend(pairs);
		Ok(())
	}
	fn get_aux(&self, key: &[u8]) -> sp_blockchain::Result<Option<Vec<u8>>> {
		Ok(self.0.lock().unwrap().get(key).cloned())
	}
}

fn key(name: &str) -> ed25519::Pair {
	ed25519::Pair::from_string(name, None).unwrap()
}

fn alice() -> AuthorityId {
	key("//Alice").public().into()
}

fn block(number: u8) -> Target {
	Target { hash: Hash::repeat_byte(number), number: number.into() }
}

/// A round as GRANDPA writes it: with its votes in the SDK's own types.
fn completed(number: u64) -> CompletedRound {
	let Target { hash, number: height } = block(3);
	let prevote = Prevote::<Header> { target_hash: hash, target_number: height };
	let precommit = Precommit::<Header> { target_hash: hash, target_number: height };
	let messages = [Message::<Header>::Prevote(prevote), Message::<Header>::Precommit(precommit)];
	let pair = key("//Bob");
	let votes = messages.map(|message| SignedMessage::<Header> {
		message,
		signature: AuthoritySignature::from(pair.sign(b"")),
		id: pair.public().into(),
	});
	let at = Some((hash, height));
	let state = RoundState { prevote_ghost: at, finalized: None, estimate: at, completable: true };
	CompletedRound { number, state, base: (hash, height), votes: votes.into() }
}

fn live(current: &[(u64, HasVoted)]) -> VoterState {
	let completed = CompletedRounds {
		rounds: vec![completed(6), completed(5)],
		set: 4,
		voters: vec![key("//Bob").public().into(), alice()],
	};
	VoterState::Live { completed, current: current.iter().cloned().collect() }
}

fn record(votes: &[(u64, u64, VoteKind, u8)]) -> Record {
	let key = key("//Alice").public().0;
	votes.iter().fold(Record::default(), |record, (set, round, kind, number)| {
		let vote = Vote { set: *set, round: *round, kind: *kind, target: block(*number) };
		record.with_vote(key, vote).unwrap().unwrap()
	})
}

fn reminded(before: &VoterState, record: &Record) -> VoterState {
	let aux = Aux::with(VERSION, &before.encode());
	assert_eq!(remind(&aux, record), Ok((4, 7)));
	VoterState::decode_all(&mut &aux.state()[..]).unwrap()
}

fn yes(votes: Votes) -> HasVoted {
	HasVoted::Yes(alice(), votes)
}

#[test]
fn lost_votes_are_put_back() {
	let record = record(&[
		(4, 6, VoteKind::Prevote, 1),
		(4, 7, VoteKind::Propose, 1),
		(4, 7, VoteKind::Prevote, 2),
		(4, 7, VoteKind::Precommit, 3),
		(4, 8, VoteKind::Prevote, 4),
	]);
	let after = reminded(&live(&[(7, HasVoted::No)]), &record);
	let seven = yes(Votes::Precommit(Some(block(1)), block(2), block(3)));
	let eight = yes(Votes::Prevote(None, block(4)));
	assert_eq!(after, live(&[(7, seven), (8, eight)]), "and none of a round that is over");
}

#[test]
fn what_was_signed_counts_more_than_what_was_about_to_be() {
	let kept = yes(Votes::Precommit(Some(block(1)), block(9), block(9)));
	let record = record(&[(4, 7, VoteKind::Prevote, 2)]);
	let after = reminded(&live(&[(7, kept)]), &record);
	assert_eq!(after, live(&[(7, yes(Votes::Precommit(Some(block(1)), block(2), block(9))))]));
}

#[test]
fn what_is_another_key_s_stays() {
	let bob = HasVoted::Yes(key("//Bob").public().into(), Votes::Prevote(None, block(9)));
	let before = live(&[(7, bob)]);
	let mut others = record(&[(4, 7, VoteKind::Prevote, 2)]);
	others.voters[0].key = [9; 32];
	assert_eq!(reminded(&before, &others), before);
	// The key in use now is the one that has voted last.
	let mut both = record(&[(4, 7, VoteKind::Prevote, 2)]);
	let replaced = record(&[(4, 3, VoteKind::Prevote, 1)]).voters.remove(0);
	both.voters.push(Voter { key: key("//Bob").public().0, ..replaced });
	assert_eq!(reminded(&before, &both), live(&[(7, yes(Votes::Prevote(None, block(2))))]));
}

#[test]
fn another_set_is_left_alone() {
	let before = live(&[(7, HasVoted::No)]);
	assert_eq!(reminded(&before, &record(&[(3, 7, VoteKind::Prevote, 2)])), before);
	assert_eq!(reminded(&before, &record(&[(5, 7, VoteKind::Prevote, 2)])), before);
	let alone = record(&[(4, 7, VoteKind::Precommit, 2)]);
	assert_eq!(reminded(&before, &alone), before, "a precommit follows a prevote");
}

#[test]
fn a_new_database_begins_at_the_first_round() {
	let record = record(&[(4, 7, VoteKind::Prevote, 2)]);
	assert_eq!(remind(&Aux::default(), &record), Ok((0, 1)));
	assert!(record.is_ahead_of(0, 1));
	assert!(!Record::default().is_ahead_of(0, 1));
	let nobody = Record { voters: vec![Voter { key: [1; 32], rounds: vec![] }], ..record };
	assert!(!nobody.is_ahead_of(0, 1));
}

#[test]
fn what_is_not_understood_is_not_touched() {
	let record = record(&[(4, 7, VoteKind::Prevote, 2)]);
	let good = live(&[(7, HasVoted::No)]).encode();
	let longer = [&good[..], &[0]].concat();
	for (version, state) in [(4, &good), (VERSION, &longer), (VERSION, &good[1..].to_vec())] {
		let aux = Aux::with(version, state);
		assert!(remind(&aux, &record).is_err());
		assert_eq!(aux.state(), *state);
	}
}
