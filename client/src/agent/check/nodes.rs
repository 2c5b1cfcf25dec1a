//! Nodes, and this machine's clock beside theirs.

use std::collections::BTreeMap;

use tokio::task::JoinSet;

use super::{
	super::{
		clock::{ensure_right, ChainTime},
		nodes::{self, PeriodTimes},
		time,
	},
	Config, Line, State,
};
use crate::{
	chain::Chain,
	error::Error,
	store::Store,
	timetable::{local_ms, Timetable},
};

/// How old a node's newest block may be, in ms.
const OLD_BLOCK_MS: u64 = 60_000;

/// Asks all nodes; the first that is well.
pub(super) async fn ask_nodes(
	config: &Config,
	store: &Store,
) -> (Vec<Line>, Option<(Chain, PeriodTimes)>) {
	let mut asked = JoinSet::new();
	for (at, url) in config.node.iter().cloned().enumerate() {
		let (genesis, timetable) = (store.genesis(), store.timetable().copied());
		asked.spawn(async move { (at, ask_node(&url, genesis, timetable).await) });
	}
	let mut answers = BTreeMap::new();
	while let Some(Ok((at, answer))) = asked.join_next().await {
		answers.insert(at, answer);
	}
	let (mut lines, mut chain) = (Vec::new(), None);
	for (line, found) in answers.into_values() {
		lines.push(line);
		chain = chain.or(found);
	}
	// Of several nodes one is enough.
	if chain.is_some() {
		for line in lines.iter_mut().filter(|line| line.state == State::Error) {
			line.state = State::Warning;
		}
	}
	(lines, chain)
}

async fn ask_node(
	url: &str,
	genesis: [u8; 32],
	timetable: Option<Timetable>,
) -> (Line, Option<(Chain, PeriodTimes)>) {
	let about = format!("node {url}");
	let found = async {
		let chain = nodes::connect(url, genesis).await?;
		let times = nodes::period(&chain, None).await?;
		if let Some(timetable) = timetable {
			timetable.ensure_gives(&chain.rpc.period(None).await?)?;
		}
		let health = chain.rpc.raw("system_health", vec![]).await?;
		Ok::<_, Error>((chain, times, health))
	};
	match found.await {
		Err(error) => {
			let remedy = match error.name() {
				"OtherChain" => "name a node of the store's chain, or another store",
				"PeriodsDiffer" => {
					"ask another node; if periods did get other lengths, run `gateway` once with \
					 --accept-periods"
				},
				_ => "start the node, or name another one",
			};
			(Line::failed(&about, &error, remedy), None)
		},
		Ok((chain, times, health)) => {
			let age = local_ms().saturating_sub(times.now_ms);
			let peers = health["peers"].as_u64().unwrap_or(0);
			let found = format!("period {} is running, {peers} peers", times.period);
			let line = if health["isSyncing"] == true {
				Line::warning(&about, format!("{found}; it is catching up"), "wait until it has")
			} else if age > OLD_BLOCK_MS {
				let seconds = age / 1_000;
				Line::warning(
					&about,
					format!("{found}; its newest block is {seconds} s old"),
					"look whether the chain makes blocks, and the node has peers",
				)
			} else {
				Line::ok(&about, found)
			};
			(line, Some((chain, times)))
		},
	}
}

/// This machine's clock, beside the chain's if that is known.
pub(super) fn clock_line(times: Option<&PeriodTimes>) -> Line {
	let now_ms = local_ms();
	// How long the chain has stood still is not known from one look: it is taken to move.
	let chain = times.map(|times| ChainTime { now_ms: times.now_ms, still_ms: 0, is_live: false });
	match ensure_right(now_ms, chain) {
		Ok(()) if times.is_none() => {
			Line::ok("clock", format!("{}, compared with no node's", time::show(now_ms)))
		},
		Ok(()) => Line::ok("clock", time::show(now_ms)),
		Err(error) => Line::error(
			"clock",
			error.to_string(),
			"timedatectl set-ntp true; if the chain makes no blocks, that is what is wrong instead",
		),
	}
}
