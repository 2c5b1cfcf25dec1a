//! Amounts and holds.

use frame::{deps::frame_support::storage::with_storage_layer, prelude::*};
use fungible::hold::Mutate;
use meterproof_primitives::{worth, Output, NATIVE_ASSET};
use tokens::Restriction;

use crate::{
	notes::{note_seed, TradeSide},
	*,
};

/// What became of a trade's quantity in one period, in base units. The rest is charged to the seller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shares {
	/// Proved.
	pub delivered: Quantity,
	/// Not delivered and not charged. Together with what was delivered it is the quantity at most.
	pub excused: Quantity,
}

impl Shares {
	/// The shares in an outcome; `None` for a sealed one.
	pub fn of(outcome: Outcome) -> Option<Self> {
		match outcome {
			Outcome::Open { delivered, excused, .. } => Some(Self { delivered, excused }),
			Outcome::Sealed => None,
		}
	}
}

impl<T: Config> Pallet<T> {
	/// Holds `amount`, unless votes lock tokens of the account (`Frozen`).
	pub(crate) fn hold(
		reason: HoldReason,
		who: &T::AccountId,
		amount: BalanceOf<T>,
	) -> DispatchResult {
		ensure!(!T::Voters::contains(who), TokenError::Frozen);
		T::NativeBalance::hold(&reason.into(), who, amount)
	}

	/// Releases exactly `amount`. An account whose free balance is below the existential deposit
	/// loses it with its last hold, and what is released then may be too little to begin anew:
	/// the SDK answers such a release with a smaller amount, not with an error.
	pub(crate) fn release(
		reason: HoldReason,
		who: &T::AccountId,
		amount: BalanceOf<T>,
	) -> DispatchResult {
		if amount.is_zero() {
			return Ok(());
		}
		let released = T::NativeBalance::release(&reason.into(), who, amount, Precision::Exact)?;
		ensure!(released == amount, Error::<T>::PayeeNotPayable);
		Ok(())
	}

	/// Hands exactly `amount` from one account's hold to the other account; neither locks nor
	/// freezes stand in the way.
	fn hand_over(
		reason: HoldReason,
		from: &T::AccountId,
		to: &T::AccountId,
		amount: BalanceOf<T>,
	) -> DispatchResult {
		if amount.is_zero() {
			return Ok(());
		}
		T::NativeBalance::transfer_on_hold(
			&reason.into(),
			from,
			to,
			amount,
			Precision::Exact,
			Restriction::Free,
			Fortitude::Force,
		)
		.map(|_| ())
	}

	/// The seller's side of a settled period, all or nothing: the collateral of what was
	/// delivered or is not charged comes free first, so that the account exists, then it, or its note,
	/// is paid.
	pub(crate) fn pay_seller(
		id: TradeId,
		period: PeriodIndex,
		trade: &TradeOf<T>,
		Shares { delivered, excused }: Shares,
	) -> DispatchResult {
		with_storage_layer(|| {
			let seller = &trade.seller.operator;
			let free = delivered.saturating_add(excused);
			let collateral =
				worth(free, trade.imbalance_price).ok_or(Error::<T>::AmountTooLarge)?;
			let payment = worth(delivered, trade.price).ok_or(Error::<T>::AmountTooLarge)?;
			Self::release(HoldReason::Collateral, seller, collateral)?;
			let pay =
				|to: &T::AccountId| Self::hand_over(HoldReason::Payment, &trade.buyer, to, payment);
			match trade.payout {
				None => pay(seller),
				Some(owner) => {
					Self::pay_note(owner, note_seed(id, period, TradeSide::Seller), payment, pay)
				},
			}
		})
	}

	/// The buyer's side, all or nothing: the refund comes free, then the imbalance is charged; or
	/// both make one note.
	pub(crate) fn pay_buyer(
		id: TradeId,
		period: PeriodIndex,
		trade: &TradeOf<T>,
		shares: Shares,
	) -> DispatchResult {
		with_storage_layer(|| {
			let missing = trade.quantity.saturating_sub(shares.delivered);
			let charged = missing.saturating_sub(shares.excused);
			let refund = worth(missing, trade.price).ok_or(Error::<T>::AmountTooLarge)?;
			let penalty =
				worth(charged, trade.imbalance_price).ok_or(Error::<T>::AmountTooLarge)?;
			let buyer = &trade.buyer;
			let charge = |to: &T::AccountId| {
				Self::hand_over(HoldReason::Collateral, &trade.seller.operator, to, penalty)
			};
			match trade.refund {
				None => {
					Self::release(HoldReason::Payment, buyer, refund)?;
					charge(buyer)
				},
				Some(owner) => {
					let sum = refund.checked_add(&penalty).ok_or(Error::<T>::AmountTooLarge)?;
					let seed = note_seed(id, period, TradeSide::Buyer);
					Self::pay_note(owner, seed, sum, |pool| {
						Self::hand_over(HoldReason::Payment, buyer, pool, refund)?;
						charge(pool)
					})
				},
			}
		})
	}

	/// Pays both sides of a settled period of a sealed trade: payment and collateral become two notes,
	/// whose contents split them. All or nothing.
	pub(crate) fn pay_sealed(
		trade: &TradeOf<T>,
		amount: BalanceOf<T>,
		outputs: [Output; 2],
	) -> DispatchResult {
		let payment = worth(trade.quantity, trade.price).ok_or(Error::<T>::AmountTooLarge)?;
		let collateral =
			worth(trade.quantity, trade.imbalance_price).ok_or(Error::<T>::AmountTooLarge)?;
		let amount: u64 = amount.try_into().map_err(|_| Error::<T>::AmountAboveNote)?;
		T::NotePool::pay_sealed(NATIVE_ASSET, amount, outputs, |pool| {
			Self::hand_over(HoldReason::Payment, &trade.buyer, pool, payment)?;
			Self::hand_over(HoldReason::Collateral, &trade.seller.operator, pool, collateral)
		})
	}

	/// Returns the offer deposit, if it is still held and the account can take it.
	pub(crate) fn return_deposit(trade: &mut TradeOf<T>) -> DispatchResult {
		let deposit = trade.deposit;
		with_storage_layer(|| {
			Self::release(HoldReason::OfferDeposit, &trade.seller.operator, deposit)
		})?;
		trade.deposit = Zero::zero();
		Ok(())
	}
}
