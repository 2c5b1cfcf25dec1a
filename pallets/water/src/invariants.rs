//! What always holds.

use alloc::collections::btree_map::BTreeMap;

use frame::prelude::*;
use fungible::hold::Inspect;
use meterproof_primitives::{EnsureInvariants, MAX_CLAIM};

use crate::*;

impl<T: Config> EnsureInvariants for Pallet<T> {
	fn ensure_invariants() -> DispatchResult {
		Self::ensure_holds_match()?;
		Self::ensure_lists_match()?;
		Self::ensure_zones_match()?;
		Self::ensure_seasons_match()
	}
}

impl<T: Config> Pallet<T> {
	/// Money on hold is what the records say, to the unit, for every account.
	fn ensure_holds_match() -> DispatchResult {
		let mut expected = BTreeMap::<T::AccountId, (BalanceOf<T>, BalanceOf<T>)>::new();
		for (_, who, record) in Accounts::<T>::iter() {
			let (deposit, surety) = expected.entry(who).or_default();
			*deposit = sum(*deposit, record.deposit)?;
			*surety = sum(*surety, sum(record.surety, record.freed)?)?;
		}
		for who in frame_system::Account::<T>::iter_keys() {
			let (deposit, surety) = expected.remove(&who).unwrap_or_default();
			for (reason, amount) in [(HoldReason::Deposit, deposit), (HoldReason::Surety, surety)] {
				ensure!(
					T::NativeBalance::balance_on_hold(&reason.into(), &who) == amount,
					"water: money on hold differs from the records"
				);
			}
		}
		let forgotten =
			expected.values().any(|(deposit, surety)| !deposit.is_zero() || !surety.is_zero());
		ensure!(!forgotten, "water: a record of an account that does not exist");
		Ok(())
	}

	/// Every account is listed once, where it is to be found.
	fn ensure_lists_match() -> DispatchResult {
		let (mut in_seasons, mut resting) = (0usize, 0usize);
		for (zone, who, record) in Accounts::<T>::iter() {
			let (key, member) = (ordered(record.due), (zone, who));
			match record.turn {
				Some(turn) => {
					ensure!(
						Turns::<T>::contains_key(key, &member),
						"water: the turns lack an account"
					);
					let season = Seasons::<T>::get(zone, record.season);
					ensure!(
						season.is_some_and(|season| {
							turn < season.turns && record.due == season.reading(turn)
						}),
						"water: an account's turn is none of its season"
					);
					in_seasons = in_seasons.saturating_add(1);
				},
				None => {
					ensure!(
						Resting::<T>::contains_key(key, &member),
						"water: an account that rests is not listed"
					);
					ensure!(
						record.surety.is_zero()
							&& record.offer.is_none()
							&& record.balance.essential == 0,
						"water: an account that rests has more than it carries over"
					);
					resting = resting.saturating_add(1);
				},
			}
		}
		ensure!(
			Turns::<T>::iter_keys().count() == in_seasons
				&& Resting::<T>::iter_keys().count() == resting,
			"water: an account is listed that does not exist"
		);
		Ok(())
	}

	/// Zones sum up the entitlements, and count their seasons.
	fn ensure_zones_match() -> DispatchResult {
		let mut entitled = BTreeMap::<ZoneId, Classes>::new();
		for (zone, _, record) in Accounts::<T>::iter() {
			let sum = entitled.entry(zone).or_default();
			*sum = sum.plus(&record.entitlement);
			let known = Zones::<T>::get(zone).ok_or(Error::<T>::NoSteward)?;
			ensure!(record.season <= known.season, "water: an account is ahead of its zone");
		}
		for (zone, known) in Zones::<T>::iter() {
			let sum = entitled.remove(&zone).unwrap_or_default();
			ensure!(sum == known.entitled, "water: a zone's sum differs from its entitlements");
			ensure!(sum.sum() < MAX_CLAIM, "water: entitlements add up to too much");
			ensure!(
				known.season == 0 || Seasons::<T>::contains_key(zone, known.season),
				"water: the last season is not recorded"
			);
		}
		for (zone, season, _) in Seasons::<T>::iter() {
			let known = Zones::<T>::get(zone).ok_or(Error::<T>::NoSteward)?;
			ensure!(
				(known.oldest..=known.season).contains(&season),
				"water: a season is recorded that is too old or not announced"
			);
		}
		Ok(())
	}

	/// Seasons count their accounts, allocate no more than there is, and are cut in order.
	fn ensure_seasons_match() -> DispatchResult {
		let mut members = BTreeMap::<(ZoneId, SeasonIndex), (u32, Quantity)>::new();
		for (zone, _, record) in Accounts::<T>::iter() {
			if record.turn.is_some() {
				let (count, left) = members.entry((zone, record.season)).or_default();
				*count = count.saturating_add(1);
				*left = left.saturating_add(record.balance.sum());
			}
		}
		for (zone, number, season) in Seasons::<T>::iter() {
			let (count, left) = members.remove(&(zone, number)).unwrap_or_default();
			ensure!(count == season.members, "water: a season counts other accounts");
			ensure!(
				season.granted.sum() <= season.available
					&& season.allocated <= season.granted.sum(),
				"water: more is allocated than there is"
			);
			// What was carried over comes on top.
			let carried = season.carry.mul_ceil(season.entitled.general);
			ensure!(
				left <= season.available.saturating_add(carried),
				"water: accounts have more left than there was"
			);
			ensure!(
				season.cuts.iter().zip(season.cuts.iter().skip(1)).all(|(a, b)| a.from <= b.from)
					&& season.cuts.iter().all(|cut| cut.from > 0 && cut.from < season.turns),
				"water: a season's cuts are out of order"
			);
		}
		ensure!(members.is_empty(), "water: an account is in a season that is not recorded");
		Ok(())
	}
}

fn sum<Balance: CheckedAdd>(a: Balance, b: Balance) -> Result<Balance, DispatchError> {
	a.checked_add(&b).ok_or(ArithmeticError::Overflow.into())
}
