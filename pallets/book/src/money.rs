//! Amounts and holds, and what an account cannot take.

use frame::{deps::frame_support::storage::with_storage_layer, prelude::*};
use fungible::hold::{Mutate, Unbalanced};
use meterproof_primitives::{api::Owed, made};

use crate::*;

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

	/// Releases exactly `amount`. Of an account whose free balance is below the existential deposit the
	/// SDK may release less, which is an error here.
	pub(crate) fn release(
		reason: HoldReason,
		who: &T::AccountId,
		amount: BalanceOf<T>,
	) -> DispatchResult {
		if amount.is_zero() {
			return Ok(());
		}
		with_storage_layer(|| {
			let exact = Precision::Exact;
			let released = T::NativeBalance::release(&reason.into(), who, amount, exact)?;
			ensure!(released == amount, Error::<T>::PayeeNotPayable);
			Ok(())
		})
	}

	/// Releases `amount`, or leaves it on hold and notes that it is owed where the account cannot take it.
	pub(crate) fn free(
		reason: HoldReason,
		who: &T::AccountId,
		amount: BalanceOf<T>,
	) -> DispatchResult {
		if made(Self::release(reason, who, amount))? {
			return Ok(());
		}
		if matches!(reason, HoldReason::Backstop) {
			// What is owed of a fund is owed as a bid's money is.
			Self::regard_as_bid(who, amount)?;
		}
		Owing::<T>::mutate(who, |owed| {
			let part = match reason {
				HoldReason::Bid | HoldReason::Backstop => &mut owed.bid,
				HoldReason::Collateral => &mut owed.collateral,
				HoldReason::Deposit => &mut owed.deposit,
			};
			*part = part.saturating_add(amount);
		});
		Self::deposit_event(Event::ReleaseDeferred { account: who.clone(), amount });
		Ok(())
	}

	/// Has a part of a fund on hold as a bid's money is; it is never free in between.
	fn regard_as_bid(who: &T::AccountId, amount: BalanceOf<T>) -> DispatchResult {
		let (fund, bid) = (HoldReason::Backstop.into(), HoldReason::Bid.into());
		T::NativeBalance::increase_balance_on_hold(&bid, who, amount, Precision::Exact)?;
		T::NativeBalance::decrease_balance_on_hold(&fund, who, amount, Precision::Exact)?;
		Ok(())
	}

	/// Releases what is owed: the largest part first, so that the account exists for the others.
	pub(crate) fn do_claim(who: &T::AccountId) -> DispatchResult {
		let Owed { bid, collateral, deposit } = Owing::<T>::take(who);
		let mut parts = [
			(bid, HoldReason::Bid),
			(collateral, HoldReason::Collateral),
			(deposit, HoldReason::Deposit),
		];
		let amount = bid.saturating_add(collateral).saturating_add(deposit);
		ensure!(!amount.is_zero(), Error::<T>::NothingToClaim);
		parts.sort_by_key(|(amount, _)| core::cmp::Reverse(*amount));
		for (amount, reason) in parts {
			ensure!(made(Self::release(reason, who, amount))?, Error::<T>::PayeeNotPayable);
		}
		Self::deposit_event(Event::ReleaseClaimed { account: who.clone(), amount });
		Ok(())
	}
}
