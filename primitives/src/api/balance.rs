//! What is ordered, contracted and proved in one zone, resource and period, in plain JSON.

use super::*;

/// Most groups that one question for a balance looks at, of all zones and resources together: no more
/// keys are read, and no more items.
pub const MOST_BALANCED_GROUPS: u32 = 1_024;

/// Sums over the groups that sell in one zone, resource and period by one direction's registers. All
/// quantities are in base units; `contracted` = `unsettled` + `proved` + `missing` + `sealed`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractedSums {
	/// Groups that have sold anything.
	pub groups: u32,
	/// Trades accepted, those that books made included.
	pub trades: u32,
	/// What these trades promise.
	pub contracted: Quantity,
	/// The part of it that is not settled yet.
	pub unsettled: Quantity,
	/// What proofs have shown of it.
	pub proved: Quantity,
	/// What was settled and no proof has shown, `expired` included.
	pub missing: Quantity,
	/// The part of `missing` for which no proof came by the deadline.
	pub expired: Quantity,
	/// Trades that were settled sealed.
	pub sealed_trades: u32,
	/// The quantity that sealed trades had promised: nobody but their sides knows how much of it was delivered.
	pub sealed: Quantity,
}

/// What is known of one group's period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupBalance {
	/// Not settled yet.
	Unsettled {
		/// Trades.
		trades: u32,
		/// Their sum.
		contracted: Quantity,
	},
	/// A proof settled it.
	Proved {
		/// Trades.
		trades: u32,
		/// Their sum.
		contracted: Quantity,
		/// What was proved of it.
		delivered: Quantity,
	},
	/// No proof came by the deadline.
	Expired {
		/// Trades.
		trades: u32,
		/// Their sum.
		contracted: Quantity,
	},
	/// Its one trade was settled sealed.
	Sealed {
		/// What the trade promised.
		contracted: Quantity,
	},
}

impl ContractedSums {
	/// Counts one group.
	pub fn count(&mut self, group: GroupBalance) {
		let one = match group {
			GroupBalance::Unsettled { trades, contracted } => {
				Self { trades, contracted, unsettled: contracted, ..Self::default() }
			},
			GroupBalance::Proved { trades, contracted, delivered } => {
				let missing = contracted.saturating_sub(delivered);
				Self { trades, contracted, proved: delivered, missing, ..Self::default() }
			},
			GroupBalance::Expired { trades, contracted } => {
				let (missing, expired) = (contracted, contracted);
				Self { trades, contracted, missing, expired, ..Self::default() }
			},
			GroupBalance::Sealed { contracted } => {
				let (trades, sealed_trades, sealed) = (1, 1, contracted);
				Self { trades, contracted, sealed_trades, sealed, ..Self::default() }
			},
		};
		self.add(&Self { groups: 1, ..one });
	}

	/// Adds what other groups come to. Nameplates keep sums far from the largest number there is.
	pub fn add(&mut self, other: &Self) {
		self.groups = self.groups.saturating_add(other.groups);
		self.trades = self.trades.saturating_add(other.trades);
		self.contracted = self.contracted.saturating_add(other.contracted);
		self.unsettled = self.unsettled.saturating_add(other.unsettled);
		self.proved = self.proved.saturating_add(other.proved);
		self.missing = self.missing.saturating_add(other.missing);
		self.expired = self.expired.saturating_add(other.expired);
		self.sealed_trades = self.sealed_trades.saturating_add(other.sealed_trades);
		self.sealed = self.sealed.saturating_add(other.sealed);
	}
}

/// Up to where the groups of a period were looked at: first the unsettled ones, then those that are
/// settled, each in the order of storage.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct BalanceCursor<AccountId> {
	/// Whether the unsettled ones are done.
	pub settled: bool,
	/// The last one looked at, of any zone and resource; absent before the first one.
	pub after: Option<GroupId<AccountId>>,
}

impl<AccountId> BalanceCursor<AccountId> {
	/// The cursor before the first group.
	pub fn start() -> Self {
		Self { settled: false, after: None }
	}
}

/// What the groups that were looked at come to.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct BalancePage<AccountId> {
	/// Phase of the period.
	pub phase: Phase,
	/// What is sold of what meters export.
	pub export: ContractedSums,
	/// What is sold of what meters import.
	pub import: ContractedSums,
	/// Where to go on; absent where all groups were looked at.
	pub next: Option<BalanceCursor<AccountId>>,
}

impl<AccountId> BalancePage<AccountId> {
	/// Adds the page that follows, of the same block.
	pub fn append(&mut self, following: Self) {
		self.export.add(&following.export);
		self.import.add(&following.import);
		self.next = following.next;
	}
}

/// One side of a book as it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StandingSums {
	/// Orders.
	pub orders: u32,
	/// What they want at most, in base units.
	pub quantity: Quantity,
}

/// The orders that stand in a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StandingBalance {
	/// Where the book stands.
	pub state: BookState,
	/// Demand.
	pub bids: StandingSums,
	/// Supply.
	pub offers: StandingSums,
}

impl<AccountId, Balance> From<&BookInfo<AccountId, Balance>> for StandingBalance {
	fn from(book: &BookInfo<AccountId, Balance>) -> Self {
		let side = |orders: &[BookOrder<AccountId, Balance>]| {
			orders.iter().fold(StandingSums::default(), |sums, order| StandingSums {
				orders: sums.orders.saturating_add(1),
				quantity: sums.quantity.saturating_add(order.quantity),
			})
		};
		Self { state: book.state, bids: side(&book.bids), offers: side(&book.offers) }
	}
}

/// One side of a book that was cleared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClearedSums {
	/// Orders.
	pub orders: u32,
	/// What they wanted at most, in base units.
	pub quantity: Quantity,
	/// What they would have traded with their own accounts, and did not trade.
	pub netted: Quantity,
	/// What they traded.
	pub filled: Quantity,
}

/// What the clearing of a book came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "Balance: Display"))]
pub struct ClearedBalance<Balance> {
	/// The period ended before the book could be cleared: every order was released.
	pub lapsed: bool,
	/// Per base unit, in the chain's smallest unit; absent where nobody traded.
	#[serde(serialize_with = "maybe_decimal")]
	pub price: Option<Balance>,
	/// Demand.
	pub bids: ClearedSums,
	/// Supply.
	pub offers: ClearedSums,
}

impl<AccountId, Balance: Clone> From<&ClearingInfo<AccountId, Balance>>
	for ClearedBalance<Balance>
{
	fn from(clearing: &ClearingInfo<AccountId, Balance>) -> Self {
		let side = |side| {
			let orders = clearing.orders.iter().filter(|order| order.side == side);
			orders.fold(ClearedSums::default(), |sums, order| ClearedSums {
				orders: sums.orders.saturating_add(1),
				quantity: sums.quantity.saturating_add(order.quantity),
				netted: sums.netted.saturating_add(order.netted),
				filled: sums.filled.saturating_add(order.filled),
			})
		};
		Self {
			lapsed: clearing.lapsed,
			price: clearing.price.clone(),
			bids: side(OrderSide::Bid),
			offers: side(OrderSide::Offer),
		}
	}
}

/// Supply and demand of one zone, resource and period: ordered, cleared, contracted and proved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "Balance: Display"))]
pub struct MarketBalance<Balance> {
	/// The block whose state all figures are of.
	pub block_hash: H256,
	/// The zone.
	pub zone: ZoneId,
	/// What is traded.
	pub resource: Resource,
	/// The period.
	pub period: PeriodIndex,
	/// Its phase.
	pub phase: Phase,
	/// The orders that stand in the book; absent where the zone has no registrar.
	pub standing: Option<StandingBalance>,
	/// How the book was cleared; absent where there is no record of it.
	pub cleared: Option<ClearedBalance<Balance>>,
	/// What is sold of what meters export.
	pub export: ContractedSums,
	/// What is sold of what meters import.
	pub import: ContractedSums,
	/// With what the same question goes on; absent where all groups of the period were looked at.
	pub next: Option<String>,
}
