//! Meters that have said nothing for some periods.

use std::collections::BTreeMap;

use super::{
	super::{
		intake::Known,
		journal::{self, Noted},
		time,
	},
	sources::{names, Heard},
	Config, Line,
};
use crate::{store::Store, timetable::local_ms};

/// Which meters have said nothing for some periods: by the journal, by when a running agent last heard of them
/// (`by_agent`), and by what was heard `now`.
pub(super) fn silent(
	config: &Config,
	(store, password): (&Store, &str),
	meters: &BTreeMap<String, Known>,
	by_agent: Heard,
	now: &Heard,
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
	let last = last_heard(by_agent, contents.noted());
	lines(meters, &last, now, patience, local_ms())
}

/// When each meter was last heard of, Unix ms: what lies between two boundaries is not `written` down, and a
/// running agent has heard it all the same.
fn last_heard<'a>(by_agent: Heard, written: impl Iterator<Item = &'a Noted>) -> Heard {
	let mut last = by_agent;
	for noted in written {
		let at = last.entry(noted.meter.clone()).or_default();
		*at = (*at).max(noted.received_ms);
	}
	last
}

/// The lines about meters: when each was `last` heard of, Unix ms, and what was `heard` just now.
fn lines(
	meters: &BTreeMap<String, Known>,
	last: &Heard,
	heard: &Heard,
	patience_ms: u64,
	now_ms: u64,
) -> Vec<Line> {
	let (mut lines, mut well) = (Vec::new(), Vec::new());
	for meter in meters.keys() {
		let found = match (last.get(meter).copied(), heard.contains_key(meter)) {
			(Some(at), _) if now_ms.saturating_sub(at) <= patience_ms => {
				well.push(format!("{meter} (at {})", time::show(at)));
				continue;
			},
			(_, true) => {
				well.push(format!("{meter} (now)"));
				continue;
			},
			(Some(at), false) => format!("silent since {}", time::show(at)),
			(None, false) => "never heard of".to_owned(),
		};
		let remedy = "look at the meter and at its source; its name in the input must be in the \
			source's map";
		lines.push(Line::warning(meter, found, remedy));
	}
	if !well.is_empty() {
		let all = if lines.is_empty() { "all" } else { "others" };
		let found = format!("{all} were heard of lately: {}", names(&well));
		lines.insert(0, Line::ok("meters", found));
	}
	lines
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		agent::journal::Told,
		types::{Direction, Directions, Resource},
	};

	#[test]
	fn of_a_meter_the_latest_of_journal_and_agent_counts() {
		let noted = |meter: &str, received_ms| Noted {
			meter: meter.to_owned(),
			direction: Direction::Import,
			told: Told::Stood { at_ms: received_ms, total: 5 },
			received_ms,
			telegram: None,
		};
		let written = [noted("gas", 7), noted("house", 5), noted("house", 8), noted("roof", 6)];
		let by_agent = [("house", 7), ("roof", 9), ("water", 9)];
		let by_agent = by_agent.map(|(meter, at)| (meter.to_owned(), at)).into();
		let last = last_heard(by_agent, written.iter());
		let last: Vec<_> = last.iter().map(|(meter, at)| (meter.as_str(), *at)).collect();
		assert_eq!(last, [("gas", 7), ("house", 8), ("roof", 9), ("water", 9)]);
	}

	#[test]
	fn who_speaks_is_not_called_silent_before_anything_was_written_down() {
		let known = |device| Known {
			device,
			resource: Resource::Electricity,
			directions: Directions::Import,
			nameplate: 1,
		};
		let meters = ["gas", "house", "roof", "water"].into_iter().zip(1..);
		let meters = meters.map(|(name, device)| (name.to_owned(), known(device))).collect();
		let at = |names: &[&str], at: u64| {
			names.iter().map(|name| ((*name).to_owned(), at)).collect::<BTreeMap<_, _>>()
		};
		let now = 1_795_000_000_000;
		let found = |written, heard| -> Vec<String> {
			let lines = lines(&meters, &written, &heard, 3_600_000, now);
			lines.into_iter().map(|line| format!("{}: {}", line.about, line.found)).collect()
		};
		let first = found(at(&[], 0), at(&["house", "gas"], now));
		assert_eq!(
			first,
			[
				"meters: others were heard of lately: gas (now), house (now)",
				"roof: never heard of",
				"water: never heard of"
			]
		);
		let later = found(at(&["gas", "house"], now - 60_000), at(&["roof"], now));
		assert_eq!(later.len(), 2, "{later:?}");
		let silent = found(at(&["gas", "house", "roof", "water"], now - 3_600_001), at(&[], 0));
		assert_eq!(silent.len(), 4);
		assert!(silent[0].starts_with("gas: silent since 2026-11-18T"), "{silent:?}");
	}
}
