use std::time::{Duration, Instant};

use chrono::Weekday;
use meterproof_clearing::Side;

use crate::{
	agent::standing::rounds::{in_a_look, Calls, Ended, Rounds},
	commands::market::Fate,
	error::Error,
	standing::plan::{Action, Decision, Why},
	types::Resource,
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
fn a_period_has_one_round_though_a_node_goes_back() {
	let now = Instant::now();
	let mut rounds = Rounds::default();
	rounds.ended(Some(7), Ended::Done, now);
	assert!(!rounds.is_due(6, now) && !rounds.is_due(7, now) && rounds.is_due(8, now));
}

#[test]
fn what_was_signed_and_refused_waits_for_the_next_period_and_is_told_until_one_is_done() {
	let now = Instant::now();
	let mut rounds = Rounds::default();
	let frozen = || Ended::Refused("Frozen: it has votes".to_owned());
	assert_eq!(rounds.ended(Some(7), frozen(), now).as_deref(), Some("Frozen: it has votes"));
	assert!(!rounds.is_due(7, now + Duration::from_secs(3_600)) && rounds.is_due(8, now));
	rounds.reached(7);
	assert_eq!(rounds.trouble(), Some("Frozen: it has votes"));
	assert_eq!(rounds.ended(Some(8), frozen(), now), None, "the same trouble is told once");
	rounds.ended(Some(9), Ended::Done, now);
	assert_eq!(rounds.trouble(), None);
}

#[test]
fn a_round_ends_as_its_worst_call_did() {
	let error = |name| Error::new(name, "x");
	let refused = || Fate::Refused(error("BookFull"));
	let all = Calls { signed: true, left: false };
	let none = Calls { signed: false, left: false };
	assert_eq!(Ended::of(&[], none), Ended::Done);
	assert_eq!(Ended::of(&[Fate::Done, refused()], all), Ended::Done, "of one book only");
	for name in ["CallBetween", "SettlementFirst", "NodeChanged"] {
		assert_eq!(Ended::of(&[Fate::Done, Fate::of(error(name))], all), Ended::PutOff, "{name}");
	}
	for name in ["SignedEnough", "CallsEnough", "PeriodPast"] {
		assert_eq!(Ended::of(&[Fate::of(error(name))], none), Ended::Done, "{name}");
	}
	let frozen = || [refused(), Fate::of(error("Frozen"))];
	assert_eq!(Ended::of(&frozen(), all), Ended::Refused("Frozen: x".to_owned()));
	assert_eq!(Ended::of(&frozen(), none), Ended::Failed("Frozen: x".to_owned()));
	let lost = || [Fate::of(error("NotFinal"))];
	assert_eq!(Ended::of(&lost(), all), Ended::Failed("NotFinal: x".to_owned()));
}

#[test]
fn a_look_has_time_for_few_calls_of_a_side_and_the_rest_is_due_soon() {
	let decision = |period, action| Decision {
		period,
		weekday: Weekday::Tue,
		side: Side::Offer,
		zone: 1,
		resource: Resource::Electricity,
		action,
		why: Why::GateClosed,
	};
	let call = |period| decision(period, Some(Action::Cancel { order: 7 }));
	let few: Vec<_> = (0..4).map(call).collect();
	assert_eq!(in_a_look(&few), few);
	let quiet: Vec<_> = (0..9).map(|period| decision(period, None)).collect();
	assert_eq!(in_a_look(&quiet), quiet);
	let many = [quiet, few.clone(), vec![call(9)], few].concat();
	assert_eq!(in_a_look(&many), &many[..13]);
	let done = [Fate::Done];
	assert_eq!(Ended::of(&done, Calls { signed: true, left: true }), Ended::PutOff);
	assert_eq!(Ended::of(&done, Calls { signed: false, left: true }), Ended::Done);
}
