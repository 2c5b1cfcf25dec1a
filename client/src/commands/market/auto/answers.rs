//! What a node tells of the account's orders and trades.

use meterproof_clearing::Side;
use serde::{de::DeserializeOwned, Deserialize};
use serde_json::Value;
use subxt::utils::AccountId32;

use crate::{
	error::{Error, Result},
	rpc,
	standing::plan::{Standing, Traded},
	types::{Direction, Resource},
};

/// An order that stands somewhere.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Own {
	id: u64,
	side: Side,
	zone: u32,
	resource: Resource,
	quantity: u64,
	imbalance_price: String,
	open: Vec<Open>,
}

#[derive(Clone, Debug, Deserialize)]
struct Open {
	period: u64,
	limit: String,
}

/// A trade, whatever has become of it.
#[derive(Clone, Debug, Deserialize)]
pub struct OwnTrade {
	#[serde(flatten)]
	trade: rpc::Trade,
	state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum State {
	Offered,
	Accepted,
	Settled,
}

/// All of it, and what is looked for in it.
pub struct Answers {
	/// Whose.
	pub account: AccountId32,
	/// Where.
	pub zone: u32,
	/// Of what.
	pub resource: Resource,
	/// The account's orders.
	pub orders: Vec<Own>,
	/// The account's trades.
	pub trades: Vec<OwnTrade>,
}

impl Own {
	/// Reads what `market_orders` answers.
	pub fn read(values: Vec<Value>) -> Result<Vec<Self>> {
		let orders: Vec<Self> = read("market_orders", values)?;
		for order in &orders {
			amount("market_orders", &order.imbalance_price)?;
			order
				.open
				.iter()
				.try_for_each(|open| amount("market_orders", &open.limit).map(drop))?;
		}
		Ok(orders)
	}
}

impl OwnTrade {
	/// Reads what `market_trades` answers.
	pub fn read(values: Vec<Value>) -> Result<Vec<Self>> {
		let trades: Vec<Self> = read("market_trades", values)?;
		for own in &trades {
			amount("market_trades", &own.trade.price)?;
			amount("market_trades", &own.trade.imbalance_price)?;
		}
		Ok(trades)
	}
}

impl Answers {
	/// How many places in books the account's orders have.
	pub fn places(&self) -> usize {
		self.orders.iter().map(|own| own.open.len()).fold(0, usize::saturating_add)
	}

	/// The account's orders on one side that stand in a period's book.
	pub fn standing(&self, side: Side, period: u64) -> Vec<Standing> {
		let mut standing = Vec::new();
		for own in &self.orders {
			if (own.side, own.zone, own.resource) != (side, self.zone, self.resource) {
				continue;
			}
			let Some(open) = own.open.iter().find(|open| open.period == period) else { continue };
			let limit = open.limit.parse().unwrap_or_default();
			let rate = match side {
				Side::Bid => limit,
				Side::Offer => own.imbalance_price.parse().unwrap_or_default(),
			};
			standing.push(Standing { order: own.id, quantity: own.quantity, limit, rate });
		}
		standing
	}

	/// What the account has agreed to on one side of a period, direct trades and offers of them included.
	pub fn traded(&self, side: Side, period: u64) -> Traded {
		let mut sum = Traded::default();
		for OwnTrade { trade, state } in &self.trades {
			let seller = &trade.seller;
			let is_here = (trade.first..=trade.last).contains(&period)
				&& (seller.zone, seller.resource) == (self.zone, self.resource);
			let (is_own, rate) = match side {
				Side::Offer => {
					let own = seller.operator == self.account;
					(own && seller.direction == Direction::Export, &trade.imbalance_price)
				},
				Side::Bid => {
					(trade.buyer == self.account && *state != State::Offered, &trade.price)
				},
			};
			if is_here && is_own {
				let rate: u128 = rate.parse().unwrap_or_default();
				sum.quantity = sum.quantity.saturating_add(trade.quantity);
				sum.money = sum.money.saturating_add(rate.saturating_mul(trade.quantity.into()));
			}
		}
		sum
	}
}

fn read<T: DeserializeOwned>(method: &str, values: Vec<Value>) -> Result<Vec<T>> {
	let read = values.into_iter().map(serde_json::from_value).collect::<Result<_, _>>();
	read.map_err(|error| {
		Error::new("UnexpectedAnswer", format!("{method} answered something else: {error}"))
	})
}

fn amount(method: &str, text: &str) -> Result<u128> {
	let message = || format!("{method} answered an amount that is no number");
	text.parse().map_err(|_| Error::new("UnexpectedAnswer", message()))
}
