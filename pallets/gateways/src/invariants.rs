//! What always holds.

use alloc::collections::BTreeMap;

use frame::{prelude::*, token::fungible::hold::Inspect as _};
use meterproof_primitives::{roots::EMPTY, EnsureInvariants, PeriodClock, Phase};

use crate::{pallet::*, registry::number, types::*};

impl<T: Config> EnsureInvariants for Pallet<T> {
	fn ensure_invariants() -> DispatchResult {
		Self::deposits_are_held()?;
		Self::roots_are_their_gateways()
	}
}

impl<T: Config> Pallet<T> {
	fn deposits_are_held() -> DispatchResult {
		let next = NextGateway::<T>::get();
		let mut deposits = BTreeMap::<T::AccountId, BalanceOf<T>>::new();
		for (gateway, record) in Gateways::<T>::iter() {
			ensure!(gateway < next, "gateways: a number was not given out");
			let sum = deposits.entry(record.account).or_default();
			*sum = sum.saturating_add(record.deposit);
		}
		let reason = HoldReason::GatewayDeposit.into();
		for (account, sum) in deposits {
			ensure!(
				T::NativeBalance::balance_on_hold(&reason, &account) == sum,
				"gateways: deposits on hold are off"
			);
		}
		Ok(())
	}

	fn roots_are_their_gateways() -> DispatchResult {
		let next = NextGateway::<T>::get();
		let settled_to = T::Clock::oldest_unsettled();
		for (key, gateway, root) in Roots::<T>::iter() {
			let period = number(key);
			ensure!(root != EMPTY, "gateways: a root is zero");
			ensure!(gateway < next, "gateways: a root of a number that was not given out");
			match Gateways::<T>::get(gateway) {
				Some(record) => ensure!(
					record.retiring.is_none_or(|from| period < from),
					"gateways: a root of a period that its gateway has left"
				),
				None => ensure!(
					period < settled_to,
					"gateways: a root that is not final belongs to no gateway"
				),
			}
			ensure!(
				!matches!(T::Clock::phase(period), Phase::Open | Phase::Closed),
				"gateways: a root of a period that has not started"
			);
		}
		Ok(())
	}
}
