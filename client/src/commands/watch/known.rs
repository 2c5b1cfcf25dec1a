//! How things stood when they were looked at last, so that after a gap it can be said what has changed.

use std::collections::BTreeMap;

use serde_json::{json, Value};

use super::wishes::{Kind, Wishes};
use crate::{error::Result, rpc::Rpc};

/// Most periods of a group, or of a zone's books, that are asked for one by one.
const MOST_PERIODS: u64 = 96;

/// Trades by their numbers; outcomes of a group, or a zone's books of a resource, by their periods.
pub type Standing = BTreeMap<u64, Value>;

/// What is different after a gap.
#[derive(Debug, Default, PartialEq)]
pub struct Difference {
	/// What is there and was not, or was otherwise.
	pub found: Vec<Value>,
	/// What was there and is not.
	pub gone: Vec<Value>,
}

/// Asks a node how things stand. None where no method answers that.
pub async fn ask(rpc: &Rpc, wishes: &Wishes) -> Result<Option<Standing>> {
	let by_id = |trades: Vec<Value>| -> Standing {
		let fitting = trades.into_iter().filter(|trade| wishes.fit(trade));
		fitting.filter_map(|trade| Some((trade["id"].as_u64()?, trade))).collect()
	};
	match wishes.kind {
		Kind::Offers => {
			let offers = rpc.pages("market_offers", vec![wishes.wish("zone").clone()]).await?;
			Ok(Some(by_id(offers)))
		},
		Kind::Trades => match wishes.wish("account") {
			Value::Null => Ok(None),
			account => Ok(Some(by_id(rpc.pages("market_trades", vec![account.clone()]).await?))),
		},
		Kind::Settlements => {
			let (group, from, to) = (wishes.wish("group"), wishes.wish("from"), wishes.wish("to"));
			let (Some(from), Some(to)) = (from.as_u64(), to.as_u64()) else { return Ok(None) };
			if group.is_null() || to.saturating_sub(from) >= MOST_PERIODS {
				return Ok(None);
			}
			let mut settled = Standing::new();
			for period in from..=to {
				let params = vec![group.clone(), json!(period)];
				let status = rpc.raw("settlement_status", params).await?;
				if status["settled"] == true {
					let outcome = &status["outcome"];
					let line = json!({ "group": group, "period": period, "outcome": outcome });
					settled.insert(period, line);
				}
			}
			Ok(Some(settled))
		},
		Kind::Clearings => {
			let (zone, resource) = (wishes.wish("zone"), wishes.wish("resource"));
			let (from, to) = (wishes.wish("from").as_u64(), wishes.wish("to").as_u64());
			let (Some(from), Some(to)) = (from, to) else { return Ok(None) };
			if zone.is_null() || resource.is_null() || to.saturating_sub(from) >= MOST_PERIODS {
				return Ok(None);
			}
			let mut cleared = Standing::new();
			for period in from..=to {
				let params = vec![zone.clone(), resource.clone(), json!(period)];
				let clearing = rpc.raw("market_clearing", params).await?;
				if has_order_of(&clearing, wishes.wish("account")) {
					cleared.insert(period, clearing);
				}
			}
			Ok(Some(cleared))
		},
	}
}

/// Whether a book that was cleared had an order of the account, or any if none is named.
pub fn has_order_of(clearing: &Value, account: &Value) -> bool {
	let mut orders = clearing["orders"].as_array().into_iter().flatten();
	!clearing.is_null() && (account.is_null() || orders.any(|order| order["account"] == *account))
}

/// What a block's change is about: the number of its trade, or its period.
pub fn key(kind: Kind, change: &Value) -> Option<u64> {
	match kind {
		Kind::Offers | Kind::Trades => change["trade"]["id"].as_u64(),
		Kind::Settlements => change["period"].as_u64(),
		Kind::Clearings => change["clearing"]["period"].as_u64(),
	}
}

/// How things stand after a change that a block told.
pub fn apply(standing: &mut Standing, wishes: &Wishes, change: &Value) {
	let Some(key) = key(wishes.kind, change) else { return };
	let word = change["change"].as_str().unwrap_or_default();
	let is_there = match wishes.kind {
		Kind::Offers => word == "placed",
		Kind::Trades => !matches!(word, "cancelled" | "declined" | "expired" | "pruned"),
		Kind::Settlements => word != "pruned",
		Kind::Clearings => true,
	};
	let entry = match wishes.kind {
		Kind::Settlements => change.clone(),
		Kind::Clearings => change["clearing"].clone(),
		Kind::Offers | Kind::Trades => change["trade"].clone(),
	};
	if is_there {
		standing.insert(key, entry);
	} else {
		standing.remove(&key);
	}
}

/// What tells one state of a trade or a settlement from another one. The evidence of a trade changes with
/// its devices and is no change of the trade.
fn mark(entry: &Value) -> [&Value; 2] {
	[&entry["state"], &entry["settledPeriods"]]
}

/// What is different between two looks.
pub fn difference(before: &Standing, now: &Standing) -> Difference {
	let is_new = |(key, entry): &(&u64, &Value)| {
		before.get(key).is_none_or(|known| mark(known) != mark(entry))
	};
	let found = now.iter().filter(is_new).map(|(_, entry)| entry.clone()).collect();
	let gone = before.iter().filter(|(key, _)| !now.contains_key(key));
	Difference { found, gone: gone.map(|(_, entry)| entry.clone()).collect() }
}

/// Offers that are open no more may have become trades: those are found, as they stand now.
pub async fn look_for_taken(rpc: &Rpc, difference: &mut Difference) -> Result<()> {
	let mut gone = Vec::new();
	for offer in difference.gone.drain(..) {
		match rpc.raw("market_trade", vec![offer["id"].clone()]).await? {
			Value::Null => gone.push(offer),
			trade => difference.found.push(trade),
		}
	}
	difference.gone = gone;
	Ok(())
}
