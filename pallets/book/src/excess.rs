//! What sellers deliver beyond what they sold, which the backstop buys; and what other pallets ask of it.

use frame::{deps::frame_support::storage::with_storage_layer, prelude::*};
use fungible::hold::Mutate;
use meterproof_primitives::{made, worth, LastResort, Standing};
use tokens::Restriction;

use crate::{backstop::units, types::*, *};

impl<T: Config> LastResort<T::AccountId> for Pallet<T> {
	type Balance = BalanceOf<T>;

	fn selling_price(
		zone: ZoneId,
		resource: Resource,
		first: PeriodIndex,
		last: PeriodIndex,
	) -> BalanceOf<T> {
		let Some(backstop) = Backstops::<T>::get(Venue { zone, resource }) else {
			return Zero::zero();
		};
		let prices = backstop.terms_over(first, last).filter_map(|(_, terms, _)| terms.sells);
		prices.map(|sells| sells.price).max().unwrap_or_default()
	}

	fn buys_excess(group: &GroupOf<T>, period: PeriodIndex) -> bool {
		Self::buyer_of_excess(group, period).is_some()
	}

	/// What is left of the quantity posted for it. The fund that a book may still take is not touched. A payment that
	/// cannot be made is none, and nothing was bought.
	fn buy_excess(
		group: &GroupOf<T>,
		period: PeriodIndex,
		excess: Quantity,
	) -> Result<Quantity, DispatchError> {
		let Some((mut backstop, price)) = Self::buyer_of_excess(group, period) else {
			return Ok(0);
		};
		let GroupId { operator, zone, resource, .. } = group;
		let venue = Venue { zone: *zone, resource: *resource };
		let kept = T::Clock::oldest_unsettled();
		let funded = units(Self::beyond_books(venue, &backstop), price);
		let quantity = excess.min(backstop.left_of(period, kept)).min(funded);
		let paid = worth(quantity, price).ok_or(Error::<T>::AmountTooLarge)?;
		if paid.is_zero() {
			return Ok(0);
		}
		let payment = with_storage_layer(|| {
			T::NativeBalance::transfer_on_hold(
				&HoldReason::Backstop.into(),
				&backstop.account,
				operator,
				paid,
				Precision::Exact,
				Restriction::Free,
				Fortitude::Force,
			)
			.map(|_| ())
		});
		if !made(payment)? {
			return Ok(0);
		}
		backstop.fund = backstop.fund.checked_sub(&paid).ok_or(Error::<T>::AmountTooLarge)?;
		backstop.note_bought(period, quantity, kept);
		Backstops::<T>::insert(venue, backstop);
		Self::deposit_event(Event::ExcessBought { seller: group.clone(), period, quantity, paid });
		Ok(quantity)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn post_any(zone: ZoneId, resource: Resource) {
		crate::benchmarking::post_any::<T>(Venue { zone, resource });
	}
}

impl<T: Config> Pallet<T> {
	/// The backstop that buys what a group delivers beyond what it has sold, and at which price. Books trade what
	/// is exported, by meters that are attested on enough evidence, and nobody buys of himself. What others were paid
	/// for is not asked here: it may change between a proof and its submission.
	fn buyer_of_excess(
		group: &GroupOf<T>,
		period: PeriodIndex,
	) -> Option<(BackstopOf<T>, BalanceOf<T>)> {
		let GroupId { operator, zone, resource, direction } = group;
		if *direction != Direction::Export {
			return None;
		}
		let venue = Venue { zone: *zone, resource: *resource };
		let backstop = Backstops::<T>::get(venue)?;
		let Terms { buys, excess, .. } = backstop.terms_at(period);
		let Posted { price, .. } = buys.filter(|_| excess > 0 && backstop.account != *operator)?;
		let standing = T::Devices::standing(group, period);
		Self::is_good_enough(standing.as_ref(), venue, period).then_some((backstop, price))
	}

	/// Whether devices are attested on as much evidence as a book demands.
	fn is_good_enough(
		standing: Option<&Standing<T::AccountId>>,
		venue: Venue,
		period: PeriodIndex,
	) -> bool {
		let least = Self::least_evidence(venue, period);
		let evidence = standing.and_then(|standing| standing.evidence);
		least == Evidence::File || evidence >= Some(least)
	}
}
