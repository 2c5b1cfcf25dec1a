//! What the watch does, step by step.

use super::*;
use crate::service::guard::record::VoteKind;
use crate::service::guard::{
	tests::{Validator, START},
	Start,
};

fn seen(final_slot: u64, set: u64, round: u64) -> Seen {
	Seen { final_slot: Some(final_slot), set, round: Some(round) }
}

#[test]
fn a_doubt_ends_in_the_set_after_the_one_of_a_new_final_block() {
	let folder = tempfile::tempdir().unwrap();
	let validator = Validator::start(folder.path(), Start { slot: 200, restored: true, ..START });
	let guard = &validator.guard;
	assert_eq!(next(guard, false, Seen { final_slot: None, set: 0, round: None }), Step::Wait);
	assert_eq!(next(guard, false, seen(150, 6, 3)), Step::Wait, "it has not caught up");
	assert_eq!(next(guard, false, seen(200, 7, 3)), Step::Wait);
	assert_eq!(next(guard, false, seen(201, 7, 3)), Step::Settle(7));
	guard.settle(7).unwrap();
	assert_eq!(next(guard, false, seen(250, 7, 9)), Step::Wait);
	assert_eq!(next(guard, false, seen(500, 8, 1)), Step::VoteAgain);
	assert!(guard.only_listens());
	guard.vote_again();
	assert!(!guard.only_listens());
}

#[test]
fn a_database_that_was_behind_is_read_again_once_it_has_caught_up() {
	let folder = tempfile::tempdir().unwrap();
	let validator = Validator::start(folder.path(), START);
	assert!(validator.votes(4, 9, VoteKind::Prevote, 1));
	let guard = &validator.guard;
	assert_eq!(next(guard, true, seen(1, 0, 1)), Step::Wait);
	assert_eq!(next(guard, true, seen(1, 4, 8)), Step::Wait);
	assert_eq!(next(guard, true, Seen { round: None, ..seen(1, 4, 9) }), Step::Wait);
	assert_eq!(next(guard, true, seen(1, 4, 9)), Step::BeginAnew);
	assert_eq!(next(guard, true, seen(1, 5, 1)), Step::BeginAnew);
	assert!(begin_anew_if_asked().is_none(), "nobody asked");
}
