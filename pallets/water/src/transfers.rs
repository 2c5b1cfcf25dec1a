//! Litres pass from one account to another.

use frame::prelude::*;
use meterproof_primitives::worth;

use crate::*;

impl<T: Config> Pallet<T> {
	/// An account that is in a season and has closed every turn of it that has ended, and that owes nothing.
	fn trading(zone: ZoneId, who: &T::AccountId) -> Result<(AccountOf<T>, SeasonOf<T>), Error<T>> {
		let record = Accounts::<T>::get(zone, who).ok_or(Error::<T>::NoAccount)?;
		let turn = record.turn.ok_or(Error::<T>::NotInSeason)?;
		let season = Seasons::<T>::get(zone, record.season).ok_or(Error::<T>::NoSeason)?;
		let running = season.turn_of(T::Clock::running()).ok_or(Error::<T>::NotInSeason)?;
		ensure!(turn == running, Error::<T>::TurnNotClosed);
		ensure!(record.owed.is_zero(), Error::<T>::AccountOwes);
		Ok((record, season))
	}

	pub(crate) fn do_offer(
		who: T::AccountId,
		zone: ZoneId,
		to: Option<T::AccountId>,
		quantity: Quantity,
		price: BalanceOf<T>,
	) -> DispatchResult {
		ensure!(quantity > 0, Error::<T>::ZeroQuantity);
		ensure!(to.as_ref() != Some(&who), Error::<T>::SelfTransfer);
		let (mut record, season) = Self::trading(zone, &who)?;
		ensure!(quantity <= record.balance.general, Error::<T>::NotEnoughLeft);
		for rate in [price, season.penalty] {
			ensure!(worth(quantity, rate).is_some(), Error::<T>::AmountTooLarge);
		}
		record.offer = Some(Offer { to: to.clone(), quantity, price });
		Accounts::<T>::insert(zone, &who, record);
		Self::deposit_event(Event::AllocationOffered { zone, from: who, to, quantity, price });
		Ok(())
	}

	pub(crate) fn do_withdraw(who: T::AccountId, zone: ZoneId) -> DispatchResult {
		Accounts::<T>::try_mutate(zone, &who, |maybe| {
			let record = maybe.as_mut().ok_or(Error::<T>::NoAccount)?;
			ensure!(record.offer.take().is_some(), Error::<T>::NoOffer);
			Ok::<_, Error<T>>(())
		})?;
		Self::deposit_event(Event::OfferWithdrawn { zone, from: who });
		Ok(())
	}

	pub(crate) fn do_take(
		who: T::AccountId,
		zone: ZoneId,
		from: T::AccountId,
		quantity: Quantity,
		price: BalanceOf<T>,
	) -> DispatchResult {
		ensure!(quantity > 0, Error::<T>::ZeroQuantity);
		ensure!(who != from, Error::<T>::SelfTransfer);
		let (mut giver, season) = Self::trading(zone, &from)?;
		let (mut taker, _) = Self::trading(zone, &who)?;
		// Both are in the turn that runs.
		ensure!(giver.season == taker.season, Error::<T>::NotInSeason);
		let offer = giver.offer.take().ok_or(Error::<T>::NoOffer)?;
		ensure!(offer.to.as_ref().is_none_or(|to| *to == who), Error::<T>::NotForYou);
		ensure!(offer.price == price, Error::<T>::PriceDiffers);
		let left = offer.quantity.checked_sub(quantity).ok_or(Error::<T>::NotEnoughOffered)?;
		let rest = giver.balance.general.checked_sub(quantity).ok_or(Error::<T>::NotEnoughLeft)?;
		let payment = worth(quantity, price).ok_or(Error::<T>::AmountTooLarge)?;
		let surety = worth(quantity, season.penalty).ok_or(Error::<T>::AmountTooLarge)?;

		Self::transfer(&who, &from, payment)?;
		if !surety.is_zero() {
			Self::hold(HoldReason::Surety, &from, surety)?;
		}
		giver.surety = giver.surety.checked_add(&surety).ok_or(Error::<T>::AmountTooLarge)?;
		giver.balance.general = rest;
		giver.offer = (left > 0).then_some(Offer { quantity: left, ..offer });
		let more = taker.balance.general.checked_add(quantity);
		taker.balance.general = more.ok_or(Error::<T>::QuantityTooLarge)?;
		let number = giver.season;
		Accounts::<T>::insert(zone, &from, giver);
		Accounts::<T>::insert(zone, &who, taker);
		Self::deposit_event(Event::AllocationTransferred {
			zone,
			season: number,
			from,
			to: who,
			quantity,
			price,
		});
		Ok(())
	}
}
