//! Votes.

use super::*;
use crate::service::guard::record::KEPT_ROUNDS;
use VoteKind::{Precommit, Prevote, Propose};

fn with_votes(test: impl FnOnce(&Path, Validator)) {
	let folder = tempfile::tempdir().unwrap();
	let validator = Validator::start(folder.path(), START);
	assert!(validator.votes(4, 9, Prevote, 1));
	test(folder.path(), validator);
}

#[test]
fn a_second_vote_for_another_block_is_not_signed() {
	with_votes(|folder, validator| {
		assert!(!validator.votes(4, 9, Prevote, 2));
		assert_eq!(validator.said(), Some(Refusal::OtherVote { set: 4, round: 9, kind: Prevote }));
		// The same hash under another number is another block.
		let (target_hash, _) = block(1);
		let message = Message::<Header>::Prevote(sp_consensus_grandpa::Prevote::<Header> {
			target_hash,
			target_number: 77,
		});
		assert!(!validator.signs_as(key_types::GRANDPA, &localized_payload(9, 4, &message)));
		// The vote is not signed after a new start either.
		assert!(!Validator::start(folder, START).votes(4, 9, Prevote, 2));
	});
}

#[test]
fn the_same_vote_is_signed_again() {
	with_votes(|folder, validator| {
		assert!(validator.votes(4, 9, Prevote, 1));
		let again = Validator::start(folder, START);
		assert!(again.votes(4, 9, Prevote, 1));
		assert_eq!(again.said(), None);
	});
}

#[test]
fn each_stage_of_a_round_has_a_vote_of_its_own() {
	with_votes(|_, validator| {
		assert!(validator.votes(4, 9, Precommit, 2));
		assert!(validator.votes(4, 9, Propose, 3));
		assert!(!validator.votes(4, 9, Precommit, 1));
		assert!(!validator.votes(4, 9, Propose, 1));
	});
}

#[test]
fn earlier_rounds_and_sets_are_past() {
	with_votes(|folder, validator| {
		for (set, round) in [(4, 8), (4, 1), (3, 9), (3, 500), (0, 10)] {
			assert!(!validator.votes(set, round, Prevote, 1), "{set} {round}");
			let refusal = Refusal::EarlierRound { set, round, first_set: 4, first_round: 9 };
			assert_eq!(validator.said(), Some(refusal));
		}
		let again = Validator::start(folder, START);
		assert!(!again.votes(4, 8, Precommit, 1));
		assert!(again.votes(4, 10, Prevote, 1));
		assert!(again.votes(5, 1, Prevote, 1), "a set begins with round 1");
		assert!(again.votes(4, 10, Precommit, 1), "a voter that catches up goes on with it");
		assert!(!again.votes(4, 10, Precommit, 2));
		assert!(again.votes(4, 11, Prevote, 3), "a round in between that was left out");
		assert!(!again.votes(4, 11, Prevote, 4));
		assert!(again.votes(4, 10, Prevote, 1));
		assert!(!again.votes(4, 10, Prevote, 2));
	});
}

#[test]
fn a_proposal_may_come_late_and_once() {
	with_votes(|_, validator| {
		assert!(validator.votes(4, 10, Prevote, 1));
		assert!(validator.votes(4, 9, Propose, 1));
		assert!(!validator.votes(4, 9, Propose, 2));
		assert!(!validator.votes(4, 8, Propose, 2), "of that round nothing is known");
	});
}

#[test]
fn rounds_that_are_not_kept_any_more_are_past() {
	with_votes(|folder, validator| {
		let last = 9 + KEPT_ROUNDS as u64;
		for round in 10..=last {
			assert!(validator.votes(4, round, Prevote, 1));
		}
		assert!(!validator.votes(4, 9, Prevote, 1), "the same vote, which is forgotten");
		assert!(validator.votes(4, 10, Prevote, 1));
		assert!(std::fs::metadata(folder.join(file::NAME)).unwrap().len() < 3_000);
	});
}

#[test]
fn keys_have_records_of_their_own() {
	with_votes(|folder, validator| {
		let bob = validator.keys.ed25519_generate_new(key_types::GRANDPA, Some("//Bob")).unwrap();
		let sign = |validator: &Validator, number| {
			let payload = payload(4, 9, Prevote, number);
			validator.keys.ed25519_sign(key_types::GRANDPA, &bob, &payload)
		};
		assert!(sign(&validator, 2).unwrap().is_some());
		assert!(sign(&validator, 1).is_err());
		assert!(!validator.votes(4, 9, Prevote, 2));

		// What the keystore does not hold leaves no trace.
		let again = Validator::start(folder, START);
		let before = std::fs::read(folder.join(file::NAME)).unwrap();
		assert!(sign(&again, 2).unwrap().is_none());
		assert!(sign(&again, 3).unwrap().is_none());
		assert_eq!(std::fs::read(folder.join(file::NAME)).unwrap(), before);
	});
}

#[test]
fn other_messages_and_other_keys_are_left_alone() {
	with_votes(|_, validator| {
		let conflicting = payload(4, 9, Prevote, 2);
		let key = validator.keys.ed25519_generate_new(key_types::ACCOUNT, Some("//Alice")).unwrap();
		assert_eq!(key, validator.voter);
		assert!(validator.signs_as(key_types::ACCOUNT, &conflicting));

		let mut longer = conflicting.clone();
		longer.push(0);
		let ownership = [b"POP_".as_slice(), &[7; 32]].concat();
		for message in [b"".as_slice(), b"anything", &ownership, &longer, &conflicting[1..]] {
			assert!(validator.signs_as(key_types::GRANDPA, message));
			assert!(validator.signs_as(key_types::GRANDPA, message));
		}
		// What the raw door signs is looked at too.
		let by_any_scheme = |message: &[u8]| {
			validator.keys.sign_with(
				key_types::GRANDPA,
				ed25519::CRYPTO_ID,
				&validator.voter.0,
				message,
			)
		};
		assert!(by_any_scheme(&conflicting).is_err());
		assert!(by_any_scheme(&payload(4, 9, Prevote, 1)).unwrap().is_some());
	});
}

#[test]
fn grandpa_s_own_function_gets_no_second_vote() {
	with_votes(|_, validator| {
		let voter = validator.voter;
		let keys: KeystorePtr = Arc::new(validator.keys);
		let sign = |number| {
			let (target_hash, target_number) = block(number);
			let vote = sp_consensus_grandpa::Prevote::<Header> { target_hash, target_number };
			let message = Message::<Header>::Prevote(vote);
			sp_consensus_grandpa::sign_message(keys.clone(), message, voter.into(), 9, 4)
		};
		assert!(sign(1).is_some());
		assert!(sign(2).is_none());
	});
}

#[test]
fn a_database_that_is_older_is_noticed() {
	with_votes(|_, validator| {
		assert!(!validator.guard.is_ahead_of(4, 9), "the round at hand");
		assert!(!validator.guard.is_ahead_of(5, 1));
		assert!(validator.guard.is_ahead_of(4, 8), "nothing is known of round 8");
		assert!(validator.guard.is_ahead_of(3, 800));
		// Rounds whose votes are known can be gone through again.
		assert!(validator.votes(4, 9, Precommit, 1));
		assert!(validator.votes(4, 10, Prevote, 1));
		assert!(!validator.guard.is_ahead_of(4, 9));
		assert!(validator.votes(4, 11, Prevote, 1));
		assert!(validator.guard.is_ahead_of(4, 9), "round 10 has no precommit");
		assert!(!validator.guard.is_ahead_of(4, 11));
	});
}
