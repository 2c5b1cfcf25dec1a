//! What is used of water where a steward allots it is not traded by periods.

use meterproof_primitives::{Evidence, TradeId};
use pallet_market::{Error as MarketError, Trades};

use super::*;

/// Offers to use less, or to deliver; the trade's number.
fn sell(who: AccountId, direction: Direction) -> Result<TradeId, DispatchError> {
	let id = pallet_market::NextTradeId::<Test>::get();
	let by = RuntimeOrigin::signed(who);
	let (quantity, price, limit) = (100, 7, Balance::MAX);
	let (water, period) = (Resource::Water, FIRST);
	Market::offer(by, ZONE, water, direction, CAROL, quantity, price, limit, period, period, None)
		.map(|()| id)
}

fn accept(id: TradeId) -> Result<(), DispatchError> {
	let by = RuntimeOrigin::signed(CAROL);
	let terms = Trades::<Test>::get(id).unwrap().terms();
	Market::accept(by, id, terms, Default::default(), Evidence::File, None)
		.map(|_| ())
		.map_err(|failure| failure.error)
}

#[test]
fn use_is_not_offered_where_it_is_allotted() {
	run(|| {
		let refused = MarketError::<Test>::UseAllotted;
		assert_noop!(sell(ALICE, Direction::Import), refused);
		// What is delivered is not allotted: here no meter could.
		assert_noop!(sell(ALICE, Direction::Export), MarketError::<Test>::AboveNameplate);
	});
}

#[test]
fn an_offer_from_before_is_not_accepted() {
	run(|| {
		let known = Zones::<Test>::take(ZONE).unwrap();
		let id = sell(ALICE, Direction::Import).unwrap();
		let before = sell(BOB, Direction::Import).unwrap();
		assert_ok!(accept(before));
		Zones::<Test>::insert(ZONE, known);
		assert_noop!(accept(id), MarketError::<Test>::UseAllotted);
	});
}
