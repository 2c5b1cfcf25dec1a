//! Worst cases: as many candidates, validators and slashes as there can be.

use alloc::vec::Vec;

use frame::{
	benchmarking::prelude::*,
	token::fungible::{hold::Inspect as _, Inspect as _, Mutate as _},
};

use crate::{pallet::*, types::*};

fn signed<T: Config>(who: &T::AccountId) -> T::RuntimeOrigin {
	RawOrigin::Signed(who.clone()).into()
}

/// The bond of candidate `n`: later ones have more.
fn bond<T: Config>(n: u32) -> BalanceOf<T> {
	T::MinBond::get().saturating_add(n.into())
}

fn funded<T: Config>(name: &'static str, n: u32) -> Result<T::AccountId, BenchmarkError> {
	let who: T::AccountId = account(name, n, 0);
	T::BenchmarkHelper::give_keys(&who);
	let amount = bond::<T>(n).saturating_add(T::NativeBalance::minimum_balance());
	T::NativeBalance::mint_into(&who, amount.saturating_mul(4u32.into()))?;
	Ok(who)
}

/// As many candidates as there can be, less `room`.
fn candidates<T: Config>(room: u32) -> Result<Vec<T::AccountId>, BenchmarkError> {
	T::NativeBalance::mint_into(&T::SlashesTo::get(), T::NativeBalance::minimum_balance())?;
	Lengths::<T>::put(EraLengths::default());
	Least::<T>::put(1);
	Candidates::<T>::kill();
	let mut all = Vec::new();
	for n in 0..T::MaxCandidates::get().saturating_sub(room) {
		let who = funded::<T>("candidate", n)?;
		Pallet::<T>::add(&who, bond::<T>(n))?;
		all.push(who);
	}
	Ok(all)
}

fn at<T: Config>(all: &[T::AccountId], place: usize) -> Result<T::AccountId, BenchmarkError> {
	all.get(place).cloned().ok_or_else(|| "there are too few candidates".into())
}

/// Makes slashes of the first candidates wait, so many of them, each of a tenth of the bond.
fn slashes<T: Config>(all: &[T::AccountId], count: u32) -> Result<(), BenchmarkError> {
	let reporter = funded::<T>("reporter", 0)?;
	for who in all.iter().take(count as usize) {
		let bond = Pallet::<T>::bond_of(who).ok_or("it has no bond")?;
		let amount = Perbill::from_percent(10).mul_ceil(bond);
		Slashes::<T>::try_append(Slash {
			who: who.clone(),
			amount,
			fraction: Perbill::from_percent(10),
			reporter: Some(reporter.clone()),
			due: 0,
		})
		.map_err(|_| "too many slashes")?;
	}
	Ok(())
}

/// Elects and starts a session, so that as many validators as there can be are known.
fn started<T: Config>() -> Result<Vec<T::AccountId>, BenchmarkError> {
	let set = Pallet::<T>::plan(0).ok_or("nobody is elected")?;
	T::BenchmarkHelper::set_validators(&set);
	Pallet::<T>::start(0, &set);
	Ok(set)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn join() -> Result<(), BenchmarkError> {
		let all = candidates::<T>(0)?;
		let who = funded::<T>("joins", T::MaxCandidates::get())?;
		let most = bond::<T>(T::MaxCandidates::get());
		// The account left before, with a smaller bond.
		Leaving::<T>::insert(&who, Leaver { bond: 0u32.into(), free_from: 0 });
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), most);
		assert_eq!(Pallet::<T>::bond_of(&who), Some(most));
		assert!(Leaving::<T>::contains_key(at::<T>(&all, 0)?));
		Ok(())
	}

	#[benchmark]
	fn raise_bond() -> Result<(), BenchmarkError> {
		let all = candidates::<T>(0)?;
		let who = at::<T>(&all, all.len().saturating_sub(1))?;
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), 1u32.into());
		assert_eq!(Pallet::<T>::bond_of(&who), Some(bond::<T>(T::MaxCandidates::get())));
		Ok(())
	}

	#[benchmark]
	fn leave() -> Result<(), BenchmarkError> {
		let all = candidates::<T>(0)?;
		let who = at::<T>(&all, all.len().saturating_sub(1))?;
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));
		assert!(Leaving::<T>::contains_key(&who));
		Ok(())
	}

	#[benchmark]
	fn withdraw() -> Result<(), BenchmarkError> {
		let all = candidates::<T>(0)?;
		slashes::<T>(&all, T::MaxSlashes::get())?;
		let who = at::<T>(&all, all.len().saturating_sub(1))?;
		Slashes::<T>::mutate(|slashes| slashes.retain(|slash| slash.who != who));
		Pallet::<T>::leave(signed::<T>(&who))?;
		let free_from = Leaving::<T>::get(&who).ok_or("it has not left")?.free_from;
		Era::<T>::put(free_from);
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), who.clone());
		let held = T::NativeBalance::balance_on_hold(&HoldReason::Bond.into(), &who);
		assert!(held == 0u32.into());
		Ok(())
	}

	#[benchmark]
	fn apply_slash() -> Result<(), BenchmarkError> {
		let all = candidates::<T>(0)?;
		slashes::<T>(&all, T::MaxSlashes::get())?;
		let count = Slashes::<T>::decode_len().unwrap_or(0);
		let who = at::<T>(&all, count.saturating_sub(1))?;
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), who.clone());
		assert!(Pallet::<T>::slash_of(&who).is_none());
		Ok(())
	}

	#[benchmark]
	fn cancel_slash() -> Result<(), BenchmarkError> {
		let all = candidates::<T>(0)?;
		slashes::<T>(&all, T::MaxSlashes::get())?;
		let count = Slashes::<T>::decode_len().unwrap_or(0);
		let who = at::<T>(&all, count.saturating_sub(1))?;
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|_| "nobody may cancel a slash")?;
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, who.clone());
		assert!(Pallet::<T>::slash_of(&who).is_none());
		Ok(())
	}

	#[benchmark]
	fn set_least() -> Result<(), BenchmarkError> {
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|_| "nobody may set the least")?;
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, 1);
		assert_eq!(Least::<T>::get(), 1);
		Ok(())
	}

	#[benchmark]
	fn purge_keys() -> Result<(), BenchmarkError> {
		candidates::<T>(0)?;
		started::<T>()?;
		let who = funded::<T>("keyed", 0)?;
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));
		assert!(!T::Keys::has(&who));
		Ok(())
	}

	#[benchmark]
	fn report() -> Result<(), BenchmarkError> {
		let all = candidates::<T>(0)?;
		started::<T>()?;
		let who = at::<T>(&all, all.len().saturating_sub(1))?;
		slashes::<T>(&all, T::MaxSlashes::get())?;
		Slashes::<T>::mutate(|slashes| slashes.retain(|slash| slash.who != who));
		#[block]
		{
			Pallet::<T>::report(&who, Perbill::one(), 0, Some(who.clone()));
		}
		assert!(Pallet::<T>::slash_of(&who).is_some());
		Ok(())
	}

	#[benchmark]
	fn start_session() -> Result<(), BenchmarkError> {
		let all = candidates::<T>(0)?;
		let set = started::<T>()?;
		slashes::<T>(&all, T::MaxSlashes::get())?;
		frame_system::Pallet::<T>::set_block_number(1_000_000u32.into());
		// A set of which nobody was seen, and charges to be forgotten.
		let lengths = EraLengths::default();
		let era = lengths.report_eras.saturating_add(2);
		for who in all.iter().take(CHARGES_PER_ERA as usize) {
			Charged::<T>::insert(0, who, Perbill::one());
		}
		let session = era.saturating_mul(lengths.sessions_per_era);
		#[block]
		{
			Pallet::<T>::plan(session);
			Pallet::<T>::start(session, &set);
		}
		assert!(Charged::<T>::iter_prefix(0).next().is_none());
		assert!(set.iter().any(|who| Leaving::<T>::contains_key(who)));
		Ok(())
	}

	#[benchmark]
	fn note_author() -> Result<(), BenchmarkError> {
		candidates::<T>(0)?;
		let set = started::<T>()?;
		let who = at::<T>(&set, set.len().saturating_sub(1))?;
		let now: BlockNumberFor<T> = 1_000_000u32.into();
		frame_system::Pallet::<T>::set_block_number(now);
		#[block]
		{
			Pallet::<T>::note_author(&who);
		}
		let seen = LastSeen::<T>::get().into_iter().find(|(known, _)| *known == who);
		assert!(seen.is_some_and(|(_, last)| last == now));
		Ok(())
	}
}
