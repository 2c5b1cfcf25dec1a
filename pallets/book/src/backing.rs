//! A backstop's two orders in a book that is being cleared.

use alloc::vec::Vec;

use frame::prelude::*;
use meterproof_primitives::{worth, Posted, Room, Standing, BACKSTOP_BID, BACKSTOP_OFFER};

use crate::{backstop::units, clearing::ClearingOrder, types::*, *};

impl<T: Config> Pallet<T> {
	/// What a backstop has posted for a book, as far as its fund and, of what it sells, its meters reach. Either
	/// side may have all of the fund: at one price it does not trade on both.
	pub(crate) fn backing(book: BookId) -> Vec<ClearingOrder<T>> {
		let Some(backstop) = Backstops::<T>::get(book.venue) else { return Vec::new() };
		let terms = backstop.terms_at(book.period);
		let bid = terms.buys.map(|buys| {
			let quantity = buys.quantity.min(units(backstop.fund, buys.price));
			Self::backing_order(book, &backstop, OrderSide::Bid, Posted { quantity, ..buys })
		});
		let offer = terms.sells.map(|sells| {
			let mut order = Self::backing_order(book, &backstop, OrderSide::Offer, sells);
			let (deliverable, taken) = Self::deliverable(book, &backstop.account);
			let funded = units(backstop.fund, order.order.imbalance_price);
			let quantity = sells.quantity.min(funded).min(deliverable);
			order.order.quantity = quantity;
			order.line.entry.quantity = quantity;
			order.taken = Some(taken);
			order
		});
		bid.into_iter().chain(offer).filter(|order| order.line.entry.quantity > 0).collect()
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

	/// How much the backstop's meters can still deliver, and what registrars had ever taken of them; nothing
	/// where they are attested on less than the book demands, or cannot have a trade with each bid.
	fn deliverable(
		BookId { venue, period }: BookId,
		account: &T::AccountId,
	) -> (Quantity, EverTaken<T::AccountId>) {
		let group = Self::group(account, venue);
		let Room { quantity, trades } = T::Market::room(&group, period);
		let standing = T::Devices::standing(&group, period);
		let is_good = Self::is_good_enough(standing.as_ref(), venue, period);
		if trades < T::MaxBids::get() || !is_good {
			return Default::default();
		}
		(quantity, standing.map(Standing::ever_taken).unwrap_or_default())
	}

	/// Whether devices are attested on as much evidence as a book demands.
	pub(crate) fn is_good_enough(
		standing: Option<&Standing<T::AccountId>>,
		venue: Venue,
		period: PeriodIndex,
	) -> bool {
		let least = Self::least_evidence(venue, period);
		let evidence = standing.and_then(|standing| standing.evidence);
		least == Evidence::File || evidence >= Some(least)
	}

	/// Takes what the backstop's orders came to out of its fund, from where their trades had it, and notes what
	/// it has bought.
	pub(crate) fn use_fund(
		BookId { venue, period }: BookId,
		bid: Option<&ClearingOrder<T>>,
		offer: Option<&ClearingOrder<T>>,
	) -> DispatchResult {
		let bought = bid.map_or(Zero::zero(), |bid| bid.paid);
		let pledged = match offer {
			None => Zero::zero(),
			Some(ClearingOrder { order, line, .. }) => {
				worth(line.filled, order.imbalance_price).ok_or(Error::<T>::AmountTooLarge)?
			},
		};
		let used = bought.checked_add(&pledged).ok_or(Error::<T>::AmountTooLarge)?;
		if used.is_zero() {
			return Ok(());
		}
		Backstops::<T>::try_mutate(venue, |maybe| {
			let backstop = maybe.as_mut().ok_or(Error::<T>::NoBackstop)?;
			backstop.fund = backstop.fund.checked_sub(&used).ok_or(Error::<T>::AmountTooLarge)?;
			let filled = bid.map_or(0, |bid| bid.line.filled);
			if filled > 0 {
				backstop.note_bought(period, filled, T::Clock::oldest_unsettled());
			}
			Ok(())
		})
	}
}
