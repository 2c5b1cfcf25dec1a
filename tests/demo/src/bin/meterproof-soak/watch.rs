//! Looks at the nodes while the load runs: heads, memory; and kills validators in between.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use meterproof_driver::{
	chain::Chain,
	node::{Node, Settings},
	programs::Programs,
};
use serde_json::{json, Value};

use crate::{
	lags::Lags,
	memory::{resident_mb, Memory},
};

/// How long a killed validator is away.
const AWAY: Duration = Duration::from_secs(10);

/// Between two looks at memory.
const MEMORY: Duration = Duration::from_secs(5);

/// Blocks that a node may be behind and still count as in step.
const IN_STEP: u64 = 2;

/// A node that may be away.
pub struct Watched {
	name: String,
	node: Option<Node>,
	/// How it starts again, and when.
	away: Option<(Settings, Instant)>,
	/// Of each of its processes.
	memory: Vec<Memory>,
}

/// A validator that was killed.
struct Kill {
	name: String,
	/// Since the load began.
	seconds: f64,
	again: Option<Instant>,
	/// After it was started again.
	in_step_after: Option<f64>,
}

/// All nodes, and what was seen of them.
pub struct Watch<'a> {
	programs: &'a Programs,
	nodes: Vec<Watched>,
	validators: usize,
	chain: Chain,
	start: Instant,
	kills: Vec<Kill>,
	/// Seconds since the start at which validators are killed, last first.
	planned: Vec<f64>,
	memory_seen: Option<Instant>,
	/// How long blocks took to become final.
	pub lags: Lags,
}

impl<'a> Watch<'a> {
	/// Watches from now on; validators come first, and the last node is asked how the chain goes on.
	/// `kills` of them are spread over a length of time.
	pub fn new(
		programs: &'a Programs,
		nodes: Vec<Node>,
		validators: usize,
		kills: u32,
		length: Duration,
	) -> Result<Self> {
		let chain = nodes.last().context("a network without nodes")?.chain().clone();
		let between = length.as_secs_f64() / f64::from(kills.saturating_add(1));
		let nodes = nodes.into_iter().map(|node| Watched {
			name: node.settings.name.clone(),
			node: Some(node),
			away: None,
			memory: vec![Memory::default()],
		});
		Ok(Self {
			programs,
			nodes: nodes.collect(),
			validators,
			chain,
			start: Instant::now(),
			kills: Vec::new(),
			planned: (1..=kills).rev().map(|kill| f64::from(kill) * between).collect(),
			memory_seen: None,
			lags: Lags::default(),
		})
	}

	/// One look. Fails if a node ended by itself.
	pub fn look(&mut self) -> Result<()> {
		for watched in &mut self.nodes {
			if let Some(node) = &mut watched.node {
				node.ensure_running()?;
			}
		}
		if let (Ok(best), Ok(last)) = (self.chain.best(), self.chain.finalized()) {
			self.lags.see(best, last, Instant::now());
			self.look_for_step(last);
		}
		if self.memory_seen.is_none_or(|seen| seen.elapsed() >= MEMORY) {
			self.memory_seen = Some(Instant::now());
			self.look_at_memory();
		}
		self.start_again()?;
		if self.planned.last().is_some_and(|at| self.start.elapsed().as_secs_f64() >= *at) {
			self.planned.pop();
			self.kill()?;
		}
		Ok(())
	}

	/// Starts what is away, and gives all nodes.
	pub fn finish(mut self) -> Result<(Vec<Node>, Value, Value, Lags)> {
		for watched in &mut self.nodes {
			if let Some((settings, _)) = watched.away.take() {
				watched.node = Some(Node::start(self.programs, settings)?);
			}
		}
		let (kills, memory) = (self.kills_json(), self.memory_json());
		let nodes = self.nodes.into_iter().filter_map(|watched| watched.node).collect();
		Ok((nodes, kills, memory, self.lags))
	}

	fn seconds(&self) -> f64 {
		self.start.elapsed().as_secs_f64()
	}

	fn kill(&mut self) -> Result<()> {
		let turn = self.kills.len() % self.validators.max(1);
		let seconds = self.seconds();
		let Some(watched) = self.nodes.get_mut(turn) else { return Ok(()) };
		// Kills that come faster than nodes do are left out.
		let Some(node) = watched.node.take() else { return Ok(()) };
		println!("{seconds:.0} s: {} is killed", watched.name);
		watched.away = Some((node.kill()?, Instant::now() + AWAY));
		let name = watched.name.clone();
		self.kills.push(Kill { name, seconds, again: None, in_step_after: None });
		Ok(())
	}

	fn start_again(&mut self) -> Result<()> {
		for watched in &mut self.nodes {
			let is_due = watched.away.as_ref().is_some_and(|(_, at)| Instant::now() >= *at);
			if let Some((settings, _)) = watched.away.take_if(|_| is_due) {
				watched.node = Some(Node::spawn(self.programs, settings)?);
				watched.memory.push(Memory::default());
				let mut kills = self.kills.iter_mut().rev();
				if let Some(kill) = kills.find(|kill| kill.name == watched.name) {
					kill.again = Some(Instant::now());
				}
			}
		}
		Ok(())
	}

	/// Whether nodes that were away have what the others have.
	fn look_for_step(&mut self, last_final: u64) {
		for kill in self.kills.iter_mut().filter(|kill| kill.in_step_after.is_none()) {
			let Some(again) = kill.again else { continue };
			let watched = self.nodes.iter().find(|watched| watched.name == kill.name);
			let Some(node) = watched.and_then(|watched| watched.node.as_ref()) else { continue };
			let own = node.chain().finalized();
			if own.is_ok_and(|own| own + IN_STEP >= last_final) {
				kill.in_step_after = Some(again.elapsed().as_secs_f64());
			}
		}
	}

	fn look_at_memory(&mut self) {
		let seconds = self.seconds();
		for watched in &mut self.nodes {
			let Some(node) = &watched.node else { continue };
			let size = resident_mb(node.process_id());
			if let (Some(memory), Some(size)) = (watched.memory.last_mut(), size) {
				memory.add(seconds, size);
			}
		}
	}

	fn kills_json(&self) -> Value {
		let tenths = |value: f64| (value * 10.0).round() / 10.0;
		let rows = self.kills.iter().map(|kill| {
			json!({
				"node": kill.name,
				"at_s": tenths(kill.seconds),
				"in_step_after_s": kill.in_step_after.map(tenths),
			})
		});
		rows.collect()
	}

	/// Of each node, the process that ran longest.
	fn memory_json(&self) -> Value {
		let rows = self.nodes.iter().filter_map(|watched| {
			let seconds = |memory: &&Memory| memory.seconds();
			let longest = watched.memory.iter().max_by(|a, b| seconds(a).total_cmp(&seconds(b)))?;
			Some((watched.name.clone(), longest.json()))
		});
		Value::Object(rows.collect())
	}
}
