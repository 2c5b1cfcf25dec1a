//! Offers, acceptance, and the agenda that expires and prunes.

use alloc::vec::Vec;

use frame::{
	deps::frame_support::{storage::with_storage_layer, weights::WeightMeter},
	prelude::*,
};
use meterproof_primitives::{
	is_canonical, worth, worth_over, Evidence, NoteAddress, Sealed, SealedBuyer, SharedKey,
	MAX_CLAIM,
};

use crate::*;

/// Most agenda items one block works on. The weight left over usually binds sooner: the agenda may
/// take this part of it.
pub const AGENDA_ITEMS_PER_BLOCK: u32 = 512;
const AGENDA_PART: u64 = 4;

/// A number as a key that is walked in order.
pub(crate) fn ordered(number: u64) -> OrderedKey {
	number.to_be_bytes()
}

/// The number behind such a key.
pub(crate) fn number(key: OrderedKey) -> u64 {
	u64::from_be_bytes(key)
}

/// How a seller wants to be paid.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Payout {
	/// On the account, or in notes that show what is in them.
	Open(Option<NoteOwner>),
	/// In notes of a sealed trade.
	Sealed(NoteAddress),
}

/// How a buyer gets back what is not delivered.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Refund {
	/// On the account, or in notes that show what is in them.
	Open(Option<NoteOwner>),
	/// In notes of a sealed trade.
	Sealed {
		/// Whose notes pay the seller, as the buyer was told.
		payout: NoteAddress,
		/// Whose notes refund the buyer.
		refund: NoteAddress,
		/// The key that the randomness of the buyer's notes comes from, encrypted to the seller.
		shared: SharedKey,
	},
}

/// What a group's devices can count in the periods of a trade, which are open, as they are asked for
/// in their order. Changes of devices take effect in the first open period at the latest, so that one
/// look at the devices serves all periods of one length, as far as anyone knows now.
#[derive(Default)]
pub(crate) struct Capacity(Option<(Quantity, PeriodIndex)>);

impl Capacity {
	pub(crate) fn of<T: Config>(&mut self, seller: &GroupOf<T>, period: PeriodIndex) -> Quantity {
		let known = self.0.filter(|(_, until)| period <= *until);
		let (capacity, _) =
			*self.0.insert(known.unwrap_or_else(|| T::Devices::capacity(seller, period)));
		capacity
	}
}

impl<T: Config> Pallet<T> {
	// An offer names this many things.
	#[allow(clippy::too_many_arguments)]
	pub(crate) fn do_offer(
		seller: GroupOf<T>,
		buyer: T::AccountId,
		quantity: Quantity,
		price: BalanceOf<T>,
		max_imbalance_price: BalanceOf<T>,
		first: PeriodIndex,
		last: PeriodIndex,
		payout: Payout,
	) -> Result<TradeId, DispatchError> {
		ensure!(quantity > 0, Error::<T>::ZeroQuantity);
		ensure!(!price.is_zero(), Error::<T>::ZeroPrice);
		ensure!(quantity < MAX_CLAIM, Error::<T>::QuantityTooLarge);
		ensure!(seller.operator != buyer, Error::<T>::SelfTrade);
		ensure!(first <= last, Error::<T>::EmptyRange);
		let periods = period_count(first, last);
		ensure!(periods <= T::MaxRange::get(), Error::<T>::RangeTooLong);
		let first_open = T::Clock::first_open();
		ensure!(first >= first_open, Error::<T>::GateClosed);
		ensure!(first <= first_open.saturating_add(T::MaxAdvance::get()), Error::<T>::TooFarAhead);
		Self::ensure_read_by_periods(&seller)?;

		let GroupId { zone, resource, direction, .. } = seller;
		let least = match direction {
			Direction::Export => Self::price_of_missing(zone, resource, first, last),
			// Nobody replaces what was to be taken.
			Direction::Import => ImbalancePrices::<T>::get(zone, resource),
		};
		let imbalance_price = price.max(least);
		ensure!(imbalance_price <= max_imbalance_price, Error::<T>::ImbalancePriceAboveLimit);
		// Neither the payment nor the collateral can overflow later: both are at most this.
		let collateral =
			worth_over(quantity, imbalance_price, periods).ok_or(Error::<T>::AmountTooLarge)?;
		let value = worth(quantity, price).ok_or(Error::<T>::AmountTooLarge)?;
		ensure!(
			value >= <T::NativeBalance as fungible::Inspect<_>>::minimum_balance(),
			Error::<T>::ValueBelowMinimum
		);
		let (payout, sealed) = match payout {
			Payout::Open(payout) => (payout, None),
			Payout::Sealed(NoteAddress { owner, key }) => {
				Self::ensure_sealable(quantity, price, imbalance_price)?;
				(Some(owner), Some(Sealed { payout_key: key, buyer: None }))
			},
		};
		if let Some(owner) = &payout {
			Self::ensure_note_payable(owner, Some(value))?;
		}
		let mut capacity = Capacity::default();
		for period in first..=last {
			let capacity = capacity.of::<T>(&seller, period);
			Self::ensure_deliverable(&seller, period, quantity, sealed.is_some(), capacity)?;
		}

		Counts::<T>::try_mutate(&seller.operator, |counts| {
			ensure!(counts.offers < T::MaxOffersPerAccount::get(), Error::<T>::TooManyOffers);
			counts.offers = counts.offers.saturating_add(1);
			Ok::<_, Error<T>>(())
		})?;
		let deposit = T::OfferDeposit::get();
		Self::hold(HoldReason::Collateral, &seller.operator, collateral)?;
		Self::hold(HoldReason::OfferDeposit, &seller.operator, deposit)?;

		let id = NextTradeId::<T>::get();
		NextTradeId::<T>::put(id.checked_add(1).ok_or(ArithmeticError::Overflow)?);
		let mut trade = Trade {
			seller: seller.clone(),
			buyer: buyer.clone(),
			quantity,
			price,
			imbalance_price,
			first,
			last,
			state: TradeState::Offered,
			settled_periods: 0,
			unpaid_periods: 0,
			deposit,
			due: None,
			registrars: Registrars::default(),
			least_evidence: Evidence::File,
			payout,
			refund: None,
			sealed,
			taken: Default::default(),
		};
		Self::schedule(id, &mut trade, Some(first));
		Trades::<T>::insert(id, trade);
		let key = ordered(id);
		OpenOffers::<T>::insert(key, seller.zone);
		ZoneOffers::<T>::insert(seller.zone, key, ());
		TradesOf::<T>::insert(&seller.operator, key, ());
		TradesOf::<T>::insert(&buyer, key, ());
		Self::deposit_event(Event::TradeOffered {
			trade: id,
			seller,
			buyer,
			quantity,
			price,
			imbalance_price,
			first,
			last,
			payout,
			sealed: sealed.is_some(),
		});
		Ok(id)
	}

	pub(crate) fn do_accept(
		who: T::AccountId,
		id: TradeId,
		terms: &OfferTermsOf<T>,
		(registrars, least_evidence): (Registrars<T::AccountId>, Evidence),
		refund: Refund,
	) -> Result<u32, DispatchError> {
		let mut trade = Self::offered(id)?;
		ensure!(trade.buyer == who, Error::<T>::NotBuyer);
		ensure!(trade.first >= T::Clock::first_open(), Error::<T>::GateClosed);
		// The id may have gone to another offer since the buyer signed.
		ensure!(trade.terms() == *terms, Error::<T>::TermsDiffer);
		// A steward may have come since it was offered.
		Self::ensure_read_by_periods(&trade.seller)?;
		let (refund, buyer) = match (refund, &trade.sealed) {
			(Refund::Open(refund), None) => (refund, None),
			(Refund::Sealed { payout, refund, shared }, Some(sealed)) => {
				let same = trade.payout == Some(payout.owner) && sealed.payout_key == payout.key;
				ensure!(same, Error::<T>::TermsDiffer);
				ensure!(is_canonical(&shared.commitment), Error::<T>::KeyNotCanonical);
				(Some(refund.owner), Some(SealedBuyer { refund_key: refund.key, shared }))
			},
			(Refund::Open(_), Some(_)) => return Err(Error::<T>::SealedTrade.into()),
			(Refund::Sealed { .. }, None) => return Err(Error::<T>::TradeNotSealed.into()),
		};
		if let Some(owner) = &refund {
			let both = trade.price.checked_add(&trade.imbalance_price);
			let most = both.and_then(|price| worth(trade.quantity, price));
			Self::ensure_note_payable(owner, most)?;
		}
		trade.refund = refund;
		if let Some(sealed) = &mut trade.sealed {
			sealed.buyer = buyer;
		}
		let is_sealed = trade.sealed.is_some();
		// Changes of devices reach the first period not past its gate, so that its attestations
		// stand for the later periods too, as far as anyone knows now. Each period's are looked
		// at again when it is settled.
		trade.registrars = registrars;
		trade.least_evidence = least_evidence;
		let standing = T::Devices::standing(&trade.seller, trade.first);
		trade.ensure_accepted(standing.as_ref()).map_err(Error::<T>::from)?;
		trade.taken = standing.map(|standing| standing.ever_taken()).unwrap_or_default();
		let (periods, seller, quantity) = (trade.periods(), &trade.seller, trade.quantity);
		let mut capacity = Capacity::default();
		for period in trade.first..=trade.last {
			let capacity = capacity.of::<T>(seller, period);
			let contracted =
				Self::ensure_deliverable(seller, period, quantity, is_sealed, capacity)?;
			Contracts::<T>::try_mutate(ordered(period), seller, |contract| {
				let kept_free = T::Books::reserved(seller, period).trades;
				let others = (contract.trades.len() as u32).saturating_add(kept_free);
				ensure!(others < T::MaxTradesPerGroup::get(), Error::<T>::GroupFull);
				contract.insert::<T>(id, quantity, contracted)?;
				contract.sealed = is_sealed;
				Ok::<_, Error<T>>(())
			})?;
		}
		let payment =
			worth_over(trade.quantity, trade.price, periods).ok_or(Error::<T>::AmountTooLarge)?;
		Self::hold(HoldReason::Payment, &who, payment)?;

		Self::close_offer(id, &trade);
		for account in [&trade.seller.operator, &trade.buyer] {
			Counts::<T>::try_mutate(account, |counts| {
				ensure!(counts.trades < T::MaxTradesPerAccount::get(), Error::<T>::TooManyTrades);
				counts.trades = counts.trades.saturating_add(1);
				Ok::<_, Error<T>>(())
			})?;
		}
		trade.state = TradeState::Accepted;
		Self::schedule(id, &mut trade, None);
		Trades::<T>::insert(id, trade);
		Self::deposit_event(Event::TradeAccepted { trade: id, refund });
		Ok(periods)
	}

	/// Whether the group's meters count period by period. What is used of an allocation they count turn by turn.
	fn ensure_read_by_periods(group: &GroupOf<T>) -> Result<(), Error<T>> {
		let is_use = group.direction == Direction::Import;
		let is_allotted = is_use && T::Allotments::is_allotted(group.zone, group.resource);
		ensure!(!is_allotted, Error::<T>::UseAllotted);
		Ok(())
	}

	/// Whether `quantity` more fits the group's `capacity` in `period`, beside what books keep free of it,
	/// and stands alone where it is sealed or something else is; what is contracted then.
	pub(crate) fn ensure_deliverable(
		seller: &GroupOf<T>,
		period: PeriodIndex,
		quantity: Quantity,
		is_sealed: bool,
		capacity: Quantity,
	) -> Result<Quantity, Error<T>> {
		let contract = Contracts::<T>::get(ordered(period), seller);
		ensure!(!contract.sealed, Error::<T>::GroupSealed);
		let kept_free = T::Books::reserved(seller, period).quantity;
		let is_alone = contract.trades.is_empty() && kept_free == 0;
		ensure!(!is_sealed || is_alone, Error::<T>::GroupTraded);
		let contracted =
			contract.contracted.checked_add(quantity).ok_or(Error::<T>::QuantityTooLarge)?;
		let with_books = contracted
			.checked_add(kept_free)
			.filter(|sum| *sum < MAX_CLAIM)
			.ok_or(Error::<T>::QuantityTooLarge)?;
		ensure!(with_books <= capacity, Error::<T>::AboveNameplate);
		Ok(contracted)
	}

	/// The trade, if it still waits for its buyer.
	pub(crate) fn offered(id: TradeId) -> Result<TradeOf<T>, Error<T>> {
		let trade = Trades::<T>::get(id).ok_or(Error::<T>::UnknownTrade)?;
		ensure!(trade.state == TradeState::Offered, Error::<T>::NotOffered);
		Ok(trade)
	}

	/// Releases everything an offer holds and forgets it.
	pub(crate) fn withdraw_offer(id: TradeId, offer: &TradeOf<T>) -> DispatchResult {
		let seller = &offer.seller.operator;
		let collateral = worth_over(offer.quantity, offer.imbalance_price, offer.periods())
			.ok_or(Error::<T>::AmountTooLarge)?;
		Self::release(HoldReason::Collateral, seller, collateral)?;
		Self::release(HoldReason::OfferDeposit, seller, offer.deposit)?;
		Self::close_offer(id, offer);
		Self::forget(id, offer);
		Ok(())
	}

	/// The offer waits no longer.
	fn close_offer(id: TradeId, offer: &TradeOf<T>) {
		let key = ordered(id);
		OpenOffers::<T>::remove(key);
		ZoneOffers::<T>::remove(offer.seller.zone, key);
		Self::change_counts(&offer.seller.operator, |counts| {
			counts.offers = counts.offers.saturating_sub(1)
		});
	}

	/// Removes the trade and its indices.
	fn forget(id: TradeId, trade: &TradeOf<T>) {
		let key = ordered(id);
		if let Some(due) = trade.due {
			Agenda::<T>::remove(ordered(due), key);
		}
		TradesOf::<T>::remove(&trade.seller.operator, key);
		TradesOf::<T>::remove(&trade.buyer, key);
		Trades::<T>::remove(id);
	}

	/// Changes an account's counts, and forgets them when they are empty.
	pub(crate) fn change_counts(who: &T::AccountId, change: impl FnOnce(&mut OpenCounts)) {
		Counts::<T>::mutate_exists(who, |maybe| {
			let mut counts = maybe.take().unwrap_or_default();
			change(&mut counts);
			*maybe = (!counts.is_empty()).then_some(counts);
		});
	}

	/// Moves the trade on the agenda to once the gate of period `due` has closed; the caller
	/// stores the trade.
	pub(crate) fn schedule(id: TradeId, trade: &mut TradeOf<T>, due: Option<PeriodIndex>) {
		if let Some(due) = trade.due {
			Agenda::<T>::remove(ordered(due), ordered(id));
		}
		if let Some(due) = due {
			Agenda::<T>::insert(ordered(due), ordered(id), ());
		}
		trade.due = due;
	}

	/// Where the agenda puts a trade settled now.
	pub(crate) fn retained_until() -> PeriodIndex {
		T::Clock::first_open().saturating_add(T::RetentionPeriods::get())
	}

	pub(crate) fn do_expire(id: TradeId) -> DispatchResult {
		let offer = Self::offered(id)?;
		ensure!(offer.first < T::Clock::first_open(), Error::<T>::GateOpen);
		Self::withdraw_offer(id, &offer)?;
		Self::deposit_event(Event::OfferExpired { trade: id });
		Ok(())
	}

	pub(crate) fn do_prune(id: TradeId) -> Result<u32, DispatchError> {
		let mut trade = Trades::<T>::get(id).ok_or(Error::<T>::UnknownTrade)?;
		ensure!(
			trade.state == TradeState::Settled && trade.unpaid_periods == 0,
			Error::<T>::TradeNotFinished
		);
		ensure!(
			trade.due.is_none_or(|due| due < T::Clock::first_open()),
			Error::<T>::RetentionRunning
		);
		Self::return_deposit(&mut trade).map_err(|_| Error::<T>::PayeeNotPayable)?;
		for period in trade.first..=trade.last {
			Outcomes::<T>::remove(id, period);
		}
		Self::forget(id, &trade);
		Self::deposit_event(Event::TradePruned { trade: id });
		Ok(trade.periods())
	}

	/// Expires offers and prunes settled trades whose time has come, as far as a part of the weight
	/// left over goes. What cannot be done now is put off, so that it never holds up the rest.
	pub(crate) fn work_through_agenda(remaining: Weight) -> Weight {
		let mut meter = WeightMeter::with_limit(remaining.saturating_div(AGENDA_PART));
		// One look more than there are items due: the one that ends the walk.
		if meter.try_consume(T::WeightInfo::agenda(1)).is_err() || T::Clock::is_closed() {
			return meter.consumed();
		}
		let least = T::WeightInfo::agenda(1)
			.saturating_add(T::WeightInfo::expire().min(T::WeightInfo::prune(1)));
		let most = meter
			.remaining()
			.checked_div_per_component(&least)
			.map_or(0, |count| count.min(AGENDA_ITEMS_PER_BLOCK.into()));
		let first_open = T::Clock::first_open();
		let due: Vec<TradeId> = Agenda::<T>::iter_keys()
			.take(most as usize)
			.take_while(|(period, _)| number(*period) < first_open)
			.map(|(_, id)| number(id))
			.collect();
		if meter.try_consume(T::WeightInfo::agenda(due.len() as u32)).is_err() {
			return meter.consumed();
		}
		for id in due {
			let periods = Trades::<T>::get(id).map_or(0, |trade| trade.periods());
			let item = T::WeightInfo::expire().max(T::WeightInfo::prune(periods));
			if meter.try_consume(item).is_err() {
				break;
			}
			let done = with_storage_layer(|| {
				if OpenOffers::<T>::contains_key(ordered(id)) {
					Self::do_expire(id)
				} else {
					Self::do_prune(id).map(|_| ())
				}
			});
			if done.is_err() {
				Trades::<T>::mutate(id, |maybe| {
					if let Some(trade) = maybe {
						Self::schedule(id, trade, Some(Self::retained_until()));
					}
				});
			}
		}
		meter.consumed()
	}
}
