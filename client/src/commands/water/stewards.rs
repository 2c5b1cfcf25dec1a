//! `water steward`: entitlements, seasons and cuts.

use serde_json::json;
use subxt::{dynamic::Value as Argument, utils::AccountId32};

use super::{made, Context};
use crate::{
	chain::{account, call, int, Call},
	cli::{AnnounceArgs, CutArgs, GrantArgs, StewardArgs, StewardCommand},
	error::Result,
	types::parse_address,
	units::{parse_price, show_percent, show_price, show_quantity},
};

pub async fn run(context: &Context, command: StewardCommand) -> Result<()> {
	match command {
		StewardCommand::Appoint(args) => appoint(context, &args).await,
		StewardCommand::Grant(args) => grant(context, &args).await,
		StewardCommand::Announce(args) => announce(context, &args).await,
		StewardCommand::Cut(args) => cut(context, &args).await,
	}
}

async fn appoint(context: &Context, args: &StewardArgs) -> Result<()> {
	let (steward, penalty) = (parse_address(&args.address)?, parse_price(&args.penalty)?);
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let appoint = appointment(args.zone, &steward, args.ceiling, penalty, args.carry);
	chain.submit_as_root(&signer, appoint).await?;
	let result = json!({
		"zone": args.zone, "steward": steward, "ceiling": args.ceiling,
		"penalty": penalty.to_string(), "carry": args.carry,
	});
	context.output.show(&result, || {
		format!(
			"{steward} is the steward of zone {}: {} m3 a season at most, {} MPF/m3 beyond an allocation, {} \
			 of a general entitlement carried over",
			args.zone,
			show_quantity(args.ceiling),
			show_price(penalty),
			show_percent(args.carry)
		)
	})
}

/// The call that makes an account the steward: `penalty` in smallest units per litre, `carry` in millionths.
pub(crate) fn appointment(
	zone: u32,
	steward: &AccountId32,
	ceiling: u64,
	penalty: u128,
	carry: u32,
) -> Call {
	let arguments = vec![int(zone), account(steward), int(ceiling), int(penalty), int(carry)];
	call("Water", "set_zone", arguments)
}

async fn grant(context: &Context, args: &GrantArgs) -> Result<()> {
	let whose = parse_address(&args.address)?;
	let entitlement = Argument::named_composite([
		("essential", int(args.essential)),
		("general", int(args.general)),
	]);
	made(context, "grant", vec![int(args.zone), account(&whose), entitlement]).await?;
	let result = json!({
		"zone": args.zone, "account": whose,
		"entitlement": { "essential": args.essential, "general": args.general },
	});
	context.output.show(&result, || {
		format!(
			"{whose} is entitled to {} m3 essential and {} m3 general from the next season on",
			show_quantity(args.essential),
			show_quantity(args.general)
		)
	})
}

async fn announce(context: &Context, args: &AnnounceArgs) -> Result<()> {
	let arguments =
		vec![int(args.zone), int(args.from), int(args.turn), int(args.turns), int(args.available)];
	let included = made(context, "announce", arguments).await?;
	let season = included.number("Water", "SeasonAnnounced", "season")?;
	let result = json!({
		"zone": args.zone, "season": season, "first": args.from, "turn": args.turn,
		"turns": args.turns, "available": args.available,
	});
	context.output.show(&result, || {
		format!(
			"season {season} of zone {} begins with period {}: {} m3, {} turns of {} periods",
			args.zone,
			args.from,
			show_quantity(args.available),
			args.turns,
			args.turn
		)
	})
}

async fn cut(context: &Context, args: &CutArgs) -> Result<()> {
	let arguments = vec![int(args.zone), int(args.essential), int(args.general)];
	let included = made(context, "cut", arguments).await?;
	let from = included.number("Water", "AllocationsCut", "from")?;
	let result = json!({
		"zone": args.zone, "from": from, "essential": args.essential, "general": args.general,
	});
	context.output.show(&result, || {
		format!(
			"from turn {from} on {} of essential and {} of general litres that are left in zone {} are kept",
			show_percent(args.essential),
			show_percent(args.general),
			args.zone
		)
	})
}
