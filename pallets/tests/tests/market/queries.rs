use super::*;

fn ids(trades: Vec<TradeInfoOf<Test>>) -> Vec<TradeId> {
	trades.into_iter().map(|trade| trade.id).collect()
}

#[test]
fn offers_are_paged_in_order_of_id() {
	ExtBuilder::default().build_and_execute(|| {
		for _ in 0..7 {
			Offer::default().made();
		}
		accept(BUYER, 3).unwrap();
		for zone in [None, Some(ZONE)] {
			assert_eq!(ids(Market::offers(zone, None, 3)), [0, 1, 2]);
			assert_eq!(ids(Market::offers(zone, Some(2), 3)), [4, 5, 6]);
			assert_eq!(ids(Market::offers(zone, Some(3), 100)), [4, 5, 6]);
			assert!(Market::offers(zone, Some(6), 3).is_empty());
			assert!(Market::offers(zone, None, 0).is_empty());
		}
		assert!(Market::offers(Some(ZONE + 1), None, 3).is_empty());
	});
}

#[test]
fn both_sides_find_their_trades() {
	ExtBuilder::default().build_and_execute(|| {
		for buyer in [BUYER, OTHER, BUYER] {
			Offer { buyer, ..Default::default() }.made();
		}
		assert_eq!(ids(Market::trades_of(&SELLER, None, 10)), [0, 1, 2]);
		assert_eq!(ids(Market::trades_of(&BUYER, None, 10)), [0, 2]);
		assert_eq!(ids(Market::trades_of(&BUYER, Some(0), 10)), [2]);
		assert_eq!(ids(Market::trades_of(&OTHER, None, 10)), [1]);
		assert!(Market::trades_of(&REGISTRAR, None, 10).is_empty());
	});
}

#[test]
fn a_trade_is_shown_as_it_stands() {
	ExtBuilder::default().build_and_execute(|| {
		let id = Offer { last: FIRST + 1, ..Default::default() }.accepted();
		settle(FIRST, 60);
		let trade = Market::trade(id).unwrap();
		assert_eq!(trade.seller, group(SELLER));
		assert_eq!((trade.first, trade.last), (FIRST, FIRST + 1));
		assert_eq!((trade.state, trade.settled_periods), (TradeState::Accepted, 1));
		assert_eq!(Market::trade(id + 1), None);
	});
}

#[test]
fn a_statement_lists_settled_periods_of_both_sides() {
	ExtBuilder::default().imbalance_price(12).build_and_execute(|| {
		let id = Offer { last: FIRST + 3, ..Default::default() }.accepted();
		settle(FIRST + 1, 60);
		settle(FIRST, 100);
		let lines = Market::statement(&SELLER, 0, 100);
		assert_eq!(lines, Market::statement(&BUYER, 0, 100));
		assert_eq!(lines.iter().map(|line| line.period).collect::<Vec<_>>(), [FIRST, FIRST + 1]);
		let line = &lines[1];
		assert_eq!((line.trade, line.seller, line.buyer), (id, SELLER, BUYER));
		assert_eq!((line.contracted, line.delivered), (100, Some(60)));
		assert_eq!((line.paid, line.refunded, line.penalty), (Some(300), Some(200), Some(480)));
		assert_eq!(Market::statement(&SELLER, FIRST + 1, 100).len(), 1);
		assert!(Market::statement(&SELLER, FIRST + 2, 100).is_empty());
		assert!(Market::statement(&OTHER, 0, 100).is_empty());
	});
}

#[test]
fn a_statement_is_cut_between_periods() {
	ExtBuilder::default().build_and_execute(|| {
		for _ in 0..3 {
			Offer { last: FIRST + 1, ..Default::default() }.accepted();
		}
		settle(FIRST, 300);
		settle(FIRST + 1, 300);
		let lines = Market::statement(&BUYER, 0, 2);
		assert_eq!(lines.iter().map(|line| line.trade).collect::<Vec<_>>(), [0, 1, 2]);
		assert!(lines.iter().all(|line| line.period == FIRST));
		assert_eq!(Market::statement(&BUYER, FIRST + 1, 2).len(), 3);
		assert_eq!(Market::statement(&BUYER, 0, 4).len(), 6);
		assert!(Market::statement(&BUYER, 0, 0).is_empty());
	});
}

#[test]
fn a_trade_shows_whose_notes_it_pays() {
	ExtBuilder::default().build_and_execute(|| {
		let id = Offer { payout: Some([1; 32]), ..Default::default() }.made();
		let owners = || Market::trade(id).map(|trade| (trade.payout, trade.refund));
		assert_eq!(owners(), Some((Some([1; 32].into()), None)));
		accept_with(BUYER, id, Some([2; 32])).unwrap();
		assert_eq!(owners(), Some((Some([1; 32].into()), Some([2; 32].into()))));
		let plain = Offer::default().accepted();
		let plain = Market::trade(plain).unwrap();
		assert_eq!((plain.payout, plain.refund), (None, None));
	});
}
