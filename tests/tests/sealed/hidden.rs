//! Less is delivered than was sold, and only the two sides learn how much less.

use anyhow::{ensure, Context, Result};
use meterproof_e2e::{
	chain::SealedLine,
	prover::altered,
	sealer::{Delivered, Sealer},
	serial,
	setting::Setting,
	settle::{prove_sealed, settle, Proof},
	wallet::Wallet,
};
use serde_json::{json, Value};

use crate::scene::{tells, text, Scene, QUANTITY, UNIT_PRICE};

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
		let scene = Scene::new(&setting, "Bob")?;
		let first = setting.period_ahead(6)?;
		let second = first + 1;
		let trade = scene.trade(first, second)?;
		let shown = chain.trade(trade)?;
		assert_eq!(shown["sealed"]["sealedKey"].as_str().map(str::len), Some(2 + 160));
		let rate = u64::try_from(chain.imbalance_price(trade)? + UNIT_PRICE)?;
		let (bobs, eves) = (scene.bob().balance()?, scene.eve.balance()?);

		scene.commit(&setting, first, u32::try_from(DELIVERED)?)?;
		let sent = scene.commit(&setting, second, 999)?;
		let file = setting.file("sealed.json");
		let proof = prove_sealed(
			&scene.bob().client,
			&[scene.operator()],
			&[&scene.seller.text()],
			first,
			file,
		)?;
		assert_eq!(proof.claimed, [DELIVERED]);
		changed_proofs_are_refused(&scene, &proof)?;
		assert_eq!(scene.unsettled(&scene.eve, proof.file.clone())?, "NotEntitled");
		let settled = settle(scene.bob(), &proof)?;
		assert_eq!(scene.unsettled(scene.bob(), proof.file.clone())?, "AlreadySettled");

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
		let sealer = Sealer::new(chain, &scene.seller.seed()?)?;
		sealer.prove_to_file(scene.operator(), delivered, &spoiled)?;
		scene.bob().client.run(&["settle", "--proof", &text(&spoiled)])?;

		let (paid, missing) = (DELIVERED * rate, (QUANTITY - DELIVERED) * rate);
		nobody_is_told(&setting, &scene, trade, first, &settled.block, [paid, missing])?;
		assert_eq!(scene.seller.held()?.total(), u128::from(paid + SECOND * rate));
		assert_eq!(scene.buyer.held()?.total(), missing.into(), "it cannot read the second note");
		says_what_it_was_for(&scene.seller, trade, first)?;
		says_what_it_was_for(&scene.buyer, trade, first)?;

		// What is not on the accounts any more is in the notes, to the unit.
		let both = u128::from(2 * QUANTITY * rate);
		assert_eq!(chain.moved()?.left(), both);
		let (bob, eve) = (scene.bob().balance()?, scene.eve.balance()?);
		assert_eq!((eve.held, eve.free), (0, eves.free), "nothing went to the buyer's account");
		assert!(bob.free <= bobs.free && bob.held < bobs.held, "nor to the seller's");
		chain.audit()?;

		the_buyer_finds_its_note(&setting, &scene, trade, [first, second], rate)?;
		assert_eq!(chain.issuance()?, issuance);
		chain.audit()
	})
}

/// A note or its encryption that is not the one proved, or a commitment to another quantity.
fn changed_proofs_are_refused(scene: &Scene, proof: &Proof) -> Result<()> {
	let other = json!(format!("0x{}", "01".repeat(32)));
	let refused = |name: &str, change: &dyn Fn(&mut Value)| -> Result<String> {
		let file = altered(&proof.file, name, |file| {
			change(&mut file["groups"][0]);
			Ok(())
		})?;
		scene.unsettled(scene.bob(), file)
	};
	for side in [0, 1] {
		let name = refused("note", &|group| group["outputs"][side]["commitment"] = other.clone())?;
		assert_eq!(name, "SplitRejected");
		let name = refused("ephemeral", &|group| {
			group["outputs"][side]["ciphertext"]["ephemeral"] = other.clone();
		})?;
		assert_eq!(name, "SplitRejected");
	}
	let swapped = refused("swapped", &|group| {
		if let Some(outputs) = group["outputs"].as_array_mut() {
			outputs.reverse();
		}
	})?;
	assert_eq!(swapped, "SplitRejected");
	let name = refused("quantity", &|group| group["quantityCommitment"] = other.clone())?;
	assert!(["SplitRejected", "ProofRejected"].contains(&name.as_str()), "{name}");
	let name = refused("slack", &|group| group["slackCommitment"] = other.clone())?;
	assert_eq!(name, "ProofRejected");
	let broken = json!(format!("0x{}", "ff".repeat(32)));
	let name = refused("broken", &|group| group["slackCommitment"] = broken.clone())?;
	assert_eq!(name, "NotCanonical");
	Ok(())
}

/// What everybody can ask for, and what the block itself has.
fn nobody_is_told(
	setting: &Setting,
	scene: &Scene,
	trade: u64,
	period: u64,
	block: &str,
	amounts: [u64; 2],
) -> Result<()> {
	let chain = setting.chain();
	let whole = amounts.iter().map(|amount| u128::from(*amount)).sum();
	let line = SealedLine { trade, period, contracted: QUANTITY, amount: whole };
	let (bob, eve) = (&scene.bob().address, &scene.eve.address);
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
		("settlement_status", json!([scene.group().json(), period])),
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
	let memo = format!("settlement of trade {trade}, period {period}");
	assert_eq!(event["notes"][0]["memo"], json!(memo));
	Ok(())
}

/// And spends it, which only whoever has it can.
fn the_buyer_finds_its_note(
	setting: &Setting,
	scene: &Scene,
	trade: u64,
	[first, second]: [u64; 2],
	rate: u64,
) -> Result<()> {
	let id = trade.to_string();
	let stranger = Wallet::create(&scene.eve.client, setting.file("stranger.wallet"))?;
	assert_eq!(stranger.refused("recover", &["--trade", &id])?.name, "OtherWallet");
	let never = (second + 1).to_string();
	let refused = scene.buyer.refused("recover", &["--trade", &id, "--period", &never])?;
	assert_eq!(refused.name, "NothingSettled");

	let shown = scene.buyer.run("recover", &["--trade", &id])?;
	let lost = (QUANTITY - SECOND) * rate;
	let periods = json!([
		{ "period": first, "state": "known", "amount": null },
		{ "period": second, "state": "recovered", "amount": lost.to_string() },
	]);
	assert_eq!(shown["periods"], periods);
	let known = scene.buyer.run("recover", &["--trade", &id])?;
	assert_eq!(known["periods"][1]["state"], "known");
	let held = scene.buyer.held()?.total();
	assert_eq!(held, u128::from((2 * QUANTITY - DELIVERED - SECOND) * rate));

	// A wallet that has the seed alone finds it in the same way.
	let again = scene.buyer.recovered(setting.file("again.wallet"))?;
	assert_eq!(again.held()?.total(), held - u128::from(lost));
	again.run("recover", &["--trade", &id, "--period", &second.to_string()])?;
	assert_eq!(again.report()?, scene.buyer.report()?);

	let chain = setting.chain();
	chain.wait_for_anchor()?;
	let fee = chain.payment_fees()?.transfer;
	let all = u64::try_from(held)? - fee;
	scene.buyer.pay(&scene.seller.address, all, "both notes")?;
	assert_eq!(scene.buyer.held()?.total(), 0);
	Ok(())
}
