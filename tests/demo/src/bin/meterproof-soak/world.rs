//! Who sends: households with meters, their buyers, wallets, and an account that pays another.

use std::{
	collections::BTreeMap,
	path::{Path, PathBuf},
	sync::Mutex,
};

use anyhow::{Context, Result};
use meterproof_driver::{
	account::Account,
	chain::Chain,
	client::Client,
	meter::Meter,
	node::Node,
	operator::{appoint, attest, NewMeter, Operator},
	programs::Programs,
	setting::{seed, NAMEPLATE},
	wallet::{Wallet, MPF},
};

/// Sellers and their buyers.
const HOUSEHOLDS: [(&str, &str); 2] = [("Bob", "Dave"), ("Charlie", "Eve")];

/// Meters of each seller.
const METERS: u32 = 4;

/// What each wallet begins with, in smallest units, in as many notes.
const IN_WALLETS: [u64; 2] = [100 * MPF, 100 * MPF];

/// A seller with meters that hold their own keys, and who buys from it.
pub struct Household {
	pub operator: Operator,
	pub meters: Vec<Meter>,
	pub buyer: Account,
	/// Sends its proofs: calls of one account would wait for each other.
	pub prover: Account,
	/// Accepted trades by period.
	pub traded: Mutex<BTreeMap<u64, u64>>,
}

/// Everybody.
pub struct World {
	/// The chain as the full node has it, which is never killed.
	pub chain: Chain,
	/// The chain as every node has it.
	pub chains: Vec<Chain>,
	pub genesis: [u8; 32],
	pub households: Vec<Household>,
	/// Who pays, and who is paid, from account to account.
	pub accounts: [Account; 2],
	pub wallets: [Wallet; 2],
	/// For files.
	pub folder: PathBuf,
}

impl World {
	/// Registers and attests the meters, and fills the wallets. The last node is asked.
	pub fn make(programs: &Programs, folder: &Path, nodes: &[Node]) -> Result<Self> {
		let asked = nodes.last().context("a network without nodes")?;
		let client = Client::new(&programs.client, &asked.url(), "//Alice", folder);
		let account = |name: &str| Account::well_known(&client, name);
		let (alice, ferdie) = (account("Alice")?, account("Ferdie")?);
		appoint(&alice, &alice)?;
		let mut households = Vec::new();
		let mut devices = Vec::new();
		for (seller, buyer) in HOUSEHOLDS {
			let operator = Operator::new(account(seller)?, folder);
			let meters = (0..METERS).map(|number| {
				let name = format!("{seller}-{number}");
				let seed = Some(seed(&name));
				NewMeter { name, exports: true, nameplate: NAMEPLATE, seed }
			});
			let registered = operator.register(&meters.collect::<Vec<_>>())?;
			devices.extend(registered.iter().map(|meter| meter.device));
			let meters = registered.iter().map(|one| Meter::new(one.device, &seed(&one.name)));
			households.push(Household {
				operator,
				meters: meters.collect(),
				buyer: account(buyer)?,
				prover: account(&format!("{seller}//stash"))?,
				traded: Mutex::default(),
			});
		}
		attest(&alice, &devices)?;
		let wallet =
			|name: &str| Wallet::create(&ferdie.client, folder.join(format!("{name}.wallet")));
		let wallets = [wallet("one")?, wallet("other")?];
		for wallet in &wallets {
			for amount in IN_WALLETS {
				wallet.shield(amount)?;
			}
		}
		let chain = asked.chain().clone();
		Ok(Self {
			genesis: chain.genesis()?,
			chain,
			chains: nodes.iter().map(|node| node.chain().clone()).collect(),
			households,
			accounts: [alice, ferdie],
			wallets,
			folder: folder.into(),
		})
	}
}
