//! A light client: smoldot, in a process of its own, which trusts no node.

use std::{
	fs,
	path::{Path, PathBuf},
	process::Command,
	time::Duration,
};

use anyhow::{bail, Context, Result};
use serde_json::{json, Value};

use crate::{process::Process, wait};

/// What follows the chain, and its packages once `cargo xtask setup` has installed them.
const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../end-to-end/npm/follow.mjs");

/// A block that the light client has found to be finalised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finalized {
	/// Its height.
	pub number: u64,
	/// Its hash, as JSON-RPC writes it.
	pub hash: String,
	/// When it was found, after the light client's start.
	pub after: Duration,
}

/// A value of the chain's state, proved against a finalised block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved {
	/// The block's height.
	pub number: u64,
	/// The value, as JSON-RPC writes it.
	pub value: String,
}

/// A running light client. Killed when dropped.
#[derive(Debug)]
pub struct LightClient {
	process: Process,
	output: PathBuf,
}

impl LightClient {
	/// Starts one on a specification, with its output in `folder`. It reads what the state has under
	/// `key` at each finalised block.
	pub fn start(name: &str, specification: &Path, key: &str, folder: &Path) -> Result<Self> {
		let output = folder.join(format!("{name}.log"));
		let mut command = Command::new("node");
		command.arg(PROGRAM).arg(specification).arg(key);
		let process = Process::start(name, &mut command, &output).context(
			"the light client needs Node.js: `cargo xtask setup` says how to install it",
		)?;
		Ok(Self { process, output })
	}

	/// Looks again and again at what it has found, until there is what `look` wants.
	pub fn until<T>(
		&mut self,
		what: &str,
		limit: Duration,
		mut look: impl FnMut(&[Finalized], &[Proved]) -> Result<Option<T>>,
	) -> Result<T> {
		let (process, output) = (&mut self.process, &self.output);
		let found = wait::until(what, limit, || {
			if let Err(error) = process.ensure_running() {
				return Ok(Some(Err(error)));
			}
			let (finalized, proved) = read(output)?;
			look(&finalized, &proved).map(|found| found.map(Ok))
		});
		found.with_context(|| format!("end of the light client's log:\n{}", self.process.tail()))?
	}
}

fn read(output: &Path) -> Result<(Vec<Finalized>, Vec<Proved>)> {
	let (mut finalized, mut proved) = (Vec::new(), Vec::new());
	for line in fs::read_to_string(output)?.lines().filter(|line| line.starts_with('{')) {
		// The last line may be half written.
		let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
		let text = |name: &str| line[name].as_str().map(str::to_owned).context("no text");
		let number = line["number"].as_u64().context("no number")?;
		match line["event"].as_str() {
			Some("finalized") => finalized.push(Finalized {
				number,
				hash: text("hash")?,
				after: Duration::from_millis(line["ms"].as_u64().context("no time")?),
			}),
			Some("storage") => proved.push(Proved { number, value: text("value")? }),
			_ => bail!("an unknown line of the light client: {line}"),
		}
	}
	Ok((finalized, proved))
}

/// Writes a specification whose only boot node is the one at `address`.
pub fn with_boot_node(mut specification: Value, address: &str, to: &Path) -> Result<()> {
	let fields = specification.as_object_mut().context("a specification is an object")?;
	fields.insert("bootNodes".into(), json!([address]));
	fs::write(to, specification.to_string())?;
	Ok(())
}
