//! The client program, run with `--json`.

use std::{
	fmt, fs,
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
	sync::atomic::{AtomicUsize, Ordering},
	time::Duration,
};

use anyhow::{bail, Context, Result};
use rustix::process::{kill_process, Pid, Signal};
use serde_json::Value;

use crate::{
	process::{open_log, tail},
	wait,
};

/// Longest time one command may take, unless told otherwise.
const LIMIT: Duration = Duration::from_secs(120);

/// Password of every store in tests and demo.
pub const PASSWORD: &str = "not a secret: a temporary store";

static RUNS: AtomicUsize = AtomicUsize::new(0);

/// A command that the client refused, with the error's name.
#[derive(Debug)]
pub struct Refused {
	/// The name.
	pub name: String,
	/// What is wrong.
	pub message: String,
	/// The status that the command ended with.
	pub status: Option<i32>,
	command: String,
}

impl fmt::Display for Refused {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(formatter, "`{}`: {}: {}", self.command, self.name, self.message)
	}
}

impl std::error::Error for Refused {}

/// The client, for one node and account.
#[derive(Clone, Debug)]
pub struct Client {
	program: PathBuf,
	url: String,
	account: String,
	folder: PathBuf,
	limit: Duration,
}

impl Client {
	/// Talks to `url` for the account of a secret such as `//Bob`. Output goes to `folder`.
	pub fn new(program: &Path, url: &str, account: &str, folder: &Path) -> Self {
		Self {
			program: program.into(),
			url: url.into(),
			account: account.into(),
			folder: folder.into(),
			limit: LIMIT,
		}
	}

	/// This client for another account.
	pub fn of(&self, account: &str) -> Self {
		Self { account: account.into(), ..self.clone() }
	}

	/// This client through another node.
	pub fn at(&self, url: &str) -> Self {
		Self { url: url.into(), ..self.clone() }
	}

	/// This client with another limit of time for each command.
	pub fn within(&self, limit: Duration) -> Self {
		Self { limit, ..self.clone() }
	}

	/// Starts a command that takes its time.
	pub fn start(&self, arguments: &[&str]) -> Result<Running> {
		let run = RUNS.fetch_add(1, Ordering::Relaxed);
		let (output, errors) = (self.file(run, "out"), self.file(run, "err"));
		let child = Command::new(&self.program)
			.args(["--json", "--url", &self.url, "--account", &self.account])
			.args(arguments)
			.env("METERPROOF_PASSWORD", PASSWORD)
			.stdin(Stdio::null())
			.stdout(open_log(&output)?)
			.stderr(open_log(&errors)?)
			.spawn()
			.with_context(|| format!("cannot start {}", self.program.display()))?;
		Ok(Running { command: arguments.join(" "), child, output, errors })
	}

	/// Runs a command and gives its JSON values, one per line or one over many lines.
	pub fn run_lines(&self, arguments: &[&str]) -> Result<Vec<Value>> {
		self.start(arguments)?.finish(self.limit)
	}

	/// Runs a command that prints one value.
	pub fn run(&self, arguments: &[&str]) -> Result<Value> {
		let mut values = self.run_lines(arguments)?;
		match (values.pop(), values.is_empty()) {
			(Some(value), true) => Ok(value),
			_ => bail!("`{}` did not print one value", arguments.join(" ")),
		}
	}

	/// Puts what a command prints into a file, to be signed as it was seen there; the file's name.
	pub fn look(&self, arguments: &[&str]) -> Result<String> {
		self.keep(&self.run(arguments)?)
	}

	/// Puts into a file what was printed; the file's name.
	pub fn keep(&self, seen: &Value) -> Result<String> {
		let file = self.file(RUNS.fetch_add(1, Ordering::Relaxed), "seen.json");
		fs::write(&file, seen.to_string())?;
		Ok(file.to_string_lossy().into_owned())
	}

	/// Runs a command that must be refused; gives the error's name.
	pub fn refusal(&self, arguments: &[&str]) -> Result<String> {
		Ok(self.refused(arguments)?.name)
	}

	/// Runs a command that must be refused.
	pub fn refused(&self, arguments: &[&str]) -> Result<Refused> {
		match self.run_lines(arguments) {
			Ok(values) => bail!("`{}` was not refused: {values:?}", arguments.join(" ")),
			Err(error) => Ok(error.downcast::<Refused>()?),
		}
	}

	/// Runs a command without `--json`, whether it is refused or not; all that a person sees of it on the
	/// terminal.
	pub fn print(&self, arguments: &[&str]) -> Result<String> {
		let output = Command::new(&self.program)
			.args(["--url", &self.url, "--account", &self.account])
			.args(arguments)
			.env("METERPROOF_PASSWORD", PASSWORD)
			.stdin(Stdio::null())
			.output()
			.with_context(|| format!("cannot start {}", self.program.display()))?;
		let printed = [output.stdout, output.stderr].concat();
		String::from_utf8(printed).context("what is printed is no text")
	}

	fn file(&self, run: usize, extension: &str) -> PathBuf {
		self.folder.join(format!("client-{run:04}.{extension}"))
	}
}

/// A command on its way. Killed when dropped.
#[derive(Debug)]
pub struct Running {
	command: String,
	child: Child,
	output: PathBuf,
	errors: PathBuf,
}

impl Running {
	/// Waits for its end and gives what it printed.
	pub fn finish(self, limit: Duration) -> Result<Vec<Value>> {
		let (values, refused) = self.finish_refused_or_not(limit)?;
		match refused {
			Some(refused) => Err(refused.into()),
			None => Ok(values),
		}
	}

	/// Waits for its end and gives what it printed, and the error that it ended with.
	pub fn finish_refused_or_not(
		mut self,
		limit: Duration,
	) -> Result<(Vec<Value>, Option<Refused>)> {
		let command = self.command.clone();
		let ended =
			wait::until(&format!("`{command}` ends"), limit, || Ok(self.child.try_wait()?));
		let status = ended.with_context(|| tail(&self.errors))?;
		let mut values = self.printed()?;
		if let Some(error) = values.pop_if(|value| value.get("error").is_some()) {
			let text = |field: &str| error["error"][field].as_str().unwrap_or_default().into();
			if status.success() {
				bail!("`{command}` printed an error and ended well: {error}");
			}
			return Ok((
				values,
				Some(Refused {
					name: text("name"),
					message: text("message"),
					status: status.code(),
					command,
				}),
			));
		}
		if !status.success() {
			bail!("`{command}` ended with {status}:\n{}", tail(&self.errors));
		}
		Ok((values, None))
	}

	/// Looks again and again at what it has printed, until there is what `look` wants.
	pub fn until<T>(
		&mut self,
		what: &str,
		limit: Duration,
		mut look: impl FnMut(&[Value]) -> Option<T>,
	) -> Result<T> {
		let found = wait::until(what, limit, || {
			self.ensure_well()?;
			let printed = fs::read_to_string(&self.output)?;
			// The last line may be half written.
			let lines = printed.split_inclusive('\n').filter(|line| line.ends_with('\n'));
			let values: Result<Vec<Value>, _> = lines.map(serde_json::from_str).collect();
			Ok(look(&values.with_context(|| format!("no JSON: {printed}"))?))
		});
		found.with_context(|| tail(&self.errors))
	}

	/// Interrupts it, as Ctrl-C does, waits for its end, and gives what it printed.
	pub fn interrupt(self, limit: Duration) -> Result<Vec<Value>> {
		let number = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
		kill_process(number.context("a process without a number")?, Signal::INT)?;
		self.finish(limit)
	}

	/// The file of its remarks to a person.
	pub fn remarks(&self) -> PathBuf {
		self.errors.clone()
	}

	/// Fails if it has ended with an error already.
	pub fn ensure_well(&mut self) -> Result<()> {
		match self.child.try_wait()? {
			Some(status) if !status.success() => {
				let said = fs::read_to_string(&self.output)?;
				bail!("`{}` ended with {status}: {said}\n{}", self.command, tail(&self.errors))
			},
			_ => Ok(()),
		}
	}

	fn printed(&self) -> Result<Vec<Value>> {
		let printed = fs::read_to_string(&self.output)?;
		let values: Result<Vec<Value>, _> =
			serde_json::Deserializer::from_str(&printed).into_iter().collect();
		values.with_context(|| format!("`{}` printed no JSON: {printed}", self.command))
	}
}

impl Drop for Running {
	fn drop(&mut self) {
		// It may have ended by itself.
		let _ = self.child.kill();
		let _ = self.child.wait();
	}
}
