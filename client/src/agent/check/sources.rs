//! Sources, each listened to for a while.

use std::{
	collections::{BTreeMap, BTreeSet},
	time::{Duration, Instant},
};

use meterproof_meters::{Finding, Measured, SourceSettings, Value};
use tokio::{task::JoinSet, time::timeout};

use super::{
	super::{config::SourceConfig, sources, time},
	Config, Line,
};

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
	refused: Option<String>,
	is_empty: bool,
	lost: Option<String>,
}

impl Said {
	fn take(&mut self, findings: &[Finding]) {
		for finding in findings {
			match finding {
				Finding::Measured(measured) => {
					if let Some(at_ms) = said_of(measured) {
						let last = self.heard.entry(measured.meter.clone()).or_default();
						*last = (*last).max(at_ms);
					}
				},
				Finding::Refused(refused) => {
					self.refused.get_or_insert_with(|| refused.to_string());
				},
			}
		}
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
			Ok(Some(findings)) => said.take(&findings),
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
			true => !said.heard.is_empty() || said.refused.is_some(),
			false => expected.iter().all(|meter| said.heard.contains_key(*meter)),
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
	let mut lines = vec![first_line(about, said, wait)];
	let strangers: Vec<_> = said
		.heard
		.keys()
		.filter(|meter| known.is_some_and(|known| !known.contains(*meter)))
		.cloned()
		.collect();
	if !strangers.is_empty() {
		lines.push(Line::warning(
			about,
			format!("passed over, since the store has no such meter: {}", names(&strangers)),
			"give it its name in the store: map = { \"NAME IN THE INPUT\" = \"NAME IN THE STORE\" }; \
			 somebody else's meter needs nothing",
		));
	}
	let not_heard: Vec<_> = expected
		.iter()
		.filter(|meter| !said.heard.contains_key(**meter))
		.map(|meter| (*meter).clone())
		.collect();
	// Who was not heard when nobody was is said by the first line.
	if !not_heard.is_empty() && !said.heard.is_empty() {
		lines.push(Line::warning(
			about,
			format!("not heard in {} s: {}", wait.as_secs(), names(&not_heard)),
			"look at their names in the input, which the map must have; a longer --listen listens \
			 longer",
		));
	}
	lines
}

fn first_line(about: &str, said: &Said, wait: Duration) -> Line {
	if !said.heard.is_empty() {
		let heard =
			said.heard.iter().map(|(meter, at_ms)| format!("{meter} ({})", time::show(*at_ms)));
		return Line::ok(about, names(&heard.collect::<Vec<_>>()));
	}
	if let Some(lost) = &said.lost {
		return Line::error(
			about,
			lost,
			"plug it in, let the agent's user open it (group dialout for serial ports), or mend its \
			 lines in the configuration",
		);
	}
	match (&said.refused, said.is_empty) {
		(Some(refused), _) => Line::warning(about, refused, "mend what it names"),
		(None, true) => Line::warning(about, "it is empty", "look whether it is the right one"),
		(None, false) => Line::warning(
			about,
			format!("open, and silent for {} s", wait.as_secs()),
			"look whether the meter sends; a longer --listen listens longer",
		),
	}
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
	fn many_names_are_counted() {
		let all: Vec<_> = (0..10).map(|at| format!("m{at}")).collect();
		assert_eq!(names(&all), "m0, m1, m2, m3, m4, m5, m6, m7 and 2 more");
		assert_eq!(names(&all[..8]), "m0, m1, m2, m3, m4, m5, m6, m7");
	}
}
