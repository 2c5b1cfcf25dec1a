//! The changes of one block, with their JSON.

use std::{collections::HashMap, fmt::Display, sync::Arc};

use meterproof_primitives::{
	api::{ClearingInfo, SettledInfo, StatementLine, TradeInfo},
	GroupId, PeriodIndex, Resource, TradeId, ZoneId,
};
use serde::Serialize;
use serde_json::json;

use crate::{Ending, Happened, Head, Size};

/// A chain's trades and books around a block.
pub trait State<AccountId, Balance> {
	/// Why something could not be read.
	type Error;

	/// A trade as it stands after the block.
	fn after(&self, id: TradeId) -> Result<Option<TradeInfo<AccountId, Balance>>, Self::Error>;

	/// A trade as it stood before the block.
	fn before(&self, id: TradeId) -> Result<Option<TradeInfo<AccountId, Balance>>, Self::Error>;

	/// How a book was cleared, as it is known after the block.
	fn clearing(
		&self,
		zone: ZoneId,
		resource: Resource,
		period: PeriodIndex,
	) -> Result<Option<ClearingInfo<AccountId, Balance>>, Self::Error>;
}

/// What a block changed in the market, in the order of its events.
#[derive(Debug)]
pub struct Block<AccountId, Balance> {
	/// The block.
	pub at: Head,
	pub(crate) trades: Vec<TradeChange<AccountId, Balance>>,
	pub(crate) settlements: Vec<SettlementChange<AccountId>>,
	pub(crate) clearings: Vec<ClearingChange<AccountId>>,
}

impl<AccountId, Balance> Size for Block<AccountId, Balance> {
	/// Trades stand in the JSON of their changes, so that they take no more than that once again.
	fn bytes(&self) -> usize {
		let trades = self.trades.iter().map(|change| 2 * change.json.len() + size_of_val(change));
		let settlements = self.settlements.iter().map(|change| {
			change.json.len() + size_of_val(change) + size_of_val(&change.buyers[..])
		});
		let clearings = self.clearings.iter().map(|change| {
			change.json.len() + size_of_val(change) + size_of_val(&change.accounts[..])
		});
		size_of_val(self) + trades.chain(settlements).chain(clearings).sum::<usize>()
	}
}

/// A change of a trade.
#[derive(Debug)]
pub(crate) struct TradeChange<AccountId, Balance> {
	/// Whether the trade is, or was until then, an offer.
	pub of_offer: bool,
	pub trade: Arc<TradeInfo<AccountId, Balance>>,
	/// First and last period that it is about.
	pub periods: (PeriodIndex, PeriodIndex),
	pub json: String,
}

/// A change of a group's settlement.
#[derive(Debug)]
pub(crate) struct SettlementChange<AccountId> {
	pub group: GroupId<AccountId>,
	pub period: PeriodIndex,
	/// Buyers of the trades that it settled.
	pub buyers: Vec<AccountId>,
	pub json: String,
}

/// A book that was cleared, or has lapsed.
#[derive(Debug)]
pub(crate) struct ClearingChange<AccountId> {
	pub zone: ZoneId,
	pub resource: Resource,
	pub period: PeriodIndex,
	/// Whose orders it had.
	pub accounts: Vec<AccountId>,
	pub json: String,
}

/// What is told of a trade's change besides the trade.
#[derive(Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "AccountId: Serialize, Balance: Display"))]
struct Details<AccountId, Balance> {
	change: &'static str,
	#[serde(skip_serializing_if = "Option::is_none")]
	period: Option<PeriodIndex>,
	#[serde(skip_serializing_if = "Option::is_none")]
	to_seller: Option<bool>,
	#[serde(skip_serializing_if = "Option::is_none")]
	to_buyer: Option<bool>,
	#[serde(skip_serializing_if = "Option::is_none")]
	line: Option<StatementLine<AccountId, Balance>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "AccountId: Serialize, Balance: Display"))]
struct Shown<'a, AccountId, Balance> {
	#[serde(flatten)]
	details: &'a Details<AccountId, Balance>,
	trade: &'a TradeInfo<AccountId, Balance>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "AccountId: Serialize, Balance: Display"))]
struct ShownGroup<'a, AccountId, Balance> {
	change: &'static str,
	group: &'a GroupId<AccountId>,
	period: PeriodIndex,
	outcome: Option<&'a SettledInfo<Balance>>,
}

#[derive(Serialize)]
#[serde(bound(serialize = "AccountId: Serialize, Balance: Display"))]
struct ShownClearing<'a, AccountId, Balance> {
	change: &'static str,
	clearing: &'a ClearingInfo<AccountId, Balance>,
}

impl<AccountId, Balance> Details<AccountId, Balance> {
	fn of(change: &'static str) -> Self {
		Self { change, period: None, to_seller: None, to_buyer: None, line: None }
	}
}

/// A trade, and whether the keys of a sealed one are not known any more; nothing where there is no such trade.
type Found<AccountId, Balance> = Option<(Arc<TradeInfo<AccountId, Balance>>, bool)>;

/// The trades that a block's events name, each read once.
struct Known<'a, AccountId, Balance, Source> {
	source: &'a Source,
	read: HashMap<TradeId, Found<AccountId, Balance>>,
}

impl<AccountId, Balance> Block<AccountId, Balance>
where
	AccountId: Clone + PartialEq + Serialize,
	Balance: Copy + Display,
{
	/// A block that changes nothing.
	pub fn quiet(at: Head) -> Self {
		Self { at, trades: Vec::new(), settlements: Vec::new(), clearings: Vec::new() }
	}

	/// Reads a block. A trade stands in a change as it is after the block, or as it was before where the
	/// block removed it; an offer that came and went within the block stands there as its event tells.
	/// Fails where `source` does.
	pub fn read<Source: State<AccountId, Balance>>(
		at: Head,
		happened: &[Happened<AccountId, Balance>],
		source: &Source,
	) -> Result<Self, Source::Error> {
		let mut known = Known { source, read: HashMap::new() };
		let mut block = Self::quiet(at);
		// Trades that were settled since the last group was: they are the next group's.
		let mut settled: Vec<(PeriodIndex, Arc<TradeInfo<AccountId, Balance>>)> = Vec::new();
		for event in happened {
			if let Happened::Group { group, period, ending } = event {
				let own = |(at, trade): &(PeriodIndex, Arc<TradeInfo<AccountId, Balance>>)| {
					at == period && trade.seller == *group
				};
				let buyers = match ending {
					Ending::Pruned => Vec::new(),
					_ => {
						let of_group = settled.iter().filter(|one| own(one));
						of_group.map(|(_, trade)| trade.buyer.clone()).collect()
					},
				};
				settled.clear();
				block.settlements.push(settlement(group, *period, ending, buyers));
				continue;
			}
			if let Happened::Cleared { zone, resource, period } = event {
				// The record of a clearing is kept much longer than a block.
				if let Some(known) = source.clearing(*zone, *resource, *period)? {
					block.clearings.push(clearing(known));
				}
				continue;
			}
			let Some(id) = trade_of(event) else { continue };
			let Some((trade, keys_unknown)) = known.trade(id, happened)? else { continue };
			let of_offer = matches!(
				event,
				Happened::Offered { .. }
					| Happened::Accepted(_)
					| Happened::Cancelled(_)
					| Happened::Declined(_)
					| Happened::Expired(_)
			);
			if let Happened::PeriodSettled { period, .. } = event {
				settled.push((*period, trade.clone()));
			}
			let details = details(event, &trade);
			let period = details.line.as_ref().map(|line| line.period).or(details.period);
			let periods = period.map_or((trade.first, trade.last), |period| (period, period));
			let json = shown(&details, &trade, keys_unknown);
			block.trades.push(TradeChange { of_offer, trade, periods, json });
		}
		Ok(block)
	}
}

/// Which trade an event is about.
fn trade_of<AccountId, Balance>(event: &Happened<AccountId, Balance>) -> Option<TradeId> {
	Some(match event {
		Happened::Offered { trade, .. } => trade.id,
		Happened::Accepted(id)
		| Happened::Cancelled(id)
		| Happened::Declined(id)
		| Happened::Expired(id)
		| Happened::Settled(id)
		| Happened::Pruned(id) => *id,
		Happened::PeriodSettled { trade, .. }
		| Happened::PayoutDeferred { trade, .. }
		| Happened::PayoutClaimed { trade, .. } => *trade,
		Happened::Group { .. } | Happened::Cleared { .. } => return None,
	})
}

fn details<AccountId: Clone, Balance: Copy>(
	event: &Happened<AccountId, Balance>,
	trade: &TradeInfo<AccountId, Balance>,
) -> Details<AccountId, Balance> {
	let payout = |change, period, to_seller, to_buyer| Details {
		period: Some(period),
		to_seller: Some(to_seller),
		to_buyer: Some(to_buyer),
		..Details::of(change)
	};
	match event {
		Happened::Offered { .. } => Details::of("placed"),
		Happened::Accepted(_) => Details::of("taken"),
		Happened::Cancelled(_) => Details::of("cancelled"),
		Happened::Declined(_) => Details::of("declined"),
		Happened::Expired(_) => Details::of("expired"),
		Happened::Settled(_) => Details::of("settled"),
		Happened::Pruned(_) | Happened::Group { .. } | Happened::Cleared { .. } => {
			Details::of("pruned")
		},
		Happened::PayoutDeferred { period, to_seller, to_buyer, .. } => {
			payout("payoutDeferred", *period, *to_seller, *to_buyer)
		},
		Happened::PayoutClaimed { period, to_seller, to_buyer, .. } => {
			payout("payoutClaimed", *period, *to_seller, *to_buyer)
		},
		Happened::PeriodSettled {
			trade: id,
			period,
			delivered,
			paid,
			refunded,
			penalty,
			sealed,
		} => {
			let line = StatementLine {
				trade: *id,
				period: *period,
				seller: trade.seller.operator.clone(),
				buyer: trade.buyer.clone(),
				contracted: trade.quantity,
				delivered: *delivered,
				paid: *paid,
				refunded: *refunded,
				penalty: *penalty,
				sealed: *sealed,
			};
			Details { line: Some(line), ..Details::of("periodSettled") }
		},
	}
}

/// JSON of a change. Of these types it cannot fail: their names are strings, and so is money.
fn shown<AccountId: Serialize, Balance: Display>(
	details: &Details<AccountId, Balance>,
	trade: &TradeInfo<AccountId, Balance>,
	keys_unknown: bool,
) -> String {
	let shown = Shown { details, trade };
	if !keys_unknown {
		return serde_json::to_string(&shown).unwrap_or_default();
	}
	let mut value = serde_json::to_value(&shown).unwrap_or_default();
	value["trade"]["sealed"] =
		json!({ "payoutKey": null, "refundKey": null, "keyCommitment": null, "sealedKey": null });
	value.to_string()
}

fn settlement<AccountId: Clone + Serialize, Balance: Display>(
	group: &GroupId<AccountId>,
	period: PeriodIndex,
	ending: &Ending<Balance>,
	buyers: Vec<AccountId>,
) -> SettlementChange<AccountId> {
	let (change, outcome) = match ending {
		Ending::Proved(outcome) => ("proved", Some(outcome)),
		Ending::Sealed(outcome) => ("sealed", Some(outcome)),
		Ending::Expired(outcome) => ("expired", Some(outcome)),
		Ending::Pruned => ("pruned", None),
	};
	let shown = ShownGroup { change, group, period, outcome };
	let json = serde_json::to_string(&shown).unwrap_or_default();
	SettlementChange { group: group.clone(), period, buyers, json }
}

fn clearing<AccountId: Clone + PartialEq + Serialize, Balance: Display>(
	known: ClearingInfo<AccountId, Balance>,
) -> ClearingChange<AccountId> {
	let change = if known.lapsed { "lapsed" } else { "cleared" };
	let shown = ShownClearing { change, clearing: &known };
	let json = serde_json::to_string(&shown).unwrap_or_default();
	let mut accounts: Vec<AccountId> = Vec::new();
	for order in known.orders {
		if !accounts.contains(&order.account) {
			accounts.push(order.account);
		}
	}
	let (zone, resource, period) = (known.zone, known.resource, known.period);
	ClearingChange { zone, resource, period, accounts, json }
}

impl<AccountId: Clone, Balance: Clone, Source: State<AccountId, Balance>>
	Known<'_, AccountId, Balance, Source>
{
	fn trade(
		&mut self,
		id: TradeId,
		happened: &[Happened<AccountId, Balance>],
	) -> Result<Found<AccountId, Balance>, Source::Error> {
		if let Some(read) = self.read.get(&id) {
			return Ok(read.clone());
		}
		let mut read = self.source.after(id)?.map(|trade| (trade, false));
		if read.is_none() {
			read = self.source.before(id)?.map(|trade| (trade, false));
		}
		if read.is_none() {
			read = happened.iter().find_map(|event| match event {
				Happened::Offered { trade, sealed } if trade.id == id => {
					Some((TradeInfo::clone(trade), *sealed))
				},
				_ => None,
			});
		}
		let read = read.map(|(trade, keys_unknown)| (Arc::new(trade), keys_unknown));
		self.read.insert(id, read.clone());
		Ok(read)
	}
}
