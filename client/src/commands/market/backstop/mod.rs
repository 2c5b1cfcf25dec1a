//! `market backstop`: who takes what peers leave in a zone's books.

mod posting;
mod shown;

use serde_json::{json, Value};
use subxt::{dynamic::Value as Argument, utils::AccountId32};

use self::posting::Posting;
use super::{place::of_a_voter, Context};
use crate::{
	chain::{account, call, int, variant, Call, Needed},
	cli::{AppointBackstopArgs, BackstopCommand, FundArgs, PostArgs, VenueArgs},
	commands::trade::price_set,
	error::{Error, Result},
	types::parse_address,
	units::{parse_money, parse_price, show_money, show_price},
};

const METHOD: &str = "market_backstop";

pub async fn run(context: &Context, command: BackstopCommand) -> Result<()> {
	match command {
		BackstopCommand::Show(venue) => show(context, venue).await,
		BackstopCommand::Appoint(args) => appoint(context, &args).await,
		BackstopCommand::Dismiss(venue) => dismiss(context, venue).await,
		BackstopCommand::Fund(args) => fund(context, &args).await,
		BackstopCommand::Withdraw(args) => withdraw(context, &args).await,
		BackstopCommand::Post(args) => post(context, &args).await,
	}
}

impl VenueArgs {
	/// Zone and resource as arguments of a call.
	fn arguments(self) -> Vec<Argument> {
		vec![int(self.zone), variant(self.resource.variant())]
	}

	/// Zone and resource in words.
	fn name(self) -> String {
		format!("zone {}, {}", self.zone, self.resource)
	}
}

async fn show(context: &Context, venue: VenueArgs) -> Result<()> {
	let chain = context.chain().await?;
	let parameters = vec![json!(venue.zone), json!(venue.resource)];
	let told = chain.rpc.raw(METHOD, parameters).await?;
	ensure_asked(venue, &told)?;
	context.output.show(&told, || shown::backstop(&told, venue.resource))
}

/// Refuses where the zone has no backstop, and an answer for another zone or resource.
fn ensure_asked(venue: VenueArgs, told: &Value) -> Result<()> {
	if told.is_null() {
		let message = format!(
			"{} has no backstop: governance appoints one, with `gov propose --appoint-backstop`",
			venue.name()
		);
		return Err(Error::new("NoBackstop", message));
	}
	if told["zone"] != json!(venue.zone) || told["resource"] != json!(venue.resource) {
		let message = format!("{METHOD} answered for another zone or resource than was asked for");
		return Err(Error::new("UnexpectedAnswer", message));
	}
	Ok(())
}

async fn appoint(context: &Context, args: &AppointBackstopArgs) -> Result<()> {
	let (venue, ceiling) = (args.venue, parse_price(&args.ceiling)?);
	let backstop = parse_address(&args.address)?;
	let signer = context.signer()?;
	let chain = context.chain().await?;
	chain.submit_as_root(&signer, appointment(venue, &backstop, ceiling)).await?;
	let result = json!({
		"zone": venue.zone,
		"resource": venue.resource,
		"account": backstop,
		"ceiling": ceiling.to_string(),
	});
	context.output.show(&result, || {
		format!(
			"{backstop} is the backstop of {}; no price that it posts is above {} MPF/{}",
			venue.name(),
			show_price(ceiling),
			venue.resource.trade_unit()
		)
	})
}

/// The call that makes an account the backstop.
pub(crate) fn appointment(venue: VenueArgs, backstop: &AccountId32, ceiling: u128) -> Call {
	set(venue, Argument::unnamed_variant("Some", [account(backstop)]), ceiling)
}

async fn dismiss(context: &Context, venue: VenueArgs) -> Result<()> {
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let included = chain.submit_as_root(&signer, dismissal(venue)).await?;
	let from = included.number("Book", "BackstopDismissed", "from")?;
	let result = json!({ "zone": venue.zone, "resource": venue.resource, "from": from });
	context.output.show(&result, || {
		format!(
			"the backstop of {} is dismissed: it neither buys nor sells from period {from} on",
			venue.name()
		)
	})
}

/// The call that dismisses the backstop.
pub(crate) fn dismissal(venue: VenueArgs) -> Call {
	set(venue, variant("None"), 0)
}

fn set(venue: VenueArgs, backstop: Argument, ceiling: u128) -> Call {
	let mut arguments = venue.arguments();
	arguments.extend([backstop, int(ceiling)]);
	call("Book", "set_backstop", arguments)
}

async fn fund(context: &Context, args: &FundArgs) -> Result<()> {
	let (venue, amount) = (args.venue, parse_money(&args.amount)?);
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let needed = Needed { amount, what: "the fund".to_owned() };
	let call = of_amount("fund_backstop", venue, amount);
	chain.submit_needing(&signer, &call, Some(needed)).await.map_err(of_a_voter)?;
	context.output.show(&amount_json(venue, amount), || {
		format!("the backstop of {} has {} MPF more on hold", venue.name(), show_money(amount))
	})
}

async fn withdraw(context: &Context, args: &FundArgs) -> Result<()> {
	let (venue, amount) = (args.venue, parse_money(&args.amount)?);
	let signer = context.signer()?;
	let chain = context.chain().await?;
	chain.submit(&signer, &of_amount("withdraw_fund", venue, amount)).await?;
	context.output.show(&amount_json(venue, amount), || {
		format!("the backstop of {} has {} MPF free again", venue.name(), show_money(amount))
	})
}

fn of_amount(name: &str, venue: VenueArgs, amount: u128) -> Call {
	let mut arguments = venue.arguments();
	arguments.push(int(amount));
	call("Book", name, arguments)
}

fn amount_json(venue: VenueArgs, amount: u128) -> Value {
	json!({ "zone": venue.zone, "resource": venue.resource, "amount": amount.to_string() })
}

async fn post(context: &Context, args: &PostArgs) -> Result<()> {
	let posting = Posting::of(args)?;
	let VenueArgs { zone, resource } = posting.venue;
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let set = price_set(&chain, zone, resource).await?;
	context.output.remark(&posting.for_signer(set)?);
	chain.submit(&signer, &posting.call()).await?;
	context.output.show(&posting.json(), || posting.text())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::types::Resource;

	const VENUE: VenueArgs = VenueArgs { zone: 3, resource: Resource::Water };

	fn numbers(call: &Call) -> Vec<u128> {
		call.call_data().values().filter_map(Argument::as_u128).collect()
	}

	#[test]
	fn calls_name_the_zone_the_resource_and_the_amount() {
		for name in ["fund_backstop", "withdraw_fund"] {
			let call = of_amount(name, VENUE, 7);
			assert_eq!((call.pallet_name(), call.call_name()), ("Book", name));
			assert_eq!(numbers(&call), [3, 7]);
			assert!(call.into_value().to_string().contains("Water"));
		}
		let json = amount_json(VENUE, 7);
		assert_eq!(json, json!({ "zone": 3, "resource": "water", "amount": "7" }));
	}

	#[test]
	fn one_is_appointed_with_a_ceiling_and_dismissed_without_a_name() {
		let appointed = appointment(VENUE, &AccountId32([9; 32]), 300_000_000);
		assert_eq!((appointed.pallet_name(), appointed.call_name()), ("Book", "set_backstop"));
		assert_eq!(numbers(&appointed), [3, 300_000_000]);
		assert!(appointed.into_value().to_string().contains("Some"));
		let dismissed = dismissal(VENUE);
		assert_eq!(numbers(&dismissed), [3, 0]);
		assert!(dismissed.into_value().to_string().contains("None"));
	}

	#[test]
	fn an_answer_is_for_what_was_asked_for() {
		let told = json!({ "zone": 3, "resource": "water", "account": "5HGj" });
		assert!(ensure_asked(VENUE, &told).is_ok());
		let name = |told: &Value| ensure_asked(VENUE, told).unwrap_err().name().to_owned();
		assert_eq!(name(&Value::Null), "NoBackstop");
		for (field, other) in [("zone", json!(4)), ("resource", json!("heat"))] {
			let mut changed = told.clone();
			changed[field] = other;
			assert_eq!(name(&changed), "UnexpectedAnswer", "{field}");
		}
	}
}
