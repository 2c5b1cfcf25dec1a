//! A program on a board.

use std::{
	fs::{self, File},
	path::Path,
	process::{Command, Stdio},
	thread,
	time::{Duration, Instant},
};

use crate::boards::Board;

const LIMIT: Duration = Duration::from_secs(900);

/// Runs a program to its end, and gives what it printed.
pub fn run(board: &Board, program: &Path) -> String {
	let [emulator, arguments @ ..] = board.emulator else { unreachable!() };
	let said = program.with_extension("txt");
	let file = File::create(&said).unwrap();
	let mut command = Command::new(emulator);
	command
		.args(arguments)
		.args(["-nographic", "-monitor", "none", "-serial", "none", "-semihosting", "-icount"])
		.arg(format!("shift={},sleep=off", board.shift))
		.arg("-kernel")
		.arg(program)
		.stdin(Stdio::null())
		.stdout(file.try_clone().unwrap())
		.stderr(file);
	let mut running = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
	let begin = Instant::now();
	let status = loop {
		if let Some(status) = running.try_wait().unwrap() {
			break Some(status);
		}
		if begin.elapsed() > LIMIT {
			running.kill().unwrap();
			running.wait().unwrap();
			break None;
		}
		thread::sleep(Duration::from_millis(20));
	};
	let text = fs::read_to_string(&said).unwrap();
	assert!(status.is_some_and(|status| status.success()), "{command:?}: {status:?}\n{text}");
	text
}
