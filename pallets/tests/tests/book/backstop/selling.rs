//! What a backstop has posted to sell, it can sell when it posts, and cannot take back.

use meterproof_primitives::NoteAddress;

use super::*;

/// What the market refuses.
fn market(error: pallet_market::Error<Test>) -> DispatchError {
	error.into()
}

/// The backstop offers to the buyer directly; the trade.
fn sell_in(period: PeriodIndex, quantity: Quantity) -> Result<TradeId, DispatchError> {
	let id = pallet_market::NextTradeId::<Test>::get();
	let by = RuntimeOrigin::signed(BACKSTOP);
	let (resource, out, most) = (Resource::Electricity, Direction::Export, Balance::MAX);
	Market::offer(by, ZONE, resource, out, BUYER, quantity, 5, most, period, period, None)
		.map(|_| id)
}

/// The same for `NEXT`.
fn sell(quantity: Quantity) -> Result<TradeId, DispatchError> {
	sell_in(NEXT, quantity)
}

fn accept(id: TradeId) -> DispatchResult {
	let terms = pallet_market::Trades::<Test>::get(id).unwrap().terms();
	let by = RuntimeOrigin::signed(BUYER);
	Market::accept(by, id, terms, Default::default(), Evidence::File, None)
		.map(|_| ())
		.map_err(|error| error.error)
}

/// The backstop takes its meter out.
fn suspend(device: u32) {
	let key = Devices::device(device).unwrap().key.0;
	Devices::suspend(RuntimeOrigin::signed(BACKSTOP), device, key).unwrap();
}

#[test]
fn it_posts_no_more_than_its_meters_count_beside_what_it_has_sold() {
	run(|| {
		appoint(BACKSTOP, 20);
		fund(FUND).unwrap();
		let above = market(pallet_market::Error::AboveNameplate);
		assert_noop!(post(NEXT, None, Some((12, 20))), above);
		add_meter(BACKSTOP);
		accept(sell(300).unwrap()).unwrap();
		assert_noop!(post(NEXT, None, Some((12, 701))), above);
		assert_ok!(post(NEXT, None, Some((12, 700))));
		// Another time: what it had posted before for the period does not count beside it.
		assert_ok!(post(NEXT, None, Some((13, 700))));
	});
}

#[test]
fn a_lower_price_needs_the_less_of_the_fund() {
	run(|| {
		add_meter(BACKSTOP);
		add_meter(BACKSTOP);
		appoint(BACKSTOP, 20);
		fund(36_000).unwrap();
		post(NEXT, None, Some((12, 1_000))).unwrap();
		// Collateral is of what it asks from now on, and not of what it asked before.
		assert_noop!(post(NEXT, None, Some((12, 1_001))), error(Error::FundTooLow));
		assert_ok!(post(NEXT, None, Some((7, 1_600))));
	});
}

#[test]
fn one_that_cannot_sell_makes_nothing_dearer() {
	run(|| {
		appoint(BACKSTOP, 20);
		fund(FUND).unwrap();
		let above = market(pallet_market::Error::AboveNameplate);
		assert_noop!(post(NEXT, Some((5, 100)), Some((12, 100))), above);
		Placing { most: IMBALANCE, ..offer(SELLER, 100, 4) }.placed();
		assert_eq!(holds(SELLER)[1], 100 * IMBALANCE);
	});
}

#[test]
fn its_meters_are_attested_on_what_books_demand() {
	run(|| {
		add_meter(BACKSTOP);
		appoint(BACKSTOP, 20);
		fund(FUND).unwrap();
		let demanded = FIRST + 100;
		Book::set_least_evidence(
			RuntimeOrigin::root(),
			ZONE,
			Resource::Electricity,
			demanded,
			Evidence::Keyed,
		)
		.unwrap();
		blocks_at(SCHEDULE.start(demanded - 2), 1);
		let refusal = error(Error::EvidenceTooLow);
		assert_noop!(post(demanded, None, Some((12, 100))), refusal);
		assert_ok!(post(demanded, Some((5, 100)), None));
	});
}

#[test]
fn what_it_has_posted_is_not_sold_otherwise() {
	backed(|| {
		add_meter(BACKSTOP);
		assert_noop!(sell(1_001).map(|_| ()), market(pallet_market::Error::AboveNameplate));
		let by = RuntimeOrigin::signed(BACKSTOP);
		let note = NoteAddress { owner: [1; 32], key: [2; 32] };
		let sealed = Market::offer_sealed(
			by,
			ZONE,
			Resource::Electricity,
			Direction::Export,
			BUYER,
			100,
			5,
			Balance::MAX,
			NEXT,
			NEXT,
			note,
		);
		assert_noop!(sealed, market(pallet_market::Error::GroupTraded));
		// Six of its twelve trades are kept free, one for each bid that a book can have.
		for _ in 0..6 {
			assert_ok!(accept(sell(20).unwrap()));
		}
		let seventh = sell(20).unwrap();
		assert_noop!(accept(seventh), market(pallet_market::Error::GroupFull));
		let wanted = bid(BUYER, 1_000, 20).placed();
		let clearing = next_cleared();
		assert_eq!((fill(&clearing, wanted).0, taken(&clearing)), (1_000, (0, 1_000)));
	});
}

#[test]
fn what_it_takes_of_its_meters_is_sold_all_the_same() {
	run(|| {
		let meter = add_meter(BACKSTOP);
		appoint(BACKSTOP, 20);
		fund(FUND).unwrap();
		post(NEXT, None, Some((12, 1_000))).unwrap();
		bid(BUYER, 400, 20).placed();
		lock(NEXT);
		suspend(meter);
		let clearing = next_cleared();
		assert_eq!((clearing.price, taken(&clearing)), (Some(12), (0, 400)));
		// What it does not deliver is charged, as that of anybody.
		let sums = Market::settle(&exports(BACKSTOP), NEXT, 0).unwrap();
		assert_eq!((sums.paid, sums.refunded, sums.penalty), (0, 400 * 12, 400 * 12));
	});
}

#[test]
fn what_a_registrar_takes_of_its_meters_after_it_posted_is_excused() {
	run(|| {
		let meter = add_meter(BACKSTOP);
		appoint(BACKSTOP, 20);
		fund(FUND).unwrap();
		post(NEXT, None, Some((12, 1_000))).unwrap();
		bid(BUYER, 400, 20).placed();
		let key = Devices::device(meter).unwrap().key.0;
		Devices::suspend(RuntimeOrigin::signed(REGISTRAR), meter, key).unwrap();
		assert_eq!(taken(&next_cleared()), (0, 400));
		let sums = Market::settle(&exports(BACKSTOP), NEXT, 0).unwrap();
		assert_eq!((sums.refunded, sums.penalty), (400 * 12, 0));
	});
}

#[test]
fn a_contract_without_room_has_no_sale() {
	backed(|| {
		let later = NEXT + 2;
		// It makes its trades while it has posted no sale for the period.
		post(NEXT + 1, Some((5, 100)), None).unwrap();
		for _ in 0..7 {
			assert_ok!(accept(sell_in(later, 20).unwrap()));
		}
		post(NEXT + 1, None, Some((12, 100))).unwrap();
		for period in NEXT + 1..=later {
			super::super::bid(BUYER, 50, 20).over(period, period).placed();
			close_gate(period);
			assert_ok!(clear(period));
		}
		let sold = |period| taken(&clearing(period).unwrap()).1;
		assert_eq!([NEXT + 1, later].map(sold), [50, 0]);
	});
}
