//! Where the node and the client are.

use std::{
	env,
	path::{Path, PathBuf},
};

use anyhow::{bail, Context, Result};

/// The programs under test.
#[derive(Clone, Debug)]
pub struct Programs {
	/// `meterproof-node`.
	pub node: PathBuf,
	/// `meterproof`.
	pub client: PathBuf,
}

impl Programs {
	/// Where all nodes keep the runtime that they compile: beside the node's program.
	pub fn wasm_cache(&self) -> PathBuf {
		self.node.with_file_name("wasm-cache")
	}

	/// From the environment, or beside the running program.
	pub fn find() -> Result<Self> {
		Ok(Self {
			node: find("METERPROOF_NODE", "meterproof-node")?,
			client: find("METERPROOF_CLIENT", "meterproof")?,
		})
	}
}

fn find(variable: &str, name: &str) -> Result<PathBuf> {
	if let Some(path) = env::var_os(variable) {
		let path = PathBuf::from(path);
		if !path.is_file() {
			bail!("{variable} names {}, which is no file", path.display());
		}
		return Ok(path);
	}
	let own = env::current_exe().context("where is this program?")?;
	// Programs lie in target/<profile>, tests in target/<profile>/deps.
	own.ancestors()
		.skip(1)
		.take(2)
		.map(|folder: &Path| folder.join(name))
		.find(|path| path.is_file())
		.with_context(|| {
			format!("{name} is not built: run `cargo xtask build`, or name it in {variable}")
		})
}
