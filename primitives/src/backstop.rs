//! What other pallets ask of the backstop of a zone.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::DispatchError;

use crate::*;

/// A price that stands in every book, and up to which quantity of a period.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Posted<Balance> {
	/// Per base unit.
	pub price: Balance,
	/// The most of one period, in base units.
	pub quantity: Quantity,
}

/// Whoever buys and sells what peers leave; implemented by `pallet-book`.
pub trait LastResort<AccountId> {
	/// Amounts of money.
	type Balance;
	/// The highest price at which a zone's backstop sells in any of the periods `first..=last`, per base
	/// unit; zero where none sells.
	fn selling_price(
		zone: ZoneId,
		resource: Resource,
		first: PeriodIndex,
		last: PeriodIndex,
	) -> Self::Balance;
	/// Whether a backstop buys what the group delivers in `period` beyond what it has sold, if there is something
	/// left of the quantity that it has posted and its fund reaches: the answer stays the same once the period
	/// has ended.
	fn buys_excess(group: &GroupId<AccountId>, period: PeriodIndex) -> bool;
	/// Has the backstop buy as much of it as its fund reaches for; how much it bought. What the group's
	/// operator cannot be paid is not bought.
	fn buy_excess(
		group: &GroupId<AccountId>,
		period: PeriodIndex,
		excess: Quantity,
	) -> Result<Quantity, DispatchError>;
	/// Appoints an account with a fund that buys and sells in every period, for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn post_any(zone: ZoneId, resource: Resource);
}
