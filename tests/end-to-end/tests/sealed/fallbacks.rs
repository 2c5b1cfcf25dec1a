//! What becomes of sealed trades that are not settled sealed, and what is refused on the way.

use std::time::Duration;

use anyhow::Result;
use meterproof_driver::{
	account::Account,
	chain::Line,
	operator::ZONE,
	serial,
	setting::Setting,
	settle::{prove_with, settle, BELIEVING},
	wait,
};

use crate::sides::{terms, Sides, QUANTITY, UNIT_PRICE};

/// Wh delivered in the first period.
const DELIVERED: u64 = 500;

/// How long a group past its deadline may wait for a block with idle time.
const EXPIRY_LIMIT: Duration = Duration::from_secs(20);

#[test]
fn a_sealed_trade_can_be_settled_openly_or_not_at_all() -> Result<()> {
	serial::scenario(|| {
		let setting = Setting::dev()?;
		let chain = setting.chain();
		let issuance = chain.issuance()?;
		let sides = Sides::new(&setting, "Bob")?;
		let first = setting.period_ahead(10)?;
		let (second, spare) = (first + 1, first + 2);
		let trade = agreed_on(&sides, first, second, spare)?;
		let imbalance = chain.imbalance_price(trade)?;

		sides.commit(&setting, first, u32::try_from(DELIVERED)?)?;
		chain.wait_for_phase(first, "committing")?;
		let group = sides.group().text();
		let refused = |further: &[&str]| sides.unproved(&setting, first, &group, further);
		assert_eq!(refused(&BELIEVING)?, "SealedTrade");
		let (buyers, sellers) = (sides.buyer.text(), sides.seller.text());
		assert_eq!(refused(&["--sealed", "--wallet", &buyers])?, "NotTheSeller");
		let too_much = format!("{group}=701");
		let further = ["--sealed", "--wallet", &sellers];
		let refusal = sides.unproved(&setting, first, &too_much, &further)?;
		assert_eq!(refusal, "AboveContracted");
		let more_than_was = format!("{group}=501");
		let refusal = sides.unproved(&setting, first, &more_than_was, &further)?;
		assert_eq!(refusal, "ClaimNotMet");

		let file = setting.file("open.json");
		let openly = [&["--openly"][..], &BELIEVING].concat();
		let proof = prove_with(&sides.bob().client, &[sides.operator()], first, file, &openly)?;
		assert_eq!(proof.claimed, [DELIVERED]);
		settle(sides.bob(), &proof)?;

		// Nobody proves the second.
		chain.wait_for_phase(second, "final")?;
		wait::until("the group expires", EXPIRY_LIMIT, || {
			Ok(chain.status(&sides.group(), second)?.settled.then_some(()))
		})?;
		chain.wait_until_final()?;
		let line = |period, delivered| {
			let missing = u128::from(QUANTITY - delivered);
			Line {
				trade,
				period,
				contracted: QUANTITY,
				delivered,
				paid: u128::from(delivered) * UNIT_PRICE,
				refunded: missing * UNIT_PRICE,
				penalty: missing * imbalance,
			}
		};
		let lines = chain.statement(&sides.eve.address, first)?;
		assert_eq!(lines, [line(first, DELIVERED), line(second, 0)]);
		assert!(chain.sealed_statement(&sides.eve.address, first)?.is_empty());
		assert_eq!(sides.seller.held()?.total(), u128::from(DELIVERED) * UNIT_PRICE);
		assert_eq!(sides.eve.balance()?.held, 0, "nothing stays locked");
		let refused = sides.buyer.refused("recover", &["--trade", &trade.to_string()])?;
		assert_eq!(refused.name, "NothingSettled");
		assert_eq!(chain.issuance()?, issuance);
		chain.audit()
	})
}

/// Makes the trade, with all that is refused before it.
fn agreed_on(sides: &Sides, first: u64, last: u64, spare: u64) -> Result<u64> {
	let (bob, eve) = (sides.bob(), &sides.eve);
	let trade = sides.offer(first, last)?;
	let accept = |account: &Account, trade: u64, further: &[&str]| {
		let trade = trade.to_string();
		let seen = account.client.look(&["trade", "show", &trade])?;
		let accept = ["trade", "accept", &trade, "--terms", &seen];
		account.client.refusal(&[&accept[..], further].concat())
	};
	let wallet = sides.buyer.text();
	let sealed = ["--sealed", "--wallet", &wallet];
	assert_eq!(accept(eve, trade, &[])?, "SealedTrade");
	let foreign = [&sealed[..], &["--refund", &sides.seller.address]].concat();
	assert_eq!(accept(eve, trade, &foreign)?, "ForeignAddress");
	eve.accept_sealed(trade, &wallet)?;

	// It is alone with its meters in its periods.
	let open = terms(last, spare);
	let refused = match bob.offer(ZONE, eve, &open) {
		Ok(other) => accept(eve, other, &[])?,
		Err(error) => error.downcast::<meterproof_driver::client::Refused>()?.name,
	};
	assert_eq!(refused, "GroupSealed");
	let other = bob.offer(ZONE, eve, &terms(spare, spare))?;
	assert_eq!(accept(eve, other, &sealed)?, "TradeNotSealed");
	Ok(trade)
}
