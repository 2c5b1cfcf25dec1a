//! Metrics of this chain, under one prefix, beside those that the SDK serves at the same port.
//!
//! What happened on the chain is counted in final blocks, each once ([`events`], [`slots`]): a node that
//! starts begins at nothing, as counters of Prometheus do. How things stand is looked at every few
//! seconds ([`standing`]). What the node answers over JSON-RPC is counted where it is answered
//! ([`answers`]). Nothing here can stop the node: what cannot be read is left out. `docs/metrics.md` lists
//! every metric.

mod blocks;
pub(super) mod chain;
mod events;
mod registered;
mod slots;
mod standing;

use std::{path::PathBuf, sync::Arc, time::Duration};

use futures::StreamExt;
use sc_client_api::BlockchainEvents;
use sc_service::TaskManager;
use sp_consensus_babe::SlotDuration;
use sp_keystore::KeystorePtr;
use substrate_prometheus_endpoint::{PrometheusError, Registry};

use self::{blocks::Blocks, chain::Seen, registered::Metrics, standing::Standing};
use super::guard::Guard;
use crate::{
	answers::Answers,
	client::{Client, Pool},
};

pub use standing::PoolLimits;

/// For logs.
const LOG_TARGET: &str = "metrics";

/// What the name of each metric of this chain begins with.
const PREFIX: &str = "meterproof_";

/// How often it is looked at how things stand.
const TICK: Duration = Duration::from_secs(2);

/// How many ticks pass between two looks at what takes a walk through the chain's state.
const SELDOM: u64 = 15;

/// What the metrics are fed from.
pub struct Inputs<'a> {
	/// Where they are served.
	pub registry: &'a Registry,
	/// The chain.
	pub client: Arc<Client>,
	/// The transaction pool.
	pub pool: Arc<Pool>,
	/// What the pool holds at most.
	pub limits: PoolLimits,
	/// Length of a slot.
	pub slot_duration: SlotDuration,
	/// A validator's keys.
	pub keystore: Option<KeystorePtr>,
	/// What decides which votes and blocks a validator signs.
	pub guard: Option<Arc<Guard>>,
	/// A folder of the file system that the database is on.
	pub folder: PathBuf,
	/// Who runs tasks.
	pub task_manager: &'a TaskManager,
}

/// Registers the metrics and begins to feed them.
pub fn spawn(inputs: Inputs<'_>) -> Result<Answers, PrometheusError> {
	let Inputs {
		registry,
		client,
		pool,
		limits,
		slot_duration,
		keystore,
		guard,
		folder,
		task_manager,
	} = inputs;
	let metrics = Metrics::register(registry)?;
	let answers = metrics.answers.clone();
	let seen = Seen::new(client.clone(), keystore);
	let mut blocks = Blocks::default();
	let mut standing = Standing::new(pool, limits, slot_duration, guard, folder);
	task_manager.spawn_handle().spawn_blocking("chain-metrics", None, async move {
		let mut final_blocks = client.finality_notification_stream();
		let mut ticks = tokio::time::interval(TICK);
		ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
		let mut tick = 0u64;
		let mut places = Vec::new();
		loop {
			tokio::select! {
				notification = final_blocks.next() => {
					let Some(notification) = notification else { return };
					let hashes = notification.tree_route.iter().copied();
					blocks.count(&metrics, &seen, hashes.chain([notification.hash]));
					if blocks.own_places() != places {
						places = blocks.own_places().to_vec();
						standing.look_deeper(&metrics, &seen, &places);
					}
				},
				_ = ticks.tick() => {
					standing.look(&metrics, &seen);
					if tick.is_multiple_of(SELDOM) {
						standing.look_deeper(&metrics, &seen, &places);
					}
					tick = tick.wrapping_add(1);
				},
			}
		}
	});
	Ok(answers)
}

#[cfg(test)]
mod tests;
