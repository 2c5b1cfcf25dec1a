use std::time::{Duration, Instant};

use crate::{
	agent::standing::rounds::{Ended, Rounds},
	commands::market::Fate,
	error::Error,
};

fn failed() -> Ended {
	Ended::by(&Error::new("FactsDiffer", "another zone"))
}

#[test]
fn a_side_that_fails_is_tried_again_and_another_s_round_is_done_all_the_same() {
	let now = Instant::now();
	let (mut one, mut other) = (Rounds::default(), Rounds::default());
	assert_eq!(one.ended(Some(7), failed(), now).as_deref(), Some("FactsDiffer: another zone"));
	assert_eq!(other.ended(Some(7), Ended::Done, now), None);
	assert!(!other.is_due(7, now) && other.is_due(8, now) && other.trouble().is_none());
	let later = now + Duration::from_secs(6);
	assert!(!one.is_due(7, now) && one.is_due(7, later), "it waits, and then it is its turn");
	assert_eq!(one.ended(Some(7), failed(), later), None, "the same trouble is told once");
	assert!(one.trouble().is_some());
	assert_eq!(one.ended(Some(7), Ended::Done, later), None);
	assert!(one.trouble().is_none() && !one.is_due(7, later));
}

#[test]
fn what_was_put_off_is_no_trouble_and_is_due_at_once() {
	let now = Instant::now();
	let mut rounds = Rounds::default();
	assert_eq!(rounds.ended(Some(7), Ended::PutOff, now), None);
	assert!(rounds.is_due(7, now) && rounds.trouble().is_none());
}

#[test]
fn a_round_that_was_done_stays_done_while_no_node_answers() {
	let now = Instant::now();
	let mut rounds = Rounds::default();
	rounds.ended(Some(7), Ended::Done, now);
	rounds.ended(None, Ended::by(&Error::new("NotConnected", "gone")), now);
	assert!(rounds.trouble().is_some());
	rounds.reached(7);
	assert!(rounds.trouble().is_none() && !rounds.is_due(7, now));
}

#[test]
fn a_round_ends_as_its_worst_call_did() {
	let error = |name| Error::new(name, "x");
	let refused = || Fate::Refused(error("BookFull"));
	assert_eq!(Ended::of(&[]), Ended::Done);
	assert_eq!(Ended::of(&[Fate::Done, refused()]), Ended::Done, "of one book only");
	let between = Fate::of(error("CallBetween"));
	assert_eq!(Ended::of(&[Fate::Done, between]), Ended::PutOff);
	let first = Fate::of(error("SettlementFirst"));
	assert_eq!(Ended::of(&[first]), Ended::PutOff);
	let enough = Fate::of(error("SignedEnough"));
	assert_eq!(Ended::of(&[enough]), Ended::Done);
	let frozen = Fate::of(error("Frozen"));
	assert_eq!(Ended::of(&[refused(), frozen]), Ended::Failed("Frozen: x".to_owned()));
	let lost = Fate::of(error("NotFinal"));
	assert_eq!(Ended::of(&[lost]), Ended::Failed("NotFinal: x".to_owned()));
}
