//! `wallet recover`: notes of sealed trades whose encrypted contents do not open.
//!
//! Whoever settles a sealed trade encrypts the notes of both sides, and nothing makes it do so as it
//! should. But it cannot choose what else makes the note: a wallet knows all of it but the quantity,
//! and that it can try.

use std::{collections::HashSet, path::Path, sync::Arc};

use meterproof_programs::hash::DigestBytes;
use meterproof_wallet::{
	file::WalletFile,
	scan::Content,
	split::{Search, Searched, Terms},
};
use serde_json::{json, Value};

use super::{open_scanned, scan, unit::Unit};
use crate::{
	chain::Chain,
	commands::Context,
	error::{Error, Result},
	output::objects,
	rpc::{Trade, NOTE_PAGE, PAGE},
};

/// What became of the wallet's note of one period.
struct Row {
	period: u64,
	state: &'static str,
	amount: Option<u64>,
}

pub async fn run(context: &Context, path: &Path, id: u64, period: Option<u64>) -> Result<()> {
	let (mut file, chain, _) = open_scanned(context, path).await?;
	let trade = chain.rpc.trade(id).await?;
	let mut periods = settled_periods(&chain, &trade).await?;
	periods.retain(|settled| period.is_none_or(|period| period == *settled));
	if periods.is_empty() {
		let message = format!("trade {id} has not been settled sealed, or not in this period");
		return Err(Error::new("NothingSettled", message));
	}

	let (mut rows, mut searches) = (Vec::new(), Vec::new());
	for period in periods {
		let search = search(&file, &trade, period)?;
		match file.wallet.has_settlement(id, period) {
			true => rows.push(Row { period, state: "known", amount: None }),
			false => searches.push((period, search)),
		}
	}
	let mut found = Vec::new();
	if !searches.is_empty() {
		let among = Arc::new(commitments(context, &chain).await?);
		for (period, search) in searches {
			let searched = try_all(context, search, Arc::clone(&among), period).await?;
			let amount = searched.as_ref().map(|searched| searched.amount);
			let state = match amount {
				Some(0) => "empty",
				Some(_) => "recovered",
				None => "missing",
			};
			rows.push(Row { period, state, amount });
			found.extend(searched.filter(|searched| searched.amount != 0));
		}
	}
	take(context, &chain, &mut file, found).await?;
	report(context, &chain, id, rows).await
}

/// What makes up the wallet's note of a period, but for its amount.
fn search(file: &WalletFile, trade: &Trade, period: u64) -> Result<Search> {
	let agreed = trade.agreed()?;
	let unexpected = |_| Error::new("UnexpectedAnswer", "no sealed trade is about so much");
	let terms = Terms {
		trade: trade.id,
		period,
		asset: 0,
		quantity: u32::try_from(trade.quantity).map_err(unexpected)?,
		rate: trade.rate()?,
		payout: agreed.payout,
		refund: agreed.refund,
		auditor: None,
	};
	let search = file.wallet.search(&terms, &agreed.shared.commitment);
	let message =
		|| format!("trade {} is not this wallet's: name the one it was agreed on with", trade.id);
	search.ok_or_else(|| Error::new("OtherWallet", message()))
}

/// Periods of the trade whose settlement hid what was delivered.
async fn settled_periods(chain: &Chain, trade: &Trade) -> Result<Vec<u64>> {
	let (mut periods, mut next) = (Vec::new(), trade.first);
	while next <= trade.last {
		let params = vec![json!(trade.buyer), json!(next), json!(PAGE)];
		let page = chain.rpc.raw("market_statement", params).await?;
		let page = page.as_array().cloned().unwrap_or_default();
		let ours = page.iter().filter(|line| line["trade"] == json!(trade.id));
		let sealed = ours.filter(|line| !line["sealed"].is_null());
		periods.extend(sealed.filter_map(|line| line["period"].as_u64()));
		match page.last().and_then(|line| line["period"].as_u64()) {
			// A page ends with the end of a period.
			Some(last) if page.len() >= PAGE as usize => next = last.saturating_add(1),
			_ => break,
		}
	}
	periods.retain(|period| (trade.first..=trade.last).contains(period));
	periods.dedup();
	Ok(periods)
}

/// The leaves of all final notes that sealed settlements made.
async fn commitments(context: &Context, chain: &Chain) -> Result<HashSet<DigestBytes>> {
	let all = u64::from(chain.rpc.payments_state().await?.head.notes);
	let bar = context.output.bar(all, "reading notes");
	let (mut found, mut next) = (HashSet::new(), 0);
	while next < all {
		let page = chain.rpc.notes(next, NOTE_PAGE.min(all.saturating_sub(next))).await?;
		next = next.saturating_add(page.len() as u64);
		let split = page.iter().filter(|note| matches!(note.content, Content::Split { .. }));
		found.extend(split.map(|note| note.commitment));
		bar.set_position(next);
	}
	bar.finish_and_clear();
	Ok(found)
}

async fn try_all(
	context: &Context,
	search: Search,
	among: Arc<HashSet<DigestBytes>>,
	period: u64,
) -> Result<Option<Searched>> {
	let bar = context.output.bar(search.length(), &format!("period {period}: trying quantities"));
	let shown = bar.clone();
	let task = tokio::task::spawn_blocking(move || {
		search.among(&among, |tried| shown.set_position(tried))
	});
	let found = task.await.map_err(|_| Error::new("SearchFailed", "the search stopped"))?;
	bar.finish_and_clear();
	Ok(found)
}

/// Where a note stands in the tree is known to who meets it on the way: all are looked at again.
async fn take(
	context: &Context,
	chain: &Chain,
	file: &mut WalletFile,
	found: Vec<Searched>,
) -> Result<()> {
	if found.is_empty() {
		return Ok(());
	}
	found.into_iter().for_each(|searched| file.wallet.remember(searched));
	file.wallet.forget_scan();
	file.save()?;
	scan::scan(context, chain, file).await.map(drop)
}

async fn report(context: &Context, chain: &Chain, trade: u64, mut rows: Vec<Row>) -> Result<()> {
	rows.sort_by_key(|row| row.period);
	let unit = Unit::of(chain, 0).await?;
	let values = |show: &dyn Fn(u64) -> String| -> Vec<Value> {
		let value = |row: &Row| {
			let amount = row.amount.map(show);
			json!({ "period": row.period, "state": row.state, "amount": amount })
		};
		rows.iter().map(value).collect()
	};
	let result = json!({ "trade": trade, "periods": values(&|amount| amount.to_string()) });
	context.output.show(&result, || {
		let readable = values(&|amount| unit.show(amount));
		let columns = [("period", "period"), ("note", "state"), ("amount", "amount")];
		let table = objects(&readable, &columns);
		match rows.iter().any(|row| row.state == "missing") {
			true => format!("{table}\na missing note is perhaps not final yet: try again later"),
			false => table,
		}
	})
}
