//! Fills are trades like any other.

use super::*;

#[test]
fn a_fill_is_a_trade_at_the_clearing_price() {
	run(|| {
		bid(BUYER, 500, 8).placed();
		offer(SELLER, 800, 4).placed();
		let clearing = cleared();
		// All the demand is served by a part of the supply: the price is what the seller asks.
		assert_eq!((clearing.price, clearing.volume), (Some(4), 500));
		let [(id, trade)] = &trades()[..] else { panic!("one trade") };
		assert_eq!(clearing.first_trade, Some(*id));
		assert_eq!(trade.seller, exports(SELLER));
		assert_eq!(trade.buyer, BUYER);
		assert_eq!((trade.quantity, trade.price), (500, 4));
		assert_eq!(trade.imbalance_price, IMBALANCE);
		assert_eq!((trade.first, trade.last), (FIRST, FIRST));
		assert_eq!(trade.state, TradeState::Accepted);
		assert!(trade.registrars.is_empty() && trade.least_evidence == Evidence::File);
		assert_eq!(Market::contracted(&exports(SELLER), FIRST), 500);
	});
}

#[test]
fn money_passes_from_the_order_to_the_trade_and_the_rest_is_free() {
	run(|| {
		bid(BUYER, 500, 8).placed();
		offer(SELLER, 800, 4).placed();
		cleared();
		assert_eq!((holds(BUYER), holds(SELLER)), ([0; 3], [0; 3]));
		assert_eq!(trade_holds(BUYER), [2_000, 0, 0]);
		// The first trade of an offer has its deposit.
		assert_eq!(trade_holds(SELLER), [0, 500 * IMBALANCE, ORDER_DEPOSIT]);
		assert_eq!(free(BUYER), ENDOWMENT - 2_000);
	});
}

#[test]
fn a_fill_is_settled_as_any_trade() {
	run(|| {
		bid(BUYER, 500, 8).placed();
		bid(OTHER_BUYER, 300, 8).placed();
		offer(SELLER, 800, 8).placed();
		let clearing = cleared();
		assert_eq!((clearing.price, clearing.trades), (Some(8), 2));
		let sums = Market::settle(&exports(SELLER), FIRST, 400).unwrap();
		assert_eq!((sums.trades, sums.contracted, sums.delivered), (2, 800, 400));
		// The imbalance price of an offer is never below its limit.
		assert_eq!((sums.paid, sums.refunded, sums.penalty), (3_200, 3_200, 3_200));
		for who in [BUYER, OTHER_BUYER, SELLER] {
			assert_eq!(trade_holds(who), [0; 3]);
		}
		assert_eq!(free(BUYER), ENDOWMENT - 250 * 8 + 250 * 8);
		assert_eq!(free(SELLER), ENDOWMENT - DeviceDeposit::get() + 3_200 - 3_200);
	});
}

#[test]
fn the_deposit_comes_back_when_the_last_trade_of_an_offer_is_settled() {
	run(|| {
		bid(BUYER, 500, 8).placed();
		bid(OTHER_BUYER, 300, 8).placed();
		offer(SELLER, 800, 4).placed();
		cleared();
		let deposits: Vec<_> = trades().into_iter().map(|(_, trade)| trade.deposit).collect();
		assert_eq!(deposits, [ORDER_DEPOSIT, 0]);
		Market::settle(&exports(SELLER), FIRST, 800).unwrap();
		assert_eq!(trade_holds(SELLER), [0; 3]);
	});
}

#[test]
fn a_fill_pays_and_refunds_into_notes() {
	run(|| {
		let payout = Some([1; 32]);
		Placing { payout: Some([2; 32]), ..bid(BUYER, 500, 8) }.placed();
		Placing { payout, ..offer(SELLER, 500, 4) }.placed();
		cleared();
		let (_, trade) = trades().remove(0);
		assert_eq!((trade.payout, trade.refund), (payout, Some([2; 32])));
		Market::settle(&exports(SELLER), FIRST, 400).unwrap();
		assert_eq!(pallet_payments::NextPosition::<Test>::get(), 2);
	});
}

#[test]
fn what_registrars_take_from_a_seller_after_its_offer_is_not_charged() {
	run(|| {
		offer(SELLER, 800, 4).placed();
		bid(BUYER, 800, 8).placed();
		lock(FIRST);
		let key = Devices::device(0).unwrap().key.0;
		assert_ok!(Devices::suspend(RuntimeOrigin::signed(REGISTRAR), 0, key));
		assert_eq!(cleared().trades, 1);
		let sums = Market::settle(&exports(SELLER), FIRST, 0).unwrap();
		assert_eq!((sums.refunded, sums.penalty), (800 * 6, 0));
	});
}

#[test]
fn as_many_trades_are_made_as_pairs_are_needed() {
	run(|| {
		for n in 0..3 {
			bid(trader(n), 101, 9).placed();
		}
		for seller in [SELLER, OTHER_SELLER] {
			offer(seller, 151, 4).placed();
		}
		let clearing = cleared();
		assert_eq!(clearing.volume, 302);
		assert_eq!(clearing.trades, 4);
		let pairs: Vec<_> = trades()
			.into_iter()
			.map(|(_, trade)| (trade.seller.operator, trade.buyer, trade.quantity))
			.collect();
		let bought: Vec<u64> = (0..3)
			.map(|n| pairs.iter().filter(|pair| pair.1 == trader(n)).map(|pair| pair.2).sum())
			.collect();
		assert_eq!(bought, [101, 101, 100]);
	});
}

#[test]
fn a_group_has_room_for_the_trades_that_its_offers_can_become() {
	run(|| {
		// Each bid is shared between offers as often as it can be.
		for n in 0..6 {
			bid(trader(n), 100, 9).placed();
		}
		for quantity in [151, 299, 150] {
			offer(SELLER, quantity, 4).placed();
		}
		let clearing = cleared();
		assert_eq!((clearing.volume, clearing.trades), (600, 8));
		assert_eq!(Market::trades(&exports(SELLER), FIRST), 8);
	});
}
