use std::path::Path;

use chrono::Weekday;
use meterproof_clearing::Side;

use super::{said::Said, settings};
use crate::{
	agent::config::Config,
	commands::market::Wishes,
	error::Result,
	standing::plan::{Action, Decision, Why},
	types::Resource,
};

const SHORT: &str = "node = [\"ws://127.0.0.1:9944\"]\nstore = \"m.store\"\nstate = \"/var/s\"\n";
const GOOD: &str = "[[standing]]\nzone = 1\nleast_price = \"0.11\"\nmost_price = \"0.25\"\n\
	most_quantity = 2000\nmost_money = \"1\"\nmost_money_a_day = \"20\"\n";

fn parsed(sections: &str) -> Result<Config> {
	Config::parse(&format!("{SHORT}account = \"k\"\n{sections}"), Path::new("/"))
}

fn wishes() -> Wishes {
	let config = parsed(GOOD).unwrap();
	settings::wishes(&config.standing).unwrap().remove(0)
}

#[test]
fn a_section_is_what_one_round_wants() {
	let wishes = wishes();
	assert_eq!((wishes.zone, wishes.resource, wishes.ahead), (1, Resource::Electricity, 4));
	assert_eq!(wishes.keep, 1_000_000_000_000);
	let sides: Vec<_> = wishes.limits.iter().map(|limits| (limits.side, limits.price)).collect();
	assert_eq!(sides, [(Side::Offer, 110_000_000), (Side::Bid, 250_000_000)]);
	assert!(!parsed(GOOD).unwrap().standing[0].dry_run);
	assert!(parsed("").unwrap().standing.is_empty());
}

#[test]
fn what_is_wrong_is_named() {
	let with = |line: &str| format!("{GOOD}{line}\n");
	let without = |field: &str| -> String {
		let lines = GOOD.lines().filter(|line| !line.starts_with(field));
		lines.map(|line| format!("{line}\n")).collect()
	};
	let no_side = without("least_price").replace("most_price = \"0.25\"\n", "");
	for (sections, name, part) in [
		(with("colour = \"red\""), "BadConfig", "colour"),
		(with("resource = \"coal\""), "BadConfig", "coal"),
		(with("time_zone = \"Europe/Nowhere\""), "BadConfig", "time_zone"),
		(with("ahead = 0"), "BadConfig", "ahead"),
		(with("ahead = 673"), "BadConfig", "ahead"),
		(with("keep = \"some\""), "NotAnAmount", "standing 1"),
		(without("zone"), "BadConfig", "zone"),
		(without("most_money ="), "BadConfig", "most_money"),
		(no_side, "BadConfig", "least_price"),
		(GOOD.replace("\"20\"", "\"0.5\""), "LimitsContradict", "standing 1"),
		(GOOD.replace("2000", "0"), "NothingAllowed", "quantity"),
		(GOOD.repeat(2), "BadConfig", "standing 2"),
	] {
		let error = parsed(&sections).unwrap_err();
		assert_eq!(error.name(), name, "{sections}: {error}");
		assert!(error.to_string().contains(part), "{sections}: {error}");
	}
	let error = Config::parse(&format!("{SHORT}{GOOD}"), Path::new("/")).unwrap_err();
	assert!(error.to_string().contains("account"), "{error}");
	assert!(parsed(&format!("{GOOD}{}", GOOD.replace("zone = 1", "zone = 2"))).is_ok());
}

fn decision(period: u64, action: Option<Action>) -> Decision {
	Decision {
		period,
		weekday: Weekday::Tue,
		side: Side::Offer,
		resource: Resource::Electricity,
		action,
		why: Why::TooFewDays { days: 2 },
	}
}

#[test]
fn why_nothing_is_done_is_told_once_and_what_is_done_each_time() {
	let (mut said, wishes) = (Said::default(), wishes());
	let mut is_new = |decision: &Decision, rehearsal| said.is_new(&wishes, decision, rehearsal);
	let nothing = decision(512, None);
	assert!(is_new(&nothing, false) && !is_new(&nothing, false));
	assert!(is_new(&decision(513, None), false), "another book");
	assert!(is_new(&Decision { side: Side::Bid, ..nothing.clone() }, false), "another side");
	assert!(is_new(&Decision { why: Why::GateClosed, ..nothing.clone() }, false), "another reason");
	let cancel = decision(512, Some(Action::Cancel { order: 7 }));
	assert!(is_new(&cancel, false) && is_new(&cancel, false));
	assert!(is_new(&cancel, true) && !is_new(&cancel, true), "what would be done is told once");
	said.forget_before(513);
	assert!(said.is_new(&wishes, &cancel, true));
}
