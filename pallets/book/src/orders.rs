//! Orders come into books, get better, and go.

use frame::prelude::*;
use meterproof_primitives::{is_of_last_resort, worth, worth_over, GroupId, MAX_CLAIM};

use crate::{types::*, *};

/// What an order is to be.
pub(crate) struct NewOrder<T: Config> {
	pub account: T::AccountId,
	pub side: OrderSide,
	pub venue: Venue,
	pub quantity: Quantity,
	pub limit: BalanceOf<T>,
	/// The most that a unit not delivered may cost an offer.
	pub max_imbalance_price: BalanceOf<T>,
	pub first: PeriodIndex,
	pub last: PeriodIndex,
	pub payout: Option<NoteOwner>,
}

impl<T: Config> Pallet<T> {
	/// The group that an account sells from: what its meters export.
	pub(crate) fn group(account: &T::AccountId, venue: Venue) -> GroupOf<T> {
		let Venue { zone, resource } = venue;
		GroupId { operator: account.clone(), zone, resource, direction: Direction::Export }
	}

	/// Most trades that one group's offers in a book can become: each bid is shared out once, and once
	/// more for each further offer that it is shared between. The backstop's bid is one more.
	pub(crate) fn trades_kept_free() -> u32 {
		T::MaxBids::get().saturating_add(T::MaxOwnOrders::get())
	}

	/// Most orders of a side of a book.
	pub(crate) fn most(side: OrderSide) -> u32 {
		match side {
			OrderSide::Bid => T::MaxBids::get(),
			OrderSide::Offer => T::MaxOffers::get(),
		}
	}

	/// From when on no order of a book goes.
	pub(crate) fn locks_at(period: PeriodIndex) -> UnixMillis {
		let window = T::LockShare::get().mul_ceil(T::Clock::length(period));
		T::Clock::gate_closure(period).saturating_sub(window)
	}

	/// The least evidence that sellers' devices must be attested on.
	pub(crate) fn least_evidence(venue: Venue, period: PeriodIndex) -> Evidence {
		LeastEvidence::<T>::get(venue).at(period).copied().unwrap_or(Evidence::File)
	}

	pub(crate) fn do_place(order: NewOrder<T>) -> Result<u32, DispatchError> {
		let NewOrder { account, side, venue, quantity, limit, first, last, payout, .. } = order;
		ensure!(quantity > 0, Error::<T>::ZeroQuantity);
		ensure!(!limit.is_zero(), Error::<T>::ZeroPrice);
		ensure!(quantity < MAX_CLAIM, Error::<T>::QuantityTooLarge);
		ensure!(first <= last, Error::<T>::EmptyRange);
		let periods = count(first, last);
		ensure!(periods <= T::MaxRange::get(), Error::<T>::RangeTooLong);
		let first_open = T::Clock::first_open();
		ensure!(first >= first_open, Error::<T>::GateClosed);
		ensure!(first <= first_open.saturating_add(T::MaxAdvance::get()), Error::<T>::TooFarAhead);
		ensure!(T::Devices::has_registrar(venue.zone), Error::<T>::UnknownZone);
		// Its own orders would be netted with what it has posted, and so take that back.
		let is_backstop = Self::backstop_of(&account, venue).is_ok();
		ensure!(!is_backstop, Error::<T>::IsBackstop);

		let imbalance_price = match side {
			OrderSide::Bid => Zero::zero(),
			OrderSide::Offer => {
				limit.max(T::Market::imbalance_price(venue.zone, venue.resource, first, last))
			},
		};
		ensure!(imbalance_price <= order.max_imbalance_price, Error::<T>::ImbalancePriceAboveLimit);
		let value = worth(quantity, limit).ok_or(Error::<T>::AmountTooLarge)?;
		ensure!(value >= minimum::<T>(), Error::<T>::Dust);
		if let Some(owner) = &payout {
			T::Market::ensure_payable(owner, value)?;
		}
		// Nothing that is held of it can overflow later: it is at most this.
		let (reason, rate) = match side {
			OrderSide::Bid => (HoldReason::Bid, limit),
			OrderSide::Offer => (HoldReason::Collateral, imbalance_price),
		};
		let held = worth_over(quantity, rate, periods).ok_or(Error::<T>::AmountTooLarge)?;
		let taken = match side {
			OrderSide::Bid => Default::default(),
			OrderSide::Offer => {
				let trades = Self::trades_kept_free();
				Self::ensure_can_sell(&account, venue, quantity, trades, first, last)?
			},
		};

		StandingOf::<T>::try_mutate(&account, |standing| {
			*standing = standing.saturating_add(periods);
			ensure!(*standing <= T::MaxStanding::get(), Error::<T>::TooManyOrders);
			Ok::<_, Error<T>>(())
		})?;
		let deposit = T::OrderDeposit::get();
		let deposits = deposit
			.checked_mul(&BalanceOf::<T>::from(periods))
			.ok_or(Error::<T>::AmountTooLarge)?;
		Self::hold(reason, &account, held)?;
		Self::hold(HoldReason::Deposit, &account, deposits)?;

		let id = NextOrderId::<T>::get();
		ensure!(!is_of_last_resort(id), ArithmeticError::Overflow);
		NextOrderId::<T>::put(id.checked_add(1).ok_or(ArithmeticError::Overflow)?);
		Orders::<T>::insert(
			id,
			Order {
				account: account.clone(),
				side,
				venue,
				quantity,
				first,
				last,
				imbalance_price,
				deposit,
				payout,
				open: periods,
			},
		);
		OrdersOf::<T>::insert(&account, ordered(id), ());
		for period in first..=last {
			let entry = Entry { id, account: account.clone(), quantity, limit };
			Self::enter(BookId { venue, period }, side, entry, &taken)?;
		}
		Self::deposit_event(Event::OrderPlaced {
			order: id,
			account,
			side,
			zone: venue.zone,
			resource: venue.resource,
			quantity,
			limit,
			imbalance_price,
			first,
			last,
			payout,
		});
		Ok(periods)
	}

	/// Whether an account's meters can deliver what it offers, beside what is sold and kept free, in so many
	/// trades, and are attested on as much evidence as the books demand; what registrars have taken of them.
	pub(crate) fn ensure_can_sell(
		account: &T::AccountId,
		venue: Venue,
		quantity: Quantity,
		trades: u32,
		first: PeriodIndex,
		last: PeriodIndex,
	) -> Result<EverTaken<T::AccountId>, DispatchError> {
		let group = Self::group(account, venue);
		T::Market::ensure_room(&group, first, last, quantity, trades)?;
		let standing = T::Devices::standing(&group, first);
		let evidence = standing.as_ref().and_then(|standing| standing.evidence);
		let line = LeastEvidence::<T>::get(venue);
		let demanded = (first..=last).filter_map(|period| line.at(period).copied()).max();
		ensure!(
			demanded.is_none_or(|least| least == Evidence::File || evidence >= Some(least)),
			Error::<T>::EvidenceTooLow
		);
		Ok(standing.map(|standing| standing.ever_taken()).unwrap_or_default())
	}

	/// Puts an order into a book. In the place of the worst one of its side, where that is full: of equal
	/// ones the one that came last is the worst.
	fn enter(
		book: BookId,
		side: OrderSide,
		entry: EntryOf<T>,
		taken: &EverTaken<T::AccountId>,
	) -> DispatchResult {
		let key = (ordered(book.period), book.venue, side);
		let mut entries = Entries::<T>::get(key).into_inner();
		let own = entries.iter().filter(|other| other.account == entry.account).count();
		ensure!(own < T::MaxOwnOrders::get() as usize, Error::<T>::TooManyOwnOrders);
		let mut displaced = None;
		if entries.len() >= Self::most(side) as usize {
			let worst = entries
				.iter()
				.enumerate()
				.reduce(|worst, other| {
					if is_better(side, &worst.1.limit, &other.1.limit)
						|| worst.1.limit == other.1.limit
					{
						other
					} else {
						worst
					}
				})
				.filter(|(_, worst)| is_better(side, &entry.limit, &worst.limit))
				.map(|(place, _)| place)
				.ok_or(Error::<T>::BookFull)?;
			displaced = Some(entries.remove(worst));
		}
		if side == OrderSide::Offer {
			let group = Self::group(&entry.account, book.venue);
			Self::reserve(book.period, group, entry.quantity, taken);
		}
		entries.push(entry);
		let entries = BoundedVec::try_from(entries).map_err(|_| Error::<T>::BookFull)?;
		Entries::<T>::insert(key, entries);
		match displaced {
			None => Books::<T>::mutate(key.0, key.1, |maybe| {
				let size = maybe.get_or_insert_default().side(side);
				*size = size.saturating_add(1);
			}),
			Some(other) => {
				Self::deposit_event(Event::OrderDisplaced {
					order: other.id,
					account: other.account.clone(),
					zone: book.venue.zone,
					resource: book.venue.resource,
					period: book.period,
				});
				Self::dismiss(book, side, other)?;
			},
		}
		Ok(())
	}

	fn reserve(
		period: PeriodIndex,
		group: GroupOf<T>,
		quantity: Quantity,
		taken: &EverTaken<T::AccountId>,
	) {
		Reserves::<T>::mutate(ordered(period), group, |maybe| {
			let none = || Reserve { quantity: 0, orders: 0, taken: taken.clone() };
			let reserve = maybe.get_or_insert_with(none);
			reserve.quantity = reserve.quantity.saturating_add(quantity);
			reserve.orders = reserve.orders.saturating_add(1);
		});
	}

	/// Releases all that an order has on hold for one book, which it has left untraded.
	fn dismiss(book: BookId, side: OrderSide, entry: EntryOf<T>) -> DispatchResult {
		let order = Orders::<T>::get(entry.id).ok_or(Error::<T>::UnknownOrder)?;
		if side == OrderSide::Offer {
			let group = Self::group(&entry.account, book.venue);
			Reserves::<T>::mutate_exists(ordered(book.period), group, |maybe| {
				let Some(mut reserve) = maybe.take() else { return };
				reserve.quantity = reserve.quantity.saturating_sub(entry.quantity);
				reserve.orders = reserve.orders.saturating_sub(1);
				*maybe = (reserve.orders > 0).then_some(reserve);
			});
		}
		Self::release_rest(&order, &entry, 0, Zero::zero())?;
		Self::forget(entry.id, order);
		Ok(())
	}

	/// Releases what an order that traded `filled` for `paid` in all still has on hold for one book.
	pub(crate) fn release_rest(
		order: &OrderOf<T>,
		entry: &EntryOf<T>,
		filled: Quantity,
		paid: BalanceOf<T>,
	) -> DispatchResult {
		let account = &entry.account;
		match order.side {
			OrderSide::Bid => {
				let held = worth(entry.quantity, entry.limit);
				let rest = held.and_then(|held| held.checked_sub(&paid));
				Self::free(HoldReason::Bid, account, rest.ok_or(Error::<T>::AmountTooLarge)?)?;
			},
			OrderSide::Offer => {
				let left = entry.quantity.saturating_sub(filled);
				let rest = worth(left, order.imbalance_price);
				let rest = rest.ok_or(Error::<T>::AmountTooLarge)?;
				Self::free(HoldReason::Collateral, account, rest)?;
			},
		}
		// The first trade of an offer has taken its deposit.
		let is_passed_on = order.side == OrderSide::Offer && filled > 0;
		if is_passed_on {
			return Ok(());
		}
		Self::free(HoldReason::Deposit, account, order.deposit)
	}

	/// An order stands in one book less.
	pub(crate) fn forget(id: OrderId, mut order: OrderOf<T>) {
		StandingOf::<T>::mutate_exists(&order.account, |maybe| {
			let left = maybe.take().unwrap_or_default().saturating_sub(1);
			*maybe = (left > 0).then_some(left);
		});
		order.open = order.open.saturating_sub(1);
		if order.open == 0 {
			OrdersOf::<T>::remove(&order.account, ordered(id));
			Orders::<T>::remove(id);
		} else {
			Orders::<T>::insert(id, order);
		}
	}

	/// The order of `who`, in each of the periods, whose gates are open.
	fn own_order(
		who: &T::AccountId,
		id: OrderId,
		first: PeriodIndex,
		last: PeriodIndex,
	) -> Result<OrderOf<T>, Error<T>> {
		let order = Orders::<T>::get(id).ok_or(Error::<T>::UnknownOrder)?;
		ensure!(order.account == *who, Error::<T>::NotOwner);
		ensure!(first <= last, Error::<T>::EmptyRange);
		ensure!(order.first <= first && last <= order.last, Error::<T>::OrderNotStanding);
		ensure!(first >= T::Clock::first_open(), Error::<T>::GateClosed);
		Ok(order)
	}

	pub(crate) fn do_improve(
		who: &T::AccountId,
		id: OrderId,
		limit: BalanceOf<T>,
		first: PeriodIndex,
		last: PeriodIndex,
	) -> Result<u32, DispatchError> {
		let order = Self::own_order(who, id, first, last)?;
		let value = worth(order.quantity, limit).ok_or(Error::<T>::AmountTooLarge)?;
		ensure!(value >= minimum::<T>(), Error::<T>::Dust);
		let mut more = BalanceOf::<T>::zero();
		for period in first..=last {
			let key = (ordered(period), order.venue, order.side);
			Entries::<T>::try_mutate(key, |entries| {
				let entry = entries
					.iter_mut()
					.find(|entry| entry.id == id)
					.ok_or(Error::<T>::OrderNotStanding)?;
				ensure!(is_better(order.side, &limit, &entry.limit), Error::<T>::NotBetter);
				if order.side == OrderSide::Bid {
					let before = worth(entry.quantity, entry.limit).unwrap_or_default();
					more = more
						.checked_add(&value.saturating_sub(before))
						.ok_or(Error::<T>::AmountTooLarge)?;
				}
				entry.limit = limit;
				Ok::<_, Error<T>>(())
			})?;
		}
		if !more.is_zero() {
			Self::hold(HoldReason::Bid, who, more)?;
		}
		Self::deposit_event(Event::OrderImproved { order: id, limit, first, last });
		Ok(count(first, last))
	}

	pub(crate) fn do_cancel(
		who: &T::AccountId,
		id: OrderId,
		first: PeriodIndex,
		last: PeriodIndex,
	) -> Result<u32, DispatchError> {
		let order = Self::own_order(who, id, first, last)?;
		let now = T::Clock::now();
		for period in first..=last {
			ensure!(now < Self::locks_at(period), Error::<T>::OrderLocked);
			let key = (ordered(period), order.venue, order.side);
			let entry = Entries::<T>::try_mutate_exists(key, |maybe| {
				let mut entries = maybe.take().unwrap_or_default();
				let place = entries.iter().position(|entry| entry.id == id);
				let entry = entries.remove(place.ok_or(Error::<T>::OrderNotStanding)?);
				*maybe = (!entries.is_empty()).then_some(entries);
				Ok::<_, Error<T>>(entry)
			})?;
			Books::<T>::mutate_exists(key.0, key.1, |maybe| {
				let mut size = maybe.take().unwrap_or_default();
				let side = size.side(order.side);
				*side = side.saturating_sub(1);
				*maybe = (!size.is_empty()).then_some(size);
			});
			Self::dismiss(BookId { venue: order.venue, period }, order.side, entry)?;
		}
		Self::deposit_event(Event::OrderCancelled { order: id, first, last });
		Ok(count(first, last))
	}
}

/// The existential deposit.
pub(crate) fn minimum<T: Config>() -> BalanceOf<T> {
	<T::NativeBalance as fungible::Inspect<_>>::minimum_balance()
}

/// Number of periods in `first..=last`.
pub(crate) fn count(first: PeriodIndex, last: PeriodIndex) -> u32 {
	last.checked_sub(first)
		.map(|gap| gap.saturating_add(1))
		.map_or(0, |count| u32::try_from(count).unwrap_or(u32::MAX))
}
