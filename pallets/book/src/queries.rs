//! What the books' runtime API answers.

use alloc::vec::Vec;

use frame::prelude::*;
use meterproof_primitives::api::{
	BackstopInfo, BookInfo, BookOrder, BookState, ClearedOrder, ClearingInfo, OpenPeriod,
	OrderInfo, Owed, PostedFrom, MAX_PAGE,
};

use crate::{types::*, *};

/// A backstop, for a person.
pub type BackstopInfoOf<T> = BackstopInfo<<T as frame_system::Config>::AccountId, BalanceOf<T>>;

/// A book, for a person.
pub type BookInfoOf<T> = BookInfo<<T as frame_system::Config>::AccountId, BalanceOf<T>>;

/// How a book was cleared, for a person.
pub type ClearingInfoOf<T> = ClearingInfo<<T as frame_system::Config>::AccountId, BalanceOf<T>>;

/// An order, for a person.
pub type OrderInfoOf<T> = OrderInfo<<T as frame_system::Config>::AccountId, BalanceOf<T>>;

impl<T: Config> Pallet<T> {
	/// The orders of a book as they stand; nothing where the zone has no registrar.
	pub fn book(zone: ZoneId, resource: Resource, period: PeriodIndex) -> Option<BookInfoOf<T>> {
		if !T::Devices::has_registrar(zone) {
			return None;
		}
		let venue = Venue { zone, resource };
		let side = |side| {
			let mut entries = Entries::<T>::get((ordered(period), venue, side)).into_inner();
			// The best first; of equal ones the one that came first.
			entries.sort_by(|a, b| match side {
				OrderSide::Bid => b.limit.cmp(&a.limit).then(a.id.cmp(&b.id)),
				OrderSide::Offer => a.limit.cmp(&b.limit).then(a.id.cmp(&b.id)),
			});
			let order =
				|Entry { id, account, quantity, limit }| BookOrder { id, account, quantity, limit };
			entries.into_iter().map(order).collect::<Vec<_>>()
		};
		let (locks_ms, gate_closure_ms) = (Self::locks_at(period), T::Clock::gate_closure(period));
		let now = T::Clock::now();
		let state = if now < locks_ms {
			BookState::Open
		} else if now < gate_closure_ms {
			BookState::Locked
		} else if Books::<T>::contains_key(ordered(period), venue) {
			BookState::Closed
		} else if Clearings::<T>::get(ordered(period), venue)
			.is_some_and(|clearing| clearing.lapsed)
		{
			BookState::Lapsed
		} else {
			BookState::Cleared
		};
		Some(BookInfo {
			zone,
			resource,
			period,
			state,
			locks_ms,
			gate_closure_ms,
			least_evidence: Self::least_evidence(venue, period),
			bids: side(OrderSide::Bid),
			offers: side(OrderSide::Offer),
		})
	}

	/// How a book was cleared, as long as the record is kept.
	pub fn clearing(
		zone: ZoneId,
		resource: Resource,
		period: PeriodIndex,
	) -> Option<ClearingInfoOf<T>> {
		let clearing = Clearings::<T>::get(ordered(period), Venue { zone, resource })?;
		let cleared = |side| {
			move |Line { entry, netted, filled }| {
				let Entry { id, account, quantity, limit } = entry;
				ClearedOrder { id, account, side, quantity, limit, netted, filled }
			}
		};
		let mut orders: Vec<_> = clearing.bids.into_iter().map(cleared(OrderSide::Bid)).collect();
		orders.extend(clearing.offers.into_iter().map(cleared(OrderSide::Offer)));
		orders.extend(clearing.backstop_bid.map(cleared(OrderSide::Bid)));
		orders.extend(clearing.backstop_offer.map(cleared(OrderSide::Offer)));
		orders.sort_by_key(|order| order.id);
		Some(ClearingInfo {
			zone,
			resource,
			period,
			block: clearing.block,
			lapsed: clearing.lapsed,
			price: clearing.price,
			volume: clearing.volume,
			orders,
			first_trade: clearing.first_trade,
			trades: clearing.trades,
		})
	}

	/// An account's orders that stand in a book, with ids above `after`, at most `limit` and [`MAX_PAGE`].
	pub fn orders_of(
		account: &T::AccountId,
		after: Option<OrderId>,
		limit: u32,
	) -> Vec<OrderInfoOf<T>> {
		let keys = match after.map(ordered) {
			None => OrdersOf::<T>::iter_key_prefix(account),
			Some(after) => {
				let start = OrdersOf::<T>::hashed_key_for(account, after);
				OrdersOf::<T>::iter_key_prefix_from(account, start)
			},
		};
		let ids = keys.take(limit.min(MAX_PAGE) as usize).map(number);
		ids.filter_map(|id| Some(Self::order_info(id, Orders::<T>::get(id)?))).collect()
	}

	fn order_info(id: OrderId, order: OrderOf<T>) -> OrderInfoOf<T> {
		let standing = |period| {
			let entries = Entries::<T>::get((ordered(period), order.venue, order.side));
			let entry = entries.into_iter().find(|entry| entry.id == id)?;
			Some(OpenPeriod { period, limit: entry.limit })
		};
		// A side is large, and whether there is a book is not: the sides that the order is in are read, and no other.
		let has_book =
			|period: &PeriodIndex| Books::<T>::contains_key(ordered(*period), order.venue);
		let open = (order.first..=order.last).filter(has_book).filter_map(standing);
		OrderInfo {
			id,
			open: open.take(order.open as usize).collect(),
			account: order.account,
			side: order.side,
			zone: order.venue.zone,
			resource: order.venue.resource,
			quantity: order.quantity,
			first: order.first,
			last: order.last,
			imbalance_price: order.imbalance_price,
			deposit: order.deposit,
			payout: order.payout.map(Into::into),
		}
	}

	/// Who takes what peers leave in the books of a zone and resource.
	pub fn backstop(zone: ZoneId, resource: Resource) -> Option<BackstopInfoOf<T>> {
		let venue = Venue { zone, resource };
		let backstop = Backstops::<T>::get(venue)?;
		let spare = Self::spare(venue, &backstop);
		let Backstop { account, ceiling, fund, terms, .. } = backstop;
		let rows = terms.rows().map(|(from, Terms { buys, sells, excess })| PostedFrom {
			from: *from,
			buys: buys.map(Into::into),
			sells: sells.map(Into::into),
			excess: *excess,
		});
		Some(BackstopInfo { zone, resource, account, ceiling, fund, spare, posted: rows.collect() })
	}

	/// What is owed to an account that could not take it.
	pub fn owed(account: &T::AccountId) -> Owed<BalanceOf<T>> {
		Owing::<T>::get(account)
	}
}
