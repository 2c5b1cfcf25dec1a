//! Which trades are made, and what must become of them.

use meterproof_driver::account::Offer;

use crate::parties::{Share, BACKSTOP};

/// Which period of the demo no proof is sent in, for [`SILENT`]: the first, so that its deadline
/// passes soonest.
pub const SILENT_PERIOD: usize = 0;

/// The operator whose readings of that period nobody proves: Dave.
pub const SILENT: usize = 2;

/// The trade whose seller is paid into notes, by its place among the trades.
pub const NOTED: usize = 2;

/// The trade that is sealed: alone with its seller and its period, and less is delivered than sold.
pub const SEALED: usize = 3;

/// The first of the trades that the book makes, by its place among the trades: they come last.
pub const BOOKED: usize = 8;

/// The period whose book has orders. Whoever sells there sells nothing directly.
pub const BOOK_PERIOD: usize = 1;

/// Thousandths of a token per kWh: what the backstop buys for, at which the book is cleared, and what it sells
/// for, which is what a missing kWh costs.
pub const BUYS: u32 = 80;
pub const SELLS: u32 = 300;

/// Thousandths of a token as tokens.
pub fn per_kwh(price: u32) -> String {
	format!("{}.{:03}", price / 1_000, price % 1_000)
}

/// Thousandths of a token per kWh as smallest units per Wh: a token has 10^12 of them.
pub fn unit(price: u32) -> u128 {
	u128::from(price) * 1_000_000
}

/// How a trade ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
	/// Everything was proved.
	Fully,
	/// Less was metered than sold.
	Partly,
	/// Nobody sent a proof.
	NoProof,
}

impl Ending {
	/// For the table.
	pub fn text(self) -> &'static str {
		match self {
			Self::Fully => "fully delivered",
			Self::Partly => "partly delivered",
			Self::NoProof => "proof never sent",
		}
	}
}

/// A trade to make. Operators are indices, periods count from the demo's first.
#[derive(Clone, Debug)]
pub struct Planned {
	/// Whose meters deliver.
	pub seller: usize,
	/// Who pays.
	pub buyer: usize,
	/// Wh in each period.
	pub quantity: u64,
	/// Thousandths of a token per kWh.
	pub price: u32,
	/// First period.
	pub first: usize,
	/// Last period, inclusive.
	pub last: usize,
}

impl Planned {
	/// As it is offered, the demo's first period being `base`.
	pub fn offer(&self, base: u64) -> Offer {
		Offer {
			quantity: self.quantity,
			price: per_kwh(self.price),
			first: base + self.first as u64,
			last: base + self.last as u64,
		}
	}

	/// Smallest units per Wh.
	pub fn unit_price(&self) -> u128 {
		unit(self.price)
	}

	/// Whether it delivers in a period.
	pub fn covers(&self, period: usize) -> bool {
		(self.first..=self.last).contains(&period)
	}
}

/// The trades: several operators sell in each period, and every ending occurs.
pub fn trades(shares: &[Share], periods: usize) -> Vec<Planned> {
	let [bob, charlie, dave, eve] = [0, 1, SILENT, 3];
	let last = periods - 1;
	let least = |own: usize, from: usize, to: usize| {
		shares[own].exports[from..=to].iter().min().copied().unwrap_or(0)
	};
	let trade = |seller, buyer, quantity, price, first, last| Planned {
		seller,
		buyer,
		quantity,
		price,
		first,
		last,
	};
	let offered = least(eve, BOOK_PERIOD, BOOK_PERIOD) * 13 / 10 + 2;
	let bid = offered * 4 / 10;
	vec![
		// Two buyers share Bob's first period: one claim settles both.
		trade(bob, charlie, least(bob, 0, last) * 6 / 10, 212, 0, last),
		trade(bob, dave, least(bob, 0, 0) * 3 / 10, 230, 0, 0),
		trade(charlie, bob, least(charlie, 0, 0) * 9 / 10, 205, 0, 0),
		// More than Charlie's roofs make.
		trade(charlie, eve, least(charlie, 1, 1) * 13 / 10, 240, 1, 1),
		trade(dave, bob, least(dave, 0, 0) * 8 / 10, 198, SILENT_PERIOD, SILENT_PERIOD),
		trade(dave, eve, least(dave, 1, last) * 7 / 10, 221, 1, last),
		// Two trades share what is too little for both.
		trade(eve, dave, least(eve, last, last) * 8 / 10, 250, last, last),
		trade(eve, charlie, least(eve, last, last) * 4 / 10, 190, last, last),
		// The book: Eve offers more than her roofs make, and the backstop buys what Bob leaves.
		trade(eve, bob, bid, BUYS, BOOK_PERIOD, BOOK_PERIOD),
		trade(eve, BACKSTOP, offered - bid, BUYS, BOOK_PERIOD, BOOK_PERIOD),
	]
}

/// The most that the backstop buys and sells of a period: more than is offered in the book.
pub fn posted(shares: &[Share], periods: usize) -> u64 {
	let trades = trades(shares, periods);
	trades.iter().skip(BOOKED).map(|trade| 2 * trade.quantity).sum()
}

/// What must become of one period of one trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
	/// Index of the trade.
	pub trade: usize,
	/// Counted from the demo's first.
	pub period: usize,
	/// In Wh.
	pub contracted: u64,
	/// In Wh.
	pub delivered: u64,
}

/// The rule of settlement, applied to what was really metered.
pub fn expected(trades: &[Planned], shares: &[Share], periods: usize) -> Vec<Expected> {
	let mut all = Vec::new();
	for period in 0..periods {
		for (seller, share) in shares.iter().enumerate() {
			let group: Vec<usize> = (0..trades.len())
				.filter(|trade| trades[*trade].seller == seller && trades[*trade].covers(period))
				.collect();
			let quantities: Vec<u64> = group.iter().map(|trade| trades[*trade].quantity).collect();
			let contracted: u64 = quantities.iter().sum();
			let silent = seller == SILENT && period == SILENT_PERIOD;
			let proved = if silent { 0 } else { contracted.min(share.exports[period]) };
			for (trade, delivered) in group.iter().zip(split(proved, &quantities)) {
				let contracted = trades[*trade].quantity;
				all.push(Expected { trade: *trade, period, contracted, delivered });
			}
		}
	}
	all.sort_by_key(|row| (row.trade, row.period));
	all
}

/// Shares in proportion, rounded down; the first ones get what remains, one Wh each.
fn split(delivered: u64, quantities: &[u64]) -> Vec<u64> {
	let total: u64 = quantities.iter().sum();
	if total == 0 {
		return Vec::new();
	}
	let mut shares: Vec<u64> =
		quantities.iter().map(|quantity| delivered * quantity / total).collect();
	let remainder = delivered - shares.iter().sum::<u64>();
	let short = shares.iter_mut().zip(quantities).filter(|(share, quantity)| **share < **quantity);
	for (share, _) in short.take(remainder as usize) {
		*share += 1;
	}
	shares
}

/// How a trade ends, from what must become of its periods.
pub fn ending(trade: usize, expected: &[Expected]) -> Ending {
	let rows = || expected.iter().filter(|row| row.trade == trade);
	let (contracted, delivered) = rows().fold((0, 0), |(contracted, delivered), row| {
		(contracted + row.contracted, delivered + row.delivered)
	});
	match delivered {
		0 => Ending::NoProof,
		_ if delivered == contracted => Ending::Fully,
		_ => Ending::Partly,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn shares(periods: usize) -> Vec<Share> {
		let share = |scale: u64| Share {
			meters: Vec::new(),
			solar: 0,
			exports: (0..periods as u64).map(|period| scale + period * 7).collect(),
		};
		vec![share(1_000), share(333), share(20), share(97)]
	}

	#[test]
	fn every_ending_occurs_and_several_operators_are_in_each_proof() {
		for periods in 3..8 {
			let shares = shares(periods);
			let trades = trades(&shares, periods);
			let expected = expected(&trades, &shares, periods);
			let endings: Vec<Ending> = (0..trades.len()).map(|t| ending(t, &expected)).collect();
			for wanted in [Ending::Fully, Ending::Partly, Ending::NoProof] {
				assert!(endings.contains(&wanted), "{periods}: {endings:?}");
			}
			for period in 0..periods {
				let mut sellers: Vec<usize> = expected
					.iter()
					.filter(|row| row.period == period && row.delivered > 0)
					.map(|row| trades[row.trade].seller)
					.collect();
				sellers.dedup();
				assert!(sellers.len() >= 2, "{periods}: period {period} has {sellers:?}");
			}
			assert!(trades.iter().all(|trade| trade.quantity > 0 && trade.seller != trade.buyer));
		}
	}

	#[test]
	fn the_sealed_trade_is_alone_and_partly_delivered() {
		for periods in 3..8 {
			let shares = shares(periods);
			let trades = trades(&shares, periods);
			let sealed = &trades[SEALED];
			for (index, other) in trades.iter().enumerate().filter(|(index, _)| *index != SEALED) {
				let shared = (0..periods).any(|at| other.covers(at) && sealed.covers(at));
				assert!(other.seller != sealed.seller || !shared, "trade {index}");
			}
			let expected = expected(&trades, &shares, periods);
			assert_eq!(ending(SEALED, &expected), Ending::Partly);
			for period in (0..periods).filter(|period| sealed.covers(*period)) {
				let open = |row: &&Expected| row.period == period && row.trade != SEALED;
				let mut rows = expected.iter().filter(open);
				assert!(rows.any(|row| row.delivered > 0), "one proof is not sealed");
			}
		}
	}

	#[test]
	fn the_book_is_apart_and_less_is_delivered_than_sold() {
		for periods in 3..8 {
			let shares = shares(periods);
			let trades = trades(&shares, periods);
			let (direct, booked) = trades.split_at(BOOKED);
			assert_eq!(booked.len(), 2);
			let seller = booked[0].seller;
			assert!(direct
				.iter()
				.all(|trade| trade.seller != seller || !trade.covers(BOOK_PERIOD)));
			assert!(booked.iter().all(|trade| trade.seller == seller && trade.covers(BOOK_PERIOD)));
			let sold: u64 = booked.iter().map(|trade| trade.quantity).sum();
			assert!(shares[seller].exports[BOOK_PERIOD] < sold && sold < posted(&shares, periods));
			let expected = expected(&trades, &shares, periods);
			for index in BOOKED..trades.len() {
				assert_eq!(ending(index, &expected), Ending::Partly);
			}
		}
	}

	#[test]
	fn shares_add_up_and_none_is_too_large() {
		assert_eq!(split(10, &[8, 4]), [7, 3]);
		assert_eq!(split(12, &[8, 4]), [8, 4]);
		assert_eq!(split(0, &[8, 4]), [0, 0]);
		assert_eq!(split(2, &[1, 1, 1]), [1, 1, 0]);
		assert!(split(0, &[]).is_empty());
	}

	#[test]
	fn prices_are_exact() {
		let trade = Planned { seller: 0, buyer: 1, quantity: 5, price: 205, first: 1, last: 2 };
		let offer = trade.offer(100);
		assert_eq!((offer.price.as_str(), offer.first, offer.last), ("0.205", 101, 102));
		assert_eq!(trade.unit_price(), 205_000_000);
	}
}
