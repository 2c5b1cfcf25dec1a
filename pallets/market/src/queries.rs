//! What the market's runtime API answers.

use alloc::vec::Vec;

use frame::prelude::*;
use meterproof_primitives::api::{StatementLine, TradeInfo, MAX_PAGE};

use crate::{money::Shares, trading::*, *};

/// A trade, for a person.
pub type TradeInfoOf<T> = TradeInfo<<T as frame_system::Config>::AccountId, BalanceOf<T>>;

/// A settled period, for the books.
pub type StatementLineOf<T> = StatementLine<<T as frame_system::Config>::AccountId, BalanceOf<T>>;

impl<T: Config> Pallet<T> {
	/// Open offers with ids above `after`, in one zone or all, at most `limit` and [`MAX_PAGE`].
	pub fn offers(zone: Option<ZoneId>, after: Option<TradeId>, limit: u32) -> Vec<TradeInfoOf<T>> {
		let after = after.map(ordered);
		match (zone, after) {
			(None, None) => Self::page(OpenOffers::<T>::iter_keys(), limit),
			(None, Some(after)) => Self::page(
				OpenOffers::<T>::iter_keys_from(OpenOffers::<T>::hashed_key_for(after)),
				limit,
			),
			(Some(zone), None) => Self::page(ZoneOffers::<T>::iter_key_prefix(zone), limit),
			(Some(zone), Some(after)) => Self::page(
				ZoneOffers::<T>::iter_key_prefix_from(
					zone,
					ZoneOffers::<T>::hashed_key_for(zone, after),
				),
				limit,
			),
		}
	}

	/// An account's trades, as seller or buyer, with ids above `after`, at most `limit` and
	/// [`MAX_PAGE`].
	pub fn trades_of(
		account: &T::AccountId,
		after: Option<TradeId>,
		limit: u32,
	) -> Vec<TradeInfoOf<T>> {
		match after.map(ordered) {
			None => Self::page(TradesOf::<T>::iter_key_prefix(account), limit),
			Some(after) => {
				let start = TradesOf::<T>::hashed_key_for(account, after);
				Self::page(TradesOf::<T>::iter_key_prefix_from(account, start), limit)
			},
		}
	}

	/// One trade.
	pub fn trade(id: TradeId) -> Option<TradeInfoOf<T>> {
		Trades::<T>::get(id).map(|trade| TradeInfo {
			id,
			evidence: Self::evidence_of(&trade),
			seller: trade.seller,
			buyer: trade.buyer,
			quantity: trade.quantity,
			price: trade.price,
			imbalance_price: trade.imbalance_price,
			first: trade.first,
			last: trade.last,
			state: trade.state,
			settled_periods: trade.settled_periods,
			registrars: trade.registrars.into_inner(),
			least_evidence: trade.least_evidence,
			payout: trade.payout.map(Into::into),
			refund: trade.refund.map(Into::into),
			sealed: trade.sealed.map(Into::into),
		})
	}

	/// The lowest grade of evidence among the seller's devices in the trade's next open period, or
	/// else its last.
	fn evidence_of(trade: &TradeOf<T>) -> Option<Evidence> {
		let period = trade.first.max(T::Clock::first_open()).min(trade.last);
		T::Devices::standing(&trade.seller, period)?.evidence
	}

	/// An account's settled periods from `from` on, by period and trade. The answer stops at the
	/// end of the period in which it reaches `limit` or [`MAX_PAGE`] lines, so that asking again
	/// from the next period misses none.
	pub fn statement(
		account: &T::AccountId,
		from: PeriodIndex,
		limit: u32,
	) -> Vec<StatementLineOf<T>> {
		let limit = limit.min(MAX_PAGE) as usize;
		let mut trades: Vec<(TradeId, TradeOf<T>)> = TradesOf::<T>::iter_key_prefix(account)
			.map(number)
			.filter_map(|id| Trades::<T>::get(id).map(|trade| (id, trade)))
			.filter(|(_, trade)| trade.settled_periods > 0 && trade.last >= from)
			.collect();
		let mut lines = Vec::new();
		let mut at = from;
		while lines.len() < limit {
			// The next period that any of the remaining trades covers.
			let Some(period) = trades.iter().map(|(_, trade)| trade.first.max(at)).min() else {
				break;
			};
			for (id, trade) in trades.iter().filter(|(_, trade)| trade.first <= period) {
				if let Some(outcome) = Outcomes::<T>::get(id, period) {
					lines.push(Self::line(*id, trade, period, outcome));
				}
			}
			let Some(next) = period.checked_add(1) else { break };
			at = next;
			trades.retain(|(_, trade)| trade.last >= at);
		}
		lines
	}

	fn line(
		id: TradeId,
		trade: &TradeOf<T>,
		period: PeriodIndex,
		outcome: Outcome,
	) -> StatementLineOf<T> {
		let delivered = outcome.delivered();
		let amounts = Shares::of(outcome).map(|shares| Self::amounts(trade, shares));
		StatementLine {
			trade: id,
			period,
			seller: trade.seller.operator.clone(),
			buyer: trade.buyer.clone(),
			contracted: trade.quantity,
			delivered,
			paid: amounts.map(|(paid, ..)| paid),
			refunded: amounts.map(|(_, refunded, _)| refunded),
			penalty: amounts.map(|(.., penalty)| penalty),
			sealed: match outcome {
				Outcome::Open { .. } => None,
				Outcome::Sealed => Self::sealed_amount(trade),
			},
		}
	}

	fn page(keys: impl Iterator<Item = OrderedKey>, limit: u32) -> Vec<TradeInfoOf<T>> {
		keys.take(limit.min(MAX_PAGE) as usize).filter_map(|key| Self::trade(number(key))).collect()
	}
}
