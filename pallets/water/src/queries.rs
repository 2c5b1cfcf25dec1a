//! What the runtime API answers.

use alloc::vec::Vec;

use frame::prelude::*;
use meterproof_primitives::api::{
	WaterAccountInfo, WaterClasses, WaterCut, WaterOffer, WaterSeason, MAX_PAGE,
};

use crate::*;

/// An account, for a person.
pub type AccountInfoOf<T> = WaterAccountInfo<<T as frame_system::Config>::AccountId, BalanceOf<T>>;

impl From<Classes> for WaterClasses {
	fn from(Classes { essential, general }: Classes) -> Self {
		Self { essential, general }
	}
}

impl<T: Config> Pallet<T> {
	/// A season of a zone, the last one that was announced where none is named; nothing where its record is
	/// gone.
	pub fn season(zone: ZoneId, season: Option<SeasonIndex>) -> Option<WaterSeason<BalanceOf<T>>> {
		let number = season.or_else(|| Zones::<T>::get(zone).map(|known| known.season))?;
		let season = Seasons::<T>::get(zone, number)?;
		let cut = |cut: &Cut| WaterCut {
			from_turn: cut.from,
			essential_kept: cut.essential.deconstruct(),
			general_kept: cut.general.deconstruct(),
		};
		Some(WaterSeason {
			zone,
			season: number,
			first: season.first,
			last: season.end().saturating_sub(1),
			turn: season.turn,
			turns: season.turns,
			running: season.turn_of(T::Clock::running()),
			available: season.available,
			granted: season.granted.into(),
			entitled: season.entitled.into(),
			penalty: season.penalty,
			carry: season.carry.deconstruct(),
			cuts: season.cuts.iter().map(cut).collect(),
			accounts: season.members,
		})
	}

	/// An account in a zone.
	pub fn account(zone: ZoneId, account: T::AccountId) -> Option<AccountInfoOf<T>> {
		let record = Accounts::<T>::get(zone, &account)?;
		Some(Self::account_info(zone, account, record))
	}

	/// Accounts in a zone, after `after` in the order of storage.
	pub fn accounts(
		zone: ZoneId,
		after: Option<T::AccountId>,
		limit: u32,
	) -> Vec<AccountInfoOf<T>> {
		let found = match after {
			None => Accounts::<T>::iter_prefix(zone),
			Some(after) => {
				let start = Accounts::<T>::hashed_key_for(zone, &after);
				Accounts::<T>::iter_prefix_from(zone, start)
			},
		};
		found
			.take(limit.min(MAX_PAGE) as usize)
			.map(|(account, record)| Self::account_info(zone, account, record))
			.collect()
	}

	fn account_info(zone: ZoneId, account: T::AccountId, record: AccountOf<T>) -> AccountInfoOf<T> {
		let offer = |Offer { to, quantity, price }| WaterOffer { to, quantity, price };
		WaterAccountInfo {
			zone,
			account,
			entitlement: record.entitlement.into(),
			balance: record.balance.into(),
			season: record.season,
			turn: record.turn,
			reading: record.turn.map(|_| record.due),
			answerable: record.answerable,
			offer: record.offer.map(offer),
			leaving: record.leaving,
			surety: record.surety,
			claimable: record.freed,
			owed: record.owed,
		}
	}
}
