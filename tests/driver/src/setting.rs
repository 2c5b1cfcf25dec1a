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

/// What a test begins with. The node ends before its folder goes.
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

/// An operator and its meters.
pub struct Household {
	/// The operator.
	pub operator: Operator,
	/// Numbers of all its meters.
	pub devices: Vec<u32>,
	/// Meters that hold their own keys: the test itself reads and sends for them.
	pub meters: Vec<Meter>,
}

/// The seed of the key of a meter with this name.
pub fn seed(name: &str) -> [u8; 32] {
	let mut seed = [0; 32];
	for (to, from) in seed.iter_mut().zip(name.bytes()) {
		*to = from;
	}
	seed
}

fn new_meters(
	operator: &str,
	count: u32,
	seed: impl Fn(&str) -> Option<[u8; 32]>,
) -> Vec<NewMeter> {
	let meter = |number| {
		let name = format!("{operator}-{number}");
		let seed = seed(&name);
		NewMeter { name, exports: true, nameplate: NAMEPLATE, seed }
	};
	(0..count).map(meter).collect()
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

	/// An operator with meters of both registers that hold their own keys, registered and not yet
	/// attested.
	pub fn household(&self, name: &str, meters: u32) -> Result<Household> {
		self.household_for("electricity", name, meters)
	}

	/// The same with meters of a resource.
	pub fn household_for(&self, resource: &str, name: &str, meters: u32) -> Result<Household> {
		let list: Vec<NewMeter> = new_meters(name, meters, |name| Some(seed(name)));
		let (operator, devices) = self.register(name, resource, &list)?;
		let meters = list.iter().zip(&devices);
		let meters = meters.map(|(meter, device)| Meter::new(*device, &seed(&meter.name)));
		let meters = meters.collect();
		Ok(Household { operator, devices, meters })
	}

	/// An operator with meters that commit through the client, which makes their keys.
	pub fn household_with_gateway(&self, name: &str, meters: u32) -> Result<Household> {
		let list = new_meters(name, meters, |_| None);
		let (operator, devices) = self.register(name, "electricity", &list)?;
		Ok(Household { operator, devices, meters: Vec::new() })
	}

	fn register(
		&self,
		name: &str,
		resource: &str,
		meters: &[NewMeter],
	) -> Result<(Operator, Vec<u32>)> {
		let operator = Operator::new(self.account(name)?, self.folder());
		let registered = operator.register_for(resource, meters)?;
		Ok((operator, registered.iter().map(|meter| meter.device).collect()))
	}

	/// Attests all meters of some households.
	pub fn attest(&self, households: &[&Household]) -> Result<()> {
		let devices = households.iter().flat_map(|household| &household.devices);
		attest(&self.alice, &devices.copied().collect::<Vec<_>>())
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
