//! Two people with a wallet each, on nodes of their own.

use std::path::{Path, PathBuf};

use anyhow::{ensure, Context, Result};
use meterproof_driver::{
	account::Account,
	chain::{money, Chain},
	client::Client,
	node::Node,
	programs::Programs,
	wallet::{Held, Wallet, MPF},
};
use serde_json::Value;

/// Pays in; none of it is a round number, so that a wrong unit shows.
pub const SHIELDED: [u64; 2] = [100 * MPF + 7, 50 * MPF + 1];

/// Alice with node 0, Bob with node 1.
pub struct People {
	/// Of Alice's node.
	pub chain: Chain,
	/// Of Bob's.
	pub bobs_chain: Chain,
	/// Who pays in and out.
	pub account: Account,
	/// Who is paid out of notes.
	pub payee: Account,
	/// Alice's.
	pub alice: Wallet,
	/// Bob's.
	pub bob: Wallet,
	folder: PathBuf,
}

impl People {
	pub fn new(programs: &Programs, folder: &Path, nodes: &[Node]) -> Result<Self> {
		let [first, second, ..] = nodes else { anyhow::bail!("fewer than two nodes") };
		let client = |node: &Node| Client::new(&programs.client, &node.url(), "//Alice", folder);
		let (here, there) = (client(first), client(second));
		Ok(Self {
			chain: first.chain().clone(),
			bobs_chain: second.chain().clone(),
			account: Account::well_known(&here, "Alice")?,
			payee: Account::well_known(&there, "Ferdie")?,
			alice: Wallet::create(&here, folder.join("alice.wallet"))?,
			bob: Wallet::create(&there, folder.join("bob.wallet"))?,
			folder: folder.into(),
		})
	}

	/// A file beside the others.
	pub fn file(&self, name: &str) -> PathBuf {
		self.folder.join(name)
	}

	/// All that is in notes is the two wallets', and the chain's books are right.
	pub fn balance_books(&self) -> Result<()> {
		wait_for_both(self)?;
		let moved = self.chain.moved()?;
		let held = self.alice.held()?.total() + self.bob.held()?.total();
		assert_eq!(moved.left(), held, "{moved:?}");
		self.chain.audit()
	}
}

/// Waits until both nodes have final what either has now.
pub fn wait_for_both(people: &People) -> Result<()> {
	let best = people.chain.best()?.max(people.bobs_chain.best()?);
	for chain in [&people.chain, &people.bobs_chain] {
		chain.wait_until_final_at(best)?;
	}
	Ok(())
}

fn kinds(history: &[Value]) -> Vec<&str> {
	history.iter().filter_map(|event| event["kind"].as_str()).collect()
}

/// The note of an event that is no change.
fn note(event: &Value) -> Result<&Value> {
	let notes = event["notes"].as_array().context("an event without notes")?;
	notes.iter().find(|note| note["to"] != "change").context("an event of change alone")
}

/// Shield, pay, pay back, unshield; balances and histories to the unit on both sides.
pub fn pay_each_other(people: &People) -> Result<()> {
	let People { chain, account, payee, alice, bob, .. } = people;
	let issuance = chain.issuance()?;
	let fees = chain.payment_fees()?;
	let before = account.balance()?;
	for amount in SHIELDED {
		alice.shield(amount)?;
	}
	let after = account.balance()?;
	let shielded: u64 = SHIELDED.iter().sum();
	let cost = before.total() - after.total() - u128::from(shielded);
	// Of the blocks that it makes itself, being a validator, it has the fees back.
	assert!(cost < u128::from(MPF), "the account pays its fees alone: {cost}");
	assert_eq!(alice.held()?.total(), shielded.into());
	assert_eq!(chain.moved()?.shielded, shielded.into());

	wait_for_both(people)?;
	chain.wait_for_anchor()?;
	assert_eq!(
		alice.held()?,
		Held { spendable: shielded.into(), maturing: 0, pending: 0 },
		"all of it can be spent"
	);
	let price = 12 * MPF + 345;
	let paid = alice.pay(&bob.address, price, "für März ✓")?;
	assert_eq!(paid.fee, fees.transfer.into());
	wait_for_both(people)?;
	assert_eq!(bob.held()?, Held { spendable: 0, maturing: price.into(), pending: 0 });
	let received = bob.history()?;
	assert_eq!(kinds(&received), ["received"]);
	let received = note(&received[0])?;
	assert_eq!(received["memo"], "für März ✓");
	assert_eq!(received["amount"], price.to_string());
	assert_eq!(received["position"].as_u64(), paid.position);

	// Too new to be spent yet: the client waits by itself.
	let back = 2 * MPF + 1;
	bob.pay(&alice.address, back, "zurück")?;
	// What Alice has is older: she need not wait for it.
	let out = 30 * MPF + 3;
	let payees = payee.balance()?;
	let paid = alice.unshield(&payee.address, out)?;
	assert_eq!(paid.fee, fees.unshield.into());
	wait_for_both(people)?;
	assert_eq!(payee.balance()?.total(), payees.total() + u128::from(out));

	let spent = price + fees.transfer + out + fees.unshield;
	assert_eq!(alice.held()?.total(), u128::from(shielded - spent + back));
	assert_eq!(bob.held()?.total(), u128::from(price - back - fees.transfer));
	let moved = chain.moved()?;
	assert_eq!(
		(moved.shielded, moved.unshielded, moved.fees),
		(shielded.into(), out.into(), u128::from(2 * fees.transfer + fees.unshield))
	);
	let history = alice.history()?;
	let mut told = kinds(&history);
	// The last two may stand in either order.
	told[3..].sort_unstable();
	assert_eq!(told, ["shielded", "shielded", "paid", "received", "unshielded"]);
	let first = note(&history[2])?;
	assert_eq!(first["to"], bob.address);
	assert_eq!(money(first, "amount")?, price.into());
	assert_eq!(money(&history[2], "left_pool")?, fees.transfer.into());
	let last = history.iter().find(|event| event["kind"] == "unshielded");
	let last = last.context("no event of what was unshielded")?;
	assert_eq!(last["account"], payee.address);
	assert_eq!(money(last, "account_amount")?, out.into());
	assert_eq!(money(last, "left_pool")?, u128::from(out + fees.unshield));
	assert_eq!(kinds(&bob.history()?), ["received", "paid"]);

	// Another address is the same wallet's, and looks like anybody's.
	let another = bob.run("address", &["--another"])?;
	ensure!(another["address"] != bob.address.as_str(), "the second address is the first");
	assert_eq!(chain.issuance()?, issuance, "fees go to the blocks' authors");
	people.balance_books()
}
