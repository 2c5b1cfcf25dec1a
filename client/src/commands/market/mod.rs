//! `market`: the books of orders.

mod auto;
pub(crate) mod backstop;
pub(crate) mod balance;
pub(crate) mod clearing;
mod place;
mod shown;
mod simulate;
mod terms;

use serde_json::{json, Value};

pub use auto::{Fate, Money, Plan, Round, Wishes};

use super::Context;
use crate::{
	chain::{account, amount, call, int, number, variant, Call},
	cli::{BookArgs, ImproveArgs, MarketCommand, OwnOrder},
	error::{Error, Result},
	units::{parse_price, show_money, show_price, show_quantity},
};

pub async fn run(context: &Context, command: MarketCommand) -> Result<()> {
	match command {
		MarketCommand::Book(args) => book(context, &args).await,
		MarketCommand::Balance(args) => balance::show(context, &args).await,
		MarketCommand::Bid(args) => place::bid(context, args).await,
		MarketCommand::Offer(args) => place::offer(context, args).await,
		MarketCommand::Improve(args) => improve(context, &args).await,
		MarketCommand::Cancel(own) => cancel(context, &own).await,
		MarketCommand::Clear(args) => clear(context, &args).await,
		MarketCommand::Clearing(args) => clearing::show(context, &args).await,
		MarketCommand::Orders { address } => orders(context, address.as_deref()).await,
		MarketCommand::Claim { address } => claim(context, address.as_deref()).await,
		MarketCommand::Backstop(command) => backstop::run(context, command).await,
		MarketCommand::Auto(args) => auto::run(context, &args).await,
		MarketCommand::Simulate(args) => simulate::run(context, &args),
	}
}

impl BookArgs {
	/// The book's parameters in a question to the node.
	fn parameters(&self) -> Vec<Value> {
		vec![json!(self.zone), json!(self.resource), json!(self.period)]
	}

	/// For a person.
	fn name(&self) -> String {
		format!("the book of zone {}, {}, period {}", self.zone, self.resource, self.period)
	}
}

/// The last period of a range of which it may be left out.
fn last(from: u64, to: Option<u64>) -> Result<u64> {
	match to {
		Some(to) if to < from => {
			Err(Error::new("EmptyRange", "the last period comes before the first"))
		},
		to => Ok(to.unwrap_or(from)),
	}
}

async fn book(context: &Context, args: &BookArgs) -> Result<()> {
	let chain = context.chain().await?;
	let book = chain.rpc.raw("market_book", args.parameters()).await?;
	if book.is_null() {
		let message = format!(
			"zone {} has no registrar, so that nobody can deliver there: `registrar list` shows those \
			 of a zone",
			args.zone
		);
		return Err(Error::new("UnknownZone", message));
	}
	context.output.show(&book, || shown::book(&book, args.resource))
}

async fn improve(context: &Context, args: &ImproveArgs) -> Result<()> {
	let (order, from) = (args.own.order, args.own.from);
	let (limit, last) = (parse_price(&args.price)?, last(from, args.own.to)?);
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let improve = improvement(order, limit, from, last);
	chain.submit(&signer, &improve).await?;
	let result = json!({ "order": order, "limit": limit.to_string(), "first": from, "last": last });
	context.output.show(&result, || {
		let limit = show_price(limit);
		format!("order {order}: its limit is {limit} MPF per kWh or m3 in periods {from}..{last}")
	})
}

fn improvement(order: u64, limit: u128, first: u64, last: u64) -> Call {
	call("Book", "improve", vec![int(order), int(limit), int(first), int(last)])
}

async fn cancel(context: &Context, own: &OwnOrder) -> Result<()> {
	let (order, from, last) = (own.order, own.from, last(own.from, own.to)?);
	let signer = context.signer()?;
	let chain = context.chain().await?;
	chain.submit(&signer, &cancellation(order, from, last)).await?;
	let result = json!({ "order": order, "first": from, "last": last });
	context.output.show(&result, || {
		format!("order {order} is taken out of the books of periods {from}..{last}")
	})
}

fn cancellation(order: u64, first: u64, last: u64) -> Call {
	call("Book", "cancel", vec![int(order), int(first), int(last)])
}

async fn clear(context: &Context, args: &BookArgs) -> Result<()> {
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let place = vec![int(args.zone), variant(args.resource.variant()), int(args.period)];
	let included = chain.submit(&signer, &call("Book", "clear", place)).await?;
	let events = included.events("Book", "BookCleared")?;
	// A book whose period has ended lapses.
	let cleared = events.first();
	let count = |field| cleared.and_then(|event| number(event, field)).unwrap_or_default();
	let (volume, trades) = (count("volume"), count("trades"));
	let result = json!({
		"zone": args.zone,
		"resource": args.resource,
		"period": args.period,
		"lapsed": cleared.is_none(),
		"volume": volume,
		"trades": trades,
	});
	context.output.show(&result, || {
		let name = args.name();
		match cleared {
			None => format!("{name} has lapsed: every order is released"),
			Some(_) => format!(
				"{name} is cleared: {} {} in {trades} trades; `market clearing` shows the price",
				show_quantity(volume),
				args.resource.trade_unit()
			),
		}
	})
}

async fn orders(context: &Context, address: Option<&str>) -> Result<()> {
	let account = context.address(address)?;
	let chain = context.chain().await?;
	let orders = chain.rpc.pages("market_orders", vec![json!(account)]).await?;
	let owed = chain.rpc.raw("market_owed", vec![json!(account)]).await?;
	let result = json!({ "orders": orders, "owed": owed });
	context.output.show(&result, || shown::orders(&orders, &owed))
}

async fn claim(context: &Context, address: Option<&str>) -> Result<()> {
	let to = context.address(address)?;
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let included = chain.submit(&signer, &call("Book", "claim", vec![account(&to)])).await?;
	let events = included.events("Book", "ReleaseClaimed")?;
	let released = events.first().and_then(|event| amount(event, "amount")).unwrap_or_default();
	let result = json!({ "account": to, "amount": released.to_string() });
	context.output.show(&result, || format!("{to} has {} MPF back", show_money(released)))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_range_has_a_last_period_and_does_not_end_before_it_begins() {
		assert_eq!(last(5, None).unwrap(), 5);
		assert_eq!(last(5, Some(7)).unwrap(), 7);
		assert_eq!(last(5, Some(4)).unwrap_err().name(), "EmptyRange");
	}
}
