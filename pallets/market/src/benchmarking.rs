//! Benchmarks of the calls, at their worst: every list non-empty, both accounts with other holds,
//! as many periods as the parameter says, both sides paid into notes.

use alloc::vec::Vec;

use frame::{benchmarking::prelude::*, traits::fungible::Mutate};
use meterproof_primitives::{DeviceRegistry, SEALED_KEY_LENGTH};

use super::*;
use crate::{trading::*, Pallet as Market};

const ZONE: ZoneId = 1;
/// The period that runs. Histories begin long before it.
const RUNNING: PeriodIndex = 1_000;
const QUANTITY: Quantity = 1_000;
/// Whom notes are paid to: any words below the modulus will do.
const OWNER: NoteOwner = [1; 32];
const ADDRESS: NoteAddress = NoteAddress { owner: OWNER, key: [2; 32] };
const SHARED: SharedKey = SharedKey { commitment: [3; 32], ciphertext: [4; SEALED_KEY_LENGTH] };

/// A price at which a period is worth ten times the existential deposit.
fn price<T: Config>() -> BalanceOf<T> {
	minimum::<T>().saturating_mul(10u32.into())
}

fn minimum<T: Config>() -> BalanceOf<T> {
	<T::NativeBalance as fungible::Inspect<_>>::minimum_balance().max(One::one())
}

/// A limit that no imbalance price reaches, and the longest one.
fn limit<T: Config>() -> BalanceOf<T> {
	Bounded::max_value()
}

/// The terms of an offer.
fn terms<T: Config>(id: TradeId) -> Result<OfferTermsOf<T>, DispatchError> {
	Ok(Trades::<T>::get(id).ok_or(Error::<T>::UnknownTrade)?.terms())
}

/// An account with more money than any benchmark spends.
fn rich<T: Config>(name: &'static str, index: u32) -> T::AccountId {
	let who: T::AccountId = account(name, index, 0);
	let enough = minimum::<T>().saturating_mul(1_000_000_000u32.into());
	assert!(T::NativeBalance::mint_into(&who, enough).is_ok(), "issuance has room");
	who
}

/// The group of a seller whose device can deliver whatever the benchmarks sell.
fn group<T: Config>() -> GroupOf<T> {
	T::Clock::go_to(RUNNING);
	let group = GroupId {
		operator: rich::<T>("seller", 0),
		zone: ZONE,
		resource: Resource::Electricity,
		direction: Direction::Export,
	};
	T::Devices::fill_group(&group, 1, u32::MAX);
	group
}

fn offer<T: Config>(
	group: &GroupOf<T>,
	buyer: &T::AccountId,
	first: PeriodIndex,
	periods: u32,
	quantity: Quantity,
) -> Result<TradeId, DispatchError> {
	let last = first.saturating_add(periods.into()).saturating_sub(1);
	let (group, buyer) = (group.clone(), buyer.clone());
	let (price, limit, payout) = (price::<T>(), limit::<T>(), Payout::Open(Some(OWNER)));
	Market::<T>::do_offer(group, buyer, quantity, price, limit, first, last, payout)
}

fn accept<T: Config>(buyer: T::AccountId, id: TradeId) -> Result<u32, DispatchError> {
	let (terms, refund) = (terms::<T>(id)?, Refund::Open(Some(OWNER)));
	Market::<T>::do_accept(buyer, id, &terms, Default::default(), refund)
}

/// The registrars that attested the group's devices in a benchmark.
fn registrars<T: Config>(group: &GroupOf<T>, period: PeriodIndex) -> Vec<T::AccountId> {
	T::Devices::standing(group, period).map(|standing| standing.registrars).unwrap_or_default()
}

fn offer_sealed<T: Config>(
	group: &GroupOf<T>,
	buyer: &T::AccountId,
	first: PeriodIndex,
	periods: u32,
	quantity: Quantity,
) -> Result<TradeId, DispatchError> {
	let last = first.saturating_add(periods.into()).saturating_sub(1);
	let (group, buyer) = (group.clone(), buyer.clone());
	let (price, limit, payout) = (price::<T>(), limit::<T>(), Payout::Sealed(ADDRESS));
	Market::<T>::do_offer(group, buyer, quantity, price, limit, first, last, payout)
}

/// Accepts `count` trades of `quantity` with as many buyers, which the group's devices can
/// deliver. The gate of `period` may have closed: no benchmark can wait.
pub(crate) fn fill_trades<T: Config>(
	group: &GroupOf<T>,
	period: PeriodIndex,
	count: u32,
	quantity: Quantity,
) {
	let enough = minimum::<T>().saturating_mul(1_000_000_000u32.into());
	assert!(T::NativeBalance::mint_into(&group.operator, enough).is_ok(), "issuance has room");
	let open = period.max(T::Clock::first_open());
	for index in 0..count {
		let buyer = rich::<T>("buyer", index);
		let accepted =
			offer::<T>(group, &buyer, open, 1, quantity).and_then(|id| accept::<T>(buyer, id));
		assert!(accepted.is_ok(), "the group can deliver: {accepted:?}");
	}
	move_contract::<T>(group, open, period);
}

/// Makes an accepted sealed trade of the group's in `period`.
pub(crate) fn fill_sealed<T: Config>(group: &GroupOf<T>, period: PeriodIndex, quantity: Quantity) {
	let enough = minimum::<T>().saturating_mul(1_000_000_000u32.into());
	assert!(T::NativeBalance::mint_into(&group.operator, enough).is_ok(), "issuance has room");
	let open = period.max(T::Clock::first_open());
	let buyer = rich::<T>("buyer", 0);
	let registrars = registrars::<T>(group, open);
	let accepted = offer_sealed::<T>(group, &buyer, open, 1, quantity).and_then(|id| {
		let refund = Refund::Sealed { payout: ADDRESS, refund: ADDRESS, shared: SHARED };
		let demands = (BoundedVec::truncate_from(registrars), Evidence::Keyed);
		Market::<T>::do_accept(buyer, id, &terms::<T>(id)?, demands, refund)
	});
	assert!(accepted.is_ok(), "the group can deliver: {accepted:?}");
	move_contract::<T>(group, open, period);
}

/// Moves what is contracted for a group from one period to another.
fn move_contract<T: Config>(group: &GroupOf<T>, from: PeriodIndex, to: PeriodIndex) {
	let contract = Contracts::<T>::take(ordered(from), group);
	for (id, _) in &contract.trades {
		Trades::<T>::mutate(id, |maybe| {
			if let Some(trade) = maybe {
				trade.first = to;
				trade.last = to;
			}
		});
	}
	Contracts::<T>::insert(ordered(to), group, contract);
}

/// Moves an offer or a settled trade to where its time has come.
fn make_due<T: Config>(id: TradeId) {
	Trades::<T>::mutate(id, |maybe| {
		if let Some(trade) = maybe {
			Market::<T>::schedule(id, trade, Some(0));
		}
	});
}

#[benchmarks]
mod benchmarks {
	use super::*;
	use meterproof_primitives::Deliveries;

	#[benchmark]
	fn offer(p: Linear<1, { T::MaxRange::get() }>) -> Result<(), BenchmarkError> {
		let group = group::<T>();
		let buyer = rich::<T>("buyer", 0);
		ImbalancePrices::<T>::insert(ZONE, Resource::Electricity, price::<T>());
		let first = T::Clock::first_open();
		super::offer::<T>(&group, &buyer, first, p, QUANTITY)?;
		let last = first.saturating_add(p.into()).saturating_sub(1);

		#[extrinsic_call]
		_(
			RawOrigin::Signed(group.operator.clone()),
			ZONE,
			Resource::Electricity,
			Direction::Export,
			buyer,
			QUANTITY,
			price::<T>(),
			limit::<T>(),
			first,
			last,
			Some(OWNER),
		);

		assert_eq!(NextTradeId::<T>::get(), 2);
		Ok(())
	}

	#[benchmark]
	fn accept(p: Linear<1, { T::MaxRange::get() }>) -> Result<(), BenchmarkError> {
		let group = group::<T>();
		let buyer = rich::<T>("buyer", 0);
		let first = T::Clock::first_open();
		// Every contract but for one place is full.
		let others = T::MaxTradesPerGroup::get().min(T::MaxTradesPerAccount::get());
		for _ in 1..others {
			let other = super::offer::<T>(&group, &buyer, first, p, 1)?;
			super::accept::<T>(buyer.clone(), other)?;
		}
		let id = super::offer::<T>(&group, &buyer, first, p, 1)?;
		let registrars = registrars::<T>(&group, first)
			.try_into()
			.map_err(|_| BenchmarkError::Stop("too many registrars"))?;
		let terms = terms::<T>(id)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(buyer), id, terms, registrars, Evidence::Keyed, Some(OWNER));

		assert!(Trades::<T>::get(id).is_some_and(|trade| trade.state == TradeState::Accepted));
		Ok(())
	}

	#[benchmark]
	fn cancel() -> Result<(), BenchmarkError> {
		let group = group::<T>();
		let buyer = rich::<T>("buyer", 0);
		let id = super::offer::<T>(&group, &buyer, T::Clock::first_open(), 1, QUANTITY)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(group.operator.clone()), id);

		assert!(!Trades::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn decline() -> Result<(), BenchmarkError> {
		let group = group::<T>();
		let buyer = rich::<T>("buyer", 0);
		let id = super::offer::<T>(&group, &buyer, T::Clock::first_open(), 1, QUANTITY)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(buyer), id);

		assert!(!Trades::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn expire() -> Result<(), BenchmarkError> {
		let group = group::<T>();
		let buyer = rich::<T>("buyer", 0);
		let id = super::offer::<T>(&group, &buyer, T::Clock::first_open(), 1, QUANTITY)?;
		// The gate of period 0 has always closed.
		Trades::<T>::mutate(id, |maybe| {
			if let Some(trade) = maybe {
				trade.first = 0;
				trade.last = 0;
			}
		});

		#[extrinsic_call]
		_(RawOrigin::Signed(buyer), id);

		assert!(!Trades::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn claim() -> Result<(), BenchmarkError> {
		let group = group::<T>();
		let buyer = rich::<T>("buyer", 0);
		let first = T::Clock::first_open();
		let id = super::offer::<T>(&group, &buyer, first, 1, QUANTITY)?;
		super::accept::<T>(buyer.clone(), id)?;
		// As if neither side could be paid when half was delivered.
		Contracts::<T>::remove(ordered(first), &group);
		let half =
			Outcome::Open { delivered: 500, excused: 0, seller_unpaid: true, buyer_unpaid: true };
		Outcomes::<T>::insert(id, first, half);
		Trades::<T>::mutate(id, |maybe| {
			if let Some(trade) = maybe {
				trade.unpaid_periods = 1;
			}
		});

		#[extrinsic_call]
		_(RawOrigin::Signed(buyer), id, first);

		assert!(Outcomes::<T>::get(id, first).is_some_and(|outcome| !outcome.is_unpaid()));
		Ok(())
	}

	#[benchmark]
	fn prune(p: Linear<1, { T::MaxRange::get() }>) -> Result<(), BenchmarkError> {
		let group = group::<T>();
		let buyer = rich::<T>("buyer", 0);
		let first = T::Clock::first_open();
		let id = super::offer::<T>(&group, &buyer, first, p, QUANTITY)?;
		super::accept::<T>(buyer.clone(), id)?;
		for period in first..first.saturating_add(p.into()) {
			Market::<T>::settle(&group, period, QUANTITY)?;
		}
		// The deposit, too, is still to be returned.
		let deposit = minimum::<T>();
		Market::<T>::hold(HoldReason::OfferDeposit, &group.operator, deposit)?;
		Trades::<T>::mutate(id, |maybe| {
			if let Some(trade) = maybe {
				trade.deposit = deposit;
			}
		});
		make_due::<T>(id);

		#[extrinsic_call]
		_(RawOrigin::Signed(buyer), id);

		assert!(!Trades::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn set_imbalance_price() -> Result<(), BenchmarkError> {
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let price = price::<T>();

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, ZONE, Resource::Electricity, price);

		assert_eq!(ImbalancePrices::<T>::get(ZONE, Resource::Electricity), price);
		Ok(())
	}

	/// The look alone: what the clock says, and one item more than are due.
	#[benchmark]
	fn agenda(n: Linear<1, 16>) -> Result<(), BenchmarkError> {
		let group = group::<T>();
		let buyer = rich::<T>("buyer", 0);
		for _ in 0..n {
			let first = T::Clock::first_open();
			let id = super::offer::<T>(&group, &buyer, first, 1, QUANTITY)?;
			make_due::<T>(id);
		}
		let mut found = 0u32;

		#[block]
		{
			let open = T::Clock::first_open();
			let due = |period: OrderedKey| number(period) < open;
			for (_, id) in Agenda::<T>::iter_keys().take_while(|(period, _)| due(*period)) {
				let trade = Trades::<T>::get(number(id));
				found = found.saturating_add(trade.map_or(0, |trade| trade.periods()));
			}
		}

		assert_eq!(found, n);
		Ok(())
	}

	#[benchmark]
	fn offer_sealed(p: Linear<1, { T::MaxRange::get() }>) -> Result<(), BenchmarkError> {
		let group = group::<T>();
		let buyer = rich::<T>("buyer", 0);
		ImbalancePrices::<T>::insert(ZONE, Resource::Electricity, price::<T>());
		let first = T::Clock::first_open();
		super::offer_sealed::<T>(&group, &buyer, first, p, QUANTITY)?;
		let last = first.saturating_add(p.into()).saturating_sub(1);

		#[extrinsic_call]
		_(
			RawOrigin::Signed(group.operator.clone()),
			ZONE,
			Resource::Electricity,
			Direction::Export,
			buyer,
			QUANTITY,
			price::<T>(),
			limit::<T>(),
			first,
			last,
			ADDRESS,
		);

		assert_eq!(NextTradeId::<T>::get(), 2);
		Ok(())
	}

	/// Another trade of both accounts stands in a period of its own.
	#[benchmark]
	fn accept_sealed(p: Linear<1, { T::MaxRange::get() }>) -> Result<(), BenchmarkError> {
		let group = group::<T>();
		let buyer = rich::<T>("buyer", 0);
		let first = T::Clock::first_open();
		let other = super::offer::<T>(&group, &buyer, first.saturating_add(p.into()), 1, 1)?;
		super::accept::<T>(buyer.clone(), other)?;
		let id = super::offer_sealed::<T>(&group, &buyer, first, p, QUANTITY)?;
		let registrars = registrars::<T>(&group, first)
			.try_into()
			.map_err(|_| BenchmarkError::Stop("too many registrars"))?;
		let (terms, least) = (terms::<T>(id)?, Evidence::Keyed);

		#[extrinsic_call]
		_(RawOrigin::Signed(buyer), id, terms, ADDRESS, registrars, least, ADDRESS, SHARED);

		assert!(Trades::<T>::get(id).is_some_and(|trade| trade.state == TradeState::Accepted));
		Ok(())
	}
}
