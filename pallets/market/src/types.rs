//! What the market keeps.
// Compact fields make the derived code repeat the bounds.
#![allow(clippy::multiple_bound_locations)]

use alloc::vec::Vec;

use codec::{Decode, DecodeWithMemTracking, Encode, HasCompact, MaxEncodedLen};
use frame::prelude::*;
use meterproof_primitives::{
	api::TradeState, EverTaken, Evidence, GroupId, NoteOwner, PeriodIndex, Quantity, Sealed,
	Standing, TradeId,
};

/// Most registrars a buyer can name in one trade.
pub const MAX_REGISTRARS: u32 = 4;

/// A number as big-endian bytes, so that maps hashed by identity are walked in its order.
pub type OrderedKey = [u8; 8];

/// The registrars a buyer accepts; empty: any of the zone.
pub type Registrars<AccountId> = BoundedVec<AccountId, ConstU32<MAX_REGISTRARS>>;

/// A direct trade.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Trade<AccountId, Balance> {
	/// Whose devices deliver.
	pub seller: GroupId<AccountId>,
	/// Who pays.
	pub buyer: AccountId,
	/// Per period, in base units.
	pub quantity: Quantity,
	/// Per base unit.
	pub price: Balance,
	/// Charged per base unit not delivered; the collateral is this much per base unit.
	pub imbalance_price: Balance,
	/// First period.
	pub first: PeriodIndex,
	/// Last period, inclusive.
	pub last: PeriodIndex,
	/// Where the trade stands.
	pub state: TradeState,
	/// Periods settled so far.
	pub settled_periods: u32,
	/// Settled periods of which a payout still waits to be claimed.
	pub unpaid_periods: u32,
	/// The offer deposit that is still held.
	pub deposit: Balance,
	/// The agenda looks at the trade once this period's gate has closed.
	pub due: Option<PeriodIndex>,
	/// Registrars the buyer accepts.
	pub registrars: Registrars<AccountId>,
	/// The least evidence the buyer accepts.
	pub least_evidence: Evidence,
	/// Whose notes pay the seller; without one its account is paid.
	pub payout: Option<NoteOwner>,
	/// Whose notes refund the buyer; without one its account is refunded.
	pub refund: Option<NoteOwner>,
	/// What a sealed trade has besides.
	pub sealed: Option<Sealed>,
	/// What registrars had ever taken out of the seller's group when the trade was accepted. What they
	/// have taken since is not charged to the seller.
	pub taken: EverTaken<AccountId>,
}

/// The terms of an offer, as the call that accepts it names them: a trade's number alone could stand
/// for another offer once a fork gave it away again. Fields and no digest, so that a signer can show
/// what it signs. Never stored.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct OfferTerms<AccountId, Balance: HasCompact> {
	/// Whose devices deliver.
	pub seller: GroupId<AccountId>,
	/// Per period, in base units.
	#[codec(compact)]
	pub quantity: Quantity,
	/// Per base unit.
	#[codec(compact)]
	pub price: Balance,
	/// Charged per base unit not delivered.
	#[codec(compact)]
	pub imbalance_price: Balance,
	/// First period.
	#[codec(compact)]
	pub first: PeriodIndex,
	/// Last period, inclusive.
	#[codec(compact)]
	pub last: PeriodIndex,
}

impl<AccountId: Clone, Balance: HasCompact + Copy> Trade<AccountId, Balance> {
	/// The terms that the trade was offered at.
	pub fn terms(&self) -> OfferTerms<AccountId, Balance> {
		OfferTerms {
			seller: self.seller.clone(),
			quantity: self.quantity,
			price: self.price,
			imbalance_price: self.imbalance_price,
			first: self.first,
			last: self.last,
		}
	}
}

impl<AccountId: PartialEq, Balance> Trade<AccountId, Balance> {
	/// Number of periods.
	pub fn periods(&self) -> u32 {
		period_count(self.first, self.last)
	}

	/// Whether the buyer accepts by whose word and on what evidence the seller's devices count, each
	/// of them. Where nobody can say any more, a list that is not empty accepts nobody, and no grade
	/// but the lowest is reached.
	pub fn ensure_accepted(
		&self,
		standing: Option<&Standing<AccountId>>,
	) -> Result<(), NotAccepted> {
		let by_all = |standing: &Standing<AccountId>| {
			standing.registrars.iter().all(|registrar| self.registrars.contains(registrar))
		};
		if !self.registrars.is_empty() && !standing.is_some_and(by_all) {
			return Err(NotAccepted::Registrar);
		}
		let high_enough = |standing: &Standing<AccountId>| {
			standing.evidence.is_none_or(|lowest| lowest >= self.least_evidence)
		};
		if self.least_evidence > Evidence::File && !standing.is_some_and(high_enough) {
			return Err(NotAccepted::Evidence);
		}
		Ok(())
	}

	/// The trade as it would be had `who` named no note; `None` if it has no side.
	pub fn without_note_of(self, who: &AccountId) -> Option<Self> {
		if *who == self.seller.operator {
			Some(Self { payout: None, ..self })
		} else if *who == self.buyer {
			Some(Self { refund: None, ..self })
		} else {
			None
		}
	}
}

/// Why a buyer does not accept how the seller's devices were attested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAccepted {
	/// A device was attested by a registrar that the buyer does not name.
	Registrar,
	/// A device was attested on less evidence than the buyer demands.
	Evidence,
}

/// Number of periods in `first..=last`.
pub fn period_count(first: PeriodIndex, last: PeriodIndex) -> u32 {
	last.checked_sub(first)
		.map(|gap| gap.saturating_add(1))
		.map_or(0, |count| u32::try_from(count).unwrap_or(u32::MAX))
}

/// The accepted, unsettled trades of one group in one period.
#[derive(
	CloneNoBound,
	DebugNoBound,
	DefaultNoBound,
	PartialEqNoBound,
	EqNoBound,
	Encode,
	Decode,
	MaxEncodedLen,
	TypeInfo,
)]
#[scale_info(skip_type_params(MaxTrades))]
#[codec(mel_bound())]
pub struct Contract<MaxTrades: Get<u32>> {
	/// Q: the sum of the quantities.
	pub contracted: Quantity,
	/// The trades with their quantities, by trade id.
	pub trades: BoundedVec<(TradeId, Quantity), MaxTrades>,
	/// Whether it is one sealed trade, beside which there is no other.
	pub sealed: bool,
}

impl<MaxTrades: Get<u32>> Contract<MaxTrades> {
	/// Adds a trade, after which so much is contracted. Trades come in any order; shares are dealt out
	/// by trade id.
	pub(crate) fn insert<T: crate::Config<MaxTradesPerGroup = MaxTrades>>(
		&mut self,
		id: TradeId,
		quantity: Quantity,
		contracted: Quantity,
	) -> Result<(), crate::Error<T>> {
		let at = self.trades.partition_point(|(other, _)| *other < id);
		self.trades.try_insert(at, (id, quantity)).map_err(|_| crate::Error::<T>::GroupFull)?;
		self.contracted = contracted;
		Ok(())
	}
}

/// What became of one period of one trade. The amounts follow from the trade's prices.
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
pub enum Outcome {
	/// Anybody knows what was delivered.
	#[codec(index = 0)]
	Open {
		/// Proved, in base units.
		delivered: Quantity,
		/// Not delivered and not charged, since registrars took away what was to deliver it.
		excused: Quantity,
		/// The seller's side (payment and freed collateral) waits on hold to be claimed.
		seller_unpaid: bool,
		/// The buyer's side (refund and imbalance charge) waits on hold to be claimed.
		buyer_unpaid: bool,
	},
	/// Two notes share payment and collateral, and only their owners know how.
	#[codec(index = 1)]
	Sealed,
}

impl Outcome {
	/// Whether any side waits.
	pub fn is_unpaid(&self) -> bool {
		match self {
			Self::Open { seller_unpaid, buyer_unpaid, .. } => *seller_unpaid || *buyer_unpaid,
			Self::Sealed => false,
		}
	}

	/// What was proved, where anybody knows.
	pub fn delivered(&self) -> Option<Quantity> {
		match self {
			Self::Open { delivered, .. } => Some(*delivered),
			Self::Sealed => None,
		}
	}
}

/// How much an account has going.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct OpenCounts {
	/// Offers it made that wait for their buyers.
	pub offers: u32,
	/// Accepted trades, as seller or buyer, with periods still to settle.
	pub trades: u32,
}

impl OpenCounts {
	/// Whether nothing is going.
	pub fn is_empty(&self) -> bool {
		self.offers == 0 && self.trades == 0
	}
}

/// Splits `delivered` over quantities in proportion: each gets floor(delivered * quantity / sum),
/// and the first ones get one unit more until nothing remains. No share exceeds its quantity;
/// the shares add up to `delivered`. `None` if `delivered` exceeds the sum, or the sum overflows.
pub fn split(delivered: Quantity, quantities: &[Quantity]) -> Option<Vec<Quantity>> {
	let total = quantities.iter().try_fold(0u64, |sum, quantity| sum.checked_add(*quantity))?;
	if delivered > total {
		return None;
	}
	let mut shares = quantities
		.iter()
		.map(|quantity| {
			// Two factors below 2^64 stay below 2^128; a total of zero has shares of zero.
			let product = u128::from(delivered).checked_mul(u128::from(*quantity))?;
			u64::try_from(product.checked_div(u128::from(total)).unwrap_or(0)).ok()
		})
		.collect::<Option<Vec<_>>>()?;
	let given = shares.iter().try_fold(0u64, |sum, share| sum.checked_add(*share))?;
	let mut remainder = delivered.checked_sub(given)?;
	for (share, quantity) in shares.iter_mut().zip(quantities) {
		if remainder == 0 {
			break;
		}
		if *share < *quantity {
			*share = share.checked_add(1)?;
			remainder = remainder.checked_sub(1)?;
		}
	}
	(remainder == 0).then_some(shares)
}
