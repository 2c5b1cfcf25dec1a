//! The trades of a cleared book.

use meterproof_clearing::{Fill, Side};

/// One trade of a cleared book: who sells how much to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
	/// Number of the offer.
	pub offer: u64,
	/// Number of the bid.
	pub bid: u64,
	/// In base units.
	pub quantity: u64,
}

/// Filled bids and filled offers, in the order of their numbers, against each other. Fills come by number,
/// as the rule gives them.
pub fn pairs(fills: &[Fill]) -> Vec<Pair> {
	let of = |side: Side| {
		let filled = fills.iter().filter(move |fill| fill.side == side && fill.filled > 0);
		filled.map(|fill| (fill.id, fill.filled))
	};
	let mut pairs = Vec::new();
	let mut offers = of(Side::Offer);
	let mut at_hand: Option<(u64, u64)> = None;
	for (bid, mut wanted) in of(Side::Bid) {
		while wanted > 0 {
			// Both sides are filled with the same volume.
			let Some((offer, left)) = at_hand.take().or_else(|| offers.next()) else {
				return pairs;
			};
			let quantity = wanted.min(left);
			pairs.push(Pair { offer, bid, quantity });
			wanted = wanted.saturating_sub(quantity);
			let left = left.saturating_sub(quantity);
			at_hand = (left > 0).then_some((offer, left));
		}
	}
	pairs
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn fills_meet_in_the_order_of_their_numbers() {
		let fill = |side| {
			move |(id, filled): &(u64, u64)| Fill { id: *id, side, netted: 0, filled: *filled }
		};
		let bids = [(2, 30), (5, 70), (6, 0)];
		let offers = [(1, 10), (3, 60), (4, 30)];
		let mut fills: Vec<_> = bids.iter().map(fill(Side::Bid)).collect();
		fills.extend(offers.iter().map(fill(Side::Offer)));
		fills.sort_by_key(|fill| fill.id);
		let told: Vec<_> =
			pairs(&fills).iter().map(|pair| (pair.offer, pair.bid, pair.quantity)).collect();
		assert_eq!(told, [(1, 2, 10), (3, 2, 20), (3, 5, 40), (4, 5, 30)]);
	}
}
