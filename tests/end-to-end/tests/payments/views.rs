//! What can be shown to others: everything, and one payment.

use anyhow::{Context, Result};
use meterproof_driver::{
	chain::{money, string},
	setting::Setting,
	wallet::{Wallet, MPF},
};
use meterproof_wallet::disclosure::Disclosure;
use serde_json::{json, Value};

use super::refused::Parties;

/// What both kinds of wallet know of an event. To a viewing key what left for an account looks
/// like a payment.
fn seen(history: &[Value]) -> Vec<Value> {
	let fields = ["block", "asset", "spent", "gained", "left_pool", "notes"];
	let event = |event: &Value| -> Value {
		let known = fields.iter().map(|field| (field.to_string(), event[*field].clone()));
		json!(known.collect::<serde_json::Map<_, _>>())
	};
	history.iter().map(event).collect()
}

/// An auditor's wallet has the same balance and history, and no key to spend with.
pub fn a_viewing_key_sees_and_does_not_pay(setting: &Setting, parties: &Parties) -> Result<()> {
	let wallet = &parties.wallet;
	wallet.unshield(&setting.alice.address, MPF + 1)?;
	let auditor = wallet.watched(setting.file("auditor.wallet"))?;
	assert_eq!(auditor.address, wallet.address);
	assert_eq!(auditor.held()?.total(), wallet.held()?.total());
	assert_eq!(seen(&auditor.history()?), seen(&wallet.history()?));
	let to = ["--to", &parties.friend.address, "--amount", "1"];
	let refused = auditor.refused("pay", &to)?;
	assert_eq!(refused.name, "ViewOnly");
	parties.assert_silent(&refused.message);
	let to = ["--to", &setting.alice.address, "--amount", "1"];
	assert_eq!(auditor.refused("unshield", &to)?.name, "ViewOnly");
	assert_eq!(auditor.refused("seed", &[])?.name, "ViewOnly");
	// What it is not given it does not see.
	let friends = parties.friend.watched(setting.file("friends-auditor.wallet"))?;
	assert_eq!(friends.held()?.total(), parties.friend.held()?.total());
	assert_ne!(seen(&friends.history()?), seen(&auditor.history()?));
	Ok(())
}

fn verify(setting: &Setting, text: &str, to: &str) -> Result<Value> {
	setting.client.of("//Eve").run(&["wallet", "verify", text, "--to", to])
}

fn unproved(setting: &Setting, text: &str, to: &str) -> Result<String> {
	setting.client.of("//Eve").refusal(&["wallet", "verify", text, "--to", to])
}

fn disclose(wallet: &Wallet, position: &str, purpose: &str) -> Result<String> {
	let shown = wallet.run("disclose", &["--position", position, "--purpose", purpose])?;
	string(&shown, "disclosure")
}

/// Somebody who has neither wallet checks a payment against the chain.
pub fn a_disclosure_proves_one_payment_for_one_purpose(
	setting: &Setting,
	parties: &Parties,
) -> Result<()> {
	let Parties { wallet, friend, .. } = parties;
	let history = wallet.history()?;
	let others = |event: &&Value| {
		event["notes"][0]["to"] == friend.address.as_str()
			|| event["notes"][1]["to"] == friend.address.as_str()
	};
	let event = history.iter().find(others).context("the wallet paid nobody")?;
	let notes = event["notes"].as_array().context("an event without notes")?;
	let note = notes.iter().find(|note| note["to"] == friend.address.as_str());
	let note = note.context("the note is missing")?;
	let position = note["position"].to_string();
	let purpose = "Tax office, March";
	let text = disclose(wallet, &position, purpose)?;

	let proved = verify(setting, &text, &friend.address)?;
	assert_eq!(proved["amount"], note["amount"]);
	assert_eq!(proved["block"], event["block"]);
	assert_eq!((&proved["purpose"], &proved["by_payer"]), (&json!(purpose), &json!(true)));
	assert_eq!(unproved(setting, &text, &wallet.address)?, "OtherRecipient");

	// Whoever was shown it cannot use it for anything else.
	let network = setting.chain().network()?;
	let changed = |change: fn(&mut Disclosure)| -> Result<String> {
		let mut disclosure = Disclosure::parse(&network, &text)?;
		change(&mut disclosure);
		Ok(String::clone(&disclosure.to_text(&network)))
	};
	for (change, name) in [
		((|d| d.purpose = "Landlord, March".into()) as fn(&mut Disclosure), "BadSignature"),
		(|d| d.purpose.clear(), "BadSignature"),
		(|d| d.note.amount += 1, "NotThisNote"),
		(|d| d.note.owner[0] ^= 1, "NotThisNote"),
		(|d| d.position ^= 1, "NotThisNote"),
		(|d| d.position = u32::MAX, "UnknownNote"),
	] {
		assert_eq!(unproved(setting, &changed(change)?, &friend.address)?, name);
	}
	let mut mistyped = text.clone();
	let last = mistyped.pop();
	mistyped.push(if last == Some('q') { 'p' } else { 'q' });
	assert_eq!(unproved(setting, &mistyped, &friend.address)?, "Mistyped");

	// The payee can open it as well, and cannot claim to have paid.
	let text = disclose(friend, &position, purpose)?;
	assert_eq!(verify(setting, &text, &friend.address)?["by_payer"], json!(false));
	let unknown = ["--position", "4000000", "--purpose", purpose];
	assert_eq!(wallet.refused("disclose", &unknown)?.name, "UnknownPayment");
	assert!(money(note, "amount")? > 0);
	Ok(())
}
