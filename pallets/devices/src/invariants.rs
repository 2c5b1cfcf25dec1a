//! What always holds.

use alloc::collections::{BTreeMap, BTreeSet};

use frame::{prelude::*, token::fungible::hold::Inspect as _};
use meterproof_primitives::{
	roots::MAX_SEATS, EnsureInvariants, GroupId, PeriodClock, PeriodIndex, Timeline,
};

use crate::{pallet::*, types::*};

impl<T: Config> EnsureInvariants for Pallet<T> {
	fn ensure_invariants() -> DispatchResult {
		Self::keys_and_lists_match_the_records()?;
		Self::metering_points_have_one_holder()?;
		Self::deposits_and_bonds_are_held()?;
		Self::groups_add_up()
	}
}

impl<T: Config> Pallet<T> {
	fn keys_and_lists_match_the_records() -> DispatchResult {
		let next = NextDeviceId::<T>::get();
		let mut counts = BTreeMap::<T::AccountId, u32>::new();
		for (device, record) in Devices::<T>::iter() {
			ensure!(device < next, "devices: an id was not given out");
			ensure!(record.nameplate > 0, "devices: a nameplate is zero");
			let row = record.rows.latest().ok_or("devices: a record has no row")?;
			ensure!(
				record.rows.rows().all(|(_, row)| row.seat.is_none_or(|at| at.seat < MAX_SEATS)),
				"devices: a device has a seat that no gateway has"
			);
			ensure!(
				record.rows.rows().all(|(_, row)| {
					row.taken.is_none() || row.counted().is_none() && !row.retired
				}),
				"devices: a device that counts or is retired is taken out"
			);
			for (_, row) in record.rows.rows().filter(|(_, row)| row.attestation.is_some()) {
				ensure!(
					Keys::<T>::get(row.key) == Some(device),
					"devices: an attested key does not belong to its device"
				);
			}
			let ordered = record.rows.rows().zip(record.rows.rows().skip(1));
			ensure!(
				ordered.into_iter().all(|((a, _), (b, _))| a < b),
				"devices: a history is not in order"
			);
			ensure!(
				OperatorDevices::<T>::contains_key(&row.operator, device.to_be_bytes()),
				"devices: a device is missing from its operator's list"
			);
			let count = counts.entry(row.operator.clone()).or_default();
			*count = count.saturating_add(1);
		}
		ensure!(
			Keys::<T>::iter_values().all(|device| device < next),
			"devices: a key belongs to an id not given out"
		);
		ensure!(
			DeviceCount::<T>::iter().collect::<BTreeMap<_, _>>() == counts,
			"devices: an operator's count is off"
		);
		let listed = OperatorDevices::<T>::iter_keys().count();
		ensure!(
			listed == Devices::<T>::iter_keys().count(),
			"devices: an operator's list has a device that is not its own"
		);
		Ok(())
	}

	fn metering_points_have_one_holder() -> DispatchResult {
		let mut holders = 0usize;
		for (device, record) in Devices::<T>::iter() {
			if record.rows.latest().is_some_and(DeviceRow::holds_metering_point) {
				holders = holders.saturating_add(1);
				ensure!(
					MeteringPoints::<T>::get(&record.metering_point, record.resource)
						== Some(device),
					"devices: two attested devices share a metering point"
				);
			}
		}
		ensure!(
			MeteringPoints::<T>::iter_values().count() == holders,
			"devices: a metering point is held by a device that is not attested"
		);
		Ok(())
	}

	fn deposits_and_bonds_are_held() -> DispatchResult {
		let mut deposits = BTreeMap::<T::AccountId, BalanceOf<T>>::new();
		for record in Devices::<T>::iter_values() {
			let row = record.rows.latest().ok_or("devices: a record has no row")?;
			let owed = record
				.releases
				.iter()
				.map(|release| (&release.operator, release.amount))
				.chain(core::iter::once((&row.operator, record.deposit)));
			for (account, amount) in owed {
				let sum = deposits.entry(account.clone()).or_default();
				*sum = sum.saturating_add(amount);
			}
		}
		ensure!(
			LeavingBonds::<T>::iter_values().all(|leaving| !leaving.bond.is_zero()),
			"devices: nothing is held of a registrar that left"
		);
		let mut bonds = BTreeMap::<T::AccountId, BalanceOf<T>>::new();
		let appointed = Registrars::<T>::iter_values().flatten();
		let appointed = appointed.map(|registrar| (registrar.account, registrar.bond));
		let left = LeavingBonds::<T>::iter().map(|(_, account, leaving)| (account, leaving.bond));
		for (account, bond) in appointed.chain(left) {
			let sum = bonds.entry(account).or_default();
			*sum = sum.saturating_add(bond);
		}
		for (reason, sums) in
			[(HoldReason::DeviceDeposit, deposits), (HoldReason::RegistrarBond, bonds)]
		{
			let reason = reason.into();
			for (account, sum) in sums {
				ensure!(
					T::NativeBalance::balance_on_hold(&reason, &account) == sum,
					"devices: deposits or bonds on hold are off"
				);
			}
		}
		Ok(())
	}

	/// Every group's rows are the sums over its devices, in each period that is not settled.
	fn groups_add_up() -> DispatchResult {
		let mut members = BTreeMap::<
			GroupId<T::AccountId>,
			alloc::vec::Vec<(u32, Timeline<DeviceRow<T::AccountId>>)>,
		>::new();
		let mut remembered = BTreeSet::new();
		for record in Devices::<T>::iter_values() {
			let stays: BTreeSet<_> =
				record.rows.rows().map(|(_, row)| (row.operator.clone(), row.zone)).collect();
			for (operator, zone) in stays {
				for group in record.groups_of(&operator, zone) {
					members.entry(group).or_default().push((record.nameplate, record.rows.clone()));
				}
			}
			let row = record.rows.latest().ok_or("devices: a record has no row")?;
			remembered.extend(record.groups_of(&row.operator, row.zone));
			for left in &record.releases {
				remembered.extend(record.groups_of(&left.operator, left.zone));
			}
		}
		for (group, devices) in &members {
			let rows = Groups::<T>::get(group);
			ensure!(
				Self::present(rows.latest())? == Self::sum(group, devices, PeriodIndex::MAX)?,
				"devices: a group is not the sum of its devices"
			);
			// Settled periods are no longer kept track of.
			let oldest = T::Clock::oldest_unsettled();
			let borders = rows.rows().map(|(from, _)| *from).filter(|from| *from > oldest);
			for period in core::iter::once(oldest).chain(borders) {
				// Before its first row a group had nobody.
				let row = Self::present(rows.at(period))?;
				ensure!(
					row == Self::sum(group, devices, period)?,
					"devices: a group's history is not the sum of its devices'"
				);
			}
		}
		for (group, rows) in Groups::<T>::iter() {
			ensure!(remembered.contains(&group), "devices: nobody will delete a group");
			let empty = rows.latest().is_none_or(GroupRow::is_empty);
			ensure!(
				empty || members.contains_key(&group),
				"devices: a group counts devices that are gone"
			);
		}
		Ok(())
	}

	/// A group's row as its devices tell it: without what registrars had taken out before and in
	/// what order they did.
	fn present(row: Option<&GroupRow<T>>) -> Result<GroupRow<T>, DispatchError> {
		let mut row = row.cloned().unwrap_or_default();
		ensure!(
			row.taken.iter().all(|taking| taking.nameplates <= taking.ever),
			"devices: more is taken out of a group than ever was"
		);
		row.taken.retain(|taking| taking.nameplates > 0);
		row.taken.iter_mut().for_each(|taking| taking.ever = taking.nameplates);
		row.taken.sort_by(|a, b| a.registrar.cmp(&b.registrar));
		Ok(row)
	}

	fn sum(
		group: &GroupId<T::AccountId>,
		devices: &[(u32, Timeline<DeviceRow<T::AccountId>>)],
		period: PeriodIndex,
	) -> Result<GroupRow<T>, DispatchError> {
		let mut sum = GroupRow::<T>::default();
		for (nameplate, rows) in devices {
			let row = rows
				.at(period)
				.filter(|row| (&row.operator, row.zone) == (&group.operator, group.zone));
			if let Some(attestation) = row.and_then(DeviceRow::counted) {
				sum.join(*nameplate, attestation)?;
			}
			if let Some(taken) = row.and_then(|row| row.taken.as_ref()) {
				sum.take_out(*nameplate, &taken.by)?;
			}
		}
		sum.taken.sort_by(|a, b| a.registrar.cmp(&b.registrar));
		Ok(sum)
	}
}
