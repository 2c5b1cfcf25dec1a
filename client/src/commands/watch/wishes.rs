//! What is to be watched: the subscription, and what its filters let through.

use serde_json::{json, Value};

use crate::{
	cli::{StateArg, WatchArgs, WatchCommand},
	error::{Error, Result},
	types::{parse_address, parse_group, Evidence},
};

/// What changes are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
	Offers,
	Trades,
	Settlements,
	Clearings,
}

impl Kind {
	/// The methods that begin and end a subscription.
	pub fn methods(self) -> [&'static str; 2] {
		match self {
			Self::Offers => ["market_subscribeOffers", "market_unsubscribeOffers"],
			Self::Trades => ["market_subscribeTrades", "market_unsubscribeTrades"],
			Self::Settlements => {
				["settlement_subscribeSettlements", "settlement_unsubscribeSettlements"]
			},
			Self::Clearings => ["market_subscribeClearings", "market_unsubscribeClearings"],
		}
	}
}

/// A subscription's filters, by the names that the methods have for them; null where there is none.
#[derive(Clone, Debug)]
pub struct Wishes {
	pub kind: Kind,
	named: Vec<(&'static str, Value)>,
}

impl Wishes {
	/// The wishes that the command line has.
	pub fn of(command: &WatchCommand) -> Result<Self> {
		let account = |text: &Option<String>| -> Result<Value> {
			Ok(json!(text.as_deref().map(parse_address).transpose()?))
		};
		let (kind, all, named) = match command {
			WatchCommand::Offers(args) => {
				let WatchArgs { zone, from, to, .. } = args.all;
				let named = vec![
					("zone", json!(zone)),
					("resource", json!(args.resource)),
					("from", json!(from)),
					("to", json!(to)),
					("leastEvidence", json!(args.least_evidence)),
					("seller", account(&args.seller)?),
					("buyer", account(&args.buyer)?),
				];
				(Kind::Offers, &args.all, named)
			},
			WatchCommand::Trades(args) => {
				let WatchArgs { zone, from, to, .. } = args.all;
				let state = args.state.map(|state| match state {
					StateArg::Offered => "offered",
					StateArg::Accepted => "accepted",
					StateArg::Settled => "settled",
				});
				let named = vec![
					("account", account(&args.of)?),
					("zone", json!(zone)),
					("from", json!(from)),
					("to", json!(to)),
					("state", json!(state)),
				];
				(Kind::Trades, &args.all, named)
			},
			WatchCommand::Settlements(args) => {
				let WatchArgs { zone, from, to, .. } = args.all;
				let named = vec![
					("group", json!(args.group.as_deref().map(parse_group).transpose()?)),
					("zone", json!(zone)),
					("from", json!(from)),
					("to", json!(to)),
					("account", account(&args.of)?),
				];
				(Kind::Settlements, &args.all, named)
			},
			WatchCommand::Clearings(args) => {
				let WatchArgs { zone, from, to, .. } = args.all;
				let named = vec![
					("zone", json!(zone)),
					("resource", json!(args.resource)),
					("from", json!(from)),
					("to", json!(to)),
					("account", account(&args.of)?),
				];
				(Kind::Clearings, &args.all, named)
			},
		};
		if let (Some(from), Some(to)) = (all.from, all.to) {
			if to < from {
				return Err(Error::new("EmptyRange", "the last period comes before the first"));
			}
		}
		let blocks = ("blocks", json!(if all.best { "best" } else { "finalized" }));
		let named = named.into_iter().chain([blocks]).collect();
		Ok(Self { kind, named })
	}

	/// The subscription's parameters, in their order.
	pub fn parameters(&self) -> Vec<Value> {
		self.named.iter().map(|(_, value)| value.clone()).collect()
	}

	/// The filters' names, in their order.
	#[cfg(test)]
	pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
		self.named.iter().map(|(name, _)| *name)
	}

	/// A filter; null where it is left out.
	pub fn wish(&self, name: &str) -> &Value {
		let found = self.named.iter().find(|(known, _)| *known == name);
		found.map_or(&Value::Null, |(_, value)| value)
	}

	/// Whether a trade that was asked for is one that the subscription tells of.
	pub fn fit(&self, trade: &Value) -> bool {
		let seller = &trade["seller"];
		let same = |name, is: &Value| self.wish(name).is_null() || self.wish(name) == is;
		let account = self.wish("account");
		let (first, last) = (trade["first"].as_u64(), trade["last"].as_u64());
		same("zone", &seller["zone"])
			&& same("resource", &seller["resource"])
			&& same("seller", &seller["operator"])
			&& same("buyer", &trade["buyer"])
			&& same("state", &trade["state"])
			&& (account.is_null() || *account == seller["operator"] || *account == trade["buyer"])
			&& self.wish("from").as_u64().is_none_or(|from| last >= Some(from))
			&& self.wish("to").as_u64().is_none_or(|to| first.is_some_and(|first| first <= to))
			&& grade(self.wish("leastEvidence"))
				.is_none_or(|least| grade(&trade["evidence"]) >= Some(least))
	}
}

fn grade(value: &Value) -> Option<Evidence> {
	value.as_str().and_then(|name| name.parse().ok())
}
