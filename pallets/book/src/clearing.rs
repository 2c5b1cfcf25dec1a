//! A book is cleared: the rule is applied, fills become trades, and everything else is released.

use alloc::vec::Vec;

use frame::prelude::*;
use meterproof_clearing::{clear, Cleared, Fill, Order as RuleOrder, Outcome};
use meterproof_primitives::{
	is_of_last_resort, worth, BookTrades, Deal, DealHolds, Phase, TradeId,
};

use crate::{types::*, *};

/// An order on its way through the clearing.
pub(crate) struct ClearingOrder<T: Config> {
	pub order: OrderOf<T>,
	pub line: LineOf<T>,
	/// What the order's trades cost, all together.
	pub paid: BalanceOf<T>,
	/// What registrars had ever taken out of the group of a backstop's offer; of other offers their reserve
	/// has it.
	pub taken: Option<EverTaken<T::AccountId>>,
}

impl<T: Config> ClearingOrder<T> {
	/// Whether it is the backstop's.
	fn is_of_last_resort(&self) -> bool {
		is_of_last_resort(self.line.entry.id)
	}

	/// Why its money is on hold: that of an order of the backstop's is its fund.
	fn held_for(&self, reason: HoldReason) -> HoldReason {
		if self.is_of_last_resort() {
			HoldReason::Backstop
		} else {
			reason
		}
	}
}

/// The trades of a cleared book.
#[derive(Default)]
struct Made {
	first: Option<TradeId>,
	count: u32,
}

impl<T: Config> Pallet<T> {
	/// Clears a book whose gate has closed, all of it or nothing; how many orders it had. Where the period
	/// has ended, a proof may have settled sellers' groups already: the book lapses, and every order is
	/// released. The caller has a storage layer for it.
	pub(crate) fn do_clear(book: BookId) -> Result<BookSize, DispatchError> {
		let BookId { venue, period } = book;
		let size = Books::<T>::take(ordered(period), venue).ok_or(Error::<T>::NothingToClear)?;
		let mut bids = Self::take_side(book, OrderSide::Bid)?;
		let mut offers = Self::take_side(book, OrderSide::Offer)?;
		let is_in_time = matches!(T::Clock::phase(period), Phase::Closed | Phase::Running);
		if is_in_time {
			for order in Self::backing(book) {
				match order.order.side {
					OrderSide::Bid => bids.push(order),
					OrderSide::Offer => offers.push(order),
				}
			}
		}
		let outcome = is_in_time.then(|| rule(&bids, &offers)).flatten();
		let cleared = outcome.as_ref().and_then(|outcome| outcome.cleared);
		let mut made = Made::default();
		let mut price = None;
		if let Some(outcome) = &outcome {
			note_fills(&mut bids, &outcome.fills);
			note_fills(&mut offers, &outcome.fills);
		}
		if let Some(Cleared { price: at, .. }) = cleared {
			let at = BalanceOf::<T>::try_from(at).map_err(|_| Error::<T>::AmountTooLarge)?;
			made = Self::make_trades(book, &mut bids, &offers, at)?;
			price = Some(at);
		}
		// They have the highest numbers.
		let backstop_bid = bids.pop_if(|bid| bid.is_of_last_resort());
		let backstop_offer = offers.pop_if(|offer| offer.is_of_last_resort());
		Self::use_fund(book, backstop_bid.as_ref(), backstop_offer.as_ref(), price)?;
		for ClearingOrder { line, .. } in &offers {
			Reserves::<T>::remove(ordered(period), Self::group(&line.entry.account, venue));
		}
		let (bids, offers) = (Self::dissolve(bids)?, Self::dissolve(offers)?);
		let volume = cleared.map_or(0, |cleared| cleared.volume);
		let lapsed = !is_in_time;
		let clearing = Clearing {
			block: frame_system::Pallet::<T>::block_number().saturated_into(),
			lapsed,
			price,
			volume,
			bids: BoundedVec::truncate_from(bids),
			offers: BoundedVec::truncate_from(offers),
			backstop_bid: backstop_bid.map(|bid| bid.line),
			backstop_offer: backstop_offer.map(|offer| offer.line),
			first_trade: made.first,
			trades: made.count,
		};
		Clearings::<T>::insert(ordered(period), venue, clearing);
		let Venue { zone, resource } = venue;
		Self::deposit_event(if lapsed {
			Event::BookLapsed {
				zone,
				resource,
				period,
				orders: size.bids.saturating_add(size.offers),
			}
		} else {
			Event::BookCleared {
				zone,
				resource,
				period,
				price,
				volume,
				orders: size.bids.saturating_add(size.offers),
				first_trade: made.first,
				trades: made.count,
			}
		});
		Ok(size)
	}

	fn take_side(book: BookId, side: OrderSide) -> Result<Vec<ClearingOrder<T>>, DispatchError> {
		let entries = Entries::<T>::take((ordered(book.period), book.venue, side));
		entries
			.into_iter()
			.map(|entry| {
				let order = Orders::<T>::get(entry.id).ok_or(Error::<T>::UnknownOrder)?;
				let line = Line { entry, netted: 0, filled: 0 };
				Ok(ClearingOrder { order, line, paid: Zero::zero(), taken: None })
			})
			.collect()
	}

	/// Pairs what was filled of both sides, in the order of their numbers, and makes a trade of each pair.
	fn make_trades(
		book: BookId,
		bids: &mut [ClearingOrder<T>],
		offers: &[ClearingOrder<T>],
		price: BalanceOf<T>,
	) -> Result<Made, DispatchError> {
		let least_evidence = Self::least_evidence(book.venue, book.period);
		let mut made = Made::default();
		let mut offers = offers.iter().filter(|offer| offer.line.filled > 0);
		// The offer at hand, what is left of it, and its deposit until a trade has it.
		let mut at_hand: Option<(&ClearingOrder<T>, Quantity, BalanceOf<T>)> = None;
		for bid in bids.iter_mut() {
			let mut wanted = bid.line.filled;
			while wanted > 0 {
				let next =
					|| offers.next().map(|offer| (offer, offer.line.filled, offer.order.deposit));
				let (offer, left, deposit) =
					at_hand.take().or_else(next).ok_or(Error::<T>::BookUnbalanced)?;
				let quantity = wanted.min(left);
				let seller = Self::group(&offer.line.entry.account, book.venue);
				let taken = offer.taken.clone().unwrap_or_else(|| {
					let reserve = Reserves::<T>::get(ordered(book.period), &seller);
					reserve.map(|reserve| reserve.taken).unwrap_or_default()
				});
				let held = DealHolds {
					payment: bid.held_for(HoldReason::Bid).into(),
					collateral: offer.held_for(HoldReason::Collateral).into(),
					deposit: HoldReason::Deposit.into(),
				};
				let deal = Deal {
					seller,
					buyer: bid.line.entry.account.clone(),
					period: book.period,
					quantity,
					price,
					imbalance_price: offer.order.imbalance_price,
					deposit,
					least_evidence,
					payout: offer.order.payout,
					refund: bid.order.payout,
					taken,
				};
				let trade = T::Market::conclude(deal, &held)?;
				made.first.get_or_insert(trade);
				made.count = made.count.saturating_add(1);
				let cost = worth(quantity, price).ok_or(Error::<T>::AmountTooLarge)?;
				bid.paid = bid.paid.checked_add(&cost).ok_or(Error::<T>::AmountTooLarge)?;
				wanted = wanted.saturating_sub(quantity);
				let left = left.saturating_sub(quantity);
				at_hand = (left > 0).then_some((offer, left, Zero::zero()));
			}
		}
		Ok(made)
	}

	/// Releases what orders have left, and forgets them; what became of them.
	fn dissolve(orders: Vec<ClearingOrder<T>>) -> Result<Vec<LineOf<T>>, DispatchError> {
		orders
			.into_iter()
			.map(|ClearingOrder { order, line, paid, .. }| {
				Self::release_rest(&order, &line.entry, line.filled, paid)?;
				// An order may stand in other books still; what is kept of it is as it is now.
				Self::forget(line.entry.id, order);
				Ok(line)
			})
			.collect()
	}

	pub(crate) fn do_prune(book: BookId) -> DispatchResult {
		let (period, venue) = (ordered(book.period), book.venue);
		ensure!(Clearings::<T>::contains_key(period, venue), Error::<T>::UnknownClearing);
		ensure!(Self::is_prunable(book.period), Error::<T>::RetentionRunning);
		Self::remove_clearing(book);
		Ok(())
	}

	/// Whether the record of a clearing has been kept long enough.
	pub(crate) fn is_prunable(period: PeriodIndex) -> bool {
		period.saturating_add(T::RetentionPeriods::get()) < T::Clock::first_open()
	}

	pub(crate) fn remove_clearing(BookId { venue, period }: BookId) {
		Clearings::<T>::remove(ordered(period), venue);
		let Venue { zone, resource } = venue;
		Self::deposit_event(Event::ClearingPruned { zone, resource, period });
	}
}

/// What the rule makes of the orders. One side's quantities are too few to be too much.
fn rule<T: Config>(bids: &[ClearingOrder<T>], offers: &[ClearingOrder<T>]) -> Option<Outcome> {
	let side = |orders: &[ClearingOrder<T>], side| {
		let of = |order: &ClearingOrder<T>| RuleOrder {
			id: order.line.entry.id,
			account: order.line.entry.account.clone(),
			side,
			quantity: order.line.entry.quantity,
			limit: order.line.entry.limit.saturated_into(),
		};
		orders.iter().map(of).collect::<Vec<_>>()
	};
	let mut orders = side(bids, OrderSide::Bid);
	orders.append(&mut side(offers, OrderSide::Offer));
	clear(&orders).ok()
}

/// Notes what was filled, and what was netted. Fills come by number.
fn note_fills<T: Config>(orders: &mut [ClearingOrder<T>], fills: &[Fill]) {
	for ClearingOrder { line, .. } in orders {
		let at = fills.binary_search_by_key(&line.entry.id, |fill| fill.id);
		if let Some(fill) = at.ok().and_then(|at| fills.get(at)) {
			line.netted = fill.netted;
			line.filled = fill.filled;
		}
	}
}
