//! `wallet`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::audit::{AuditArgs, NewAuditorArgs};
use crate::rpc::NOTE_PAGE;

const NEW_EXAMPLE: &str = "\
Examples:
  meterproof wallet new --wallet alice.wallet
  meterproof wallet new --wallet alice.wallet --seed-file seed.txt --addresses 3 \\
      --nothing-on-the-way
  meterproof wallet new --wallet audit.wallet --view-key-file alice.view";

const AUDIT_EXAMPLE: &str = "\
Examples:
  meterproof wallet new-auditor --audit eur.audit --show-key
  meterproof wallet audit --audit eur.audit
  meterproof --json wallet audit --audit eur.audit --asset 7 --unreadable";

const PAY_EXAMPLE: &str = "\
Examples:
  meterproof wallet pay --wallet alice.wallet --to mpay1… --amount 12.5 --memo 'for March'
  meterproof wallet pay --wallet alice.wallet --to mpay1… --all";

const UNSHIELD_EXAMPLE: &str = "\
Examples:
  meterproof wallet unshield --wallet alice.wallet --to 5Grw… --amount 12.5
  meterproof wallet unshield --wallet alice.wallet --to 5Grw… --all";

const RECOVER_EXAMPLE: &str = "\
Examples, the second for a buyer whose trade's records the chain has removed:
  meterproof wallet recover --wallet buyer.wallet --trade 17
  meterproof wallet recover --wallet buyer.wallet --trade 17 --period 987660 \\
      --quantity 1500 --price 0.25 --imbalance-price 0.3";

#[derive(Debug, Subcommand)]
pub enum WalletCommand {
	/// Make an encrypted wallet for confidential payments.
	#[command(after_help = NEW_EXAMPLE)]
	New(NewWalletArgs),
	/// Show the wallet's addresses, or make one more: nobody can tell that two are one wallet's.
	Address {
		#[command(flatten)]
		wallet: WalletPath,
		/// Make one more.
		#[arg(long)]
		another: bool,
	},
	/// Pay money of the account into notes, the wallet's own or somebody else's.
	Shield(ShieldArgs),
	/// Pay out of notes into somebody's notes: neither amount nor parties show.
	#[command(after_help = PAY_EXAMPLE)]
	Pay(PayArgs),
	/// Pay out of notes to an account: the amount and the account show.
	#[command(after_help = UNSHIELD_EXAMPLE)]
	Unshield(UnshieldArgs),
	/// Show what the wallet holds, in smallest units (--json) or as people write it.
	Balance(WalletPath),
	/// Show what happened to the wallet's notes, and what was sent and may still arrive.
	History(WalletPath),
	/// Look for new notes on the chain; the commands above do so by themselves.
	Scan {
		#[command(flatten)]
		wallet: WalletPath,
		/// Forget what was found, and look through all notes of the chain.
		#[arg(long)]
		anew: bool,
		/// How many notes to ask for at a time: fewer on a slow line.
		#[arg(
			long,
			value_name = "NOTES",
			default_value_t = NOTE_PAGE,
			value_parser = clap::value_parser!(u64).range(1..=NOTE_PAGE),
		)]
		page: u64,
	},
	/// Find notes of a sealed trade that its settlements have not encrypted to the wallet as they
	/// should: by trying all quantities.
	#[command(after_help = RECOVER_EXAMPLE)]
	Recover(RecoverArgs),
	/// Open one payment to somebody, for a purpose.
	Disclose {
		#[command(flatten)]
		wallet: WalletPath,
		/// Position of its note, as the history shows it.
		#[arg(long)]
		position: u32,
		/// What it is opened for, and to whom: a reader can tell if it is used for another purpose.
		#[arg(long, value_name = "TEXT")]
		purpose: String,
	},
	/// Check what somebody disclosed against the chain.
	Verify {
		/// What disclose printed.
		disclosure: String,
		/// The address that it is to have paid.
		#[arg(long, value_name = "ADDRESS")]
		to: Option<String>,
	},
	/// Make an auditor's key: an asset that names it takes only payments that are encrypted to it too.
	#[command(after_help = AUDIT_EXAMPLE)]
	NewAuditor(NewAuditorArgs),
	/// List all payments that an auditor's key opens, and count those that it should open and does not.
	#[command(after_help = AUDIT_EXAMPLE)]
	Audit(AuditArgs),
	/// Show the key that sees the wallet's payments, and spends nothing. It sees what came in to the
	/// addresses that are looked for, what was spent, and what went out as far as its payer wrote that
	/// down as it should.
	ViewKey(WalletPath),
	/// Show the seed that brings the wallet back, to be written down. Whoever has it spends.
	Seed(WalletPath),
}

/// Which wallet.
#[derive(Debug, Args)]
pub struct WalletPath {
	/// The wallet's file.
	#[arg(long = "wallet", env = "METERPROOF_WALLET", value_name = "FILE")]
	pub path: PathBuf,
}

#[derive(Debug, Args)]
pub struct RecoverArgs {
	#[command(flatten)]
	pub wallet: WalletPath,
	/// Which trade.
	#[arg(long)]
	pub trade: u64,
	/// Which period; without it all that were settled.
	#[arg(long)]
	pub period: Option<u64>,
	/// What was contracted for the period, in Wh or litres, if the chain does not know it any more.
	#[arg(long, value_name = "WH", requires_all = ["period", "price", "imbalance_price", "payout"])]
	pub quantity: Option<u32>,
	/// The trade's price, in MPF per kWh or m3.
	#[arg(long, value_name = "MPF", requires = "quantity")]
	pub price: Option<String>,
	/// The trade's imbalance price, in MPF per kWh or m3.
	#[arg(long, value_name = "MPF", requires = "quantity")]
	pub imbalance_price: Option<String>,
	/// The payment address that the trade pays its seller at, as `trade accept` showed it.
	#[arg(long, value_name = "ADDRESS", requires = "quantity")]
	pub payout: Option<String>,
	/// The payment address that was named when the trade was accepted; without it the first.
	#[arg(long, value_name = "ADDRESS", requires = "quantity")]
	pub refund: Option<String>,
}

#[derive(Debug, Args)]
pub struct NewWalletArgs {
	#[command(flatten)]
	pub wallet: WalletPath,
	/// File with the seed of a wallet that is to come back.
	#[arg(long, value_name = "FILE", group = "brought")]
	pub seed_file: Option<PathBuf>,
	/// How many of its addresses are looked for: without it one for a seed, and for a viewing key as many
	/// as there were when it was shown. What was paid to others is not seen.
	#[arg(long, requires = "brought", value_name = "NUMBER")]
	pub addresses: Option<u32>,
	/// The seed has sent nothing that may still arrive: the wallet pays out of notes at once, and not
	/// only when the chain has forgotten what such a payment would rest on.
	#[arg(long, requires = "seed_file", conflicts_with = "view_key_file")]
	pub nothing_on_the_way: bool,
	/// File with a viewing key: the wallet will see and not spend.
	#[arg(long, value_name = "FILE", group = "brought")]
	pub view_key_file: Option<PathBuf>,
	/// Show the seed, to be written down.
	#[arg(long, conflicts_with = "view_key_file")]
	pub show_seed: bool,
}

/// How much of what an account pays in.
#[derive(Debug, Args)]
pub struct AmountArgs {
	/// How much, in MPF or the asset's own unit.
	#[arg(long)]
	pub amount: String,
	#[command(flatten)]
	pub of: AssetArgs,
}

/// How much of what is paid out of notes.
#[derive(Debug, Args)]
pub struct OutgoingArgs {
	/// How much, in MPF or the asset's own unit. The fee comes on top of it.
	#[arg(long, required_unless_present = "all")]
	pub amount: Option<String>,
	/// All that the wallet has of the asset, less the fees: in as many payments as it takes, since each
	/// spends two notes at most.
	#[arg(long, conflicts_with = "amount")]
	pub all: bool,
	#[command(flatten)]
	pub of: AssetArgs,
}

/// Of what.
#[derive(Debug, Args)]
pub struct AssetArgs {
	/// Of which asset; 0 is the chain's own token.
	#[arg(long, default_value_t = 0)]
	pub asset: u32,
	/// The asset's auditor, where it has one: whoever has this key reads the payment. It is not taken
	/// from the node, which could name itself.
	#[arg(long, value_name = "KEY")]
	pub auditor: Option<String>,
	/// The asset's decimals, as its issuer tells them: with 2 of them an amount of 5 is 500 smallest
	/// units. They are not taken from the node alone when the wallet first pays in an asset.
	#[arg(long, value_name = "NUMBER")]
	pub decimals: Option<u32>,
	#[command(flatten)]
	pub earlier: EarlierArgs,
}

/// What becomes of an earlier payment that may still arrive. Without either a person is asked, and a
/// script refused.
#[derive(Clone, Copy, Debug, Args)]
pub struct EarlierArgs {
	/// Pay in the place of earlier payments that may still arrive: with the same notes, or the same nonce
	/// of the account, so that only one of both can.
	#[arg(long, conflicts_with = "beside")]
	pub replace: bool,
	/// Pay as well as earlier payments that may still arrive.
	#[arg(long)]
	pub beside: bool,
}

#[derive(Debug, Args)]
pub struct ShieldArgs {
	#[command(flatten)]
	pub wallet: WalletPath,
	#[command(flatten)]
	pub amount: AmountArgs,
	/// Payment address; without it the wallet's own first one.
	#[arg(long, value_name = "ADDRESS")]
	pub to: Option<String>,
	/// What the recipient reads: 128 bytes at most.
	#[arg(long, default_value = "", hide_default_value = true)]
	pub memo: String,
}

#[derive(Debug, Args)]
pub struct PayArgs {
	#[command(flatten)]
	pub wallet: WalletPath,
	#[command(flatten)]
	pub amount: OutgoingArgs,
	/// Payment address.
	#[arg(long, value_name = "ADDRESS")]
	pub to: String,
	/// What the recipient reads: 128 bytes at most.
	#[arg(long, default_value = "", hide_default_value = true)]
	pub memo: String,
}

#[derive(Debug, Args)]
pub struct UnshieldArgs {
	#[command(flatten)]
	pub wallet: WalletPath,
	#[command(flatten)]
	pub amount: OutgoingArgs,
	/// The account.
	#[arg(long, value_name = "ACCOUNT")]
	pub to: String,
}
