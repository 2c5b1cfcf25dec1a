//! The command line: one module per verb, and the options that all of them take.

mod account;
mod agent;
mod audit;
mod backstop;
mod device;
mod gateway;
mod gov;
mod market;
mod openings;
mod registrar;
mod settlement;
mod simulate_meter;
mod store;
mod trade;
mod validator;
mod wallet;
mod watch;
mod water;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};

pub use account::AccountCommand;
pub use agent::{AgentArgs, AgentCheckArgs, AgentCommand, ReportArgs, ReportFormat};
pub use audit::{AuditArgs, NewAuditorArgs};
pub use backstop::{AppointBackstopArgs, BackstopCommand, FundArgs, PostArgs, VenueArgs};
pub use device::{AttestArgs, DeviceArgs, DeviceCommand, RegisterArgs, RotateArgs, SwapArgs};
pub use gateway::{GatewayArgs, RowArgs};
pub use gov::{GovCommand, ProposeArgs, UpgradeCommand, VoteArgs};
pub use market::{
	AutoArgs, BidArgs, BookArgs, ImproveArgs, MarketCommand, OrderArgs, OwnOrder, SellArgs,
	SimulateArgs,
};
pub use openings::{CheckArgs, DiscloseArgs, ImportArgs, ListArgs, OpeningsCommand};
pub use registrar::RegistrarCommand;
pub use settlement::{GroupPeriod, OwnGroup, ProveArgs, SettleArgs, SettlementCommand};
pub use simulate_meter::{Protocol, SimulateMeterArgs};
pub use store::{MendArgs, RemoveArgs, StoreCommand};
pub use trade::{AcceptArgs, OfferArgs, TradeCommand};
pub use validator::{JoinArgs, ValidatorCommand};
pub use wallet::{
	AmountArgs, AssetArgs, EarlierArgs, NewWalletArgs, OutgoingArgs, PayArgs, RecoverArgs,
	ShieldArgs, UnshieldArgs, WalletCommand, WalletPath,
};
pub use watch::{
	StateArg, WatchArgs, WatchClearingsArgs, WatchCommand, WatchOffersArgs, WatchSettlementsArgs,
	WatchTradesArgs,
};
pub use water::{
	AnnounceArgs, CutArgs, DebtArgs, GrantArgs, HolderArgs, PassArgs, StewardArgs, StewardCommand,
	TakeArgs, UseArgs, WaterCommand, ZoneArgs,
};

use crate::{chain::Wait, error::Error, output::Output};

/// Operators, meters, traders and validators of a Meterproof chain.
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
  meterproof market bid --account //Bob --zone 1 --quantity 1500 --price 0.25 --from 987660
  meterproof prove --store meters.store --period 987660 \\
      --group 5Grw…/1/electricity/export=1500 --or-less --out proof.json
  meterproof settle --account //Alice --proof proof.json
  meterproof trade accept --account //Bob --terms offer.json --sealed --wallet bob.wallet 17
  meterproof wallet shield --wallet alice.wallet --account //Alice --amount 100
  meterproof wallet pay --wallet alice.wallet --to mpay1… --amount 12.5
  meterproof validator join --account validator.key --bond 5000
  meterproof gov vote --account //Bob 3 --aye --amount 500 --conviction 2

The password of stores, wallets and key files comes from --password-file, from METERPROOF_PASSWORD, or
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
	/// File with the password of stores, wallets and key files.
	#[arg(long, global = true, value_name = "FILE")]
	pub password_file: Option<PathBuf>,
	/// Print JSON.
	#[arg(long, global = true)]
	pub json: bool,
	/// When a call counts as done.
	#[arg(long, global = true, env = "METERPROOF_WAIT", value_enum, default_value = "finalized")]
	pub wait: Wait,
	/// Seconds that a call may take until it counts as done, and the node to answer a question: a minute
	/// at most. A call that takes longer may be carried out all the same: the error says how far it has
	/// come.
	#[arg(
		long,
		global = true,
		env = "METERPROOF_TIMEOUT",
		default_value = "300",
		value_name = "SECONDS",
		value_parser = clap::value_parser!(u32).range(1..)
	)]
	pub timeout: u32,
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
	/// Register and attest meters, and change what is registered.
	#[command(subcommand)]
	Device(DeviceCommand),
	/// Run unattended: read meters, commit every period, prove what was traded, settle.
	Agent(AgentArgs),
	/// Commit to meters' readings, period by period.
	Gateway(GatewayArgs),
	/// Be a meter, for trying a configuration: telegrams of every protocol that is read.
	SimulateMeter(SimulateMeterArgs),
	/// Take a meter out of a store, and mend a store that was damaged.
	#[command(subcommand)]
	Store(StoreCommand),
	/// Readings and salts that meters with keys of their own hand to their owner.
	#[command(subcommand)]
	Openings(OpeningsCommand),
	/// Sell and buy for coming periods.
	#[command(subcommand)]
	Trade(TradeCommand),
	/// Buy and sell in the book of a zone, resource and period, which is cleared at one price.
	#[command(subcommand)]
	Market(MarketCommand),
	/// Follow what blocks change in offers, trades, settlements and books, a line for each change, until
	/// Ctrl-C.
	#[command(subcommand)]
	Watch(WatchCommand),
	/// Prove what groups of meters delivered.
	Prove(ProveArgs),
	/// Submit a proof and follow it until it is final.
	Settle(SettleArgs),
	/// Where settlements stand, and who may prove.
	#[command(subcommand)]
	Settlement(SettlementCommand),
	/// Allocations of water: what an account may use, what it used, and who passes litres on.
	#[command(subcommand)]
	Water(WaterCommand),
	/// Confidential payments: notes that show neither amount nor owner.
	#[command(subcommand)]
	Wallet(WalletCommand),
	/// Make blocks for a bond: join the validators, leave them, look at them.
	#[command(subcommand)]
	Validator(ValidatorCommand),
	/// Decide with others: propose, vote, and see what becomes of it.
	#[command(subcommand)]
	Gov(GovCommand),
	/// Where a period stands; without an index the running one.
	Period {
		/// The period.
		period: Option<u64>,
	},
	/// Write man pages and completions for shells.
	#[command(hide = true)]
	Manuals {
		/// Folder for them.
		#[arg(long, value_name = "DIR")]
		out: PathBuf,
	},
}

#[cfg(test)]
mod tests;
