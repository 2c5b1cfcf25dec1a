//! Settlement of a group's trades in one period, and payouts that had to wait.

use alloc::vec::Vec;

use frame::prelude::*;
use meterproof_primitives::{
	made, worth, Deliveries, Output, SealedRefusal, SealedTerms, Settled, SettledSealed, Standing,
};

use crate::{money::Shares, takings::*, trading::*, *};

impl<T: Config> Deliveries<T::AccountId> for Pallet<T> {
	type Balance = BalanceOf<T>;

	fn contracted(group: &GroupOf<T>, period: PeriodIndex) -> Quantity {
		Contracts::<T>::get(ordered(period), group).contracted
	}

	fn trades(group: &GroupOf<T>, period: PeriodIndex) -> u32 {
		Contracts::<T>::get(ordered(period), group).trades.len() as u32
	}

	fn settle(
		group: &GroupOf<T>,
		period: PeriodIndex,
		delivered: Quantity,
	) -> Result<Settled<BalanceOf<T>>, DispatchError> {
		let contract = Contracts::<T>::take(ordered(period), group);
		ensure!(contract.contracted > 0, Error::<T>::NothingContracted);
		let quantities: Vec<Quantity> =
			contract.trades.iter().map(|(_, quantity)| *quantity).collect();
		let shares = split(delivered, &quantities).ok_or(Error::<T>::DeliveredAboveContracted)?;
		let mut sums = Settled {
			trades: contract.trades.len() as u32,
			contracted: contract.contracted,
			delivered,
			..Default::default()
		};
		let standing = T::Devices::standing(group, period);
		let mut takings = Takings::of::<T>(standing.as_ref(), period);
		for ((id, _), share) in contract.trades.iter().zip(shares) {
			Self::settle_trade(*id, period, share, standing.as_ref(), &mut takings, &mut sums)?;
		}
		Ok(sums)
	}

	fn is_sealed(group: &GroupOf<T>, period: PeriodIndex) -> bool {
		Contracts::<T>::get(ordered(period), group).sealed
	}

	fn sealed_terms(group: &GroupOf<T>, period: PeriodIndex) -> Result<SealedTerms, SealedRefusal> {
		Self::terms_of_sealed(group, period).map(|(terms, _)| terms)
	}

	fn settle_sealed(
		group: &GroupOf<T>,
		period: PeriodIndex,
		outputs: &[Output; 2],
	) -> Result<SettledSealed<BalanceOf<T>>, DispatchError> {
		Self::settle_sealed_trade(group, period, outputs)
	}

	fn max_trades() -> u32 {
		T::MaxTradesPerGroup::get()
	}

	fn oldest(limit: u32) -> Vec<(PeriodIndex, GroupOf<T>)> {
		Contracts::<T>::iter_keys()
			.take(limit as usize)
			.map(|(period, group)| (number(period), group))
			.collect()
	}

	fn unsettled(period: PeriodIndex, after: Option<&GroupOf<T>>, limit: u32) -> Vec<GroupOf<T>> {
		let period = ordered(period);
		let groups = match after {
			None => Contracts::<T>::iter_key_prefix(period),
			Some(group) => {
				let start = Contracts::<T>::hashed_key_for(period, group);
				Contracts::<T>::iter_key_prefix_from(period, start)
			},
		};
		groups.take(limit as usize).collect()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn fill_trades(group: &GroupOf<T>, period: PeriodIndex, count: u32, quantity: Quantity) {
		crate::benchmarking::fill_trades::<T>(group, period, count, quantity);
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn fill_sealed(group: &GroupOf<T>, period: PeriodIndex, quantity: Quantity) {
		crate::benchmarking::fill_sealed::<T>(group, period, quantity);
	}
}

impl<T: Config> Pallet<T> {
	/// Settles one period of one trade and adds its amounts to the sums. The share of a trade
	/// whose buyer does not accept all who attested the seller's devices in that period, and on what
	/// evidence, counts as not delivered, and nobody else gets it. The imbalance is due in full, but
	/// for what registrars took away: the seller knew list and grade, and no device joins its group
	/// unless it registers it or takes it over, or comes back into it on less than it had unless it
	/// resumes it.
	fn settle_trade(
		id: TradeId,
		period: PeriodIndex,
		share: Quantity,
		standing: Option<&Standing<T::AccountId>>,
		takings: &mut Takings<T::AccountId>,
		sums: &mut Settled<BalanceOf<T>>,
	) -> DispatchResult {
		let Some(mut trade) = Trades::<T>::get(id) else {
			defensive!("a contract names a trade that does not exist");
			return Ok(());
		};
		let delivered = if trade.ensure_accepted(standing).is_ok() { share } else { 0 };
		Self::count_period(&mut trade)?;
		let missing = trade.quantity.saturating_sub(delivered);
		let taken = takings.used_up_by::<T>(&trade, period, missing);
		let excused = taken.iter().fold(0, |sum: Quantity, (_, part)| sum.saturating_add(*part));
		let shares = Shares { delivered, excused };
		let seller_unpaid = !made(Self::pay_seller(id, period, &trade, shares))?;
		let buyer_unpaid = !made(Self::pay_buyer(id, period, &trade, shares))?;
		let outcome = Outcome::Open { delivered, excused, seller_unpaid, buyer_unpaid };
		Outcomes::<T>::insert(id, period, outcome);
		if excused > 0 {
			let paid = Self::pay_of_bonds(&trade, &taken)?;
			Self::deposit_event(Event::ImbalanceExcused { trade: id, period, excused, paid });
		}

		let (paid, refunded, penalty) = Self::amounts(&trade, shares);
		sums.paid = sums.paid.saturating_add(paid);
		sums.refunded = sums.refunded.saturating_add(refunded);
		sums.penalty = sums.penalty.saturating_add(penalty);
		Self::deposit_event(Event::PeriodSettled {
			trade: id,
			period,
			delivered,
			paid,
			refunded,
			penalty,
		});
		if outcome.is_unpaid() {
			trade.unpaid_periods = trade.unpaid_periods.saturating_add(1);
			Self::deposit_event(Event::PayoutDeferred {
				trade: id,
				period,
				to_seller: seller_unpaid,
				to_buyer: buyer_unpaid,
			});
		}
		Self::finish_period(id, trade);
		Ok(())
	}

	/// One more period of a trade is being settled. With the last one its deposit is returned:
	/// first, so that the seller's account exists for the payment. If the account cannot take the
	/// deposit now, the agenda tries again.
	pub(crate) fn count_period(trade: &mut TradeOf<T>) -> DispatchResult {
		trade.settled_periods = trade.settled_periods.saturating_add(1);
		if trade.settled_periods >= trade.periods() {
			made(Self::return_deposit(trade))?;
		}
		Ok(())
	}

	/// Stores a trade of which a period was settled; the last one settles it.
	pub(crate) fn finish_period(id: TradeId, mut trade: TradeOf<T>) {
		if trade.settled_periods >= trade.periods() {
			trade.state = TradeState::Settled;
			for account in [&trade.seller.operator, &trade.buyer] {
				Self::change_counts(account, |counts| {
					counts.trades = counts.trades.saturating_sub(1)
				});
			}
			Self::schedule(id, &mut trade, Some(Self::retained_until()));
			Self::deposit_event(Event::TradeSettled { trade: id });
		}
		Trades::<T>::insert(id, trade);
	}

	/// Payment, refund and imbalance charge of a period. None overflows, since the offer's totals did
	/// not.
	pub(crate) fn amounts(
		trade: &TradeOf<T>,
		Shares { delivered, excused }: Shares,
	) -> (BalanceOf<T>, BalanceOf<T>, BalanceOf<T>) {
		let missing = trade.quantity.saturating_sub(delivered);
		let charged = missing.saturating_sub(excused);
		let worth = |quantity, price| worth(quantity, price).unwrap_or_default();
		(
			worth(delivered, trade.price),
			worth(missing, trade.price),
			worth(charged, trade.imbalance_price),
		)
	}

	/// Pays out what waits, of a payee that asks for it to its account.
	pub(crate) fn do_claim(
		id: TradeId,
		period: PeriodIndex,
		to_account: Option<&T::AccountId>,
	) -> DispatchResult {
		let mut trade = Trades::<T>::get(id).ok_or(Error::<T>::UnknownTrade)?;
		let terms = match to_account {
			None => trade.clone(),
			Some(who) => trade.clone().without_note_of(who).ok_or(Error::<T>::NotPayee)?,
		};
		let before = Outcomes::<T>::get(id, period)
			.filter(Outcome::is_unpaid)
			.ok_or(Error::<T>::NothingToClaim)?;
		// A sealed outcome leaves nothing unpaid.
		let Outcome::Open {
			delivered,
			excused,
			seller_unpaid: for_seller,
			buyer_unpaid: for_buyer,
		} = before
		else {
			return Err(Error::<T>::NothingToClaim.into());
		};
		let shares = Shares { delivered, excused };
		let seller_unpaid = for_seller && !made(Self::pay_seller(id, period, &terms, shares))?;
		let buyer_unpaid = for_buyer && !made(Self::pay_buyer(id, period, &terms, shares))?;
		let after = Outcome::Open { delivered, excused, seller_unpaid, buyer_unpaid };
		ensure!(after != before, Error::<T>::PayeeNotPayable);
		Outcomes::<T>::insert(id, period, after);
		if !after.is_unpaid() {
			trade.unpaid_periods = trade.unpaid_periods.saturating_sub(1);
			Trades::<T>::insert(id, trade);
		}
		Self::deposit_event(Event::PayoutClaimed {
			trade: id,
			period,
			to_seller: for_seller && !seller_unpaid,
			to_buyer: for_buyer && !buyer_unpaid,
		});
		Ok(())
	}
}
