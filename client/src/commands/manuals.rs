//! `manuals`: man pages and completions from the command line as it is.

use std::path::Path;

use clap::CommandFactory;
use serde_json::json;

use super::Context;
use crate::{
	cli::Cli,
	error::{self, Result},
};

pub fn run(context: &Context, folder: &Path) -> Result<()> {
	let files = meterproof_manuals::write(Cli::command(), folder)
		.map_err(|cause| error::file("cannot write to", folder, &cause))?;
	let count = files.len();
	let value = json!({ "folder": folder.to_string_lossy(), "files": count });
	context.output.show(&value, || format!("{count} files in {}", folder.display()))
}
