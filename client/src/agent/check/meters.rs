//! Meters that have said nothing for some periods.

use std::collections::BTreeMap;

use super::{
	super::{intake::Known, journal, time},
	Config, Line,
};
use crate::{store::Store, timetable::local_ms};

/// Which meters have said nothing for some periods, by the journal.
pub(super) fn silent(
	config: &Config,
	store: &Store,
	password: &str,
	meters: &BTreeMap<String, Known>,
) -> Vec<Line> {
	let contents = match journal::look(&config.journal(), password, store.genesis()) {
		Ok(contents) => contents,
		Err(error) => {
			let remedy = "give the agent another state folder, or the right password";
			return vec![Line::failed("journal", &error, remedy)];
		},
	};
	let length_ms = store.timetable().map_or(900_000, |timetable| timetable.length_ms);
	let patience = length_ms.saturating_mul(config.health.silent_after.max(1));
	let mut heard: BTreeMap<&str, u64> = BTreeMap::new();
	for noted in contents.noted() {
		let at = heard.entry(&noted.meter).or_default();
		*at = (*at).max(noted.received_ms);
	}
	let lines: Vec<_> = meters
		.keys()
		.filter_map(|meter| {
			let at = heard.get(meter.as_str()).copied();
			let found = match at {
				Some(at) if local_ms().saturating_sub(at) <= patience => return None,
				Some(at) => format!("silent since {}", time::show(at)),
				None => "never heard of".to_owned(),
			};
			let remedy =
				"look at the meter and at its source; its name in the input must be in the \
				source's map";
			Some(Line::warning(meter, found, remedy))
		})
		.collect();
	match lines.is_empty() {
		true => vec![Line::ok("meters", "all were heard of lately")],
		false => lines,
	}
}
