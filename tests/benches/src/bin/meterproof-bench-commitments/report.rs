//! The figures, for people and as JSON.

use std::{
	collections::HashMap,
	fmt,
	time::{Duration, Instant},
};

use meterproof_proof_bench::{machine::Machine, median, thousandths};
use serde_json::{json, Value};

use crate::{
	gateway::Seen,
	log::{self, Made},
	setup::Size,
	traffic::{Sent, Sort},
	watch::Block,
};

/// What is sent this long before the commitments comes into a block before them.
const APART: Duration = Duration::from_secs(3);

/// What was seen.
pub struct Measured {
	/// When the first commitments were sent.
	pub start: Instant,
	/// When all were in blocks.
	pub end: Instant,
	/// By the gateways.
	pub seen: Seen,
	/// All blocks.
	pub blocks: Vec<Block>,
	/// The paid calls that the pool took.
	pub sent: Vec<Sent>,
	/// The paid calls that the pool refused.
	pub refused: Vec<String>,
}

/// How long calls of one sort took into a block.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Latency {
	/// How many were sent.
	pub sent: usize,
	/// Of them, how many came into no block.
	pub lost: usize,
	/// Seconds: the middle.
	pub median: f64,
	/// The seconds that no more than five calls of a hundred exceeded.
	pub most_95: f64,
	/// The longest.
	pub most: f64,
}

impl Latency {
	fn of(taken: &[Option<f64>]) -> Self {
		let mut seconds: Vec<f64> = taken.iter().flatten().copied().collect();
		seconds.sort_by(f64::total_cmp);
		let rank = (seconds.len() * 95).div_ceil(100).saturating_sub(1);
		Self {
			sent: taken.len(),
			lost: taken.len() - seconds.len(),
			median: median(&seconds),
			most_95: seconds.get(rank).copied().unwrap_or_default(),
			most: seconds.last().copied().unwrap_or_default(),
		}
	}

	fn json(&self) -> Value {
		json!({
			"sent": self.sent,
			"lost": self.lost,
			"median_s": thousandths(self.median),
			"most_of_95_percent_s": thousandths(self.most_95),
			"most_s": thousandths(self.most),
		})
	}
}

/// A part of the run.
struct RunPart {
	name: &'static str,
	/// When calls were sent that came into no block, in seconds from the beginning of the part.
	lost: Vec<f64>,
	blocks: Vec<(Block, Option<Made>)>,
	latencies: [(Sort, Latency); 3],
}

/// All figures.
pub struct Report {
	size: Size,
	machine: Machine,
	seen: Seen,
	included: usize,
	/// Until all were in blocks.
	seconds: f64,
	/// The number of commitments not yet in a block when the node had taken the last one.
	waited: usize,
	parts: [RunPart; 2],
	refused: Vec<String>,
}

impl Report {
	/// From what was seen and what the node's log says.
	pub fn of(size: Size, measured: Measured, log: &str) -> Self {
		let Measured { start, end, seen, blocks, sent, refused } = measured;
		let made = log::made(log);
		let mut found = HashMap::new();
		for block in &blocks {
			found.extend(block.others.iter().map(|other| (other.as_str(), block.seen)));
		}
		let part = |name, from: Instant, to: Instant| {
			let within = |at: Instant| from <= at && at <= to;
			let calls = sent.iter().filter(|call| within(call.at));
			let lost = calls
				.filter(|call| !found.contains_key(call.extrinsic.as_str()))
				.map(|call| call.at.saturating_duration_since(from).as_secs_f64())
				.collect();
			let latency = |sort| {
				let calls = sent.iter().filter(|call| call.sort == sort && within(call.at));
				let taken: Vec<Option<f64>> = calls
					.map(|call| {
						let seen = found.get(call.extrinsic.as_str())?;
						Some(seen.saturating_duration_since(call.at).as_secs_f64())
					})
					.collect();
				(sort, Latency::of(&taken))
			};
			let blocks = blocks.iter().filter(|block| within(block.seen)).cloned();
			RunPart {
				name,
				lost,
				blocks: blocks
					.map(|block| {
						let made = made.get(&block.number).cloned();
						(block, made)
					})
					.collect(),
				latencies: [Sort::Transfer, Sort::Acceptance, Sort::Settlement].map(latency),
			}
		};
		let began = sent.first().map_or(start, |call| call.at);
		let before = part("before", began, start.checked_sub(APART).unwrap_or(start));
		let during = part("during", start, end);
		let taken = start + seen.taken_after;
		let commitments = |until: Instant| -> usize {
			let blocks = blocks.iter().filter(|block| block.seen <= until);
			blocks.map(|block| block.commitments).sum()
		};
		let last = blocks.iter().rev().find(|block| block.commitments > 0);
		let seconds = last.map(|block| block.seen.saturating_duration_since(start).as_secs_f64());
		Self {
			size,
			machine: Machine::this(),
			included: commitments(end),
			seconds: seconds.unwrap_or_default(),
			waited: size.waiting.saturating_sub(commitments(taken)),
			seen,
			parts: [before, during],
			refused,
		}
	}

	/// As JSON.
	pub fn json(&self) -> Value {
		let parts = self.parts.iter().map(|part| {
			let latencies = part.latencies.iter();
			let latencies = latencies.map(|(sort, latency)| (name(*sort).into(), latency.json()));
			let blocks: Vec<Value> =
				part.blocks.iter().map(|(block, made)| row(block, made)).collect();
			let latencies: serde_json::Map<String, Value> = latencies.collect();
			let lost: Vec<f64> = part.lost.iter().copied().map(thousandths).collect();
			(part.name.into(), json!({ "latency": latencies, "lost_at_s": lost, "blocks": blocks }))
		});
		json!({
			"machine": self.machine.model,
			"cores": self.machine.cores,
			"waiting": self.size.waiting,
			"meters": self.size.meters,
			"periods": self.size.periods,
			"answers": self.seen.answers,
			"taken_after_s": thousandths(self.seen.taken_after.as_secs_f64()),
			"slowest_request_s": thousandths(self.seen.slowest.as_secs_f64()),
			"never_taken": self.seen.left,
			"waiting_when_taken": self.waited,
			"in_blocks": self.included,
			"in_blocks_after_s": thousandths(self.seconds),
			"paid_calls_refused": self.refused,
			"parts": parts.collect::<serde_json::Map<String, Value>>(),
		})
	}
}

impl fmt::Display for Report {
	fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
		writeln!(f, "{}", self.machine)?;
		writeln!(
			f,
			"{} commitments of {} meters and {} periods: answers {:?}",
			self.size.waiting, self.size.meters, self.size.periods, self.seen.answers
		)?;
		writeln!(
			f,
			"the node took them in {:.1} s (longest request {:.2} s), {} waited then, {} never taken",
			self.seen.taken_after.as_secs_f64(),
			self.seen.slowest.as_secs_f64(),
			self.waited,
			self.seen.left
		)?;
		let with = self.parts[1].blocks.iter().filter(|(block, _)| block.commitments > 0);
		writeln!(
			f,
			"{} are in {} blocks after {:.1} s",
			self.included,
			with.count(),
			self.seconds
		)?;
		for part in &self.parts {
			writeln!(f, "\n{}: {} blocks; middle and most", part.name, part.blocks.len())?;
			for (name, values) in columns(&part.blocks) {
				let most = values.iter().copied().fold(0.0, f64::max);
				writeln!(f, "    {name:28} {:10.1} {most:10.1}", median(&values))?;
			}
			for (sort, latency) in &part.latencies {
				let Latency { sent, lost, median, most_95, most } = latency;
				writeln!(
					f,
					"    {:12} {sent:4} sent, {lost} lost, in a block after {median:.2} s (95 %: \
					 {most_95:.2} s, most {most:.2} s)",
					name(*sort)
				)?;
			}
		}
		for part in self.parts.iter().filter(|part| !part.lost.is_empty()) {
			let at: Vec<String> = part.lost.iter().map(|at| format!("{at:.1}")).collect();
			writeln!(f, "lost {}: sent after {} s", part.name, at.join(", "))?;
		}
		for refusal in &self.refused {
			writeln!(f, "refused: {refusal}")?;
		}
		Ok(())
	}
}

/// What is told of blocks, each with a value for every block.
fn columns(blocks: &[(Block, Option<Made>)]) -> [(&'static str, Vec<f64>); 8] {
	let of = |value: fn(&Block) -> f64| blocks.iter().map(|(block, _)| value(block)).collect();
	let made = blocks.iter().filter_map(|(_, made)| made.as_ref());
	[
		("commitments", of(|block| block.commitments as f64)),
		("other extrinsics", of(|block| block.others.len() as f64)),
		("weight, ms", of(|block| block.weight_ms.iter().sum())),
		("of that normal, ms", of(|block| block.weight_ms[0])),
		("of that operational, ms", of(|block| block.weight_ms[1])),
		("length, kB", of(|block| block.bytes as f64 / 1e3)),
		("making the block, ms", made.map(|made| made.ms as f64).collect()),
		("memory of the node, MB", of(|block| block.node_mb.unwrap_or_default() as f64)),
	]
}

fn row(block: &Block, made: &Option<Made>) -> Value {
	json!({
		"number": block.number,
		"commitments": block.commitments,
		"others": block.others.len(),
		"weight_ms": block.weight_ms.map(thousandths),
		"bytes": block.bytes,
		"made_ms": made.as_ref().map(|made| made.ms),
		"end": made.as_ref().map(|made| made.end.as_str()),
		"node_mb": block.node_mb,
	})
}

fn name(sort: Sort) -> &'static str {
	match sort {
		Sort::Transfer => "transfers",
		Sort::Acceptance => "acceptances",
		Sort::Settlement => "settlements",
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn latencies_count_what_came_into_no_block() {
		let taken: Vec<_> = (1..=100).map(|second| Some(f64::from(second))).collect();
		let latency = Latency::of(&[&taken[..], &[None]].concat());
		assert_eq!((latency.sent, latency.lost, latency.median), (101, 1, 50.5));
		assert_eq!((latency.most_95, latency.most), (95.0, 100.0));
		assert_eq!(Latency::of(&[]), Latency::default());
	}
}
