use chrono::Weekday;
use meterproof_clearing::Side;

use crate::{
	agent::standing::said::{is_warning, line},
	commands::market::Fate,
	error::Error,
	standing::{
		forecast::Forecast,
		plan::{Action, Decision, Why},
	},
	types::Resource,
};

fn decision(period: u64, action: Option<Action>) -> Decision {
	Decision {
		period,
		weekday: Weekday::Tue,
		side: Side::Offer,
		zone: 1,
		resource: Resource::Electricity,
		action,
		why: Why::NoMeters,
	}
}

#[test]
fn a_round_is_one_line_that_says_what_was_done_and_why() {
	let decided = [
		decision(512, None),
		decision(513, Some(Action::Cancel { order: 7 })),
		decision(514, Some(Action::Cancel { order: 8 })),
	];
	let full = Fate::of(Error::new("OrderLocked", "so it is"));
	let fates = [Fate::Done, Fate::Done, full];
	let said = line("standing 1, offers", &decided, &fates, false);
	assert_eq!(
		said,
		"standing 1, offers: cancelled offer 7 for period 513 (electricity, zone 1): the store has no \
		 attested meter of the account for it; OrderLocked: so it is; would cancel offer 8 for period 514 \
		 (electricity, zone 1): the store has no attested meter of the account for it; nothing done in 1 \
		 other cases"
	);
	assert!(is_warning(&fates) && !is_warning(&fates[..2]));
}

#[test]
fn no_line_tells_a_reading_whatever_became_of_the_order() {
	let forecast = Forecast { quantity: 460, margin: 43, least: 381, most: 512, days: 4, weeks: 4 };
	let why = Why::Expected { forecast, traded: 0, most: 2_000, short: None };
	let action = Action::Place { side: Side::Offer, quantity: 417, limit: 110_000_000, rate: 1 };
	let order = Decision { why, ..decision(512, Some(action)) };
	let nothing =
		Decision { why: Why::StandsAlready { forecast, quantity: 417 }, ..decision(513, None) };
	assert!(order.why().contains("381 to 512 Wh"), "the journal has it");
	for name in ["BookFull", "SignedEnough", "Frozen", "NotFinal"] {
		let fates = [Fate::of(Error::new(name, "so it is"))];
		let said = line("standing 1, offers", std::slice::from_ref(&order), &fates, false);
		assert!(said.contains("would offer 417 Wh at 0.11 MPF/kWh for period 512"), "{said}");
		assert!(!said.contains("381") && !said.contains("margin"), "{said}");
	}
	let said = line("standing 1, offers", &[nothing], &[Fate::Done], false);
	assert!(said.ends_with("(electricity, zone 1): what stands is enough"), "{said}");
}

#[test]
fn a_round_that_did_nothing_says_why_not() {
	let decided = [decision(512, None), decision(513, None)];
	let said = line("standing 2, offers", &decided, &[Fate::Done, Fate::Done], false);
	assert_eq!(
		said,
		"standing 2, offers: nothing done with offers for period 512 (electricity, zone 1): the store has \
		 no attested meter of the account for it; nothing done in 1 other cases"
	);
	assert!(line("standing 2, offers", &[], &[], false).contains("as long as the running one"));
	let settling = [Fate::of(Error::new("SettlementFirst", "x"))];
	assert!(!is_warning(&settling), "that is as it should be");
}
