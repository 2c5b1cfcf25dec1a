//! `account`.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum AccountCommand {
	/// Make an encrypted key file.
	New {
		/// Where to put the key file.
		#[arg(long, value_name = "FILE")]
		out: PathBuf,
		/// Show the words that bring the account back, to be written down.
		#[arg(long)]
		show_phrase: bool,
		/// File with the words of an account that is to come back; without it the account is a new one.
		#[arg(long, value_name = "FILE", conflicts_with = "show_phrase")]
		phrase_file: Option<PathBuf>,
	},
	/// Show the account's address.
	Show,
	/// Show a balance in smallest units (--json) or MPF.
	Balance {
		/// Account whose balance to show; without one the account's own.
		address: Option<String>,
	},
	/// Send money.
	Transfer {
		/// Account that gets the money.
		#[arg(long, value_name = "ADDRESS")]
		to: String,
		/// How much money to send, in MPF.
		#[arg(long, value_name = "MPF")]
		amount: String,
	},
}
