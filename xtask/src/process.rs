//! Running steps, with a heading and the time each took.

use std::{
	process::Command,
	time::{Duration, Instant},
};

use anyhow::{bail, Context, Result};

/// The steps of a task.
pub struct Steps {
	total: usize,
	done: Vec<(String, Duration)>,
	start: Instant,
}

impl Steps {
	/// A task of `total` steps.
	pub fn new(total: usize) -> Self {
		Self { total, done: Vec::new(), start: Instant::now() }
	}

	/// Runs one step. `on_failure` says what to do next.
	pub fn run(&mut self, name: &str, on_failure: &str, mut command: Command) -> Result<()> {
		let number = self.done.len().saturating_add(1);
		println!("\n=== [{number}/{}] {name} (at {})", self.total, clock(self.start.elapsed()));
		let start = Instant::now();
		let result = run(&mut command);
		let took = start.elapsed();
		self.done.push((name.into(), took));
		if let Err(error) = result {
			self.summary();
			bail!("{name} failed after {}: {error:#}\n{on_failure}", clock(took));
		}
		println!("=== [{number}/{}] {name}: passed in {}", self.total, clock(took));
		Ok(())
	}

	/// The times of all steps.
	pub fn summary(&self) {
		println!("\n=== times");
		for (name, took) in &self.done {
			println!("{:>9}  {name}", clock(*took));
		}
		println!("{:>9}  in all", clock(self.start.elapsed()));
	}
}

/// Runs a command to its end; fails unless it succeeds.
pub fn run(command: &mut Command) -> Result<()> {
	let status = command.status().with_context(|| format!("cannot start {}", text(command)))?;
	if !status.success() {
		bail!("{} ended with {status}", text(command));
	}
	Ok(())
}

/// What a command prints, or `None` if it cannot be started or fails.
pub fn answer(command: &mut Command) -> Option<String> {
	let output = command.output().ok().filter(|output| output.status.success())?;
	String::from_utf8(output.stdout).ok()
}

/// A command as one would type it.
pub fn text(command: &Command) -> String {
	let mut text = command.get_program().to_string_lossy().into_owned();
	for argument in command.get_args() {
		text.push(' ');
		text.push_str(&argument.to_string_lossy());
	}
	text
}

/// Minutes and seconds.
pub fn clock(time: Duration) -> String {
	let seconds = time.as_secs();
	format!("{} min {:02} s", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_failing_step_says_what_to_do_next() {
		let mut steps = Steps::new(1);
		let error = steps.run("lighting", "Change the bulb.", Command::new("false")).unwrap_err();
		assert!(error.to_string().contains("lighting failed"));
		assert!(error.to_string().ends_with("Change the bulb."));
	}

	#[test]
	fn a_missing_program_is_no_answer() {
		assert_eq!(answer(&mut Command::new("meterproof-no-such-program")), None);
		assert_eq!(answer(&mut Command::new("false")), None);
		assert_eq!(answer(Command::new("echo").arg("here")).as_deref(), Some("here\n"));
	}

	#[test]
	fn times_are_readable() {
		assert_eq!(clock(Duration::from_secs(61)), "1 min 01 s");
	}
}
