//! Running commands that mostly wait, some at a time.

use std::{
	cmp::Reverse,
	collections::{BTreeMap, VecDeque},
	fs::{self, File},
	path::Path,
	process::Command,
	sync::{Mutex, PoisonError},
	thread,
	time::{Duration, Instant},
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

/// Seconds that each task took when it last passed, a line each, in the folder of what they print.
const SECONDS: &str = "seconds.txt";

/// Runs the tasks, `lanes` at a time: those that took longest the last time begin, after those that never
/// ran, in the order given. What one prints goes into a file of `folder` and is shown when it ends, so that
/// two never mix. After a failure no other begins; those that run go on to their end.
pub fn run_all(mut tasks: Vec<Task>, lanes: usize, folder: &Path) -> Result<()> {
	fs::create_dir_all(folder)
		.with_context(|| format!("cannot make the folder {}", folder.display()))?;
	let seconds = Mutex::new(remembered(folder));
	tasks.sort_by_key(|task| Reverse(lock(&seconds).get(&task.name).copied().unwrap_or(u64::MAX)));
	let waiting = Mutex::new(VecDeque::from(tasks));
	let failures = Mutex::new(Vec::new());
	thread::scope(|scope| {
		for _ in 0..lanes {
			scope.spawn(|| {
				while lock(&failures).is_empty() {
					let Some(task) = lock(&waiting).pop_front() else { break };
					let name = task.name.clone();
					match run_one(task, folder) {
						Ok(took) => {
							lock(&seconds).insert(name, took.as_secs());
						},
						Err(error) => lock(&failures).push(format!("{name}: {error:#}")),
					}
				}
			});
		}
	});
	let kept = remember(folder, &lock(&seconds));
	let failures = lock(&failures);
	if !failures.is_empty() {
		bail!("{}", failures.join("\n"));
	}
	kept
}

/// The seconds that each task took when it last passed. If the file is missing or was written by another version,
/// no task counts as run.
fn remembered(folder: &Path) -> BTreeMap<String, u64> {
	let text = fs::read_to_string(folder.join(SECONDS)).unwrap_or_default();
	let line = |line: &str| {
		let (seconds, name) = line.split_once(' ')?;
		Some((name.to_string(), seconds.parse().ok()?))
	};
	text.lines().filter_map(line).collect()
}

fn remember(folder: &Path, seconds: &BTreeMap<String, u64>) -> Result<()> {
	let lines = seconds.iter().map(|(name, seconds)| format!("{seconds} {name}\n"));
	let path = folder.join(SECONDS);
	fs::write(&path, lines.collect::<String>())
		.with_context(|| format!("cannot write {}", path.display()))
}

fn run_one(task: Task, folder: &Path) -> Result<Duration> {
	let Task { name, mut command } = task;
	let path = folder.join(format!("{}.log", name.replace("::", ".")));
	let log = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
	command.stdout(log.try_clone()?).stderr(log);
	println!("--- {name}: begins");
	let start = Instant::now();
	let result = run(&mut command);
	let text = fs::read_to_string(&path).unwrap_or_default();
	let ends = if result.is_ok() { "passed" } else { "failed" };
	// One call, so that the other lanes' lines stay outside.
	let took = start.elapsed();
	println!("{text}--- {name}: {ends} after {}", clock(took));
	result.map(|()| took)
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
	fn what_took_longest_begins() {
		let folder = folder("order");
		fs::create_dir_all(&folder).unwrap();
		fs::write(folder.join(SECONDS), "1 short\n40 long\nnonsense\n").unwrap();
		let order = folder.join("order");
		let tasks = ["short", "long", "new"]
			.map(|name| task(name, &format!("echo {name} >> {}", order.display())));
		run_all(tasks.into(), 1, &folder).unwrap();
		assert_eq!(fs::read_to_string(order).unwrap(), "new\nlong\nshort\n");
		let seconds = remembered(&folder);
		assert_eq!(seconds.keys().collect::<Vec<_>>(), ["long", "new", "short"]);
		assert!(seconds.values().all(|seconds| *seconds < 40), "{seconds:?}");
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
