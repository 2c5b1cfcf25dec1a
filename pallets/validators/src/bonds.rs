//! Bonds: put on hold, raised, given back.

use frame::{prelude::*, token::fungible::hold::Mutate as _, traits::tokens::Precision};

use crate::{pallet::*, types::*};

impl<T: Config> Pallet<T> {
	/// The place of a candidate in the list.
	pub(crate) fn position(who: &T::AccountId) -> Option<usize> {
		Candidates::<T>::get().iter().position(|candidate| candidate.who == *who)
	}

	/// Whether enough candidates with session keys stay if this one goes.
	pub(crate) fn can_spare(who: &T::AccountId) -> bool {
		Self::can_spare_of(Self::keyed(), who)
	}

	/// The same where so many candidates have session keys.
	fn can_spare_of(keyed: usize, who: &T::AccountId) -> bool {
		let others = keyed.saturating_sub(usize::from(T::Keys::has(who)));
		others >= Least::<T>::get() as usize
	}

	/// How many candidates have session keys.
	fn keyed() -> usize {
		Candidates::<T>::get().iter().filter(|candidate| T::Keys::has(&candidate.who)).count()
	}

	/// Takes candidates from the list in their order, as many as can be spared.
	pub(crate) fn retire_spared(whom: impl Iterator<Item = T::AccountId>, why: Why) {
		let mut keyed = Self::keyed();
		for who in whom {
			if Self::can_spare_of(keyed, &who) {
				keyed = keyed.saturating_sub(usize::from(T::Keys::has(&who)));
				Self::retire(&who, why);
			}
		}
	}

	/// Whether an account is in the set, or in one that is planned.
	pub(crate) fn may_validate(who: &T::AccountId) -> bool {
		Elected::<T>::get().contains(who)
			|| LastSeen::<T>::get().iter().any(|(seen, _)| seen == who)
	}

	pub(crate) fn do_join(who: &T::AccountId, bond: BalanceOf<T>) -> DispatchResult {
		ensure!(T::Keys::has(who), Error::<T>::NoKeys);
		ensure!(Self::slash_of(who).is_none(), Error::<T>::SlashPending);
		Self::make_room(who, bond)?;
		Self::add(who, bond)?;
		Self::deposit_event(Event::Joined { who: who.clone(), bond });
		Ok(())
	}

	/// Has the candidate with the smallest bond leave, where the list is full.
	fn make_room(who: &T::AccountId, bond: BalanceOf<T>) -> DispatchResult {
		let candidates = Candidates::<T>::get();
		ensure!(
			candidates.iter().all(|candidate| candidate.who != *who),
			Error::<T>::AlreadyCandidate
		);
		if (candidates.len() as u32) < T::MaxCandidates::get() {
			return Ok(());
		}
		// Of several smallest, the last that joined.
		let smallest = candidates.iter().rev().min_by_key(|candidate| candidate.bond);
		let smallest = smallest.ok_or(Error::<T>::TooManyCandidates)?;
		ensure!(smallest.bond < bond, Error::<T>::TooManyCandidates);
		Self::retire(&smallest.who.clone(), Why::Outbid);
		Ok(())
	}

	/// Makes the account a candidate; what it has on hold from before counts.
	pub(crate) fn add(who: &T::AccountId, bond: BalanceOf<T>) -> DispatchResult {
		let held = Leaving::<T>::get(who).map(|leaver| leaver.bond).unwrap_or_default();
		ensure!(bond >= T::MinBond::get(), Error::<T>::BondTooSmall);
		let missing = bond.checked_sub(&held).ok_or(Error::<T>::BondTooSmall)?;
		T::NativeBalance::hold(&HoldReason::Bond.into(), who, missing)?;
		Leaving::<T>::remove(who);
		Candidates::<T>::try_append(Candidate { who: who.clone(), bond })
			.map_err(|_| Error::<T>::TooManyCandidates)?;
		Ok(())
	}

	pub(crate) fn do_raise(who: &T::AccountId, by: BalanceOf<T>) -> DispatchResult {
		let bond = Candidates::<T>::try_mutate(|candidates| {
			let own = candidates.iter_mut().find(|candidate| candidate.who == *who);
			let own = own.ok_or(Error::<T>::NotCandidate)?;
			own.bond = own.bond.checked_add(&by).ok_or(Error::<T>::ArithmeticOverflow)?;
			Ok::<_, DispatchError>(own.bond)
		})?;
		T::NativeBalance::hold(&HoldReason::Bond.into(), who, by)?;
		Self::deposit_event(Event::BondRaised { who: who.clone(), bond });
		Ok(())
	}

	/// Takes a candidate from the list; its bond stays on hold.
	pub(crate) fn retire(who: &T::AccountId, why: Why) {
		let Some(position) = Self::position(who) else { return };
		let mut candidates = Candidates::<T>::get();
		let bond = candidates.remove(position).bond;
		Candidates::<T>::put(candidates);
		// It may be elected for the era that comes, and validate until that ends.
		let free_from =
			Era::<T>::get().saturating_add(2).saturating_add(Lengths::<T>::get().unbonding_eras);
		Leaving::<T>::insert(who, Leaver { bond, free_from });
		Self::deposit_event(Event::Left { who: who.clone(), why, free_from });
	}

	pub(crate) fn do_withdraw(who: &T::AccountId) -> DispatchResult {
		let leaver = Leaving::<T>::get(who).ok_or(Error::<T>::NothingToWithdraw)?;
		ensure!(Self::slash_of(who).is_none(), Error::<T>::SlashPending);
		ensure!(leaver.free_from <= Era::<T>::get(), Error::<T>::BondLocked);
		// Where too few could be elected for long, the old set goes on.
		ensure!(!Self::may_validate(who), Error::<T>::StillValidating);
		Leaving::<T>::remove(who);
		let bond = leaver.bond;
		T::NativeBalance::release(&HoldReason::Bond.into(), who, bond, Precision::Exact)?;
		Self::deposit_event(Event::Withdrawn { who: who.clone(), bond });
		Ok(())
	}
}
