//! What the other pallets may ask.

use meterproof_primitives::{
	CommitmentRefusal, CommittingDevice, DeviceId, DeviceRegistry, GroupId, PeriodClock,
	PeriodIndex, Quantity, Standing, ZoneId,
};

use crate::pallet::*;

impl<T: Config> DeviceRegistry<T::AccountId> for Pallet<T> {
	fn committing(
		device: DeviceId,
		period: PeriodIndex,
	) -> Result<CommittingDevice<T::AccountId>, CommitmentRefusal> {
		let record = Devices::<T>::get(device).ok_or(CommitmentRefusal::UnknownDevice)?;
		let row = record.rows.at(period).ok_or(CommitmentRefusal::DeviceNotAttested)?;
		if row.retired {
			return Err(CommitmentRefusal::DeviceRetired);
		}
		if row.attestation.is_none() {
			return Err(CommitmentRefusal::DeviceNotAttested);
		}
		if row.suspended_by.is_some() {
			return Err(CommitmentRefusal::DeviceSuspended);
		}
		Ok(CommittingDevice {
			operator: row.operator.clone(),
			zone: row.zone,
			resource: record.resource,
			directions: record.directions,
			key: row.key,
			nameplate: record.nameplate,
			seat: row.seat,
		})
	}

	fn capacity(group: &GroupId<T::AccountId>, period: PeriodIndex) -> (Quantity, PeriodIndex) {
		let nameplates = Groups::<T>::get(group).at(period).map_or(0, |row| row.capacity);
		T::Clock::scaled(nameplates, period)
	}

	fn members(group: &GroupId<T::AccountId>, period: PeriodIndex) -> Option<u32> {
		Groups::<T>::get(group).at(period).map(|row| row.members)
	}

	fn standing(
		group: &GroupId<T::AccountId>,
		period: PeriodIndex,
	) -> Option<Standing<T::AccountId>> {
		Groups::<T>::get(group).at(period).map(|row| Standing {
			registrars: row.registrars.iter().map(|(account, _)| account.clone()).collect(),
			evidence: row.lowest_evidence(),
			taken: row.taken.clone().into_inner(),
		})
	}

	fn has_registrar(zone: ZoneId) -> bool {
		// The list of a zone without any is not stored.
		Registrars::<T>::decode_len(zone).is_some_and(|count| count > 0)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn appoint_any(zone: ZoneId) {
		use frame::prelude::{BoundedVec, Zero};
		let account = frame::benchmarking::prelude::account("registrar", 0, 0);
		let registrar = crate::types::Registrar { account, bond: Zero::zero() };
		Registrars::<T>::insert(zone, BoundedVec::truncate_from(alloc::vec![registrar]));
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn seat_any(
		group: &GroupId<T::AccountId>,
		key: meterproof_primitives::DeviceKey,
		seat: meterproof_primitives::Seat,
	) -> Option<DeviceId> {
		let device = Self::activate(group, key, 1_000).ok()?;
		Devices::<T>::mutate(device, |record| {
			let record = record.as_mut()?;
			let mut row = record.rows.latest()?.clone();
			row.seat = Some(seat);
			let mut rows = meterproof_primitives::Timeline::default();
			for from in 0..u64::from(meterproof_primitives::TIMELINE_ROWS) {
				rows.set(from, row.clone(), 0).ok()?;
			}
			record.rows = rows;
			Some(device)
		})
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn fill_group(
		group: &GroupId<T::AccountId>,
		count: u32,
		nameplate: u32,
	) -> alloc::vec::Vec<DeviceId> {
		(0..count)
			.filter_map(|_| {
				let seed = (b"benchmark meter", NextDeviceId::<T>::get());
				let key = frame::deps::sp_io::hashing::blake2_256(&codec::Encode::encode(&seed));
				Self::activate(group, key, nameplate).ok()
			})
			.collect()
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl<T: Config> Pallet<T> {
	/// Adds a device to `group` that is active in every period but the first few, without a deposit,
	/// for benchmarks.
	pub fn activate(
		group: &GroupId<T::AccountId>,
		key: meterproof_primitives::DeviceKey,
		nameplate: u32,
	) -> Result<DeviceId, frame::deps::sp_runtime::DispatchError> {
		use frame::prelude::*;
		use meterproof_primitives::{Direction, Directions, Evidence, Timeline, GROUP_ROWS};

		use crate::types::{Attestation, DeviceRecord, DeviceRow, GroupRow};

		let device = NextDeviceId::<T>::get();
		let attested_by = |index| Attestation::<T::AccountId> {
			registrar: frame::benchmarking::prelude::account("registrar", index, 0),
			evidence: Evidence::Keyed,
		};
		let attestation = attested_by(0);
		let metering_point = alloc::format!("{device}")
			.into_bytes()
			.try_into()
			.map_err(|_| Error::<T>::MeteringPointInvalid)?;
		Self::ensure_key_free(key, device)?;
		Keys::<T>::insert(key, device);
		Self::list(&group.operator, device)?;
		let row = DeviceRow {
			operator: group.operator.clone(),
			key,
			zone: group.zone,
			attestation: Some(attestation.clone()),
			suspended_by: None,
			retired: false,
			taken: None,
			seat: None,
		};
		let record = DeviceRecord {
			metering_point,
			resource: group.resource,
			directions: match group.direction {
				Direction::Import => Directions::Import,
				Direction::Export => Directions::Export,
			},
			nameplate,
			deposit: Zero::zero(),
			releases: BoundedVec::new(),
			offered_to: None,
			rows: Timeline::starting(0, row),
		};
		MeteringPoints::<T>::insert(&record.metering_point, record.resource, device);
		// In every period, behind a history as long as it can be.
		Groups::<T>::try_mutate(group, |rows| {
			let mut row = rows.latest().cloned().unwrap_or_default();
			if rows.rows().next().is_none() {
				let mut earlier = GroupRow::<T>::default();
				for index in 0..T::MaxRegistrarsPerZone::get().min(T::MaxGroupSize::get()) {
					earlier.join(0, &attested_by(index))?;
				}
				for from in 0..u64::from(GROUP_ROWS).saturating_sub(1) {
					rows.set(from, earlier.clone(), 0).map_err(|_| Error::<T>::GroupHistoryFull)?;
				}
			}
			row.join(nameplate, &attestation)?;
			let last = u64::from(GROUP_ROWS).saturating_sub(1);
			rows.set(last, row, 0).map_err(|_| Error::<T>::GroupHistoryFull)?;
			Ok::<_, DispatchError>(())
		})?;
		Devices::<T>::insert(device, record);
		NextDeviceId::<T>::put(device.saturating_add(1));
		Ok(device)
	}
}
