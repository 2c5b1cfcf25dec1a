//! A chain specification of one's own, made as `docs/operations.md` says: exported, edited, and exported
//! once more as the state that everybody shares.

use std::{
	fs,
	path::{Path, PathBuf},
	process::Command,
};

use anyhow::{bail, Context, Result};
use serde_json::Value;

use crate::programs::Programs;

/// Exports a chain, has its genesis edited, and makes the file that nodes are given.
pub fn edited(
	programs: &Programs,
	folder: &Path,
	chain: &str,
	edit: impl FnOnce(&mut Value),
) -> Result<PathBuf> {
	edited_whole(programs, folder, chain, |specification| {
		let genesis = specification
			.pointer_mut("/genesis/runtimeGenesis/patch")
			.context("the specification has no genesis to edit")?;
		edit(genesis);
		Ok(())
	})
}

/// Does what [`edited`] does, and has the whole specification edited.
pub fn edited_whole(
	programs: &Programs,
	folder: &Path,
	chain: &str,
	edit: impl FnOnce(&mut Value) -> Result<()>,
) -> Result<PathBuf> {
	let plain = folder.join(format!("{chain}.json"));
	let raw = folder.join(format!("{chain}-raw.json"));
	let mut specification: Value = serde_json::from_str(&export(programs, &[chain])?)?;
	edit(&mut specification)?;
	fs::write(&plain, specification.to_string())?;
	fs::write(&raw, export(programs, &[&plain.to_string_lossy(), "--raw"])?)?;
	Ok(raw)
}

fn export(programs: &Programs, arguments: &[&str]) -> Result<String> {
	let output = Command::new(&programs.node)
		.args(["export-chain-spec", "--chain"])
		.args(arguments)
		.output()
		.context("cannot start the node's program")?;
	if !output.status.success() {
		let errors = String::from_utf8_lossy(&output.stderr);
		bail!("export-chain-spec {arguments:?} ended with {}: {errors}", output.status);
	}
	Ok(String::from_utf8(output.stdout)?)
}
