//! Which mutants the tests notice.

use std::{
	io::{BufRead, BufReader},
	process::{Command, Stdio},
	sync::mpsc,
	thread,
	time::{Duration, Instant},
};

use anyhow::{Context, Result};

use crate::build::Program;

/// What became of a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
	/// This test fails, or with none named the program ends otherwise.
	Caught(String),
	/// The tests take much longer than they do.
	TooSlow,
	/// All tests pass.
	Survived,
}

/// Runs the tests with a mutant on, until one fails. 0 is none.
pub fn run(programs: &[Program], words: &[String], id: u32, limit: Duration) -> Result<Fate> {
	let begun = Instant::now();
	for program in programs {
		let left = limit.saturating_sub(begun.elapsed());
		match run_one(program, words, id, left)? {
			Fate::Survived => {},
			other => return Ok(other),
		}
	}
	Ok(Fate::Survived)
}

fn run_one(program: &Program, words: &[String], id: u32, limit: Duration) -> Result<Fate> {
	let mut child = Command::new(&program.path)
		.args(words)
		.current_dir(&program.folder)
		.env("MUTANT", id.to_string())
		.stdin(Stdio::null())
		.stdout(Stdio::piped())
		.stderr(Stdio::null())
		.spawn()
		.with_context(|| format!("cannot start {}", program.path.display()))?;
	let output = BufReader::new(child.stdout.take().context("it has an output")?);
	let (sender, failures) = mpsc::channel();
	// It ends with the program, whose line it reads.
	thread::spawn(move || {
		for line in output.lines().map_while(Result::ok) {
			let failed =
				line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FAILED"));
			if let Some(name) = failed {
				let _ = sender.send(name.to_owned());
			}
		}
	});
	let fate = match failures.recv_timeout(limit) {
		Ok(name) => Fate::Caught(name),
		Err(mpsc::RecvTimeoutError::Timeout) => Fate::TooSlow,
		// The output has ended, and so does the program.
		Err(mpsc::RecvTimeoutError::Disconnected) => {
			return Ok(match child.wait()?.success() {
				true => Fate::Survived,
				false => Fate::Caught("the program".into()),
			});
		},
	};
	child.kill()?;
	child.wait()?;
	Ok(fate)
}
