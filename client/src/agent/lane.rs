//! The account's calls: what settles goes before what orders.
//!
//! The account that settles may order as well, and its calls have one sequence of numbers (nonces). As long as
//! a settlement is on its way, from before it asks for its nonce until it is final, no order begins. An order
//! that has begun is let into the pool first, which takes no longer than [`ENTRY`]; it is not waited for until
//! it is in a block, and the settlement takes the next nonce. Whatever happens, a settlement waits no longer
//! than half a minute.

use std::{
	sync::{
		atomic::{AtomicUsize, Ordering},
		Arc,
	},
	time::Duration,
};

use tokio::{
	sync::{Mutex, OwnedMutexGuard},
	time::timeout,
};

/// How long an order may take from the question for its nonce until the pool has taken it.
pub const ENTRY: Duration = Duration::from_secs(10);

/// How long a settlement waits for an order. One that was not taken in time holds the account until its connection
/// is closed, which takes a look more.
const PATIENCE: Duration = Duration::from_secs(30);

/// Who may sign with the account now.
#[derive(Clone, Debug, Default)]
pub struct Lane {
	settling: Arc<AtomicUsize>,
	entering: Arc<Mutex<()>>,
}

/// A settlement on its way.
#[derive(Debug)]
pub struct Settling(Arc<AtomicUsize>);

impl Drop for Settling {
	fn drop(&mut self) {
		self.0.fetch_sub(1, Ordering::SeqCst);
	}
}

impl Lane {
	/// Keeps orders out until it is dropped; returns once none is between its nonce and the pool, or after
	/// half a minute.
	pub async fn settle(&self) -> Settling {
		self.settle_within(PATIENCE).await
	}

	async fn settle_within(&self, patience: Duration) -> Settling {
		self.settling.fetch_add(1, Ordering::SeqCst);
		let settling = Settling(self.settling.clone());
		// A settlement that waited for ever would miss its deadline.
		drop(timeout(patience, self.entering.lock()).await);
		settling
	}

	/// Lets an order take its nonce; none while something settles. It is to be dropped once the pool has the
	/// order, after [`ENTRY`] at most, or once the order can reach no pool any more.
	pub fn order(&self) -> Option<OwnedMutexGuard<()>> {
		let entering = self.entering.clone().try_lock_owned().ok()?;
		(self.settling.load(Ordering::SeqCst) == 0).then_some(entering)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[tokio::test]
	async fn no_order_begins_while_something_settles() {
		let lane = Lane::default();
		let (one, other) = (lane.settle().await, lane.settle().await);
		drop(one);
		assert!(lane.order().is_none(), "the other one is on its way");
		drop(other);
		assert!(lane.order().is_some());
	}

	#[tokio::test]
	async fn a_settlement_waits_until_the_pool_has_the_order_and_no_longer() {
		let lane = Lane::default();
		let entering = lane.order().unwrap();
		assert!(lane.order().is_none(), "one at a time");
		let settles = lane.settle();
		tokio::pin!(settles);
		let early = timeout(Duration::from_millis(20), &mut settles).await;
		assert!(early.is_err(), "the order has its nonce, and is in no pool yet");
		assert!(lane.order().is_none());
		drop(entering);
		let settling = settles.await;
		assert!(lane.order().is_none());
		drop(settling);
		assert!(lane.order().is_some());
	}

	#[tokio::test]
	async fn no_settlement_waits_for_ever() {
		let lane = Lane::default();
		let stuck = lane.order().unwrap();
		let settling = lane.settle_within(Duration::from_millis(20)).await;
		drop(stuck);
		assert!(lane.order().is_none(), "it is on its way");
		drop(settling);
		assert!(lane.order().is_some());
	}
}
