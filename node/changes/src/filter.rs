//! Which changes a subscriber wants. A filter that is left out lets everything through.

use meterproof_primitives::{api::TradeState, Evidence, GroupId, PeriodIndex, Resource, ZoneId};
use serde::Deserialize;

use crate::Block;

/// Which blocks a subscriber follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Blocks {
	/// Blocks that stay: each once, in their order.
	#[default]
	Finalized,
	/// The best chain, whose blocks may be taken back.
	Best,
}

impl Blocks {
	/// The word for it in JSON.
	pub fn word(self) -> &'static str {
		match self {
			Self::Finalized => "finalized",
			Self::Best => "best",
		}
	}
}

/// Picks changes of a block.
pub trait Filter<AccountId, Balance> {
	/// Which blocks are followed.
	fn blocks(&self) -> Blocks;

	/// The JSON of the changes that are wanted, in the order of the block's events.
	fn pick<'a>(&self, block: &'a Block<AccountId, Balance>) -> Vec<&'a str>;
}

/// Offers: placed, taken, cancelled, declined, expired.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OfferFilter<AccountId> {
	zone: Option<ZoneId>,
	resource: Option<Resource>,
	/// First of the periods, one of which the offer is to cover.
	from: Option<PeriodIndex>,
	/// Last of them.
	to: Option<PeriodIndex>,
	/// The lowest grade among the seller's devices is this or more.
	least_evidence: Option<Evidence>,
	seller: Option<AccountId>,
	buyer: Option<AccountId>,
	blocks: Option<Blocks>,
}

/// Everything that happens to trades, offers included.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TradeFilter<AccountId> {
	/// Seller or buyer.
	account: Option<AccountId>,
	zone: Option<ZoneId>,
	from: Option<PeriodIndex>,
	to: Option<PeriodIndex>,
	state: Option<TradeState>,
	blocks: Option<Blocks>,
}

/// Settlements of groups.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettlementFilter<AccountId> {
	group: Option<GroupId<AccountId>>,
	zone: Option<ZoneId>,
	from: Option<PeriodIndex>,
	to: Option<PeriodIndex>,
	/// The group's operator, or the buyer of a trade that the settlement settled.
	account: Option<AccountId>,
	blocks: Option<Blocks>,
}

/// Books that are cleared, or lapse.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClearingFilter<AccountId> {
	zone: Option<ZoneId>,
	resource: Option<Resource>,
	from: Option<PeriodIndex>,
	to: Option<PeriodIndex>,
	/// The book had an order of this account.
	account: Option<AccountId>,
	blocks: Option<Blocks>,
}

/// Whether a wish is left out or met.
fn is_met<T>(wish: &Option<T>, met: impl FnOnce(&T) -> bool) -> bool {
	wish.as_ref().is_none_or(met)
}

/// Whether one of the periods from `first` to `last` is among those from `from` to `to`.
fn overlaps(
	(first, last): (PeriodIndex, PeriodIndex),
	from: Option<PeriodIndex>,
	to: Option<PeriodIndex>,
) -> bool {
	is_met(&from, |from| last >= *from) && is_met(&to, |to| first <= *to)
}

impl<AccountId: PartialEq, Balance> Filter<AccountId, Balance> for OfferFilter<AccountId> {
	fn blocks(&self) -> Blocks {
		self.blocks.unwrap_or_default()
	}

	fn pick<'a>(&self, block: &'a Block<AccountId, Balance>) -> Vec<&'a str> {
		let changes = block.trades.iter().filter(|change| {
			let trade = &change.trade;
			change.of_offer
				&& is_met(&self.zone, |zone| trade.seller.zone == *zone)
				&& is_met(&self.resource, |resource| trade.seller.resource == *resource)
				&& overlaps(change.periods, self.from, self.to)
				&& is_met(&self.least_evidence, |least| trade.evidence >= Some(*least))
				&& is_met(&self.seller, |seller| trade.seller.operator == *seller)
				&& is_met(&self.buyer, |buyer| trade.buyer == *buyer)
		});
		changes.map(|change| change.json.as_str()).collect()
	}
}

impl<AccountId: PartialEq, Balance> Filter<AccountId, Balance> for TradeFilter<AccountId> {
	fn blocks(&self) -> Blocks {
		self.blocks.unwrap_or_default()
	}

	fn pick<'a>(&self, block: &'a Block<AccountId, Balance>) -> Vec<&'a str> {
		let changes = block.trades.iter().filter(|change| {
			let trade = &change.trade;
			is_met(&self.account, |account| {
				trade.seller.operator == *account || trade.buyer == *account
			}) && is_met(&self.zone, |zone| trade.seller.zone == *zone)
				&& overlaps(change.periods, self.from, self.to)
				&& is_met(&self.state, |state| trade.state == *state)
		});
		changes.map(|change| change.json.as_str()).collect()
	}
}

impl<AccountId: PartialEq, Balance> Filter<AccountId, Balance> for SettlementFilter<AccountId> {
	fn blocks(&self) -> Blocks {
		self.blocks.unwrap_or_default()
	}

	fn pick<'a>(&self, block: &'a Block<AccountId, Balance>) -> Vec<&'a str> {
		let changes = block.settlements.iter().filter(|change| {
			is_met(&self.group, |group| change.group == *group)
				&& is_met(&self.zone, |zone| change.group.zone == *zone)
				&& overlaps((change.period, change.period), self.from, self.to)
				&& is_met(&self.account, |account| {
					change.group.operator == *account || change.buyers.contains(account)
				})
		});
		changes.map(|change| change.json.as_str()).collect()
	}
}

impl<AccountId: PartialEq, Balance> Filter<AccountId, Balance> for ClearingFilter<AccountId> {
	fn blocks(&self) -> Blocks {
		self.blocks.unwrap_or_default()
	}

	fn pick<'a>(&self, block: &'a Block<AccountId, Balance>) -> Vec<&'a str> {
		let changes = block.clearings.iter().filter(|change| {
			is_met(&self.zone, |zone| change.zone == *zone)
				&& is_met(&self.resource, |resource| change.resource == *resource)
				&& overlaps((change.period, change.period), self.from, self.to)
				&& is_met(&self.account, |account| change.accounts.contains(account))
		});
		changes.map(|change| change.json.as_str()).collect()
	}
}
