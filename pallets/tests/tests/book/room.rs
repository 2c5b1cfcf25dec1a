//! What a seller can offer: what its meters can count, less what is sold and what books keep free.

use super::*;

/// The market's error as a dispatch error.
fn market(error: pallet_market::Error<Test>) -> DispatchError {
	error.into()
}

/// Offers to the buyer directly, for `FIRST`; the trade.
fn sell(quantity: Quantity) -> Result<TradeId, DispatchError> {
	let id = pallet_market::NextTradeId::<Test>::get();
	Market::offer(
		RuntimeOrigin::signed(SELLER),
		ZONE,
		Resource::Electricity,
		Direction::Export,
		BUYER,
		quantity,
		5,
		Balance::MAX,
		FIRST,
		FIRST,
		None,
	)
	.map(|_| id)
}

fn accept(id: TradeId) -> DispatchResult {
	let terms = pallet_market::Trades::<Test>::get(id).unwrap().terms();
	let by = RuntimeOrigin::signed(BUYER);
	Market::accept(by, id, terms, Default::default(), Evidence::File, None)
		.map(|_| ())
		.map_err(|error| error.error)
}

#[test]
fn offers_are_at_most_what_the_meters_count() {
	run(|| {
		offer(SELLER, 600, 4).placed();
		let above = market(pallet_market::Error::AboveNameplate);
		assert_noop!(offer(SELLER, 401, 4).place(), above);
		// A range is as good as its fullest period.
		assert_noop!(offer(SELLER, 401, 4).over(FIRST, FIRST + 1).place(), above);
		offer(SELLER, 401, 4).over(FIRST + 1, FIRST + 1).placed();
		offer(SELLER, 400, 4).placed();
		assert_noop!(offer(BUYER, 100, 4).place(), above);
	});
}

#[test]
fn what_is_sold_cannot_be_offered_and_what_is_offered_cannot_be_sold() {
	run(|| {
		let sold = sell(700).unwrap();
		let waiting = sell(300).unwrap();
		assert_ok!(accept(sold));
		let above = market(pallet_market::Error::AboveNameplate);
		assert_noop!(offer(SELLER, 301, 4).place(), above);
		let id = offer(SELLER, 300, 4).placed();
		assert_noop!(sell(100).map(|_| ()), above);
		assert_noop!(accept(waiting), above);
		assert_ok!(cancel(SELLER, id));
		assert_ok!(accept(waiting));
	});
}

#[test]
fn a_group_keeps_room_for_the_trades_of_a_book() {
	run(|| {
		// A book of six bids, the backstop's and three offers of the seller keeps room for nine of twelve trades.
		for _ in 0..3 {
			let id = sell(20).unwrap();
			assert_ok!(accept(id));
		}
		let fourth = sell(20).unwrap();
		let id = offer(SELLER, 100, 4).placed();
		let full = market(pallet_market::Error::GroupFull);
		assert_noop!(accept(fourth), full);
		assert_ok!(cancel(SELLER, id));
		assert_ok!(accept(fourth));
		assert_noop!(offer(SELLER, 100, 4).place(), full);
	});
}

#[test]
fn a_group_with_an_offer_in_a_book_makes_no_sealed_trade() {
	run(|| {
		use meterproof_primitives::NoteAddress;
		let seal = || {
			Market::offer_sealed(
				RuntimeOrigin::signed(SELLER),
				ZONE,
				Resource::Electricity,
				Direction::Export,
				BUYER,
				100,
				5,
				Balance::MAX,
				FIRST,
				FIRST,
				NoteAddress { owner: [1; 32], key: [2; 32] },
			)
		};
		let id = offer(SELLER, 100, 4).placed();
		assert_noop!(seal(), market(pallet_market::Error::GroupTraded));
		assert_ok!(cancel(SELLER, id));
		assert_ok!(seal());
	});
}
