//! Orders that the agent signed of itself.

use std::fmt;

use codec::{Decode, Encode};

use crate::types::Resource;

/// An order that was about to be signed, and what became of it.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct OrderRow {
	/// Which of all that were ever signed, from 0.
	pub number: u64,
	/// The zone of the order's book.
	pub zone: u32,
	/// What is traded.
	pub resource: Resource,
	/// Whether the order buys; otherwise it sells.
	pub is_bid: bool,
	/// The period of its book.
	pub period: u64,
	/// The period's start, Unix ms.
	pub start_ms: u64,
	/// The order's quantity in base units.
	pub quantity: u64,
	/// The worst price that the order takes, in the token's smallest unit per base unit.
	pub limit: u128,
	/// What is at stake for each base unit.
	pub rate: u128,
	/// When it was signed, Unix ms.
	pub at_ms: u64,
	/// Why the order was wanted, which tells readings.
	pub why: String,
	/// What a node says became of the call.
	pub became: Became,
}

/// Without what tells readings: quantity and reason.
impl fmt::Debug for OrderRow {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		let Self { number, zone, resource, is_bid, period, became, .. } = self;
		formatter
			.debug_struct("OrderRow")
			.field("number", number)
			.field("zone", zone)
			.field("resource", resource)
			.field("is_bid", is_bid)
			.field("period", period)
			.field("became", became)
			.finish_non_exhaustive()
	}
}

/// What became of a call that places an order.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Became {
	/// Nobody has said so: it may stand, or enter a block yet.
	#[codec(index = 0)]
	Unknown,
	/// It is in a final block.
	#[codec(index = 1)]
	Placed {
		/// The order's number on the chain.
		order: u64,
	},
	/// It was refused.
	#[codec(index = 2)]
	Refused {
		/// The refusal's stable name.
		name: String,
	},
}

/// Which calls are counted together: zone, resource, whether they bid, and the day.
pub type CallsKey = (u32, Resource, bool, u64);

/// How many calls of one side, cancellations included, were about to be signed on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct CallsRow {
	/// The zone of the order's book.
	pub zone: u32,
	/// What is traded.
	pub resource: Resource,
	/// Whether the side buys. Otherwise it sells.
	pub is_bid: bool,
	/// The day, in days since 1970 by UTC.
	pub day: u64,
	/// How many.
	pub count: u64,
}

impl CallsRow {
	/// With which others they are counted.
	pub fn key(&self) -> CallsKey {
		(self.zone, self.resource, self.is_bid, self.day)
	}
}

impl OrderRow {
	/// The money at stake, whatever became of it.
	pub fn stake(&self) -> u128 {
		self.rate.saturating_mul(self.quantity.into())
	}
}
