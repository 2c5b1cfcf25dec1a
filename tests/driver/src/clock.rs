//! A clock of its own for a program under test: faster than the true one, or with another time of day.
//!
//! A library that is preloaded stands between the program and the system (`clock/clock.c`). It is compiled
//! when a test wants it, with the C compiler that cargo links with.

use std::{
	path::{Path, PathBuf},
	process::Command,
	time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{ensure, Context, Result};

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/clock/clock.c");

/// The clock. Programs that are given the same one agree on the time.
#[derive(Clone, Debug)]
pub struct Clock {
	library: PathBuf,
	/// Nanoseconds since 1970 at which it went as the true clock does.
	begin: u64,
	speed: u32,
	/// Nanoseconds by which the time of day is ahead of what follows from the two.
	ahead: i64,
}

impl Clock {
	/// A clock that shows the true time, until it is changed. Its library lies in `folder`.
	pub fn new(folder: &Path) -> Result<Self> {
		let library = folder.join("clock.so");
		let output = Command::new("cc")
			.args(["-O2", "-shared", "-fPIC", "-o"])
			.arg(&library)
			.arg(SOURCE)
			.arg("-ldl")
			.output()
			.context("there is no C compiler `cc`")?;
		let errors = String::from_utf8_lossy(&output.stderr);
		ensure!(output.status.success(), "cc ended with {}: {errors}", output.status);
		let begin = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
		Ok(Self { library, begin: u64::try_from(begin)?, speed: 1, ahead: 0 })
	}

	/// The same clock, so many times as fast from its making on.
	pub fn faster(self, speed: u32) -> Self {
		Self { speed: speed.max(1), ..self }
	}

	/// The same clock, with the time of day ahead by so much.
	pub fn ahead(self, by: Duration) -> Result<Self> {
		Ok(Self { ahead: i64::try_from(by.as_nanos())?, ..self })
	}

	/// The same clock, with the time of day behind by so much.
	pub fn behind(self, by: Duration) -> Result<Self> {
		Ok(Self { ahead: -i64::try_from(by.as_nanos())?, ..self })
	}

	/// How many times as fast it goes.
	pub fn speed(&self) -> u32 {
		self.speed
	}

	/// Has the program that this command starts go by this clock.
	pub fn give(&self, command: &mut Command) {
		let Self { library, begin, speed, ahead } = self;
		command
			.env("LD_PRELOAD", library)
			.env("METERPROOF_CLOCK", format!("{begin} {speed} {ahead}"));
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::time::Instant;

	/// What `date` says by a clock, in seconds since 1970, after it has slept for so many.
	fn date_after(clock: &Clock, seconds: u32) -> (f64, Duration) {
		let script = format!("sleep {seconds}; date +%s.%N");
		let mut command = Command::new("sh");
		command.args(["-c", &script]);
		clock.give(&mut command);
		let start = Instant::now();
		let output = command.output().unwrap();
		assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
		let text = String::from_utf8(output.stdout).unwrap();
		(text.trim().parse().unwrap(), start.elapsed())
	}

	fn now() -> f64 {
		SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64()
	}

	#[test]
	fn a_clock_that_is_ahead_or_fast_shows_so_and_waits_as_much_less() {
		let folder = tempfile::tempdir().unwrap();
		let clock = Clock::new(folder.path()).unwrap();
		let hour = Duration::from_secs(3_600);
		let (shown, _) = date_after(&clock.clone().ahead(hour).unwrap(), 0);
		assert!((shown - now() - 3_600.0).abs() < 5.0, "{shown}");
		let (shown, _) = date_after(&clock.clone().behind(hour).unwrap(), 0);
		assert!((shown - now() + 3_600.0).abs() < 5.0, "{shown}");

		let begun = now();
		let (shown, took) = date_after(&clock.faster(20), 20);
		assert!(took < Duration::from_secs(15), "{took:?}");
		assert!(shown - begun > 19.0, "{shown}");
	}
}
