//! Benchmarks of the calls, at their worst: every book full, every order with an account and a group of its
//! own, paid into notes; each order that goes is the last of its account's.

use frame::{benchmarking::prelude::*, traits::fungible::Mutate};
use meterproof_primitives::{api::Owed, Timeline, GROUP_ROWS, TIMELINE_ROWS};

use super::*;
use crate::{orders::NewOrder, Pallet as Book};

const ZONE: ZoneId = 1;
/// The period that runs. Histories begin long before it.
const RUNNING: PeriodIndex = 1_000;
/// Whom notes are paid to: any words below the modulus will do.
const OWNER: NoteOwner = [1; 32];

fn minimum<T: Config>() -> BalanceOf<T> {
	orders::minimum::<T>().max(One::one())
}

fn venue() -> Venue {
	Venue { zone: ZONE, resource: Resource::Electricity }
}

/// An account with more money than any benchmark spends.
fn rich<T: Config>(name: &'static str, index: u32) -> T::AccountId {
	let who: T::AccountId = account(name, index, 0);
	let enough = minimum::<T>().saturating_mul(1_000_000_000u32.into());
	assert!(T::NativeBalance::mint_into(&who, enough).is_ok(), "issuance has room");
	who
}

/// A rich account whose meters can deliver whatever the benchmarks sell.
fn seller<T: Config>(name: &'static str, index: u32) -> T::AccountId {
	let who = rich::<T>(name, index);
	T::Devices::fill_group(&Book::<T>::group(&who, venue()), 1, u32::MAX);
	who
}

/// Opens the zone; the first period that is open.
fn open<T: Config>() -> PeriodIndex {
	T::Clock::go_to(RUNNING);
	T::Devices::appoint_any(ZONE);
	T::Market::set_imbalance_price(ZONE, Resource::Electricity, minimum::<T>());
	T::Clock::first_open()
}

/// What an order is, at so many times the existential deposit.
fn order<T: Config>(
	account: T::AccountId,
	side: OrderSide,
	quantity: Quantity,
	times: u32,
	first: PeriodIndex,
	periods: u32,
) -> NewOrder<T> {
	NewOrder {
		account,
		side,
		venue: venue(),
		quantity,
		limit: minimum::<T>().saturating_mul(times.into()),
		max_imbalance_price: Bounded::max_value(),
		first,
		last: first.saturating_add(periods.into()).saturating_sub(1),
		payout: Some(OWNER),
	}
}

/// Places an order; its number.
fn place<T: Config>(order: NewOrder<T>) -> Result<OrderId, DispatchError> {
	let id = NextOrderId::<T>::get();
	Book::<T>::do_place(order)?;
	Ok(id)
}

fn trader<T: Config>(side: OrderSide, name: &'static str, index: u32) -> T::AccountId {
	match side {
		OrderSide::Bid => rich::<T>(name, index),
		OrderSide::Offer => seller::<T>(name, index),
	}
}

/// Fills a side of the books of `periods` periods, but for `spare` places: bids at 4, offers at 3. In each
/// book one order is worse than the others, the only one of its account.
fn fill<T: Config>(
	side: OrderSide,
	first: PeriodIndex,
	periods: u32,
	spare: u32,
) -> Result<(), BenchmarkError> {
	let (common, worst) = match side {
		OrderSide::Bid => (4, 2),
		OrderSide::Offer => (3, 4),
	};
	for index in 1..Book::<T>::most(side).saturating_sub(spare) {
		let who = trader::<T>(side, "other", index);
		place(order::<T>(who, side, 10, common, first, periods))?;
	}
	for index in 0..periods {
		let who = trader::<T>(side, "worst", index);
		place(order::<T>(who, side, 10, worst, first.saturating_add(index.into()), 1))?;
	}
	Ok(())
}

/// So many times the existential deposit for a base unit, and up to which quantity.
fn posted<T: Config>(times: u32, quantity: Quantity) -> Posted<BalanceOf<T>> {
	Posted { price: minimum::<T>().saturating_mul(times.into()), quantity }
}

/// Appoints a backstop with meters and a fund, that buys so much at 2 and sells at 5 where it has not posted
/// anything else; its account.
fn appoint<T: Config>(
	venue: Venue,
	quantity: Quantity,
	mut terms: Timeline<Terms<BalanceOf<T>>>,
) -> T::AccountId {
	let account = rich::<T>("backstop", 0);
	T::Devices::fill_group(&Book::<T>::group(&account, venue), 1, u32::MAX);
	let fund = minimum::<T>().saturating_mul(100_000_000u32.into());
	assert!(Book::<T>::hold(HoldReason::Backstop, &account, fund).is_ok(), "it is rich");
	let ceiling = minimum::<T>().saturating_mul(10u32.into());
	let (buys, sells) = (Some(posted::<T>(2, quantity)), Some(posted::<T>(5, 1_000)));
	let stands = Terms { buys, sells, excess: 1_000 };
	if terms.latest().is_none() {
		terms = Timeline::starting(0, stands);
	}
	let mut backstop = Backstop {
		account: account.clone(),
		ceiling,
		fund,
		terms,
		taken: Timeline::default(),
		bought: BoundedVec::new(),
	};
	for before in 0..u64::from(GROUP_ROWS) {
		backstop.note_bought(before, 1, 0);
	}
	Backstops::<T>::insert(venue, backstop);
	account
}

/// Appoints a backstop for the benchmarks of other pallets.
pub(crate) fn post_any<T: Config>(venue: Venue) {
	appoint::<T>(venue, 1_000, Timeline::default());
}

/// As many rows as a backstop's timeline can have that posts once more, the last one before `until`.
fn rows<T: Config>(until: PeriodIndex) -> Timeline<Terms<BalanceOf<T>>> {
	let mut line = Timeline::default();
	for back in (1..u64::from(TIMELINE_ROWS).saturating_sub(1)).rev() {
		let sells = Some(posted::<T>(5, 1_000));
		let set = line.set(until.saturating_sub(back), Terms { buys: None, sells, excess: 0 }, 0);
		assert!(set.is_ok(), "there is room");
	}
	line
}

/// Makes a book of `b` bids and `o` offers of which each trades: all offers for a part only, and in as many
/// trades as there can be. A backstop bids beside them.
fn fill_both<T: Config>(period: PeriodIndex, b: u32, o: u32) -> Result<(), BenchmarkError> {
	const PARTS: u64 = 4;
	let all = u64::from(b).saturating_add(1);
	let quantity = PARTS.saturating_mul(o.max(1).into());
	appoint::<T>(venue(), quantity.saturating_add(1), Timeline::default());
	for index in 0..b {
		let who = rich::<T>("buyer", index);
		place(order::<T>(who, OrderSide::Bid, quantity, 4, period, 1))?;
	}
	for index in 0..o {
		let quantity = PARTS.saturating_mul(all).saturating_mul(2);
		let who = seller::<T>("seller", index);
		place(order::<T>(who, OrderSide::Offer, quantity, 2, period, 1))?;
	}
	T::Clock::set_now(T::Clock::gate_closure(period));
	Ok(())
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn bid(p: Linear<1, { T::MaxRange::get() }>) -> Result<(), BenchmarkError> {
		let first = open::<T>();
		fill::<T>(OrderSide::Bid, first, p, 0)?;
		let who = rich::<T>("bidder", 0);
		// Other orders stand already.
		place(order::<T>(who.clone(), OrderSide::Bid, 10, 5, first.saturating_add(p.into()), 1))?;
		let last = first.saturating_add(p.into()).saturating_sub(1);
		let limit = minimum::<T>().saturating_mul(3u32.into());

		#[extrinsic_call]
		_(
			RawOrigin::Signed(who.clone()),
			ZONE,
			Resource::Electricity,
			10,
			limit,
			first,
			last,
			Some(OWNER),
		);

		assert_eq!(StandingOf::<T>::get(&who), p.saturating_add(1));
		assert_eq!(StandingOf::<T>::get(account::<T::AccountId>("worst", 0, 0)), 0);
		Ok(())
	}

	#[benchmark]
	fn offer(p: Linear<1, { T::MaxRange::get() }>) -> Result<(), BenchmarkError> {
		let first = open::<T>();
		fill::<T>(OrderSide::Offer, first, p, 0)?;
		let who = seller::<T>("offerer", 0);
		place(order::<T>(who.clone(), OrderSide::Offer, 10, 2, first.saturating_add(p.into()), 1))?;
		let last = first.saturating_add(p.into()).saturating_sub(1);
		let limit = minimum::<T>().saturating_mul(2u32.into());

		#[extrinsic_call]
		_(
			RawOrigin::Signed(who.clone()),
			ZONE,
			Resource::Electricity,
			10,
			limit,
			Bounded::max_value(),
			first,
			last,
			Some(OWNER),
		);

		assert_eq!(StandingOf::<T>::get(&who), p.saturating_add(1));
		assert_eq!(StandingOf::<T>::get(account::<T::AccountId>("worst", 0, 0)), 0);
		Ok(())
	}

	#[benchmark]
	fn improve(p: Linear<1, { T::MaxRange::get() }>) -> Result<(), BenchmarkError> {
		let first = open::<T>();
		fill::<T>(OrderSide::Bid, first, p, 1)?;
		let who = rich::<T>("bidder", 0);
		let id = place(order::<T>(who.clone(), OrderSide::Bid, 10, 3, first, p))?;
		let last = first.saturating_add(p.into()).saturating_sub(1);
		let limit = minimum::<T>().saturating_mul(5u32.into());

		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, limit, first, last);

		let entries = Entries::<T>::get((ordered(last), venue(), OrderSide::Bid));
		assert!(entries.iter().any(|entry| entry.id == id && entry.limit == limit));
		Ok(())
	}

	#[benchmark]
	fn cancel(p: Linear<1, { T::MaxRange::get() }>) -> Result<(), BenchmarkError> {
		let first = open::<T>();
		fill::<T>(OrderSide::Offer, first, p, 1)?;
		let who = seller::<T>("offerer", 0);
		let id = place(order::<T>(who.clone(), OrderSide::Offer, 10, 2, first, p))?;
		let last = first.saturating_add(p.into()).saturating_sub(1);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), id, first, last);

		assert_eq!(StandingOf::<T>::get(&who), 0);
		assert!(!Orders::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn clear(
		b: Linear<0, { T::MaxBids::get() }>,
		o: Linear<0, { T::MaxOffers::get() }>,
	) -> Result<(), BenchmarkError> {
		let period = open::<T>();
		// A book has an order.
		let b = if o == 0 { b.max(1) } else { b };
		fill_both::<T>(period, b, o)?;
		let caller = rich::<T>("caller", 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), ZONE, Resource::Electricity, period);

		let trades = if o > 0 { b.saturating_add(o) } else { 0 };
		let clearing = Clearings::<T>::get(ordered(period), venue());
		assert_eq!(clearing.map(|clearing| clearing.trades), Some(trades));
		Ok(())
	}

	#[benchmark]
	fn prune() -> Result<(), BenchmarkError> {
		let period = open::<T>();
		fill_both::<T>(period, T::MaxBids::get(), T::MaxOffers::get())?;
		Book::<T>::do_clear(BookId { venue: venue(), period })?;
		T::Clock::go_to(period.saturating_add(T::RetentionPeriods::get()).saturating_add(2));
		let caller = rich::<T>("caller", 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), ZONE, Resource::Electricity, period);

		assert!(!Clearings::<T>::contains_key(ordered(period), venue()));
		Ok(())
	}

	#[benchmark]
	fn claim() -> Result<(), BenchmarkError> {
		let who = rich::<T>("payee", 0);
		let amount = minimum::<T>();
		for reason in [HoldReason::Bid, HoldReason::Collateral, HoldReason::Deposit] {
			Book::<T>::hold(reason, &who, amount)?;
		}
		Owing::<T>::insert(&who, Owed { bid: amount, collateral: amount, deposit: amount });
		let caller = rich::<T>("caller", 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), who.clone());

		assert!(!Owing::<T>::contains_key(&who));
		Ok(())
	}

	#[benchmark]
	fn set_least_evidence() -> Result<(), BenchmarkError> {
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let first = open::<T>();
		let horizon = T::MaxAdvance::get().saturating_add(T::MaxRange::get().into());
		let from = first.saturating_add(horizon);
		// As many changes wait as can.
		for before in 0..5u64 {
			let root = origin.clone() as T::RuntimeOrigin;
			let from = from.saturating_add(before);
			Book::<T>::set_least_evidence(
				root,
				ZONE,
				Resource::Electricity,
				from,
				Evidence::Signed,
			)?;
		}
		let from = from.saturating_add(5);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, ZONE, Resource::Electricity, from, Evidence::Keyed);

		assert_eq!(Book::<T>::least_evidence(venue(), from), Evidence::Keyed);
		Ok(())
	}

	/// In the place of another one, whose fund is released.
	#[benchmark]
	fn set_backstop() -> Result<(), BenchmarkError> {
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		open::<T>();
		let end = RUNNING.saturating_sub(1);
		let mut over = rows::<T>(end);
		assert!(over.set(end, Terms::none(), 0).is_ok(), "there is room");
		T::Clock::finish(RUNNING);
		let former = appoint::<T>(venue(), 1, over);
		let next = rich::<T>("next", 0);
		let ceiling = minimum::<T>();

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, ZONE, Resource::Electricity, Some(next.clone()), ceiling);

		let backstop = Backstops::<T>::get(venue());
		assert_eq!(backstop.map(|backstop| backstop.account), Some(next));
		assert!(Book::<T>::backstop_of(&former, venue()).is_err());
		Ok(())
	}

	#[benchmark]
	fn fund_backstop() -> Result<(), BenchmarkError> {
		T::Clock::lead_far();
		let first = open::<T>();
		for period in RUNNING..first {
			Books::<T>::insert(ordered(period), venue(), BookSize { bids: 1, offers: 0 });
		}
		let who = appoint::<T>(venue(), 1_000, rows::<T>(first));
		let before = Backstops::<T>::get(venue()).map(|backstop| backstop.fund);
		let amount = minimum::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(who), ZONE, Resource::Electricity, amount);

		let after = Backstops::<T>::get(venue()).map(|backstop| backstop.fund);
		assert_eq!(after, before.map(|before| before.saturating_add(amount)));
		Ok(())
	}

	#[benchmark]
	fn withdraw_fund() -> Result<(), BenchmarkError> {
		let first = open::<T>();
		let who = appoint::<T>(venue(), 1_000, rows::<T>(first));
		let before = Backstops::<T>::get(venue()).map(|backstop| backstop.fund);
		let amount = minimum::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(who), ZONE, Resource::Electricity, amount);

		let after = Backstops::<T>::get(venue()).map(|backstop| backstop.fund);
		assert_eq!(after, before.map(|before| before.saturating_sub(amount)));
		Ok(())
	}

	#[benchmark]
	fn post_prices() -> Result<(), BenchmarkError> {
		let first = open::<T>();
		let who = appoint::<T>(venue(), 1_000, rows::<T>(first));
		let from = first.saturating_add(1);
		let (buys, sells) = (Some(posted::<T>(2, 1_000)), Some(posted::<T>(5, 1_000)));

		#[extrinsic_call]
		_(RawOrigin::Signed(who), ZONE, Resource::Electricity, from, buys, sells, 1_000);

		let backstop = Backstops::<T>::get(venue());
		assert_eq!(backstop.map(|backstop| backstop.terms_at(from).sells), Some(sells));
		Ok(())
	}

	/// The look alone: what the clock says, and one book more than are due.
	#[benchmark]
	fn look(n: Linear<1, 16>) -> Result<(), BenchmarkError> {
		let period = open::<T>();
		for index in 0..n {
			let zone = ZONE.saturating_add(index);
			T::Devices::appoint_any(zone);
			let who = rich::<T>("bidder", index);
			let order = order::<T>(who, OrderSide::Bid, 10, 1, period, 1);
			place(NewOrder { venue: Venue { zone, ..order.venue }, ..order })?;
		}
		T::Clock::set_now(T::Clock::gate_closure(period));
		let mut found = 0u32;

		#[block]
		{
			let is_closed = Book::<T>::is_closed();
			let open = T::Clock::first_open();
			let due = |period: OrderedKey| !is_closed && number(period) < open;
			for (_, _, size) in Books::<T>::iter().take_while(|(period, ..)| due(*period)) {
				found = found.saturating_add(size.bids);
			}
			assert!(Clearings::<T>::iter_keys().next().is_none());
		}

		assert_eq!(found, n);
		Ok(())
	}
}
