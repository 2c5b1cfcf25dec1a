//! Sources, each listened to for a while.

use std::{
	collections::{BTreeMap, BTreeSet},
	time::{Duration, Instant},
};

use meterproof_meters::{Finding, Measured, SourceSettings, Value};
use tokio::{task::JoinSet, time::timeout};

use super::{
	super::{config::SourceConfig, intake, sources, time},
	Config, Line,
};
use crate::timetable::{local_ms, Timetable};

/// Names on one line.
pub(super) const MOST_NAMES: usize = 8;

/// What meters said while sources were listened to: their names, and of when the last of it is, Unix ms.
pub(super) type Heard = BTreeMap<String, u64>;

/// Opens each source and waits until its meters have said something. `known` are the store's meters, if it
/// could be opened.
pub(super) async fn listen(
	config: &Config,
	wait: Duration,
	known: Option<&BTreeSet<String>>,
) -> (Vec<Line>, Heard) {
	let sources = match config.sources() {
		Ok(sources) => sources,
		Err(error) => {
			let line = Line::failed("sources", &error, "mend the configuration");
			return (vec![line], Heard::new());
		},
	};
	if sources.is_empty() {
		let line = Line::error(
			"sources",
			"the configuration has none",
			"add a section [[source]]; `agent init` shows one",
		);
		return (vec![line], Heard::new());
	}
	let mut asked = JoinSet::new();
	for (at, source) in sources.into_iter().enumerate() {
		let known = known.cloned();
		asked.spawn(async move { (at, listen_to(&source, wait, known.as_ref()).await) });
	}
	let (mut lines, mut heard) = (BTreeMap::new(), Heard::new());
	while let Some(Ok((at, (found, said)))) = asked.join_next().await {
		lines.insert(at, found);
		heard.extend(said);
	}
	(lines.into_values().flatten().collect(), heard)
}

/// What a source said.
#[derive(Default)]
struct Said {
	heard: Heard,
	/// Meters of whose times some must be wrong, and why.
	wrong: BTreeMap<String, String>,
	/// The first thing that was refused.
	refused: Option<String>,
	/// How many more there were.
	more_refused: usize,
	is_empty: bool,
	lost: Option<String>,
}

impl Said {
	/// Takes findings; `now_ms` is this machine's clock.
	fn take(&mut self, findings: &[Finding], now_ms: u64) {
		for finding in findings {
			match finding {
				Finding::Measured(measured) => self.take_measured(measured, now_ms),
				Finding::Refused(_) if self.refused.is_some() => self.more_refused += 1,
				Finding::Refused(refused) => self.refused = Some(refused.to_string()),
			}
		}
	}

	fn take_measured(&mut self, measured: &Measured, now_ms: u64) {
		let Some(at_ms) = said_of(measured) else { return };
		let meter = measured.meter.clone();
		match intake::has_passed(measured, now_ms) {
			Ok(true) => {
				let last = self.heard.entry(meter).or_default();
				*last = (*last).max(at_ms);
			},
			// Padding.
			Ok(false) => {},
			Err(error) => _ = self.wrong.entry(meter).or_insert_with(|| error.to_string()),
		}
	}

	/// Whether a meter said something, at whatever time.
	fn has(&self, meter: &str) -> bool {
		self.heard.contains_key(meter) || self.wrong.contains_key(meter)
	}

	fn has_any(&self) -> bool {
		!self.heard.is_empty() || !self.wrong.is_empty()
	}
}

/// Of when something that was measured is; none if nothing was.
fn said_of(measured: &Measured) -> Option<u64> {
	match measured.value {
		Value::Counted { end_ms, .. } => Some(end_ms),
		Value::Stands { at_ms, .. } => Some(at_ms),
		Value::Missing { .. } => None,
	}
}

async fn listen_to(
	config: &SourceConfig,
	wait: Duration,
	known: Option<&BTreeSet<String>>,
) -> (Vec<Line>, Heard) {
	let mut source = match sources::open(config) {
		Ok(source) => source,
		Err(error) => {
			return (vec![Line::failed("source", &error, "mend the configuration")], Heard::new());
		},
	};
	let about = format!("source {}", source.name());
	let expected: BTreeSet<&String> = config.block.map.values().collect();
	// A broker takes what is asked for a second time for kept: what the agent is to have stays there.
	let goes_on = !source.waits() || matches!(config.block.settings, SourceSettings::File(_));
	let (end, mut said) = (Instant::now() + wait, Said::default());
	while let Ok(answer) =
		timeout(end.saturating_duration_since(Instant::now()), source.next()).await
	{
		match answer {
			Ok(Some(findings)) => said.take(&findings, local_ms()),
			Ok(None) => {
				said.is_empty = true;
				break;
			},
			Err(error) => {
				said.lost = Some(error.to_string());
				break;
			},
		}
		let is_enough = match expected.is_empty() {
			true => said.has_any() || said.refused.is_some(),
			false => expected.iter().all(|meter| said.has(meter)),
		};
		if is_enough || !goes_on {
			break;
		}
	}
	let lines = lines(&about, &said, &expected, wait, known);
	(lines, said.heard)
}

/// The lines about a source.
fn lines(
	about: &str,
	said: &Said,
	expected: &BTreeSet<&String>,
	wait: Duration,
	known: Option<&BTreeSet<String>>,
) -> Vec<Line> {
	let mut lines = first_lines(about, said, wait);
	let strangers: BTreeSet<_> = said
		.heard
		.keys()
		.chain(said.wrong.keys())
		.filter(|meter| known.is_some_and(|known| !known.contains(*meter)))
		.cloned()
		.collect();
	if !strangers.is_empty() {
		let strangers: Vec<_> = strangers.into_iter().collect();
		lines.push(Line::warning(
			about,
			format!("passed over, since the store has no such meter: {}", names(&strangers)),
			"give it its name in the store: map = { \"NAME IN THE INPUT\" = \"NAME IN THE STORE\" }; \
			 somebody else's meter needs nothing",
		));
	}
	let not_heard: Vec<_> =
		expected.iter().filter(|meter| !said.has(meter)).map(|meter| (*meter).clone()).collect();
	// Who was not heard when nobody was is said by the first line.
	if !not_heard.is_empty() && said.has_any() {
		lines.push(Line::warning(
			about,
			format!("not heard in {} s: {}", wait.as_secs(), names(&not_heard)),
			"look at their names in the input, which the map must have; a longer --listen listens \
			 longer",
		));
	}
	lines
}

/// What was heard, and beside it all that the agent would refuse.
fn first_lines(about: &str, said: &Said, wait: Duration) -> Vec<Line> {
	let mut lines = Vec::new();
	if !said.heard.is_empty() {
		let heard =
			said.heard.iter().map(|(meter, at_ms)| format!("{meter} ({})", time::show(*at_ms)));
		lines.push(Line::ok(about, names(&heard.collect::<Vec<_>>())));
	}
	if let Some(lost) = &said.lost {
		let remedy = "plug it in, let the agent's user open it (group dialout for serial ports), or mend its \
			lines in the configuration";
		lines.push(match said.has_any() {
			true => Line::warning(about, lost, remedy),
			false => Line::error(about, lost, remedy),
		});
	}
	if !said.wrong.is_empty() {
		let wrong = said.wrong.iter().map(|(meter, reason)| format!("{meter}: {reason}"));
		let remedy = "set the clock that these times are from; until then nothing of them counts";
		lines.push(Line::warning(about, names(&wrong.collect::<Vec<_>>()), remedy));
	}
	if let Some(refused) = &said.refused {
		let more = match said.more_refused {
			0 => String::new(),
			more => format!("; {more} more"),
		};
		lines.push(Line::warning(about, format!("{refused}{more}"), "mend what it names"));
	}
	if lines.is_empty() {
		lines.push(match said.is_empty {
			true => Line::warning(about, "it is empty", "look whether it is the right one"),
			false => Line::warning(
				about,
				format!("open, and silent for {} s", wait.as_secs()),
				"look whether the meter sends; a longer --listen listens longer",
			),
		});
	}
	lines
}

/// Sources that are asked at times that miss periods' boundaries. Rounds begin when a multiple of `every` has
/// passed since the Unix epoch.
pub(super) fn rhythm(config: &Config, periods: &Timetable) -> Vec<Line> {
	let Timetable { start_ms, length_ms, .. } = *periods;
	// A standing counts for one boundary.
	let tolerance_s = config.commit.tolerance_s.min(length_ms.saturating_sub(1) / 1_000);
	let meets = |every_s: u64| {
		let every_ms = every_s.saturating_mul(1_000);
		start_ms.is_multiple_of(every_ms) && length_ms.is_multiple_of(every_ms)
	};
	let line = |source: SourceConfig| {
		let misses = |every_s: &u64| *every_s > tolerance_s && !meets(*every_s);
		let every_s = source.every_s().filter(misses)?;
		let about = match sources::open(&source) {
			Ok(source) => format!("source {}", source.name()),
			Err(_) => "source".to_owned(),
		};
		let found = format!(
			"it is asked every {every_s} s, which does not divide the periods of {} s, and where a register \
			 stands counts only within {tolerance_s} s after a period's start and end: periods will be missing",
			length_ms / 1_000
		);
		let longest = every_s.min(length_ms / 1_000);
		let often = tolerance_s.saturating_add(1)..=longest;
		let better =
			often.rev().find(|every_s| meets(*every_s)).unwrap_or_else(|| tolerance_s.max(1));
		let mut remedy = format!("say every = {better} for it");
		// No standing counts for two boundaries.
		if every_s.saturating_mul(1_000) < length_ms {
			remedy += &format!(", or tolerance_s = {every_s} under [commit]");
		}
		Some(Line::warning(&about, found, remedy))
	};
	config.sources().unwrap_or_default().into_iter().filter_map(line).collect()
}

/// Names on a line: the first few, and how many more.
pub(super) fn names(all: &[String]) -> String {
	let shown = all.iter().take(MOST_NAMES).cloned().collect::<Vec<_>>().join(", ");
	match all.len().checked_sub(MOST_NAMES) {
		None | Some(0) => shown,
		Some(more) => format!("{shown} and {more} more"),
	}
}

#[cfg(test)]
mod tests {
	use super::{super::State, *};
	use serde_json::json;
	use std::path::Path;

	/// What is worse on some lines than it should be.
	fn warnings(lines: &[Line]) -> Vec<&str> {
		let bad = lines.iter().filter(|line| line.state != State::Ok);
		bad.map(|line| line.found.as_str()).collect()
	}

	/// The lines about a table with two meters that are called so in the store.
	async fn check(map: serde_json::Value, known: &[&str]) -> (Vec<Line>, Heard) {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("day.csv");
		let rows = "2024-11-29T00:00Z,E1,210\n2024-11-29T00:00Z,G1,0\n2024-11-29T00:15Z,E1,\n";
		std::fs::write(&path, format!("time,meter,import_wh\n{rows}")).unwrap();
		let block = json!({
			"kind": "file", "path": path, "format": "csv", "map": map,
			"csv": { "labels": "start", "step_minutes": 15 }
		});
		let source = SourceConfig { block: serde_json::from_value(block).unwrap(), again_s: None };
		let known = known.iter().map(|name| (*name).to_owned()).collect();
		listen_to(&source, Duration::from_secs(5), Some(&known)).await
	}

	#[tokio::test]
	async fn each_meter_is_named_with_the_time_of_what_it_said() {
		let (lines, heard) = check(json!({ "E1": "house", "G1": "gas" }), &["house", "gas"]).await;
		let [line] = lines.as_slice() else { panic!("{lines:?}") };
		assert_eq!(line.found, "gas (2024-11-29T00:15:00Z), house (2024-11-29T00:15:00Z)");
		assert_eq!(heard.len(), 2);
	}

	#[tokio::test]
	async fn a_name_that_the_store_does_not_have_is_told() {
		let (lines, _) = check(json!({ "E7": "house", "G1": "gas" }), &["house", "gas"]).await;
		let warnings = warnings(&lines);
		assert_eq!(
			warnings,
			["passed over, since the store has no such meter: E1", "not heard in 5 s: house"]
		);
		assert!(lines[1].remedy.as_ref().unwrap().contains("map = "));
		let (lines, _) = check(json!({}), &[]).await;
		assert_eq!(lines.len(), 2, "{lines:?}");
	}

	#[test]
	fn a_source_that_is_asked_when_nothing_counts_is_told() {
		const QUARTER: u64 = 900_000;
		let text = |every: u64, tolerance_s: u64| {
			format!(
				"node = [\"ws://a\"]\nstore = \"s\"\nstate = \"t\"\n[commit]\n\
				 tolerance_s = {tolerance_s}\n\
				 [[source]]\nkind = \"mbus\"\nport = \"/dev/null\"\nmeters = [{{ address = 1 }}]\n\
				 every = {every}\n\
				 [[source]]\nkind = \"modbus\"\nport = \"tcp://127.0.0.1:502\"\nregisters = []\n\
				 every = {every}\n\
				 [[source]]\nkind = \"sml\"\nport = \"/dev/null\"\n"
			)
		};
		let told_from = |start_ms, every, tolerance_s| {
			let config = Config::parse(&text(every, tolerance_s), Path::new("/")).unwrap();
			rhythm(&config, &Timetable { period: 7, start_ms, length_ms: QUARTER })
		};
		let told = |every, tolerance_s| told_from(7 * QUARTER, every, tolerance_s);
		let lines = told(420, 60);
		let [bus, modbus] = lines.as_slice() else { panic!("{lines:?}") };
		assert!(bus.about.contains("mbus /dev/null") && modbus.about.starts_with("source"));
		assert_eq!(bus.state, State::Warning);
		for words in ["every 420 s", "900 s", "within 60 s"] {
			assert!(bus.found.contains(words), "{bus:?}");
		}
		let remedy = |every| told(every, 60)[0].remedy.clone().unwrap();
		assert_eq!(remedy(420), "say every = 300 for it, or tolerance_s = 420 under [commit]");
		assert_eq!(remedy(3_600), "say every = 900 for it");
		// Often enough, at every boundary, or as late as it may be.
		for (every, tolerance_s) in [(7, 60), (60, 60), (300, 60), (900, 60), (420, 420)] {
			assert_eq!(told(every, tolerance_s), [], "{every} {tolerance_s}");
		}
		// Periods that begin beside rounds.
		assert_eq!(told_from(7 * QUARTER + 60_000, 300, 60).len(), 2);
		let odd = told_from(7 * QUARTER + 7_000, 300, 60)[0].remedy.clone().unwrap();
		assert!(odd.starts_with("say every = 60 "), "{odd}");
		// Periods that are shorter than the tolerance.
		let config = Config::parse(&text(60, 60), Path::new("/")).unwrap();
		let short = Timetable { period: 7, start_ms: 84_000, length_ms: 12_000 };
		let short = rhythm(&config, &short)[0].remedy.clone().unwrap();
		assert_eq!(short, "say every = 12 for it");
	}

	/// What a table with these rows leads to, of which labels are said to stand at starts or nothing is said.
	async fn lines_of(rows: &str, labels: Option<&str>) -> Vec<Line> {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("day.csv");
		std::fs::write(&path, format!("time,meter,import_wh\n{rows}")).unwrap();
		let mut csv = json!({ "step_minutes": 15 });
		if let Some(labels) = labels {
			csv["labels"] = labels.into();
		}
		let block = json!({ "kind": "file", "path": path, "format": "csv", "csv": csv });
		let source = SourceConfig { block: serde_json::from_value(block).unwrap(), again_s: None };
		let known = ["house".to_owned()].into();
		listen_to(&source, Duration::from_secs(5), Some(&known)).await.0
	}

	#[tokio::test]
	async fn what_is_refused_beside_something_good_is_told() {
		let rows = "2024-11-29T00:00Z,house,210\n2024-11-29T00:15Z,house,many\n\
			2024-11-29T00:30Z,house,more\n";
		let lines = lines_of(rows, Some("start")).await;
		let [good, refused] = lines.as_slice() else { panic!("{lines:?}") };
		assert_eq!((good.state, refused.state), (State::Ok, State::Warning));
		assert!(refused.found.starts_with("line 3: house: "), "{refused:?}");
		assert!(refused.found.ends_with("; 1 more"), "{refused:?}");
		// Doubts that a person should look at.
		let day_end = "2024-11-28T23:45Z,house,210\n2024-11-28T24:00Z,house,210\n";
		let lines = lines_of(day_end, None).await;
		assert!(warnings(&lines)[0].contains("24:00"), "{lines:?}");
		assert!(warnings(&lines_of(day_end, Some("end")).await).is_empty());
	}

	#[tokio::test]
	async fn times_of_a_clock_that_was_never_set_are_no_good_sign() {
		let lines = lines_of("2000-01-01T00:00Z,house,210\n", Some("start")).await;
		let [wrong] = lines.as_slice() else { panic!("{lines:?}") };
		assert_eq!(wrong.state, State::Warning);
		assert!(wrong.found.starts_with("house: a reading is of the year 2000"), "{wrong:?}");
		assert!(wrong.remedy.as_ref().unwrap().contains("clock"));
		let mixed = "2024-11-29T00:00Z,house,210\n2070-01-01T00:00Z,house,210\n";
		let lines = lines_of(mixed, Some("start")).await;
		let states: Vec<_> = lines.iter().map(|line| line.state).collect();
		assert_eq!(states, [State::Ok, State::Warning]);
		assert!(lines[1].found.contains("house: "), "{lines:?}");
	}

	#[test]
	fn a_source_that_was_lost_after_it_spoke_is_told() {
		let heard: Heard = [("house".to_owned(), 1_795_000_000_000)].into();
		let lost = Some("unplugged".to_owned());
		let states = |said: &Said| {
			let lines = first_lines("source a", said, Duration::from_secs(5));
			lines.into_iter().map(|line| (line.state, line.found)).collect::<Vec<_>>()
		};
		let said = Said { heard, lost: lost.clone(), ..Said::default() };
		let lines = states(&said);
		assert_eq!(lines.len(), 2, "{lines:?}");
		assert_eq!(lines[1], (State::Warning, "unplugged".to_owned()));
		let lines = states(&Said { lost, ..Said::default() });
		assert_eq!(lines, [(State::Error, "unplugged".to_owned())]);
	}

	#[test]
	fn many_names_are_counted() {
		let all: Vec<_> = (0..10).map(|at| format!("m{at}")).collect();
		assert_eq!(names(&all), "m0, m1, m2, m3, m4, m5, m6, m7 and 2 more");
		assert_eq!(names(&all[..8]), "m0, m1, m2, m3, m4, m5, m6, m7");
	}
}
