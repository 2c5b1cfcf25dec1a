//! What always holds.

use alloc::collections::BTreeMap;

use frame::{prelude::*, token::fungible::hold::Inspect as _};
use meterproof_primitives::EnsureInvariants;

use crate::{pallet::*, types::*};

impl<T: Config> EnsureInvariants for Pallet<T> {
	fn ensure_invariants() -> DispatchResult {
		Self::bonds_are_held()?;
		Self::the_set_is_sound()
	}
}

impl<T: Config> Pallet<T> {
	fn bonds_are_held() -> DispatchResult {
		let mut bonds = BTreeMap::<T::AccountId, BalanceOf<T>>::new();
		for Candidate { who, bond } in Candidates::<T>::get() {
			ensure!(bonds.insert(who, bond).is_none(), "validators: one is a candidate twice");
		}
		for (who, leaver) in Leaving::<T>::iter() {
			ensure!(
				bonds.insert(who, leaver.bond).is_none(),
				"validators: one is a candidate and has left"
			);
		}
		for (who, bond) in &bonds {
			let held = T::NativeBalance::balance_on_hold(&HoldReason::Bond.into(), who);
			ensure!(held == *bond, "validators: a bond is not what is on hold");
		}
		for slash in Slashes::<T>::get() {
			ensure!(bonds.contains_key(&slash.who), "validators: a slash of one without a bond");
		}
		Ok(())
	}

	fn the_set_is_sound() -> DispatchResult {
		ensure!(Lengths::<T>::get().fit(), "validators: lengths do not fit each other");
		let slashes = Slashes::<T>::get();
		let offenders: alloc::collections::BTreeSet<_> =
			slashes.iter().map(|slash| &slash.who).collect();
		ensure!(offenders.len() == slashes.len(), "validators: two slashes of one account wait");
		let elected = Elected::<T>::get();
		let once: alloc::collections::BTreeSet<_> = elected.iter().collect();
		ensure!(once.len() == elected.len(), "validators: one is elected twice");
		Ok(())
	}
}
