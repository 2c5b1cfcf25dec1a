//! What the validators runtime API answers.

use frame::prelude::Get;
use meterproof_primitives::api::{BondInfo, BondState, ValidatorSetInfo, WaitingSlash};

use crate::{pallet::*, types::*};

impl<T: Config> Pallet<T> {
	/// The set, the candidates and what waits.
	pub fn set_info() -> ValidatorSetInfo<T::AccountId, BalanceOf<T>> {
		let lengths = Lengths::<T>::get();
		let elected = Elected::<T>::get();
		ValidatorSetInfo {
			era: Era::<T>::get(),
			epoch_slots: lengths.epoch_slots,
			sessions_per_era: lengths.sessions_per_era,
			unbonding_eras: lengths.unbonding_eras,
			least: Least::<T>::get(),
			most: T::MaxValidators::get(),
			min_bond: T::MinBond::get(),
			validators: LastSeen::<T>::get().into_iter().map(|(who, _)| who).collect(),
			candidates: Candidates::<T>::get()
				.into_iter()
				.map(|Candidate { who, bond }| BondInfo {
					state: match elected.contains(&who) {
						true => BondState::Elected,
						false => BondState::Waiting,
					},
					account: who,
					bond,
					free_from: None,
				})
				.collect(),
			slashes: Slashes::<T>::get()
				.into_iter()
				.map(|slash| WaitingSlash {
					account: slash.who,
					amount: slash.amount,
					due: slash.due,
				})
				.collect(),
		}
	}

	/// The bond of one account, if it has one.
	pub fn bond_info(who: &T::AccountId) -> Option<BondInfo<T::AccountId, BalanceOf<T>>> {
		let account = who.clone();
		if let Some(leaver) = Leaving::<T>::get(who) {
			let state = match Elected::<T>::get().contains(who)
				|| LastSeen::<T>::get().iter().any(|(seen, _)| seen == who)
			{
				true => BondState::Leaving,
				false => BondState::Left,
			};
			let free_from = Some(leaver.free_from);
			return Some(BondInfo { account, bond: leaver.bond, state, free_from });
		}
		Self::set_info().candidates.into_iter().find(|candidate| candidate.account == account)
	}
}
