//! Offences: disabled at once, slashed later.

use frame::{
	prelude::*,
	token::fungible::hold::Mutate as _,
	traits::tokens::{Fortitude, Precision, Restriction},
};

use crate::{pallet::*, types::*, WeightInfo};

impl<T: Config> Pallet<T> {
	/// An account signed twice, and loses this part of its bond. It is disabled, and no candidate any
	/// more as far as enough others are. Of several offences while a slash waits, the dearest counts.
	pub fn report(who: &T::AccountId, fraction: Perbill, reporter: Option<T::AccountId>) {
		frame_system::Pallet::<T>::register_extra_weight_unchecked(
			T::WeightInfo::report(),
			DispatchClass::Mandatory,
		);
		T::Disable::disable(who, fraction);
		let Some(bond) = Self::bond_of(who) else { return };
		let amount = fraction.mul_ceil(bond);
		if Self::position(who).is_some() && Self::can_spare_one() {
			Self::retire(who, Why::Offence);
		}
		let due = Era::<T>::get().saturating_add(Lengths::<T>::get().slash_eras);
		if !Self::note_slash(Slash { who: who.clone(), amount, fraction, reporter, due }) {
			return;
		}
		Self::deposit_event(Event::SlashReported { who: who.clone(), amount, due });
	}

	/// Has a slash wait. False if one that is as dear waits already.
	fn note_slash(slash: SlashOf<T>) -> bool {
		if let Some(earlier) = Self::slash_of(&slash.who) {
			if earlier.amount >= slash.amount {
				return false;
			}
			// It keeps its time.
			let kept = Slash { due: earlier.due, ..slash };
			Slashes::<T>::mutate(|slashes| {
				if let Some(waiting) = slashes.iter_mut().find(|one| one.who == kept.who) {
					*waiting = kept;
				}
			});
			return true;
		}
		let slashes = Slashes::<T>::get();
		if slashes.len() as u32 >= T::MaxSlashes::get() {
			if let Some(oldest) = slashes.first() {
				Self::take_slash(&oldest.who);
			}
		}
		Slashes::<T>::try_append(slash).is_ok()
	}

	/// What an account has on hold, as a candidate or as one that left.
	pub(crate) fn bond_of(who: &T::AccountId) -> Option<BalanceOf<T>> {
		let candidates = Candidates::<T>::get();
		let candidate = candidates.iter().find(|candidate| candidate.who == *who);
		let bond = candidate.map(|candidate| candidate.bond);
		bond.or_else(|| Leaving::<T>::get(who).map(|leaver| leaver.bond))
	}

	/// The slash of an account that waits.
	pub(crate) fn slash_of(who: &T::AccountId) -> Option<SlashOf<T>> {
		Slashes::<T>::get().into_iter().find(|slash| slash.who == *who)
	}

	pub(crate) fn remove_slash(who: &T::AccountId) -> Option<SlashOf<T>> {
		let mut slashes = Slashes::<T>::get();
		let position = slashes.iter().position(|slash| slash.who == *who)?;
		let slash = slashes.remove(position);
		Slashes::<T>::put(slashes);
		Some(slash)
	}

	/// Takes the slash of an account that waits.
	pub(crate) fn take_slash(who: &T::AccountId) {
		let Some(slash) = Self::remove_slash(who) else { return };
		let amount = slash.amount.min(Self::bond_of(who).unwrap_or_default());
		let reward = match &slash.reporter {
			Some(reporter) => Self::move_held(who, reporter, REWARD.mul_floor(amount)),
			None => Zero::zero(),
		};
		let rest = amount.saturating_sub(reward);
		let moved = Self::move_held(who, &T::SlashesTo::get(), rest);
		// What no account can take is burnt.
		let left = rest.saturating_sub(moved);
		let reason = HoldReason::Bond.into();
		let burnt = T::NativeBalance::burn_held(
			&reason,
			who,
			left,
			Precision::BestEffort,
			Fortitude::Force,
		)
		.unwrap_or_default();
		let taken = reward.saturating_add(moved).saturating_add(burnt);
		Self::lower_bond(who, taken);
		Self::deposit_event(Event::Slashed { who: who.clone(), amount: taken, reward });
	}

	/// Pays out of what is on hold; answers how much was paid.
	fn move_held(from: &T::AccountId, to: &T::AccountId, amount: BalanceOf<T>) -> BalanceOf<T> {
		if amount.is_zero() {
			return amount;
		}
		T::NativeBalance::transfer_on_hold(
			&HoldReason::Bond.into(),
			from,
			to,
			amount,
			Precision::BestEffort,
			Restriction::Free,
			Fortitude::Force,
		)
		.unwrap_or_default()
	}

	fn lower_bond(who: &T::AccountId, by: BalanceOf<T>) {
		let mut candidates = Candidates::<T>::get();
		if let Some(own) = candidates.iter_mut().find(|candidate| candidate.who == *who) {
			own.bond = own.bond.saturating_sub(by);
			Candidates::<T>::put(candidates);
			return;
		}
		Leaving::<T>::mutate_exists(who, |leaver| {
			if let Some(own) = leaver {
				own.bond = own.bond.saturating_sub(by);
				if own.bond.is_zero() {
					*leaver = None;
				}
			}
		});
	}
}
