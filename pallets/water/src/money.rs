//! Holds, charges and debts.

use frame::{deps::frame_support::storage::with_storage_layer, prelude::*};
use fungible::{hold::Mutate as _, Inspect as _, Mutate as _};
use meterproof_primitives::made;
use tokens::Restriction;

use crate::*;

impl<T: Config> Pallet<T> {
	pub(crate) fn hold(
		reason: HoldReason,
		who: &T::AccountId,
		amount: BalanceOf<T>,
	) -> DispatchResult {
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

	/// Takes a charge from an account's surety, then from its free balance; what is left is owed. The rest of
	/// the surety comes free.
	pub(crate) fn charge(
		zone: ZoneId,
		who: &T::AccountId,
		record: &mut AccountOf<T>,
		charge: BalanceOf<T>,
	) -> Result<BalanceOf<T>, DispatchError> {
		let of_surety = charge.min(record.surety);
		let mut left = charge;
		if made(Self::hand_over(who, of_surety))? {
			record.surety = record.surety.saturating_sub(of_surety);
			left = left.saturating_sub(of_surety);
		}
		let free =
			T::NativeBalance::reducible_balance(who, Preservation::Preserve, Fortitude::Polite);
		let of_free = left.min(free);
		if made(Self::transfer(who, &T::PenaltiesTo::get(), of_free))? {
			left = left.saturating_sub(of_free);
		}
		record.owed = record.owed.saturating_add(left);
		Self::free_surety(zone, who, record)?;
		Ok(left)
	}

	/// Releases an account's surety, or leaves it on hold to be claimed where the account cannot take it.
	fn free_surety(zone: ZoneId, who: &T::AccountId, record: &mut AccountOf<T>) -> DispatchResult {
		let amount = record.surety;
		record.surety = Zero::zero();
		if !made(Self::release(HoldReason::Surety, who, amount))? {
			record.freed = record.freed.saturating_add(amount);
			Self::deposit_event(Event::ReleaseDeferred { zone, account: who.clone(), amount });
		}
		Ok(())
	}

	/// Hands a part of an account's surety over to where charges go, all or nothing.
	fn hand_over(who: &T::AccountId, amount: BalanceOf<T>) -> DispatchResult {
		if amount.is_zero() {
			return Ok(());
		}
		with_storage_layer(|| {
			T::NativeBalance::transfer_on_hold(
				&HoldReason::Surety.into(),
				who,
				&T::PenaltiesTo::get(),
				amount,
				Precision::Exact,
				Restriction::Free,
				Fortitude::Force,
			)
			.map(|_| ())
		})
	}

	/// Pays from a free balance, and leaves the account enough to exist.
	pub(crate) fn transfer(
		from: &T::AccountId,
		to: &T::AccountId,
		amount: BalanceOf<T>,
	) -> DispatchResult {
		if amount.is_zero() {
			return Ok(());
		}
		with_storage_layer(|| {
			T::NativeBalance::transfer(from, to, amount, Preservation::Preserve).map(|_| ())
		})
	}

	pub(crate) fn do_pay(
		payer: &T::AccountId,
		zone: ZoneId,
		account: T::AccountId,
		most: BalanceOf<T>,
	) -> DispatchResult {
		Accounts::<T>::try_mutate(zone, &account, |maybe| {
			let record = maybe.as_mut().ok_or(Error::<T>::NoAccount)?;
			let amount = record.owed.min(most);
			ensure!(!amount.is_zero(), Error::<T>::NothingOwed);
			Self::transfer(payer, &T::PenaltiesTo::get(), amount)?;
			record.owed = record.owed.saturating_sub(amount);
			let (account, owed) = (account.clone(), record.owed);
			Self::deposit_event(Event::DebtPaid { zone, account, amount, owed });
			Ok(())
		})
	}

	pub(crate) fn do_claim(zone: ZoneId, account: T::AccountId) -> DispatchResult {
		Accounts::<T>::try_mutate(zone, &account, |maybe| {
			let record = maybe.as_mut().ok_or(Error::<T>::NoAccount)?;
			let amount = record.freed;
			ensure!(!amount.is_zero(), Error::<T>::NothingToClaim);
			let released = made(Self::release(HoldReason::Surety, &account, amount))?;
			ensure!(released, Error::<T>::PayeeNotPayable);
			record.freed = Zero::zero();
			Self::deposit_event(Event::ReleaseClaimed { zone, account: account.clone(), amount });
			Ok(())
		})
	}
}
