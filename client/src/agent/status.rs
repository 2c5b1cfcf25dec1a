//! How the agent is: what `/health` and `/metrics` say.

use std::{
	collections::BTreeMap,
	sync::{Mutex, MutexGuard, PoisonError},
	time::{Duration, Instant},
};

use prometheus::{
	Encoder, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};
use serde_json::{json, Value};

use super::{
	clock::TOLERANCE_MS, intake::Tally, journal::PeriodRow, standing::health::Health as Standing,
	time,
};
use crate::error::{Error, Result};

/// How long no node may answer before that is a failure.
const NODE_PATIENCE: Duration = Duration::from_secs(60);

/// How long a chain may be without a new block before that is a failure. While finality lags, validators
/// leave up to 100 slots of two seconds between blocks.
const CHAIN_PATIENCE: Duration = Duration::from_secs(300);

/// How long a source may be lost before that is a failure.
const SOURCE_PATIENCE: Duration = Duration::from_secs(300);

/// How a source is.
#[derive(Clone, Debug)]
pub enum SourceState {
	/// The source has said nothing yet.
	Opening,
	/// The source is there, and says something.
	Open,
	/// The source came to its end.
	Ended,
	/// The source cannot be read.
	Lost {
		/// Since when.
		since: Instant,
		/// Why.
		reason: String,
	},
}

/// One source.
#[derive(Clone, Debug)]
pub struct SourceStatus {
	/// How it is.
	pub state: SourceState,
	/// When it last said something, Unix ms.
	pub heard_ms: Option<u64>,
}

/// What is known at one time.
#[derive(Clone, Debug, Default)]
struct Facts {
	/// The node in use.
	node: String,
	/// For how long no node has answered, and why.
	node_trouble: Option<(Instant, String)>,
	/// The chain's clock, Unix ms.
	chain_ms: Option<u64>,
	/// The chain's newest time by any node, Unix ms, and when it was first seen.
	newest: Option<(u64, Instant)>,
	/// When a node answered last.
	answered: Option<Instant>,
	clock_trouble: Option<String>,
	journal_trouble: Option<String>,
	store_trouble: Option<String>,
	sources: BTreeMap<String, SourceStatus>,
	/// When each meter was last heard of, if it was, Unix ms.
	heard: BTreeMap<String, Option<u64>>,
	/// Meters that were silent for several periods, and when they were last heard of.
	silent: BTreeMap<String, Option<u64>>,
	/// Groups that are to be proved and cannot, by period and name.
	unproved: BTreeMap<(u64, String), String>,
	/// The last period that is done.
	last_done: Option<PeriodRow>,
}

impl Facts {
	/// The reason that nodes answer and no new block comes, once that has lasted too long.
	fn chain_stands(&self) -> Option<Value> {
		// Of a chain that is not asked nothing is known: these have reasons of their own.
		if self.node_trouble.is_some() || self.clock_trouble.is_some() {
			return None;
		}
		let (newest_ms, since) = self.newest?;
		// While no node was asked, nothing is known either.
		let stood = self.answered?.saturating_duration_since(since);
		(stood >= CHAIN_PATIENCE).then(|| {
			let (seconds, newest) = (stood.as_secs(), time::show(newest_ms));
			json!({
				"name": "ChainStands",
				"message": format!(
					"there has been no new block for {seconds} s, the newest is of {newest}: nothing is \
					 committed to or settled until one comes"
				),
			})
		})
	}
}

/// Counters for Prometheus.
struct Metrics {
	registry: Registry,
	readings: IntCounterVec,
	commitments: IntCounterVec,
	periods: IntCounter,
	groups: IntCounterVec,
	paid: IntCounter,
	node_up: IntGauge,
	chain_age: IntGauge,
	sources: IntGaugeVec,
	meters: IntGaugeVec,
	journal_bytes: IntGauge,
	last_period: IntGauge,
	unproved: IntGauge,
}

/// How the agent is.
pub struct Status {
	facts: Mutex<Facts>,
	metrics: Metrics,
	/// How standing orders are.
	pub standing: Standing,
}

fn counters(registry: &Registry, name: &str, help: &str, label: &str) -> Result<IntCounterVec> {
	let counters = IntCounterVec::new(Opts::new(name, help), &[label]).map_err(bad_metric)?;
	registry.register(Box::new(counters.clone())).map_err(bad_metric)?;
	Ok(counters)
}

fn counter(registry: &Registry, name: &str, help: &str) -> Result<IntCounter> {
	let counter = IntCounter::new(name, help).map_err(bad_metric)?;
	registry.register(Box::new(counter.clone())).map_err(bad_metric)?;
	Ok(counter)
}

fn gauges(registry: &Registry, name: &str, help: &str, label: &str) -> Result<IntGaugeVec> {
	let gauges = IntGaugeVec::new(Opts::new(name, help), &[label]).map_err(bad_metric)?;
	registry.register(Box::new(gauges.clone())).map_err(bad_metric)?;
	Ok(gauges)
}

fn gauge(registry: &Registry, name: &str, help: &str) -> Result<IntGauge> {
	let gauge = IntGauge::new(name, help).map_err(bad_metric)?;
	registry.register(Box::new(gauge.clone())).map_err(bad_metric)?;
	Ok(gauge)
}

fn bad_metric(error: prometheus::Error) -> Error {
	Error::new("MetricsFailed", error.to_string())
}

impl Metrics {
	fn new() -> Result<Self> {
		let registry = Registry::new_custom(Some("meterproof_agent".to_owned()), None);
		let registry = registry.map_err(bad_metric)?;
		let r = &registry;
		Ok(Self {
			readings: counters(
				r,
				"readings_total",
				"What sources said, by what became of it",
				"result",
			)?,
			commitments: counters(
				r,
				"commitments_total",
				"Registers, by what became of them",
				"result",
			)?,
			periods: counter(r, "periods_total", "Periods of which nothing more will become")?,
			groups: counters(r, "groups_total", "Groups whose claim is final", "result")?,
			paid: counter(
				r,
				"paid_micro_mpf_total",
				"What sellers were paid, in millionths of an MPF",
			)?,
			node_up: gauge(r, "node_up", "Whether a node answers")?,
			chain_age: gauge(r, "chain_age_seconds", "How old the newest block is")?,
			sources: gauges(r, "sources", "Sources, by how they are", "state")?,
			meters: gauges(r, "meters", "Meters in the last period that is done", "state")?,
			journal_bytes: gauge(r, "journal_bytes", "Length of the journal")?,
			last_period: gauge(r, "last_period", "The last period that is done")?,
			unproved: gauge(
				r,
				"groups_unproved",
				"Groups that are to be proved and cannot be yet",
			)?,
			registry,
		})
	}
}

impl Status {
	/// A status in which nothing is known yet.
	pub fn new() -> Result<Self> {
		let metrics = Metrics::new()?;
		let standing = Standing::new(&metrics.registry)?;
		Ok(Self { facts: Mutex::default(), metrics, standing })
	}

	fn facts(&self) -> MutexGuard<'_, Facts> {
		self.facts.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// A node answered: its address, and the chain's clock.
	pub fn node_answers(&self, url: &str, chain_ms: u64, now_ms: u64) {
		let mut facts = self.facts();
		facts.node = url.to_owned();
		facts.node_trouble = None;
		facts.chain_ms = Some(chain_ms);
		let now = Instant::now();
		facts.answered = Some(now);
		// A node that is far ahead may not tell the truth.
		let too_far_ms = now_ms.saturating_add(TOLERANCE_MS);
		if facts.newest.is_none_or(|(newest_ms, _)| newest_ms < chain_ms || newest_ms > too_far_ms)
		{
			facts.newest = Some((chain_ms, now));
		}
		self.metrics.node_up.set(1);
		self.metrics.chain_age.set(signed(now_ms.saturating_sub(chain_ms) / 1_000));
	}

	/// The node that answered last, or none.
	pub fn node(&self) -> String {
		self.facts().node.clone()
	}

	/// Notes that no node answers, and for how long that has been so.
	pub fn node_gone(&self, gone_for: Duration, reason: &str) {
		let since = Instant::now().checked_sub(gone_for).unwrap_or_else(Instant::now);
		self.facts().node_trouble = Some((since, reason.to_owned()));
		self.metrics.node_up.set(0);
	}

	/// Notes what is wrong with the clock, if anything is; returns whether that is new.
	pub fn clock(&self, trouble: Option<String>) -> bool {
		replace(&mut self.facts().clock_trouble, trouble)
	}

	/// Notes what is wrong with the journal, if anything is; returns whether that is new.
	pub fn journal(&self, trouble: Option<String>) -> bool {
		replace(&mut self.facts().journal_trouble, trouble)
	}

	/// Notes what is wrong with the store, if anything is; returns whether that is new.
	pub fn store(&self, trouble: Option<String>) -> bool {
		replace(&mut self.facts().store_trouble, trouble)
	}

	/// The journal's length.
	pub fn journal_length(&self, bytes: u64) {
		self.metrics.journal_bytes.set(signed(bytes));
	}

	/// How a source is.
	pub fn source(&self, name: &str, state: SourceState, heard_ms: Option<u64>) {
		let mut facts = self.facts();
		let known = facts.sources.get(name).and_then(|source| source.heard_ms);
		let status = SourceStatus { state, heard_ms: heard_ms.or(known) };
		facts.sources.insert(name.to_owned(), status);
		for wanted in ["opening", "open", "ended", "lost"] {
			let count = facts.sources.values().filter(|source| state_name(&source.state) == wanted);
			self.metrics.sources.with_label_values(&[wanted]).set(signed(count.count() as u64));
		}
	}

	/// When each meter of the store was last heard of, if it was, Unix ms. What was known of them before and is
	/// later stays.
	pub fn heard(&self, mut heard: BTreeMap<String, Option<u64>>) {
		let mut facts = self.facts();
		for (meter, at_ms) in &mut heard {
			*at_ms = facts.heard.get(meter).copied().flatten().max(*at_ms);
		}
		facts.heard = heard;
	}

	/// The same, in place of what was known before: a time that a wrong clock said does not stay.
	pub fn set_heard(&self, heard: BTreeMap<String, Option<u64>>) {
		self.facts().heard = heard;
	}

	/// What became of findings.
	pub fn readings(&self, tally: Tally) {
		let Tally { kept, known, refused, passed_over } = tally;
		for (result, count) in
			[("kept", kept), ("known", known), ("refused", refused), ("passed_over", passed_over)]
		{
			self.metrics.readings.with_label_values(&[result]).inc_by(count);
		}
	}

	/// What became of a register.
	pub fn commitment(&self, result: &str) {
		self.metrics.commitments.with_label_values(&[result]).inc();
	}

	/// Which meters have been silent for several periods.
	pub fn silent(&self, silent: BTreeMap<String, Option<u64>>) {
		self.facts().silent = silent;
	}

	/// What keeps a group from being proved; nothing once it is.
	pub fn unproved(&self, period: u64, group: &str, trouble: Option<String>) {
		let mut facts = self.facts();
		match trouble {
			Some(trouble) => facts.unproved.insert((period, group.to_owned()), trouble),
			None => facts.unproved.remove(&(period, group.to_owned())),
		};
		self.metrics.unproved.set(signed(facts.unproved.len() as u64));
	}

	/// A period is done.
	pub fn done(&self, row: &PeriodRow) {
		let mut facts = self.facts();
		facts.unproved.retain(|(period, _), _| *period != row.period);
		self.metrics.unproved.set(signed(facts.unproved.len() as u64));
		self.metrics.periods.inc();
		self.metrics.last_period.set(signed(row.period));
		self.metrics.groups.with_label_values(&["settled"]).inc_by(row.settled.into());
		self.metrics.groups.with_label_values(&["expired"]).inc_by(row.expired.into());
		self.metrics.paid.inc_by(u64::try_from(row.paid / 1_000_000).unwrap_or(u64::MAX));
		for (state, count) in [
			("expected", row.expected),
			("committed", row.committed),
			("silent", u32::try_from(row.silent.len()).unwrap_or(u32::MAX)),
		] {
			self.metrics.meters.with_label_values(&[state]).set(count.into());
		}
		if facts.last_done.as_ref().is_none_or(|last| last.period <= row.period) {
			facts.last_done = Some(row.clone());
		}
	}

	/// Whether all is well, and what `/health` answers.
	pub fn health(&self) -> (bool, Value) {
		let facts = self.facts();
		let mut reasons = Vec::new();
		if let Some((since, reason)) = &facts.node_trouble {
			if since.elapsed() >= NODE_PATIENCE {
				let seconds = since.elapsed().as_secs();
				reasons.push(json!({
					"name": "NodeGone", "message": format!("no node has answered for {seconds} s: {reason}"),
				}));
			}
		}
		reasons.extend(facts.chain_stands());
		for (name, trouble) in [
			("ClockWrong", &facts.clock_trouble),
			("JournalFailed", &facts.journal_trouble),
			("StoreFailed", &facts.store_trouble),
		] {
			if let Some(message) = trouble {
				reasons.push(json!({ "name": name, "message": message }));
			}
		}
		for (name, source) in &facts.sources {
			if let SourceState::Lost { since, reason } = &source.state {
				if since.elapsed() >= SOURCE_PATIENCE {
					reasons.push(
						json!({ "name": "SourceLost", "message": format!("{name}: {reason}") }),
					);
				}
			}
		}
		for ((period, group), trouble) in &facts.unproved {
			reasons.push(json!({
				"name": "NotProved", "message": format!("{group} in period {period}: {trouble}"),
			}));
		}
		let sources = facts.sources.iter().map(|(name, source)| {
			let reason = match &source.state {
				SourceState::Lost { reason, .. } => Some(reason),
				_ => None,
			};
			let heard = source.heard_ms.map(time::show);
			let state = state_name(&source.state);
			json!({ "name": name, "state": state, "heard": heard, "reason": reason })
		});
		let said = |(meter, heard_ms): (&String, &Option<u64>)| json!({ "meter": meter, "heard": heard_ms.map(time::show) });
		let meters = facts.heard.iter().map(said);
		let silent = facts.silent.iter().map(said);
		let answer = json!({
			"ok": reasons.is_empty(),
			"reasons": reasons,
			"node": facts.node,
			"chain": facts.chain_ms.map(time::show),
			"sources": sources.collect::<Vec<_>>(),
			"meters": meters.collect::<Vec<_>>(),
			"silent": silent.collect::<Vec<_>>(),
			"standing": self.standing.answer(),
			"lastPeriod": facts.last_done.as_ref().map(|row| json!({
				"period": row.period, "committed": row.committed, "expected": row.expected,
				"settled": row.settled, "expired": row.expired,
			})),
		});
		(reasons.is_empty(), answer)
	}

	/// What `/metrics` answers, in the text format of Prometheus.
	pub fn metrics(&self) -> Vec<u8> {
		let mut text = Vec::new();
		match TextEncoder::new().encode(&self.metrics.registry.gather(), &mut text) {
			Ok(()) => text,
			Err(_) => Vec::new(),
		}
	}
}

fn signed(number: u64) -> i64 {
	i64::try_from(number).unwrap_or(i64::MAX)
}

fn replace(known: &mut Option<String>, trouble: Option<String>) -> bool {
	let is_new = trouble.is_some() && known.is_none();
	*known = trouble;
	is_new
}

/// What a source's state is called.
pub fn state_name(state: &SourceState) -> &'static str {
	match state {
		SourceState::Opening => "opening",
		SourceState::Open => "open",
		SourceState::Ended => "ended",
		SourceState::Lost { .. } => "lost",
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn names(status: &Status) -> Vec<String> {
		let (_, answer) = status.health();
		let reasons = answer["reasons"].as_array().unwrap();
		reasons.iter().filter_map(|reason| reason["name"].as_str().map(String::from)).collect()
	}

	#[test]
	fn what_fails_is_named_and_what_passes_is_not() {
		let status = Status::new().unwrap();
		assert!(status.health().0);
		status.node_gone(Duration::from_secs(5), "refused");
		assert!(status.health().0, "a node may be gone for a moment");
		status.node_gone(Duration::from_secs(61), "refused");
		assert!(status.clock(Some("an hour ahead".to_owned())));
		assert!(!status.clock(Some("an hour ahead".to_owned())), "it is told once");
		status.unproved(7, "group", Some("MissingOpening".to_owned()));
		assert_eq!(names(&status), ["NodeGone", "ClockWrong", "NotProved"]);
		status.node_answers("ws://a", 1_795_000_000_000, 1_795_000_002_000);
		status.clock(None);
		status.done(&PeriodRow { period: 7, ..PeriodRow::default() });
		assert!(status.health().0);
	}

	#[test]
	fn a_chain_without_new_blocks_is_named_once_that_lasts() {
		const BLOCK: u64 = 1_795_000_000_000;
		let status = Status::new().unwrap();
		let stands = |after: Duration| {
			let mut facts = status.facts();
			let since = facts.newest.map(|(_, since)| since);
			facts.answered = since.and_then(|since| since.checked_add(after));
			facts.chain_stands().map(|reason| reason["name"].clone())
		};
		assert_eq!(stands(CHAIN_PATIENCE), None, "no node has answered yet");
		status.node_answers("ws://a", BLOCK, BLOCK + 1_000);
		assert!(status.health().0);
		assert_eq!(stands(CHAIN_PATIENCE / 2), None, "blocks are slow while finality lags");
		assert_eq!(stands(CHAIN_PATIENCE), Some(json!("ChainStands")));
		// What is told instead.
		status.node_gone(Duration::from_secs(5), "refused");
		assert_eq!(stands(CHAIN_PATIENCE), None);

		// A node that is behind brings nothing new, and one with a newer block does.
		let long_ago = Instant::now();
		let status = Status::new().unwrap();
		status.facts().newest = Some((BLOCK, long_ago));
		status.node_answers("ws://b", BLOCK - 4_000, BLOCK);
		assert_eq!(status.facts().newest, Some((BLOCK, long_ago)));
		status.node_answers("ws://b", BLOCK + 2_000, BLOCK + 3_000);
		let newest = || status.facts().newest.map(|(newest_ms, _)| newest_ms);
		assert_eq!(newest(), Some(BLOCK + 2_000));

		// A node that is far ahead keeps no other one's blocks from counting.
		status.node_answers("ws://c", BLOCK + 3_600_000, BLOCK + 3_000);
		status.node_answers("ws://b", BLOCK + 4_000, BLOCK + 5_000);
		assert_eq!(newest(), Some(BLOCK + 4_000));
	}

	#[test]
	fn a_silent_meter_is_told_and_is_no_failure() {
		let status = Status::new().unwrap();
		status.silent([("house".to_owned(), None)].into());
		let (ok, answer) = status.health();
		assert!(ok);
		assert_eq!(answer["silent"][0]["meter"], "house");
	}

	#[test]
	fn each_meter_is_told_with_when_it_was_last_heard_of() {
		let status = Status::new().unwrap();
		status.heard(
			[("house".to_owned(), Some(1_795_000_000_000)), ("roof".to_owned(), None)].into(),
		);
		status.heard([("house".to_owned(), None), ("roof".to_owned(), None)].into());
		let meters = &status.health().1["meters"];
		assert_eq!(
			*meters,
			json!([
				{ "meter": "house", "heard": "2026-11-18T11:06:40Z" },
				{ "meter": "roof", "heard": null },
			])
		);
	}

	#[test]
	fn metrics_are_counted_under_their_names() {
		let status = Status::new().unwrap();
		status.readings(Tally { kept: 3, refused: 1, ..Tally::default() });
		status.source("dsmr", SourceState::Open, Some(1));
		let row = PeriodRow {
			period: 9,
			settled: 2,
			paid: 1_500_000_000_000,
			expected: 5,
			committed: 4,
			..PeriodRow::default()
		};
		status.done(&row);
		let text = String::from_utf8(status.metrics()).unwrap();
		for line in [
			"meterproof_agent_readings_total{result=\"kept\"} 3",
			"meterproof_agent_groups_total{result=\"settled\"} 2",
			"meterproof_agent_paid_micro_mpf_total 1500000",
			"meterproof_agent_last_period 9",
			"meterproof_agent_meters{state=\"committed\"} 4",
			"meterproof_agent_sources{state=\"open\"} 1",
		] {
			assert!(text.contains(line), "{line} in\n{text}");
		}
	}
}
