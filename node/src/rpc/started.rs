//! A commitment enters the pool once its period has begun in every view that the pool has.
//!
//! The SDK's pool has a view for the tip of each fork since the last final block, and asks all of them. One that
//! refuses because the period has not begun there can make the pool drop the transaction from every view, though
//! another has just taken it. Forks that finality has left behind have no view. So a commitment that the best
//! block takes waits, for a few blocks at most, until the period has begun in a final block too.

use std::{
	future::Future,
	sync::{
		atomic::{AtomicU64, Ordering},
		Arc,
	},
	time::Duration,
};

use meterproof_primitives::{api::MeteringApi as _, PeriodIndex, Phase};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;

use crate::client::Client;

/// Between two looks at the last final block.
const INTERVAL: Duration = Duration::from_millis(200);
/// Most looks, over three blocks: where finality stands still, commitments go on.
const MOST_LOOKS: usize = 30;

/// The newest periods that need no more waiting.
#[derive(Default)]
pub struct Started {
	/// Known to have begun in a final block.
	begun: AtomicU64,
	/// Waited for in vain: one commitment waits for each period, and not all of them one after the other.
	given_up: AtomicU64,
}

impl Started {
	/// Returns as soon as `period`, which has begun at the best block, has begun in a final one, or after
	/// [`MOST_LOOKS`].
	pub async fn wait_for(&self, client: &Arc<Client>, period: PeriodIndex) {
		self.wait(period, || {
			let client = client.clone();
			let look = move || has_begun(&client, period);
			async { tokio::task::spawn_blocking(look).await.unwrap_or(true) }
		})
		.await;
	}

	async fn wait<Looked>(&self, period: PeriodIndex, has_begun: impl Fn() -> Looked)
	where
		Looked: Future<Output = bool>,
	{
		for _ in 0..MOST_LOOKS {
			// Periods begin one after the other.
			let newest =
				self.begun.load(Ordering::Relaxed).max(self.given_up.load(Ordering::Relaxed));
			if period <= newest {
				return;
			}
			if has_begun().await {
				self.begun.fetch_max(period, Ordering::Relaxed);
				return;
			}
			tokio::time::sleep(INTERVAL).await;
		}
		self.given_up.fetch_max(period, Ordering::Relaxed);
	}
}

/// Whether a period has begun in the last final block. Where the runtime does not answer, the pool will say so.
fn has_begun(client: &Client, period: PeriodIndex) -> bool {
	let at = client.info().finalized_hash;
	let answer = client.runtime_api().period(at, Some(period));
	answer.map_or(true, |info| !matches!(info.phase, Phase::Open | Phase::Closed))
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::cell::Cell;

	#[tokio::test(start_paused = true)]
	async fn what_waits_goes_on_once_the_period_has_begun_in_a_final_block() {
		let (started, looks) = (Started::default(), Cell::new(0));
		let begun_at_the_third_look = || {
			looks.set(looks.get() + 1);
			std::future::ready(looks.get() >= 3)
		};
		started.wait(7, begun_at_the_third_look).await;
		assert_eq!(looks.get(), 3);

		// An older period has begun as well, and nobody looks again.
		for period in [7, 6] {
			started.wait(period, begun_at_the_third_look).await;
		}
		assert_eq!(looks.get(), 3);
		started.wait(8, begun_at_the_third_look).await;
		assert_eq!(looks.get(), 4);
	}

	#[tokio::test(start_paused = true)]
	async fn nothing_waits_for_ever_where_finality_stands_still() {
		let (started, begin) = (Started::default(), tokio::time::Instant::now());
		let limit = INTERVAL * u32::try_from(MOST_LOOKS).unwrap();
		started.wait(7, || std::future::ready(false)).await;
		assert_eq!(begin.elapsed(), limit);
		assert_eq!(started.begun.load(Ordering::Relaxed), 0, "it was not seen to begin");

		// The next commitments of the period do not wait as well, and those of the next one do.
		started.wait(7, || std::future::ready(false)).await;
		assert_eq!(begin.elapsed(), limit);
		started.wait(8, || std::future::ready(false)).await;
		assert_eq!(begin.elapsed(), limit * 2);
	}
}
