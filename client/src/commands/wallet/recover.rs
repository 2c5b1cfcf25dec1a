//! `wallet recover`: notes of sealed trades whose encrypted contents do not open.
//!
//! Whoever settles a sealed trade encrypts the notes of both sides, and nothing makes it do so as it
//! should. But it cannot choose what else makes the note: a wallet knows all of it but the quantity,
//! and that it can try.

use std::{collections::HashSet, sync::Arc};

use meterproof_programs::hash::DigestBytes;
use meterproof_wallet::{
	address::Address,
	notes::searched::Searched,
	scan::Content,
	split::{Search, SettlementTerms},
	wallet::Wallet,
};
use serde_json::{json, Value};

use super::{open_scanned, own_address, scan, unit::Unit};
use crate::{
	chain::Chain,
	cli::RecoverArgs,
	commands::Context,
	error::{Error, Result},
	output::objects,
	rpc::{Trade, NOTE_PAGE, PAGE},
	units::{parse_price, AmountError},
};

/// A note of the wallet's of one period, or that there is none.
struct Row {
	period: u64,
	state: &'static str,
	amount: Option<u64>,
}

/// What is looked for.
struct Sought {
	/// Terms of the trade; the period in them is any of its periods.
	terms: SettlementTerms,
	key_commitment: DigestBytes,
	periods: Vec<u64>,
}

pub async fn run(context: &Context, args: RecoverArgs) -> Result<()> {
	let (mut file, chain, _) = open_scanned(context, &args.wallet.path).await?;
	let sought = match (args.quantity, args.period) {
		(Some(quantity), Some(period)) => told(&file.wallet, &args, quantity, period)?,
		_ => recorded(&chain, &args).await?,
	};

	let mut searches = Vec::new();
	for period in sought.periods {
		let terms = SettlementTerms { period, ..sought.terms };
		let message = "the trade is not this wallet's: name the one it was agreed on with";
		let search = file.wallet.search(&terms, &sought.key_commitment);
		searches.push((period, search.ok_or_else(|| Error::new("OtherWallet", message))?));
	}
	// What names itself as this settlement's note need not be it, and a note of the right form may
	// be a decoy: all quantities are tried, whatever the wallet has, and all matches are taken.
	let among = Arc::new(commitments(context, &chain).await?);
	let (mut rows, mut recovered) = (Vec::new(), false);
	for (period, search) in searches {
		let found = try_all(context, search, Arc::clone(&among), period).await?;
		rows.extend(rows_of(&file.wallet, period, &found));
		let new = found.into_iter().filter(|found| found.amount != 0);
		let mut new = new.filter(|found| !file.wallet.has_note(&found.commitment)).peekable();
		if new.peek().is_some() {
			recovered = true;
			let new: Vec<_> = new.collect();
			new.into_iter().for_each(|found| file.wallet.remember(found));
			// An hour's work of the next period must not cost this one's.
			file.save()?;
		}
	}
	if recovered {
		// Where a note stands in the tree is known to who meets it on the way.
		file.wallet.look_again();
		file.save()?;
		scan::scan(context, &chain, &mut file).await?;
	}
	report(context, args.trade, rows)
}

/// What was found for one period: each note that holds something; else whether there is one.
fn rows_of(wallet: &Wallet, period: u64, found: &[Searched]) -> Vec<Row> {
	let held = found.iter().filter(|found| found.amount != 0);
	let rows: Vec<_> = held
		.map(|found| {
			let state = if wallet.has_note(&found.commitment) { "known" } else { "recovered" };
			Row { period, state, amount: Some(found.amount) }
		})
		.collect();
	match (rows.is_empty(), found.is_empty()) {
		(true, true) => vec![Row { period, state: "missing", amount: None }],
		(true, false) => vec![Row { period, state: "empty", amount: Some(0) }],
		(false, _) => rows,
	}
}

/// What to look for, as the chain has it.
async fn recorded(chain: &Chain, args: &RecoverArgs) -> Result<Sought> {
	let trade = chain.rpc.trade(args.trade).await?;
	let agreed = trade.agreed()?;
	let mut periods = settled_periods(chain, &trade).await?;
	periods.retain(|settled| args.period.is_none_or(|period| period == *settled));
	if periods.is_empty() {
		let message =
			format!("trade {} has not been settled sealed, or not in this period", trade.id);
		return Err(Error::new("NothingSettled", message));
	}
	let unexpected = |_| Error::new("UnexpectedAnswer", "no sealed trade is about so much");
	let terms = SettlementTerms {
		trade: trade.id,
		period: trade.first,
		asset: 0,
		quantity: u32::try_from(trade.quantity).map_err(unexpected)?,
		rate: trade.rate()?,
		payout: agreed.payout,
		refund: agreed.refund,
		auditor: None,
	};
	Ok(Sought { terms, key_commitment: agreed.shared.commitment, periods })
}

/// The note to look for, by the terms that the buyer names: the chain has forgotten the trade.
fn told(wallet: &Wallet, args: &RecoverArgs, quantity: u32, period: u64) -> Result<Sought> {
	let price = |text: &Option<String>| parse_price(text.as_deref().unwrap_or_default());
	let rate = price(&args.price)?.checked_add(price(&args.imbalance_price)?);
	let rate = rate.and_then(|rate| u64::try_from(rate).ok());
	let refund = own_address(wallet, args.refund.as_deref())?;
	let payout = Address::parse(wallet.network(), args.payout.as_deref().unwrap_or_default())?;
	let terms = SettlementTerms {
		trade: args.trade,
		period,
		asset: 0,
		quantity,
		rate: rate.ok_or(AmountError::AmountTooLarge)?,
		payout,
		refund,
		auditor: None,
	};
	let key_commitment = wallet.trade_key(args.trade, &payout).commitment();
	Ok(Sought { terms, key_commitment, periods: vec![period] })
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
			Some(last) if page.len() >= PAGE as usize => {
				let message = "the node's statement goes backwards";
				let forward = (last >= next).then(|| last.saturating_add(1));
				next = forward.ok_or_else(|| Error::new("UnexpectedAnswer", message))?;
			},
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
) -> Result<Vec<Searched>> {
	let bar = context.output.bar(search.length(), &format!("period {period}: trying quantities"));
	let shown = bar.clone();
	let task = tokio::task::spawn_blocking(move || {
		search.among(&among, |tried| shown.set_position(tried))
	});
	let found = task.await.map_err(|_| Error::new("SearchFailed", "the search stopped"))?;
	bar.finish_and_clear();
	Ok(found)
}

fn report(context: &Context, trade: u64, mut rows: Vec<Row>) -> Result<()> {
	rows.sort_by_key(|row| row.period);
	let unit = Unit::money();
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

#[cfg(test)]
mod tests {
	use super::*;
	use meterproof_wallet::{
		keys::Seed,
		network::{Kind, Network},
	};

	#[test]
	fn a_buyer_can_tell_what_the_chain_has_forgotten() {
		let network = Network { kind: Kind::Development, genesis: [9; 32] };
		let wallet = |seed| Wallet::new(network, Seed::from_bytes(&[seed; 32]), 0);
		let (buyer, seller) = (wallet(1), wallet(2));
		let terms = SettlementTerms {
			trade: 17,
			period: 5,
			asset: 0,
			quantity: 700,
			rate: 550_000_000,
			payout: seller.address_key(0).address(),
			refund: buyer.address_key(0).address(),
			auditor: None,
		};
		let notes = seller.settle(&terms, &buyer.trade_key(17, &terms.payout), 500).unwrap();
		let args = |imbalance: &str| RecoverArgs {
			wallet: crate::cli::WalletPath { path: "w".into() },
			trade: 17,
			period: Some(5),
			quantity: Some(700),
			price: Some("0.25".to_owned()),
			imbalance_price: Some(imbalance.to_owned()),
			payout: Some(terms.payout.to_text(&network)),
			refund: None,
		};
		let sought = told(&buyer, &args("0.3"), 700, 5).unwrap();
		let search = buyer.search(&sought.terms, &sought.key_commitment).unwrap();
		let found = search.among(&HashSet::from(notes.commitments), |_| ());
		let amounts: Vec<_> = found.iter().map(|found| found.amount).collect();
		assert_eq!(amounts, [200 * 550_000_000]);
		let error = |imbalance| told(&buyer, &args(imbalance), 700, 5).map(drop).unwrap_err();
		assert_eq!(error("x").name(), "NotAnAmount");
		assert_eq!(error("99999999999").name(), "AmountTooLarge");
	}
}
