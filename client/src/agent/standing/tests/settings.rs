use std::path::Path;

use meterproof_clearing::Side;

use crate::{
	agent::{
		config::Config,
		standing::settings::{sides, OneSide},
	},
	error::Result,
	types::Resource,
};

const SHORT: &str = "node = [\"ws://127.0.0.1:9944\"]\nstore = \"m.store\"\nstate = \"/var/s\"\n";
const GOOD: &str = "[[standing]]\nzone = 1\nleast_price = \"0.11\"\nmost_price = \"0.25\"\n\
	most_quantity = 2000\nmost_money = \"1\"\nmost_money_a_day = \"20\"\n";

fn parsed(sections: &str) -> Result<Config> {
	Config::parse(&format!("{SHORT}account = \"k\"\n{sections}"), Path::new("/"))
}

fn all(sections: &str) -> Vec<OneSide> {
	sides(&parsed(sections).unwrap().standing).unwrap()
}

/// A section that does one thing only.
fn only(price: &str) -> String {
	let lines = GOOD.lines().filter(|line| !line.contains("_price") || line.starts_with(price));
	lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_section_has_two_sides_that_are_planned_apart() {
	let [offers, bids] = &all(GOOD)[..] else { panic!() };
	assert_eq!((&*offers.name, &*bids.name), ("standing 1, offers", "standing 1, bids"));
	assert_eq!((offers.limits.side, offers.limits.price), (Side::Offer, 110_000_000));
	assert_eq!((bids.limits.side, bids.limits.price), (Side::Bid, 250_000_000));
	for side in [offers, bids] {
		assert_eq!(side.wishes.limits, [side.limits], "none but its own");
		assert_eq!((side.wishes.zone, side.wishes.resource), (1, Resource::Electricity));
		assert_eq!((side.wishes.ahead, side.wishes.keep), (4, 1_000_000_000_000));
		assert!(side.overlaps.is_none() && !side.is_rehearsal);
	}
	assert!(all(&format!("{GOOD}dry_run = true\n")).iter().all(|side| side.is_rehearsal));
	assert!(all("").is_empty());
}

#[test]
fn of_sections_that_overlap_the_later_one_rests_on_the_side_on_which_it_does() {
	let overlaps =
		|sections: &str| -> Vec<_> { all(sections).iter().map(|side| side.overlaps).collect() };
	let (sells, buys) = (only("least_price"), only("most_price"));
	assert_eq!(overlaps(&format!("{sells}{buys}")), [None, None], "two sides");
	assert_eq!(overlaps(&format!("{sells}{GOOD}")), [None, Some(1), None]);
	let elsewhere = GOOD.replace("zone = 1", "zone = 2");
	let heat = format!("{GOOD}resource = \"heat\"\n");
	assert_eq!(overlaps(&format!("{GOOD}{elsewhere}{heat}")), [None; 6]);
}

#[test]
fn what_is_wrong_is_named() {
	let with = |line: &str| format!("{GOOD}{line}\n");
	let without = |field: &str| -> String {
		let lines = GOOD.lines().filter(|line| !line.starts_with(field));
		lines.map(|line| format!("{line}\n")).collect()
	};
	for (sections, name, part) in [
		(with("colour = \"red\""), "BadConfig", "colour"),
		(with("resource = \"coal\""), "BadConfig", "coal"),
		(with("time_zone = \"Europe/Nowhere\""), "BadConfig", "time_zone"),
		(with("ahead = 0"), "BadConfig", "ahead"),
		(with("ahead = 673"), "BadConfig", "ahead"),
		(with("keep = \"some\""), "NotAnAmount", "standing 1"),
		(without("zone"), "BadConfig", "zone"),
		(without("most_money ="), "BadConfig", "most_money"),
		(only("no"), "BadConfig", "least_price"),
		(GOOD.replace("\"20\"", "\"0.5\""), "LimitsContradict", "standing 1"),
		(GOOD.replace("2000", "0"), "NothingAllowed", "quantity"),
	] {
		let error = parsed(&sections).unwrap_err();
		assert_eq!(error.name(), name, "{sections}: {error}");
		assert!(error.to_string().contains(part), "{sections}: {error}");
	}
	let error = Config::parse(&format!("{SHORT}{GOOD}"), Path::new("/")).unwrap_err();
	assert!(error.to_string().contains("account"), "{error}");
}
