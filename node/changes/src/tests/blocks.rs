use meterproof_primitives::api::{SealedInfo, TradeState};
use serde_json::{json, to_value, Value};
use sp_core::H256;

use super::{
	cleared, clearing, group, head, offered, period_settled, picked, proved, read, trade, trades,
	Account, Chain, Clearing, Event, Trade, BUYER, SELLER,
};
use crate::{notice, Block, Blocks, ClearingFilter, Ending, Happened, Stop};

#[test]
fn a_trade_stands_in_a_change_as_the_query_shows_it_after_the_block() {
	let taken = Trade { state: TradeState::Accepted, ..trade(3) };
	let chain = Chain::after([taken.clone()]);
	let told = trades(&read(&[offered(trade(3)), Happened::Accepted(3)], &chain));
	let shown = to_value(&taken).unwrap();
	assert_eq!(
		told,
		[
			json!({ "change": "placed", "trade": shown }),
			json!({ "change": "taken", "trade": shown })
		]
	);
	assert_eq!(chain.reads.get(), 1, "one read serves all changes of a trade");
}

#[test]
fn a_trade_that_is_gone_stands_there_as_it_was_before() {
	let before = Trade { buyer: 9, ..trade(3) };
	let chain = Chain { before: [(3, before.clone())].into(), ..Chain::default() };
	for (event, word) in [
		(Happened::Cancelled(3), "cancelled"),
		(Happened::Declined(3), "declined"),
		(Happened::Expired(3), "expired"),
		(Happened::Pruned(3), "pruned"),
	] {
		let told = trades(&read(&[event], &chain));
		assert_eq!(told, [json!({ "change": word, "trade": to_value(&before).unwrap() })]);
	}
}

#[test]
fn an_offer_that_came_and_went_in_one_block_is_told_twice_all_the_same() {
	let told = trades(&read(&[offered(trade(3)), Happened::Declined(3)], &Chain::default()));
	let words: Vec<_> = told.iter().map(|change| change["change"].clone()).collect();
	assert_eq!(words, ["placed", "declined"]);
	assert_eq!(told[1]["trade"], to_value(trade(3)).unwrap());

	// The event says that it is sealed and not by which keys.
	let sealed = Happened::Offered { trade: Box::new(trade(3)), sealed: true };
	let told = trades(&read(&[sealed, Happened::Cancelled(3)], &Chain::default()));
	let keys = told[0]["trade"]["sealed"].as_object().unwrap();
	let known = SealedInfo {
		payout_key: H256::zero(),
		refund_key: None,
		key_commitment: None,
		sealed_key: None,
	};
	let known = to_value(known).unwrap();
	assert!(keys.keys().eq(known.as_object().unwrap().keys()), "{keys:?}");
	assert!(keys.values().all(Value::is_null), "{keys:?}");
}

#[test]
fn a_settled_period_has_the_line_of_the_books() {
	let told = trades(&read(&[period_settled(3, 11)], &Chain::after([trade(3)])));
	let line = json!({
		"trade": 3, "period": 11, "seller": SELLER, "buyer": BUYER, "contracted": 5, "delivered": 4,
		"paid": "28", "refunded": "7", "penalty": "8", "sealed": null,
	});
	assert_eq!(told[0]["change"], "periodSettled");
	assert_eq!(told[0]["line"], line);
}

#[test]
fn payouts_say_whose_and_of_which_period() {
	let events: [Event; 2] = [
		Happened::PayoutDeferred { trade: 3, period: 11, to_seller: true, to_buyer: false },
		Happened::PayoutClaimed { trade: 3, period: 11, to_seller: true, to_buyer: false },
	];
	let told = trades(&read(&events, &Chain::after([trade(3)])));
	for (told, word) in told.iter().zip(["payoutDeferred", "payoutClaimed"]) {
		assert_eq!(told["change"], word);
		assert_eq!(
			(&told["period"], &told["toSeller"], &told["toBuyer"]),
			(&json!(11), &json!(true), &json!(false))
		);
		assert!(told.get("line").is_none());
	}
}

#[test]
fn a_groups_buyers_are_those_of_its_own_trades_in_that_period() {
	let other = Trade { buyer: 8, seller: group(2), ..trade(4) };
	let chain = Chain::after([trade(3), other]);
	let events = [
		period_settled(3, 11),
		proved(1, 11),
		period_settled(4, 11),
		proved(2, 11),
		// Nothing was settled for this one.
		proved(1, 12),
	];
	let block = read(&events, &chain);
	let buyers: Vec<_> = block.settlements.iter().map(|change| change.buyers.clone()).collect();
	assert_eq!(buyers, [vec![BUYER], vec![8], vec![]]);
}

#[test]
fn a_settlement_has_the_outcome_of_the_query() {
	let pruned: Event = Happened::Group { group: group(1), period: 11, ending: Ending::Pruned };
	let block = read(&[proved(1, 11), pruned], &Chain::default());
	let told: Vec<Value> = block
		.settlements
		.iter()
		.map(|change| serde_json::from_str(&change.json).unwrap())
		.collect();
	let group = to_value(group(1)).unwrap();
	let outcome = json!({
		"proved": true, "trades": 1, "contracted": 5, "delivered": 4, "paid": "28", "refunded": "7",
		"penalty": "8", "sealed": null,
	});
	let proved = json!({ "change": "proved", "group": group, "period": 11, "outcome": outcome });
	let pruned = json!({ "change": "pruned", "group": group, "period": 11, "outcome": null });
	assert_eq!(told, [proved, pruned]);
}

#[test]
fn a_cleared_book_stands_in_a_change_as_the_query_shows_it() {
	let lapsed = Clearing { lapsed: true, price: None, volume: 0, ..clearing(12) };
	let chain = Chain { clearings: vec![clearing(11), lapsed.clone()], ..Chain::default() };
	let all: ClearingFilter<Account> = serde_json::from_str("{}").unwrap();
	let told = picked(&all, &read(&[cleared(11), cleared(12), cleared(13)], &chain));
	assert_eq!(
		told,
		[
			json!({ "change": "cleared", "clearing": to_value(clearing(11)).unwrap() }),
			json!({ "change": "lapsed", "clearing": to_value(&lapsed).unwrap() }),
		]
	);
	assert_eq!(told[0]["clearing"]["price"], "8");
}

#[test]
fn what_cannot_be_read_is_no_block_without_changes() {
	let chain = Chain { broken: true, ..Chain::default() };
	for event in [Happened::Settled(3), cleared(11)] {
		let read = Block::read(head(1), &[event], &chain);
		assert_eq!(read.map(drop), Err("the state is gone"));
	}
}

#[test]
fn notifications_are_json_that_says_what_they_are() {
	let parsed = |text: String| serde_json::from_str::<Value>(&text).unwrap();
	let hash = format!("0x{:064x}", 7);
	assert_eq!(
		parsed(notice::started(Blocks::Finalized, head(7))),
		json!({ "event": "started", "block": hash, "number": 7, "blocks": "finalized" })
	);
	let block: Block<Account, u128> =
		Block::read(head(7), &[offered(trade(3))], &Chain::after([trade(3)])).unwrap();
	let changes: Vec<_> = block.trades.iter().map(|change| change.json.as_str()).collect();
	let both = [changes[0], changes[0]];
	let told = parsed(notice::block(head(7), &both));
	assert_eq!(told["changes"], json!([trades(&block)[0], trades(&block)[0]]));
	assert_eq!(
		parsed(notice::block(head(7), &[])),
		json!({ "event": "block", "block": hash, "number": 7, "changes": [] })
	);
	assert_eq!(
		parsed(notice::retracted(head(7))),
		json!({ "event": "retracted", "block": hash, "number": 7 })
	);
	for stop in [
		Stop::SubscriberTooSlow,
		Stop::BlockUnreadable(5),
		Stop::TooManyBlocks { from: 1, to: 9 },
		Stop::NodeStops,
	] {
		let told = parsed(notice::stopped(stop));
		assert_eq!((&told["event"], &told["name"]), (&json!("stopped"), &json!(stop.name())));
		assert!(!told["message"].as_str().unwrap().contains('\t'), "{told}");
	}
}
