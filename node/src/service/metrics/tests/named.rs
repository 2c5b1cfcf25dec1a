//! Names in documentation, dashboard and alerts.

use std::{
	collections::{BTreeMap, BTreeSet},
	fs,
	path::Path,
};

use super::Served;

fn file(name: &str) -> String {
	let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
	fs::read_to_string(&path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()))
}

/// All words of a text that begin as this chain's metrics do.
fn named(text: &str) -> Vec<&str> {
	let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
	let words = text.split(|letter| !is_part(letter));
	words.filter(|word| word.starts_with("meterproof_") && word.len() > 11).collect()
}

/// Name and kind of each metric that a node serves.
fn served() -> BTreeMap<String, String> {
	let text = Served::new().text();
	let kinds = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
	let kinds = kinds.map(|line| line.split_once(' ').unwrap());
	kinds.map(|(name, kind)| (name.into(), kind.into())).collect()
}

#[test]
fn every_metric_begins_alike() {
	let served = served();
	assert!(served.len() > 30, "{}", served.len());
	assert!(served.keys().all(|name| name.starts_with("meterproof_")));
}

#[test]
fn the_documented_list_is_the_list() {
	let page = file("docs/metrics.md");
	let rows = page.lines().filter_map(|line| line.strip_prefix("| `meterproof_"));
	let documented: BTreeMap<String, String> = rows
		.map(|row| {
			let mut cells = row.split('|').map(str::trim);
			let name = cells.next().unwrap().trim_end_matches('`');
			(format!("meterproof_{name}"), cells.next().unwrap().to_owned())
		})
		.collect();
	assert_eq!(documented, served());
}

#[test]
fn dashboard_alerts_and_manual_name_metrics_that_there_are() {
	let served = served();
	let parts = ["_bucket", "_sum", "_count"];
	for name in [
		"packaging/grafana/meterproof.json",
		"packaging/prometheus/alerts.yml",
		"docs/operations.md",
		"docs/metrics.md",
	] {
		let text = file(name);
		for word in named(&text) {
			let whole = parts.iter().find_map(|part| word.strip_suffix(part)).unwrap_or(word);
			let is_served = served.contains_key(word)
				|| served.get(whole).is_some_and(|kind| kind == "histogram");
			assert!(is_served, "{name} names {word}");
		}
	}
	for name in ["packaging/grafana/meterproof.json", "packaging/prometheus/alerts.yml"] {
		assert!(!named(&file(name)).is_empty(), "{name}");
	}
	let dashboard: serde_json::Value =
		serde_json::from_str(&file("packaging/grafana/meterproof.json")).unwrap();
	assert!(dashboard["panels"].as_array().is_some_and(|panels| panels.len() > 20));
}

#[test]
fn the_manual_says_what_to_do_about_each_alert() {
	let (rules, manual) = (file("packaging/prometheus/alerts.yml"), file("docs/operations.md"));
	let alerts = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: "));
	let alerts: BTreeSet<&str> = alerts.collect();
	let rows = manual.lines().filter(|line| line.starts_with("| `Meterproof"));
	let told: BTreeSet<&str> = rows
		.filter_map(|row| row.split('|').nth(1))
		.flat_map(|names| names.split(','))
		.map(|name| name.trim().trim_matches('`'))
		.collect();
	assert_eq!(alerts, told);
	assert!(alerts.len() > 10);
}
