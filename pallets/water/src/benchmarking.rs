//! Benchmarks of the calls, at their worst: groups with histories as long as they get, as many cuts as there can
//! be, charges that take surety and free balance and leave a debt.

use alloc::vec::Vec;

use frame::{benchmarking::prelude::*, traits::fungible::Mutate};

use super::*;
use crate::Pallet as Water;

const ZONE: ZoneId = 1;
/// The period that runs first. Histories begin long before it.
const RUNNING: PeriodIndex = 1_000;
/// Periods of a turn.
const TURN: u32 = 2;
/// Litres of a general entitlement.
const ENTITLED: Quantity = 1_000_000;

fn minimum<T: Config>() -> BalanceOf<T> {
	<T::NativeBalance as fungible::Inspect<_>>::minimum_balance().max(One::one())
}

/// An account with more money than any benchmark spends.
fn rich<T: Config>(name: &'static str, index: u32) -> T::AccountId {
	let who: T::AccountId = account(name, index, 0);
	let enough = minimum::<T>().saturating_mul(1_000_000_000u32.into());
	assert!(T::NativeBalance::mint_into(&who, enough).is_ok(), "issuance has room");
	who
}

fn half() -> Permill {
	Permill::from_percent(50)
}

/// A zone with a steward; the steward.
fn zone<T: Config>() -> Result<T::AccountId, BenchmarkError> {
	T::Clock::go_to(RUNNING);
	T::Devices::appoint_any(ZONE);
	let steward = rich::<T>("steward", 0);
	// Charges go to an account that can take them.
	let enough = minimum::<T>();
	assert!(T::NativeBalance::mint_into(&T::PenaltiesTo::get(), enough).is_ok());
	let ceiling = meterproof_primitives::MAX_CLAIM.saturating_sub(1);
	Water::<T>::do_set_zone(ZONE, steward.clone(), ceiling, minimum::<T>(), half())?;
	Ok(steward)
}

/// An account with an entitlement and a meter, in no season.
fn member<T: Config>(
	steward: &T::AccountId,
	name: &'static str,
	index: u32,
) -> Result<T::AccountId, BenchmarkError> {
	let who = rich::<T>(name, index);
	T::Devices::fill_group(&Water::<T>::group(ZONE, &who), 1, 1_000);
	Water::<T>::do_open(ZONE, who.clone())?;
	let entitlement = Classes { essential: 10, general: ENTITLED };
	Water::<T>::do_grant(steward, ZONE, who.clone(), entitlement)?;
	Ok(who)
}

/// Announces a season of so many turns; its first period.
fn announced<T: Config>(steward: &T::AccountId, turns: u32) -> Result<PeriodIndex, BenchmarkError> {
	let before = Zones::<T>::get(ZONE)
		.and_then(|known| Seasons::<T>::get(ZONE, known.season))
		.map_or(0, |season| season.end());
	let soon = T::Clock::running().saturating_add(T::Notice::get().into()).saturating_add(1);
	let first = before.max(soon);
	let turns = turns.min(T::MaxTurns::get());
	Water::<T>::do_announce(steward, ZONE, first, TURN, turns, ENTITLED)?;
	Ok(first)
}

/// Announces a season that has begun.
fn begin<T: Config>(steward: &T::AccountId, turns: u32) -> Result<PeriodIndex, BenchmarkError> {
	let first = announced::<T>(steward, turns)?;
	T::Clock::go_to(first);
	Ok(first)
}

/// Gives the season that runs as many cuts as it can have, all of them for its second turn.
fn cut_often<T: Config>(steward: &T::AccountId, spare: u32) -> Result<(), BenchmarkError> {
	for _ in 0..MAX_CUTS.saturating_sub(spare) {
		Water::<T>::do_cut(steward, ZONE, Permill::one(), half())?;
	}
	Ok(())
}

/// An account with meters, in a season that has begun and has two turns.
fn in_season<T: Config>(steward: &T::AccountId) -> Result<T::AccountId, BenchmarkError> {
	let who = member::<T>(steward, "member", 0)?;
	begin::<T>(steward, 2)?;
	Water::<T>::do_enter(ZONE, &who)?;
	Ok(who)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn set_zone() -> Result<(), BenchmarkError> {
		let steward = zone::<T>()?;
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, ZONE, steward, 1_000, minimum::<T>(), half());

		assert_eq!(Zones::<T>::get(ZONE).map(|known| known.ceiling), Some(1_000));
		Ok(())
	}

	/// With a season that has not begun.
	#[benchmark]
	fn open() -> Result<(), BenchmarkError> {
		let steward = zone::<T>()?;
		announced::<T>(&steward, 2)?;
		let who = rich::<T>("member", 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), ZONE);

		assert!(Accounts::<T>::contains_key(ZONE, &who));
		Ok(())
	}

	/// The record goes.
	#[benchmark]
	fn leave() -> Result<(), BenchmarkError> {
		let steward = zone::<T>()?;
		let who = member::<T>(&steward, "member", 0)?;
		let freed = minimum::<T>();
		Water::<T>::hold(HoldReason::Surety, &who, freed)?;
		Accounts::<T>::mutate(ZONE, &who, |maybe| {
			if let Some(record) = maybe {
				record.freed = freed;
			}
		});

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), ZONE);

		assert!(!Accounts::<T>::contains_key(ZONE, &who));
		Ok(())
	}

	#[benchmark]
	fn grant() -> Result<(), BenchmarkError> {
		let steward = zone::<T>()?;
		let who = member::<T>(&steward, "member", 0)?;
		let entitlement = Classes { essential: 1, general: 2 };

		#[extrinsic_call]
		_(RawOrigin::Signed(steward), ZONE, who.clone(), entitlement);

		let granted = Accounts::<T>::get(ZONE, &who).map(|record| record.entitlement);
		assert_eq!(granted, Some(entitlement));
		Ok(())
	}

	#[benchmark]
	fn announce() -> Result<(), BenchmarkError> {
		let steward = zone::<T>()?;
		for _ in 0..3 {
			begin::<T>(&steward, 1)?;
		}
		let first = Seasons::<T>::get(ZONE, 3).map_or(0, |season| season.end());
		let soon = T::Clock::running().saturating_add(T::Notice::get().into()).saturating_add(1);
		let first = first.max(soon);

		#[extrinsic_call]
		_(RawOrigin::Signed(steward), ZONE, first, TURN, 1, ENTITLED);

		assert!(Seasons::<T>::contains_key(ZONE, 4));
		Ok(())
	}

	#[benchmark]
	fn cut() -> Result<(), BenchmarkError> {
		let steward = zone::<T>()?;
		begin::<T>(&steward, 2)?;
		cut_often::<T>(&steward, 1)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(steward), ZONE, Permill::one(), half());

		let cuts = Seasons::<T>::get(ZONE, 1).map(|season| season.cuts.len() as u32);
		assert_eq!(cuts, Some(MAX_CUTS));
		Ok(())
	}

	/// Late, with cuts.
	#[benchmark]
	fn enter() -> Result<(), BenchmarkError> {
		let steward = zone::<T>()?;
		let who = member::<T>(&steward, "member", 0)?;
		let first = begin::<T>(&steward, 2)?;
		cut_often::<T>(&steward, 0)?;
		T::Clock::finish(first.saturating_add(TURN.into()));
		let caller = rich::<T>("caller", 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), ZONE, who.clone());

		let turn = Accounts::<T>::get(ZONE, &who).and_then(|record| record.turn);
		assert_eq!(turn, Some(1));
		Ok(())
	}

	#[benchmark]
	fn offer() -> Result<(), BenchmarkError> {
		let steward = zone::<T>()?;
		let who = in_season::<T>(&steward)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), ZONE, Some(steward), 10, minimum::<T>());

		assert!(Accounts::<T>::get(ZONE, &who).is_some_and(|record| record.offer.is_some()));
		Ok(())
	}

	#[benchmark]
	fn withdraw() -> Result<(), BenchmarkError> {
		let steward = zone::<T>()?;
		let who = in_season::<T>(&steward)?;
		Water::<T>::do_offer(who.clone(), ZONE, None, 10, minimum::<T>())?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), ZONE);

		assert!(Accounts::<T>::get(ZONE, &who).is_some_and(|record| record.offer.is_none()));
		Ok(())
	}

	#[benchmark]
	fn take() -> Result<(), BenchmarkError> {
		let steward = zone::<T>()?;
		let who = in_season::<T>(&steward)?;
		let taker = rich::<T>("taker", 0);
		Water::<T>::do_open(ZONE, taker.clone())?;
		Water::<T>::do_offer(who.clone(), ZONE, Some(taker.clone()), 10, minimum::<T>())?;

		#[extrinsic_call]
		_(RawOrigin::Signed(taker.clone()), ZONE, who, 10, minimum::<T>());

		let taken = Accounts::<T>::get(ZONE, &taker).map(|record| record.balance.general);
		assert_eq!(taken, Some(10));
		Ok(())
	}

	/// A commitment of each of `g` accounts, and `p` full pages more of one of them. Another meter of each has
	/// not committed.
	#[benchmark]
	fn form_use(
		g: Linear<1, { T::MaxGroups::get() }>,
		p: Linear<0, { most_pages::<T>() }>,
	) -> Result<(), BenchmarkError> {
		let steward = zone::<T>()?;
		let mut accounts = Vec::new();
		for index in 0..g {
			accounts.push(member::<T>(&steward, "member", index)?);
		}
		let first = begin::<T>(&steward, 1)?;
		let period = first.saturating_add(TURN.into()).saturating_sub(1);
		let mut claims = Vec::new();
		for (index, who) in accounts.into_iter().enumerate() {
			Water::<T>::do_enter(ZONE, &who)?;
			let group = Water::<T>::group(ZONE, &who);
			let more = if index == 0 { p.saturating_mul(weights::PAGE) } else { 0 };
			let slots: Vec<_> = T::Devices::fill_group(&group, more.saturating_add(1), 1_000)
				.into_iter()
				.map(|device| (device, [7u8; 32]))
				.collect();
			T::Commitments::record(&group, period, &slots);
			claims.push(UseClaim { account: who, used: ENTITLED, slack_commitment: [7; 32] });
		}
		T::Clock::finish(period.saturating_add(1));
		let caller = claims.first().map(|claim| claim.account.clone());
		let caller = caller.filter(|_| g == 1);
		let formed;

		#[block]
		{
			formed = Water::<T>::form_statement(caller.as_ref(), ZONE, period, &claims, u32::MAX);
		}

		assert!(formed.is_ok_and(|formed| formed.missing.iter().all(|missing| *missing > Some(0))));
		Ok(())
	}

	/// The next season begins with as many cuts as it can have, and the old one had a surety.
	#[benchmark]
	fn close_turn() -> Result<(), BenchmarkError> {
		let steward = zone::<T>()?;
		let who = member::<T>(&steward, "member", 0)?;
		let first = begin::<T>(&steward, 1)?;
		Water::<T>::do_enter(ZONE, &who)?;
		let surety = minimum::<T>();
		Water::<T>::hold(HoldReason::Surety, &who, surety)?;
		Accounts::<T>::mutate(ZONE, &who, |maybe| {
			if let Some(record) = maybe {
				record.surety = surety;
				record.balance = Classes { essential: 1, general: 1 };
			}
		});
		let next = announced::<T>(&steward, 2)?;
		let last = first.saturating_add(TURN.into()).saturating_sub(1);
		T::Clock::go_to(next);
		cut_often::<T>(&steward, 0)?;
		T::Clock::finish(last.saturating_add(1));
		T::Clock::go_to(next);

		#[block]
		{
			Water::<T>::do_expire(ZONE, &who)?;
		}

		assert_eq!(Accounts::<T>::get(ZONE, &who).map(|record| record.season), Some(2));
		Ok(())
	}

	#[benchmark]
	fn pay() -> Result<(), BenchmarkError> {
		let steward = zone::<T>()?;
		let who = member::<T>(&steward, "member", 0)?;
		let owed = minimum::<T>();
		Accounts::<T>::mutate(ZONE, &who, |maybe| {
			if let Some(record) = maybe {
				record.owed = owed;
			}
		});
		let caller = rich::<T>("caller", 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), ZONE, who.clone(), owed);

		assert!(Accounts::<T>::get(ZONE, &who).is_some_and(|record| record.owed.is_zero()));
		Ok(())
	}

	#[benchmark]
	fn claim() -> Result<(), BenchmarkError> {
		let steward = zone::<T>()?;
		let who = member::<T>(&steward, "member", 0)?;
		let freed = minimum::<T>();
		Water::<T>::hold(HoldReason::Surety, &who, freed)?;
		Accounts::<T>::mutate(ZONE, &who, |maybe| {
			if let Some(record) = maybe {
				record.freed = freed;
			}
		});
		let caller = rich::<T>("caller", 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), ZONE, who.clone());

		assert!(Accounts::<T>::get(ZONE, &who).is_some_and(|record| record.freed.is_zero()));
		Ok(())
	}

	/// The look alone: turns, and whether they are due.
	#[benchmark]
	fn look(n: Linear<1, 16>) -> Result<(), BenchmarkError> {
		let steward = zone::<T>()?;
		for index in 0..n {
			member::<T>(&steward, "member", index)?;
		}
		let mut found = 0u32;

		#[block]
		{
			let later = T::Clock::running().saturating_add(T::Notice::get().into());
			for (period, _) in Resting::<T>::iter_keys() {
				let is_due = T::Clock::phase(number(period)) == Phase::Final;
				found = found.saturating_add(u32::from(!is_due && number(period) <= later));
			}
		}

		assert_eq!(found, n);
		Ok(())
	}
}

/// As many full pages as the largest group has beside its first commitment and its silent meter.
fn most_pages<T: Config>() -> u32 {
	let most = T::MaxSlots::get().min(1_024).saturating_sub(2);
	most.checked_div(weights::PAGE).unwrap_or(0)
}
