//! What the devices runtime API answers.

use alloc::{string::String, vec::Vec};

use frame::prelude::H256;
use meterproof_primitives::{
	api::{DeviceInfo, MAX_PAGE},
	DeviceId,
};

use crate::pallet::*;

impl<T: Config> Pallet<T> {
	/// One device.
	pub fn device(id: DeviceId) -> Option<DeviceInfo<T::AccountId>> {
		let record = Devices::<T>::get(id)?;
		let row = record.rows.latest()?;
		Some(DeviceInfo {
			id,
			key: H256(row.key),
			metering_point: String::from_utf8_lossy(&record.metering_point).into_owned(),
			operator: row.operator.clone(),
			zone: row.zone,
			resource: record.resource,
			unit: record.resource.base_unit().into(),
			directions: record.directions,
			nameplate: record.nameplate,
			state: row.state(),
			state_from: record.rows.latest_from()?,
			registrar: row.attestation.as_ref().map(|by| by.registrar.clone()),
			evidence: row.attestation.as_ref().map(|by| by.evidence),
			seat: row.seat,
		})
	}

	/// An operator's devices with ids above `after`, at most `limit` and [`MAX_PAGE`], in order of
	/// id.
	pub fn by_operator(
		operator: &T::AccountId,
		after: Option<DeviceId>,
		limit: u32,
	) -> Vec<DeviceInfo<T::AccountId>> {
		let keys = match after {
			Some(id) => OperatorDevices::<T>::iter_key_prefix_from(
				operator,
				OperatorDevices::<T>::hashed_key_for(operator, id.to_be_bytes()),
			),
			None => OperatorDevices::<T>::iter_key_prefix(operator),
		};
		keys.take(limit.min(MAX_PAGE) as usize)
			.filter_map(|id| Self::device(DeviceId::from_be_bytes(id)))
			.collect()
	}
}
