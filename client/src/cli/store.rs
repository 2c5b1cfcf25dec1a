//! `store`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum StoreCommand {
	/// Take a meter that has departed out of a store, with its keys and salt secrets. What opens
	/// its commitments stays.
	Remove(RemoveArgs),
	/// Cut a store that is damaged at its last whole record, after a copy was made beside it.
	Mend(MendArgs),
}

const REMOVE_EXAMPLE: &str = "\
Example:
  meterproof store remove --store meters.store --meter house-1

The key is gone with it, so a meter whose commitments the chain takes is refused.";

#[derive(Debug, Args)]
#[command(after_help = REMOVE_EXAMPLE)]
pub struct RemoveArgs {
	/// Store of the meter.
	#[arg(long)]
	pub store: PathBuf,
	/// Name of the meter in files of readings.
	#[arg(long, value_name = "NAME")]
	pub meter: String,
	/// Without asking the chain whether the meter has departed.
	#[arg(long)]
	pub anyway: bool,
}

const MEND_EXAMPLE: &str = "\
Example:
  meterproof store mend --store meters.store

The copy is called meters.store.damaged. What stood in the store after the damage is in the copy
alone: take a later backup instead if there is one.";

#[derive(Debug, Args)]
#[command(after_help = MEND_EXAMPLE)]
pub struct MendArgs {
	/// Store to mend.
	#[arg(long)]
	pub store: PathBuf,
}
