//! Payments that no client would make, sent by plain JSON-RPC: each refused by name and number,
//! before the pool. The payment that they were made from is taken afterwards.

use std::time::Duration;

use anyhow::{Context, Result};
use meterproof_driver::{
	chain::{string, Chain},
	payer::{hexadecimal, Payer},
	setting::Setting,
	wait,
	wallet::MPF,
};
use serde_json::{json, Value};

use super::refused::Parties;

/// A change of a payment, and what the node says to it.
type Case = (&'static str, fn(&mut Value), i64, &'static str);

/// Time for a payment to be final.
const LIMIT: Duration = Duration::from_secs(40);

const PAID: u64 = 7 * MPF + 77;

fn flip(value: &mut Value) {
	let text = value.as_str().unwrap_or_default();
	let mut bytes = hex::decode(text.trim_start_matches("0x")).unwrap_or_default();
	let middle = bytes.len() / 2;
	if let Some(byte) = bytes.get_mut(middle) {
		*byte ^= 1;
	}
	*value = json!(hexadecimal(&bytes));
}

fn of_both_kinds() -> Vec<Case> {
	vec![
		("root that never was", |p| flip(&mut p["root"]), -33_039, "UnknownRoot"),
		("no root", |p| p["root"] = json!(hexadecimal(&[0; 32])), -33_039, "UnknownRoot"),
		("no fee", |p| p["fee"] = json!("0"), -33_034, "WrongFee"),
		("higher fee", |p| p["fee"] = json!("1000000000000"), -33_034, "WrongFee"),
		("highest fee", |p| p["fee"] = json!(u64::MAX.to_string()), -33_034, "WrongFee"),
		(
			"one nullifier twice",
			|p| p["nullifiers"][1] = p["nullifiers"][0].clone(),
			-33_036,
			"SameNullifiers",
		),
		(
			"nullifier beyond the field",
			|p| p["nullifiers"][0] = json!(hexadecimal(&[0xff; 32])),
			-33_035,
			"NotCanonical",
		),
		("other nullifier", |p| flip(&mut p["nullifiers"][0]), -33_044, "ProofRejected"),
		(
			"other commitment",
			|p| flip(&mut p["outputs"][0]["commitment"]),
			-33_044,
			"ProofRejected",
		),
		("tampered note", |p| flip(&mut p["outputs"][0]["note"]), -33_044, "ProofRejected"),
		("tampered key", |p| flip(&mut p["outputs"][1]["ephemeral"]), -33_044, "ProofRejected"),
		("tampered copy", |p| flip(&mut p["outputs"][1]["outgoing"]), -33_044, "ProofRejected"),
		(
			"ciphertexts exchanged",
			|p| {
				let note = p["outputs"][0]["note"].take();
				p["outputs"][0]["note"] = p["outputs"][1]["note"].take();
				p["outputs"][1]["note"] = note;
			},
			-33_044,
			"ProofRejected",
		),
		("tampered proof", |p| flip(&mut p["proof"]), -33_044, "ProofRejected"),
		("no proof", |p| p["proof"] = json!("0x"), -33_044, "ProofRejected"),
		(
			"longer proof",
			|p| p["proof"] = json!(format!("{}00", p["proof"].as_str().unwrap_or_default())),
			-33_044,
			"ProofRejected",
		),
		(
			"part for an auditor",
			|p| p["outputs"][0]["auditor"] = json!(hexadecimal(&[1; 144])),
			-33_038,
			"AuditorCiphertextUnexpected",
		),
		("other asset", |p| p["asset"] = json!(7), -33_032, "UnknownAsset"),
	]
}

fn of_unshield() -> Vec<Case> {
	vec![
		("nothing paid", |p| p["amount"] = json!("0"), -33_033, "AmountZero"),
		("more paid", |p| p["amount"] = json!((PAID + 1).to_string()), -33_044, "ProofRejected"),
		(
			"more than there is",
			|p| p["amount"] = json!(u64::MAX.to_string()),
			-33_043,
			"PoolCannotPay",
		),
	]
}

/// What is no payment at all.
fn malformed() -> Vec<Case> {
	vec![
		(
			"proof longer than any",
			|p| p["proof"] = json!(hexadecimal(&vec![0; 96 * 1024 + 1])),
			0,
			"",
		),
		("fee beyond 64 bits", |p| p["fee"] = json!("18446744073709551616"), 0, ""),
		("fee as a number", |p| p["fee"] = json!(5), 0, ""),
		("negative fee", |p| p["fee"] = json!("-1"), 0, ""),
		("amount to nobody", |p| p["amount"] = json!("1"), 0, ""),
		("three nullifiers", |p| p["nullifiers"] = json!(["0x", "0x", "0x"]), 0, ""),
		("short note", |p| p["outputs"][0]["note"] = json!("0x00"), 0, ""),
		("nothing", |p| *p = json!({}), 0, ""),
		("unknown field", |p| p["memo"] = json!("hello"), 0, ""),
	]
}

fn refuse(chain: &Chain, parties: &Parties, payment: &Value, cases: &[Case]) -> Result<()> {
	for (what, change, code, name) in cases {
		let mut changed = payment.clone();
		change(&mut changed);
		let refusal = chain.refused_payment(&changed).context(*what)?;
		let expected = if *code == 0 { -32_602 } else { *code };
		assert_eq!(refusal.code, expected, "{what}: {}", refusal.message);
		if *code != 0 {
			assert_eq!(refusal.name, *name, "{what}");
		}
		parties.assert_silent(&refusal.message);
	}
	Ok(())
}

/// Everything that a node refuses of a payment and of an unshield.
pub fn all(setting: &Setting, parties: &Parties) -> Result<()> {
	let (chain, wallet) = (setting.chain(), &parties.wallet);
	let before = wallet.report()?;
	let payer = Payer::new(chain, &wallet.seed()?)?;
	let payment = payer.pay(&parties.friend.address, PAID)?;
	let alice = &setting.alice;
	let unshield = payer.unshield(&alice.address, alice.public_key, PAID)?;

	refuse(chain, parties, &payment, &of_both_kinds())?;
	refuse(chain, parties, &unshield, &of_both_kinds())?;
	refuse(chain, parties, &unshield, &of_unshield())?;
	refuse(chain, parties, &payment, &malformed())?;
	// What goes elsewhere than the proof says: to another account, or to one at all.
	let mut stolen = unshield.clone();
	stolen["to"] = json!(setting.account("Eve")?.address);
	let mut turned = payment.clone();
	(turned["to"], turned["amount"]) = (json!(alice.address), json!("1"));
	for changed in [stolen, turned] {
		let refusal = chain.refused_payment(&changed)?;
		// The fees of both kinds may be one, or not.
		assert!(["ProofRejected", "WrongFee"].contains(&refusal.name.as_str()), "{refusal:?}");
	}
	let mut dust = unshield.clone();
	(dust["to"], dust["amount"]) = (json!(parties.nobody.address), json!("1"));
	assert_eq!(chain.refused_payment(&dust)?.name, "RecipientCannotReceive");
	assert_eq!(wallet.report()?, before, "what was refused changed nothing");
	let pool = chain.rpc().call("author_pendingExtrinsics", json!([]))?;
	assert_eq!(pool, json!([]), "none of them reached the pool");
	chain.audit()?;

	// All that the changes left alone is taken, once.
	let friends = parties.friend.held()?.total();
	let sent = chain.submit_payment(&payment)?;
	assert!(sent.is_ok(), "{sent:?}");
	let other = payer.pay(&parties.friend.address, PAID + 1)?;
	let late = chain.refused_payment(&other)?.name;
	assert!(["NullifierPending", "NullifierSpent"].contains(&late.as_str()), "{late}");
	wait::until("the payment is final", LIMIT, || {
		Ok((parties.friend.held()?.total() > friends).then_some(()))
	})?;
	for spent in [&payment, &other] {
		let refusal = chain.refused_payment(spent)?;
		assert_eq!((refusal.code, refusal.name.as_str()), (-33_040, "NullifierSpent"));
	}
	let fee = chain.payment_fees()?.transfer;
	assert_eq!(wallet.held()?.total(), before.0.total() - u128::from(PAID + fee));
	let history = wallet.history()?;
	let last = history.last().context("the payment is not in the history")?;
	assert_eq!(string(last, "kind")?, "paid", "the client's wallet knows what was paid by hand");
	chain.audit()
}
