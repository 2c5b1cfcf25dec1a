//! Amounts and holds, and what an account cannot take.

use frame::{deps::frame_support::storage::with_storage_layer, prelude::*};
use fungible::hold::Mutate;
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
	fn release(reason: HoldReason, who: &T::AccountId, amount: BalanceOf<T>) -> DispatchResult {
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
		Owing::<T>::mutate(who, |owed| {
			let part = match reason {
				HoldReason::Bid => &mut owed.bid,
				HoldReason::Collateral => &mut owed.collateral,
				HoldReason::Deposit => &mut owed.deposit,
			};
			*part = part.saturating_add(amount);
		});
		Self::deposit_event(Event::ReleaseDeferred { account: who.clone(), amount });
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
