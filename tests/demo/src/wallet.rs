//! A wallet of confidential payments, as the demo uses one.

use std::path::Path;

use anyhow::{Context, Result};
use meterproof_driver::{
	chain::{money, string},
	client::Client,
};

/// Holds what settlements pay into notes.
pub struct NoteWallet {
	/// Where notes are paid to.
	pub address: String,
	/// Its file.
	pub file: String,
	client: Client,
}

impl NoteWallet {
	/// A new wallet.
	pub fn new(client: &Client, folder: &Path, name: &str) -> Result<Self> {
		let file = folder.join(format!("{name}.wallet")).to_string_lossy().into_owned();
		let shown = client.run(&["wallet", "new", "--wallet", &file])?;
		Ok(Self { address: string(&shown, "address")?, file, client: client.clone() })
	}

	/// What it finds on the chain, in smallest units.
	pub fn total(&self) -> Result<u128> {
		let shown = self.client.run(&["wallet", "balance", "--wallet", &self.file])?;
		let own = shown["balances"].get(0).context("the wallet shows no balance")?;
		let parts = ["spendable", "maturing", "pending"].map(|part| money(own, part));
		parts.into_iter().sum()
	}
}
