//! An account's own orders, against each other.

use alloc::vec::Vec;

use crate::{Entry, Order, Side};

/// The orders, with what each of them would trade with its own account.
pub fn net<Account: Ord>(orders: &[Order<Account>]) -> Vec<Entry> {
	let mut sorted: Vec<&Order<Account>> = orders.iter().collect();
	// By account: bids, best first, then offers, best first.
	sorted.sort_unstable_by(|a, b| {
		let best = match a.side {
			Side::Bid => b.limit.cmp(&a.limit),
			Side::Offer => a.limit.cmp(&b.limit),
		};
		a.account.cmp(&b.account).then(a.side.cmp(&b.side)).then(best).then(a.id.cmp(&b.id))
	});
	let mut entries = Vec::with_capacity(sorted.len());
	for own in sorted.chunk_by(|a, b| a.account == b.account) {
		let split = own.partition_point(|order| order.side == Side::Bid);
		let (bids, offers) = own.split_at(split);
		let (mut bids, mut offers) = (all(bids), all(offers));
		cancel(&mut bids, &mut offers);
		entries.append(&mut bids);
		entries.append(&mut offers);
	}
	entries
}

fn all<Account>(orders: &[&Order<Account>]) -> Vec<Entry> {
	let entry = |order: &&Order<Account>| Entry {
		id: order.id,
		side: order.side,
		limit: order.limit,
		quantity: order.quantity,
		netted: 0,
		filled: 0,
	};
	orders.iter().map(entry).collect()
}

/// Takes what bids and offers of one account would trade off both, the best first.
fn cancel(bids: &mut [Entry], offers: &mut [Entry]) {
	let (mut bids, mut offers) = (bids.iter_mut().peekable(), offers.iter_mut().peekable());
	while let (Some(bid), Some(offer)) = (bids.peek_mut(), offers.peek_mut()) {
		if bid.limit < offer.limit {
			break;
		}
		let common = bid.open().min(offer.open());
		bid.netted = bid.netted.saturating_add(common);
		offer.netted = offer.netted.saturating_add(common);
		let (bid_is_used, offer_is_used) = (bid.open() == 0, offer.open() == 0);
		if bid_is_used {
			bids.next();
		}
		if offer_is_used {
			offers.next();
		}
	}
}
