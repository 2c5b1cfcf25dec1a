//! `agent report`: what a month brought: sold, paid, missed and why.
//!
//! Quantities and money are the chain's, line by line; the journal says why something is missing. Where the
//! journal says something else than the chain, that is told.

mod orders;
mod render;

use std::collections::{btree_map::Entry, BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{json, Value};
use subxt::utils::AccountId32;

pub use render::{to_csv, to_html, to_json, to_text};

use super::journal::{Contents, PeriodRow};
use crate::{
	chain::Chain,
	error::{Error, Result},
	rpc::PAGE,
	timetable::Timetable,
	types::Group,
};

/// Meters that were silent or refused in one period that are named.
const NAMED: usize = 3;

/// What a report is of.
#[derive(Clone, Debug)]
pub struct Span {
	/// As the user named it.
	pub month: String,
	/// From then on, Unix ms.
	pub from_ms: u64,
	/// Until then.
	pub to_ms: u64,
}

/// One settled period of one trade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
	/// The period.
	pub period: u64,
	/// The period's start, Unix ms.
	pub start_ms: u64,
	/// The trade.
	pub trade: u64,
	/// Whether the account sold. Otherwise it bought.
	pub sold: bool,
	/// The other side.
	pub other: String,
	/// Whose devices delivered; none where the chain has forgotten the trade.
	pub group: Option<Group>,
	/// In base units.
	pub contracted: u64,
	/// In base units; none where that is sealed.
	pub delivered: Option<u64>,
	/// To the seller, in the token's smallest unit; none where that is sealed.
	pub paid: Option<u128>,
	/// Back to the buyer; none where that is sealed.
	pub refunded: Option<u128>,
	/// From the seller to the buyer for what was missing; none where that is sealed.
	pub penalty: Option<u128>,
	/// Why something is missing, as far as is known.
	pub reason: Option<String>,
}

/// Sums of one side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
	/// Lines.
	pub lines: u64,
	/// Lines that say neither quantities nor money.
	pub sealed: u64,
	/// In base units.
	pub contracted: u64,
	/// In base units.
	pub delivered: u64,
	/// In the token's smallest unit.
	pub paid: u128,
	/// In the token's smallest unit.
	pub refunded: u128,
	/// In the token's smallest unit.
	pub penalty: u128,
}

/// One account's month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
	/// The account's address.
	pub address: String,
	/// By period and trade.
	pub lines: Vec<Line>,
	/// Of what it sold, by what that is measured in.
	pub sold: BTreeMap<&'static str, Sums>,
	/// Of what it bought.
	pub bought: BTreeMap<&'static str, Sums>,
}

/// What the journal has of the month's periods.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commitments {
	/// Periods that the journal knows all of.
	pub periods: u64,
	/// Periods of the month so far that it does not know: the agent did not run.
	pub unknown: u64,
	/// Meters in each of them, summed up.
	pub expected: u64,
	/// Of those, meters all of whose registers are on record.
	pub committed: u64,
	/// Meters that missed periods: how many, and why in the last of them.
	pub missed: BTreeMap<String, (u64, String)>,
}

/// A month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
	/// As the user named it.
	pub month: String,
	/// Whose.
	pub accounts: Vec<Account>,
	/// Commitments, by the journal.
	pub commitments: Commitments,
	/// Standing orders, by the journal of orders.
	pub orders: BTreeMap<orders::Side, orders::Orders>,
	/// What the journal says otherwise than the chain.
	pub differences: Vec<String>,
}

/// One line of `market_statement`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
	trade: u64,
	period: u64,
	seller: AccountId32,
	buyer: AccountId32,
	contracted: u64,
	delivered: Option<u64>,
	paid: Option<String>,
	refunded: Option<String>,
	penalty: Option<String>,
}

/// What the chain and the journal say of a month.
pub async fn gather(
	chain: &Chain,
	span: &Span,
	accounts: &[AccountId32],
	timetable: &Timetable,
	journal: &Contents,
) -> Result<Report> {
	let periods = Periods::of(timetable, span);
	let mut report = Report {
		month: span.month.clone(),
		accounts: Vec::new(),
		commitments: Commitments::default(),
		orders: orders::orders(journal.ordered.values(), span.from_ms, span.to_ms),
		differences: Vec::new(),
	};
	let mut groups: BTreeMap<u64, Option<Group>> = BTreeMap::new();
	for account in accounts {
		let mut told = Vec::new();
		let mut from = periods.first;
		loop {
			let params = vec![json!(account), json!(from), json!(PAGE)];
			let answer = chain.rpc.raw("market_statement", params).await?;
			let page: Vec<Told> = serde_json::from_value(answer).map_err(|error| {
				let message = format!("market_statement answered something else: {error}");
				Error::new("UnexpectedAnswer", message)
			})?;
			let Some(last) = page.iter().map(|line| line.period).max() else { break };
			if last < from {
				let message = "market_statement answered periods that were not asked for";
				return Err(Error::new("UnexpectedAnswer", message));
			}
			told.extend(page.into_iter().filter(|line| periods.has(line.period)));
			from = last.saturating_add(1);
			if !periods.has(from) {
				break;
			}
		}
		for line in &told {
			if let Entry::Vacant(unknown) = groups.entry(line.trade) {
				let trade = chain.rpc.raw("market_trade", vec![json!(line.trade)]).await?;
				unknown.insert(group_of(&trade));
			}
		}
		report.accounts.push(account_of(account, told, &groups, &periods, journal)?);
	}
	let now = chain.rpc.period(None).await?.period;
	report.commitments = commitments(&periods, now, journal);
	report.differences = differences(&report.accounts, &periods, journal);
	Ok(report)
}

fn group_of(trade: &Value) -> Option<Group> {
	serde_json::from_value(trade.get("seller")?.clone()).ok()
}

/// The periods that start in a span.
struct Periods {
	timetable: Timetable,
	first: u64,
	/// The first that is not of it.
	end: u64,
}

impl Periods {
	fn of(timetable: &Timetable, span: &Span) -> Self {
		let first_at_or_after = |at_ms: u64| {
			let length = i128::from(timetable.length_ms.max(1));
			let after = i128::from(at_ms) - i128::from(timetable.start_ms);
			let steps = -(-after).div_euclid(length);
			u64::try_from(i128::from(timetable.period).saturating_add(steps)).unwrap_or(0)
		};
		let (first, end) = (first_at_or_after(span.from_ms), first_at_or_after(span.to_ms));
		Self { timetable: *timetable, first, end }
	}

	fn has(&self, period: u64) -> bool {
		(self.first..self.end).contains(&period)
	}

	fn start_ms(&self, period: u64) -> u64 {
		let after = i128::from(period) - i128::from(self.timetable.period);
		let after = after.saturating_mul(self.timetable.length_ms.into());
		u64::try_from(i128::from(self.timetable.start_ms).saturating_add(after)).unwrap_or(0)
	}
}

fn account_of(
	account: &AccountId32,
	told: Vec<Told>,
	groups: &BTreeMap<u64, Option<Group>>,
	periods: &Periods,
	journal: &Contents,
) -> Result<Account> {
	let mut result = Account {
		address: account.to_string(),
		lines: Vec::new(),
		sold: BTreeMap::new(),
		bought: BTreeMap::new(),
	};
	for line in told {
		let sold = line.seller == *account;
		let other = if sold { &line.buyer } else { &line.seller };
		let group = groups.get(&line.trade).cloned().flatten();
		let delivered = line.delivered;
		let missing = delivered.is_some_and(|delivered| delivered < line.contracted);
		let reason = match &group {
			_ if !missing => None,
			Some(group) if sold => Some(why(line.period, group, journal)),
			_ => None,
		};
		let line = Line {
			period: line.period,
			start_ms: periods.start_ms(line.period),
			trade: line.trade,
			sold,
			other: other.to_string(),
			contracted: line.contracted,
			delivered,
			paid: money(line.paid)?,
			refunded: money(line.refunded)?,
			penalty: money(line.penalty)?,
			reason,
			group,
		};
		let unit = line.group.as_ref().map_or("", |group| group.resource.base_unit());
		let sums = if sold { &mut result.sold } else { &mut result.bought };
		sums.entry(unit).or_default().add(&line);
		result.lines.push(line);
	}
	result.lines.sort_by_key(|line| (line.period, line.trade, !line.sold));
	Ok(result)
}

fn money(amount: Option<String>) -> Result<Option<u128>> {
	let parse = |text: String| {
		let bad = |_| Error::new("UnexpectedAnswer", format!("{text} is no amount"));
		text.parse().map_err(bad)
	};
	amount.map(parse).transpose()
}

impl Sums {
	fn add(&mut self, line: &Line) {
		self.lines = self.lines.saturating_add(1);
		self.contracted = self.contracted.saturating_add(line.contracted);
		let Some(delivered) = line.delivered else {
			self.sealed = self.sealed.saturating_add(1);
			return;
		};
		self.delivered = self.delivered.saturating_add(delivered);
		self.paid = self.paid.saturating_add(line.paid.unwrap_or(0));
		self.refunded = self.refunded.saturating_add(line.refunded.unwrap_or(0));
		self.penalty = self.penalty.saturating_add(line.penalty.unwrap_or(0));
	}
}

/// Why something is missing of what a group sold in a period.
fn why(period: u64, group: &Group, journal: &Contents) -> String {
	let mut reasons = Vec::new();
	if let Some(trouble) = journal
		.settled
		.get(&(period, group.to_string()))
		.and_then(|settled| settled.trouble.as_deref())
	{
		reasons.push(trouble.to_owned());
	}
	let Some(row) = journal.periods.get(&period) else {
		reasons.push("the journal does not know the period: the agent did not run".to_owned());
		return reasons.join("; ");
	};
	reasons.extend(named(row));
	if reasons.is_empty() {
		reasons.push("the meters counted less than was contracted".to_owned());
	}
	reasons.join("; ")
}

/// Which meters said nothing, or were refused.
fn named(row: &PeriodRow) -> Vec<String> {
	let some = |what: &str, all: Vec<String>| {
		let more = all.len().saturating_sub(NAMED);
		let shown: Vec<_> = all.into_iter().take(NAMED).collect();
		let more = if more > 0 { format!(" and {more} more") } else { String::new() };
		(!shown.is_empty()).then(|| format!("{what}: {}{more}", shown.join(", ")))
	};
	let silent = row.silent.iter().map(|(meter, reason)| format!("{meter} ({reason})")).collect();
	let refused = row
		.refused
		.iter()
		.map(|(meter, direction, name)| format!("{meter} {direction} ({name})"))
		.collect();
	some("silent", silent).into_iter().chain(some("refused", refused)).collect()
}

fn commitments(periods: &Periods, now: u64, journal: &Contents) -> Commitments {
	let mut found = Commitments::default();
	let over = periods.end.min(now);
	for row in journal.periods.range(periods.first..periods.end.max(periods.first)) {
		let (_, row) = row;
		if !row.done {
			continue;
		}
		found.periods = found.periods.saturating_add(1);
		found.expected = found.expected.saturating_add(row.expected.into());
		found.committed = found.committed.saturating_add(row.committed.into());
		let refused = row
			.refused
			.iter()
			.map(|(meter, direction, name)| (meter.clone(), format!("{direction}: {name}")));
		let missed: BTreeMap<_, _> = row.silent.iter().cloned().chain(refused).collect();
		for (meter, reason) in missed {
			let known = found.missed.entry(meter).or_default();
			*known = (known.0.saturating_add(1), reason);
		}
	}
	let all = over.saturating_sub(periods.first);
	found.unknown = all.saturating_sub(found.periods);
	found
}

/// Where the journal and the chain do not agree on what a group was paid in a period.
fn differences(accounts: &[Account], periods: &Periods, journal: &Contents) -> Vec<String> {
	let mut chain: BTreeMap<(u64, String), (u64, u128)> = BTreeMap::new();
	let mut unknown = BTreeSet::new();
	for line in accounts.iter().flat_map(|account| &account.lines).filter(|line| line.sold) {
		match (&line.group, line.delivered, line.paid) {
			(Some(group), Some(delivered), Some(paid)) => {
				let sums = chain.entry((line.period, group.to_string())).or_default();
				sums.0 = sums.0.saturating_add(delivered);
				sums.1 = sums.1.saturating_add(paid);
			},
			_ => {
				unknown.insert(line.period);
			},
		}
	}
	let mut differences = Vec::new();
	for ((period, group), settled) in &journal.settled {
		let (Some(delivered), Some(paid)) = (settled.delivered, settled.paid) else { continue };
		let ours = accounts.iter().any(|account| group.starts_with(&account.address));
		if !periods.has(*period) || unknown.contains(period) || !ours {
			continue;
		}
		let told = chain.get(&(*period, group.clone())).copied().unwrap_or_default();
		if told != (delivered, paid) {
			differences.push(format!(
				"period {period}, {group}: the journal has {delivered} delivered and {paid} paid, the \
				 chain {} and {}",
				told.0, told.1
			));
		}
	}
	differences
}

#[cfg(test)]
mod tests;
