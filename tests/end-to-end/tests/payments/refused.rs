//! What the client refuses, or tells that the node refuses. Each by name; nothing is lost, and
//! nothing that a person hides is in the message.

use std::{fs, path::PathBuf};

use anyhow::Result;
use meterproof_driver::{
	account::Account,
	chain::string,
	client::{Refused, PASSWORD},
	setting::Setting,
	wallet::{mpf, Held, Wallet, MPF},
};
use meterproof_wallet::{
	address::Address,
	network::{Kind, Network},
};

/// Notes of a wallet; the least of them buys nothing.
const SHIELDED: [u64; 3] = [40 * MPF + 11, 20 * MPF + 13, MPF / 10 + 17];

/// A wallet with notes, and a friend without.
pub struct Parties {
	/// Has notes.
	pub wallet: Wallet,
	/// Has none.
	pub friend: Wallet,
	/// An account that does not exist.
	pub nobody: Account,
	/// What no message may have in it.
	secrets: Vec<String>,
}

impl Parties {
	pub fn new(setting: &Setting) -> Result<Self> {
		let wallet = Wallet::create(&setting.client, setting.file("payer.wallet"))?;
		let friend = Wallet::create(&setting.client, setting.file("friend.wallet"))?;
		for amount in SHIELDED {
			wallet.shield(amount)?;
		}
		setting.chain().wait_for_anchor()?;
		let view = string(&wallet.run("view-key", &[])?, "view_key")?;
		let mut secrets = vec![wallet.seed()?, view, PASSWORD.into(), wallet.address.clone()];
		let total: u64 = SHIELDED.iter().sum();
		for amount in SHIELDED.into_iter().chain([total]) {
			secrets.extend([amount.to_string(), mpf(amount)]);
		}
		let nobody = setting.account("Nobody")?;
		Ok(Self { wallet, friend, nobody, secrets })
	}

	/// Nothing of what the wallet hides is in a text.
	pub fn assert_silent(&self, text: &str) {
		for secret in &self.secrets {
			assert!(!text.contains(secret.as_str()), "the message tells a secret: {text}");
		}
	}

	fn refused(&self, verb: &str, arguments: &[&str]) -> Result<String> {
		let Refused { name, message, .. } = self.wallet.refused(verb, arguments)?;
		self.assert_silent(&message);
		assert!(!message.is_empty() && message != name, "{name} has no words");
		Ok(name)
	}
}

/// Everything that a person may type wrongly.
pub fn by_the_client(setting: &Setting, parties: &Parties) -> Result<()> {
	let Parties { wallet, friend, nobody, .. } = parties;
	let before = wallet.report()?;
	let total: u64 = SHIELDED.iter().sum();
	let whole = Held { spendable: total.into(), maturing: 0, pending: 0 };
	assert_eq!(before.0, whole);
	let money = setting.alice.balance()?;
	let moved = setting.chain().moved()?;

	amounts(parties)?;
	addresses(setting, parties)?;
	let memo = "m".repeat(129);
	for verb in ["pay", "shield"] {
		let arguments = ["--to", &friend.address, "--amount", "1", "--memo", &memo];
		assert_eq!(parties.refused(verb, &arguments)?, "MemoTooLong");
	}

	// Less than an account must have; the same to one that has enough would be taken. The wallet that is
	// refused counts with the payment all the same, so that a copy of it asks.
	let dust = ["--to", &nobody.address, "--amount", "0.000000001"];
	let copy = wallet.copied(setting.file("dust.wallet"))?;
	let refused = copy.refused("unshield", &dust)?;
	assert_eq!(refused.name, "RecipientCannotReceive");
	parties.assert_silent(&refused.message);
	let sent = copy.run("history", &[])?;
	assert_eq!(sent["on_the_way"][0]["state"], "refused");
	assert_eq!(sent["on_the_way"][0]["account"], nobody.address.as_str());
	assert_eq!(copy.held()?, whole, "its notes can be spent");
	assert_eq!(parties.refused("unshield", &["--to", "5Grw", "--amount", "1"])?, "BadAddress");
	files(setting, parties)?;

	assert_eq!(wallet.report()?, before, "what was refused changed nothing");
	assert_eq!(friend.held()?.total(), 0);
	assert_eq!(setting.alice.balance()?, money, "and cost nothing");
	assert_eq!(setting.chain().moved()?, moved);
	setting.chain().audit()
}

fn amounts(parties: &Parties) -> Result<()> {
	let friend = &parties.friend.address;
	let to_account = &parties.nobody.address;
	for (amount, name) in [
		("0", "NoAmount"),
		("0.000000000000", "NoAmount"),
		// 2^64 units, and the most that a note holds: there is no room for the fee.
		("18446744.073709551616", "AmountTooLarge"),
		("18446744.073709551615", "AmountTooLarge"),
		("340282366920938463463374607431768211456", "AmountTooLarge"),
		("1000", "InsufficientFunds"),
		("0.0000000000001", "TooManyDecimals"),
		("much", "NotAnAmount"),
	] {
		let pay = ["--to", friend, "--amount", amount];
		assert_eq!(parties.refused("pay", &pay)?, name, "pay {amount}");
		let unshield = ["--to", to_account, "--amount", amount];
		assert_eq!(parties.refused("unshield", &unshield)?, name, "unshield {amount}");
	}
	assert_eq!(parties.refused("shield", &["--amount", "0"])?, "NoAmount");
	let all = "18446744.073709551615";
	assert_eq!(parties.refused("shield", &["--amount", all])?, "InsufficientFunds");
	let other = ["--to", friend, "--amount", "1", "--asset", "7"];
	assert_eq!(parties.refused("pay", &other)?, "UnknownAsset");
	// With the fee more than the two largest notes hold, and not more than all three.
	let merged = ["--to", friend, "--amount", "59.8"];
	assert_eq!(parties.refused("pay", &merged)?, "NeedsMerging");
	Ok(())
}

fn addresses(setting: &Setting, parties: &Parties) -> Result<()> {
	let network = setting.chain().network()?;
	let right = &parties.friend.address;
	let address = Address::parse(&network, right)?;
	let live = address.to_text(&Network { kind: Kind::Live, ..network });
	let fork = address.to_text(&Network { genesis: [9; 32], ..network });
	let last = right.chars().last();
	let typed = if last == Some('q') { 'p' } else { 'q' };
	let mut mistyped = right.clone();
	mistyped.pop();
	let cut = mistyped.clone();
	mistyped.push(typed);
	let swapped = right.replacen("mpaydev1", "mpay1", 1);
	for (to, name) in [
		(live.as_str(), "OtherNetwork"),
		(&fork, "OtherNetwork"),
		(&mistyped, "Mistyped"),
		(&cut, "Mistyped"),
		(&swapped, "Mistyped"),
		(&parties.nobody.address, "NotThis"),
		("", "NotThis"),
	] {
		for verb in ["pay", "shield"] {
			let arguments = ["--to", to, "--amount", "1"];
			assert_eq!(parties.refused(verb, &arguments)?, name, "{verb} to {to:?}");
		}
	}
	Ok(())
}

fn files(setting: &Setting, parties: &Parties) -> Result<()> {
	let wallet = &parties.wallet;
	let whole = fs::read(&wallet.file)?;
	let put = |name: &str, bytes: &[u8]| -> Result<Parties> {
		let file: PathBuf = setting.file(name);
		fs::write(&file, bytes)?;
		let wallet = Wallet { file, ..wallet.clone() };
		let (friend, nobody) = (parties.friend.clone(), parties.nobody.clone());
		Ok(Parties { wallet, friend, nobody, secrets: parties.secrets.clone() })
	};
	let half = whole.get(..whole.len() / 2).unwrap_or_default();
	let last = whole.get(..whole.len() - 1).unwrap_or_default();
	let mut flipped = whole.clone();
	let middle = flipped.len() / 2;
	flipped[middle] ^= 1;
	for (name, bytes, error) in [
		("half.wallet", half, "TruncatedFile"),
		("last.wallet", last, "TruncatedFile"),
		("flipped.wallet", &flipped, "Damaged"),
		(
			"letter.wallet",
			b"Dear Alice, this is no wallet, but a letter that I wrote to you",
			"ForeignFile",
		),
	] {
		let broken = put(name, bytes)?;
		for verb in ["balance", "history", "seed", "view-key", "address"] {
			assert_eq!(broken.refused(verb, &[])?, error, "{verb} of {name}");
		}
		let pay = ["--to", &parties.friend.address, "--amount", "1"];
		assert_eq!(broken.refused("pay", &pay)?, error, "pay from {name}");
		assert_eq!(fs::read(&broken.wallet.file)?, bytes, "{name} is as it was");
	}

	let password = setting.file("password");
	fs::write(&password, "guessed")?;
	let guessed = ["--password-file", &password.to_string_lossy()];
	for verb in ["balance", "seed", "view-key"] {
		assert_eq!(parties.refused(verb, &guessed)?, "WrongPassword");
	}
	assert_eq!(parties.refused("new", &[])?, "WalletExists");
	let mut missing = put("missing.wallet", &[])?;
	missing.wallet.file = setting.file("nowhere.wallet");
	assert_eq!(missing.refused("balance", &[])?, "NoWallet");
	assert_eq!(fs::read(&wallet.file)?, whole);
	Ok(())
}
