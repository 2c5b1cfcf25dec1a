//! A call auction: one price for a book of divisible limit orders.
//!
//! # The rule
//!
//! 1. An account's own bids and offers that would trade with each other are taken off both first, the
//!    best ones first: nobody sets a price by trading with himself.
//! 2. Of what is left, as much is traded as gains somebody something, and what gains nobody anything
//!    and costs nobody anything: the volume is the largest of those whose welfare is the largest.
//!    *Welfare* is what buyers were ready to pay less what sellers asked.
//! 3. All of it has one price: the midpoint, rounded down, of the prices at which nobody who could
//!    trade more would, and nobody trades who would rather not.
//! 4. Orders strictly inside the price are filled whole, orders outside not at all. Orders at the
//!    price share what is left of the volume in proportion to their quantities; units that do not
//!    divide go to the largest remainders, then to the lower numbers. Who came first is of no matter.
//!    Orders with a number of [`LAST_RESORT`] or above share what the others at the price leave.
//!
//! The outcome depends on the orders alone, and not on the sequence they are given in.
//!
//! Sorting takes most of the time: `n log n` steps for `n` orders.
//!
//! ```
//! use meterproof_clearing::{clear, Cleared, Order, Side};
//!
//! let order = |id, account, side, quantity, limit| Order { id, account, side, quantity, limit };
//! let book = [
//!     order(1, "household", Side::Offer, 800, 12),
//!     order(2, "bakery", Side::Bid, 500, 20),
//!     order(3, "school", Side::Bid, 500, 20),
//! ];
//! let outcome = clear(&book).unwrap();
//! // There is too little, so the price is what the buyers pay, and both get the same.
//! assert_eq!(outcome.cleared, Some(Cleared { price: 20, volume: 800 }));
//! assert_eq!(outcome.fills.iter().map(|fill| fill.filled).collect::<Vec<_>>(), [800, 400, 400]);
//! ```
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used)]

extern crate alloc;

mod crossing;
mod netting;
mod sharing;

use alloc::vec::Vec;

#[cfg(feature = "codec")]
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
#[cfg(feature = "scale-info")]
use scale_info::TypeInfo;
#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

pub use crossing::Cleared;

/// An amount of what is traded, in base units (Wh, litres).
pub type Quantity = u64;

/// Smallest units of money for one base unit.
pub type Price = u128;

/// Orders with this number or a higher one are of last resort: at the price, the others are filled first. They
/// count for welfare, volume and price as any order does. Numbers up to this one and the next are exact in
/// every JSON library.
pub const LAST_RESORT: u64 = 9_007_199_254_740_990;

/// What an order does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "codec", derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen))]
#[cfg_attr(feature = "scale-info", derive(TypeInfo))]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(rename_all = "camelCase"))]
pub enum Side {
	/// Buys at the limit or below.
	#[cfg_attr(feature = "codec", codec(index = 0))]
	Bid,
	/// Sells at the limit or above.
	#[cfg_attr(feature = "codec", codec(index = 1))]
	Offer,
}

/// A divisible limit order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order<Account> {
	/// Its number, which no other order of the book has.
	pub id: u64,
	/// Whose it is.
	pub account: Account,
	/// What it does.
	pub side: Side,
	/// The most that it trades.
	pub quantity: Quantity,
	/// The worst price that it takes.
	pub limit: Price,
}

/// What becomes of one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
	/// The order's number.
	pub id: u64,
	/// What it does.
	pub side: Side,
	/// The quantity that would have traded with the order's own account, and is not traded.
	pub netted: Quantity,
	/// The quantity that the order trades at the price, with other accounts.
	pub filled: Quantity,
}

/// What becomes of a book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
	/// The price and the volume; none if nobody trades.
	pub cleared: Option<Cleared>,
	/// One entry for each order, by number.
	pub fills: Vec<Fill>,
}

/// Why a book was not cleared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BookError {
	/// Two orders have one number.
	DuplicateOrder,
	/// One side's quantities add up to more than 2^64 - 1.
	TooMuch,
}

/// An order on its way through the rule.
#[derive(Clone, Debug)]
struct Entry {
	id: u64,
	side: Side,
	limit: Price,
	quantity: Quantity,
	netted: Quantity,
	filled: Quantity,
}

impl Entry {
	/// The quantity that the order offers to other accounts.
	fn open(&self) -> Quantity {
		self.quantity.saturating_sub(self.netted)
	}

	/// Whether the others at the price come first.
	fn is_of_last_resort(&self) -> bool {
		self.id >= LAST_RESORT
	}
}

/// Clears a book.
pub fn clear<Account: Ord>(orders: &[Order<Account>]) -> Result<Outcome, BookError> {
	let mut entries = netting::net(orders);
	let (mut bids, mut offers): (Vec<_>, Vec<_>) =
		entries.drain(..).partition(|entry| entry.side == Side::Bid);
	for side in [&bids, &offers] {
		side.iter()
			.try_fold(0, |sum: Quantity, entry| sum.checked_add(entry.quantity))
			.ok_or(BookError::TooMuch)?;
	}
	// The best first; of equals the lower number, so that every run of the rule is the same.
	bids.sort_unstable_by(|a, b| b.limit.cmp(&a.limit).then(a.id.cmp(&b.id)));
	offers.sort_unstable_by(|a, b| a.limit.cmp(&b.limit).then(a.id.cmp(&b.id)));
	let cleared = crossing::cross(&bids, &offers);
	if let Some(Cleared { price, volume }) = cleared {
		sharing::share(&mut bids, volume, price, |limit| limit > price);
		sharing::share(&mut offers, volume, price, |limit| limit < price);
	}
	let mut fills: Vec<_> = bids
		.iter()
		.chain(&offers)
		.map(|&Entry { id, side, netted, filled, .. }| Fill { id, side, netted, filled })
		.collect();
	fills.sort_unstable_by_key(|fill| fill.id);
	let mut pairs = fills.iter().zip(fills.iter().skip(1));
	if pairs.any(|(one, next)| one.id == next.id) {
		return Err(BookError::DuplicateOrder);
	}
	Ok(Outcome { cleared, fills })
}

/// What buyers were ready to pay less what sellers asked, over all fills: never negative. None if it is
/// above 2^128 - 1, as it may be with limits beyond any money, or if the fills are not the book's.
pub fn welfare<Account>(orders: &[Order<Account>], fills: &[Fill]) -> Option<u128> {
	let (mut ready, mut asked) = (0u128, 0u128);
	for order in orders {
		let at = fills.binary_search_by_key(&order.id, |fill| fill.id).ok()?;
		let worth = order.limit.checked_mul(fills.get(at)?.filled.into())?;
		let sum = match order.side {
			Side::Bid => &mut ready,
			Side::Offer => &mut asked,
		};
		*sum = sum.checked_add(worth)?;
	}
	ready.checked_sub(asked)
}
