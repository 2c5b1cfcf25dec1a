//! The wish of whoever runs a program that it ends: Ctrl-C, SIGTERM, or a closed terminal.

use std::{
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	thread,
	time::{Duration, Instant},
};

use anyhow::Result;
use tokio::signal::unix::{signal, SignalKind};

/// Time between two looks.
const INTERVAL: Duration = Duration::from_millis(100);

/// Whether the program was asked to end. The signals no longer end it by themselves.
#[derive(Clone, Debug)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
	/// Waits for the signals from now on, on a thread of its own.
	pub fn watch() -> Result<Self> {
		let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
		let (mut interrupt, mut terminate, mut hang_up) = {
			let _entered = runtime.enter();
			(
				signal(SignalKind::interrupt())?,
				signal(SignalKind::terminate())?,
				signal(SignalKind::hangup())?,
			)
		};
		let asked = Arc::new(AtomicBool::new(false));
		let flag = asked.clone();
		thread::spawn(move || {
			runtime.block_on(async {
				tokio::select! {
					_ = interrupt.recv() => (),
					_ = terminate.recv() => (),
					_ = hang_up.recv() => (),
				}
			});
			flag.store(true, Ordering::Relaxed);
		});
		Ok(Self(asked))
	}

	/// Whether a signal has come.
	pub fn asked(&self) -> bool {
		self.0.load(Ordering::Relaxed)
	}

	/// Sleeps until the moment or a signal; says whether the signal came.
	pub fn sleep_until(&self, moment: Instant) -> bool {
		while !self.asked() {
			let left = moment.saturating_duration_since(Instant::now());
			if left.is_zero() {
				return false;
			}
			thread::sleep(left.min(INTERVAL));
		}
		true
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use rustix::process::{getpid, kill_process, Signal};

	#[test]
	fn a_signal_ends_a_sleep() {
		let interrupt = Interrupt::watch().unwrap();
		assert!(!interrupt.sleep_until(Instant::now() + Duration::from_millis(1)));
		kill_process(getpid(), Signal::HUP).unwrap();
		let start = Instant::now();
		assert!(interrupt.sleep_until(start + Duration::from_secs(60)));
		assert!(start.elapsed() < Duration::from_secs(30));
	}
}
