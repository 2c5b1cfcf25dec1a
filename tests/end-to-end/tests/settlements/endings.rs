//! One settlement of each ending, with readings sent by plain HTTP; wrong proofs are refused.

use std::{panic::resume_unwind, path::Path, thread, time::Duration};

use anyhow::{Context, Result};
use meterproof_device::Direction;
use meterproof_driver::{
	account::Account,
	chain::{Answer, Line},
	meter::Commitment,
	operator::Operator,
	prover::{altered, prove_to_file, with_proof, Claimed},
	serial,
	setting::{Household, Setting},
	wait,
};
use serde_json::{json, Value};

/// Smallest units per Wh at 0.25 MPF per kWh.
const PRICE: u128 = 250_000_000;

/// How long a group past its deadline may wait for a block with idle time.
const EXPIRY_LIMIT: Duration = Duration::from_secs(20);

fn commitments(
	genesis: [u8; 32],
	period: u64,
	household: &Household,
	readings: &[u32],
) -> Vec<Commitment> {
	let pairs = household.meters.iter().zip(readings);
	pairs
		.map(|(meter, reading)| meter.commit(genesis, period, Direction::Export, *reading, 0))
		.collect()
}

fn line(trade: u64, period: u64, contracted: u64, delivered: u64) -> Line {
	let missing = u128::from(contracted - delivered);
	Line {
		trade,
		period,
		contracted,
		delivered,
		paid: u128::from(delivered) * PRICE,
		refunded: missing * PRICE,
		penalty: missing * PRICE,
	}
}

fn refusal(account: &Account, proof: &Path) -> Result<String> {
	account.client.refusal(&["settle", "--proof", &proof.to_string_lossy()])
}

fn entitled<'a>(operator: &'a Operator, quantity: u64) -> Claimed<'a> {
	Claimed { operator, quantity }
}

#[test]
fn each_ending_pays_refunds_and_charges_as_it_should() -> Result<()> {
	serial::scenario(|| {
		let setting = Setting::dev()?;
		let chain = setting.chain();
		let issuance = chain.issuance()?;
		let (bob, charlie, dave) = (
			setting.household("Bob", 2)?,
			setting.household("Charlie", 1)?,
			setting.household("Dave", 1)?,
		);
		setting.attest(&[&bob, &charlie, &dave])?;
		let eve = setting.account("Eve")?;
		let deposits = bob.operator.account.balance()?.held;

		let period = setting.period_ahead(6)?;
		let fully = setting.trade(&bob, &eve, 700, period)?;
		let partly = setting.trade(&charlie, &eve, 500, period)?;
		let never = setting.trade(&dave, &eve, 300, period)?;
		let before = eve.balance()?;
		assert_eq!(before.held, 1_500 * PRICE, "the whole payment is in escrow");

		// The meters, with nothing but their keys, a hash and HTTP.
		chain.wait_for_phase(period, "committing")?;
		let genesis = chain.genesis()?;
		let mut sent = commitments(genesis, period, &bob, &[400, 450]);
		sent.extend(commitments(genesis, period, &charlie, &[320]));
		sent.extend(commitments(genesis, period, &dave, &[999]));
		let answers = chain.submit(&sent)?;
		assert_eq!(answers, vec![Answer::Accepted; 4]);
		chain.wait_for_commitments(&sent)?;
		let again = chain.submit(&sent)?;
		assert_eq!(again, vec![Answer::Recorded; 4]);

		// One proof for two operators: Bob's whole quantity, which anyone may prove, and Charlie's
		// part, which Charlie may.
		let claims = [entitled(&bob.operator, 700), entitled(&charlie.operator, 320)];
		let proof = prove_to_file(chain, period, &claims, &sent, &setting.file("proof.json"))?;
		let alone = prove_to_file(chain, period, &claims[..1], &sent, &setting.file("alone.json"))?;
		let charlies = &charlie.operator.account;
		wrong_proofs_are_refused(&setting, charlies, &alone, &proof)?;
		charlies.client.run(&["settle", "--proof", &proof.to_string_lossy()])?;
		assert_eq!(refusal(charlies, &proof)?, "AlreadySettled");

		// Dave's proof never comes.
		let group = dave.operator.group("export");
		assert!(!chain.status(&group, period)?.settled);
		chain.wait_for_phase(period, "final")?;
		wait::until("the group expires", EXPIRY_LIMIT, || {
			Ok(chain.status(&group, period)?.settled.then_some(()))
		})?;
		chain.wait_until_final()?;

		let mut lines = chain.statement(&eve.address, period)?;
		lines.sort_by_key(|line| line.trade);
		let expected = [
			line(fully, period, 700, 700),
			line(partly, period, 500, 320),
			line(never, period, 300, 0),
		];
		assert_eq!(lines, expected);
		let after = eve.balance()?;
		assert_eq!(after.held, 0, "nothing stays locked");
		// Eve paid no fee since: paid for 1,020 Wh, and got the penalties of 180 and 300 Wh.
		assert_eq!(before.total() + 480 * PRICE, after.total() + 1_020 * PRICE);
		assert_eq!(bob.operator.account.balance()?.held, deposits, "only the meters' deposits");
		assert_eq!(chain.issuance()?, issuance);
		chain.audit()
	})
}

/// Each wrong proof is refused, and the good proof still settles afterwards. Wrong proofs that reach a block are
/// sent at once, by different accounts, since the deadline does not wait.
fn wrong_proofs_are_refused(
	setting: &Setting,
	charlie: &Account,
	alone: &Path,
	both: &Path,
) -> Result<()> {
	let flipped = with_proof(alone, "flipped", |bytes| {
		let middle = bytes.len() / 2;
		bytes[middle] ^= 1;
	})?;
	let truncated = with_proof(alone, "truncated", |bytes| {
		bytes.pop();
	})?;
	let trailing = with_proof(alone, "trailing", |bytes| bytes.push(0))?;
	let larger = altered(both, "larger", |file| {
		file["groups"][1]["quantity"] = json!(321);
		Ok(())
	})?;
	let senders = [
		(setting.account("Alice")?, flipped),
		(setting.account("Dave")?, truncated),
		(setting.account("Ferdie")?, trailing),
		(charlie.clone(), larger),
	];
	let names: Vec<Result<String>> = thread::scope(|scope| {
		let running: Vec<_> =
			senders.iter().map(|(account, file)| scope.spawn(|| refusal(account, file))).collect();
		let joined = running.into_iter().map(|thread| thread.join());
		joined.map(|name| name.unwrap_or_else(|panic| resume_unwind(panic))).collect()
	});
	for name in names {
		assert_eq!(name?, "ProofRejected");
	}

	// The node says these before a block does.
	let above = altered(both, "above", |file| {
		file["groups"][0]["quantity"] = json!(701);
		Ok(())
	})?;
	assert_eq!(refusal(charlie, &above)?, "ClaimAboveContracted");
	let early = altered(both, "early", |file| moved(file, 50))?;
	assert_eq!(refusal(charlie, &early)?, "PeriodRunning");
	let late = altered(both, "late", |file| moved(file, -100))?;
	assert_eq!(refusal(charlie, &late)?, "DeadlinePassed");
	let elsewhere = altered(both, "elsewhere", |file| {
		file["genesis"] = json!(format!("0x{}", "11".repeat(32)));
		Ok(())
	})?;
	assert_eq!(refusal(charlie, &elsewhere)?, "OtherChain");
	// Less than contracted is for the operator and its prover alone.
	assert_eq!(refusal(&setting.account("Eve")?, both)?, "NotEntitled");
	Ok(())
}

/// A proof file for another period.
fn moved(file: &mut Value, by: i64) -> Result<()> {
	let period = file["period"].as_i64().context("a proof without a period")?;
	file["period"] = json!(period + by);
	Ok(())
}
