//! Worst cases: a full clock, which alone tells that roots are still taken, and accounts whose hold changes.

use frame::{
	benchmarking::prelude::*,
	token::fungible::{Inspect as _, Mutate as _},
};
use meterproof_primitives::{GatewayId, PeriodClock, PeriodIndex, RootClock};

use crate::{pallet::*, registry::ordered, types::*};

/// The running period.
const PERIOD: PeriodIndex = 1_000;

/// An account that can pay deposits.
fn funded<T: Config>() -> Result<T::AccountId, BenchmarkError> {
	let who: T::AccountId = account("gateway", 0, 0);
	let once = T::GatewayDeposit::get().saturating_add(T::NativeBalance::minimum_balance());
	T::NativeBalance::mint_into(&who, once.saturating_mul(1_000u32.into()))?;
	Ok(who)
}

/// An account with a gateway.
fn registered<T: Config>() -> Result<(T::AccountId, GatewayId), BenchmarkError> {
	let who = funded::<T>()?;
	let gateway = NextGateway::<T>::get();
	Pallet::<T>::do_register(who.clone())?;
	Ok((who, gateway))
}

/// So many roots of periods before the running one.
fn fill<T: Config>(count: u32) {
	for gateway in 0..count {
		Roots::<T>::insert(ordered(PERIOD.saturating_sub(1)), gateway, [7; 32]);
	}
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn register() -> Result<(), BenchmarkError> {
		let who = funded::<T>()?;
		let gateway = NextGateway::<T>::get();

		#[extrinsic_call]
		_(RawOrigin::Signed(who));

		assert!(Gateways::<T>::contains_key(gateway));
		Ok(())
	}

	#[benchmark]
	fn post_root() -> Result<(), BenchmarkError> {
		let (who, gateway) = registered::<T>()?;
		T::Clock::wait_with_roots(PERIOD);
		let root = [7; 32];

		#[extrinsic_call]
		_(RawOrigin::Signed(who), gateway, PERIOD, root);

		assert_eq!(Roots::<T>::get(ordered(PERIOD), gateway), Some(root));
		Ok(())
	}

	#[benchmark]
	fn retire() -> Result<(), BenchmarkError> {
		let (who, gateway) = registered::<T>()?;
		T::Clock::wait_with_roots(PERIOD);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), gateway);

		assert!(Gateways::<T>::get(gateway).is_some_and(|record| record.retiring.is_some()));
		Ok(())
	}

	#[benchmark]
	fn release() -> Result<(), BenchmarkError> {
		let (who, gateway) = registered::<T>()?;
		T::Clock::go_to(PERIOD);
		Pallet::<T>::do_retire(&who, gateway)?;
		T::Clock::finish(T::Clock::first_open());

		#[extrinsic_call]
		_(RawOrigin::Signed(who), gateway);

		assert!(!Gateways::<T>::contains_key(gateway));
		Ok(())
	}

	#[benchmark]
	fn sweep(n: Linear<1, { MOST_SWEPT }>) {
		fill::<T>(n);
		T::Clock::finish(PERIOD);

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), n);

		assert_eq!(Roots::<T>::iter_keys().count(), 0);
	}

	#[benchmark]
	fn prune_look() {
		fill::<T>(1);
		T::Clock::wait_with_roots(PERIOD.saturating_sub(1));
		let closed;
		let due;

		#[block]
		{
			closed = T::Clock::is_closed();
			due = Pallet::<T>::due(T::Clock::oldest_unsettled(), 1);
		}

		assert!(!closed && due.is_empty());
	}

	#[benchmark]
	fn prune_root() {
		fill::<T>(1);

		#[block]
		{
			for (period, gateway) in Pallet::<T>::due(PERIOD, 1) {
				Roots::<T>::remove(ordered(period), gateway);
			}
		}

		assert_eq!(Roots::<T>::iter_keys().count(), 0);
	}
}
