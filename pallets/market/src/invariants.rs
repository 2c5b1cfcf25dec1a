//! What always holds.

use alloc::collections::btree_map::BTreeMap;

use frame::prelude::*;
use fungible::hold::Inspect;
use meterproof_primitives::{
	is_canonical, worth, EnsureInvariants, Evidence, PayNotes, MAX_CLAIM, NATIVE_ASSET,
};

use crate::{trading::*, *};

/// What an account must have on hold.
#[derive(Clone, Copy, Default)]
struct Holds<Balance> {
	deposit: Balance,
	collateral: Balance,
	payment: Balance,
}

impl<T: Config> EnsureInvariants for Pallet<T> {
	fn ensure_invariants() -> DispatchResult {
		Self::ensure_holds_match()?;
		Self::ensure_notes_can_be_paid()?;
		Self::ensure_sealed_trades_can_be_split()?;
		Self::ensure_contracts_match()?;
		Self::ensure_indices_match()
	}
}

impl<T: Config> Pallet<T> {
	/// Money on hold is what the open obligations add up to, to the unit, for every account.
	fn ensure_holds_match() -> DispatchResult {
		let mut expected = BTreeMap::<T::AccountId, Holds<BalanceOf<T>>>::new();
		for (id, trade) in Trades::<T>::iter() {
			let (collateral, payment) = Self::obligations(id, &trade)?;
			let seller = expected.entry(trade.seller.operator.clone()).or_default();
			seller.deposit = sum(seller.deposit, trade.deposit)?;
			seller.collateral = sum(seller.collateral, collateral)?;
			let buyer = expected.entry(trade.buyer.clone()).or_default();
			buyer.payment = sum(buyer.payment, payment)?;
		}
		for who in frame_system::Account::<T>::iter_keys() {
			let holds = expected.remove(&who).unwrap_or_default();
			for (reason, amount) in [
				(HoldReason::OfferDeposit, holds.deposit),
				(HoldReason::Collateral, holds.collateral),
				(HoldReason::Payment, holds.payment),
			] {
				ensure!(
					T::NativeBalance::balance_on_hold(&reason.into(), &who) == amount,
					"market: money on hold differs from the open obligations"
				);
			}
		}
		let forgotten = expected.values().any(|holds| {
			!holds.deposit.is_zero() || !holds.collateral.is_zero() || !holds.payment.is_zero()
		});
		ensure!(!forgotten, "market: an obligation of an account that does not exist");
		Ok(())
	}

	/// Every owner that a trade names can own a note, and a trade names an owner for its buyer only once the
	/// buyer has accepted.
	fn ensure_notes_can_be_paid() -> DispatchResult {
		for trade in Trades::<T>::iter_values() {
			let mut owners = trade.payout.iter().chain(&trade.refund);
			ensure!(
				owners.all(|owner| T::NotePool::can_pay(NATIVE_ASSET, owner)),
				"market: a trade names an owner that no note can be paid to"
			);
			ensure!(
				trade.refund.is_none() || trade.state != TradeState::Offered,
				"market: an offer names whom to refund"
			);
			let demands = !trade.registrars.is_empty() || trade.least_evidence != Evidence::File;
			ensure!(
				!demands || trade.state != TradeState::Offered,
				"market: an offer demands attestations before it has its buyer's word"
			);
		}
		Ok(())
	}

	/// A sealed trade names both sides' notes once its buyer has accepted, stays within what a proof
	/// can split, and has its group for itself; nothing is settled sealed that is not.
	fn ensure_sealed_trades_can_be_split() -> DispatchResult {
		for (id, trade) in Trades::<T>::iter() {
			let Some(sealed) = &trade.sealed else { continue };
			let (quantity, price) = (trade.quantity, trade.price);
			Self::ensure_sealable(quantity, price, trade.imbalance_price)
				.map_err(|_| "market: no proof can split a sealed trade")?;
			let accepted = trade.state != TradeState::Offered;
			ensure!(
				trade.payout.is_some()
					&& sealed.buyer.is_some() == accepted
					&& trade.refund.is_some() == accepted
					&& Self::split_of(id, &trade).is_some() == accepted,
				"market: a sealed trade lacks a side's notes"
			);
			ensure!(
				sealed.buyer.is_none_or(|buyer| is_canonical(&buyer.shared.commitment)),
				"market: a shared key's commitment is not canonical"
			);
		}
		for (id, _, outcome) in Outcomes::<T>::iter() {
			ensure!(
				outcome != Outcome::Sealed
					|| Trades::<T>::get(id).is_some_and(|trade| trade.sealed.is_some()),
				"market: a trade was settled sealed that is not"
			);
		}
		for (_, _, contract) in Contracts::<T>::iter() {
			let sealed = contract
				.trades
				.iter()
				.any(|(id, _)| Trades::<T>::get(id).is_some_and(|trade| trade.sealed.is_some()));
			ensure!(
				contract.sealed == sealed && (!sealed || contract.trades.len() == 1),
				"market: a sealed trade is not alone in its group"
			);
		}
		Ok(())
	}

	/// Collateral and payment that a trade still binds.
	fn obligations(
		id: TradeId,
		trade: &TradeOf<T>,
	) -> Result<(BalanceOf<T>, BalanceOf<T>), DispatchError> {
		// Base units that bind the seller's collateral, and those that bind the buyer's payment.
		let (mut by_seller, mut by_buyer): (Quantity, Quantity) = (0, 0);
		let mut settled: u32 = 0;
		let mut unpaid: u32 = 0;
		for period in trade.first..=trade.last {
			let (of_seller, of_buyer) = match Outcomes::<T>::get(id, period) {
				None => (trade.quantity, trade.quantity),
				Some(outcome) => {
					settled = settled.saturating_add(1);
					unpaid = unpaid.saturating_add(u32::from(outcome.is_unpaid()));
					match outcome {
						Outcome::Open { delivered, excused, seller_unpaid, buyer_unpaid } => {
							let free = delivered.saturating_add(excused);
							ensure!(
								free <= trade.quantity,
								"market: more delivered and excused than a trade's quantity"
							);
							let missing = trade.quantity.saturating_sub(delivered);
							let charged = trade.quantity.saturating_sub(free);
							let waits = |unpaid, units: Quantity| if unpaid { units } else { 0 };
							(
								waits(seller_unpaid, free)
									.saturating_add(waits(buyer_unpaid, charged)),
								waits(seller_unpaid, delivered)
									.saturating_add(waits(buyer_unpaid, missing)),
							)
						},
						Outcome::Sealed => (0, 0),
					}
				},
			};
			by_seller = by_seller.checked_add(of_seller).ok_or(ArithmeticError::Overflow)?;
			by_buyer = by_buyer.checked_add(of_buyer).ok_or(ArithmeticError::Overflow)?;
		}
		ensure!(settled == trade.settled_periods, "market: a trade's settled periods differ");
		ensure!(unpaid == trade.unpaid_periods, "market: a trade's unpaid periods differ");
		ensure!(
			(settled == trade.periods()) == (trade.state == TradeState::Settled),
			"market: a trade's state does not follow from its periods"
		);
		let collateral =
			worth(by_seller, trade.imbalance_price).ok_or(ArithmeticError::Overflow)?;
		let payment = match trade.state {
			TradeState::Offered => Zero::zero(),
			_ => worth(by_buyer, trade.price).ok_or(ArithmeticError::Overflow)?,
		};
		Ok((collateral, payment))
	}

	/// Contracts list exactly the unsettled periods of the accepted trades.
	fn ensure_contracts_match() -> DispatchResult {
		let mut listed: u64 = 0;
		for (period, group, contract) in Contracts::<T>::iter() {
			let period = number(period);
			let mut contracted: Quantity = 0;
			let mut previous = None;
			for (id, quantity) in &contract.trades {
				let trade = Trades::<T>::get(id).ok_or(Error::<T>::UnknownTrade)?;
				ensure!(
					trade.state == TradeState::Accepted
						&& trade.seller == group
						&& trade.quantity == *quantity
						&& trade.first <= period
						&& period <= trade.last
						&& !Outcomes::<T>::contains_key(id, period),
					"market: a contract lists a trade that is not to be settled there"
				);
				ensure!(previous < Some(*id), "market: a contract is not in order of trade id");
				previous = Some(*id);
				contracted = contracted.saturating_add(*quantity);
				listed = listed.saturating_add(1);
			}
			ensure!(
				contracted == contract.contracted && contracted > 0 && contracted < MAX_CLAIM,
				"market: a contract's sum differs from its trades"
			);
		}
		let open = Trades::<T>::iter_values()
			.filter(|trade| trade.state == TradeState::Accepted)
			.map(|trade| u64::from(trade.periods().saturating_sub(trade.settled_periods)))
			.fold(0u64, u64::saturating_add);
		ensure!(open == listed, "market: an unsettled period is missing from its contract");
		Ok(())
	}

	/// Offers, accounts' trades, counts and agenda agree with the trades.
	fn ensure_indices_match() -> DispatchResult {
		let next = NextTradeId::<T>::get();
		let mut counts = BTreeMap::<T::AccountId, OpenCounts>::new();
		let (mut offers, mut scheduled, mut trades, mut outcomes) = (0u64, 0u64, 0u64, 0u64);
		for (id, trade) in Trades::<T>::iter() {
			let key = ordered(id);
			ensure!(id < next, "market: a trade id from the future");
			let is_offer = trade.state == TradeState::Offered;
			ensure!(
				OpenOffers::<T>::get(key) == is_offer.then_some(trade.seller.zone)
					&& ZoneOffers::<T>::contains_key(trade.seller.zone, key) == is_offer,
				"market: the lists of open offers differ from the trades"
			);
			ensure!(
				TradesOf::<T>::contains_key(&trade.seller.operator, key)
					&& TradesOf::<T>::contains_key(&trade.buyer, key),
				"market: an account's list lacks a trade"
			);
			ensure!(
				trade.due.is_some() == (trade.state != TradeState::Accepted)
					&& trade.due.is_none_or(|due| Agenda::<T>::contains_key(ordered(due), key)),
				"market: the agenda lacks a trade"
			);
			trades = trades.saturating_add(1);
			outcomes = outcomes.saturating_add(trade.settled_periods.into());
			scheduled = scheduled.saturating_add(u64::from(trade.due.is_some()));
			match trade.state {
				TradeState::Offered => {
					offers = offers.saturating_add(1);
					let seller = counts.entry(trade.seller.operator.clone()).or_default();
					seller.offers = seller.offers.saturating_add(1);
				},
				TradeState::Accepted => {
					for account in [&trade.seller.operator, &trade.buyer] {
						let count = counts.entry(account.clone()).or_default();
						count.trades = count.trades.saturating_add(1);
					}
				},
				TradeState::Settled => {},
			}
		}
		ensure!(
			OpenOffers::<T>::iter_keys().count() as u64 == offers
				&& ZoneOffers::<T>::iter_keys().count() as u64 == offers,
			"market: an open offer without its trade"
		);
		ensure!(
			TradesOf::<T>::iter_keys().count() as u64 == trades.saturating_mul(2),
			"market: an account lists a trade that does not exist"
		);
		ensure!(
			Agenda::<T>::iter_keys().count() as u64 == scheduled,
			"market: the agenda holds a trade that does not exist"
		);
		ensure!(
			Outcomes::<T>::iter_keys().count() as u64 == outcomes,
			"market: an outcome without its trade"
		);
		ensure!(
			counts == Counts::<T>::iter().collect::<BTreeMap<_, _>>(),
			"market: an account's counts differ from its trades"
		);
		Ok(())
	}
}

fn sum<Balance: CheckedAdd>(a: Balance, b: Balance) -> Result<Balance, DispatchError> {
	a.checked_add(&b).ok_or(ArithmeticError::Overflow.into())
}
