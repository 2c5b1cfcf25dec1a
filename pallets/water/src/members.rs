//! Accounts come, enter seasons, rest and leave.

use frame::prelude::*;

use crate::*;

impl<T: Config> Pallet<T> {
	/// The group of an account's meters that measure what it uses.
	pub(crate) fn group(zone: ZoneId, account: &T::AccountId) -> GroupOf<T> {
		GroupId {
			operator: account.clone(),
			zone,
			resource: Resource::Water,
			direction: Direction::Import,
		}
	}

	/// What the group's meters can count in a period; nothing known where its history is gone, or where it
	/// had no meter by then.
	pub(crate) fn capacity(group: &GroupOf<T>, period: PeriodIndex) -> Option<Quantity> {
		T::Devices::members(group, period)?;
		Some(T::Devices::capacity(group, period).0)
	}

	pub(crate) fn do_open(zone: ZoneId, who: T::AccountId) -> DispatchResult {
		let known = Zones::<T>::get(zone).ok_or(Error::<T>::NoSteward)?;
		ensure!(!Accounts::<T>::contains_key(zone, &who), Error::<T>::AccountExists);
		let deposit = T::AccountDeposit::get();
		Self::hold(HoldReason::Deposit, &who, deposit)?;
		let running = T::Clock::running();
		// A season that is not over can be entered, with nothing: others share it out.
		let last = Seasons::<T>::get(zone, known.season);
		let can_enter = last.is_some_and(|season| running < season.end());
		let before = if can_enter { known.season.saturating_sub(1) } else { known.season };
		let mut record = WaterAccount {
			entitlement: Classes::default(),
			balance: Classes::default(),
			season: before,
			turn: None,
			due: running,
			answerable: 0,
			taken: 0,
			closed: None,
			offer: None,
			leaving: false,
			deposit,
			surety: Zero::zero(),
			freed: Zero::zero(),
			owed: Zero::zero(),
		};
		Self::deposit_event(Event::AccountOpened { zone, account: who.clone() });
		// Nobody has told it that its meters were to commit before.
		Self::go_on(zone, &who, &mut record, running);
		Accounts::<T>::insert(zone, &who, record);
		Ok(())
	}

	pub(crate) fn do_leave(zone: ZoneId, who: T::AccountId) -> DispatchResult {
		let mut record = Accounts::<T>::get(zone, &who).ok_or(Error::<T>::NoAccount)?;
		if record.turn.is_some() {
			ensure!(!record.leaving, Error::<T>::AccountLeaves);
			record.leaving = true;
			Accounts::<T>::insert(zone, &who, record);
			Self::deposit_event(Event::AccountLeaving { zone, account: who });
			return Ok(());
		}
		ensure!(record.owed.is_zero(), Error::<T>::AccountOwes);
		// The larger one first, so that the account exists for the other one.
		let mut parts = [(HoldReason::Surety, record.freed), (HoldReason::Deposit, record.deposit)];
		parts.sort_by_key(|(_, amount)| core::cmp::Reverse(*amount));
		for (reason, amount) in parts {
			Self::release(reason, &who, amount)?;
		}
		Resting::<T>::remove(ordered(record.due), (zone, &who));
		Accounts::<T>::remove(zone, &who);
		Zones::<T>::mutate(zone, |maybe| {
			if let Some(known) = maybe {
				known.entitled = known.entitled.minus(&record.entitlement);
			}
		});
		Self::deposit_event(Event::AccountClosed { zone, account: who });
		Ok(())
	}

	/// Has an account that rests enter the next season. One that has passed meanwhile is passed over.
	pub(crate) fn do_enter(zone: ZoneId, who: &T::AccountId) -> DispatchResult {
		let mut record = Accounts::<T>::get(zone, who).ok_or(Error::<T>::NoAccount)?;
		ensure!(record.turn.is_none(), Error::<T>::NoSeason);
		ensure!(!record.leaving, Error::<T>::AccountLeaves);
		let (number, season) = Self::next_season(zone, &record).ok_or(Error::<T>::NoSeason)?;
		ensure!(Self::has_begun(&season), Error::<T>::SeasonNotBegun);
		Resting::<T>::remove(ordered(record.due), (zone, who));
		let since = T::Clock::oldest_unsettled();
		Self::enter_season(zone, who, &mut record, number, season, since);
		Accounts::<T>::insert(zone, who, record);
		Ok(())
	}

	/// The season that an account would enter next.
	pub(crate) fn next_season(
		zone: ZoneId,
		record: &AccountOf<T>,
	) -> Option<(SeasonIndex, SeasonOf<T>)> {
		let known = Zones::<T>::get(zone)?;
		let number = record.season.checked_add(1)?.max(known.oldest);
		Seasons::<T>::get(zone, number).map(|season| (number, season))
	}

	/// Gives an account that is listed nowhere its allocation of a season that has begun, from the turn on that
	/// `since` lies in, or notes that the season passed without it. Either way it is listed.
	///
	/// Whoever could know of the season answers for every turn that can still be proved: an account that closes
	/// its last turn of one season late leaves out none of the next one.
	fn enter_season(
		zone: ZoneId,
		who: &T::AccountId,
		record: &mut AccountOf<T>,
		number: SeasonIndex,
		mut season: SeasonOf<T>,
		since: PeriodIndex,
	) {
		record.season = number;
		let Some(turn) = season.turn_of(since.max(season.first)) else {
			Self::deposit_event(Event::SeasonMissed { zone, season: number, account: who.clone() });
			Self::rest(zone, who, record);
			return;
		};
		let mut allocation = season.allocation(&record.entitlement);
		if !record.owed.is_zero() {
			// What is essential is withheld from nobody.
			allocation.general = 0;
		}
		season.allocated = season.allocated.saturating_add(allocation.sum());
		season.members = season.members.saturating_add(1);
		// An entitlement that has become smaller carries less.
		let most = season.carry.mul_floor(record.entitlement.general);
		let carried = Classes { essential: 0, general: record.balance.general.min(most) };
		// Whoever enters late is cut as the others were.
		record.balance = season.cut(carried.plus(&allocation), 0, turn);
		let group = Self::group(zone, who);
		record.answerable = Self::capacity(&group, season.start(turn))
			.or_else(|| Self::capacity(&group, T::Clock::running()))
			.unwrap_or(0);
		record.taken = Self::taken(&group, season.start(turn)).1;
		record.turn = Some(turn);
		record.due = season.reading(turn);
		Turns::<T>::insert(ordered(record.due), (zone, who), ());
		Seasons::<T>::insert(zone, number, season);
		Self::deposit_event(Event::SeasonEntered {
			zone,
			season: number,
			account: who.clone(),
			balance: record.balance,
		});
	}

	/// Lists an account that is in no season and listed nowhere: it is looked at when the next season
	/// begins, or after a while.
	fn rest(zone: ZoneId, who: &T::AccountId, record: &mut AccountOf<T>) {
		let running = T::Clock::running();
		let later = running.saturating_add(T::Notice::get().into());
		let next = Self::next_season(zone, record).filter(|_| !record.leaving);
		record.turn = None;
		record.due = next.map_or(later, |(_, season)| season.first.max(running));
		Resting::<T>::insert(ordered(record.due), (zone, who), ());
	}

	/// Looks at an account whose time to rest is over: it enters a season, or rests on.
	pub(crate) fn look_at(zone: ZoneId, who: &T::AccountId) -> DispatchResult {
		let mut record = Accounts::<T>::get(zone, who).ok_or(Error::<T>::NoAccount)?;
		Resting::<T>::remove(ordered(record.due), (zone, who));
		Self::go_on(zone, who, &mut record, T::Clock::oldest_unsettled());
		Accounts::<T>::insert(zone, who, record);
		Ok(())
	}

	/// Has an account that is in no season and listed nowhere enter the next one, if that has begun, from the turn
	/// on that `since` lies in.
	pub(crate) fn go_on(
		zone: ZoneId,
		who: &T::AccountId,
		record: &mut AccountOf<T>,
		since: PeriodIndex,
	) {
		let next = Self::next_season(zone, record)
			.filter(|(_, season)| Self::has_begun(season) && !record.leaving);
		match next {
			Some((number, season)) => Self::enter_season(zone, who, record, number, season, since),
			None => Self::rest(zone, who, record),
		}
	}
}
