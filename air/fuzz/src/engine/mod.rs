//! Where a case is verified.

mod native;
#[cfg(feature = "wasm")]
mod wasm;

pub use native::{last_panic, quiet_panics, Native};
#[cfg(feature = "wasm")]
pub use wasm::{counting_module, module, Entry, Wasm, WasmModule, EXTRA_PAGES};

use crate::memory::Memory;
use meterproof_fuzz_subject::Statement;
use std::time::Duration;

/// One verification.
#[derive(Clone, Debug)]
pub struct Run {
	/// How it ended, or what stopped it.
	pub end: End,
	/// Processor time.
	pub time: Duration,
	/// Memory.
	pub memory: Memory,
}

/// How a verification ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
	/// With a verdict: an index of `CLASSES`.
	Verdict(u32),
	/// With a panic or a trap.
	Crash(String),
}

/// Verifies cases.
pub trait Engine {
	/// Verifies one.
	fn run(&mut self, statement: &Statement, proof: &[u8]) -> Run;
}

/// Processor time that this thread has used: other work on the machine does not count.
fn processor_time() -> Duration {
	let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
	Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}

/// Runs `work` and times it.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
	let start = processor_time();
	let result = work();
	(result, processor_time().saturating_sub(start))
}
