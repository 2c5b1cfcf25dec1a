//! Books of orders, and how they were cleared, in plain JSON.

use super::*;

/// Where a book stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BookState {
	/// Orders come, improve and go.
	Open,
	/// Orders come and improve, and none goes.
	Locked,
	/// The gate has closed, and the book waits to be cleared.
	Closed,
	/// Cleared, or there was nothing to clear.
	Cleared,
	/// The period ended before the book could be cleared: every order was released.
	Lapsed,
}

/// An order as it stands in one book. Money is in the chain's smallest unit.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "AccountId: Serialize, Balance: Display"))]
pub struct BookOrder<AccountId, Balance> {
	/// The order's number.
	pub id: OrderId,
	/// Whose it is.
	pub account: AccountId,
	/// In base units.
	pub quantity: Quantity,
	/// The worst price that it takes, per base unit.
	#[serde(serialize_with = "decimal")]
	pub limit: Balance,
}

/// The book of one zone, resource and period.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "AccountId: Serialize, Balance: Display"))]
pub struct BookInfo<AccountId, Balance> {
	/// The zone.
	pub zone: ZoneId,
	/// What is traded.
	pub resource: Resource,
	/// The period.
	pub period: PeriodIndex,
	/// Where the book stands.
	pub state: BookState,
	/// From then on no order goes or gets worse, unix ms.
	pub locks_ms: UnixMillis,
	/// From then on no order comes, unix ms.
	pub gate_closure_ms: UnixMillis,
	/// The least grade of evidence that sellers' devices must be attested on.
	pub least_evidence: Evidence,
	/// Orders that buy, best first.
	pub bids: Vec<BookOrder<AccountId, Balance>>,
	/// Orders that sell, best first.
	pub offers: Vec<BookOrder<AccountId, Balance>>,
}

/// What became of one order when its book was cleared.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "AccountId: Serialize, Balance: Display"))]
pub struct ClearedOrder<AccountId, Balance> {
	/// The order's number.
	pub id: OrderId,
	/// Whose it was.
	pub account: AccountId,
	/// What it did.
	pub side: OrderSide,
	/// In base units.
	pub quantity: Quantity,
	/// The worst price that it took, per base unit.
	#[serde(serialize_with = "decimal")]
	pub limit: Balance,
	/// What it would have traded with its own account, and did not trade.
	pub netted: Quantity,
	/// What it traded at the price.
	pub filled: Quantity,
}

/// How a book was cleared: what the rule was applied to, and what it gave.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "AccountId: Serialize, Balance: Display"))]
pub struct ClearingInfo<AccountId, Balance> {
	/// The zone.
	pub zone: ZoneId,
	/// What was traded.
	pub resource: Resource,
	/// The period.
	pub period: PeriodIndex,
	/// The block that cleared it.
	pub block: u32,
	/// The period ended before the book could be cleared: every order was released.
	pub lapsed: bool,
	/// Per base unit; absent where nobody traded.
	#[serde(serialize_with = "maybe_decimal")]
	pub price: Option<Balance>,
	/// What all bids together were filled with, and all offers.
	pub volume: Quantity,
	/// Every order of the book, by number.
	pub orders: Vec<ClearedOrder<AccountId, Balance>>,
	/// The first of the trades that were made; they have numbers one after another.
	pub first_trade: Option<TradeId>,
	/// How many trades were made.
	pub trades: u32,
}

/// One period in which an order still stands in its book.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "Balance: Display"))]
pub struct OpenPeriod<Balance> {
	/// The period.
	pub period: PeriodIndex,
	/// The worst price that the order takes there, per base unit.
	#[serde(serialize_with = "decimal")]
	pub limit: Balance,
}

/// An order of an account, with the periods in which it still stands in a book.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "AccountId: Serialize, Balance: Display"))]
pub struct OrderInfo<AccountId, Balance> {
	/// The order's number.
	pub id: OrderId,
	/// Whose it is.
	pub account: AccountId,
	/// What it does.
	pub side: OrderSide,
	/// The zone.
	pub zone: ZoneId,
	/// What it trades.
	pub resource: Resource,
	/// Per period, in base units.
	pub quantity: Quantity,
	/// First period.
	pub first: PeriodIndex,
	/// Last period, inclusive.
	pub last: PeriodIndex,
	/// What an offer's collateral is per base unit, and what one not delivered costs; zero for bids.
	#[serde(serialize_with = "decimal")]
	pub imbalance_price: Balance,
	/// What is held besides, for each period in which it stands.
	#[serde(serialize_with = "decimal")]
	pub deposit: Balance,
	/// Whose notes pay the seller or refund the buyer; without one its account.
	pub payout: Option<H256>,
	/// The periods in which it stands.
	pub open: Vec<OpenPeriod<Balance>>,
}

/// A price that a backstop has posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "Balance: Display"))]
pub struct PostedPrice<Balance> {
	/// Per base unit.
	#[serde(serialize_with = "decimal")]
	pub price: Balance,
	/// The most of one period, in base units.
	pub quantity: Quantity,
}

impl<Balance> From<Posted<Balance>> for PostedPrice<Balance> {
	fn from(Posted { price, quantity }: Posted<Balance>) -> Self {
		Self { price, quantity }
	}
}

/// What a backstop has posted from a period on, until the next one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "Balance: Display"))]
pub struct PostedFrom<Balance> {
	/// The first period.
	pub from: PeriodIndex,
	/// At which price it buys, if it does.
	pub buys: Option<PostedPrice<Balance>>,
	/// At which price it sells, if it does.
	pub sells: Option<PostedPrice<Balance>>,
	/// The most that it buys besides of a period, of what sellers prove beyond what they sold, in base units.
	pub excess: Quantity,
}

/// Who takes what peers leave in the books of a zone and resource.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", bound(serialize = "AccountId: Serialize, Balance: Display"))]
pub struct BackstopInfo<AccountId, Balance> {
	/// The zone.
	pub zone: ZoneId,
	/// What it buys and sells.
	pub resource: Resource,
	/// Whose fund it is.
	pub account: AccountId,
	/// No price that it posts is above this, per base unit; zero once it is dismissed.
	#[serde(serialize_with = "decimal")]
	pub ceiling: Balance,
	/// What it has on hold for what it buys and, as collateral, for what it sells.
	#[serde(serialize_with = "decimal")]
	pub fund: Balance,
	/// The part of it that stands behind nothing that is posted: what it can withdraw.
	#[serde(serialize_with = "decimal")]
	pub spare: Balance,
	/// What it has posted, oldest first; before the first of these nothing.
	pub posted: Vec<PostedFrom<Balance>>,
}

/// What books owe an account that could not take it.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	PartialEq,
	Eq,
	Encode,
	Decode,
	TypeInfo,
	codec::MaxEncodedLen,
	Serialize,
)]
#[serde(rename_all = "camelCase", bound(serialize = "Balance: Display"))]
pub struct Owed<Balance> {
	/// Of what bids held.
	#[serde(serialize_with = "decimal")]
	pub bid: Balance,
	/// Of the collateral of offers.
	#[serde(serialize_with = "decimal")]
	pub collateral: Balance,
	/// Of deposits.
	#[serde(serialize_with = "decimal")]
	pub deposit: Balance,
}
