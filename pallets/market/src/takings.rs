//! What registrars took away is not charged to the seller: their bonds pay for it.

use alloc::vec::Vec;

use frame::{deps::frame_support::storage::with_storage_layer, prelude::*};
use meterproof_primitives::{made, worth, Standing};

use crate::*;

/// What registrars have taken out of a group in one period, as far as its trades have not used it up:
/// nothing is excused twice.
pub(crate) struct Takings<AccountId>(Vec<Taking<AccountId>>);

struct Taking<AccountId> {
	registrar: AccountId,
	/// What the registrar has ever taken out of the group, in nameplates.
	ever: Quantity,
	/// What is taken out and not used up, in base units of the period.
	left: Quantity,
}

impl<AccountId: Clone + PartialEq> Takings<AccountId> {
	/// All takings of a group in `period`.
	pub fn of<T: Config<AccountId = AccountId>>(
		standing: Option<&Standing<AccountId>>,
		period: PeriodIndex,
	) -> Self {
		let takings = standing.into_iter().flat_map(|standing| &standing.taken);
		let present = takings.filter(|taking| taking.nameplates > 0);
		Self(
			present
				.map(|taking| {
					let (left, _) = T::Clock::scaled(taking.nameplates, period);
					Taking { registrar: taking.registrar.clone(), ever: taking.ever, left }
				})
				.collect(),
		)
	}

	/// Which part of what is `missing` of a trade registrars took away, by registrar: of what each has
	/// taken out now, as much as it has taken since the trade was made, and no more than is missing in
	/// all. The trades of a group come in the order of their ids.
	pub fn used_up_by<T: Config<AccountId = AccountId>>(
		&mut self,
		trade: &TradeOf<T>,
		period: PeriodIndex,
		missing: Quantity,
	) -> Vec<(AccountId, Quantity)> {
		let mut missing = missing;
		let mut parts = Vec::new();
		for taking in &mut self.0 {
			let known = trade.taken.iter().find(|(registrar, _)| *registrar == taking.registrar);
			let before = known.map_or(0, |(_, ever)| *ever);
			// Less than before is one whose place another registrar had meanwhile: it began anew.
			let since = taking.ever.checked_sub(before).unwrap_or(taking.ever);
			let (since, _) = T::Clock::scaled(since, period);
			let part = since.min(taking.left).min(missing);
			if part > 0 {
				taking.left = taking.left.saturating_sub(part);
				missing = missing.saturating_sub(part);
				parts.push((taking.registrar.clone(), part));
			}
		}
		parts
	}
}

impl<T: Config> Pallet<T> {
	/// Has the registrars' bonds pay the buyer's account for what they took away: per unit the zone's
	/// imbalance price, or the trade's if that is less. Returns the sum that was paid. What a bond does not
	/// have, or the account cannot take, is not paid.
	pub(crate) fn pay_of_bonds(
		trade: &TradeOf<T>,
		taken: &[(T::AccountId, Quantity)],
	) -> Result<BalanceOf<T>, DispatchError> {
		let GroupId { zone, resource, .. } = trade.seller;
		let price = ImbalancePrices::<T>::get(zone, resource).min(trade.imbalance_price);
		let mut sum = BalanceOf::<T>::zero();
		for (registrar, part) in taken {
			let due = worth(*part, price).ok_or(Error::<T>::AmountTooLarge)?;
			if due.is_zero() {
				continue;
			}
			made(with_storage_layer(|| {
				let paid = T::Bonds::pay(zone, registrar, &trade.buyer, due)?;
				sum = sum.saturating_add(paid);
				Ok(())
			}))?;
		}
		Ok(sum)
	}
}
