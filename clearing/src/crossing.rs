//! How much is traded, and at which price.

use crate::{Entry, Price, Quantity};

/// Where a book's two sides meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cleared {
	/// The price of every fill.
	pub price: Price,
	/// What all bids together are filled with, and all offers: at least 1.
	pub volume: Quantity,
}

/// Where bids and offers meet, both best first. One side's quantities add up to less than 2^64.
pub fn cross(bids: &[Entry], offers: &[Entry]) -> Option<Cleared> {
	let (mut volume, mut last) = (0 as Quantity, None);
	let open = |entries: &[Entry]| -> alloc::vec::Vec<(Price, Quantity)> {
		entries
			.iter()
			.map(|entry| (entry.limit, entry.open()))
			.filter(|(_, quantity)| *quantity > 0)
			.collect()
	};
	let (mut bids, mut offers) = (open(bids).into_iter(), open(offers).into_iter());
	let (mut bid, mut offer) = (bids.next(), offers.next());
	while let (Some((ready, wanted)), Some((asked, given))) = (bid, offer) {
		if ready < asked {
			break;
		}
		let common = wanted.min(given);
		volume = volume.saturating_add(common);
		last = Some((asked, ready));
		bid = rest(ready, wanted, common).or_else(|| bids.next());
		offer = rest(asked, given, common).or_else(|| offers.next());
	}
	let (asked, ready) = last?;
	// Above what the next bid would pay, and above what the last offer asks; below what the last bid pays,
	// and below what the next offer asks.
	let lowest = bid.map_or(asked, |(next, _)| asked.max(next));
	let highest = offer.map_or(ready, |(next, _)| ready.min(next));
	// The next bid pays no more than the last one and less than the next offer asks, and the next offer asks
	// no less than the last one: so the lowest is not above the highest.
	let price = lowest.saturating_add(highest.saturating_sub(lowest).checked_div(2)?);
	Some(Cleared { price, volume })
}

fn rest(limit: Price, quantity: Quantity, common: Quantity) -> Option<(Price, Quantity)> {
	let left = quantity.saturating_sub(common);
	(left > 0).then_some((limit, left))
}
