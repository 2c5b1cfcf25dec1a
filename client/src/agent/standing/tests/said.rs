use chrono::Weekday;
use meterproof_clearing::Side;

use crate::{
	agent::standing::said::{is_warning, line},
	commands::market::Fate,
	error::Error,
	standing::plan::{Action, Decision, Why},
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
