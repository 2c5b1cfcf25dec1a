//! How standing orders are: what `/health` and `/metrics` say of them.
//!
//! A section in trouble does not make the agent unwell: readings, commitments and settlements go on.

use std::{
	collections::BTreeMap,
	sync::{Mutex, MutexGuard, PoisonError},
};

use prometheus::{IntCounterVec, IntGauge, Opts, Registry};
use serde_json::{json, Value};

use crate::{
	commands::market::Fate,
	error::{Error, Result},
	standing::plan::Decision,
};

/// One side of one section.
#[derive(Clone, Debug, Default)]
struct Row {
	/// What keeps it from going on, if anything does.
	trouble: Option<String>,
	/// The running period of its last round.
	period: Option<u64>,
	/// What that round did and why.
	said: Option<String>,
}

/// How all of them are.
pub struct Health {
	rows: Mutex<BTreeMap<String, Row>>,
	calls: IntCounterVec,
	failing: IntGauge,
}

impl Health {
	/// Nothing is known yet.
	pub fn new(registry: &Registry) -> Result<Self> {
		let failed = |error: prometheus::Error| Error::new("MetricsFailed", error.to_string());
		let calls =
			Opts::new("standing_calls_total", "Calls of standing orders, by what became of them");
		let calls = IntCounterVec::new(calls, &["result"]).map_err(failed)?;
		let failing = "Sides of standing orders that do not go on";
		let failing = IntGauge::new("standing_failing", failing).map_err(failed)?;
		registry.register(Box::new(calls.clone())).map_err(failed)?;
		registry.register(Box::new(failing.clone())).map_err(failed)?;
		Ok(Self { rows: Mutex::default(), calls, failing })
	}

	/// A round was done while a period ran.
	pub fn round(&self, name: &str, period: u64, said: &str) {
		let mut rows = self.rows();
		let row = rows.entry(name.to_owned()).or_default();
		(row.period, row.said) = (Some(period), Some(said.to_owned()));
	}

	/// What became of the calls of a round.
	pub fn calls(&self, decided: &[Decision], fates: &[Fate]) {
		for (decision, fate) in decided.iter().zip(fates) {
			let result = match fate {
				_ if decision.action.is_none() => continue,
				Fate::Done => "done",
				Fate::Refused(_) | Fate::SideRefused(_) | Fate::AllRefused(_) => "refused",
				Fate::Unknown(_) => "unknown",
				Fate::NotTried(_) => "not_tried",
			};
			self.calls.with_label_values(&[result]).inc();
		}
	}

	/// What keeps a side from going on; nothing where it goes on.
	pub fn trouble(&self, name: &str, trouble: Option<&str>) {
		let mut rows = self.rows();
		rows.entry(name.to_owned()).or_default().trouble = trouble.map(str::to_owned);
		let failing = rows.values().filter(|row| row.trouble.is_some()).count();
		self.failing.set(i64::try_from(failing).unwrap_or(i64::MAX));
	}

	/// What `/health` has of them.
	pub fn answer(&self) -> Value {
		let rows = self.rows();
		let all = rows.iter().map(|(name, row)| {
			json!({
				"name": name, "ok": row.trouble.is_none(), "reason": row.trouble,
				"lastPeriod": row.period, "said": row.said,
			})
		});
		all.collect()
	}

	fn rows(&self) -> MutexGuard<'_, BTreeMap<String, Row>> {
		self.rows.lock().unwrap_or_else(PoisonError::into_inner)
	}
}
