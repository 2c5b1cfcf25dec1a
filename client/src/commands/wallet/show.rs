//! What a wallet holds, and what happened to it.

use std::path::Path;

use meterproof_wallet::{
	history::{Event, Kind, Line, Recipient},
	network::Network,
	wallet::Wallet,
};
use serde_json::{json, Value};
use subxt::utils::AccountId32;

use super::{earlier, open, open_scanned, unit::Units};
use crate::{
	commands::Context,
	error::Result,
	output::{cell, table},
	rpc::smallest,
};

pub fn addresses(context: &Context, path: &Path, another: bool) -> Result<()> {
	let mut file = open(context, path)?;
	if another {
		if file.wallet.add_address_of_before()? {
			context.output.remark(
				"what was paid to it before is looked for with the next `wallet balance`, which takes as \
				 long as a scan from the beginning",
			);
		} else if file.wallet.next_position() > 0 {
			context.output.remark(
				"if a copy of this wallet gave this address away before, `wallet scan --anew` finds what was \
				 paid to it",
			);
		}
		file.save()?;
	}
	let wallet = &file.wallet;
	let texts: Vec<_> = (0..wallet.addresses())
		.map(|number| wallet.address_key(number).address().to_text(wallet.network()))
		.collect();
	let newest = texts.last().cloned();
	let result = json!({ "address": newest, "addresses": texts });
	context.output.show(&result, || match another {
		true => newest.unwrap_or_default(),
		false => texts.join("\n"),
	})
}

pub fn view_key(context: &Context, path: &Path) -> Result<()> {
	let file = open(context, path)?;
	let text = file.wallet.viewing_key().to_text(file.wallet.network());
	let addresses = file.wallet.addresses();
	context.output.remark("whoever has this key sees the wallet's payments, for ever");
	context.output.remark(&limits_of_view(addresses));
	let result = json!({ "view_key": *text, "addresses": addresses });
	context.output.show(&result, || String::clone(&text))
}

/// What somebody does not see who has a viewing key.
fn limits_of_view(addresses: u32) -> String {
	let plural = if addresses == 1 { "" } else { "es" };
	format!(
		"it is looked for the first {addresses} address{plural} and for change: what was paid to others, \
		 left out or made later, is not seen (`wallet new --view-key-file` takes --addresses); nor is to \
		 whom the wallet paid where it did not write that down as this program does, only that it spent"
	)
}

pub fn seed(context: &Context, path: &Path) -> Result<()> {
	let file = open(context, path)?;
	let text = file.wallet.seed()?.to_text(file.wallet.network());
	let addresses = file.wallet.addresses();
	context.output.remark("whoever has this seed spends all that the wallet holds");
	let result = json!({ "seed": *text, "addresses": addresses });
	context.output.show(&result, || String::clone(&text))
}

pub async fn balance(context: &Context, path: &Path) -> Result<()> {
	let (file, chain, stand) = open_scanned(context, path).await?;
	let mut assets = file.wallet.notes().assets();
	if assets.is_empty() {
		assets.push(0);
	}
	let units = Units::of_all(&chain).await?;
	let mut balances = Vec::new();
	for asset in assets {
		let balance = file.wallet.balance(asset, stand.anchor.notes);
		balances.push((asset, balance, balance.most_after(largest_fee(&units, asset)?)));
	}
	let values: Vec<_> = balances
		.iter()
		.map(|(asset, balance, most)| {
			json!({
				"asset": asset,
				"spendable": balance.spendable.to_string(),
				"maturing": balance.maturing.to_string(),
				"pending": balance.pending.to_string(),
				"most_at_once": most.to_string(),
				"notes": balance.notes,
			})
		})
		.collect();
	let on_the_way = file.wallet.on_the_way().len();
	let result = json!({ "block": stand.block, "balances": values, "on_the_way": on_the_way });
	context.output.show(&result, || {
		let rows: Vec<_> = balances
			.iter()
			.map(|(asset, balance, most)| {
				let unit = units.of(*asset);
				let show = |amount: u128| unit.show(amount);
				vec![
					show(balance.spendable),
					show(balance.maturing),
					show(balance.pending),
					show((*most).into()),
				]
			})
			.collect();
		let headings = ["spendable", "spendable soon", "being spent", "most in one payment"];
		format!("at block {}\n{}", stand.block, table(&headings, &rows))
	})
}

/// The larger of the fees of a payment to notes and of one to an account: what can be paid after it can be
/// paid to either. Nothing for an asset that the chain takes no payments in any more.
fn largest_fee(units: &Units, asset: u32) -> Result<u64> {
	let Ok(asset) = units.payable(asset) else { return Ok(0) };
	Ok(smallest(&asset.transfer_fee)?.max(smallest(&asset.unshield_fee)?))
}

pub async fn history(context: &Context, path: &Path) -> Result<()> {
	let (mut file, chain, stand) = open_scanned(context, path).await?;
	let wallet = &file.wallet;
	let units = Units::of_all(&chain).await?;
	let events: Vec<_> =
		wallet.history().iter().map(|event| event_json(wallet.network(), event)).collect();
	let open: Vec<_> = earlier::open(wallet).map(|sent| earlier::json(wallet, sent)).collect();
	let result = json!({ "block": stand.block, "events": events, "on_the_way": open });
	if !wallet.spends() {
		context.output.remark(&limits_of_view(wallet.addresses()));
	}
	context.output.show(&result, || {
		let events = readable(wallet, &units);
		match earlier::list(wallet, &units, None) {
			None => events,
			Some(open) => format!("{events}\n\nsent, and may still arrive:\n{open}"),
		}
	})?;
	file.wallet.told_all(None);
	Ok(file.save()?)
}

fn kind(event: &Event) -> &'static str {
	match event.kind() {
		Kind::Shielded => "shielded",
		Kind::Received => "received",
		Kind::Paid => "paid",
		Kind::Unshielded => "unshielded",
		Kind::Settled => "settled",
	}
}

fn event_json(network: &Network, event: &Event) -> Value {
	let lines = event.lines.iter().map(|line| {
		json!({
			"position": line.position,
			"amount": line.amount.to_string(),
			"to": recipient(network, line),
			"own": matches!(line.to, Recipient::Own(_)),
			"memo": line.memo.text(),
		})
	});
	let account = event.intent.as_ref().and_then(|intent| intent.unshield);
	json!({
		"block": event.block,
		"kind": kind(event),
		"asset": event.asset,
		"spent": event.spent.to_string(),
		"gained": event.gained().to_string(),
		"left_pool": event.left_pool().to_string(),
		"trade": event.settlement().map(|(trade, _)| trade),
		"period": event.settlement().map(|(_, period)| period),
		"fee": event.intent.as_ref().map(|intent| intent.fee.to_string()),
		"account": account.map(|(account, _)| AccountId32(account)),
		"account_amount": account.map(|(_, amount)| amount.to_string()),
		"notes": lines.collect::<Vec<_>>(),
	})
}

fn recipient(network: &Network, line: &Line) -> String {
	match &line.to {
		Recipient::Own(_) if line.is_change() => "change".to_owned(),
		Recipient::Own(number) => format!("own address {number}"),
		Recipient::Other(address) => address.to_text(network),
	}
}

/// One row for each note, change left out, and one for what went to an account.
fn readable(wallet: &Wallet, units: &Units) -> String {
	let mut rows = Vec::new();
	for event in wallet.history() {
		let mut row = |amount: u128, to: String, position: Value, memo: String| {
			let amount = units.of(event.asset).show(amount);
			let cells = [event.block.to_string(), kind(event).to_owned(), amount];
			rows.push(cells.into_iter().chain([to, cell(&position), memo]).collect::<Vec<_>>());
		};
		if let Some((account, amount)) = event.intent.as_ref().and_then(|intent| intent.unshield) {
			row(amount.into(), AccountId32(account).to_string(), Value::Null, String::new());
			continue;
		}
		let mut lines = event.lines.iter().filter(|line| !line.is_change()).peekable();
		if lines.peek().is_none() && event.spent != 0 {
			row(event.left_pool(), "an account, or fees".into(), Value::Null, String::new());
		}
		for line in lines {
			let to = recipient(wallet.network(), line);
			row(line.amount.into(), to, json!(line.position), line.memo.text());
		}
	}
	table(&["block", "what", "amount", "to", "position", "memo"], &rows)
}
