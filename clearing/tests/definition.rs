//! The rule against its definition, slowly: every price is tried, every unit is an order of its own.
//!
//! `METERPROOF_BOOKS` says how many random books; `METERPROOF_SEED` which.

use std::env;

use meterproof_clearing::{
	clear, welfare, BookError, Cleared, Fill, Order, Outcome, Side, LAST_RESORT,
};

/// Lots from a seed (SplitMix64).
struct Lots(u64);

impl Lots {
	fn below(&mut self, bound: u64) -> u64 {
		self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let mut z = self.0;
		z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		(z ^ (z >> 31)) % bound
	}
}

type Book = Vec<Order<u8>>;

/// A small book: a few prices and accounts, so that equal limits, own crossings and partial fills abound.
fn book(lots: &mut Lots) -> Book {
	let (orders, prices) = (lots.below(12), 1 + lots.below(12));
	let (accounts, most) = (1 + lots.below(6), 1 + lots.below(15));
	let mut book: Book = (0..orders)
		.map(|place| Order {
			// Numbers neither dense nor in order.
			id: (place * 7 + 3) % 13 + 13 * (place / 13),
			account: lots.below(accounts) as u8,
			side: if lots.below(2) == 0 { Side::Bid } else { Side::Offer },
			quantity: lots.below(most + 1),
			limit: lots.below(prices).into(),
		})
		.collect();
	// Half of the books have orders of last resort, as often as not of an account that has others.
	if lots.below(2) == 0 {
		for (place, side) in [Side::Bid, Side::Offer, Side::Bid].into_iter().enumerate() {
			book.push(Order {
				id: LAST_RESORT + place as u64,
				account: lots.below(2 * accounts) as u8,
				side,
				quantity: lots.below(3 * most + 1),
				limit: lots.below(prices).into(),
			});
		}
	}
	book
}

/// Own crossings, unit by unit: while an account's best bid reaches its best offer, one unit of both goes.
fn netted(book: &Book) -> Vec<u64> {
	let mut netted = vec![0; book.len()];
	loop {
		let mut best: Option<(usize, usize)> = None;
		for (bid, order) in book.iter().enumerate() {
			let own = |side| {
				let netted = &netted;
				book.iter().enumerate().filter(move |(place, other)| {
					other.account == order.account
						&& other.side == side
						&& netted[*place] < other.quantity
				})
			};
			let first =
				own(Side::Bid).min_by_key(|(_, bid)| (std::cmp::Reverse(bid.limit), bid.id));
			let second = own(Side::Offer).min_by_key(|(_, offer)| (offer.limit, offer.id));
			if let (Some((first, one)), Some((second, other))) = (first, second) {
				if first == bid && one.limit >= other.limit {
					best = Some((first, second));
				}
			}
		}
		let Some((bid, offer)) = best else { return netted };
		netted[bid] += 1;
		netted[offer] += 1;
	}
}

/// A limit for each open unit of a side.
fn units(book: &Book, netted: &[u64], side: Side) -> Vec<u128> {
	let mut units: Vec<u128> = book
		.iter()
		.zip(netted)
		.filter(|(order, _)| order.side == side)
		.flat_map(|(order, netted)| vec![order.limit; (order.quantity - netted) as usize])
		.collect();
	units.sort_unstable();
	units
}

/// The most welfare that any number of units can have, and the largest such number.
fn best(bids: &[u128], offers: &[u128]) -> (i128, usize) {
	let mut best = (0i128, 0usize);
	let mut sum = 0i128;
	for count in 1..=bids.len().min(offers.len()) {
		sum += bids[bids.len() - count] as i128 - offers[count - 1] as i128;
		if sum >= best.0 {
			best = (sum, count);
		}
	}
	best
}

/// Whether a price clears `volume`: whoever gains by it can trade whole, whoever loses need not trade.
fn clears(price: u128, volume: usize, bids: &[u128], offers: &[u128]) -> bool {
	let count =
		|units: &[u128], is: &dyn Fn(u128) -> bool| units.iter().filter(|at| is(**at)).count();
	count(bids, &|at| at > price) <= volume
		&& volume <= count(bids, &|at| at >= price)
		&& count(offers, &|at| at < price) <= volume
		&& volume <= count(offers, &|at| at <= price)
}

fn ensure_right(book: &Book) {
	let Outcome { cleared, fills } = clear(book).expect("numbers differ, quantities are small");
	let netted = netted(book);
	assert_eq!(fills.len(), book.len(), "{book:?}");
	let fill =
		|order: &Order<u8>| *fills.iter().find(|fill| fill.id == order.id).expect("all are there");
	for (order, netted) in book.iter().zip(&netted) {
		let Fill { side, netted: told, filled, .. } = fill(order);
		assert_eq!((side, told), (order.side, *netted), "{book:?}");
		assert!(told + filled <= order.quantity, "{book:?}");
	}
	let (bids, offers) = (units(book, &netted, Side::Bid), units(book, &netted, Side::Offer));
	let (most, volume) = best(&bids, &offers);
	let filled = |side| -> u64 {
		book.iter().filter(|order| order.side == side).map(|order| fill(order).filled).sum()
	};
	assert_eq!(filled(Side::Bid), filled(Side::Offer), "what is bought is sold: {book:?}");
	assert_eq!(filled(Side::Bid), volume as u64, "{book:?}");
	assert_eq!(welfare(book, &fills), Some(most as u128), "{book:?}");
	if volume == 0 {
		assert_eq!(cleared, None, "{book:?}");
		return;
	}
	let prices: Vec<u128> = (0..32).filter(|at| clears(*at, volume, &bids, &offers)).collect();
	let (lowest, highest) = (prices[0], prices[prices.len() - 1]);
	let price = (lowest + highest) / 2;
	assert_eq!(cleared, Some(Cleared { price, volume: volume as u64 }), "{book:?}");

	for side in [Side::Bid, Side::Offer] {
		let mut at_the_price = Vec::new();
		let mut left = volume as u64;
		for (order, netted) in book.iter().zip(&netted).filter(|(order, _)| order.side == side) {
			let open = order.quantity - netted;
			let is_inside = match side {
				Side::Bid => order.limit > price,
				Side::Offer => order.limit < price,
			};
			if is_inside {
				assert_eq!(fill(order).filled, open, "inside the price, filled whole: {book:?}");
				left -= open;
			} else if order.limit == price {
				at_the_price.push((order, open));
			} else {
				assert_eq!(fill(order).filled, 0, "outside the price, not filled: {book:?}");
			}
		}
		let (last, others): (Vec<_>, Vec<_>) =
			at_the_price.into_iter().partition(|(order, _)| order.id >= LAST_RESORT);
		let first = left.min(others.iter().map(|(_, open)| open).sum());
		ensure_shared(book, &others, first, &fill);
		ensure_shared(book, &last, left - first, &fill);
	}
}

/// Whether orders with so much open share `left` in proportion: the largest remainders, one unit at a time.
fn ensure_shared(
	book: &Book,
	at_the_price: &[(&Order<u8>, u64)],
	left: u64,
	fill: &dyn Fn(&Order<u8>) -> Fill,
) {
	let all: u64 = at_the_price.iter().map(|(_, open)| open).sum();
	if all == 0 {
		return;
	}
	let mut shares: Vec<u64> = at_the_price.iter().map(|(_, open)| open * left / all).collect();
	let mut given = vec![false; shares.len()];
	while shares.iter().sum::<u64>() < left {
		let next = (0..shares.len())
			.filter(|place| !given[*place])
			.max_by_key(|place| {
				let (order, open) = at_the_price[*place];
				(open * left % all, std::cmp::Reverse(order.id))
			})
			.expect("fewer units than orders are left");
		given[next] = true;
		shares[next] += 1;
	}
	for ((order, _), share) in at_the_price.iter().zip(shares) {
		assert_eq!(fill(order).filled, share, "{book:?}");
	}
}

fn asked_for(variable: &str, otherwise: u64) -> u64 {
	let Ok(text) = env::var(variable) else { return otherwise };
	text.parse().unwrap_or_else(|_| panic!("{variable} is a whole number"))
}

#[test]
fn random_books_are_cleared_as_the_definition_says() {
	let mut lots = Lots(asked_for("METERPROOF_SEED", 1));
	let books = asked_for("METERPROOF_BOOKS", 5_000);
	let mut traded = 0u64;
	for _ in 0..books {
		let mut book = book(&mut lots);
		ensure_right(&book);
		let outcome = clear(&book);
		traded += u64::from(outcome.as_ref().is_ok_and(|outcome| outcome.cleared.is_some()));
		// Whoever comes first, comes to the same.
		for place in (1..book.len()).rev() {
			book.swap(place, lots.below(place as u64 + 1) as usize);
		}
		assert_eq!(clear(&book), outcome);
	}
	println!("{books} books, {traded} of them with trades");
	assert!(traded * 3 > books, "{traded} of {books} books trade");
}

/// What buyers were ready to pay less what sellers asked, if as much is traded at one price as can be: whoever would
/// trade at it does, those first who gain most.
fn welfare_at(price: u128, bids: &[u128], offers: &[u128]) -> i128 {
	let bids = bids.iter().rev().take_while(|bid| **bid >= price);
	let offers = offers.iter().take_while(|offer| **offer <= price);
	bids.zip(offers).map(|(bid, offer)| *bid as i128 - *offer as i128).sum()
}

#[test]
fn no_other_price_has_more_welfare() {
	let mut lots = Lots(asked_for("METERPROOF_SEED", 1));
	for _ in 0..2_000 {
		let book = book(&mut lots);
		let Outcome { cleared, fills } = clear(&book).unwrap();
		let netted = netted(&book);
		let (bids, offers) = (units(&book, &netted, Side::Bid), units(&book, &netted, Side::Offer));
		let reached = welfare(&book, &fills).unwrap() as i128;
		// No limit is above this one, so that nobody trades at a price beyond.
		let highest = book.iter().map(|order| order.limit).max().unwrap_or(0);
		for price in 0..=highest + 1 {
			let other = welfare_at(price, &bids, &offers);
			assert!(other <= reached, "{other} at {price}, {reached} at {cleared:?}: {book:?}");
		}
		if let Some(Cleared { price, .. }) = cleared {
			assert_eq!(welfare_at(price, &bids, &offers), reached, "{book:?}");
		}
	}
}

fn order(id: u64, account: u8, side: Side, quantity: u64, limit: u128) -> Order<u8> {
	Order { id, account, side, quantity, limit }
}

#[test]
fn a_book_of_one_bid_and_one_offer_meets_in_the_middle() {
	let book = [order(1, 1, Side::Bid, 10, 30), order(2, 2, Side::Offer, 4, 21)];
	let Outcome { cleared, fills } = clear(&book).unwrap();
	assert_eq!(cleared, Some(Cleared { price: 30, volume: 4 }), "the bid would buy more at less");
	assert_eq!(fills.iter().map(|fill| fill.filled).collect::<Vec<_>>(), [4, 4]);
	let book = [order(1, 1, Side::Bid, 4, 30), order(2, 2, Side::Offer, 4, 21)];
	assert_eq!(clear(&book).unwrap().cleared, Some(Cleared { price: 25, volume: 4 }));
}

#[test]
fn an_account_sets_no_price_by_trading_with_itself() {
	let book = [
		order(1, 1, Side::Bid, 100, 90),
		order(2, 1, Side::Offer, 100, 80),
		order(3, 2, Side::Bid, 10, 20),
		order(4, 3, Side::Offer, 10, 10),
	];
	let Outcome { cleared, fills } = clear(&book).unwrap();
	assert_eq!(cleared, Some(Cleared { price: 15, volume: 10 }));
	let both = |fill: &Fill| (fill.netted, fill.filled);
	assert_eq!(fills.iter().map(both).collect::<Vec<_>>(), [(100, 0), (100, 0), (0, 10), (0, 10)]);
}

#[test]
fn shortage_is_shared_in_proportion_and_units_go_by_remainder_then_number() {
	let book = [
		order(5, 1, Side::Bid, 3, 7),
		order(6, 2, Side::Bid, 3, 7),
		order(4, 3, Side::Bid, 3, 7),
		order(9, 4, Side::Offer, 5, 2),
	];
	let Outcome { cleared, fills } = clear(&book).unwrap();
	assert_eq!(cleared, Some(Cleared { price: 7, volume: 5 }));
	let filled: Vec<_> = fills.iter().map(|fill| (fill.id, fill.filled)).collect();
	assert_eq!(filled, [(4, 2), (5, 2), (6, 1), (9, 5)]);
}

#[test]
fn orders_of_last_resort_take_what_the_others_at_the_price_leave() {
	let book = [
		order(1, 1, Side::Bid, 30, 8),
		order(2, 2, Side::Bid, 20, 8),
		order(LAST_RESORT, 3, Side::Bid, 1_000, 8),
		order(4, 4, Side::Offer, 60, 2),
	];
	let Outcome { cleared, fills } = clear(&book).unwrap();
	assert_eq!(cleared, Some(Cleared { price: 8, volume: 60 }));
	let filled: Vec<_> = fills.iter().map(|fill| (fill.id, fill.filled)).collect();
	assert_eq!(filled, [(1, 30), (2, 20), (4, 60), (LAST_RESORT, 10)]);
}

/// Somebody who buys any quantity at one price and sells any at a higher one: the price lies between, and
/// nobody who offers below the first or bids above the second is left with a unit, or gets a worse price.
#[test]
fn a_book_lives_between_the_prices_of_a_backstop_that_has_enough() {
	// Eleven orders of fifteen units are the most that the others have.
	const ENOUGH: u64 = 200;
	let mut lots = Lots(asked_for("METERPROOF_SEED", 1));
	for _ in 0..1_000 {
		let mut book = book(&mut lots);
		book.retain(|order| order.id < LAST_RESORT);
		let buys = u128::from(lots.below(10));
		let sells = buys + 1 + u128::from(lots.below(6));
		book.push(order(LAST_RESORT, u8::MAX, Side::Bid, ENOUGH, buys));
		book.push(order(LAST_RESORT + 1, u8::MAX, Side::Offer, ENOUGH, sells));
		ensure_right(&book);
		let Outcome { cleared, fills } = clear(&book).unwrap();
		let in_band = |price| buys <= price && price <= sells;
		assert!(cleared.is_none_or(|cleared| in_band(cleared.price)), "{cleared:?} {book:?}");
		for order in book.iter().filter(|order| order.id < LAST_RESORT) {
			let would_rather = match order.side {
				Side::Bid => order.limit > sells,
				Side::Offer => order.limit < buys,
			};
			let fill = fills.iter().find(|fill| fill.id == order.id).unwrap();
			let left = order.quantity - fill.netted - fill.filled;
			assert!(!would_rather || left == 0, "{left} of {order:?} left: {book:?}");
		}
		// It does not trade on both sides.
		let of_last_resort = fills.iter().filter(|fill| fill.id >= LAST_RESORT);
		assert!(of_last_resort.filter(|fill| fill.filled > 0).count() < 2, "{book:?}");
	}
}

#[test]
fn the_largest_limits_and_quantities_are_cleared() {
	let (most, price) = (u64::MAX, u128::MAX);
	let book = [order(1, 1, Side::Bid, most, price), order(2, 2, Side::Offer, most, price)];
	let outcome = clear(&book).unwrap();
	assert_eq!(outcome.cleared, Some(Cleared { price, volume: most }));
	assert_eq!(welfare(&book, &outcome.fills), None);
	let book = [order(1, 1, Side::Bid, most, 1), order(2, 2, Side::Bid, 1, 1)];
	assert_eq!(clear(&book), Err(BookError::TooMuch));
	let book = [order(1, 1, Side::Bid, 1, 1), order(1, 2, Side::Offer, 1, 1)];
	assert_eq!(clear(&book), Err(BookError::DuplicateOrder));
	assert_eq!(clear::<u8>(&[]).unwrap(), Outcome { cleared: None, fills: Vec::new() });
}
