//! What always holds.

use alloc::collections::{btree_map::BTreeMap, btree_set::BTreeSet};

use frame::prelude::*;
use fungible::hold::Inspect;
use meterproof_primitives::{api::Owed, worth, EnsureInvariants, MAX_CLAIM};

use crate::{types::*, *};

impl<T: Config> EnsureInvariants for Pallet<T> {
	fn ensure_invariants() -> DispatchResult {
		Self::ensure_holds_match()?;
		Self::ensure_orders_match()?;
		Self::ensure_books_match()?;
		Self::ensure_reserves_match()?;
		Self::ensure_backstops_match()
	}
}

impl<T: Config> Pallet<T> {
	/// Money on hold is what standing orders bind and what is owed, to the unit, for every account.
	fn ensure_holds_match() -> DispatchResult {
		let mut expected: BTreeMap<T::AccountId, Owed<BalanceOf<T>>> = Owing::<T>::iter().collect();
		ensure!(
			expected.values().all(|owed| *owed != Owed::default()),
			"book: an account is owed nothing"
		);
		for ((.., side), entries) in Entries::<T>::iter() {
			for entry in entries {
				let order = Orders::<T>::get(entry.id).ok_or(Error::<T>::UnknownOrder)?;
				let owed = expected.entry(entry.account).or_default();
				let (part, rate) = match side {
					OrderSide::Bid => (&mut owed.bid, entry.limit),
					OrderSide::Offer => (&mut owed.collateral, order.imbalance_price),
				};
				let worth = worth(entry.quantity, rate).ok_or(ArithmeticError::Overflow)?;
				*part = part.checked_add(&worth).ok_or(ArithmeticError::Overflow)?;
				let deposit = owed.deposit.checked_add(&order.deposit);
				owed.deposit = deposit.ok_or(ArithmeticError::Overflow)?;
			}
		}
		let mut funds = BTreeMap::<T::AccountId, BalanceOf<T>>::new();
		for Backstop { account, fund, .. } in Backstops::<T>::iter_values() {
			let sum = funds.entry(account).or_default();
			*sum = sum.checked_add(&fund).ok_or(ArithmeticError::Overflow)?;
		}
		for who in frame_system::Account::<T>::iter_keys() {
			let owed = expected.remove(&who).unwrap_or_default();
			let fund = funds.remove(&who).unwrap_or_default();
			for (reason, amount) in [
				(HoldReason::Backstop, fund),
				(HoldReason::Bid, owed.bid),
				(HoldReason::Collateral, owed.collateral),
				(HoldReason::Deposit, owed.deposit),
			] {
				ensure!(
					T::NativeBalance::balance_on_hold(&reason.into(), &who) == amount,
					"book: money on hold differs from the standing orders and funds"
				);
			}
		}
		ensure!(expected.is_empty(), "book: an order of an account that does not exist");
		ensure!(
			funds.values().all(Zero::is_zero),
			"book: a fund of an account that does not exist"
		);
		Ok(())
	}

	/// Backstops buy for less than they sell for, and one that is dismissed does neither any more.
	fn ensure_backstops_match() -> DispatchResult {
		for backstop in Backstops::<T>::iter_values() {
			for (_, Terms { buys, sells, excess }) in backstop.terms.rows() {
				ensure!(
					*excess == 0 || buys.is_some_and(|buys| worth(*excess, buys.price).is_some()),
					"book: a backstop buys excess without a price"
				);
				let mut posted = buys.iter().chain(sells);
				ensure!(
					posted.all(|posted| !posted.price.is_zero()
						&& posted.quantity > 0
						&& posted.quantity < MAX_CLAIM
						&& worth(posted.quantity, posted.price).is_some()),
					"book: a backstop has posted what is no order"
				);
				let cross = buys.zip(*sells).is_some_and(|(buys, sells)| buys.price >= sells.price);
				ensure!(!cross, "book: a backstop buys for what it sells for");
			}
			let oldest = T::Clock::oldest_unsettled();
			for (period, quantity) in &backstop.bought {
				let posted = backstop.terms_at(*period).excess;
				ensure!(
					*period < oldest || *quantity <= posted,
					"book: a backstop has bought more than it has posted"
				);
			}
			let periods = || backstop.bought.iter().map(|(period, _)| period);
			ensure!(
				periods().zip(periods().skip(1)).all(|(one, next)| one < next),
				"book: what a backstop has bought is not by period"
			);
			let latest = backstop.terms.latest();
			ensure!(
				!backstop.ceiling.is_zero() || latest.is_none_or(|latest| !latest.is_any()),
				"book: a backstop that is dismissed buys or sells"
			);
		}
		Ok(())
	}

	/// Each order stands in as many books as it counts, as it is, and is listed with its account.
	fn ensure_orders_match() -> DispatchResult {
		let mut open = BTreeMap::<OrderId, u32>::new();
		for ((period, venue, side), entries) in Entries::<T>::iter() {
			let period = number(period);
			for entry in entries {
				let order = Orders::<T>::get(entry.id).ok_or(Error::<T>::UnknownOrder)?;
				ensure!(
					order.account == entry.account
						&& order.venue == venue
						&& order.side == side
						&& order.quantity == entry.quantity
						&& order.first <= period
						&& period <= order.last,
					"book: an order stands where it is not to stand"
				);
				ensure!(
					side == OrderSide::Bid || order.imbalance_price >= entry.limit,
					"book: an offer's collateral is below its limit"
				);
				let count = open.entry(entry.id).or_default();
				*count = count.saturating_add(1);
			}
		}
		let next = NextOrderId::<T>::get();
		let mut standing = BTreeMap::<T::AccountId, u32>::new();
		let mut orders = 0usize;
		for (id, order) in Orders::<T>::iter() {
			ensure!(id < next, "book: an order from the future");
			let backstop = Backstops::<T>::get(order.venue).map(|backstop| backstop.account);
			ensure!(backstop != Some(order.account.clone()), "book: an order of a backstop's");
			ensure!(open.get(&id) == Some(&order.open), "book: an order counts other books");
			ensure!(
				OrdersOf::<T>::contains_key(&order.account, ordered(id)),
				"book: an account's list lacks an order"
			);
			let count = standing.entry(order.account).or_default();
			*count = count.saturating_add(order.open);
			orders = orders.saturating_add(1);
		}
		ensure!(
			OrdersOf::<T>::iter_keys().count() == orders,
			"book: an account lists an order that does not exist"
		);
		ensure!(
			standing == StandingOf::<T>::iter().collect::<BTreeMap<_, _>>(),
			"book: an account's count differs from its orders"
		);
		Ok(())
	}

	/// Books count their orders and are within their bounds; what is cleared has none.
	fn ensure_books_match() -> DispatchResult {
		let mut sizes = BTreeMap::<(OrderedKey, Venue), BookSize>::new();
		for ((period, venue, side), entries) in Entries::<T>::iter() {
			ensure!(!entries.is_empty(), "book: a side without an order is stored");
			ensure!(entries.len() as u32 <= Self::most(side), "book: a side has too many orders");
			ensure!(
				entries.iter().zip(entries.iter().skip(1)).all(|(one, next)| one.id < next.id),
				"book: orders are not by number"
			);
			let mut own = BTreeMap::<_, u32>::new();
			for entry in &entries {
				let count = own.entry(&entry.account).or_default();
				*count = count.saturating_add(1);
			}
			ensure!(
				own.values().all(|count| *count <= T::MaxOwnOrders::get()),
				"book: an account has too many orders in a book"
			);
			let count = entries.len() as u32;
			*sizes.entry((period, venue)).or_default().side(side) = count;
		}
		let books: BTreeMap<_, _> =
			Books::<T>::iter().map(|(period, venue, size)| ((period, venue), size)).collect();
		ensure!(sizes == books, "book: a book counts other orders");
		for (period, venue, clearing) in Clearings::<T>::iter() {
			ensure!(!books.contains_key(&(period, venue)), "book: a cleared book has orders");
			let filled = |lines: &[LineOf<T>], backstop: &Option<LineOf<T>>| {
				let all = lines.iter().chain(backstop);
				all.map(|line| line.filled).fold(0, Quantity::saturating_add)
			};
			ensure!(
				filled(&clearing.bids, &clearing.backstop_bid) == clearing.volume
					&& filled(&clearing.offers, &clearing.backstop_offer) == clearing.volume
					&& clearing.price.is_some() == (clearing.volume > 0)
					&& clearing.first_trade.is_some() == (clearing.trades > 0)
					&& (clearing.trades > 0) == (clearing.volume > 0),
				"book: what was bought is not what was sold"
			);
		}
		Ok(())
	}

	/// The capacity of a group that the books keep free equals what the group offers in them.
	fn ensure_reserves_match() -> DispatchResult {
		let mut offered = BTreeMap::<_, (Quantity, u32)>::new();
		for ((period, venue, side), entries) in Entries::<T>::iter() {
			if side == OrderSide::Bid {
				continue;
			}
			for entry in entries {
				let group = Self::group(&entry.account, venue);
				let (quantity, orders) = offered.entry((period, group)).or_default();
				*quantity = quantity.saturating_add(entry.quantity);
				*orders = orders.saturating_add(1);
			}
		}
		let mut seen = BTreeSet::new();
		for (period, group, reserve) in Reserves::<T>::iter() {
			ensure!(
				offered.get(&(period, group.clone())) == Some(&(reserve.quantity, reserve.orders)),
				"book: what is kept free differs from the offers"
			);
			seen.insert((period, group));
		}
		ensure!(seen.len() == offered.len(), "book: nothing is kept free for an offer");
		Ok(())
	}
}
