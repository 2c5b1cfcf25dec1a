//! What most tests begin with: a node, a registrar, operators with attested meters.

use std::path::{Path, PathBuf};

use anyhow::Result;
use tempfile::TempDir;

use crate::{
	account::{Account, Offer},
	chain::Chain,
	client::Client,
	meter::Meter,
	node::{Node, Settings},
	operator::{appoint, attest, NewMeter, Operator, ZONE},
	programs::Programs,
};

/// The most a test's meter can count in a period, in Wh.
pub const NAMEPLATE: u32 = 1_000;

/// A scene for a test. The node ends before its folder goes.
pub struct Setting {
	/// Root and registrar.
	pub alice: Account,
	/// The client, for any account.
	pub client: Client,
	/// The node.
	pub node: Node,
	/// The programs under test.
	pub programs: Programs,
	folder: TempDir,
}

/// An operator and its meters, which the test itself reads and sends for.
pub struct Household {
	/// The operator.
	pub operator: Operator,
	/// Its meters.
	pub meters: Vec<Meter>,
}

impl Setting {
	/// A `dev` node.
	pub fn dev() -> Result<Self> {
		let programs = Programs::find()?;
		let folder = tempfile::Builder::new().prefix("meterproof-e2e-").tempdir()?;
		let node = Node::start(&programs, Settings::dev(folder.path())?)?;
		Self::on(programs, node, folder)
	}

	/// Any node whose files are in `folder`.
	pub fn on(programs: Programs, node: Node, folder: TempDir) -> Result<Self> {
		let client = Client::new(&programs.client, &node.url(), "//Alice", folder.path());
		let alice = Account::well_known(&client, "Alice")?;
		appoint(&alice, &alice)?;
		Ok(Self { alice, client, node, programs, folder })
	}

	/// The node's chain.
	pub fn chain(&self) -> &Chain {
		self.node.chain()
	}

	/// Where files may be put.
	pub fn folder(&self) -> &Path {
		self.folder.path()
	}

	/// A file in it.
	pub fn file(&self, name: &str) -> PathBuf {
		self.folder().join(name)
	}

	/// An account.
	pub fn account(&self, name: &str) -> Result<Account> {
		Account::well_known(&self.client, name)
	}

	/// An operator with meters of both registers, registered and not yet attested.
	pub fn household(&self, name: &str, meters: u32) -> Result<Household> {
		let operator = Operator::new(self.account(name)?, self.folder());
		let list: Vec<NewMeter> = (0..meters)
			.map(|number| NewMeter {
				name: format!("{name}-{number}"),
				exports: true,
				nameplate: NAMEPLATE,
			})
			.collect();
		operator.register(&list)?;
		let meters = operator.meters()?;
		Ok(Household { operator, meters })
	}

	/// Attests all meters of some households.
	pub fn attest(&self, households: &[&Household]) -> Result<()> {
		let meters = households.iter().flat_map(|household| &household.meters);
		attest(&self.alice, &meters.map(|meter| meter.device).collect::<Vec<_>>())
	}

	/// A period that is open for trading long enough for `transactions` one after another.
	pub fn period_ahead(&self, transactions: u64) -> Result<u64> {
		let now = self.chain().period(None)?;
		let needed = 6_000 * transactions;
		Ok(now.first_open + needed.div_ceil(now.schedule.length))
	}

	/// Sells in one period and accepts.
	pub fn trade(
		&self,
		seller: &Household,
		buyer: &Account,
		quantity: u64,
		period: u64,
	) -> Result<u64> {
		let offer = Offer { quantity, price: "0.25".into(), first: period, last: period };
		let trade = seller.operator.account.offer(ZONE, buyer, &offer)?;
		buyer.accept(trade)?;
		Ok(trade)
	}
}
