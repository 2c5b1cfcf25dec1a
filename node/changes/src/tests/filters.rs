use meterproof_primitives::{
	api::TradeState,
	Evidence::{Keyed, Signed},
	Resource,
};
use serde_json::{from_value, json, Value};

use super::{
	cleared, clearing, group, offered, period_settled, picked, proved, read, trade, Account, Chain,
	Trade, BUYER, SELLER,
};
use crate::{Blocks, ClearingFilter, Filter, Happened, OfferFilter, SettlementFilter, TradeFilter};

/// How many offers a filter lets through, of one: trade 3 of zone 1, periods 10 to 12.
fn offers(filter: Value, trade: Trade) -> usize {
	let filter: OfferFilter<Account> = from_value(filter).unwrap();
	picked(&filter, &read(&[offered(trade.clone())], &Chain::after([trade]))).len()
}

#[test]
fn every_wish_about_an_offer_counts() {
	assert_eq!(offers(json!({}), trade(3)), 1);
	for (wish, met) in [
		(json!({ "zone": 1 }), true),
		(json!({ "zone": 2 }), false),
		(json!({ "resource": "electricity" }), true),
		(json!({ "resource": "heat" }), false),
		(json!({ "from": 12 }), true),
		(json!({ "from": 13 }), false),
		(json!({ "to": 10 }), true),
		(json!({ "to": 9 }), false),
		(json!({ "from": 11, "to": 11 }), true),
		(json!({ "leastEvidence": "signed" }), true),
		(json!({ "leastEvidence": "keyed" }), false),
		(json!({ "seller": SELLER }), true),
		(json!({ "seller": BUYER }), false),
		(json!({ "buyer": BUYER }), true),
		(json!({ "buyer": SELLER }), false),
		(json!({ "zone": 1, "buyer": SELLER }), false),
		(json!({ "zone": null, "to": null, "buyer": BUYER }), true),
	] {
		assert_eq!(offers(wish.clone(), trade(3)) == 1, met, "{wish}");
	}
	// An offer of unknown evidence meets no filter that demands some.
	let unknown = Trade { evidence: None, ..trade(3) };
	assert_eq!(offers(json!({ "leastEvidence": "file" }), unknown), 0);
	assert!(Keyed > Signed);
}

#[test]
fn offers_end_when_they_are_taken() {
	let all: OfferFilter<Account> = from_value(json!({})).unwrap();
	let events = [Happened::Accepted(3), period_settled(3, 10), Happened::Settled(3)];
	let told = picked(&all, &read(&events, &Chain::after([trade(3)])));
	assert_eq!(told.len(), 1);
	assert_eq!(told[0]["change"], "taken");
}

#[test]
fn every_wish_about_a_trade_counts() {
	let settled = Trade { state: TradeState::Settled, ..trade(3) };
	let block = read(&[period_settled(3, 11)], &Chain::after([settled]));
	for (wish, met) in [
		(json!({}), true),
		(json!({ "account": SELLER }), true),
		(json!({ "account": BUYER }), true),
		(json!({ "account": 9 }), false),
		(json!({ "zone": 1 }), true),
		(json!({ "zone": 2 }), false),
		// The trade has periods 10 to 12, and the change is about 11.
		(json!({ "from": 11, "to": 11 }), true),
		(json!({ "from": 12 }), false),
		(json!({ "to": 10 }), false),
		(json!({ "state": "settled" }), true),
		(json!({ "state": "accepted" }), false),
	] {
		let filter: TradeFilter<Account> = from_value(wish.clone()).unwrap();
		assert_eq!(picked(&filter, &block).len() == 1, met, "{wish}");
	}
}

#[test]
fn every_wish_about_a_settlement_counts() {
	let block = read(&[period_settled(3, 11), proved(1, 11)], &Chain::after([trade(3)]));
	let other = super::GroupId { resource: Resource::Gas, ..group(1) };
	for (wish, met) in [
		(json!({}), true),
		(json!({ "group": group(1) }), true),
		(json!({ "group": other }), false),
		(json!({ "zone": 1 }), true),
		(json!({ "zone": 2 }), false),
		(json!({ "from": 11, "to": 11 }), true),
		(json!({ "from": 12 }), false),
		(json!({ "to": 10 }), false),
		(json!({ "account": SELLER }), true),
		(json!({ "account": BUYER }), true),
		(json!({ "account": 9 }), false),
	] {
		let filter: SettlementFilter<Account> = from_value(wish.clone()).unwrap();
		assert_eq!(picked(&filter, &block).len() == 1, met, "{wish}");
	}
}

#[test]
fn every_wish_about_a_clearing_counts() {
	let chain = Chain { clearings: vec![clearing(11)], ..Chain::default() };
	let block = read(&[cleared(11)], &chain);
	for (wish, met) in [
		(json!({}), true),
		(json!({ "zone": 1 }), true),
		(json!({ "zone": 2 }), false),
		(json!({ "resource": "electricity" }), true),
		(json!({ "resource": "heat" }), false),
		(json!({ "from": 11, "to": 11 }), true),
		(json!({ "from": 12 }), false),
		(json!({ "to": 10 }), false),
		(json!({ "account": SELLER }), true),
		(json!({ "account": BUYER }), true),
		(json!({ "account": 9 }), false),
	] {
		let filter: ClearingFilter<Account> = from_value(wish.clone()).unwrap();
		assert_eq!(picked(&filter, &block).len() == 1, met, "{wish}");
	}
	let trades: TradeFilter<Account> = from_value(json!({})).unwrap();
	assert!(picked(&trades, &block).is_empty(), "the market's own events tell of its trades");
}

#[test]
fn finalised_blocks_are_followed_unless_the_best_are_wished_for() {
	let blocks = |wish: Value| {
		let filter: OfferFilter<Account> = from_value(wish).unwrap();
		<_ as Filter<Account, u128>>::blocks(&filter)
	};
	assert_eq!(blocks(json!({})), Blocks::Finalized);
	assert_eq!(blocks(json!({ "blocks": "finalized" })), Blocks::Finalized);
	assert_eq!(blocks(json!({ "blocks": "best" })), Blocks::Best);
}

#[test]
fn a_wish_that_is_none_is_refused() {
	assert!(from_value::<OfferFilter<Account>>(json!({ "Zone": 1 })).is_err());
	assert!(from_value::<TradeFilter<Account>>(json!({ "seller": 1 })).is_err());
	assert!(from_value::<SettlementFilter<Account>>(json!({ "state": "settled" })).is_err());
	assert!(from_value::<ClearingFilter<Account>>(json!({ "group": 1 })).is_err());
}
