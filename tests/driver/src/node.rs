//! One node.

use std::{
	ffi::OsStr,
	fs,
	path::{Path, PathBuf},
	process::Command,
	sync::Arc,
	time::Duration,
};

use anyhow::{bail, Context, Result};

use crate::{
	chain::Chain, clock::Clock, disk::Disk, metrics, ports, process::Process, programs::Programs,
	rpc::Rpc, wait,
};

/// How long a node may take until it answers: it compiles the runtime first.
const START_LIMIT: Duration = Duration::from_secs(90);

/// How long a node may take to end.
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// What a node has of its own where others have the machine's.
#[derive(Clone, Debug, Default)]
pub struct Own {
	/// The time it goes by.
	pub clock: Option<Clock>,
	/// A disk, which its base path is on.
	pub disk: Option<Arc<Disk>>,
}

impl Own {
	fn command(&self, program: impl AsRef<OsStr>) -> Command {
		let mut command = match &self.disk {
			Some(disk) => disk.command(program),
			None => Command::new(program),
		};
		if let Some(clock) = &self.clock {
			clock.give(&mut command);
		}
		command
	}
}

/// What tells one node from another.
#[derive(Clone, Debug)]
pub struct Settings {
	/// For logs.
	pub name: String,
	/// Where its database and keys are: it must outlive the node.
	pub base_path: PathBuf,
	/// JSON-RPC port on loopback.
	pub rpc_port: u16,
	/// Network port on loopback.
	pub network_port: u16,
	/// Port of its metrics on loopback; without one it serves none.
	pub metrics_port: Option<u16>,
	/// Further arguments: chain, role, boot nodes.
	pub arguments: Vec<String>,
	/// Clock and disk.
	pub own: Own,
}

impl Settings {
	/// A node alone that makes blocks and finality by itself, with 12-second periods.
	pub fn dev(folder: &Path) -> Result<Self> {
		Self::new("dev", folder, vec!["--dev".into()])
	}

	/// A node of any chain and role.
	pub fn new(name: &str, folder: &Path, arguments: Vec<String>) -> Result<Self> {
		Ok(Self {
			name: name.into(),
			base_path: folder.join(name),
			rpc_port: ports::free()?,
			network_port: ports::free()?,
			metrics_port: None,
			arguments,
			own: Own::default(),
		})
	}

	/// The same, with metrics on a free port.
	pub fn with_metrics(self) -> Result<Self> {
		Ok(Self { metrics_port: Some(ports::free()?), ..self })
	}

	/// Where its output goes.
	pub fn log(&self) -> PathBuf {
		self.base_path.with_extension("log")
	}

	/// Where the database, the keys and the guard's file of its only chain are.
	pub fn chain_folder(&self) -> Result<PathBuf> {
		let chains = fs::read_dir(self.base_path.join("chains"))?.collect::<Result<Vec<_>, _>>()?;
		match &chains[..] {
			[chain] => Ok(chain.path()),
			_ => bail!("{} chains under {}", chains.len(), self.base_path.display()),
		}
	}
}

/// A running node. Killed when dropped.
#[derive(Debug)]
pub struct Node {
	/// How it was started.
	pub settings: Settings,
	process: Process,
	chain: Chain,
}

impl Node {
	/// Starts a node and waits until it answers.
	pub fn start(programs: &Programs, settings: Settings) -> Result<Self> {
		let mut node = Self::spawn(programs, settings)?;
		node.wait_until_it_answers()?;
		Ok(node)
	}

	/// Starts a node.
	pub fn spawn(programs: &Programs, settings: Settings) -> Result<Self> {
		let mut command = settings.own.command(&programs.node);
		command
			.args(&settings.arguments)
			.arg("--base-path")
			.arg(&settings.base_path)
			.arg("--wasm-cache")
			.arg(programs.wasm_cache())
			.args(["--rpc-port", &settings.rpc_port.to_string()])
			.args(["--listen-addr", &format!("/ip4/127.0.0.1/tcp/{}", settings.network_port)])
			.args(["--no-mdns", "--no-telemetry"]);
		match settings.metrics_port {
			Some(port) => command.args(["--prometheus-port", &port.to_string()]),
			None => command.arg("--no-prometheus"),
		};
		let process = Process::start(&settings.name, &mut command, &settings.log())?;
		let chain = Chain::new(Rpc::on_port(settings.rpc_port));
		Ok(Self { settings, process, chain })
	}

	/// Waits until the node knows its genesis block and answers.
	pub fn wait_until_it_answers(&mut self) -> Result<()> {
		let chain = self.chain.clone();
		self.until("the node answers", START_LIMIT, || chain.genesis().map(Some))?;
		Ok(())
	}

	/// Its chain, over JSON-RPC.
	pub fn chain(&self) -> &Chain {
		&self.chain
	}

	/// Where the client reaches it.
	pub fn url(&self) -> String {
		format!("ws://127.0.0.1:{}", self.settings.rpc_port)
	}

	/// Where its metrics are, if it serves any.
	pub fn metrics_url(&self) -> Option<String> {
		self.settings.metrics_port.map(|port| format!("http://127.0.0.1:{port}/metrics"))
	}

	/// Its metrics as it serves them now.
	pub fn metrics(&self) -> Result<String> {
		metrics::read(&self.metrics_url().context("the node was started without metrics")?)
	}

	/// Fails, with the end of its log, if it has ended.
	pub fn ensure_running(&mut self) -> Result<()> {
		self.process.ensure_running()
	}

	/// Ends it in order, so that its database is written; kills it if that takes too long.
	pub fn end(mut self) -> Result<()> {
		self.process.end(STOP_LIMIT)?;
		Ok(())
	}

	/// Kills it without warning, as a power cut does. The settings start it again on its database.
	pub fn kill(mut self) -> Result<Settings> {
		self.process.kill()?;
		Ok(self.settings.clone())
	}

	/// The number of its process.
	pub fn process_id(&self) -> u32 {
		self.process.id()
	}

	/// Waits until it has ended by itself, at most for so long. The settings start it again.
	pub fn wait_until_it_ends(mut self, limit: Duration) -> Result<Settings> {
		let process = &mut self.process;
		wait::until(&format!("{} ends", self.settings.name), limit, || {
			Ok(process.ensure_running().is_err().then_some(()))
		})?;
		Ok(self.settings.clone())
	}

	/// Waits for a condition, and fails at once if the node has ended.
	pub fn until<T>(
		&mut self,
		what: &str,
		limit: Duration,
		mut look: impl FnMut() -> Result<Option<T>>,
	) -> Result<T> {
		let process = &mut self.process;
		let found = wait::until(what, limit, || {
			if let Err(error) = process.ensure_running() {
				return Ok(Some(Err(error)));
			}
			look().map(|found| found.map(Ok))
		});
		found.with_context(|| {
			format!("end of {}'s log:\n{}", self.settings.name, self.process.tail())
		})?
	}

	/// Kills the node without warning, as a power cut does, and starts it again on the same
	/// database and ports.
	pub fn kill_and_restart(self, programs: &Programs) -> Result<Self> {
		self.kill_change_and_restart(programs, |_| Ok(()))
	}

	/// Kills the node without warning, lets `change` do something to the folder of its chain, and starts
	/// it again on the same ports.
	pub fn kill_change_and_restart(
		mut self,
		programs: &Programs,
		change: impl FnOnce(&Path) -> Result<()>,
	) -> Result<Self> {
		self.process.kill()?;
		let settings = self.settings.clone();
		drop(self);
		change(&settings.chain_folder()?)?;
		Self::start(programs, settings)
	}

	/// Stops the node as a service manager does; gives its log.
	pub fn stop(mut self) -> Result<String> {
		let status = self.process.stop(STOP_LIMIT)?;
		if !status.success() {
			bail!("{} ended with {status}:\n{}", self.settings.name, self.process.tail());
		}
		let log = fs::read(self.settings.log()).context("there is no log")?;
		Ok(String::from_utf8_lossy(&log).into_owned())
	}

	/// How many lines of its log have this in them.
	pub fn lines_with(&self, words: &str) -> Result<usize> {
		let log = fs::read(self.settings.log()).context("there is no log")?;
		Ok(String::from_utf8_lossy(&log).lines().filter(|line| line.contains(words)).count())
	}
}
