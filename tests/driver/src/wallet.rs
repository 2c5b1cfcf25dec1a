//! A wallet of confidential payments, through the client.

use std::{
	fs,
	path::{Path, PathBuf},
	time::Duration,
};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{
	chain::{integer, money, string},
	client::{Client, Refused, Running},
	wait,
};

/// Smallest units of one MPF.
pub const MPF: u64 = 1_000_000_000_000;

/// Time for a note to be in the anchor, with clients that wait for the processor.
const RIPE_LIMIT: Duration = Duration::from_secs(120);

/// A wallet's file, used through one node.
#[derive(Clone, Debug)]
pub struct Wallet {
	/// Its file.
	pub file: PathBuf,
	/// Its first address.
	pub address: String,
	/// The client, for the account and node that it is used with.
	pub client: Client,
}

/// What a wallet has of the chain's own token, in smallest units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
	/// In notes that the anchor has.
	pub spendable: u128,
	/// In notes that are newer.
	pub maturing: u128,
	/// In notes that a payment on its way spends.
	pub pending: u128,
}

impl Held {
	/// Everything.
	pub fn total(&self) -> u128 {
		self.spendable + self.maturing + self.pending
	}
}

/// A payment out of notes, or into them, that is final.
#[derive(Clone, Debug)]
pub struct Paid {
	/// Hash of its block.
	pub block: String,
	/// Position of the note that it pays, where it pays one.
	pub position: Option<u64>,
	/// What it cost.
	pub fee: u128,
}

/// Smallest units as the command line takes them.
pub fn mpf(amount: u64) -> String {
	format!("{}.{:012}", amount / MPF, amount % MPF)
}

impl Wallet {
	/// A new one.
	pub fn create(client: &Client, file: PathBuf) -> Result<Self> {
		Self::create_with(client, file, &[])
	}

	/// A new one, with further arguments of `wallet new`.
	pub fn create_with(client: &Client, file: PathBuf, arguments: &[&str]) -> Result<Self> {
		let text = file.to_string_lossy().into_owned();
		let new = ["wallet", "new", "--wallet", &text];
		let shown = client.run(&[&new[..], arguments].concat())?;
		Ok(Self { address: string(&shown, "address")?, client: client.clone(), file })
	}

	/// A wallet made of this one's seed, before it has looked at the chain. No payment of this wallet may be on
	/// its way.
	pub fn recovered(&self, file: PathBuf) -> Result<Self> {
		let seed = write(&file, "seed", &self.seed()?)?;
		Self::create_with(&self.client, file, &["--seed-file", &seed, "--nothing-on-the-way"])
	}

	/// The wallet that sees what this one does.
	pub fn watched(&self, file: PathBuf) -> Result<Self> {
		let key = write(&file, "view", &string(&self.run("view-key", &[])?, "view_key")?)?;
		Self::create_with(&self.client, file, &["--view-key-file", &key])
	}

	/// A copy of the file.
	pub fn copied(&self, file: PathBuf) -> Result<Self> {
		fs::copy(&self.file, &file).context("cannot copy the wallet")?;
		Ok(Self { file, ..self.clone() })
	}

	/// This wallet file, for another account or node.
	pub fn through(&self, client: &Client) -> Self {
		Self { client: client.clone(), ..self.clone() }
	}

	/// Any verb.
	pub fn run(&self, verb: &str, arguments: &[&str]) -> Result<Value> {
		let file = self.text();
		self.client.run(&arguments_of(verb, &file, arguments))
	}

	/// Any verb, to be waited for.
	pub fn start(&self, verb: &str, arguments: &[&str]) -> Result<Running> {
		let file = self.text();
		self.client.start(&arguments_of(verb, &file, arguments))
	}

	/// Any verb that must be refused.
	pub fn refused(&self, verb: &str, arguments: &[&str]) -> Result<Refused> {
		let file = self.text();
		self.client.refused(&arguments_of(verb, &file, arguments))
	}

	/// Pays the account's money into notes of the wallet's own.
	pub fn shield(&self, amount: u64) -> Result<Paid> {
		paid(&self.run("shield", &["--amount", &mpf(amount)])?)
	}

	/// Pays an address.
	pub fn pay(&self, to: &str, amount: u64, memo: &str) -> Result<Paid> {
		let amount = mpf(amount);
		paid(&self.run("pay", &["--to", to, "--amount", &amount, "--memo", memo])?)
	}

	/// Pays an account.
	pub fn unshield(&self, to: &str, amount: u64) -> Result<Paid> {
		paid(&self.run("unshield", &["--to", to, "--amount", &mpf(amount)])?)
	}

	/// What it has of the chain's own token.
	pub fn held(&self) -> Result<Held> {
		let shown = self.run("balance", &[])?;
		let own = &shown["balances"][0];
		Ok(Held {
			spendable: money(own, "spendable")?,
			maturing: money(own, "maturing")?,
			pending: money(own, "pending")?,
		})
	}

	/// What happened, oldest first.
	pub fn history(&self) -> Result<Vec<Value>> {
		let shown = self.run("history", &[])?;
		shown["events"].as_array().cloned().context("history printed no events")
	}

	/// What it says of itself, to be compared with another's.
	pub fn report(&self) -> Result<(Held, Vec<Value>)> {
		Ok((self.held()?, self.history()?))
	}

	/// Waits until all that it has can be spent. Reports of two wallets are compared after that, since
	/// notes ripen between one look and the next.
	pub fn wait_until_ripe(&self) -> Result<()> {
		wait::until("all notes can be spent", RIPE_LIMIT, || {
			let held = self.held()?;
			Ok((held.spendable == held.total()).then_some(()))
		})
	}

	/// Its seed.
	pub fn seed(&self) -> Result<String> {
		string(&self.run("seed", &[])?, "seed")
	}

	/// The file, for the command line.
	pub fn text(&self) -> String {
		self.file.to_string_lossy().into_owned()
	}
}

fn arguments_of<'a>(verb: &'a str, file: &'a str, arguments: &[&'a str]) -> Vec<&'a str> {
	[&["wallet", verb, "--wallet", file][..], arguments].concat()
}

fn write(beside: &Path, extension: &str, text: &str) -> Result<String> {
	let file = beside.with_extension(extension);
	fs::write(&file, text).context("cannot write a key")?;
	Ok(file.to_string_lossy().into_owned())
}

/// What the client says of a payment.
pub fn paid(shown: &Value) -> Result<Paid> {
	let position = match &shown["position"] {
		Value::Null => None,
		_ => Some(integer(shown, "position")?),
	};
	// What is shielded pays fees as any call of an account.
	let fee = if shown["fee"].is_null() { 0 } else { money(shown, "fee")? };
	Ok(Paid { block: string(shown, "block")?, position, fee })
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn amounts_are_written_to_the_unit() {
		assert_eq!(mpf(12_500_000_000_001), "12.500000000001");
		assert_eq!(mpf(1), "0.000000000001");
	}
}
