//! Who is a backstop, what it has posted, and its fund.

use frame::prelude::*;
use meterproof_primitives::{worth, Timeline, GROUP_ROWS, MAX_CLAIM};

use crate::{
	orders::{count, minimum},
	types::*,
	*,
};

/// How many books past their gates are looked at: no schedule has more periods between the one that runs and the
/// first open one than histories have rows.
const LOOKED_AT: usize = GROUP_ROWS as usize;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_backstop(
		venue: Venue,
		account: T::AccountId,
		ceiling: BalanceOf<T>,
	) -> DispatchResult {
		let Venue { zone, resource } = venue;
		ensure!(!ceiling.is_zero(), Error::<T>::ZeroPrice);
		ensure!(T::Devices::has_registrar(zone), Error::<T>::UnknownZone);
		let backstop = match Backstops::<T>::get(venue) {
			Some(backstop) if backstop.account == account => Backstop { ceiling, ..backstop },
			other => {
				// It could improve them, so that they are netted with what it has posted.
				ensure!(StandingOf::<T>::get(&account) == 0, Error::<T>::OrdersStanding);
				if let Some(former) = other {
					Self::let_go(venue, former)?;
				}
				Backstop {
					account: account.clone(),
					ceiling,
					fund: Zero::zero(),
					terms: Timeline::default(),
					taken: Timeline::default(),
					bought: BoundedVec::new(),
				}
			},
		};
		Backstops::<T>::insert(venue, backstop);
		Self::deposit_event(Event::BackstopSet { zone, resource, account, ceiling });
		Ok(())
	}

	/// Gives the fund of a backstop back that neither buys nor sells any more, and forgets it. What its
	/// account cannot take it can claim later: it stands in nobody's way.
	fn let_go(venue: Venue, backstop: BackstopOf<T>) -> DispatchResult {
		let is_over = backstop.is_over(T::Clock::oldest_unsettled());
		ensure!(is_over, Error::<T>::BackstopStanding);
		let (Venue { zone, resource }, amount) = (venue, backstop.fund);
		Self::free(HoldReason::Backstop, &backstop.account, amount)?;
		Backstops::<T>::remove(venue);
		Self::deposit_event(Event::BackstopWithdrawn { zone, resource, amount });
		Ok(())
	}

	pub(crate) fn do_dismiss_backstop(venue: Venue) -> DispatchResult {
		let mut backstop = Backstops::<T>::get(venue).ok_or(Error::<T>::NoBackstop)?;
		let from = Self::first_free();
		backstop.ceiling = Zero::zero();
		// Posting leaves a row for this.
		if !backstop.is_over(from) {
			let kept = T::Clock::oldest_unsettled();
			let set = backstop.terms.set(from, Terms::none(), kept);
			set.map_err(|_| Error::<T>::TooManyPendingChanges)?;
			// Row by row as the terms: what comes after goes with them.
			let set = backstop.taken.set(from, Default::default(), kept);
			set.map_err(|_| Error::<T>::TooManyPendingChanges)?;
		}
		Self::keep(venue, backstop);
		let Venue { zone, resource } = venue;
		Self::deposit_event(Event::BackstopDismissed { zone, resource, from });
		Ok(())
	}

	/// Stores a backstop, or forgets one that is dismissed, has no fund left and no period that is not final.
	fn keep(venue: Venue, backstop: BackstopOf<T>) {
		let is_gone = backstop.ceiling.is_zero() && backstop.fund.is_zero();
		if is_gone && backstop.is_over(T::Clock::oldest_unsettled()) {
			Backstops::<T>::remove(venue);
		} else {
			Backstops::<T>::insert(venue, backstop);
		}
	}

	/// The backstop of a zone and resource, if it is this account.
	pub(crate) fn backstop_of(who: &T::AccountId, venue: Venue) -> Result<BackstopOf<T>, Error<T>> {
		let backstop = Backstops::<T>::get(venue).ok_or(Error::<T>::NoBackstop)?;
		ensure!(backstop.account == *who, Error::<T>::NotBackstop);
		Ok(backstop)
	}

	/// The first period whose posted prices can be changed. Those of the first open one cannot, so that nobody
	/// whose order is locked in a book is left without them.
	fn first_free() -> PeriodIndex {
		T::Clock::first_open().saturating_add(1)
	}

	pub(crate) fn do_fund(
		who: &T::AccountId,
		venue: Venue,
		amount: BalanceOf<T>,
	) -> DispatchResult {
		let mut backstop = Self::backstop_of(who, venue)?;
		ensure!(!Self::is_too_late(venue, &backstop), Error::<T>::FundedTooLate);
		backstop.fund = backstop.fund.checked_add(&amount).ok_or(Error::<T>::AmountTooLarge)?;
		Self::hold(HoldReason::Backstop, who, amount)?;
		Backstops::<T>::insert(venue, backstop);
		let Venue { zone, resource } = venue;
		Self::deposit_event(Event::BackstopFunded { zone, resource, amount });
		Ok(())
	}

	/// Whether a book is locked, or waits to be cleared, that the fund does not carry: by paying, the backstop would
	/// choose whether it stands there, and see the book before.
	fn is_too_late(venue: Venue, backstop: &BackstopOf<T>) -> bool {
		let first_open = T::Clock::first_open();
		let is_locked = T::Clock::now() >= Self::locks_at(first_open);
		let locked = is_locked.then_some(first_open);
		let waiting =
			Self::closed().filter(|period| Books::<T>::contains_key(ordered(*period), venue));
		locked.into_iter().chain(waiting).any(|period| {
			let needed = Self::needed(venue, &backstop.terms_at(period), period);
			needed.is_none_or(|needed| needed > backstop.fund)
		})
	}

	pub(crate) fn do_withdraw(
		who: &T::AccountId,
		venue: Venue,
		amount: BalanceOf<T>,
	) -> DispatchResult {
		let mut backstop = Self::backstop_of(who, venue)?;
		ensure!(amount <= Self::spare(venue, &backstop), Error::<T>::FundBound);
		backstop.fund = backstop.fund.saturating_sub(amount);
		Self::release(HoldReason::Backstop, who, amount)?;
		Self::keep(venue, backstop);
		let Venue { zone, resource } = venue;
		Self::deposit_event(Event::BackstopWithdrawn { zone, resource, amount });
		Ok(())
	}

	pub(crate) fn do_post(
		who: &T::AccountId,
		venue: Venue,
		from: PeriodIndex,
		terms: Terms<BalanceOf<T>>,
	) -> DispatchResult {
		let Venue { zone, resource } = venue;
		let mut backstop = Self::backstop_of(who, venue)?;
		let free = Self::first_free();
		ensure!(from >= free, Error::<T>::TermsFixed);
		ensure!(from <= free.saturating_add(T::MaxAdvance::get()), Error::<T>::TooFarAhead);
		for posted in terms.buys.iter().chain(&terms.sells) {
			ensure!(posted.quantity > 0, Error::<T>::ZeroQuantity);
			ensure!(posted.quantity < MAX_CLAIM, Error::<T>::QuantityTooLarge);
			ensure!(!posted.price.is_zero(), Error::<T>::ZeroPrice);
			ensure!(posted.price <= backstop.ceiling, Error::<T>::PriceAboveCeiling);
			let value = worth(posted.quantity, posted.price).ok_or(Error::<T>::AmountTooLarge)?;
			ensure!(value >= minimum::<T>(), Error::<T>::Dust);
		}
		ensure!(terms.excess < MAX_CLAIM, Error::<T>::QuantityTooLarge);
		if terms.excess > 0 {
			let Posted { price, .. } = terms.buys.ok_or(Error::<T>::NoBuyingPrice)?;
			worth(terms.excess, price).ok_or(Error::<T>::AmountTooLarge)?;
		}
		if let (Some(buys), Some(sells)) = (&terms.buys, &terms.sells) {
			ensure!(buys.price < sells.price, Error::<T>::PricesCross);
		}
		let kept = T::Clock::oldest_unsettled();
		let set = backstop.terms.set(from, terms, kept);
		set.map_err(|_| Error::<T>::TooManyPendingChanges)?;
		// The last row is kept for a dismissal: whoever was appointed can always be put out.
		ensure!(!backstop.terms.is_full(), Error::<T>::TooManyPendingChanges);
		// What a missing unit costs from now on, and what is kept free of its meters, are those of the new terms.
		Backstops::<T>::insert(venue, &backstop);
		let needed = Self::needed(venue, &terms, from).ok_or(Error::<T>::AmountTooLarge)?;
		// As many books as are not over when the first of these is open share the fund.
		let books = count(T::Clock::running(), free);
		let needed = needed.checked_mul(&books.into()).ok_or(Error::<T>::AmountTooLarge)?;
		ensure!(needed <= backstop.fund, Error::<T>::FundTooLow);
		let taken = match terms.sells {
			// The quantity is kept free already.
			Some(_) => Self::ensure_can_sell(who, venue, 0, T::MaxBids::get(), from, from)?,
			None => Default::default(),
		};
		let set = backstop.taken.set(from, taken, kept);
		set.map_err(|_| Error::<T>::TooManyPendingChanges)?;
		Backstops::<T>::insert(venue, backstop);
		let Terms { buys, sells, excess } = terms;
		Self::deposit_event(Event::PricesPosted { zone, resource, from, buys, sells, excess });
		Ok(())
	}

	/// What one book can take of the fund that is of `period` or another one of the same terms: it trades on one
	/// side only.
	fn needed(
		venue: Venue,
		terms: &Terms<BalanceOf<T>>,
		period: PeriodIndex,
	) -> Option<BalanceOf<T>> {
		let Venue { zone, resource } = venue;
		let money = match terms.buys {
			Some(buys) => worth(buys.quantity, buys.price)?,
			None => Zero::zero(),
		};
		let collateral = match terms.sells {
			Some(sells) => {
				let least = T::Market::imbalance_price(zone, resource, period, period);
				worth(sells.quantity, sells.price.max(least))?
			},
			None => Zero::zero(),
		};
		Some(money.max(collateral))
	}

	/// The periods that are not over and whose gates have closed: their books may wait to be cleared.
	fn closed() -> impl Iterator<Item = PeriodIndex> {
		(T::Clock::running()..T::Clock::first_open()).take(LOOKED_AT)
	}

	/// What can be withdrawn of the fund: what it has beyond what was demanded when the posted terms came, as long
	/// as there is a book of these to come, and beyond what may still have to be paid for excess. All that walks is
	/// rows of the timeline, and what was bought.
	pub(crate) fn spare(venue: Venue, backstop: &BackstopOf<T>) -> BalanceOf<T> {
		let most: BalanceOf<T> = Bounded::max_value();
		let running = T::Clock::running();
		let one = backstop
			.terms_over(running, PeriodIndex::MAX)
			.map(|(from, terms, _)| Self::needed(venue, &terms, from).unwrap_or(most))
			.max();
		let books = count(running, Self::first_free());
		let for_books = one.unwrap_or_default().saturating_mul(books.into());
		let bound = for_books.saturating_add(Self::bound_by_excess(backstop));
		backstop.fund.saturating_sub(bound)
	}

	/// What may still have to be paid for excess of the periods that are not final, up to the first open one.
	fn bound_by_excess(backstop: &BackstopOf<T>) -> BalanceOf<T> {
		let most: BalanceOf<T> = Bounded::max_value();
		let cost = |terms: &Terms<BalanceOf<T>>, quantity: Quantity| match terms.buys {
			Some(Posted { price, .. }) => worth(quantity, price).unwrap_or(most),
			None => Zero::zero(),
		};
		let (first, last) = (T::Clock::oldest_unsettled(), T::Clock::first_open());
		let posted = backstop.terms_over(first, last).fold(
			BalanceOf::<T>::zero(),
			|sum, (_, terms, periods)| {
				let one = cost(&terms, terms.excess);
				sum.saturating_add(worth(periods, one).unwrap_or(most))
			},
		);
		let bought = backstop.bought.iter().filter(|(period, _)| (first..=last).contains(period));
		bought.fold(posted, |left, (period, quantity)| {
			left.saturating_sub(cost(&backstop.terms_at(*period), *quantity))
		})
	}

	/// What the fund has beyond what books can take of it that may still be cleared: the one of the first open
	/// period, and those with orders from the period that runs on.
	pub(crate) fn beyond_books(venue: Venue, backstop: &BackstopOf<T>) -> BalanceOf<T> {
		let most: BalanceOf<T> = Bounded::max_value();
		let needed = |terms: &Terms<BalanceOf<T>>, period: PeriodIndex| {
			Self::needed(venue, terms, period).unwrap_or(most)
		};
		let (running, first_open) = (T::Clock::running(), T::Clock::first_open());
		let all = backstop.terms_over(running, first_open).fold(
			BalanceOf::<T>::zero(),
			|sum, (from, terms, periods)| {
				sum.saturating_add(worth(periods, needed(&terms, from)).unwrap_or(most))
			},
		);
		let bound = Self::closed()
			.filter(|period| !Books::<T>::contains_key(ordered(*period), venue))
			.fold(all, |bound, period| {
				bound.saturating_sub(needed(&backstop.terms_at(period), period))
			});
		backstop.fund.saturating_sub(bound)
	}
}

/// How many base units an amount pays for at a price, which is not zero.
pub(crate) fn units<Balance>(amount: Balance, price: Balance) -> Quantity
where
	Balance: CheckedDiv + UniqueSaturatedInto<Quantity>,
{
	amount.checked_div(&price).map_or(0, |units| units.unique_saturated_into())
}
