//! Running steps, with a heading and the time each took.

use std::{
	process::Command,
	time::{Duration, Instant},
};

use anyhow::{bail, Context, Result};

/// What a step took.
#[derive(Clone, Copy)]
struct Took {
	wall: Duration,
	/// Of all cores together; unknown where the system does not tell.
	processor: Option<Duration>,
}

impl Took {
	/// Since a moment and the processor time used by then.
	fn since((start, before): (Instant, Option<Duration>)) -> Self {
		let processor = processor_time().zip(before);
		Self {
			wall: start.elapsed(),
			processor: processor.map(|(now, before)| now.saturating_sub(before)),
		}
	}
}

impl std::fmt::Display for Took {
	fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
		let processor = self.processor.map_or("unknown".into(), clock);
		write!(f, "{:>12}  {processor:>12}", clock(self.wall))
	}
}

/// The steps of a task.
pub struct Steps {
	total: usize,
	done: Vec<(String, Took)>,
	start: (Instant, Option<Duration>),
}

impl Steps {
	/// A task of `total` steps.
	pub fn new(total: usize) -> Self {
		Self { total, done: Vec::new(), start: (Instant::now(), processor_time()) }
	}

	/// Runs one command as a step. `on_failure` says what to do next.
	pub fn run(&mut self, name: &str, on_failure: &str, mut command: Command) -> Result<()> {
		self.step(name, on_failure, || run(&mut command))
	}

	/// Runs any work as a step.
	pub fn step(
		&mut self,
		name: &str,
		on_failure: &str,
		work: impl FnOnce() -> Result<()>,
	) -> Result<()> {
		let number = self.done.len().saturating_add(1);
		println!("\n=== [{number}/{}] {name} (at {})", self.total, clock(self.start.0.elapsed()));
		let start = (Instant::now(), processor_time());
		let result = work();
		let took = Took::since(start);
		self.done.push((name.into(), took));
		if let Err(error) = result {
			self.summary();
			bail!("{name} failed after {}: {error:#}\n{on_failure}", clock(took.wall));
		}
		println!("=== [{number}/{}] {name}: passed in {}", self.total, clock(took.wall));
		Ok(())
	}

	/// The times of all steps.
	pub fn summary(&self) {
		println!("\n=== times{:>7}  {:>12}", "wall", "processor");
		for (name, took) in &self.done {
			println!("{took}  {name}");
		}
		println!("{}  in all", Took::since(self.start));
	}
}

/// Processor time of all commands that have ended, and of theirs: Linux keeps it in `/proc`, as
/// fields 16 and 17 of the process's `stat` (proc_pid_stat(5)), in hundredths of a second.
fn processor_time() -> Option<Duration> {
	let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
	// The second field is a name in parentheses, which may contain anything.
	let (_, fields) = stat.rsplit_once(')')?;
	let mut times = fields.split_ascii_whitespace().skip(13).map(|ticks| ticks.parse::<u64>().ok());
	let ticks = times.next()??.checked_add(times.next()??)?;
	Some(Duration::from_millis(ticks.checked_mul(10)?))
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
	fn processor_time_of_commands_is_counted() {
		let Some(before) = processor_time() else { return };
		run(Command::new("sh").args(["-c", "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done"]))
			.unwrap();
		assert!(processor_time().unwrap() > before);
	}

	#[test]
	fn times_are_readable() {
		assert_eq!(clock(Duration::from_secs(61)), "1 min 01 s");
	}
}
