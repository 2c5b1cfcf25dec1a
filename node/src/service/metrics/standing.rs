//! How things stand: heads, pool, validators, disk.

use std::{
	path::PathBuf,
	sync::Arc,
	time::{SystemTime, UNIX_EPOCH},
};

use meterproof_runtime::{Balance, UNIT};
use sc_transaction_pool_api::{PoolStatus, TransactionPool};
use sp_consensus_babe::SlotDuration;

use super::{
	chain::{Seen, Source},
	registered::{Metrics, SIGNED},
	LOG_TARGET,
};
use crate::{
	client::Pool,
	service::guard::{proposer::slot_of, Guard},
};

/// Most offers and contracts that are counted.
const MOST_ENTRIES: usize = 10_000;

/// What the pool holds at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolLimits {
	/// Transactions that are ready.
	pub transactions: usize,
	/// Bytes of the transactions that are ready.
	pub bytes: usize,
}

impl PoolLimits {
	/// From the options of the command line.
	pub fn of(options: &sc_cli::TransactionPoolParams) -> Self {
		Self { transactions: options.pool_limit, bytes: options.pool_kbytes.saturating_mul(1_024) }
	}

	/// How full the pool is, from 0 to 1, by transactions or by bytes, whichever is more.
	pub fn used(&self, status: &PoolStatus) -> f64 {
		let part = |used: usize, limit: usize| used as f64 / limit.max(1) as f64;
		part(status.ready, self.transactions).max(part(status.ready_bytes, self.bytes))
	}
}

/// Looks at how things stand.
pub struct Standing {
	pool: Arc<Pool>,
	limits: PoolLimits,
	slot_duration: SlotDuration,
	guard: Option<Arc<Guard>>,
	folder: PathBuf,
	/// When the node was started, in unix ms: a chain without blocks is as old.
	started: u64,
	/// What was signed and refused at the last look.
	signatures: [u64; 4],
}

impl Standing {
	/// Of a node with such a pool, guard and database.
	pub fn new(
		pool: Arc<Pool>,
		limits: PoolLimits,
		slot_duration: SlotDuration,
		guard: Option<Arc<Guard>>,
		folder: PathBuf,
	) -> Self {
		let (started, signatures) = (now_ms(), [0; 4]);
		Self { pool, limits, slot_duration, guard, folder, started, signatures }
	}

	/// What costs next to nothing.
	pub fn look(&mut self, metrics: &Metrics, seen: &Seen) {
		let heads = seen.heads();
		let (best, last_final) = (heads.best, heads.last_final);
		metrics.head_age.set(self.age(seen, best.1));
		metrics.final_age.set(self.age(seen, last_final.1));
		metrics.finality_lag.set(best.0.saturating_sub(last_final.0).into());

		let status = self.pool.status();
		let pool = [
			("ready", status.ready, status.ready_bytes),
			("future", status.future, status.future_bytes),
		];
		for (state, transactions, bytes) in pool {
			metrics.pool_transactions.with_label_values(&[state]).set(transactions as u64);
			metrics.pool_bytes.with_label_values(&[state]).set(bytes as u64);
		}
		metrics.pool_used.set(self.limits.used(&status));

		if let Some(guard) = &self.guard {
			let now = guard.signatures();
			for (((what, outcome), now), last) in
				SIGNED.into_iter().zip(now).zip(&mut self.signatures)
			{
				let more = now.saturating_sub(*last);
				metrics.signatures.with_label_values(&[what, outcome]).inc_by(more);
				*last = now;
			}
		}
	}

	/// What reads the chain's state, or asks the system.
	pub fn look_deeper(&self, metrics: &Metrics, seen: &Seen, own: &[u32]) {
		let (_, at) = seen.heads().last_final;
		if let Some(set) = seen.validators(at) {
			let parts = [
				("set", set.validators.len() as u64),
				("candidates", set.candidates.len() as u64),
				("least", set.least.into()),
				("most", set.most.into()),
			];
			for (part, count) in parts {
				metrics.validators.with_label_values(&[part]).set(count);
			}
			metrics.era.set(set.era.into());
			metrics.bonds.set(set.candidates.iter().map(|one| mpf(one.bond)).sum());
			metrics.slashes.set(set.slashes.len() as u64);

			let place = own.first().and_then(|place| usize::try_from(*place).ok());
			let account = place.and_then(|place| set.validators.get(place));
			metrics.own_validates.set(account.is_some().into());
			let bond = account.and_then(|account| seen.bond(at, account.clone()));
			metrics.own_bond.set(bond.map_or(0.0, |bond| mpf(bond.bond)));
			let own = set.slashes.iter().filter(|slash| Some(&slash.account) == account);
			metrics.own_slash.set(own.map(|slash| mpf(slash.amount)).sum());
		}
		let entries = |map| seen.entries(at, "Market", map, MOST_ENTRIES);
		if let Some(offers) = entries("OpenOffers") {
			metrics.offers.set(offers);
		}
		if let Some(contracts) = entries("Contracts") {
			metrics.contracts.set(contracts);
		}
		match rustix::fs::statvfs(&self.folder) {
			Ok(disk) => {
				metrics.disk_free.set(disk.f_bavail.saturating_mul(disk.f_frsize));
				metrics.disk_size.set(disk.f_blocks.saturating_mul(disk.f_frsize));
			},
			Err(cause) => log::debug!(
				target: LOG_TARGET,
				"The file system of {} cannot be asked: {cause}",
				self.folder.display()
			),
		}
	}

	/// How long ago a block's slot began, in seconds; for the genesis block, how long the node has run.
	fn age(&self, seen: &Seen, block: meterproof_runtime::Hash) -> f64 {
		let slot = seen.header(block).as_ref().and_then(slot_of);
		age(now_ms(), slot, self.slot_duration.as_millis(), self.started)
	}
}

/// How long before `now` a slot began, in seconds; without a slot, how long before it `started` was. All
/// in unix ms.
pub fn age(now: u64, slot: Option<u64>, slot_duration: u64, started: u64) -> f64 {
	let began = slot.map_or(started, |slot| slot.saturating_mul(slot_duration));
	now.saturating_sub(began) as f64 / 1_000.0
}

fn mpf(amount: Balance) -> f64 {
	amount as f64 / UNIT as f64
}

fn now_ms() -> u64 {
	let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
	u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
