//! Less is delivered than was sold, and only the two sides learn how much less.

use std::{fs, panic::resume_unwind, thread};

use anyhow::{ensure, Context, Result};
use meterproof_driver::{
	chain::SealedLine,
	payer::hexadecimal,
	pool::ciphertext,
	prover::altered,
	sealer::{Delivered, Sealer},
	serial,
	setting::Setting,
	settle::{prove_sealed, settle, Proof},
	wallet::Wallet,
};
use serde_json::{json, Value};

use crate::sides::{tells, text, Sides, QUANTITY, UNIT_PRICE};

/// Wh delivered in the first period: a number that stands nowhere else.
const DELIVERED: u64 = 431;

/// In the second, in which the seller's prover encrypts nothing to the buyer.
const SECOND: u64 = 613;

#[test]
fn a_sealed_settlement_pays_both_sides_and_tells_nobody() -> Result<()> {
	serial::scenario(|| {
		let setting = Setting::dev()?;
		let chain = setting.chain();
		let issuance = chain.issuance()?;
		let sides = Sides::new(&setting, "Bob")?;
		sides.operator().name_prover(&setting.account("Ferdie")?)?;
		let first = setting.period_ahead(6)?;
		let second = first + 1;
		let trade = sides.trade(first, second)?;
		let shown = chain.trade(trade)?;
		assert_eq!(shown["sealed"]["sealedKey"].as_str().map(str::len), Some(2 + 160));
		let rate = u64::try_from(chain.imbalance_price(trade)? + UNIT_PRICE)?;
		let (bobs, eves) = (sides.bob().balance()?, sides.eve.balance()?);

		sides.commit(&setting, first, u32::try_from(DELIVERED)?)?;
		let sent = sides.commit(&setting, second, 999)?;
		let file = setting.file("sealed.json");
		let proof = prove_sealed(
			&sides.bob().client,
			&[sides.operator()],
			&[&sides.seller.text()],
			first,
			file,
		)?;
		assert_eq!(proof.claimed, [DELIVERED]);
		changed_proofs_are_refused(&setting, &sides, &proof)?;
		assert_eq!(sides.unsettled(&sides.eve, proof.file.clone())?, "NotEntitled");
		anybody_can_check_the_proofs(&setting, &sides, first, &proof)?;
		let settled = settle(sides.bob(), &proof)?;
		assert_eq!(sides.unsettled(sides.bob(), proof.file.clone())?, "AlreadySettled");

		// The second period, settled by a prover that does to the buyer what it can.
		chain.wait_for_phase(second, "committing")?;
		let spoiled = setting.file("spoiled.json");
		let delivered = Delivered {
			trade,
			period: second,
			quantity: u32::try_from(SECOND)?,
			sent: &sent,
			readable: false,
		};
		let sealer = Sealer::new(chain, &sides.seller.seed()?)?;
		sealer.prove_to_file(sides.operator(), delivered, &spoiled)?;
		sides.bob().client.run(&["settle", "--proof", &text(&spoiled)])?;

		let (paid, missing) = (DELIVERED * rate, (QUANTITY - DELIVERED) * rate);
		nobody_is_told(&setting, &sides, trade, first, &settled.block, [paid, missing])?;
		assert_eq!(sides.seller.held()?.total(), u128::from(paid + SECOND * rate));
		assert_eq!(sides.buyer.held()?.total(), missing.into(), "it cannot read the second note");
		says_what_it_was_for(&sides.seller, trade, first)?;
		says_what_it_was_for(&sides.buyer, trade, first)?;

		// What is not on the accounts any more is in the notes, to the unit.
		let both = u128::from(2 * QUANTITY * rate);
		assert_eq!(chain.moved()?.left(), both);
		let (bob, eve) = (sides.bob().balance()?, sides.eve.balance()?);
		assert_eq!((eve.held, eve.free), (0, eves.free), "nothing went to the buyer's account");
		assert!(bob.free <= bobs.free && bob.held < bobs.held, "nor to the seller's");
		chain.audit()?;

		the_buyer_finds_its_note(&setting, &sides, trade, [first, second], rate)?;
		assert_eq!(chain.issuance()?, issuance);
		chain.audit()
	})
}

/// A note or its encryption that is not the one proved: in a block, by the operator and by its
/// prover at once, since the deadline does not wait.
fn changed_proofs_are_refused(setting: &Setting, sides: &Sides, proof: &Proof) -> Result<()> {
	let other = json!(OTHER);
	let note = altered(&proof.file, "note", |file| {
		file["groups"][0]["outputs"][1]["commitment"] = other.clone();
		Ok(())
	})?;
	let contents = altered(&proof.file, "contents", |file| {
		file["groups"][0]["outputs"][0]["ciphertext"]["ephemeral"] = other.clone();
		Ok(())
	})?;
	let ferdie = setting.account("Ferdie")?;
	let by_prover = thread::scope(|scope| {
		let by_prover = scope.spawn(|| sides.unsettled(&ferdie, contents));
		assert_eq!(sides.unsettled(sides.bob(), note)?, "SplitRejected");
		by_prover.join().unwrap_or_else(|panic| resume_unwind(panic))
	})?;
	assert_eq!(by_prover, "SplitRejected");
	let broken = altered(&proof.file, "broken", |file| {
		file["groups"][0]["slackCommitment"] = json!(format!("0x{}", "ff".repeat(32)));
		Ok(())
	})?;
	assert_eq!(sides.unsettled(sides.bob(), broken)?, "NotCanonical");
	Ok(())
}

/// Any 32 bytes that are a digest and not the right one.
const OTHER: &str = "0x0101010101010101010101010101010101010101010101010101010101010101";

/// Whoever wants to know before it pays asks a node.
fn anybody_can_check_the_proofs(
	setting: &Setting,
	sides: &Sides,
	period: u64,
	proof: &Proof,
) -> Result<()> {
	let rpc = setting.chain().rpc();
	let asked = json!([period, [sides.group().json()]]);
	let formed = rpc.call("settlement_sealedStatement", asked)?;
	let file: Value = serde_json::from_slice(&fs::read(&proof.file)?)?;
	let proved = &file["groups"][0];
	let (mut usage, mut split) = (formed["usage"].clone(), formed["split"].clone());
	usage["groups"][0]["claim"] = json!({ "atLeastHidden": proved["quantityCommitment"] });
	usage["groups"][0]["slackCommitment"] = proved["slackCommitment"].clone();
	split["splits"][0]["quantityCommitment"] = proved["quantityCommitment"].clone();
	let outputs = [0, 1].map(|side| &proved["outputs"][side]);
	let leaves = outputs.map(|output| &output["commitment"]);
	split["splits"][0]["outputs"] = json!(leaves);
	let [payout, refund] = outputs.map(|output| ciphertext(&output["ciphertext"]));
	let digest = meterproof_wallet::ciphertext::digest(&[payout?, refund?]);
	split["splits"][0]["ciphertexts"] = json!(hexadecimal(&digest));
	let verify = |usage: &Value, split: &Value| -> Result<bool> {
		let (by_usage, by_split) = (&file["usageProof"], &file["splitProof"]);
		let asked = json!([usage, by_usage, split, by_split]);
		Ok(rpc.call("settlement_verifySealedProof", asked)?["accepted"] == true)
	};
	assert!(verify(&usage, &split)?);

	type Change<'a> = &'a dyn Fn(&mut Value, &mut Value);
	let changes: [Change; 8] = [
		&|usage, _| usage["groups"][0]["slackCommitment"] = json!(OTHER),
		&|usage, split| {
			usage["groups"][0]["claim"]["atLeastHidden"] = json!(OTHER);
			split["splits"][0]["quantityCommitment"] = json!(OTHER);
		},
		&|_, split| split["splits"][0]["quantityCommitment"] = json!(OTHER),
		&|_, split| {
			if let Some(leaves) = split["splits"][0]["outputs"].as_array_mut() {
				leaves.reverse();
			}
		},
		&|_, split| split["splits"][0]["ciphertexts"] = json!(OTHER),
		&|_, split| split["splits"][0]["terms"]["keyCommitment"] = json!(OTHER),
		&|_, split| split["splits"][0]["terms"]["quantity"] = json!(QUANTITY - 1),
		&|_, split| split["splits"][0]["terms"]["refund"] = json!(OTHER),
	];
	for (index, change) in changes.iter().enumerate() {
		let (mut usage, mut split) = (usage.clone(), split.clone());
		change(&mut usage, &mut split);
		ensure!(!verify(&usage, &split)?, "change {index} is not noticed");
	}
	Ok(())
}

/// What everybody can ask for, and what the block itself has.
fn nobody_is_told(
	setting: &Setting,
	sides: &Sides,
	trade: u64,
	period: u64,
	block: &str,
	amounts: [u64; 2],
) -> Result<()> {
	let chain = setting.chain();
	let whole = amounts.iter().map(|amount| u128::from(*amount)).sum();
	let line = SealedLine { trade, period, contracted: QUANTITY, amount: whole };
	let (bob, eve) = (&sides.bob().address, &sides.eve.address);
	for address in [bob, eve] {
		let lines = chain.sealed_statement(address, period)?;
		assert_eq!(lines.first(), Some(&line));
		assert!(chain.statement(address, period)?.is_empty());
	}
	let quantities = [DELIVERED, QUANTITY - DELIVERED].map(u128::from);
	let prices = quantities.map(|quantity| quantity * UNIT_PRICE);
	let secrets = [quantities, prices, amounts.map(u128::from)].concat();
	let rpc = chain.rpc();
	for (method, parameters) in [
		("market_statement", json!([bob, period, 100])),
		("market_statement", json!([eve, period, 100])),
		("market_trade", json!([trade])),
		("settlement_status", json!([sides.group().json(), period])),
		("payments_notes", json!([0, 100])),
	] {
		let answer = rpc.call(method, parameters)?;
		ensure!(!tells(&answer, &secrets), "{method} tells: {answer}");
	}
	let bytes = chain.block_bytes(block)?;
	for amount in amounts {
		let encoded = hex::encode(amount.to_le_bytes());
		ensure!(!bytes.contains(&encoded), "the block tells an amount");
	}
	let whole = hex::encode(u64::try_from(whole)?.to_le_bytes());
	ensure!(bytes.contains(&whole), "the block tells what went into notes, and would tell a part");
	Ok(())
}

fn says_what_it_was_for(wallet: &Wallet, trade: u64, period: u64) -> Result<()> {
	let history = wallet.history()?;
	let event = history.first().context("the wallet has no history")?;
	assert_eq!(event["kind"], "settled");
	assert_eq!((&event["trade"], &event["period"]), (&json!(trade), &json!(period)));
	// What follows is a tag of the seller's address.
	let memo = event["notes"][0]["memo"].as_str().context("the note has no memo")?;
	let tag = memo.strip_prefix(&format!("settlement of trade {trade}, period {period}, paid to "));
	let is_tag = |tag: &str| hex::decode(tag).is_ok_and(|bytes| bytes.len() == 20);
	ensure!(tag.is_some_and(is_tag), "{memo}");
	Ok(())
}

/// The buyer finds its note and spends it, which only whoever has the note can.
fn the_buyer_finds_its_note(
	setting: &Setting,
	sides: &Sides,
	trade: u64,
	[first, second]: [u64; 2],
	rate: u64,
) -> Result<()> {
	let id = trade.to_string();
	let stranger = Wallet::create(&sides.eve.client, setting.file("stranger.wallet"))?;
	assert_eq!(stranger.refused("recover", &["--trade", &id])?.name, "OtherWallet");
	let never = (second + 1).to_string();
	let refused = sides.buyer.refused("recover", &["--trade", &id, "--period", &never])?;
	assert_eq!(refused.name, "NothingSettled");

	let shown = sides.buyer.run("recover", &["--trade", &id])?;
	let (had, lost) = ((QUANTITY - DELIVERED) * rate, (QUANTITY - SECOND) * rate);
	let periods = json!([
		{ "period": first, "state": "known", "amount": had.to_string() },
		{ "period": second, "state": "recovered", "amount": lost.to_string() },
	]);
	assert_eq!(shown["periods"], periods);
	let known = sides.buyer.run("recover", &["--trade", &id])?;
	assert_eq!(known["periods"][1]["state"], "known");
	let held = sides.buyer.held()?.total();
	assert_eq!(held, u128::from((2 * QUANTITY - DELIVERED - SECOND) * rate));

	// A wallet that has the seed alone finds it in the same way.
	let again = sides.buyer.recovered(setting.file("again.wallet"))?;
	assert_eq!(again.held()?.total(), held - u128::from(lost));
	again.run("recover", &["--trade", &id, "--period", &second.to_string()])?;
	let chain = setting.chain();
	again.wait_until_ripe()?;
	sides.buyer.wait_until_ripe()?;
	assert_eq!(again.report()?, sides.buyer.report()?);

	let fee = chain.payment_fees()?.transfer;
	let all = u64::try_from(held)? - fee;
	sides.buyer.pay(&sides.seller.address, all, "both notes")?;
	assert_eq!(sides.buyer.held()?.total(), 0);
	Ok(())
}
