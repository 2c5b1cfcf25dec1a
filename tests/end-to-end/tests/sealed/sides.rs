//! A seller with a meter, a buyer, and their wallets.

use std::path::PathBuf;

use anyhow::{Context, Result};
use meterproof_device::Direction;
use meterproof_driver::{
	account::{Account, Offer},
	chain::{Answer, Group},
	meter::{Commitment, Meter},
	operator::{Operator, ZONE},
	setting::{Household, Setting},
	wallet::Wallet,
};
use serde_json::Value;

/// MPF per kWh.
pub const PRICE: &str = "10";

/// Smallest units per Wh at that price.
pub const UNIT_PRICE: u128 = 10_000_000_000;

/// Wh in each period.
pub const QUANTITY: u64 = 700;

pub struct Sides {
	pub home: Household,
	pub seller: Wallet,
	pub eve: Account,
	pub buyer: Wallet,
}

impl Sides {
	/// Of the operator with this name, whose meters are attested.
	pub fn new(setting: &Setting, name: &str) -> Result<Self> {
		let home = setting.household(name, 1)?;
		setting.attest(&[&home])?;
		let eve = setting.account("Eve")?;
		let file = |owner: &str| setting.file(&format!("{name}-{owner}.wallet"));
		let seller = Wallet::create(&home.operator.account.client, file("seller"))?;
		let buyer = Wallet::create(&eve.client, file("buyer"))?;
		Ok(Self { home, seller, eve, buyer })
	}

	pub fn operator(&self) -> &Operator {
		&self.home.operator
	}

	pub fn bob(&self) -> &Account {
		&self.home.operator.account
	}

	pub fn group(&self) -> Group {
		self.operator().group("export")
	}

	pub fn meter(&self) -> Result<&Meter> {
		self.home.meters.first().context("no meter")
	}

	/// Offers sealed.
	pub fn offer(&self, first: u64, last: u64) -> Result<u64> {
		let offer = terms(first, last);
		self.bob().offer_sealed(ZONE, &self.eve, &offer, &self.seller.address)
	}

	/// Offers sealed and accepts.
	pub fn trade(&self, first: u64, last: u64) -> Result<u64> {
		let trade = self.offer(first, last)?;
		self.eve.accept_sealed(trade, &self.buyer.text())?;
		Ok(trade)
	}

	/// The meter commits to a reading while the period runs, and hands it over.
	pub fn commit(&self, setting: &Setting, period: u64, reading: u32) -> Result<Vec<Commitment>> {
		let chain = setting.chain();
		chain.wait_for_phase(period, "running")?;
		let genesis = chain.genesis()?;
		let sent = vec![self.meter()?.commit(genesis, period, Direction::Export, reading, 0)];
		assert_eq!(chain.submit(&sent)?, [Answer::Accepted]);
		chain.wait_for_commitments(&sent)?;
		self.operator().import(&[sent[0].handed()])?;
		Ok(sent)
	}

	/// The name of the error with which a proof of this group is refused.
	pub fn unproved(
		&self,
		setting: &Setting,
		period: u64,
		group: &str,
		further: &[&str],
	) -> Result<String> {
		let (store, period) = (self.operator().store_text(), period.to_string());
		let out = text(&setting.file("refused.json"));
		let arguments = ["prove", "--store", &store, "--period", &period, "--group", group];
		let arguments = [&arguments[..], &["--out", &out], further].concat();
		self.bob().client.refusal(&arguments)
	}

	/// The name of the error with which a proof is refused.
	pub fn unsettled(&self, account: &Account, file: PathBuf) -> Result<String> {
		account.client.refusal(&["settle", "--proof", &text(&file)])
	}
}

pub fn terms(first: u64, last: u64) -> Offer {
	Offer { quantity: QUANTITY, price: PRICE.into(), first, last }
}

pub fn text(file: &std::path::Path) -> String {
	file.to_string_lossy().into_owned()
}

/// Whether a number of these stands anywhere in an answer.
pub fn tells(value: &Value, secrets: &[u128]) -> bool {
	let is_one = |number: Option<u128>| number.is_some_and(|number| secrets.contains(&number));
	match value {
		Value::Null | Value::Bool(_) => false,
		Value::Number(number) => is_one(number.as_u64().map(u128::from)),
		Value::String(text) => is_one(text.parse().ok()),
		Value::Array(values) => values.iter().any(|value| tells(value, secrets)),
		Value::Object(fields) => fields.values().any(|value| tells(value, secrets)),
	}
}
