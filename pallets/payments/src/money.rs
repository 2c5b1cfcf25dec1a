//! The pool's money, and what leaves and enters it.

use frame::prelude::*;
use fungibles::{Balanced, Inspect, Mutate};
use meterproof_primitives::{AssetId, PaymentKind, NATIVE_ASSET};

use crate::{pallet::*, types::*};

impl<T: Config> Pallet<T> {
	/// The account that has all that was shielded.
	pub fn account_id() -> T::AccountId {
		T::PalletId::get().into_account_truncating()
	}

	/// Genesis: the pool's account exists whatever is shielded.
	pub(crate) fn endow() {
		let pool = Self::account_id();
		let minimum = T::Assets::minimum_balance(NATIVE_ASSET);
		if T::Assets::balance(NATIVE_ASSET, &pool) < minimum {
			let endowed = T::Assets::mint_into(NATIVE_ASSET, &pool, minimum);
			assert!(endowed.is_ok(), "payments: the pool's account cannot be endowed");
		}
	}

	/// What a payment costs in an asset.
	pub fn fee_in(kind: PaymentKind, info: &AssetTerms) -> Option<u64> {
		let fee = match kind {
			PaymentKind::Transfer => T::TransferFee::get(),
			PaymentKind::Unshield => T::UnshieldFee::get(),
		};
		let fee = info.fee_rate.checked_mul_int(u128::from(fee))?;
		u64::try_from(fee).ok().filter(|fee| *fee > 0)
	}

	/// Takes `amount`, which `transfer` moves, into the pool.
	pub(crate) fn take_in(
		asset: AssetId,
		amount: u64,
		transfer: impl FnOnce(&T::AccountId) -> DispatchResult,
	) -> DispatchResult {
		let pool = Self::account_id();
		let before = T::Assets::balance(asset, &pool);
		transfer(&pool)?;
		let entered = T::Assets::balance(asset, &pool).checked_sub(before);
		ensure!(entered == Some(amount.into()), Error::<T>::AmountNotMoved);
		let moved = Moved::<T>::get(asset).entered(amount).ok_or(Error::<T>::TotalsOverflow)?;
		Moved::<T>::insert(asset, moved);
		Ok(())
	}

	/// Pays an account, if one is to be paid, and the block's author out of the pool.
	#[doc(hidden)]
	pub fn pay_out(asset: AssetId, to: Option<(&T::AccountId, u64)>, fee: u64) -> DispatchResult {
		let pool = Self::account_id();
		let before = T::Assets::balance(asset, &pool);
		let amount = to.map_or(0, |(_, amount)| amount);
		if let Some((to, amount)) = to {
			Self::hand_over(asset, &pool, to, amount, Preservation::Preserve)?;
		}
		let credit = T::Assets::withdraw(
			asset,
			&pool,
			fee.into(),
			Precision::Exact,
			Preservation::Preserve,
			Fortitude::Polite,
		)?;
		let left = before.checked_sub(T::Assets::balance(asset, &pool));
		let sum = u128::from(amount).saturating_add(fee.into());
		ensure!(left == Some(sum), Error::<T>::AmountNotMoved);
		T::OnFee::on_unbalanced(credit);
		let moved = Moved::<T>::get(asset).left(amount, fee).ok_or(Error::<T>::PoolCannotPay)?;
		Moved::<T>::insert(asset, moved);
		Ok(())
	}

	/// Moves exactly `amount`.
	pub(crate) fn hand_over(
		asset: AssetId,
		from: &T::AccountId,
		to: &T::AccountId,
		amount: u64,
		preservation: Preservation,
	) -> DispatchResult {
		T::Assets::transfer(asset, from, to, amount.into(), preservation).map(|_| ())
	}

	/// Whether so much can leave: notes of so much exist, and the pool's account may be drawn on.
	pub(crate) fn can_pay_out(asset: AssetId, amount: u64, fee: u64) -> bool {
		let sum = u128::from(amount).saturating_add(fee.into());
		let owed = Moved::<T>::get(asset).left(amount, fee).is_some();
		owed && T::Assets::reducible_balance(
			asset,
			&Self::account_id(),
			Preservation::Preserve,
			Fortitude::Polite,
		) >= sum
	}

	/// Whether the account can be paid `amount` out of the pool.
	pub(crate) fn can_receive(asset: AssetId, to: &T::AccountId, amount: u64) -> bool {
		*to != Self::account_id()
			&& T::Assets::can_deposit(asset, to, amount.into(), Provenance::Extant)
				== DepositConsequence::Success
	}

	/// Whether the account can pay `amount` in, and for the state it leaves, and stay alive.
	pub(crate) fn can_shield(asset: AssetId, from: &T::AccountId, amount: u64) -> bool {
		let fee = u128::from(T::ShieldFee::get());
		let free = |asset| {
			T::Assets::reducible_balance(asset, from, Preservation::Preserve, Fortitude::Polite)
		};
		match asset {
			NATIVE_ASSET => free(asset) >= fee.saturating_add(amount.into()),
			_ => free(asset) >= amount.into() && free(NATIVE_ASSET) >= fee,
		}
	}

	/// Takes from an account what a shield pays for its state, to the block's author.
	pub(crate) fn charge(from: &T::AccountId) -> DispatchResult {
		let fee = T::ShieldFee::get();
		if fee > 0 {
			let credit = T::Assets::withdraw(
				NATIVE_ASSET,
				from,
				fee.into(),
				Precision::Exact,
				Preservation::Preserve,
				Fortitude::Polite,
			)?;
			T::OnFee::on_unbalanced(credit);
		}
		Ok(())
	}

	/// Admits an asset or changes its terms.
	pub(crate) fn do_set_asset(asset: AssetId, info: AssetTerms) -> DispatchResult {
		if asset == NATIVE_ASSET {
			ensure!(info.fee_rate == FixedU128::one(), Error::<T>::NativeRateFixed);
		}
		for kind in [PaymentKind::Transfer, PaymentKind::Unshield] {
			ensure!(Self::fee_in(kind, &info).is_some(), Error::<T>::FeeRateOutOfRange);
		}
		if !PayableAssets::<T>::contains_key(asset) {
			ensure!(PayableAssets::<T>::count() < T::MaxAssets::get(), Error::<T>::TooManyAssets);
			ensure!(T::Assets::asset_exists(asset), Error::<T>::NoSuchAsset);
			let balance = T::Assets::balance(asset, &Self::account_id());
			let minimum = T::Assets::minimum_balance(asset);
			ensure!(balance >= minimum, Error::<T>::PoolNotEndowed);
		}
		let AssetTerms { fee_rate, auditor } = info.clone();
		PayableAssets::<T>::insert(asset, info);
		Self::deposit_event(Event::AssetSet { asset, fee_rate, auditor });
		Ok(())
	}
}
