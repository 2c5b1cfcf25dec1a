//! Child processes that end with their owner.

use std::{
	cell::RefCell,
	fs::{File, OpenOptions},
	io::{Read, Seek, SeekFrom},
	path::{Path, PathBuf},
	process::{Child, Command, ExitStatus, Stdio},
	time::Duration,
};

use anyhow::{bail, Context, Result};
use rustix::process::{kill_process, Pid, Signal};

use crate::wait;

/// How much of a log is shown when something fails.
const TAIL_BYTES: u64 = 6_000;

thread_local! {
	static LAST_WORDS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// A running program whose output goes to a file. Killed when dropped.
#[derive(Debug)]
pub struct Process {
	name: String,
	child: Child,
	log: PathBuf,
}

impl Process {
	/// Starts it; its output is added to `log`.
	pub fn start(name: &str, command: &mut Command, log: &Path) -> Result<Self> {
		let output = open_log(log)?;
		let errors = output.try_clone()?;
		let child = command
			.stdin(Stdio::null())
			.stdout(output)
			.stderr(errors)
			.spawn()
			.with_context(|| format!("cannot start {:?}", command.get_program()))?;
		Ok(Self { name: name.into(), child, log: log.into() })
	}

	/// Its number.
	pub fn id(&self) -> u32 {
		self.child.id()
	}

	/// Fails, with the end of the log, if it has ended.
	pub fn ensure_running(&mut self) -> Result<()> {
		match self.child.try_wait()? {
			None => Ok(()),
			Some(status) => bail!("{} ended with {status}:\n{}", self.name, self.tail()),
		}
	}

	/// Asks it to end (SIGTERM), and kills it if it has not ended within `limit`. Says whether it ended by
	/// itself.
	pub fn end(&mut self, limit: Duration) -> Result<bool> {
		let ended = self.stop(limit);
		if ended.is_err() {
			self.kill()?;
		}
		Ok(ended.is_ok())
	}

	/// Kills it without warning (SIGKILL) and waits until it is gone.
	pub fn kill(&mut self) -> Result<()> {
		self.child.kill()?;
		self.child.wait()?;
		Ok(())
	}

	/// Asks it to end (SIGTERM), as a service manager does, and waits until it has.
	pub fn stop(&mut self, limit: Duration) -> Result<ExitStatus> {
		let number = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
		if let Some(number) = number.filter(|_| matches!(self.child.try_wait(), Ok(None))) {
			// It may have ended in between.
			let _ = kill_process(number, Signal::TERM);
		}
		wait::until(&format!("{} ends", self.name), limit, || Ok(self.child.try_wait()?))
	}

	/// The end of its log.
	pub fn tail(&self) -> String {
		tail(&self.log)
	}
}

impl Drop for Process {
	fn drop(&mut self) {
		// It may have ended by itself.
		let _ = self.kill();
		let words = format!("--- end of {}'s log\n{}", self.name, self.tail());
		LAST_WORDS.with_borrow_mut(|all| all.push(words));
	}
}

/// Takes the ends of the logs of all programs that this thread has ended so far.
pub fn last_words() -> Vec<String> {
	LAST_WORDS.take()
}

/// A log to add to.
pub fn open_log(path: &Path) -> Result<File> {
	let file = OpenOptions::new().create(true).append(true).open(path);
	file.with_context(|| format!("cannot write {}", path.display()))
}

/// The end of a log.
pub fn tail(path: &Path) -> String {
	let read = || -> std::io::Result<String> {
		let mut file = File::open(path)?;
		let length = file.metadata()?.len();
		file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
		let mut bytes = Vec::new();
		file.read_to_end(&mut bytes)?;
		Ok(String::from_utf8_lossy(&bytes).into_owned())
	};
	read().unwrap_or_else(|error| format!("(no log at {}: {error})", path.display()))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::wait::until;

	#[test]
	fn an_ended_program_is_noticed_with_its_last_words() {
		let folder = tempfile::tempdir().unwrap();
		let log = folder.path().join("log");
		let mut command = Command::new("sh");
		command.args(["-c", "echo no more; exit 3"]);
		let mut process = Process::start("talker", &mut command, &log).unwrap();
		let error =
			until("its end", Duration::from_secs(10), || Ok(process.ensure_running().err()));
		let text = error.unwrap().to_string();
		assert!(text.contains("talker") && text.contains("no more"), "{text}");
	}

	#[test]
	fn a_dropped_program_is_gone() {
		let folder = tempfile::tempdir().unwrap();
		let mut command = Command::new("sleep");
		let process =
			Process::start("sleeper", command.arg("600"), &folder.path().join("log")).unwrap();
		let status = PathBuf::from(format!("/proc/{}", process.child.id()));
		drop(process);
		assert!(!status.exists());
		assert!(last_words().concat().contains("sleeper"));
	}

	#[test]
	fn a_program_that_is_asked_to_end_may_do_so_by_itself() {
		let folder = tempfile::tempdir().unwrap();
		let log = folder.path().join("log");
		let mut polite = Command::new("sh");
		polite.args([
			"-c",
			"trap 'echo good bye; exit 0' TERM; echo ready; while :; do sleep 0.05; done",
		]);
		let mut polite = Process::start("polite", &mut polite, &log).unwrap();
		until("its handler", Duration::from_secs(10), || {
			Ok(polite.tail().contains("ready").then_some(()))
		})
		.unwrap();
		assert!(polite.end(Duration::from_secs(10)).unwrap());
		assert!(polite.tail().contains("good bye"));
		assert!(polite.end(Duration::from_secs(10)).unwrap(), "and has ended since");

		let log = folder.path().join("deaf-log");
		let mut deaf = Command::new("sh");
		deaf.args(["-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done"]);
		let mut deaf = Process::start("deaf", &mut deaf, &log).unwrap();
		until("its handler", Duration::from_secs(10), || {
			Ok(deaf.tail().contains("ready").then_some(()))
		})
		.unwrap();
		assert!(!deaf.end(Duration::from_millis(200)).unwrap());
		assert!(deaf.ensure_running().is_err());
	}
}
