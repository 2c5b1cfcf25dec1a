//! The command line.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};

use crate::{
	chain::Wait,
	error::Error,
	output::Output,
	types::{Direction, Resource},
};

/// Operators, meters and traders of a Meterproof chain.
///
/// Amounts of money are in MPF, prices in MPF per kWh or m3, quantities in Wh or litres.
#[derive(Debug, Parser)]
#[command(name = "meterproof", version, arg_required_else_help = true, after_help = EXAMPLES)]
pub struct Cli {
	#[command(flatten)]
	pub options: Options,
	#[command(subcommand)]
	pub command: Command,
}

/// Reads the command line. Help, and without `--json` also what is wrong with it, is printed
/// here.
pub fn parse() -> Result<Cli, ExitCode> {
	Cli::try_parse().map_err(|error| {
		let wants_json = std::env::args_os().any(|argument| argument == "--json");
		if error.use_stderr() && wants_json {
			Output::new(true).fail(&Error::new("BadUsage", error.to_string().trim_end()));
			return ExitCode::FAILURE;
		}
		let _ = error.print();
		// As clap exits: 2 for wrong usage, 0 for help.
		ExitCode::from(if error.use_stderr() { 2 } else { 0 })
	})
}

const EXAMPLES: &str = "\
Examples:
  meterproof account balance --account //Alice
  meterproof device register --account //Alice --store meters.store --csv meters.csv \\
      --zone 1 --resource electricity
  meterproof gateway --store meters.store --readings day.csv --from-period 987654
  meterproof trade offer --account //Alice --zone 1 --buyer 5FHn… --quantity 1500 \\
      --price 0.25 --from 987660
  meterproof prove --store meters.store --period 987660 \\
      --group 5Grw…/1/electricity/export --out proof.json
  meterproof settle --account //Alice --proof proof.json

The password of stores and key files comes from --password-file, from METERPROOF_PASSWORD, or
from the terminal.";

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Options {
	/// WebSocket address of a node.
	#[arg(
		long,
		global = true,
		env = "METERPROOF_URL",
		default_value = "ws://127.0.0.1:9944",
		value_name = "URL"
	)]
	pub url: String,
	/// Who signs: a key file, or a secret such as //Alice.
	#[arg(long, global = true, env = "METERPROOF_ACCOUNT", hide_env_values = true)]
	pub account: Option<String>,
	/// File with the password of stores and key files.
	#[arg(long, global = true, value_name = "FILE")]
	pub password_file: Option<PathBuf>,
	/// Print JSON.
	#[arg(long, global = true)]
	pub json: bool,
	/// When a call counts as done.
	#[arg(long, global = true, env = "METERPROOF_WAIT", value_enum, default_value = "finalized")]
	pub wait: Wait,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Keys, balances and transfers.
	#[command(subcommand)]
	Account(AccountCommand),
	/// Who attests the devices of a zone.
	#[command(subcommand)]
	Registrar(RegistrarCommand),
	/// Register and attest meters.
	#[command(subcommand)]
	Device(DeviceCommand),
	/// Commit to meters' readings, period by period.
	Gateway(GatewayArgs),
	/// Sell and buy for coming periods.
	#[command(subcommand)]
	Trade(TradeCommand),
	/// Prove what groups of meters delivered.
	Prove(ProveArgs),
	/// Submit a proof and follow it until it is final.
	Settle(SettleArgs),
	/// Where settlements stand, and who may prove.
	#[command(subcommand)]
	Settlement(SettlementCommand),
	/// Where a period stands; without an index the running one.
	Period {
		/// The period.
		period: Option<u64>,
	},
}

#[derive(Debug, Subcommand)]
pub enum AccountCommand {
	/// Make an encrypted key file.
	New {
		/// Where to put it.
		#[arg(long, value_name = "FILE")]
		out: PathBuf,
		/// Show the words that bring the account back, to be written down.
		#[arg(long)]
		show_phrase: bool,
	},
	/// Show the account's address.
	Show,
	/// Show a balance in smallest units (--json) or MPF.
	Balance {
		/// Whose; without one the account's own.
		address: Option<String>,
	},
	/// Send money.
	Transfer {
		/// To whom.
		#[arg(long, value_name = "ADDRESS")]
		to: String,
		/// How much, in MPF.
		#[arg(long, value_name = "MPF")]
		amount: String,
	},
}

#[derive(Debug, Subcommand)]
pub enum RegistrarCommand {
	/// Appoint a registrar; the account is the chain's sudo key.
	Appoint {
		/// In which zone.
		#[arg(long)]
		zone: u32,
		/// Whom.
		address: String,
	},
	/// Show the registrars of a zone.
	List {
		/// Which zone.
		#[arg(long)]
		zone: u32,
	},
}

#[derive(Debug, Subcommand)]
pub enum DeviceCommand {
	/// Register the meters of a list; their keys go to the store before anything is sent. Run it
	/// again after an interruption: nothing is registered twice.
	Register(RegisterArgs),
	/// Attest registered devices, as a registrar of their zone.
	Attest {
		/// All registered devices of this operator; with `--devices`, whose they must be.
		#[arg(long, value_name = "ADDRESS", required_unless_present = "devices")]
		operator: Option<String>,
		/// Of the operator's devices only those of this zone.
		#[arg(long, conflicts_with = "devices")]
		zone: Option<u32>,
		/// These devices, attested for the operators on record.
		#[arg(long, value_delimiter = ',', value_name = "IDS")]
		devices: Vec<u32>,
	},
	/// Show an operator's devices.
	List {
		/// Whose; without one the account's own.
		#[arg(long, value_name = "ADDRESS")]
		operator: Option<String>,
	},
	/// Suspend a device, as its operator or a registrar of its zone.
	Suspend {
		/// Which device.
		id: u32,
	},
	/// Resume a device that the account suspended.
	Resume {
		/// Which device.
		id: u32,
	},
	/// Retire a device for good.
	Retire {
		/// Which device.
		id: u32,
	},
}

const REGISTER_EXAMPLE: &str = "\
Example:
  meterproof device register --account //Alice --store meters.store --csv meters.csv \\
      --zone 1 --resource electricity

where meters.csv is
  meter,metering_point,directions,nameplate
  house-1,DE0001234500000000000000000000001,both,2500
  house-2,DE0001234500000000000000000000002,import,2500";

#[derive(Debug, Args)]
#[command(after_help = REGISTER_EXAMPLE)]
pub struct RegisterArgs {
	/// Encrypted store for the devices' keys; made if there is none.
	#[arg(long)]
	pub store: PathBuf,
	/// List of meters: meter,metering_point,directions,nameplate.
	#[arg(long)]
	pub csv: PathBuf,
	/// Where they are.
	#[arg(long)]
	pub zone: u32,
	/// What they measure.
	#[arg(long, value_enum)]
	pub resource: Resource,
}

const GATEWAY_EXAMPLE: &str = "\
Examples:
  meterproof gateway --store meters.store --readings today.csv --confirm
  meterproof gateway --store meters.store --readings 2016.csv --from-period 987654 \\
      --from-time 2016-06-14T10:00:00Z --periods 8

where a file of readings is
  time,meter,import_wh,export_wh
  2016-06-14T10:00:00Z,house-1,16,120
  2016-06-14T10:00:00Z,house-2,52,";

#[derive(Debug, Args)]
#[command(after_help = GATEWAY_EXAMPLE)]
pub struct GatewayArgs {
	/// Store of the devices.
	#[arg(long)]
	pub store: PathBuf,
	/// Readings: time,meter,import_wh,export_wh (or import_l,export_l).
	#[arg(long, value_name = "CSV")]
	pub readings: PathBuf,
	/// Replay the time steps onto the periods from this one on; without it the readings' times
	/// are the periods.
	#[arg(long, value_name = "PERIOD")]
	pub from_period: Option<u64>,
	/// How many time steps; without it all that follow.
	#[arg(long, value_name = "N")]
	pub periods: Option<u64>,
	/// Begin with this time step, as in 2016-06-14T10:00:00Z; without it with the first.
	#[arg(long, value_name = "TIME")]
	pub from_time: Option<String>,
	/// Send again until every commitment is on record or refused.
	#[arg(long)]
	pub confirm: bool,
}

#[derive(Debug, Subcommand)]
pub enum TradeCommand {
	/// Offer to a buyer; holds the collateral.
	Offer(OfferArgs),
	/// Accept an offer; holds the payment.
	Accept {
		/// Which trade.
		id: u64,
		/// A registrar to trust; all that attested the seller's devices must be named. Without
		/// any, all of the zone are trusted.
		#[arg(long = "registrar", value_name = "ADDRESS")]
		registrars: Vec<String>,
	},
	/// Take an offer back, as its seller.
	Cancel {
		/// Which trade.
		id: u64,
	},
	/// Decline an offer, as its buyer.
	Decline {
		/// Which trade.
		id: u64,
	},
	/// Release an offer whose gate has closed.
	Expire {
		/// Which trade.
		id: u64,
	},
	/// Show an account's trades.
	List {
		/// Whose; without one the account's own.
		address: Option<String>,
	},
	/// Show open offers.
	Offers {
		/// In one zone; without it in all.
		#[arg(long)]
		zone: Option<u32>,
	},
	/// Show an account's settled periods, for its books.
	Statement {
		/// Whose; without one the account's own.
		address: Option<String>,
		/// From this period on.
		#[arg(long, value_name = "PERIOD", default_value_t = 0)]
		from: u64,
	},
}

const OFFER_EXAMPLE: &str = "\
Example: 1.5 kWh in each of four periods at 0.25 MPF per kWh
  meterproof trade offer --account //Alice --zone 1 --resource electricity \\
      --direction export --buyer 5FHn… --quantity 1500 --price 0.25 --from 987660 --to 987663";

#[derive(Debug, Args)]
#[command(after_help = OFFER_EXAMPLE)]
pub struct OfferArgs {
	/// Where the devices are.
	#[arg(long)]
	pub zone: u32,
	/// What they measure.
	#[arg(long, value_enum, default_value_t = Resource::Electricity)]
	pub resource: Resource,
	/// Which register.
	#[arg(long, value_enum, default_value_t = Direction::Export)]
	pub direction: Direction,
	/// Who may accept.
	#[arg(long, value_name = "ADDRESS")]
	pub buyer: String,
	/// Per period, in Wh or litres.
	#[arg(long, value_name = "WH")]
	pub quantity: u64,
	/// In MPF per kWh or m3.
	#[arg(long, value_name = "MPF")]
	pub price: String,
	/// First period.
	#[arg(long, value_name = "PERIOD")]
	pub from: u64,
	/// Last period; without it the first.
	#[arg(long, value_name = "PERIOD")]
	pub to: Option<u64>,
}

const PROVE_EXAMPLE: &str = "\
Examples:
  meterproof prove --store meters.store --period 987660 \\
      --group 5Grw…/1/electricity/export --out proof.json
  meterproof prove --store a.store --store b.store --period 987660 \\
      --group 5Grw…/1/electricity/export --group 5FHn…/1/electricity/export=900 \\
      --out proof.json";

#[derive(Debug, Args)]
#[command(after_help = PROVE_EXAMPLE)]
pub struct ProveArgs {
	/// Stores that hold the groups' readings.
	#[arg(long = "store", value_name = "STORE", required = true)]
	pub stores: Vec<PathBuf>,
	/// Which period.
	#[arg(long)]
	pub period: u64,
	/// OPERATOR/ZONE/RESOURCE/DIRECTION, and =WH to claim so much; without it the contracted
	/// quantity, or what the readings add up to if that is less.
	#[arg(long = "group", value_name = "GROUP", required = true)]
	pub groups: Vec<String>,
	/// Where to put the proof.
	#[arg(long, value_name = "FILE")]
	pub out: PathBuf,
}

#[derive(Debug, Args)]
pub struct SettleArgs {
	/// What prove wrote.
	#[arg(long, value_name = "FILE")]
	pub proof: PathBuf,
}

#[derive(Debug, Subcommand)]
pub enum SettlementCommand {
	/// Show where a group stands.
	Status(GroupPeriod),
	/// Settle a group with nothing delivered after its deadline.
	Expire(GroupPeriod),
	/// Name who else may prove less than contracted for the account's own devices.
	NameProver {
		/// Where they are.
		#[arg(long)]
		zone: u32,
		/// What they measure.
		#[arg(long, value_enum)]
		resource: Resource,
		/// Which register.
		#[arg(long, value_enum)]
		direction: Direction,
		/// Whom.
		address: String,
	},
}

#[derive(Debug, Args)]
pub struct GroupPeriod {
	/// Which period.
	#[arg(long)]
	pub period: u64,
	/// OPERATOR/ZONE/RESOURCE/DIRECTION.
	#[arg(long)]
	pub group: String,
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::CommandFactory;

	#[test]
	fn the_command_line_is_consistent() {
		Cli::command().debug_assert();
	}

	#[test]
	fn options_may_stand_anywhere() {
		let cli = Cli::parse_from(["meterproof", "trade", "list", "--json", "--account", "//Bob"]);
		assert!(cli.options.json);
		assert_eq!(cli.options.account.as_deref(), Some("//Bob"));
	}

	#[test]
	fn attesting_needs_to_know_what() {
		let parse = |rest: &[&str]| {
			Cli::try_parse_from(["meterproof", "device", "attest"].iter().chain(rest)).is_ok()
		};
		assert!(!parse(&[]));
		assert!(parse(&["--devices", "1,2,3"]));
		assert!(parse(&["--operator", "5Grw"]));
		assert!(parse(&["--operator", "5Grw", "--devices", "1"]));
	}
}
