//! The agent: the client's process that runs unattended.

use std::{
	fs,
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
	time::Duration,
};

use anyhow::{bail, Context, Result};
use serde_json::Value;

use crate::{
	client::{Client, PASSWORD},
	ports,
	process::{open_log, tail},
	wait,
};

/// How long an agent may take to end when it is told to.
const ENDING: Duration = Duration::from_secs(20);

/// How an agent is started.
#[derive(Clone, Debug)]
pub struct Agent {
	program: PathBuf,
	/// The configuration.
	pub config: PathBuf,
	/// Where its lines go.
	pub log: PathBuf,
	/// A file with ms to add to its clock.
	pub clock_offset: PathBuf,
	port: u16,
}

impl Agent {
	/// An agent whose files are in `folder`: `settings` is its configuration but for the addresses, the
	/// store, the phrase of the account and the folder of its journal.
	pub fn new(
		program: &Path,
		folder: &Path,
		urls: &[String],
		store: &Path,
		phrase: &str,
		settings: &str,
	) -> Result<Self> {
		let port = ports::free()?;
		let (config, phrase_file) = (folder.join("agent.toml"), folder.join("agent.phrase"));
		fs::write(&phrase_file, phrase)?;
		let text = format!(
			"node = {urls:?}\nstore = {store:?}\nstate = {:?}\nphrase_file = {phrase_file:?}\n\
			 [health]\nlisten = \"127.0.0.1:{port}\"\nsilent_after = 2\n{settings}",
			folder.join("agent-state"),
		);
		fs::write(&config, text)?;
		Ok(Self {
			program: program.into(),
			config,
			log: folder.join("agent.log"),
			clock_offset: folder.join("agent.offset"),
			port,
		})
	}

	/// Starts it.
	pub fn start(&self) -> Result<RunningAgent> {
		let output = open_log(&self.log)?;
		let errors = output.try_clone()?;
		let child = Command::new(&self.program)
			.arg("agent")
			.arg("--config")
			.arg(&self.config)
			.arg("--clock-offset-file")
			.arg(&self.clock_offset)
			.env("METERPROOF_PASSWORD", PASSWORD)
			.stdin(Stdio::null())
			.stdout(output)
			.stderr(errors)
			.spawn()
			.with_context(|| format!("cannot start {}", self.program.display()))?;
		Ok(RunningAgent { child, log: self.log.clone() })
	}

	/// What it answers at `/health`, with the status.
	pub fn health(&self) -> Result<(u16, Value)> {
		let url = format!("http://127.0.0.1:{}/health", self.port);
		let answer = match ureq::get(&url).timeout(Duration::from_secs(5)).call() {
			Ok(answer) | Err(ureq::Error::Status(_, answer)) => answer,
			Err(error) => bail!("{url}: {error}"),
		};
		Ok((answer.status(), answer.into_json()?))
	}

	/// What it answers at `/metrics`.
	pub fn metrics(&self) -> Result<String> {
		let url = format!("http://127.0.0.1:{}/metrics", self.port);
		Ok(ureq::get(&url).timeout(Duration::from_secs(5)).call()?.into_string()?)
	}

	/// What it says of a month.
	pub fn report(&self, client: &Client, month: &str, further: &[&str]) -> Result<Value> {
		let config = self.config.to_string_lossy();
		let report = ["agent", "report", "--config", &config, "--month", month];
		client.run(&[&report[..], further].concat())
	}

	/// The lines of `agent check`, and whether some of them are errors.
	pub fn check(&self, client: &Client) -> Result<(Vec<Value>, bool)> {
		let config = self.config.to_string_lossy();
		let check = ["agent", "check", "--config", &config, "--listen", "3"];
		let (values, refused) =
			client.start(&check)?.finish_refused_or_not(Duration::from_secs(60))?;
		let lines = values.first().and_then(|value| value["lines"].as_array());
		Ok((lines.cloned().context("agent check printed no lines")?, refused.is_some()))
	}

	/// How many lines of its log have all of these in them.
	pub fn lines_with(&self, words: &[&str]) -> Result<usize> {
		Ok(self.said_with(words)?.len())
	}

	/// The lines of its log that have all of these in them.
	pub fn said_with(&self, words: &[&str]) -> Result<Vec<String>> {
		let log = fs::read(&self.log).context("there is no log")?;
		let log = String::from_utf8_lossy(&log);
		let all = |line: &&str| words.iter().all(|words| line.contains(words));
		Ok(log.lines().filter(all).map(String::from).collect())
	}

	/// Moves its clock by so many ms.
	pub fn move_clock(&self, by_ms: i64) -> Result<()> {
		Ok(fs::write(&self.clock_offset, by_ms.to_string())?)
	}
}

/// An agent that runs. Killed when dropped.
#[derive(Debug)]
pub struct RunningAgent {
	child: Child,
	log: PathBuf,
}

impl RunningAgent {
	/// Kills it without warning, as a power cut does.
	pub fn kill(&mut self) -> Result<()> {
		self.child.kill()?;
		self.child.wait()?;
		Ok(())
	}

	/// Fails, with the end of its log, if it has ended.
	pub fn ensure_running(&mut self) -> Result<()> {
		match self.child.try_wait()? {
			None => Ok(()),
			Some(status) => bail!("the agent ended with {status}:\n{}", tail(&self.log)),
		}
	}

	/// Tells it to end (SIGTERM), which must go well.
	pub fn terminate(mut self) -> Result<()> {
		let id = self.child.id().to_string();
		let told = Command::new("kill").args(["-TERM", &id]).status()?;
		if !told.success() {
			bail!("cannot tell the agent to end");
		}
		let status = wait::until("the agent ends", ENDING, || Ok(self.child.try_wait()?))?;
		if !status.success() {
			bail!("the agent ended with {status}:\n{}", tail(&self.log));
		}
		Ok(())
	}

	/// The end of its log.
	pub fn tail(&self) -> String {
		tail(&self.log)
	}
}

impl Drop for RunningAgent {
	fn drop(&mut self) {
		// It may have ended by itself.
		let _ = self.kill();
	}
}
