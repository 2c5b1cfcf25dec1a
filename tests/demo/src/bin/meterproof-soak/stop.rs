//! When the load ends.

use std::{
	thread,
	time::{Duration, Instant},
};

use meterproof_driver::interrupt::Interrupt;

/// The end of the load: its time is over, or somebody asked for it.
#[derive(Clone, Debug)]
pub struct Stop {
	interrupt: Interrupt,
	end: Instant,
}

impl Stop {
	/// At a moment, or with a signal.
	pub fn at(end: Instant, interrupt: &Interrupt) -> Self {
		Self { interrupt: interrupt.clone(), end }
	}

	/// Whether it has come.
	pub fn has_come(&self) -> bool {
		Instant::now() >= self.end || self.interrupt.asked()
	}

	/// Waits for a while, or until the end.
	pub fn pause(&self, length: Duration) {
		let until = Instant::now() + length;
		while Instant::now() < until && !self.has_come() {
			thread::sleep(Duration::from_millis(50));
		}
	}
}
