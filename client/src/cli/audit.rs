//! `wallet audit` and `wallet new-auditor`.

use std::path::PathBuf;

use clap::Args;

use crate::rpc::NOTE_PAGE;

/// Which audit.
#[derive(Debug, Args)]
pub struct AuditPath {
	/// The auditor's file: its key, and what it has opened.
	#[arg(long = "audit", env = "METERPROOF_AUDIT", value_name = "FILE")]
	pub path: PathBuf,
}

#[derive(Debug, Args)]
pub struct NewAuditorArgs {
	#[command(flatten)]
	pub audit: AuditPath,
	/// File with the key of an auditor that is to come back.
	#[arg(long, value_name = "FILE")]
	pub key_file: Option<PathBuf>,
	/// Show the key, to be written down: nothing else brings it back.
	#[arg(long)]
	pub show_key: bool,
}

#[derive(Debug, Args)]
pub struct AuditArgs {
	#[command(flatten)]
	pub audit: AuditPath,
	/// Assets to audit; by default those that name this auditor and those whose payments it can open.
	#[arg(long, value_name = "ASSET", value_delimiter = ',')]
	pub asset: Vec<u32>,
	/// Leave out what was paid before this block: from before the asset named this auditor.
	#[arg(long, value_name = "BLOCK", default_value_t = 0, hide_default_value = true)]
	pub from_block: u32,
	/// List only payments of which something does not open.
	#[arg(long)]
	pub unreadable: bool,
	/// Forget what was opened, and look through all notes of the chain.
	#[arg(long)]
	pub anew: bool,
	/// How many notes to ask for at a time: fewer on a slow line.
	#[arg(
		long,
		value_name = "NOTES",
		default_value_t = NOTE_PAGE,
		value_parser = clap::value_parser!(u64).range(1..=NOTE_PAGE),
	)]
	pub page: u64,
}
