//! Sealed trades: what they are limited by, and how a period of one is settled.

use frame::{deps::frame_support::storage::with_storage_layer, prelude::*};
use meterproof_primitives::{
	worth, Output, SealedRefusal, SealedTerms, SettledSealed, MAX_SEALED_AMOUNT,
	MAX_SEALED_QUANTITY,
};

use crate::{trading::*, *};

impl<T: Config> Pallet<T> {
	/// Whether a proof can split each period of such a trade.
	pub(crate) fn ensure_sealable(
		quantity: Quantity,
		price: BalanceOf<T>,
		imbalance_price: BalanceOf<T>,
	) -> Result<(), Error<T>> {
		ensure!(quantity <= MAX_SEALED_QUANTITY, Error::<T>::QuantityAboveSealed);
		let amount = price
			.checked_add(&imbalance_price)
			.and_then(|rate| worth(quantity, rate))
			.ok_or(Error::<T>::AmountTooLarge)?;
		let fits = TryInto::<u64>::try_into(amount).is_ok_and(|amount| amount < MAX_SEALED_AMOUNT);
		ensure!(fits, Error::<T>::AmountAboveSealed);
		Ok(())
	}

	/// Payment and collateral of one period, which both notes share.
	pub(crate) fn sealed_amount(trade: &TradeOf<T>) -> Option<BalanceOf<T>> {
		worth(trade.quantity, trade.price.checked_add(&trade.imbalance_price)?)
	}

	/// The group's one trade in `period`, if it is sealed and its buyer accepts how the devices were
	/// attested, and by what it is split.
	pub(crate) fn terms_of_sealed(
		group: &GroupOf<T>,
		period: PeriodIndex,
	) -> Result<(SealedTerms, TradeOf<T>), SealedRefusal> {
		let contract = Contracts::<T>::get(ordered(period), group);
		ensure!(contract.sealed, SealedRefusal::NotSealed);
		let (id, _) = contract.trades.first().ok_or(SealedRefusal::NotSealed)?;
		let trade = Trades::<T>::get(id).ok_or(SealedRefusal::NotSealed)?;
		let terms = Self::split_of(*id, &trade).ok_or(SealedRefusal::NotSealed)?;
		let standing = T::Devices::standing(group, period);
		trade.ensure_accepted(standing.as_ref()).map_err(|not| match not {
			NotAccepted::Registrar => SealedRefusal::RegistrarNotAccepted,
			NotAccepted::Evidence => SealedRefusal::EvidenceTooLow,
		})?;
		Ok((terms, trade))
	}

	/// By what a sealed trade is split, once its buyer has accepted. Its limits hold since it was
	/// offered.
	pub(crate) fn split_of(id: TradeId, trade: &TradeOf<T>) -> Option<SealedTerms> {
		let buyer = trade.sealed.and_then(|sealed| sealed.buyer)?;
		Some(SealedTerms {
			trade: id,
			quantity: trade.quantity.try_into().ok()?,
			rate: trade.price.checked_add(&trade.imbalance_price)?.try_into().ok()?,
			payout: trade.payout?,
			refund: trade.refund?,
			key_commitment: buyer.shared.commitment,
		})
	}

	/// Settles one period of a sealed trade: both notes or nothing. Unlike an open settlement it
	/// defers no payout, since nobody would know of how much: where the notes cannot be made, the
	/// trade stays as it was, and is settled openly or expires.
	pub(crate) fn settle_sealed_trade(
		group: &GroupOf<T>,
		period: PeriodIndex,
		outputs: &[Output; 2],
	) -> Result<SettledSealed<BalanceOf<T>>, DispatchError> {
		with_storage_layer(|| {
			let (terms, mut trade) =
				Self::terms_of_sealed(group, period).map_err(|refusal| match refusal {
					SealedRefusal::NotSealed => Error::<T>::TradeNotSealed,
					SealedRefusal::RegistrarNotAccepted => Error::<T>::RegistrarNotAccepted,
					SealedRefusal::EvidenceTooLow => Error::<T>::EvidenceTooLow,
				})?;
			let (id, contracted) = (terms.trade, trade.quantity);
			let amount = Self::sealed_amount(&trade).ok_or(Error::<T>::AmountTooLarge)?;
			Contracts::<T>::remove(ordered(period), group);
			Self::count_period(&mut trade)?;
			Self::pay_sealed(&trade, amount, outputs.clone())?;
			Outcomes::<T>::insert(id, period, Outcome::Sealed);
			Self::deposit_event(Event::PeriodSettledSealed { trade: id, period, amount });
			Self::finish_period(id, trade);
			Ok(SettledSealed { contracted, amount })
		})
	}
}
