//! What a run without kills keeps to.

use serde_json::{json, Value};

/// The least part of the slots that have a block.
const SLOTS_FILLED: f64 = 0.99;
/// Seconds within which half of the blocks are final.
const HALF: f64 = 3.0;
/// Seconds within which 99 % are.
const MOST: f64 = 6.0;
/// Megabytes per minute by which a node grows. A leak of a kilobyte in each block is below it.
const GROWTH: f64 = 0.25;
/// Shorter runs do not tell a leak from caches that fill, in seconds.
const LONG: f64 = 1_800.0;

/// The bounds, for the report.
pub fn json() -> Value {
	json!({
		"slots_filled": SLOTS_FILLED,
		"finality_lag_s": { "p50": HALF, "p99": MOST },
		"mb_per_minute": GROWTH,
	})
}

/// Which of them a run did not keep to, in words. Where validators are killed, slots and finality are not
/// held against them; in less than half an hour memory is not.
pub fn outside(report: &Value) -> Vec<String> {
	let figure = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
	let mut outside = Vec::new();
	if report["kills"].as_array().is_some_and(Vec::is_empty) {
		let filled = figure(&report["slots_filled"]);
		if filled.is_nan() || filled < SLOTS_FILLED {
			outside.push(format!("{filled} of the slots have a block, fewer than {SLOTS_FILLED}"));
		}
		for (rank, most) in [("p50", HALF), ("p99", MOST)] {
			let lag = figure(&report["finality_lag_s"][rank]);
			if is_above(lag, most) {
				outside
					.push(format!("{rank} of the time to finality is {lag} s, more than {most} s"));
			}
		}
	}
	for (name, memory) in report["memory"].as_object().into_iter().flatten() {
		let growth = figure(&memory["mb_per_minute"]);
		if figure(&memory["seconds"]) >= LONG && is_above(growth, GROWTH) {
			outside.push(format!("{name} grows by {growth} MB per minute, more than {GROWTH} MB"));
		}
	}
	outside
}

/// What is no number was not measured, and keeps to nothing.
fn is_above(figure: f64, most: f64) -> bool {
	figure.is_nan() || figure > most
}

#[cfg(test)]
mod tests {
	use super::*;

	fn report(filled: f64, lags: [f64; 2], growth: f64, seconds: u32) -> Value {
		json!({
			"kills": [],
			"slots_filled": filled,
			"finality_lag_s": { "p50": lags[0], "p99": lags[1] },
			"memory": { "alice": { "mb_per_minute": growth, "seconds": seconds } },
		})
	}

	#[test]
	fn a_run_is_held_against_every_bound() {
		assert!(outside(&report(0.99, [3.0, 6.0], 0.25, 3_600)).is_empty());
		for (wrong, word) in [
			(report(0.989, [3.0, 6.0], 0.0, 3_600), "slots"),
			(report(1.0, [3.1, 6.0], 0.0, 3_600), "p50"),
			(report(1.0, [3.0, 6.1], 0.0, 3_600), "p99"),
			(report(1.0, [3.0, 6.0], 0.3, 3_600), "alice"),
		] {
			let outside = outside(&wrong);
			assert!(outside.len() == 1 && outside[0].contains(word), "{outside:?}");
		}
		assert_eq!(outside(&json!({ "kills": [] })).len(), 3, "nothing was measured");
	}

	#[test]
	fn kills_and_short_runs_are_allowed_for() {
		let mut killed = report(0.8, [3.0, 40.0], 0.0, 3_600);
		killed["kills"] = json!([{ "node": "alice" }]);
		assert!(outside(&killed).is_empty());
		assert!(outside(&report(1.0, [1.0, 1.0], 9.0, 120)).is_empty());
	}
}
