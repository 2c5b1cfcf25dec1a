//! How verifying is timed.

use anyhow::Result;
use rayon::ThreadPoolBuilder;
use rustix::time::{clock_gettime, ClockId};
use std::time::Duration;

/// Does `work` in a pool of one thread. Long sequences would otherwise be spread over the prover's
/// threads, and waiting for those takes longer than it saves.
pub fn on_one_core<T: Send>(work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
	ThreadPoolBuilder::new().num_threads(1).build()?.install(work)
}

/// Processor time that this thread has used: other work on the machine does not count.
pub fn processor_time() -> Duration {
	let time = clock_gettime(ClockId::ThreadCPUTime);
	Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}
