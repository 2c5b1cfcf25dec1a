//! Payouts that could not be made when a period was settled, and wait to be claimed.

use serde_json::{json, Value};
use subxt::{
	dynamic::{At, Value as Stored},
	ext::scale_value::Composite,
};

use super::Context;
use crate::{
	chain::{call, int, Chain},
	error::{Error, Result},
	output::objects,
};

/// What waits of one period of a trade.
struct Waiting {
	trade: u64,
	period: u64,
	/// Payment and freed collateral.
	to_seller: bool,
	/// Refund and imbalance charge.
	to_buyer: bool,
}

impl Waiting {
	fn json(&self) -> Value {
		json!({
			"trade": self.trade,
			"period": self.period,
			"toSeller": self.to_seller,
			"toBuyer": self.to_buyer,
		})
	}
}

/// Pays out one period of a trade, or all that wait.
pub async fn claim(
	context: &Context,
	trade: u64,
	period: Option<u64>,
	to_account: bool,
) -> Result<()> {
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let periods = match period {
		Some(period) => vec![period],
		None => waiting(&chain, trade).await?.iter().map(|waiting| waiting.period).collect(),
	};
	if periods.is_empty() {
		let message = format!("no payout of trade {trade} waits");
		return Err(Error::new("NothingToClaim", message));
	}
	let name = if to_account { "claim_to_account" } else { "claim" };
	let bar = context.output.bar(periods.len() as u64, "claiming");
	let mut claimed = Vec::new();
	for period in periods {
		let claim = call("Market", name, vec![int(trade), int(period)]);
		let included = chain.submit(&signer, &claim).await?;
		let events = included.events("Market", "PayoutClaimed")?;
		let paid = |side: &str| events.first().is_some_and(|event| flag(event, side));
		let (to_seller, to_buyer) = (paid("to_seller"), paid("to_buyer"));
		claimed.push(Waiting { trade, period, to_seller, to_buyer });
		bar.inc(1);
	}
	bar.finish_and_clear();
	let rows: Vec<_> = claimed.iter().map(Waiting::json).collect();
	context.output.show(&json!(rows), || format!("paid out\n{}", shown(&rows)))
}

/// Shows what waits of an account's trades.
pub async fn claimable(context: &Context, address: Option<&str>) -> Result<()> {
	let account = context.address(address)?;
	let chain = context.chain().await?;
	let trades = chain.rpc.pages("market_trades", vec![json!(account)]).await?;
	let mut rows = Vec::new();
	for trade in trades.iter().filter(|trade| trade["settledPeriods"] != json!(0)) {
		if let Some(id) = trade["id"].as_u64() {
			rows.extend(waiting(&chain, id).await?.iter().map(Waiting::json));
		}
	}
	context.output.show(&json!(rows), || shown(&rows))
}

fn shown(rows: &[Value]) -> String {
	objects(
		rows,
		&[
			("trade", "trade"),
			("period", "period"),
			("to the seller", "toSeller"),
			("to the buyer", "toBuyer"),
		],
	)
}

/// What waits of a trade: the chain counts its periods, and each period's outcome says who waits.
async fn waiting(chain: &Chain, trade: u64) -> Result<Vec<Waiting>> {
	let record = chain.storage("Market", "Trades", vec![int(trade)]).await?;
	let unknown = || Error::new("UnknownTrade", format!("no trade has the id {trade}"));
	let record = record.ok_or_else(unknown)?;
	let number = |field: &str| -> Result<u64> {
		let value = record.at(field).and_then(Stored::as_u128);
		let value = value.and_then(|value| u64::try_from(value).ok());
		let message = || format!("trade {trade} has no {field} as it should");
		value.ok_or_else(|| Error::new("UnexpectedAnswer", message()))
	};
	let (count, first, last) = (number("unpaid_periods")?, number("first")?, number("last")?);
	let mut found = Vec::new();
	for period in first..=last {
		if found.len() as u64 >= count {
			break;
		}
		let outcome = chain.storage("Market", "Outcomes", vec![int(trade), int(period)]).await?;
		let waits = |side: &str| {
			let side = outcome.as_ref().and_then(|outcome| outcome.at(side)?.as_bool());
			side.unwrap_or(false)
		};
		let (to_seller, to_buyer) = (waits("seller_unpaid"), waits("buyer_unpaid"));
		if to_seller || to_buyer {
			found.push(Waiting { trade, period, to_seller, to_buyer });
		}
	}
	Ok(found)
}

fn flag(event: &Composite<()>, field: &str) -> bool {
	event.at(field).and_then(Stored::as_bool).unwrap_or(false)
}
