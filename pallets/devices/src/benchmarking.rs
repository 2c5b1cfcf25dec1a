//! Worst cases: full zones, groups behind every registrar a zone can have, devices and groups
//! with a long history.

use alloc::{vec, vec::Vec};

use codec::Encode;
use frame::{
	benchmarking::prelude::*,
	deps::sp_io::hashing::blake2_256,
	token::fungible::{Inspect as _, Mutate as _},
};
use meterproof_primitives::{
	roots::MAX_SEATS, DeviceId, DeviceKey, Directions, Evidence, GatewayBook, PeriodClock,
	Resource, Seat, Timeline, ZoneId, GROUP_ROWS, TIMELINE_ROWS,
};

use crate::{pallet::*, types::*};

const ZONE: ZoneId = 70;
/// A period far from the start of time.
const START: u64 = 1_000;

type Fail = BenchmarkError;

fn signed<T: Config>(who: &T::AccountId) -> T::RuntimeOrigin {
	RawOrigin::Signed(who.clone()).into()
}

/// An account that can pay whatever a benchmark asks of it.
fn funded<T: Config>(name: &'static str, index: u32) -> Result<T::AccountId, Fail> {
	let who = account(name, index, 0);
	let once = T::DeviceDeposit::get()
		.saturating_add(T::RegistrarBond::get())
		.saturating_add(T::NativeBalance::minimum_balance());
	let amount = once.saturating_mul(1_000u32.into());
	T::NativeBalance::mint_into(&who, amount)?;
	Ok(who)
}

fn registrar<T: Config>(index: u32) -> T::AccountId {
	account("registrar", index, 0)
}

/// The grade with which every device is attested.
const EVIDENCE: Evidence = Evidence::Keyed;

fn attestation<T: Config>(index: u32) -> Attestation<T::AccountId> {
	Attestation { registrar: registrar::<T>(index), evidence: EVIDENCE }
}

/// Fills the zone with `count` registrars.
fn appoint<T: Config>(count: u32) -> Result<(), Fail> {
	for index in 0..count {
		let who = funded::<T>("registrar", index)?;
		Pallet::<T>::do_appoint(ZONE, who)?;
	}
	Ok(())
}

/// Facts with the longest metering-point id and both registers.
fn facts<T: Config>(n: u32) -> Result<DeviceFactsOf<T>, Fail> {
	let mut id = alloc::format!("{n:08}").into_bytes();
	id.resize(T::MaxMeteringPointLength::get() as usize, b'0');
	Ok(DeviceFacts {
		key: blake2_256(&(b"benchmark", n).encode()),
		metering_point: id.try_into().map_err(|_| "the metering-point id is too long")?,
		zone: ZONE,
		resource: Resource::Electricity,
		directions: Directions::Both,
		nameplate: 1_000,
	})
}

fn registered<T: Config>(operator: &T::AccountId, n: u32) -> Result<DeviceId, Fail> {
	let device = NextDeviceId::<T>::get();
	Pallet::<T>::do_register(operator, facts::<T>(n)?)?;
	Ok(device)
}

/// An operator whose group has a device attested by each registrar of a full zone but the first.
fn town<T: Config>(name: &'static str, first: u32) -> Result<T::AccountId, Fail> {
	let operator = funded::<T>(name, 0)?;
	let others = T::MaxRegistrarsPerZone::get()
		.min(T::MaxGroupSize::get())
		.min(T::MaxDevicesPerOperator::get().saturating_sub(1));
	for index in 1..others {
		let n = first.saturating_add(index);
		let device = registered::<T>(&operator, n)?;
		let by = registrar::<T>(index);
		Pallet::<T>::do_attest(&by, device, &operator, &facts::<T>(n)?, EVIDENCE)?;
	}
	Ok(operator)
}

/// An operator and its attested device 0, both with a history.
fn aged<T: Config>() -> Result<(T::AccountId, DeviceId), Fail> {
	T::Clock::go_to(START);
	appoint::<T>(T::MaxRegistrarsPerZone::get())?;
	let operator = town::<T>("operator", 100)?;
	let device = registered::<T>(&operator, 0)?;
	T::Clock::go_to(START + 1);
	let by = registrar::<T>(0);
	Pallet::<T>::do_attest(&by, device, &operator, &facts::<T>(0)?, EVIDENCE)?;
	T::Clock::go_to(START + 2);
	let key = key_of::<T>(device)?;
	Pallet::<T>::suspend(signed::<T>(&by), device, key)?;
	T::Clock::go_to(START + 3);
	Pallet::<T>::resume(signed::<T>(&by), device, key)?;
	T::Clock::go_to(START + 4);
	lengthen_histories::<T>()?;
	Ok((operator, device))
}

/// Gives every group as many rows as leave one for the change to come and one for registrars, each
/// but the newest with as many registrars as there can be.
fn lengthen_histories<T: Config>() -> Result<(), Fail> {
	let mut full = GroupRow::<T>::default();
	for index in 0..T::MaxRegistrarsPerZone::get().min(T::MaxGroupSize::get()) {
		full.join(1_000, &attestation::<T>(index))?;
	}
	for (group, rows) in Groups::<T>::iter().collect::<Vec<_>>() {
		let known: Vec<_> = rows.rows().cloned().collect();
		let earlier = (GROUP_ROWS as usize).saturating_sub(2).saturating_sub(known.len()) as u64;
		let mut long = GroupHistory::<T>::default();
		let first = START.saturating_sub(earlier);
		for (from, row) in (first..START).map(|from| (from, full.clone())).chain(known) {
			long.set(from, row, 0).map_err(|_| "a history is too long")?;
		}
		Groups::<T>::insert(group, long);
	}
	Ok(())
}

fn latest<T: Config>(device: DeviceId) -> Result<DeviceRow<T::AccountId>, Fail> {
	let record = Devices::<T>::get(device).ok_or("the device is gone")?;
	Ok(record.rows.latest().cloned().ok_or("the device has no row")?)
}

/// Gives a device as many rows as leave one for the change to come and one for registrars.
fn lengthen<T: Config>(device: DeviceId) -> Result<(), Fail> {
	let row = latest::<T>(device)?;
	Devices::<T>::try_mutate(device, |slot| {
		let record = slot.as_mut().ok_or("the device is gone")?;
		let mut rows = Timeline::default();
		for from in START.saturating_sub(u64::from(TIMELINE_ROWS)).saturating_add(2)..START {
			rows.set(from, row.clone(), 0).map_err(|_| "the history is too long")?;
		}
		record.rows = rows;
		Ok::<_, &'static str>(())
	})?;
	Ok(())
}

/// The key that a call has to name.
fn key_of<T: Config>(device: DeviceId) -> Result<DeviceKey, Fail> {
	Ok(latest::<T>(device)?.key)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn appoint_registrar() -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin().map_err(|_| Fail::Weightless)?;
		appoint::<T>(T::MaxRegistrarsPerZone::get().saturating_sub(1))?;
		let who = funded::<T>("newcomer", 0)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, ZONE, who.clone());

		assert!(Pallet::<T>::ensure_registrar(ZONE, &who).is_ok());
		Ok(())
	}

	#[benchmark]
	fn resign_registrar() -> Result<(), BenchmarkError> {
		appoint::<T>(T::MaxRegistrarsPerZone::get())?;
		let who = registrar::<T>(0);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), ZONE);

		assert!(Pallet::<T>::ensure_registrar(ZONE, &who).is_err());
		Ok(())
	}

	#[benchmark]
	fn remove_registrar() -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin().map_err(|_| Fail::Weightless)?;
		appoint::<T>(T::MaxRegistrarsPerZone::get())?;
		let who = registrar::<T>(0);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, ZONE, who.clone());

		assert!(Pallet::<T>::ensure_registrar(ZONE, &who).is_err());
		Ok(())
	}

	#[benchmark]
	fn slash_registrar() -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin().map_err(|_| Fail::Weightless)?;
		appoint::<T>(T::MaxRegistrarsPerZone::get())?;
		let who = registrar::<T>(0);
		// With all of its bond the registrar loses its place.
		let bond = T::RegistrarBond::get();

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, ZONE, who.clone(), bond);

		assert!(Pallet::<T>::ensure_registrar(ZONE, &who).is_err());
		Ok(())
	}

	#[benchmark]
	fn release_bond() -> Result<(), BenchmarkError> {
		appoint::<T>(1)?;
		let who = registrar::<T>(0);
		T::Clock::go_to(START);
		Pallet::<T>::do_dismiss(ZONE, who.clone())?;
		let leaving = LeavingBonds::<T>::get(ZONE, &who).ok_or("the bond is gone")?;
		T::Clock::finish(leaving.free_from);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), ZONE, who.clone());

		assert!(!LeavingBonds::<T>::contains_key(ZONE, who));
		Ok(())
	}

	#[benchmark]
	fn register() -> Result<(), BenchmarkError> {
		let operator = funded::<T>("operator", 0)?;
		let facts = facts::<T>(0)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(operator.clone()), facts);

		assert_eq!(DeviceCount::<T>::get(operator), 1);
		Ok(())
	}

	#[benchmark]
	fn register_batch(n: Linear<1, { T::MaxBatch::get() }>) -> Result<(), BenchmarkError> {
		let operator = funded::<T>("operator", 0)?;
		let batch = (0..n).map(facts::<T>).collect::<Result<Vec<_>, _>>()?;
		let batch = BoundedVec::try_from(batch).map_err(|_| "the batch is too long")?;

		#[extrinsic_call]
		_(RawOrigin::Signed(operator.clone()), batch);

		assert_eq!(DeviceCount::<T>::get(operator), n);
		Ok(())
	}

	#[benchmark]
	fn attest() -> Result<(), BenchmarkError> {
		let (operator, device) = aged::<T>()?;
		let by = registrar::<T>(0);
		let key = key_of::<T>(device)?;
		// A key that was never attested, so that a new entry is made for it.
		let renewed = DeviceFacts { key: [9; 32], ..facts::<T>(0)? };
		Pallet::<T>::rotate_key(signed::<T>(&operator), device, key, renewed.key)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(by), device, operator, renewed, EVIDENCE);

		assert_eq!(latest::<T>(device)?.attestation, Some(attestation::<T>(0)));
		Ok(())
	}

	#[benchmark]
	fn attest_batch(n: Linear<1, { T::MaxBatch::get() }>) -> Result<(), BenchmarkError> {
		T::Clock::go_to(START);
		appoint::<T>(T::MaxRegistrarsPerZone::get())?;
		let by = registrar::<T>(0);
		// Each device in groups of its own, so that each touches all of its storage anew.
		let mut batch = vec![];
		for index in 0..n {
			let operator = funded::<T>("operator", index)?;
			let device = registered::<T>(&operator, index)?;
			batch.push((device, operator, facts::<T>(index)?, EVIDENCE));
		}
		let batch = BoundedVec::try_from(batch).map_err(|_| "the batch is too long")?;

		#[extrinsic_call]
		_(RawOrigin::Signed(by), batch);

		let last = latest::<T>(n.saturating_sub(1))?;
		assert_eq!(last.attestation, Some(attestation::<T>(0)));
		Ok(())
	}

	#[benchmark]
	fn revoke() -> Result<(), BenchmarkError> {
		let (_, device) = aged::<T>()?;
		let key = key_of::<T>(device)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(registrar::<T>(0)), device, key);

		assert_eq!(latest::<T>(device)?.attestation, None);
		Ok(())
	}

	#[benchmark]
	fn suspend() -> Result<(), BenchmarkError> {
		let (_, device) = aged::<T>()?;
		let key = key_of::<T>(device)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(registrar::<T>(0)), device, key);

		assert_eq!(latest::<T>(device)?.suspended_by, Some(Suspender::Registrar));
		Ok(())
	}

	#[benchmark]
	fn resume() -> Result<(), BenchmarkError> {
		let (_, device) = aged::<T>()?;
		let by = registrar::<T>(0);
		let key = key_of::<T>(device)?;
		Pallet::<T>::suspend(signed::<T>(&by), device, key)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(by), device, key);

		assert_eq!(latest::<T>(device)?.suspended_by, None);
		Ok(())
	}

	#[benchmark]
	fn rotate_key() -> Result<(), BenchmarkError> {
		let (operator, device) = aged::<T>()?;
		let key = key_of::<T>(device)?;
		let new_key = [9; 32];

		#[extrinsic_call]
		_(RawOrigin::Signed(operator), device, key, new_key);

		assert_eq!(latest::<T>(device)?.key, new_key);
		Ok(())
	}

	#[benchmark]
	fn offer_transfer() -> Result<(), BenchmarkError> {
		let (operator, device) = aged::<T>()?;
		let key = key_of::<T>(device)?;
		let to: T::AccountId = account("buyer", 0, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(operator), device, key, to.clone());

		assert_eq!(Devices::<T>::get(device).and_then(|record| record.offered_to), Some(to));
		Ok(())
	}

	#[benchmark]
	fn withdraw_transfer() -> Result<(), BenchmarkError> {
		let (operator, device) = aged::<T>()?;
		let key = key_of::<T>(device)?;
		let to = account("buyer", 0, 0);
		Pallet::<T>::offer_transfer(signed::<T>(&operator), device, key, to)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(operator), device, key);

		assert_eq!(Devices::<T>::get(device).and_then(|record| record.offered_to), None);
		Ok(())
	}

	#[benchmark]
	fn accept_transfer() -> Result<(), BenchmarkError> {
		let (operator, device) = aged::<T>()?;
		let to = town::<T>("buyer", 200)?;
		let key = key_of::<T>(device)?;
		Pallet::<T>::offer_transfer(signed::<T>(&operator), device, key, to.clone())?;
		let attested = Some(attestation::<T>(0));

		#[extrinsic_call]
		_(RawOrigin::Signed(to.clone()), device, operator, attested, facts::<T>(0)?);

		assert_eq!(latest::<T>(device)?.operator, to);
		Ok(())
	}

	#[benchmark]
	fn retire() -> Result<(), BenchmarkError> {
		let (operator, device) = aged::<T>()?;
		let key = key_of::<T>(device)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(operator), device, key);

		assert!(latest::<T>(device)?.retired);
		Ok(())
	}

	/// A device that was attested all along, and has left the groups of as many operators as its
	/// history has rows.
	#[benchmark]
	fn release_deposit() -> Result<(), BenchmarkError> {
		T::Clock::go_to(START);
		appoint::<T>(T::MaxRegistrarsPerZone::get())?;
		let by = attestation::<T>(0);
		let mut owner = funded::<T>("operator", 0)?;
		let device = registered::<T>(&owner, 0)?;
		let facts = facts::<T>(0)?;
		Pallet::<T>::do_attest(&by.registrar, device, &owner, &facts, EVIDENCE)?;
		for index in 1..=TIMELINE_ROWS {
			let to = funded::<T>("operator", index)?;
			Pallet::<T>::offer_transfer(signed::<T>(&owner), device, facts.key, to.clone())?;
			let seen = (&owner, Some(&by), &facts);
			Pallet::<T>::do_accept_transfer(&to, device, seen)?;
			owner = to;
		}
		let row = latest::<T>(device)?;
		Devices::<T>::try_mutate(device, |slot| {
			let record = slot.as_mut().ok_or("the device is gone")?;
			let first = START.saturating_sub(u64::from(TIMELINE_ROWS)).saturating_add(3);
			let mut rows = Timeline::default();
			for from in first..=START {
				rows.set(from, row.clone(), 0).map_err(|_| "the history is too long")?;
			}
			record.rows = rows;
			Ok::<_, &'static str>(())
		})?;
		Pallet::<T>::retire(signed::<T>(&owner), device, facts.key)?;
		lengthen_histories::<T>()?;
		T::Clock::finish(START + 3);

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), device);

		assert!(!Devices::<T>::contains_key(device));
		assert_eq!(Groups::<T>::iter().count(), 0);
		Ok(())
	}

	#[benchmark]
	fn swap() -> Result<(), BenchmarkError> {
		let (operator, old) = aged::<T>()?;
		let old_key = key_of::<T>(old)?;
		let mut renewed = facts::<T>(1)?;
		renewed.metering_point = facts::<T>(0)?.metering_point;
		let new = NextDeviceId::<T>::get();
		Pallet::<T>::do_register(&operator, renewed.clone())?;
		let by = registrar::<T>(0);

		#[extrinsic_call]
		_(RawOrigin::Signed(by), old, old_key, new, operator, renewed, EVIDENCE);

		assert!(latest::<T>(old)?.retired);
		assert_eq!(latest::<T>(new)?.attestation, Some(attestation::<T>(0)));
		Ok(())
	}

	#[benchmark]
	fn change_zone() -> Result<(), BenchmarkError> {
		let (operator, device) = aged::<T>()?;
		let key = key_of::<T>(device)?;
		let zone = ZONE + 1;

		#[extrinsic_call]
		_(RawOrigin::Signed(operator), device, key, zone);

		assert_eq!(latest::<T>(device)?.zone, zone);
		Ok(())
	}

	#[benchmark]
	fn bind() -> Result<(), BenchmarkError> {
		T::Clock::go_to(START);
		let operator = funded::<T>("operator", 0)?;
		let device = registered::<T>(&operator, 0)?;
		let key = key_of::<T>(device)?;
		lengthen::<T>(device)?;
		let seat = Some(Seat { gateway: T::Gateways::register_any(), seat: MAX_SEATS - 1 });

		#[extrinsic_call]
		_(RawOrigin::Signed(operator), device, key, seat);

		assert_eq!(latest::<T>(device)?.seat, seat);
		Ok(())
	}

	#[benchmark]
	fn bind_batch(
		n: Linear<1, { T::MaxBatch::get().min(T::MaxDevicesPerOperator::get()) }>,
	) -> Result<(), BenchmarkError> {
		T::Clock::go_to(START);
		let operator = funded::<T>("operator", 0)?;
		let mut batch = Vec::new();
		for index in 0..n {
			let device = registered::<T>(&operator, index)?;
			lengthen::<T>(device)?;
			let seat = Seat { gateway: T::Gateways::register_any(), seat: index };
			batch.push((device, key_of::<T>(device)?, Some(seat)));
		}
		let (last, _, seat) = *batch.last().ok_or("the batch is empty")?;
		let batch = BoundedVec::try_from(batch).map_err(|_| "the batch is too long")?;

		#[extrinsic_call]
		_(RawOrigin::Signed(operator), batch);

		assert_eq!(latest::<T>(last)?.seat, seat);
		Ok(())
	}
}
