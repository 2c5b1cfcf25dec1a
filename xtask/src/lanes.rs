//! Running commands that mostly wait, some at a time.

use std::{
	collections::VecDeque,
	fs::{self, File},
	path::Path,
	process::Command,
	sync::{Mutex, PoisonError},
	thread,
	time::Instant,
};

use anyhow::{bail, Context, Result};

use crate::process::{clock, run};

/// A command and what its heading calls it.
pub struct Task {
	/// The name, also of the file that has what it prints.
	pub name: String,
	/// What to run.
	pub command: Command,
}

/// Runs the tasks, `lanes` at a time and in their order. What one prints goes into a file of
/// `folder` and is shown when it ends, so that two never mix. After a failure no other begins; those
/// that run go on to their end.
pub fn run_all(tasks: Vec<Task>, lanes: usize, folder: &Path) -> Result<()> {
	fs::create_dir_all(folder)
		.with_context(|| format!("cannot make the folder {}", folder.display()))?;
	let waiting = Mutex::new(VecDeque::from(tasks));
	let failures = Mutex::new(Vec::new());
	thread::scope(|scope| {
		for _ in 0..lanes {
			scope.spawn(|| {
				while lock(&failures).is_empty() {
					let Some(task) = lock(&waiting).pop_front() else { break };
					let name = task.name.clone();
					if let Err(error) = run_one(task, folder) {
						lock(&failures).push(format!("{name}: {error:#}"));
					}
				}
			});
		}
	});
	let failures = lock(&failures);
	if !failures.is_empty() {
		bail!("{}", failures.join("\n"));
	}
	Ok(())
}

fn run_one(task: Task, folder: &Path) -> Result<()> {
	let Task { name, mut command } = task;
	let path = folder.join(format!("{name}.log"));
	let log = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
	command.stdout(log.try_clone()?).stderr(log);
	println!("--- {name}: begins");
	let start = Instant::now();
	let result = run(&mut command);
	let text = fs::read_to_string(&path).unwrap_or_default();
	let ends = if result.is_ok() { "passed" } else { "failed" };
	// One call, so that the other lanes' lines stay outside.
	println!("{text}--- {name}: {ends} after {}", clock(start.elapsed()));
	result
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
	mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn task(name: &str, script: &str) -> Task {
		let mut command = Command::new("sh");
		command.args(["-c", script]);
		Task { name: name.into(), command }
	}

	fn folder(name: &str) -> std::path::PathBuf {
		std::env::temp_dir().join(format!("meterproof-lanes-{name}-{}", std::process::id()))
	}

	#[test]
	fn two_run_at_a_time() {
		let folder = folder("pair");
		// Each waits for what the other one makes.
		let meet = |mine: &str, other: &str| {
			format!("touch {mine}; until [ -e {other} ]; do sleep 0.01; done", mine = mine)
		};
		let at = |name: &str| folder.join(name).display().to_string();
		let tasks = vec![
			task("first", &meet(&at("a"), &at("b"))),
			task("second", &meet(&at("b"), &at("a"))),
		];
		run_all(tasks, 2, &folder).unwrap();
		fs::remove_dir_all(&folder).unwrap();
	}

	#[test]
	fn a_failure_is_named_and_nothing_begins_after_it() {
		let folder = folder("failure");
		let after = folder.join("after");
		let tasks = vec![
			task("good", "echo fine"),
			task("bad", "echo broken; exit 3"),
			task("never", &format!("touch {}", after.display())),
		];
		let error = run_all(tasks, 1, &folder).unwrap_err().to_string();
		assert!(error.starts_with("bad: ") && error.contains("exit status: 3"), "{error}");
		assert!(!after.exists());
		assert_eq!(fs::read_to_string(folder.join("bad.log")).unwrap(), "broken\n");
		fs::remove_dir_all(&folder).unwrap();
	}
}
