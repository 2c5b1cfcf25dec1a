//! `water`: seasons, what accounts may use in them, and who passes litres on.

mod proving;
mod shown;
pub(crate) mod stewards;

use serde_json::{json, Value};
use subxt::{dynamic::Value as Argument, utils::AccountId32};

use super::Context;
use crate::{
	chain::{account, amount, call, int, variant, Included, Needed},
	cli::{DebtArgs, HolderArgs, PassArgs, TakeArgs, WaterCommand, ZoneArgs},
	error::{Error, Result},
	types::parse_address,
	units::{parse_money, parse_price, show_money, show_price, show_quantity, AmountError},
};

pub async fn run(context: &Context, command: WaterCommand) -> Result<()> {
	match command {
		WaterCommand::Status(args) => status(context, &args).await,
		WaterCommand::Open(args) => open(context, args).await,
		WaterCommand::Leave(args) => leave(context, args).await,
		WaterCommand::Enter(args) => enter(context, &args).await,
		WaterCommand::Offer(args) => offer(context, &args).await,
		WaterCommand::Withdraw(args) => withdraw(context, args).await,
		WaterCommand::Take(args) => take(context, &args).await,
		WaterCommand::Prove(args) => proving::prove(context, &args).await,
		WaterCommand::Submit { proof } => proving::submit(context, &proof).await,
		WaterCommand::Expire(args) => expire(context, &args).await,
		WaterCommand::Pay(args) => pay(context, &args).await,
		WaterCommand::Claim(args) => claim(context, &args).await,
		WaterCommand::Steward(command) => stewards::run(context, command).await,
	}
}

async fn status(context: &Context, args: &HolderArgs) -> Result<()> {
	let zone = args.zone;
	let is_named = args.address.is_some() || context.options.account.is_some();
	let whose = is_named.then(|| context.address(args.address.as_deref())).transpose()?;
	let chain = context.chain().await?;
	let (season, season_told) = chain.rpc.season(zone).await?;
	ensure_asked(season.as_ref().is_none_or(|season| season.zone == zone))?;
	let (mut holder, mut holder_told) = (None, Value::Null);
	if let Some(whose) = &whose {
		(holder, holder_told) = chain.rpc.holder(zone, whose).await?;
		let is_asked =
			holder.as_ref().is_none_or(|told| (told.zone, &told.account) == (zone, whose));
		ensure_asked(is_asked)?;
	}
	let result = json!({ "season": season_told, "account": holder_told });
	context.output.show(&result, || {
		let season = season.as_ref().map_or("no season is announced".to_owned(), shown::season);
		let holder = match (&whose, &holder) {
			(None, _) => return season,
			(Some(whose), None) => {
				format!("{whose} takes no part in zone {zone}: `water open` opens")
			},
			(Some(_), Some(holder)) => shown::holder(holder),
		};
		format!("{season}\n\n{holder}")
	})
}

/// Refuses an answer for something else than was asked for.
fn ensure_asked(is_asked: bool) -> Result<()> {
	let message = "the node answered for another zone or account than was asked for";
	is_asked.then_some(()).ok_or_else(|| Error::new("UnexpectedAnswer", message))
}

/// Signs and sends a call of this pallet.
async fn made(context: &Context, name: &str, arguments: Vec<Argument>) -> Result<Included> {
	let signer = context.signer()?;
	let chain = context.chain().await?;
	chain.submit(&signer, &call("Water", name, arguments)).await
}

async fn open(context: &Context, ZoneArgs { zone }: ZoneArgs) -> Result<()> {
	made(context, "open", vec![int(zone)]).await?;
	context.output.show(&json!({ "zone": zone }), || {
		format!("the account takes part in zone {zone}: what its meters use beyond its allocation is charged")
	})
}

async fn leave(context: &Context, ZoneArgs { zone }: ZoneArgs) -> Result<()> {
	let included = made(context, "leave", vec![int(zone)]).await?;
	let closed = !included.events("Water", "AccountClosed")?.is_empty();
	context.output.show(&json!({ "zone": zone, "closed": closed }), || match closed {
		true => format!("the account has left zone {zone}, and its deposit is free"),
		false => format!(
			"the account enters no other season of zone {zone}: call `water leave` again when the one that \
			 runs is over"
		),
	})
}

/// A call about an account that anybody may make.
async fn about(
	context: &Context,
	name: &str,
	args: &HolderArgs,
) -> Result<(AccountId32, Included)> {
	let whose = context.address(args.address.as_deref())?;
	let included = made(context, name, vec![int(args.zone), account(&whose)]).await?;
	Ok((whose, included))
}

async fn enter(context: &Context, args: &HolderArgs) -> Result<()> {
	let (whose, included) = about(context, "enter", args).await?;
	let entered = !included.events("Water", "SeasonEntered")?.is_empty();
	let result = json!({ "zone": args.zone, "account": whose, "entered": entered });
	context.output.show(&result, || match entered {
		true => format!("{whose} is in the season: `water status` shows what it may use"),
		false => format!("the season passed before {whose} entered it"),
	})
}

async fn expire(context: &Context, args: &HolderArgs) -> Result<()> {
	let (_, included) = about(context, "expire", args).await?;
	proving::show_closed(context, &included)
}

async fn claim(context: &Context, args: &HolderArgs) -> Result<()> {
	let (whose, included) = about(context, "claim", args).await?;
	let events = included.events("Water", "ReleaseClaimed")?;
	let released = events.first().and_then(|event| amount(event, "amount")).unwrap_or(0);
	let result = json!({ "zone": args.zone, "account": whose, "amount": released.to_string() });
	context.output.show(&result, || format!("{whose} has {} MPF free again", show_money(released)))
}

async fn offer(context: &Context, args: &PassArgs) -> Result<()> {
	let price = parse_price(&args.price)?;
	let to = args.to.as_deref().map(parse_address).transpose()?;
	let named = match &to {
		None => variant("None"),
		Some(to) => Argument::unnamed_variant("Some", [account(to)]),
	};
	let arguments = vec![int(args.zone), named, int(args.quantity), int(price)];
	made(context, "offer", arguments).await?;
	let result = json!({
		"zone": args.zone, "to": to, "quantity": args.quantity, "price": price.to_string(),
	});
	context.output.show(&result, || {
		let who = to.as_ref().map_or("whoever comes first".to_owned(), AccountId32::to_string);
		format!(
			"{} m3 at {} MPF/m3 are offered to {who}",
			show_quantity(args.quantity),
			show_price(price)
		)
	})
}

async fn withdraw(context: &Context, ZoneArgs { zone }: ZoneArgs) -> Result<()> {
	made(context, "withdraw", vec![int(zone)]).await?;
	let result = json!({ "zone": zone });
	context.output.show(&result, || format!("the account offers nothing in zone {zone}"))
}

async fn take(context: &Context, args: &TakeArgs) -> Result<()> {
	let (price, from) = (parse_price(&args.price)?, parse_address(&args.address)?);
	let payment = u128::from(args.quantity).checked_mul(price);
	let payment = payment.ok_or(AmountError::AmountTooLarge)?;
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let arguments = vec![int(args.zone), account(&from), int(args.quantity), int(price)];
	let needed = Needed { amount: payment, what: "the litres".to_owned() };
	chain.submit_needing(&signer, &call("Water", "take", arguments), Some(needed)).await?;
	let result = json!({
		"zone": args.zone, "from": from, "quantity": args.quantity, "price": price.to_string(),
		"payment": payment.to_string(),
	});
	context.output.show(&result, || {
		format!(
			"{} m3 are {from}'s no more, for {} MPF",
			show_quantity(args.quantity),
			show_money(payment)
		)
	})
}

async fn pay(context: &Context, args: &DebtArgs) -> Result<()> {
	let whose = context.address(args.address.as_deref())?;
	let most = args.most.as_deref().map(parse_money).transpose()?.unwrap_or(u128::MAX);
	let included = made(context, "pay", vec![int(args.zone), account(&whose), int(most)]).await?;
	let events = included.events("Water", "DebtPaid")?;
	let money = |field| events.first().and_then(|event| amount(event, field)).unwrap_or(0);
	let (paid, owed) = (money("amount"), money("owed"));
	let result = json!({
		"zone": args.zone, "account": whose, "amount": paid.to_string(), "owed": owed.to_string(),
	});
	context.output.show(&result, || {
		format!("{} MPF are paid; {whose} owes {} MPF", show_money(paid), show_money(owed))
	})
}
