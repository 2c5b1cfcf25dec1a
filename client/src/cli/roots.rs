//! `roots`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::types::{direction, Direction};

#[derive(Debug, Subcommand)]
pub enum RootsCommand {
	/// Register a gateway of the account's, with a deposit; prints its number.
	Register,
	/// Have a gateway post no root from the first period on that is open for trading.
	Retire {
		/// Number of the gateway.
		gateway: u32,
	},
	/// Release the deposit of a gateway that is to go, once its periods are final. Anyone may ask.
	Release {
		/// Number of the gateway.
		gateway: u32,
	},
	/// Show a gateway, and the final root of a period.
	Show {
		/// Number of the gateway.
		gateway: u32,
		/// Which period.
		#[arg(long)]
		period: Option<u64>,
	},
	/// Commit for many meters: gather what they have signed for a period under one root, and post it.
	Post(PostRootArgs),
	/// Write the path of a meter's commitment: who has it needs the gateway no more.
	Path(PathArgs),
	/// Look whether a path leads to the final root; if not, the meter commits by itself while there is time.
	Check {
		/// What path wrote.
		#[arg(long, value_name = "FILE")]
		path: PathBuf,
	},
}

const POST_EXAMPLE: &str = "\
Example:
  meterproof roots post 0 --account gateway.key --period 987660 --commitments sent.json --out 987660.json

where sent.json has what meters send, as metering_submitCommitments takes it:
  [{\"device\": 7, \"period\": 987660, \"direction\": \"export\", \"commitment\": \"0x…\", \"signature\": \"0x…\"}]

Roots are taken until the middle of the commit window (rootCutOffMs of the period), and the first one
stands. What is not bound to the gateway in the period, or not signed by its device, is left out and told.
The file of --out opens all that is under the root: keep it until the period is settled. Where it is there
already, its root is posted, whatever --commitments say.";

#[derive(Debug, Args)]
#[command(after_help = POST_EXAMPLE)]
pub struct PostRootArgs {
	/// Number of the gateway.
	pub gateway: u32,
	/// Which period.
	#[arg(long)]
	pub period: u64,
	/// What meters have signed.
	#[arg(long, value_name = "JSON", required = true)]
	pub commitments: Vec<PathBuf>,
	/// Where to put what is under the root.
	#[arg(long, value_name = "FILE")]
	pub out: PathBuf,
}

#[derive(Debug, Args)]
pub struct PathArgs {
	/// What post wrote.
	#[arg(long, value_name = "FILE")]
	pub roots: PathBuf,
	/// Which device.
	#[arg(long)]
	pub device: u32,
	/// Which of its registers.
	#[arg(long, value_parser = direction())]
	pub direction: Direction,
	/// Where to put the path.
	#[arg(long, value_name = "FILE")]
	pub out: PathBuf,
}
