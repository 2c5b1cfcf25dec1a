//! How a book was cleared. The node's word is not taken for it: the rule is applied to the orders again,
//! and everything that it gives has to be what the node tells.

use std::collections::BTreeMap;

use meterproof_clearing::{clear, BookError, Cleared, Order, Side};
use serde::Deserialize;
use serde_json::json;
use subxt::utils::AccountId32;

use super::{shown, Context};
use crate::{
	cli::BookArgs,
	error::{named_errors, Error, Result},
	pairs::{pairs, Pair},
	types::Resource,
};

named_errors! {
	/// Why a clearing is not shown as right.
	#[derive(PartialEq, Eq)]
	pub enum ClearingError {
		/// The rule gives something else.
		ClearingDiffers { what: String }
			=> "what the node tells is not what the rule makes of these orders: {what}. Ask another \
				node; if it tells the same, the chain has not kept to the rule";
		/// Another book than was asked for.
		OtherBook => "the node tells of another book than was asked for: ask another node";
		/// The chain has no record of the book's clearing.
		UnknownClearing { book: String }
			=> "{book} has no record of a clearing: its gate is open, it waits to be cleared, it had no \
				order, or the record is no longer kept; `market book` shows which";
	}
}

/// How a book was cleared, as a node tells it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Clearing {
	zone: u32,
	resource: Resource,
	period: u64,
	lapsed: bool,
	/// Per base unit, in the token's smallest unit.
	price: Option<String>,
	volume: u64,
	orders: Vec<ClearedOrder>,
	first_trade: Option<u64>,
	trades: u64,
}

/// One of its orders.
#[derive(Clone, Debug, Deserialize)]
struct ClearedOrder {
	id: u64,
	account: AccountId32,
	side: Side,
	quantity: u64,
	limit: String,
	netted: u64,
	filled: u64,
}

pub async fn show(context: &Context, args: &BookArgs) -> Result<()> {
	let chain = context.chain().await?;
	let mut told = chain.rpc.raw("market_clearing", args.parameters()).await?;
	if told.is_null() {
		return Err(ClearingError::UnknownClearing { book: args.name() }.into());
	}
	let read = serde_json::from_value::<Clearing>(told.clone());
	let clearing = read.map_err(|error| {
		let message = format!("market_clearing answered something else: {error}");
		Error::new("UnexpectedAnswer", message)
	})?;
	if (clearing.zone, clearing.resource, clearing.period)
		!= (args.zone, args.resource, args.period)
	{
		return Err(ClearingError::OtherBook.into());
	}
	let pairs = clearing.recompute()?;
	told["recomputed"] = json!("the same");
	context.output.show(&told, || shown::clearing(&told, args.resource, &clearing.numbered(&pairs)))
}

impl Clearing {
	/// Applies the rule to the orders; the trades that it gives, if everything else is as it is told.
	pub fn recompute(&self) -> Result<Vec<Pair>, ClearingError> {
		if self.lapsed {
			return self.ensure_nothing_happened();
		}
		let orders: Vec<_> =
			self.orders.iter().map(ClearedOrder::read).collect::<Result<_, _>>()?;
		let outcome = clear(&orders).map_err(|error| match error {
			BookError::DuplicateOrder => differs("two orders have one number".into()),
			BookError::TooMuch => differs("the orders are of more than a book can have".into()),
		})?;
		let price = self.price.as_deref().map(|text| amount("the price", text)).transpose()?;
		let told = price.map(|price| (price, self.volume));
		let given = outcome.cleared.map(|Cleared { price, volume }| (price, volume));
		if told != given || (told.is_none() && self.volume != 0) {
			let said = |deal: Option<(u128, u64)>| match deal {
				Some((price, volume)) => format!("{volume} base units at {price}"),
				None => "no trade".to_owned(),
			};
			return Err(differs(format!("{}, and not {}", said(given), said(told))));
		}
		let told: BTreeMap<u64, &ClearedOrder> =
			self.orders.iter().map(|order| (order.id, order)).collect();
		for fill in &outcome.fills {
			let Some(order) = told.get(&fill.id) else { continue };
			if (fill.netted, fill.filled) != (order.netted, order.filled) {
				return Err(differs(format!(
					"of order {} {} base units are netted and {} filled, and not {} and {}",
					fill.id, fill.netted, fill.filled, order.netted, order.filled
				)));
			}
		}
		let pairs = pairs(&outcome.fills);
		let trades = pairs.len() as u64;
		if self.trades != trades || self.first_trade.is_some() != (trades > 0) {
			return Err(differs(format!("{trades} trades, and not {}", self.trades)));
		}
		Ok(pairs)
	}

	fn ensure_nothing_happened(&self) -> Result<Vec<Pair>, ClearingError> {
		let untouched = self.orders.iter().all(|order| (order.netted, order.filled) == (0, 0));
		let nothing = self.price.is_none()
			&& (self.volume, self.trades, self.first_trade) == (0, 0, None)
			&& untouched;
		match nothing {
			true => Ok(Vec::new()),
			false => Err(differs("a book that lapsed fills no order".into())),
		}
	}

	/// The trades with their numbers, which follow one another.
	fn numbered(&self, pairs: &[Pair]) -> Vec<(u64, Pair)> {
		let first = self.first_trade.unwrap_or_default();
		let numbers = (0..).map(|at| first.saturating_add(at));
		numbers.zip(pairs.iter().cloned()).collect()
	}
}

impl ClearedOrder {
	fn read(&self) -> Result<Order<[u8; 32]>, ClearingError> {
		Ok(Order {
			id: self.id,
			account: self.account.0,
			side: self.side,
			quantity: self.quantity,
			limit: amount("a limit", &self.limit)?,
		})
	}
}

fn amount(what: &str, text: &str) -> Result<u128, ClearingError> {
	text.parse().map_err(|_| differs(format!("{what} is no number")))
}

fn differs(what: String) -> ClearingError {
	ClearingError::ClearingDiffers { what }
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::error::Named;
	use serde_json::Value;

	const ACCOUNTS: [&str; 3] = [
		"5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty",
		"5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw",
		"5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL",
	];

	/// Bob offers 800 at 12, and nets 50 with his own bid at 13; Eve and Ferdie bid 500 each at 20.
	fn told() -> Value {
		let order = |id: u64,
		             account: usize,
		             side: &str,
		             quantity: u64,
		             limit: &str,
		             netted: u64,
		             filled: u64| {
			json!({
				"id": id, "account": ACCOUNTS[account], "side": side, "quantity": quantity,
				"limit": limit, "netted": netted, "filled": filled,
			})
		};
		json!({
			"zone": 1, "resource": "electricity", "period": 5, "block": 61, "lapsed": false,
			"price": "20", "volume": 750, "firstTrade": 7, "trades": 2,
			"orders": [
				order(1, 0, "offer", 800, "12", 50, 750),
				order(2, 0, "bid", 50, "13", 50, 0),
				order(4, 1, "bid", 500, "20", 0, 375),
				order(9, 2, "bid", 500, "20", 0, 375),
			],
		})
	}

	fn recomputed(told: Value) -> Result<Vec<Pair>, ClearingError> {
		serde_json::from_value::<Clearing>(told).unwrap().recompute()
	}

	#[test]
	fn the_rule_gives_price_fills_and_trades_again() {
		let pairs = recomputed(told()).unwrap();
		let pair = |bid, quantity| Pair { offer: 1, bid, quantity };
		assert_eq!(pairs, [pair(4, 375), pair(9, 375)]);
		let clearing: Clearing = serde_json::from_value(told()).unwrap();
		let numbers: Vec<_> = clearing.numbered(&pairs).iter().map(|(number, _)| *number).collect();
		assert_eq!(numbers, [7, 8]);

		// The sequence of the orders is of no matter.
		let mut turned = told();
		turned["orders"].as_array_mut().unwrap().reverse();
		assert_eq!(recomputed(turned).unwrap(), pairs);
	}

	#[test]
	fn whatever_else_is_told_is_no_clearing() {
		for (pointer, lie) in [
			("/price", json!("19")),
			("/price", json!(null)),
			("/price", json!("twenty")),
			("/volume", json!(749)),
			("/trades", json!(1)),
			("/firstTrade", json!(null)),
			("/lapsed", json!(true)),
			("/orders/0/netted", json!(0)),
			("/orders/2/filled", json!(376)),
			("/orders/2/limit", json!("21")),
			("/orders/2/limit", json!("-1")),
			("/orders/0/quantity", json!(801)),
			("/orders/1/account", json!(ACCOUNTS[2])),
			("/orders/3/side", json!("offer")),
			("/orders/3/id", json!(4)),
			("/orders/2/quantity", json!(u64::MAX)),
		] {
			let mut changed = told();
			*changed.pointer_mut(pointer).unwrap() = lie.clone();
			let refused = recomputed(changed).map_err(|error| error.name().to_owned());
			assert_eq!(refused, Err("ClearingDiffers".into()), "{pointer} {lie}");
		}
		let mut fewer = told();
		fewer["orders"].as_array_mut().unwrap().pop();
		assert!(recomputed(fewer).is_err(), "an order was left out");
	}

	#[test]
	fn where_nobody_trades_nothing_is_told() {
		let mut quiet = told();
		quiet["orders"].as_array_mut().unwrap().truncate(1);
		for (field, value) in [
			("price", json!(null)),
			("volume", json!(0)),
			("trades", json!(0)),
			("firstTrade", json!(null)),
		] {
			quiet[field] = value;
		}
		for field in ["netted", "filled"] {
			quiet["orders"][0][field] = json!(0);
		}
		assert!(recomputed(quiet.clone()).unwrap().is_empty());
		quiet["lapsed"] = json!(true);
		assert!(recomputed(quiet.clone()).unwrap().is_empty());
		quiet["volume"] = json!(1);
		assert!(recomputed(quiet.clone()).is_err());
		quiet["lapsed"] = json!(false);
		assert!(recomputed(quiet).is_err());
	}
}
