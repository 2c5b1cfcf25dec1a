//! Trades that a book of orders makes.

use frame::prelude::*;
use fungible::hold::Unbalanced;
use meterproof_primitives::{worth, BookTrades, Deal, DealHolds, Room, MAX_CLAIM};

use crate::{trading::*, *};

impl<T: Config> BookTrades<T::AccountId> for Pallet<T> {
	type Balance = BalanceOf<T>;
	type Reason = <T as Config>::RuntimeHoldReason;

	fn imbalance_price(
		zone: ZoneId,
		resource: Resource,
		first: PeriodIndex,
		last: PeriodIndex,
	) -> BalanceOf<T> {
		Self::price_of_missing(zone, resource, first, last)
	}

	fn ensure_room(
		group: &GroupOf<T>,
		first: PeriodIndex,
		last: PeriodIndex,
		quantity: Quantity,
		trades: u32,
	) -> DispatchResult {
		let mut capacity = Capacity::default();
		for period in first..=last {
			let capacity = capacity.of::<T>(group, period);
			Self::ensure_deliverable(group, period, quantity, false, capacity)?;
			// Room for a book's trades is kept once, for all of the group's orders in it.
			let made = Contracts::<T>::get(ordered(period), group).trades.len() as u32;
			let all = made.saturating_add(trades);
			ensure!(all <= T::MaxTradesPerGroup::get(), Error::<T>::GroupFull);
		}
		Ok(())
	}

	fn room(group: &GroupOf<T>, period: PeriodIndex) -> Room {
		let contract = Contracts::<T>::get(ordered(period), group);
		if contract.sealed {
			return Room::default();
		}
		let most = MAX_CLAIM.saturating_sub(1);
		Room {
			quantity: most.saturating_sub(contract.contracted),
			trades: T::MaxTradesPerGroup::get().saturating_sub(contract.trades.len() as u32),
		}
	}

	fn ensure_payable(owner: &NoteOwner, most: BalanceOf<T>) -> DispatchResult {
		Self::ensure_note_payable(owner, Some(most)).map_err(Into::into)
	}

	fn conclude(
		deal: Deal<T::AccountId, BalanceOf<T>>,
		held: &DealHolds<Self::Reason>,
	) -> Result<TradeId, DispatchError> {
		let Deal { seller, buyer, period, quantity, price, imbalance_price, .. } = deal;
		let operator = &seller.operator;
		let payment = worth(quantity, price).ok_or(Error::<T>::AmountTooLarge)?;
		let collateral = worth(quantity, imbalance_price).ok_or(Error::<T>::AmountTooLarge)?;
		Self::take_over(&held.payment, HoldReason::Payment, &buyer, payment)?;
		Self::take_over(&held.collateral, HoldReason::Collateral, operator, collateral)?;
		Self::take_over(&held.deposit, HoldReason::OfferDeposit, operator, deal.deposit)?;

		let id = NextTradeId::<T>::get();
		NextTradeId::<T>::put(id.checked_add(1).ok_or(ArithmeticError::Overflow)?);
		Contracts::<T>::try_mutate(ordered(period), &seller, |contract| {
			let contracted =
				contract.contracted.checked_add(quantity).ok_or(Error::<T>::QuantityTooLarge)?;
			contract.insert::<T>(id, quantity, contracted)
		})?;
		for account in [operator, &buyer] {
			Self::change_counts(account, |counts| counts.trades = counts.trades.saturating_add(1));
			TradesOf::<T>::insert(account, ordered(id), ());
		}
		let trade = Trade {
			seller: seller.clone(),
			buyer: buyer.clone(),
			quantity,
			price,
			imbalance_price,
			first: period,
			last: period,
			state: TradeState::Accepted,
			settled_periods: 0,
			unpaid_periods: 0,
			deposit: deal.deposit,
			due: None,
			registrars: Registrars::default(),
			least_evidence: deal.least_evidence,
			payout: deal.payout,
			refund: deal.refund,
			sealed: None,
			taken: deal.taken,
		};
		Trades::<T>::insert(id, trade);
		Self::deposit_event(Event::TradeConcluded {
			trade: id,
			seller,
			buyer,
			quantity,
			price,
			imbalance_price,
			period,
			payout: deal.payout,
			refund: deal.refund,
		});
		Ok(id)
	}

	fn max_trades() -> u32 {
		T::MaxTradesPerGroup::get()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_imbalance_price(zone: ZoneId, resource: Resource, price: BalanceOf<T>) {
		ImbalancePrices::<T>::insert(zone, resource, price);
	}
}

impl<T: Config> Pallet<T> {
	/// What one base unit that is sold of exporting meters and not delivered costs at least, in the dearest of
	/// the periods `first..=last`: whoever lacks it buys it of the backstop.
	pub(crate) fn price_of_missing(
		zone: ZoneId,
		resource: Resource,
		first: PeriodIndex,
		last: PeriodIndex,
	) -> BalanceOf<T> {
		let asked = T::Backstop::selling_price(zone, resource, first, last);
		ImbalancePrices::<T>::get(zone, resource).max(asked)
	}

	/// Has an amount on hold for a trade that was on hold for something else. It is never free in
	/// between, so that nothing the account has locked or lacks stands in the way.
	fn take_over(
		from: &<T as Config>::RuntimeHoldReason,
		to: HoldReason,
		who: &T::AccountId,
		amount: BalanceOf<T>,
	) -> DispatchResult {
		if amount.is_zero() {
			return Ok(());
		}
		T::NativeBalance::increase_balance_on_hold(&to.into(), who, amount, Precision::Exact)?;
		T::NativeBalance::decrease_balance_on_hold(from, who, amount, Precision::Exact)?;
		Ok(())
	}
}
