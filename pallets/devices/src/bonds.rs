//! Registrars come and go, and their bonds outlast them.

use frame::{
	prelude::*,
	token::fungible::hold::Mutate as _,
	traits::tokens::{Fortitude, Precision, Restriction},
};
use meterproof_primitives::{PeriodClock, RegistrarBonds, ZoneId};

use crate::{pallet::*, types::*};

impl<T: Config> Pallet<T> {
	/// A bond that waits from an earlier appointment in the zone counts.
	pub(crate) fn do_appoint(zone: ZoneId, account: T::AccountId) -> DispatchResult {
		let waiting = LeavingBonds::<T>::take(zone, &account);
		let waiting = waiting.map_or_else(Zero::zero, |leaving| leaving.bond);
		let bond = T::RegistrarBond::get().max(waiting);
		Registrars::<T>::try_mutate(zone, |registrars| {
			ensure!(
				!registrars.iter().any(|known| known.account == account),
				Error::<T>::AlreadyRegistrar
			);
			registrars
				.try_push(Registrar { account: account.clone(), bond })
				.map_err(|_| Error::<T>::TooManyRegistrars)?;
			let missing = bond.saturating_sub(waiting);
			T::NativeBalance::hold(&HoldReason::RegistrarBond.into(), &account, missing)
		})?;
		Self::deposit_event(Event::RegistrarAppointed { zone, registrar: account, bond });
		Ok(())
	}

	pub(crate) fn do_dismiss(zone: ZoneId, account: T::AccountId) -> DispatchResult {
		let bond = Registrars::<T>::try_mutate_exists(zone, |slot| {
			let registrars = slot.as_mut().ok_or(Error::<T>::NotRegistrar)?;
			let at = registrars
				.iter()
				.position(|known| known.account == account)
				.ok_or(Error::<T>::NotRegistrar)?;
			let bond = registrars.remove(at).bond;
			if registrars.is_empty() {
				*slot = None;
			}
			Ok::<_, DispatchError>(bond)
		})?;
		let free_from = T::Clock::first_open().saturating_add(T::BondPeriods::get());
		if !bond.is_zero() {
			LeavingBonds::<T>::insert(zone, &account, LeavingBond { bond, free_from });
		}
		Self::deposit_event(Event::RegistrarLeft { zone, registrar: account, bond, free_from });
		Ok(())
	}

	pub(crate) fn do_slash(
		zone: ZoneId,
		account: T::AccountId,
		amount: BalanceOf<T>,
	) -> DispatchResult {
		let to = T::RegistrationFeeTo::get();
		let (amount, spent) = Self::pay_of_bond(zone, &account, &to, amount)?;
		let registrar = account.clone();
		Self::deposit_event(Event::RegistrarSlashed { zone, registrar, amount });
		Self::dismiss_if(spent, zone, account)
	}

	/// With nothing to lose a registrar could take out whatever it likes: it leaves the zone.
	fn dismiss_if(spent: bool, zone: ZoneId, account: T::AccountId) -> DispatchResult {
		if spent {
			Self::do_dismiss(zone, account)?;
		}
		Ok(())
	}

	/// Pays so much of a bond, or all that is left of it. What was paid, and whether somebody who is a
	/// registrar has nothing left.
	fn pay_of_bond(
		zone: ZoneId,
		account: &T::AccountId,
		to: &T::AccountId,
		amount: BalanceOf<T>,
	) -> Result<(BalanceOf<T>, bool), DispatchError> {
		let taken = |bond: &mut BalanceOf<T>| -> Result<BalanceOf<T>, DispatchError> {
			let amount = amount.min(*bond);
			ensure!(!amount.is_zero(), Error::<T>::NoBond);
			T::NativeBalance::transfer_on_hold(
				&HoldReason::RegistrarBond.into(),
				account,
				to,
				amount,
				Precision::Exact,
				Restriction::Free,
				Fortitude::Force,
			)?;
			*bond = bond.saturating_sub(amount);
			Ok(amount)
		};
		let mut registrars = Registrars::<T>::get(zone);
		if let Some(known) = registrars.iter_mut().find(|known| known.account == *account) {
			let amount = taken(&mut known.bond)?;
			let spent = known.bond.is_zero();
			Registrars::<T>::insert(zone, registrars);
			return Ok((amount, spent));
		}
		let mut leaving = LeavingBonds::<T>::get(zone, account).ok_or(Error::<T>::NoBond)?;
		let amount = taken(&mut leaving.bond)?;
		let rest = (!leaving.bond.is_zero()).then_some(leaving);
		LeavingBonds::<T>::set(zone, account, rest);
		Ok((amount, false))
	}

	pub(crate) fn do_release_bond(zone: ZoneId, account: T::AccountId) -> DispatchResult {
		let leaving = LeavingBonds::<T>::take(zone, &account).ok_or(Error::<T>::NoBond)?;
		// Until then the bond pays for what is not settled.
		ensure!(T::Clock::oldest_unsettled() >= leaving.free_from, Error::<T>::BondLocked);
		let bond = leaving.bond;
		Self::release(HoldReason::RegistrarBond, &account, bond)?;
		Self::deposit_event(Event::BondReleased { zone, registrar: account, bond });
		Ok(())
	}
}

impl<T: Config> RegistrarBonds<T::AccountId, BalanceOf<T>> for Pallet<T> {
	fn pay(
		zone: ZoneId,
		registrar: &T::AccountId,
		to: &T::AccountId,
		amount: BalanceOf<T>,
	) -> Result<BalanceOf<T>, DispatchError> {
		let (amount, spent) = match Self::pay_of_bond(zone, registrar, to, amount) {
			Err(error) if error == Error::<T>::NoBond.into() => return Ok(Zero::zero()),
			paid => paid?,
		};
		let (registrar, to) = (registrar.clone(), to.clone());
		Self::deposit_event(Event::BondPaid { zone, registrar: registrar.clone(), to, amount });
		Self::dismiss_if(spent, zone, registrar)?;
		Ok(amount)
	}
}
