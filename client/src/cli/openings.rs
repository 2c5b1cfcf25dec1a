//! `openings`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum OpeningsCommand {
	/// Put openings into a store, so that `prove` can use them. All of a file or none of it; the
	/// same file again changes nothing.
	Import(ImportArgs),
	/// Show which commitments a store can prove.
	List(ListArgs),
	/// Write what shows an auditor that signed telegrams were kept when their readings were committed
	/// to: readings, salts and telegrams of a period.
	Disclose(DiscloseArgs),
	/// Check what `openings disclose` wrote. No node is asked.
	Check(CheckArgs),
}

const DISCLOSE_EXAMPLE: &str = "\
Example:
  meterproof openings disclose --store meters.store --period 987660 --device 7 --out shown.json

The file has the readings, and opens these commitments alone. Whoever gets it checks it with
`openings check`.";

#[derive(Debug, Args)]
#[command(after_help = DISCLOSE_EXAMPLE)]
pub struct DiscloseArgs {
	/// Store that the telegrams were kept in.
	#[arg(long)]
	pub store: PathBuf,
	/// Which period.
	#[arg(long)]
	pub period: u64,
	/// Only this device's; without it those of all devices.
	#[arg(long, value_name = "ID")]
	pub device: Option<u32>,
	/// New file, which only its owner may read.
	#[arg(long, value_name = "FILE")]
	pub out: PathBuf,
}

const CHECK_EXAMPLE: &str = "\
Example:
  meterproof openings check --file shown.json
  meterproof openings check --file shown.json --meter-key M-42=3059301306...

What is checked: the telegrams were kept when the commitment was made, the commitment opens to the
reading, and the key signed it. With --meter-key also: that the meter signed each telegram, and that its
register moved by the reading between two of their times, which are shown. What is not, and left to
whoever checks: that the chain recorded the commitment for the device (metering_status, or the block),
that the key is the device's (device show), and that those times are the period's.";

#[derive(Debug, Args)]
#[command(after_help = CHECK_EXAMPLE)]
pub struct CheckArgs {
	/// What was disclosed.
	#[arg(long)]
	pub file: PathBuf,
	/// Serial number and public key of a meter that signs (OCMF), in hexadecimal digits or Base64; once for
	/// each meter.
	#[arg(long, value_name = "SERIAL=KEY")]
	pub meter_key: Vec<String>,
}

const IMPORT_EXAMPLE: &str = "\
Example:
  meterproof openings import --store meters.store --file from-meter.json

where from-meter.json is what the meter hands over,
  [{\"device\": 7, \"period\": 987660, \"direction\": \"export\", \"reading\": 1250,
    \"salt\": [\"6031320625296911506\", \"14146105039130749927\",
             \"6391451082913821200\", \"3996858573639478896\"]}]

Whoever has the file has the readings: erase it once it is imported.";

#[derive(Debug, Args)]
#[command(after_help = IMPORT_EXAMPLE)]
pub struct ImportArgs {
	/// Encrypted store; made if there is none.
	#[arg(long)]
	pub store: PathBuf,
	/// JSON array of openings.
	#[arg(long)]
	pub file: PathBuf,
}

const LIST_EXAMPLE: &str = "\
Examples:
  meterproof openings list --store meters.store --period 987660
  meterproof openings list --store meters.store --period 987660 --reveal --out prover.json

The second makes a file that another store can import: what a prover needs for that period. Only its
owner may read the file.";

#[derive(Debug, Args)]
#[command(after_help = LIST_EXAMPLE)]
pub struct ListArgs {
	/// Store.
	#[arg(long)]
	pub store: PathBuf,
	/// Show openings of one period; without it those of all periods.
	#[arg(long)]
	pub period: Option<u64>,
	/// Show openings of one device; without it those of all devices.
	#[arg(long, value_name = "ID")]
	pub device: Option<u32>,
	/// Show the readings, with --json the salts as well.
	#[arg(long)]
	pub reveal: bool,
	/// Write them with readings and salts to a new file that only its owner may read, for another
	/// store to import.
	#[arg(long, value_name = "FILE", requires = "reveal")]
	pub out: Option<PathBuf>,
}
