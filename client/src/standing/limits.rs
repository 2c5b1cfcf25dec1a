//! What an owner allows standing orders.

use meterproof_clearing::Side;
use meterproof_statements::MAX_QUANTITY;

use crate::error::named_errors;

named_errors! {
	/// Why limits are refused.
	#[derive(PartialEq, Eq, Clone, Copy)]
	pub enum LimitsError {
		/// A limit that lets nothing through.
		NothingAllowed { what: &'static str }
			=> "{what} is 0, so that nothing could ever be ordered: leave the standing order out instead";
		/// The day has room for less than a period.
		LimitsContradict
			=> "the most money of a day is less than the most money of a period: raise the one, or lower \
				the other";
		/// No order can have this quantity.
		QuantityTooLarge => "the most quantity is 2^53 or more, and no order can have so much";
		/// The largest order costs more than money can be.
		LimitsTooLarge => "the most quantity at the limit's price is more money than there can be";
	}
}

/// What an owner allows. Money is the token's smallest unit, prices are that per base unit, quantities are in
/// base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
	/// Whether it sells or buys.
	pub side: Side,
	/// The least to be paid, or the most to pay.
	pub price: u128,
	/// The most to trade in a period.
	pub quantity: u64,
	/// The most money at stake in a period: what bids pay, and what offers lose where nothing is
	/// delivered.
	pub money: u128,
	/// The most money at stake in all periods of a day together.
	pub daily: u128,
}

impl Limits {
	/// Refuses limits that let nothing through, or contradict each other.
	pub fn ensure_sound(&self) -> Result<(), LimitsError> {
		let least = [
			("the price", self.price),
			("the most quantity", self.quantity.into()),
			("the most money of a period", self.money),
			("the most money of a day", self.daily),
		];
		if let Some((what, _)) = least.into_iter().find(|(_, limit)| *limit == 0) {
			return Err(LimitsError::NothingAllowed { what });
		}
		if self.daily < self.money {
			return Err(LimitsError::LimitsContradict);
		}
		if self.quantity >= MAX_QUANTITY {
			return Err(LimitsError::QuantityTooLarge);
		}
		match self.price.checked_mul(self.quantity.into()) {
			Some(_) => Ok(()),
			None => Err(LimitsError::LimitsTooLarge),
		}
	}

	/// Whether an order with this limit does worse for its owner than is allowed.
	pub fn forbid(&self, limit: u128) -> bool {
		match self.side {
			Side::Offer => limit < self.price,
			Side::Bid => limit > self.price,
		}
	}
}
