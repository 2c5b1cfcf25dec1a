//! `trade`: sell and buy for coming periods.

mod accepted;
mod asked;
mod claims;
mod sealed;
mod statement;
mod terms;

use meterproof_wallet::address::Address;
use serde_json::{json, Value};
use subxt::dynamic::Value as Argument;

pub use self::asked::Asked;
use self::{accepted::Accepted, terms::OfferTerms};
use super::{wallet::network, Context};
use crate::{
	chain::{account, amount, bytes, call, int, variant, Chain, Needed},
	cli::{AcceptArgs, OfferArgs, TradeCommand},
	error::{Error, Result},
	output::{cell, fields, table},
	types::{parse_address, Direction, Group, Resource},
	units::{parse_price, show_money, show_price, show_quantity},
};

/// Stands in the place of what a sealed settlement does not tell.
pub const HIDDEN: &str = "hidden";

/// Headings of the columns of a trade's row.
const HEADINGS: [&str; 8] =
	["trade", "state", "seller", "buyer", "quantity", "price", "periods", "evidence"];

pub async fn run(context: &Context, command: TradeCommand) -> Result<()> {
	match command {
		TradeCommand::Offer(args) => offer(context, args).await,
		TradeCommand::Accept(args) if args.sealed => sealed::accept(context, args).await,
		TradeCommand::Accept(args) => accept(context, args).await,
		TradeCommand::Cancel { id } => act(context, id, "cancel", "cancelled").await,
		TradeCommand::Decline { id } => act(context, id, "decline", "declined").await,
		TradeCommand::Expire { id } => act(context, id, "expire", "released").await,
		TradeCommand::Claim { id, period, to_account } => {
			claims::claim(context, id, period, to_account).await
		},
		TradeCommand::Claimable { address } => claims::claimable(context, address.as_deref()).await,
		TradeCommand::Prune { id } => act(context, id, "prune", "removed").await,
		TradeCommand::Show { id } => show(context, id).await,
		TradeCommand::List { address } => {
			let account = context.address(address.as_deref())?;
			list(context, "market_trades", json!(account)).await
		},
		TradeCommand::Offers { zone } => list(context, "market_offers", json!(zone)).await,
		TradeCommand::Statement { address, from, csv } => {
			statement::statement(context, address.as_deref(), from, csv).await
		},
	}
}

async fn offer(context: &Context, args: OfferArgs) -> Result<()> {
	let buyer = parse_address(&args.buyer)?;
	let price = parse_price(&args.price)?;
	let limit = args.max_imbalance_price.as_deref().map(parse_price).transpose()?;
	if limit.is_some_and(|limit| limit < price) {
		let message = "what is not delivered costs at least the price: raise --max-imbalance-price";
		return Err(Error::new("ImbalancePriceAboveLimit", message));
	}
	let last = args.to.unwrap_or(args.from);
	if last < args.from {
		return Err(Error::new("EmptyRange", "the last period comes before the first"));
	}
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let limit = match limit {
		Some(limit) => limit,
		None => {
			let (venue, periods) = ((args.zone, args.resource), (args.from, last));
			let least = match args.direction {
				Direction::Export => imbalance_price(&chain, venue, periods).await?,
				// Nobody sells what was to be taken.
				Direction::Import => price_set(&chain, args.zone, args.resource).await?,
			};
			least.max(price)
		},
	};
	let bound = OfferTerms {
		seller: Group {
			operator: signer.public_key().to_account_id(),
			zone: args.zone,
			resource: args.resource,
			direction: args.direction,
		},
		quantity: args.quantity,
		price,
		imbalance_price: limit,
		first: args.from,
		last,
	};
	let mut arguments = vec![
		int(args.zone),
		variant(args.resource.variant()),
		variant(args.direction.variant()),
		account(&buyer),
		int(args.quantity),
		int(price),
		int(limit),
		int(args.from),
		int(last),
	];
	let payout = args.payout.as_deref();
	let (name, payout, sort) = match args.sealed {
		true => ("offer_sealed", sealed::payout(&chain, payout).await?, " sealed"),
		false => ("offer", note_owner(&chain, payout).await?, ""),
	};
	arguments.push(payout);
	context.output.remark(&bound.to_seller()?);
	let needed = Needed { amount: bound.collateral()?, what: "the collateral".to_owned() };
	let call = call("Market", name, arguments);
	let included = chain.submit_needing(&signer, &call, Some(needed)).await?;
	let trade = included.number("Market", "TradeOffered", "trade")?;
	// The zone's imbalance price may have sunk below the limit.
	let events = included.events("Market", "TradeOffered")?;
	let imbalance_price = events.first().and_then(|event| amount(event, "imbalance_price"));
	let imbalance_price = imbalance_price.ok_or_else(|| {
		Error::new("UnexpectedEvent", format!("trade {trade} was offered without imbalance price"))
	})?;
	let offered = OfferTerms { imbalance_price, ..bound };
	let collateral = offered.collateral()?;
	let result = json!({
		"trade": trade,
		"sealed": args.sealed,
		"terms": offered.json(),
		"maxImbalancePrice": limit.to_string(),
		"collateral": collateral.to_string(),
	});
	context.output.show(&result, || {
		let unit = args.resource.trade_unit();
		format!(
			"trade {trade}: {} {unit} a period at {} MPF/{unit} offered{sort} to {buyer}; {} MPF of \
			 collateral held",
			show_quantity(args.quantity),
			show_price(price),
			show_money(collateral)
		)
	})
}

/// What a base unit not delivered costs at most that is sold of exporting meters for the periods `first..=last`, as
/// the best block has it: what governance has set, or the highest price at which the zone's backstop sells in any of
/// them. An offer may cost less.
pub async fn imbalance_price(
	chain: &Chain,
	(zone, resource): (u32, Resource),
	(first, last): (u64, u64),
) -> Result<u128> {
	let set = price_set(chain, zone, resource).await?;
	Ok(set.max(Asked::of(chain, zone, resource).await?.most(first, last)))
}

/// What governance has set that a base unit not delivered costs at least; zero where it has set nothing.
pub async fn price_set(chain: &Chain, zone: u32, resource: Resource) -> Result<u128> {
	let keys = vec![int(zone), variant(resource.variant())];
	let stored = chain.storage("Market", "ImbalancePrices", keys).await?;
	stored
		.map_or(Some(0), |price| price.as_u128())
		.ok_or_else(|| Error::new("UnexpectedAnswer", "the imbalance price is not a number"))
}

async fn accept(context: &Context, args: AcceptArgs) -> Result<()> {
	let (id, registrars, accepted) = (args.id, accounts(&args.registrars)?, Accepted::of(&args)?);
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let refund = note_owner(&chain, args.refund.as_deref()).await?;
	let (_, terms) = accepted.trade(&chain).await?;
	let demand = [("least evidence", args.least_evidence.to_string())];
	context.output.remark(&terms.to_buyer(&demand)?);
	let least = variant(args.least_evidence.variant());
	let arguments = vec![int(id), terms.argument(), registrars, least, refund];
	let needed = Needed { amount: terms.payment()?, what: "the payment".to_owned() };
	let call = call("Market", "accept", arguments);
	chain.submit_needing(&signer, &call, Some(needed)).await?;
	let payment = terms.payment()?.to_string();
	let result = json!({
		"trade": id,
		"terms": terms.json(),
		"leastEvidence": args.least_evidence,
		"payment": payment,
	});
	context.output.show(&result, || format!("trade {id} accepted"))
}

/// Accounts as an argument.
fn accounts(addresses: &[String]) -> Result<Argument> {
	let accounts = addresses.iter().map(|text| Ok(account(&parse_address(text)?)));
	Ok(Argument::unnamed_composite(accounts.collect::<Result<Vec<_>>>()?))
}

/// Whose notes are paid, as an argument. The chain takes the owner alone: such notes are not
/// encrypted, and their amounts are as public as the settlement.
pub async fn note_owner(chain: &Chain, address: Option<&str>) -> Result<Argument> {
	let Some(text) = address else { return Ok(Argument::unnamed_variant("None", [])) };
	let address = Address::parse(&network(chain).await?, text)?;
	Ok(Argument::unnamed_variant("Some", [bytes(address.owner)]))
}

async fn act(context: &Context, id: u64, name: &str, done: &str) -> Result<()> {
	let signer = context.signer()?;
	let chain = context.chain().await?;
	chain.submit(&signer, &call("Market", name, vec![int(id)])).await?;
	context.output.show(&json!({ "trade": id }), || format!("trade {id} {done}"))
}

async fn show(context: &Context, id: u64) -> Result<()> {
	let chain = context.chain().await?;
	let trade = chain.rpc.raw("market_trade", vec![json!(id)]).await?;
	if trade.is_null() {
		return Err(Error::new("UnknownTrade", format!("no trade has the id {id}")));
	}
	context.output.show(&trade, || {
		let row = HEADINGS.iter().map(|name| name.to_string()).zip(trade_row(&trade));
		let mut readable: Vec<_> = row.collect();
		readable.push(("least evidence".into(), cell(&trade["leastEvidence"])));
		readable.push(("settled periods".into(), cell(&trade["settledPeriods"])));
		for (name, field) in [("seller's notes", "payout"), ("buyer's notes", "refund")] {
			let owner = &trade[field];
			let shown = if owner.is_null() { "none: its account".into() } else { cell(owner) };
			readable.push((name.into(), shown));
		}
		readable.push(("sealed".into(), sealed::state(&trade).into()));
		fields(&readable)
	})
}

async fn list(context: &Context, method: &str, first: Value) -> Result<()> {
	let chain = context.chain().await?;
	let trades = chain.rpc.pages(method, vec![first]).await?;
	context.output.show(&json!(trades), || {
		let rows: Vec<_> = trades.iter().map(trade_row).collect();
		table(&HEADINGS, &rows)
	})
}

/// A trade as a person reads it, cell by cell.
pub fn trade_row(trade: &Value) -> Vec<String> {
	let resource: Option<Resource> =
		serde_json::from_value(trade["seller"]["resource"].clone()).ok();
	let unit = resource.map_or("", Resource::trade_unit);
	let quantity = trade["quantity"].as_u64().map_or_else(String::new, show_quantity);
	vec![
		cell(&trade["id"]),
		cell(&trade["state"]),
		cell(&trade["seller"]["operator"]),
		cell(&trade["buyer"]),
		format!("{quantity} {unit}"),
		format!("{} MPF/{unit}", shown(&trade["price"], show_price)),
		format!("{}..{}", trade["first"], trade["last"]),
		cell(&trade["evidence"]),
	]
}

/// An amount of money in JSON, as a person reads it.
pub fn shown(value: &Value, show: impl Fn(u128) -> String) -> String {
	let amount = value.as_str().and_then(|text| text.parse().ok());
	amount.map_or_else(|| cell(value), show)
}
