//! What honest clients meet meanwhile.

use std::{
	sync::atomic::{AtomicBool, Ordering},
	thread,
	time::{Duration, Instant},
};

use meterproof_proof_bench::{median, thousandths};
use serde_json::{json, Value};

use crate::wire::Port;

/// Between an answer and the next call.
const PAUSE: Duration = Duration::from_millis(50);

/// Calls that honest clients make, each over a connection of its own as a meter does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
	/// A commitment. The runtime looks at it and refuses it, since no such device exists: what a true
	/// one waits for in the pool is measured by `meterproof-bench-commitments`.
	Commitment,
	/// A question that meters ask.
	Period,
	/// A question to the market.
	Trades,
	/// One of the SDK's methods.
	Header,
}

impl Sort {
	/// All.
	pub const ALL: [Self; 4] = [Self::Commitment, Self::Period, Self::Trades, Self::Header];

	/// The method.
	pub fn method(self) -> &'static str {
		match self {
			Self::Commitment => "metering_submitCommitments",
			Self::Period => "metering_period",
			Self::Trades => "market_trades",
			Self::Header => "chain_getHeader",
		}
	}

	fn parameters(self) -> Value {
		match self {
			Self::Commitment => {
				let (commitment, signature) = ("00".repeat(32), "00".repeat(64));
				json!([[{
					"device": u32::MAX, "period": 0, "direction": "export",
					"commitment": format!("0x{commitment}"), "signature": format!("0x{signature}"),
				}]])
			},
			Self::Trades => json!(["5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"]),
			Self::Period | Self::Header => json!([]),
		}
	}

	/// Calls until `is_over`.
	pub fn ask(self, port: Port, is_over: &AtomicBool) -> Met {
		let call = json!({
			"jsonrpc": "2.0", "id": 1, "method": self.method(), "params": self.parameters(),
		});
		let body = call.to_string();
		let mut met = Met::default();
		while !is_over.load(Ordering::Relaxed) {
			let asked = Instant::now();
			match port.post(&body) {
				Ok((status, answer)) if is_answer(status, &answer) => {
					met.milliseconds.push(asked.elapsed().as_secs_f64() * 1e3);
				},
				Ok(_) => met.refused += 1,
				Err(_) => met.unanswered += 1,
			}
			thread::sleep(PAUSE);
		}
		met
	}
}

/// Whether the method itself answered, or the node said that it is too busy.
fn is_answer(status: u16, answer: &str) -> bool {
	let parsed: Value = serde_json::from_str(answer).unwrap_or_default();
	status == 200 && !parsed["result"].is_null() && !answer.contains("NodeBusy")
}

/// What became of calls.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Met {
	/// How long answers took.
	pub milliseconds: Vec<f64>,
	/// How many calls were turned away.
	pub refused: usize,
	/// How many found no connection, or no answer within five seconds.
	pub unanswered: usize,
}

impl Met {
	/// The middle, what no more than five of a hundred exceed, and the most, in milliseconds.
	pub fn latency(&self) -> [f64; 3] {
		let mut sorted = self.milliseconds.clone();
		sorted.sort_by(f64::total_cmp);
		let rank = (sorted.len() * 95).div_ceil(100).saturating_sub(1);
		let at = |place: Option<&f64>| thousandths(place.copied().unwrap_or_default());
		[thousandths(median(&sorted)), at(sorted.get(rank)), at(sorted.last())]
	}

	/// As JSON.
	pub fn json(&self) -> Value {
		let [median, most_95, most] = self.latency();
		json!({
			"answered": self.milliseconds.len(),
			"refused": self.refused,
			"unanswered": self.unanswered,
			"median_ms": median,
			"most_of_95_percent_ms": most_95,
			"most_ms": most,
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn only_a_result_is_an_answer() {
		assert!(is_answer(200, r#"{"result":[{"status":"refused","name":"UnknownDevice"}]}"#));
		assert!(!is_answer(200, r#"{"result":[{"status":"refused","name":"NodeBusy"}]}"#));
		assert!(!is_answer(200, r#"{"error":{"code":-32012,"message":"NodeBusy: later"}}"#));
		assert!(!is_answer(429, "Too many connections"));
	}

	#[test]
	fn latencies_are_ranked() {
		let met = Met { milliseconds: (1..=100).map(f64::from).collect(), ..Met::default() };
		assert_eq!(met.latency(), [50.5, 95.0, 100.0]);
		assert_eq!(Met::default().latency(), [0.0; 3]);
	}
}
