//! A settlement that pays the seller into a note, and refunds the buyer into one.

use anyhow::{Context, Result};
use meterproof_device::Direction;
use meterproof_driver::{
	chain::{integer, string, Answer},
	operator::ZONE,
	prover::{prove_to_file, Claimed},
	serial,
	setting::Setting,
	wallet::{Wallet, MPF},
};

use crate::decoded;

/// Smallest units per Wh at 10 MPF per kWh.
const PRICE: u64 = 10 * MPF / 1_000;

const QUANTITY: u64 = 700;
const DELIVERED: u64 = 500;

/// Calls of each kind: authorised by a meter's signature or by a proof, and signed by an account.
const CALLS: [&str; 6] = [
	"general Metering.commit",
	"general Payments.transfer",
	"general Payments.unshield",
	"signed Market.offer",
	"signed Market.accept",
	"signed Settlement.submit_proof",
];

/// The seller delivers less than it sold: its pay is a note, and so is what the buyer gets back.
#[test]
fn settlements_pay_sellers_and_buyers_into_notes() -> Result<()> {
	serial::scenario(|| {
		let setting = Setting::dev()?;
		let chain = setting.chain();
		let issuance = chain.issuance()?;
		let home = setting.household("Bob", 1)?;
		setting.attest(&[&home])?;
		let bob = &home.operator.account;
		let eve = setting.account("Eve")?;
		let seller = Wallet::create(&bob.client, setting.file("bob.wallet"))?;
		let buyer = Wallet::create(&eve.client, setting.file("eve.wallet"))?;

		let period = setting.period_ahead(4)?;
		let (zone, at) = (ZONE.to_string(), period.to_string());
		let quantity = QUANTITY.to_string();
		let offer = ["trade", "offer", "--zone", &zone, "--buyer", &eve.address, "--from", &at];
		let terms = ["--quantity", &quantity, "--price", "10", "--payout"];
		let mistyped = format!("{}q", seller.address);
		let refusal = bob.client.refusal(&[&offer[..], &terms, &[&mistyped]].concat())?;
		assert_eq!(refusal, "Mistyped");
		let shown = bob.client.run(&[&offer[..], &terms, &[&seller.address]].concat())?;
		let trade = shown["trade"].to_string().trim_matches('"').to_owned();
		let seen = eve.client.look(&["trade", "show", &trade])?;
		let accept = ["trade", "accept", &trade, "--terms", &seen, "--refund", &buyer.address];
		eve.client.run(&accept)?;
		let (bobs, eves) = (bob.balance()?, eve.balance()?);
		assert_eq!(eves.held, (QUANTITY * PRICE).into(), "the whole payment is in escrow");

		chain.wait_for_phase(period, "running")?;
		let genesis = chain.genesis()?;
		let meter = home.meters.first().context("no meter")?;
		let sent = [meter.commit(genesis, period, Direction::Export, u32::try_from(DELIVERED)?, 0)];
		assert_eq!(chain.submit(&sent)?, [Answer::Accepted]);
		chain.wait_for_commitments(&sent)?;
		chain.wait_for_phase(period, "committing")?;
		let claims = [Claimed { operator: &home.operator, quantity: DELIVERED }];
		let proof = prove_to_file(chain, period, &claims, &sent, &setting.file("proof.json"))?;
		bob.client.run(&["settle", "--proof", &proof.to_string_lossy()])?;

		// The books: what the buyer had in escrow is in notes now, and the seller's collateral for
		// what is missing as well.
		let paid = DELIVERED * PRICE;
		let missing = (QUANTITY - DELIVERED) * PRICE;
		let moved = chain.moved()?;
		let (sellers, buyers) = (seller.held()?.total(), buyer.held()?.total());
		assert_eq!(sellers, paid.into());
		assert!(buyers >= missing.into(), "{buyers}");
		assert_eq!(moved.left(), sellers + buyers);
		assert_eq!(eve.balance()?.held, 0);
		assert_eq!(eve.balance()?.free, eves.free, "nothing went to the account");
		assert!(bob.balance()?.free <= bobs.free + bobs.held, "nor to the seller's");
		let history = seller.history()?;
		let event = history.first().context("the seller's wallet has no history")?;
		assert_eq!(string(event, "kind")?, "settled");
		assert_eq!(integer(event, "block")?, chain.notes()?[0]["block"].as_u64().unwrap_or(0));
		chain.audit()?;

		// The seller pays with it, and nobody sees that.
		chain.wait_for_anchor()?;
		let fee = chain.payment_fees()?.transfer;
		seller.pay(&buyer.address, MPF, "thank you")?;
		assert_eq!(seller.held()?.total(), u128::from(paid - MPF - fee));
		assert_eq!(buyer.held()?.total(), buyers + u128::from(MPF));

		// The buyer takes some of what it got back to its account.
		buyer.unshield(&eve.address, MPF)?;
		assert_eq!(eve.balance()?.free, eves.free + u128::from(MPF));
		assert_eq!(chain.issuance()?, issuance);
		chain.audit()?;
		decoded::by_other_libraries(&setting.node, &CALLS)
	})
}
