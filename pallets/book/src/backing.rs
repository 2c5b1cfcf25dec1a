//! A backstop's two orders in a book that is being cleared.

use alloc::vec::Vec;

use frame::prelude::*;
use meterproof_primitives::{worth, Posted, Room, BACKSTOP_BID, BACKSTOP_OFFER};

use crate::{clearing::ClearingOrder, types::*, *};

impl<T: Config> Pallet<T> {
	/// What a backstop has posted for a book. Each side stands whole, or not at all: where the fund does not carry
	/// all of it, or the contract of the backstop's meters has no room for it. Either side may have all of the fund:
	/// at one price it does not trade on both. What the meters have become since it posted is not asked: what it
	/// sells stands as other offers do.
	pub(crate) fn backing(book: BookId) -> Vec<ClearingOrder<T>> {
		let Some(backstop) = Backstops::<T>::get(book.venue) else { return Vec::new() };
		let Terms { buys, sells, .. } = backstop.terms_at(book.period);
		let bid = buys.map(|buys| Self::backing_order(book, &backstop, OrderSide::Bid, buys));
		let has_room = |sells: &Posted<BalanceOf<T>>| {
			let group = Self::group(&backstop.account, book.venue);
			let Room { quantity, trades } = T::Market::room(&group, book.period);
			sells.quantity <= quantity && T::MaxBids::get() <= trades
		};
		let offer = sells.filter(has_room).map(|sells| {
			let taken = backstop.taken.at(book.period).cloned().unwrap_or_default();
			let order = Self::backing_order(book, &backstop, OrderSide::Offer, sells);
			ClearingOrder { taken: Some(taken), ..order }
		});
		let is_carried = |ClearingOrder { order, line, .. }: &ClearingOrder<T>| {
			let rate = order.imbalance_price.max(line.entry.limit);
			worth(order.quantity, rate).is_some_and(|most| most <= backstop.fund)
		};
		bid.into_iter().chain(offer).filter(is_carried).collect()
	}

	fn backing_order(
		BookId { venue, period }: BookId,
		backstop: &BackstopOf<T>,
		side: OrderSide,
		Posted { price, quantity }: Posted<BalanceOf<T>>,
	) -> ClearingOrder<T> {
		let Venue { zone, resource } = venue;
		let account = backstop.account.clone();
		let (id, imbalance_price) = match side {
			OrderSide::Bid => (BACKSTOP_BID, Zero::zero()),
			OrderSide::Offer => {
				let least = T::Market::imbalance_price(zone, resource, period, period);
				(BACKSTOP_OFFER, price.max(least))
			},
		};
		ClearingOrder {
			order: Order {
				account: account.clone(),
				side,
				venue,
				quantity,
				first: period,
				last: period,
				imbalance_price,
				// Its trades are paid for by those of the others: there is one more than without it at most.
				deposit: Zero::zero(),
				payout: None,
				open: 1,
			},
			line: Line {
				entry: Entry { id, account, quantity, limit: price },
				netted: 0,
				filled: 0,
			},
			paid: Zero::zero(),
			taken: None,
		}
	}

	/// What a group has posted to sell in a period, whose operator is the backstop: no other trade takes that away.
	pub(crate) fn posted_sale(group: &GroupOf<T>, period: PeriodIndex) -> Reserved {
		let GroupId { operator, zone, resource, direction } = group;
		if *direction != Direction::Export {
			return Reserved::default();
		}
		let backstop = Backstops::<T>::get(Venue { zone: *zone, resource: *resource });
		let sells = backstop
			.filter(|backstop| backstop.account == *operator)
			.and_then(|backstop| backstop.terms_at(period).sells);
		sells.map_or(Reserved::default(), |Posted { quantity, .. }| Reserved {
			quantity,
			trades: T::MaxBids::get(),
		})
	}

	/// Takes what the backstop's orders came to out of its fund, from where their trades had it. Where the book's
	/// price is below its own, all that it buys beyond the book counts as bought: nobody is paid more for what he
	/// kept out of the book than those who offered there.
	pub(crate) fn use_fund(
		BookId { venue, period }: BookId,
		bid: Option<&ClearingOrder<T>>,
		offer: Option<&ClearingOrder<T>>,
		price: Option<BalanceOf<T>>,
	) -> DispatchResult {
		let bought = bid.map_or(Zero::zero(), |bid| bid.paid);
		let pledged = match offer {
			None => Zero::zero(),
			Some(ClearingOrder { order, line, .. }) => {
				worth(line.filled, order.imbalance_price).ok_or(Error::<T>::AmountTooLarge)?
			},
		};
		let used = bought.checked_add(&pledged).ok_or(Error::<T>::AmountTooLarge)?;
		let Some(mut backstop) = Backstops::<T>::get(venue) else { return Ok(()) };
		let Terms { buys, excess, .. } = backstop.terms_at(period);
		let is_below = buys.zip(price).is_some_and(|(buys, price)| price < buys.price);
		let is_exhausted = is_below && excess > 0;
		if used.is_zero() && !is_exhausted {
			return Ok(());
		}
		backstop.fund = backstop.fund.checked_sub(&used).ok_or(Error::<T>::AmountTooLarge)?;
		if is_exhausted {
			backstop.exhaust(period, T::Clock::oldest_unsettled());
		}
		Backstops::<T>::insert(venue, backstop);
		Ok(())
	}
}
