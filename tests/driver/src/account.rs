//! Accounts: well-known development keys that hold money on `dev` and `local`.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{
	chain::{bytes32, money, string},
	client::Client,
};

/// An account and the client that acts for it.
#[derive(Clone, Debug)]
pub struct Account {
	/// For people.
	pub name: String,
	/// Its address.
	pub address: String,
	/// Its public key, which is the account on chain.
	pub public_key: [u8; 32],
	/// The client, for this account.
	pub client: Client,
}

/// What an account has, in smallest units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
	/// The tokens that are not on hold.
	pub free: u128,
	/// The tokens on hold: deposits, collateral, escrow.
	pub held: u128,
}

impl Balance {
	/// Everything.
	pub fn total(&self) -> u128 {
		self.free + self.held
	}
}

impl Account {
	/// The account of the secret `//NAME`.
	pub fn well_known(client: &Client, name: &str) -> Result<Self> {
		let client = client.of(&format!("//{name}"));
		let shown = client.run(&["account", "show"])?;
		Ok(Self {
			name: name.into(),
			address: string(&shown, "address")?,
			public_key: bytes32(&string(&shown, "publicKey")?)?,
			client,
		})
	}

	/// The account's balance in the last final block.
	pub fn balance(&self) -> Result<Balance> {
		self.balance_of(&self.address)
	}

	/// The balance of any account in the last final block.
	pub fn balance_of(&self, address: &str) -> Result<Balance> {
		let shown = self.client.run(&["account", "balance", address])?;
		Ok(Balance { free: money(&shown, "free")?, held: money(&shown, "held")? })
	}

	/// Offers export from a zone; gives the trade's number. `price` in MPF per kWh.
	pub fn offer(&self, zone: u32, buyer: &Account, offer: &Offer) -> Result<u64> {
		self.offer_with(zone, buyer, offer, &[])
	}

	/// Offers as [`Self::offer`] does, to be paid into notes of a payment address.
	pub fn offer_into(
		&self,
		zone: u32,
		buyer: &Account,
		offer: &Offer,
		payout: &str,
	) -> Result<u64> {
		self.offer_with(zone, buyer, offer, &["--payout", payout])
	}

	/// Offers a sealed trade, which pays into notes of a payment address.
	pub fn offer_sealed(
		&self,
		zone: u32,
		buyer: &Account,
		offer: &Offer,
		payout: &str,
	) -> Result<u64> {
		self.offer_with(zone, buyer, offer, &["--sealed", "--payout", payout])
	}

	fn offer_with(
		&self,
		zone: u32,
		buyer: &Account,
		offer: &Offer,
		further: &[&str],
	) -> Result<u64> {
		let (zone, quantity) = (zone.to_string(), offer.quantity.to_string());
		let (first, last) = (offer.first.to_string(), offer.last.to_string());
		let arguments = [
			"trade",
			"offer",
			"--zone",
			&zone,
			"--resource",
			"electricity",
			"--direction",
			"export",
			"--buyer",
			&buyer.address,
			"--quantity",
			&quantity,
			"--price",
			&offer.price,
			"--from",
			&first,
			"--to",
			&last,
		];
		id(&self.client.run(&[&arguments[..], further].concat())?)
	}

	/// Accepts a trade.
	pub fn accept(&self, trade: u64) -> Result<()> {
		let trade = trade.to_string();
		let seen = self.client.look(&["trade", "show", &trade])?;
		self.client.run(&["trade", "accept", &trade, "--terms", &seen])?;
		Ok(())
	}

	/// Accepts a sealed trade; what comes back of it goes to the wallet.
	pub fn accept_sealed(&self, trade: u64, wallet: &str) -> Result<()> {
		let trade = trade.to_string();
		let seen = self.client.look(&["trade", "show", &trade])?;
		let accept = ["trade", "accept", &trade, "--terms", &seen];
		self.client.run(&[&accept[..], &["--sealed", "--wallet", wallet]].concat())?;
		Ok(())
	}
}

/// What is offered.
#[derive(Clone, Debug)]
pub struct Offer {
	/// Wh per period.
	pub quantity: u64,
	/// MPF per kWh, decimal.
	pub price: String,
	/// First period.
	pub first: u64,
	/// Last period, inclusive.
	pub last: u64,
}

fn id(shown: &Value) -> Result<u64> {
	// Numbers of 64 bits may be written as text, for readers that keep 53 bits only.
	let id = &shown["trade"];
	let id = id.as_u64().or_else(|| id.as_str().and_then(|text| text.parse().ok()));
	id.with_context(|| format!("no trade in {shown}"))
}
