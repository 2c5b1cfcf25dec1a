//! What happened in a block, as its events say.

use meterproof_primitives::{
	api::{SettledInfo, TradeInfo},
	GroupId, PeriodIndex, Quantity, Resource, TradeId, ZoneId,
};

/// One event of a block, of the market, of books or of settlement. Money is in the chain's smallest unit, quantities
/// in Wh or litres.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happened<AccountId, Balance> {
	/// A seller offered.
	Offered {
		/// The trade as far as its event tells: without the keys of a sealed one.
		trade: Box<TradeInfo<AccountId, Balance>>,
		/// Whether what is delivered of it stays hidden.
		sealed: bool,
	},
	/// The buyer accepted.
	Accepted(TradeId),
	/// The seller took the offer back.
	Cancelled(TradeId),
	/// The buyer declined the offer.
	Declined(TradeId),
	/// The gate closed before the buyer accepted.
	Expired(TradeId),
	/// One period of a trade is settled.
	PeriodSettled {
		/// The trade.
		trade: TradeId,
		/// The period.
		period: PeriodIndex,
		/// What counts as delivered; absent where that is sealed, as are the three amounts that follow.
		delivered: Option<Quantity>,
		/// To the seller.
		paid: Option<Balance>,
		/// Back to the buyer.
		refunded: Option<Balance>,
		/// From the seller's collateral to the buyer.
		penalty: Option<Balance>,
		/// Payment and collateral, split between two notes; absent where nothing is sealed.
		sealed: Option<Balance>,
	},
	/// A payout of a settled period waits to be claimed.
	PayoutDeferred {
		/// The trade.
		trade: TradeId,
		/// The period.
		period: PeriodIndex,
		/// The seller's waits.
		to_seller: bool,
		/// The buyer's waits.
		to_buyer: bool,
	},
	/// A payout that waited was made.
	PayoutClaimed {
		/// The trade.
		trade: TradeId,
		/// The period.
		period: PeriodIndex,
		/// The seller's was made.
		to_seller: bool,
		/// The buyer's was made.
		to_buyer: bool,
	},
	/// Every period of a trade is settled.
	Settled(TradeId),
	/// A settled trade's records were removed.
	Pruned(TradeId),
	/// The claim of a group is final, or the record of that was removed.
	Group {
		/// The group.
		group: GroupId<AccountId>,
		/// The period.
		period: PeriodIndex,
		/// How.
		ending: Ending<Balance>,
	},
	/// A book was cleared, or its period ended before it could be.
	Cleared {
		/// The zone.
		zone: ZoneId,
		/// What was traded.
		resource: Resource,
		/// The period.
		period: PeriodIndex,
	},
}

/// What became of a group's claim in a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending<Balance> {
	/// A proof settled it.
	Proved(SettledInfo<Balance>),
	/// Two proofs settled its sealed trade.
	Sealed(SettledInfo<Balance>),
	/// No proof came before the deadline.
	Expired(SettledInfo<Balance>),
	/// The record of a settled group was removed.
	Pruned,
}
