//! What a wallet says can be paid can be paid, and all of it.

use anyhow::{Context, Result};
use meterproof_driver::{
	chain::money,
	setting::Setting,
	wallet::{mpf, Wallet, MPF},
};
use serde_json::json;

/// A wallet with notes of three, two and one.
pub fn filled(setting: &Setting) -> Result<Wallet> {
	let wallet = Wallet::create(&setting.client, setting.file("wallet.wallet"))?;
	for amount in [3, 2, 1] {
		wallet.shield(amount * MPF)?;
	}
	Ok(wallet)
}

pub fn what_is_shown_can_be_paid_and_all_of_it(setting: &Setting, wallet: &Wallet) -> Result<()> {
	let dave = setting.account("Dave")?;
	wallet.wait_until_ripe()?;
	let fee = setting.chain().payment_fees()?.unshield;
	let before = dave.balance()?.free;

	// The two largest notes, less the fee.
	let shown = wallet.run("balance", &[])?;
	let most = money(&shown["balances"][0], "most_at_once")?;
	assert_eq!(most, u128::from(5 * MPF - fee));
	let most = u64::try_from(most)?;
	wallet.unshield(&dave.address, most)?;
	assert_eq!(dave.balance()?.free, before + u128::from(most));

	// More than two notes take more than one payment.
	for amount in [2, 2] {
		wallet.shield(amount * MPF)?;
	}
	let emptied = wallet.run("unshield", &["--to", &dave.address, "--all"])?;
	let payments = emptied["payments"].as_array().context("no payments")?;
	assert_eq!((payments.len(), &emptied["left"]), (2, &json!("0")), "{emptied}");
	assert_eq!(emptied["amount"], json!((5 * MPF - 2 * fee).to_string()));
	assert_eq!(wallet.held()?.total(), 0);
	assert_eq!(dave.balance()?.free, before + u128::from(most) + u128::from(5 * MPF - 2 * fee));

	// Nothing is left to be paid, and a wallet is not emptied into itself.
	let all = wallet.refused("unshield", &["--to", &dave.address, "--all"])?;
	assert_eq!(all.name, "InsufficientFunds");
	assert_eq!(wallet.refused("pay", &["--to", &wallet.address, "--all"])?.name, "OwnAddress");
	let both = ["--to", &dave.address, "--all", "--amount", &mpf(1)];
	assert_eq!(wallet.refused("unshield", &both)?.name, "BadUsage");
	wallet.shield(7 * MPF)?;
	wallet.wait_until_ripe()
}
