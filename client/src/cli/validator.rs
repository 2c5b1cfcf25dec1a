//! `validator`.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum ValidatorCommand {
	/// Become a candidate with a bond that is put on hold, with fresh session keys that the
	/// validator's own node makes and keeps.
	Join(JoinArgs),
	/// Leave. A validator has to go on until the eras that are planned already are over; the bond is
	/// free some eras later.
	Leave,
	/// Raise the bond of a candidate.
	RaiseBond {
		/// By how much, in MPF.
		#[arg(long, value_name = "MPF")]
		by: String,
	},
	/// Get back the bond of an account that has left, once it is free.
	Withdraw {
		/// Account that has left; without one the account's own. Anyone may ask; it is the account
		/// that gets the bond.
		address: Option<String>,
	},
	/// Replace the session keys of an account by fresh ones, which the validator's own node makes and
	/// keeps. They are used from the session after the next on.
	RotateKeys {
		/// WebSocket address of the validator's own node, on loopback; without it the node of --url is
		/// taken for it.
		#[arg(long, value_name = "URL")]
		keys_from: Option<String>,
	},
	/// Remove the session keys of an account that has left, and get their deposit back.
	PurgeKeys,
	/// Show the era, the validators, the candidates with their bonds and the slashes that wait, or
	/// where one account stands.
	Status {
		/// Account to show; without one all.
		address: Option<String>,
		/// Show the account that signs.
		#[arg(long, conflicts_with = "address")]
		own: bool,
	},
}

#[derive(Debug, Args)]
#[command(after_help = JOIN_HELP)]
pub struct JoinArgs {
	/// The bond, in MPF. Some of the account's money must stay free: for a deposit for the keys, and
	/// for fees.
	#[arg(long, value_name = "MPF")]
	pub bond: String,
	/// WebSocket address of the validator's own node, on loopback; without it the node of --url is
	/// taken for it.
	#[arg(long, value_name = "URL")]
	pub keys_from: Option<String>,
}

const JOIN_HELP: &str = "\
The node that makes the keys has to run with --validator, and to go on while the account is in the set: \
a validator that makes no blocks holds up the others, and is dropped. One that runs a copy of its keys \
on a second machine signs twice, which costs a part of the bond, or all of it.

Example:
  meterproof validator join --account validator.key --bond 5000";
