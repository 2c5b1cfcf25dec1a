//! Offences: disabled at once, slashed later.

use frame::{
	prelude::*,
	token::fungible::hold::Mutate as _,
	traits::tokens::{Fortitude, Precision, Restriction},
};

use crate::{pallet::*, types::*, WeightInfo};

impl<T: Config> Pallet<T> {
	/// An account signed twice in a session, which costs this part of its bond. It is disabled, planned
	/// for no further session, and no candidate any more, as far as enough others are. Of the offences
	/// of an era the dearest counts.
	pub fn report(
		who: &T::AccountId,
		fraction: Perbill,
		session: SessionIndex,
		reporter: Option<T::AccountId>,
	) {
		frame_system::Pallet::<T>::register_extra_weight_unchecked(
			T::WeightInfo::report(),
			DispatchClass::Mandatory,
		);
		let lengths = Lengths::<T>::get();
		let era = lengths.era_of(session);
		let charged = Charged::<T>::get(era, who);
		let added = fraction.saturating_sub(charged);
		let Some(bond) = Self::bond_of(who) else { return };
		if added.is_zero() {
			return;
		}
		T::Disable::disable(who, fraction);
		let amount = added.mul_ceil(bond);
		if amount.is_zero() {
			return;
		}
		Charged::<T>::insert(era, who, fraction);
		if Self::position(who).is_some() && Self::can_spare(who) {
			Self::retire(who, Why::Offence);
		}
		// One era more, so that `slash_eras` whole eras are left in which to cancel the slash.
		let due = Era::<T>::get().saturating_add(lengths.slash_eras).saturating_add(1);
		let waits = Self::note_slash(Slash { who: who.clone(), amount, fraction, reporter, due });
		Self::without_offenders();
		if waits {
			Self::deposit_event(Event::SlashReported { who: who.clone(), amount, due });
		}
	}

	/// Has a slash wait. It is added to one of the account that waits already, and both wait anew, unless
	/// that one takes the whole bond: else new offences could put it off without end. Returns whether the
	/// slash waits.
	fn note_slash(slash: SlashOf<T>) -> bool {
		let mut slashes = Slashes::<T>::get();
		if let Some(waiting) = slashes.iter_mut().find(|one| one.who == slash.who) {
			if Some(waiting.amount) >= Self::bond_of(&slash.who) {
				return false;
			}
			let amount = waiting.amount.saturating_add(slash.amount);
			let fraction = waiting.fraction.max(slash.fraction);
			*waiting = Slash { amount, fraction, ..slash };
			Slashes::<T>::put(slashes);
			return true;
		}
		if slashes.is_full() {
			if let Some(oldest) = slashes.first() {
				Self::take_slash(&oldest.who);
			}
		}
		// There is room now.
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
		let burnt = match left.is_zero() {
			true => left,
			false => T::NativeBalance::burn_held(
				&HoldReason::Bond.into(),
				who,
				left,
				Precision::BestEffort,
				Fortitude::Force,
			)
			.unwrap_or_default(),
		};
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
