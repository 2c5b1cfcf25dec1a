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

use meterproof_primitives::{api::MeteringApi, PeriodIndex, Phase};
use meterproof_runtime::{opaque::Block, AccountId};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;

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
	/// Has `work`, which does nothing until it is polled, done as soon as `period`, which has begun at the best
	/// block, has begun in a final one, or after [`MOST_LOOKS`].
	pub async fn before<C, Work>(
		&self,
		client: &Arc<C>,
		period: PeriodIndex,
		work: Work,
	) -> Work::Output
	where
		C: HeaderBackend<Block> + ProvideRuntimeApi<Block> + 'static,
		C::Api: MeteringApi<Block, AccountId>,
		Work: Future,
	{
		self.wait(period, || {
			let client = client.clone();
			let look = move || has_begun(&*client, period);
			async { tokio::task::spawn_blocking(look).await.unwrap_or(true) }
		})
		.await;
		work.await
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
fn has_begun<C>(client: &C, period: PeriodIndex) -> bool
where
	C: HeaderBackend<Block> + ProvideRuntimeApi<Block>,
	C::Api: MeteringApi<Block, AccountId>,
{
	let at = client.info().finalized_hash;
	let answer = client.runtime_api().period(at, Some(period));
	answer.map_or(true, |info| !matches!(info.phase, Phase::Open | Phase::Closed))
}

#[cfg(test)]
mod tests {
	use super::*;
	use meterproof_primitives::{api::PeriodInfo, Schedule};
	use meterproof_runtime::{opaque::Header, BlockNumber, Hash};
	use sp_api::{ApiError, ApiRef};
	use sp_blockchain::{BlockStatus, Info};
	use std::{cell::Cell, sync::atomic::AtomicUsize};

	const PERIOD: PeriodIndex = 7;

	/// The last block before the period, and the first one of it.
	const BEFORE: (BlockNumber, Hash) = (1, Hash::repeat_byte(1));
	const WITHIN: (BlockNumber, Hash) = (2, Hash::repeat_byte(2));

	const SCHEDULE: Schedule = Schedule {
		length_ms: 12_000,
		gate_lead_ms: 0,
		commit_window_ms: 0,
		proof_window_ms: 0,
		min_blocks: 0,
	};

	/// Looks at the chain for which finality lags by a block.
	const LAG: usize = 3;

	/// A chain whose best block is [`WITHIN`] the period, and whose last final one is from the look after [`LAG`] on.
	#[derive(Default)]
	struct Lagging {
		looks: AtomicUsize,
	}

	impl HeaderBackend<Block> for Lagging {
		fn header(&self, _: Hash) -> sp_blockchain::Result<Option<Header>> {
			Ok(None)
		}

		fn info(&self) -> Info<Block> {
			let lags = self.looks.fetch_add(1, Ordering::Relaxed) < LAG;
			let (finalized_number, finalized_hash) = if lags { BEFORE } else { WITHIN };
			Info {
				best_hash: WITHIN.1,
				best_number: WITHIN.0,
				genesis_hash: Hash::zero(),
				finalized_hash,
				finalized_number,
				finalized_state: None,
				number_leaves: 1,
				block_gap: None,
			}
		}

		fn status(&self, _: Hash) -> sp_blockchain::Result<BlockStatus> {
			Ok(BlockStatus::InChain)
		}

		fn number(&self, _: Hash) -> sp_blockchain::Result<Option<BlockNumber>> {
			Ok(None)
		}

		fn hash(&self, _: BlockNumber) -> sp_blockchain::Result<Option<Hash>> {
			Ok(None)
		}
	}

	/// What the runtime says about periods.
	struct Periods;

	sp_api::mock_impl_runtime_apis! {
		impl MeteringApi<Block, AccountId> for Periods {
			#[advanced]
			fn period(at: Hash, period: Option<PeriodIndex>) -> Result<PeriodInfo, ApiError> {
				assert_eq!(period, Some(PERIOD));
				Ok(PeriodInfo {
					period: PERIOD,
					phase: if at == WITHIN.1 { Phase::Running } else { Phase::Closed },
					now_ms: 0,
					gate_closure_ms: 0,
					start_ms: 0,
					end_ms: 0,
					root_cut_off_ms: 0,
					cut_off_ms: 0,
					deadline_ms: 0,
					first_open: PERIOD,
					schedule: SCHEDULE,
					schedule_until: None,
				})
			}
		}
	}

	impl ProvideRuntimeApi<Block> for Lagging {
		type Api = Periods;

		fn runtime_api(&self) -> ApiRef<'_, Periods> {
			Periods.into()
		}
	}

	#[tokio::test(start_paused = true)]
	async fn nothing_is_begun_before_its_period_has_begun_in_a_final_block() {
		let (started, chain) = (Started::default(), Arc::new(Lagging::default()));
		let looks = || chain.looks.load(Ordering::Relaxed);
		let begun_after = started.before(&chain, PERIOD, async { looks() }).await;
		assert_eq!(begun_after, LAG + 1, "the last final block lay before the period");
		assert_eq!(started.begun.load(Ordering::Relaxed), PERIOD);

		// What comes later for the same period need not wait.
		assert_eq!(started.before(&chain, PERIOD, async { looks() }).await, LAG + 1);
	}

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
