//! Gateways come and go, and post their roots.

use frame::{prelude::*, token::fungible::hold::Mutate as _};
use meterproof_primitives::{
	roots::EMPTY, GatewayBook, GatewayId, GatewayRefusal, Node, PeriodClock, PeriodIndex, RootClock,
};

use crate::{pallet::*, types::*};

/// A period as a key that is walked in order.
pub(crate) fn ordered(period: PeriodIndex) -> OrderedKey {
	period.to_be_bytes()
}

/// The period behind such a key.
pub(crate) fn number(key: OrderedKey) -> PeriodIndex {
	u64::from_be_bytes(key)
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_register(account: T::AccountId) -> DispatchResult {
		let gateway = NextGateway::<T>::get();
		let next = gateway.checked_add(1).ok_or(Error::<T>::GatewayIdsExhausted)?;
		let deposit = T::GatewayDeposit::get();
		T::NativeBalance::hold(&HoldReason::GatewayDeposit.into(), &account, deposit)?;
		NextGateway::<T>::put(next);
		let record = Gateway { account: account.clone(), deposit, retiring: None };
		Gateways::<T>::insert(gateway, record);
		Self::deposit_event(Event::GatewayRegistered { gateway, account, deposit });
		Ok(())
	}

	pub(crate) fn do_post_root(
		who: &T::AccountId,
		gateway: GatewayId,
		period: PeriodIndex,
		root: Node,
	) -> DispatchResult {
		let record = Self::own(who, gateway)?;
		let goes_on = record.retiring.is_none_or(|from| period < from);
		ensure!(goes_on, Error::<T>::GatewayRetired);
		ensure!(T::Clock::roots_open(period), Error::<T>::RootsNotTaken);
		let key = ordered(period);
		ensure!(!Roots::<T>::contains_key(key, gateway), Error::<T>::RootStands);
		ensure!(root != EMPTY, Error::<T>::RootZero);
		Roots::<T>::insert(key, gateway, root);
		Self::deposit_event(Event::RootPosted { gateway, period, root });
		Ok(())
	}

	pub(crate) fn do_retire(who: &T::AccountId, gateway: GatewayId) -> DispatchResult {
		let record = Self::own(who, gateway)?;
		ensure!(record.retiring.is_none(), Error::<T>::GatewayRetiring);
		let from = T::Clock::first_open();
		Gateways::<T>::insert(gateway, Gateway { retiring: Some(from), ..record });
		Self::deposit_event(Event::GatewayRetires { gateway, from });
		Ok(())
	}

	pub(crate) fn do_release(gateway: GatewayId) -> DispatchResult {
		let record = Gateways::<T>::get(gateway).ok_or(Error::<T>::UnknownGateway)?;
		let settled_to = T::Clock::oldest_unsettled();
		let is_over = record.retiring.is_some_and(|from| from <= settled_to);
		ensure!(is_over, Error::<T>::DepositLocked);
		let Gateway { account, deposit, .. } = record;
		// Best effort, so that an account whose hold was cut elsewhere is not locked in.
		let reason = HoldReason::GatewayDeposit.into();
		T::NativeBalance::release(&reason, &account, deposit, Precision::BestEffort)?;
		Gateways::<T>::remove(gateway);
		Self::deposit_event(Event::GatewayReleased { gateway, account, deposit });
		Ok(())
	}

	/// The record of the account's gateway.
	fn own(who: &T::AccountId, gateway: GatewayId) -> Result<GatewayOf<T>, DispatchError> {
		let record = Gateways::<T>::get(gateway).ok_or(Error::<T>::UnknownGateway)?;
		ensure!(record.account == *who, Error::<T>::NotGateway);
		Ok(record)
	}
}

impl<T: Config> GatewayBook for Pallet<T> {
	fn takes_bindings(gateway: GatewayId) -> Result<(), GatewayRefusal> {
		let record = Gateways::<T>::get(gateway).ok_or(GatewayRefusal::UnknownGateway)?;
		match record.retiring {
			Some(_) => Err(GatewayRefusal::GatewayRetiring),
			None => Ok(()),
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn register_any() -> GatewayId {
		let gateway = NextGateway::<T>::get();
		let account = frame::benchmarking::prelude::account("gateway", gateway, 0);
		Gateways::<T>::insert(gateway, Gateway { account, deposit: Zero::zero(), retiring: None });
		NextGateway::<T>::put(gateway.saturating_add(1));
		gateway
	}
}
