use chrono::Weekday;
use meterproof_clearing::Side;

use crate::{
	agent::status::Status,
	commands::market::Fate,
	error::Error,
	standing::plan::{Action, Decision, Why},
	types::Resource,
};

#[test]
fn a_section_in_trouble_is_told_with_the_reason_and_does_not_make_the_agent_unwell() {
	let status = Status::new().unwrap();
	status.standing.round("standing 1, bids", 7, "standing 1, bids: nothing done");
	status.standing.trouble("standing 1, offers", Some("Frozen: it has votes"));
	let (ok, answer) = status.health();
	assert!(ok && answer["reasons"].as_array().unwrap().is_empty());
	let rows = &answer["standing"];
	assert_eq!((&rows[0]["name"], &rows[0]["ok"]), (&"standing 1, bids".into(), &true.into()));
	assert_eq!((&rows[0]["lastPeriod"], &rows[0]["reason"]), (&7.into(), &().into()));
	assert_eq!(rows[1]["reason"], "Frozen: it has votes");
	let text = || String::from_utf8(status.metrics()).unwrap();
	assert!(text().contains("meterproof_agent_standing_failing 1"), "{}", text());
	status.standing.trouble("standing 1, offers", None);
	assert!(text().contains("meterproof_agent_standing_failing 0"));
	assert_eq!(status.health().1["standing"][1]["ok"], true);
}

#[test]
fn calls_are_counted_by_what_became_of_them() {
	let status = Status::new().unwrap();
	let decision = |action| Decision {
		period: 512,
		weekday: Weekday::Tue,
		side: Side::Offer,
		zone: 1,
		resource: Resource::Electricity,
		action,
		why: Why::GateClosed,
	};
	let cancel = || decision(Some(Action::Cancel { order: 7 }));
	let fates = [Fate::Done, Fate::Done, Fate::of(Error::new("BookFull", "x"))];
	status.standing.calls(&[decision(None), cancel(), cancel()], &fates);
	let text = String::from_utf8(status.metrics()).unwrap();
	for line in [
		"meterproof_agent_standing_calls_total{result=\"done\"} 1",
		"meterproof_agent_standing_calls_total{result=\"refused\"} 1",
	] {
		assert!(text.contains(line), "{text}");
	}
}
