//! What governance and stewards say: zones, entitlements, seasons, cuts.

use frame::prelude::*;
use meterproof_primitives::{Allotments, MAX_CLAIM};

use crate::*;

/// Most records of seasons that an announcement removes: more than it adds.
const PRUNED_AT_ONCE: u32 = 2;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_zone(
		zone: ZoneId,
		steward: T::AccountId,
		ceiling: Quantity,
		penalty: BalanceOf<T>,
		carry: Permill,
	) -> DispatchResult {
		ensure!(T::Devices::has_registrar(zone), Error::<T>::UnknownZone);
		ensure!(ceiling < MAX_CLAIM, Error::<T>::QuantityTooLarge);
		Zones::<T>::mutate(zone, |maybe| match maybe {
			Some(known) => {
				known.steward = steward.clone();
				known.ceiling = ceiling;
				known.penalty = penalty;
				known.carry = carry;
			},
			None => {
				*maybe = Some(Zone {
					steward: steward.clone(),
					ceiling,
					penalty,
					carry,
					entitled: Classes::default(),
					season: 0,
					oldest: 1,
					free_from: 0,
				});
			},
		});
		Self::deposit_event(Event::ZoneSet { zone, steward, ceiling, penalty, carry });
		Ok(())
	}

	/// The zone, if `who` is its steward.
	fn as_steward(who: &T::AccountId, zone: ZoneId) -> Result<ZoneOf<T>, Error<T>> {
		let known = Zones::<T>::get(zone).ok_or(Error::<T>::NoSteward)?;
		ensure!(known.steward == *who, Error::<T>::NotSteward);
		Ok(known)
	}

	pub(crate) fn do_grant(
		who: &T::AccountId,
		zone: ZoneId,
		account: T::AccountId,
		entitlement: Classes,
	) -> DispatchResult {
		let mut known = Self::as_steward(who, zone)?;
		Accounts::<T>::try_mutate(zone, &account, |maybe| {
			let record = maybe.as_mut().ok_or(Error::<T>::NoAccount)?;
			// A season that is announced is shared out among the entitlements as they were then.
			ensure!(record.season == known.season, Error::<T>::EntitlementFrozen);
			let others = known.entitled.minus(&record.entitlement);
			ensure!(
				entitlement.essential < MAX_CLAIM && entitlement.general < MAX_CLAIM,
				Error::<T>::QuantityTooLarge
			);
			let all = others.plus(&entitlement);
			ensure!(all.sum() < MAX_CLAIM, Error::<T>::QuantityTooLarge);
			ensure!(all.essential <= known.ceiling, Error::<T>::AboveCeiling);
			record.entitlement = entitlement;
			known.entitled = all;
			Ok::<_, Error<T>>(())
		})?;
		Zones::<T>::insert(zone, known);
		Self::deposit_event(Event::Entitled { zone, account, entitlement });
		Ok(())
	}

	pub(crate) fn do_announce(
		who: &T::AccountId,
		zone: ZoneId,
		first: PeriodIndex,
		turn: u32,
		turns: u32,
		available: Quantity,
	) -> DispatchResult {
		let mut known = Self::as_steward(who, zone)?;
		ensure!(turn > 0 && turns > 0, Error::<T>::EmptySeason);
		ensure!(turn <= T::MaxTurn::get(), Error::<T>::TurnTooLong);
		ensure!(turns <= T::MaxTurns::get(), Error::<T>::TooManyTurns);
		let running = T::Clock::running();
		// Accounts in no season are looked at often enough for all to enter when it begins.
		let soonest = running.saturating_add(T::Notice::get().into());
		ensure!(first > soonest, Error::<T>::SeasonTooSoon);
		ensure!(first <= running.saturating_add(T::MaxAdvance::get()), Error::<T>::TooFarAhead);
		if let Some(last) = Seasons::<T>::get(zone, known.season) {
			if Self::has_begun(&last) {
				known.free_from = last.end();
				known.season = Self::next(known.season)?;
			} else {
				// Announced anew. Accounts wait for it as it was.
				ensure!(first >= last.first, Error::<T>::SeasonTooSoon);
			}
		} else {
			known.season = Self::next(known.season)?;
		}
		ensure!(first >= known.free_from, Error::<T>::SeasonsOverlap);

		// What is carried over into the season has to be there as well.
		let carried = known.carry.mul_ceil(known.entitled.general);
		ensure!(available.saturating_add(carried) <= known.ceiling, Error::<T>::AboveCeiling);
		let essential = known.entitled.essential.min(available);
		let general = known.entitled.general.min(available.saturating_sub(essential));
		let granted = Classes { essential, general };
		let season = Season {
			first,
			turn,
			turns,
			available,
			granted,
			entitled: known.entitled,
			penalty: known.penalty,
			carry: known.carry,
			cuts: BoundedVec::new(),
			allocated: 0,
			members: 0,
		};
		Seasons::<T>::insert(zone, known.season, season);
		Self::remove_old_seasons(zone, &mut known);
		let (season, penalty) = (known.season, known.penalty);
		Zones::<T>::insert(zone, known);
		Self::deposit_event(Event::SeasonAnnounced {
			zone,
			season,
			first,
			turn,
			turns,
			available,
			granted,
			penalty,
		});
		Ok(())
	}

	pub(crate) fn do_cut(
		who: &T::AccountId,
		zone: ZoneId,
		essential: Permill,
		general: Permill,
	) -> DispatchResult {
		let known = Self::as_steward(who, zone)?;
		ensure!(!(essential.is_one() && general.is_one()), Error::<T>::EmptyCut);
		ensure!(essential.is_one() || general.is_zero(), Error::<T>::EssentialFirst);
		// The next season may be announced already.
		let last = Seasons::<T>::get(zone, known.season);
		let waits = last.is_some_and(|season| !Self::has_begun(&season));
		let before = known.season.saturating_sub(1);
		let number = if waits && before > 0 { before } else { known.season };
		let from = Seasons::<T>::try_mutate(zone, number, |maybe| {
			let season = maybe.as_mut().ok_or(Error::<T>::NoSeason)?;
			ensure!(Self::has_begun(season), Error::<T>::SeasonNotBegun);
			// No account is beyond the turn that runs.
			let running = season.turn_of(T::Clock::running()).ok_or(Error::<T>::NothingToCut)?;
			let from = running.saturating_add(1);
			ensure!(from < season.turns, Error::<T>::NothingToCut);
			let cut = Cut { from, essential, general };
			season.cuts.try_push(cut).map_err(|_| Error::<T>::TooManyCuts)?;
			Ok::<_, Error<T>>(from)
		})?;
		Self::deposit_event(Event::AllocationsCut {
			zone,
			season: number,
			from,
			essential,
			general,
		});
		Ok(())
	}

	/// Whether the season's first period has started.
	pub(crate) fn has_begun(season: &SeasonOf<T>) -> bool {
		season.first <= T::Clock::running()
	}

	/// The number of the season after this one.
	fn next(season: SeasonIndex) -> Result<SeasonIndex, DispatchError> {
		Ok(season.checked_add(1).ok_or(ArithmeticError::Overflow)?)
	}

	/// Removes the oldest seasons that are over and that no account is in. An account that has not entered
	/// one of them has missed it.
	fn remove_old_seasons(zone: ZoneId, known: &mut ZoneOf<T>) {
		for _ in 0..PRUNED_AT_ONCE {
			// The one before the last may be running.
			let is_old = known.oldest.saturating_add(1) < known.season;
			let is_empty = |season: SeasonOf<T>| season.members == 0;
			if !is_old || !Seasons::<T>::get(zone, known.oldest).is_none_or(is_empty) {
				return;
			}
			Seasons::<T>::remove(zone, known.oldest);
			known.oldest = known.oldest.saturating_add(1);
		}
	}
}

impl<T: Config> Allotments for Pallet<T> {
	fn is_allotted(zone: ZoneId, resource: Resource) -> bool {
		resource == Resource::Water && Zones::<T>::contains_key(zone)
	}
}
