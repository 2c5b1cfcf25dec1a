//! What a device leaves behind in its former groups, and how that is cleared away.

use alloc::vec::Vec;

use frame::prelude::*;
use meterproof_primitives::{DeviceId, PeriodClock, PeriodIndex, ZoneId};

use crate::{pallet::*, types::*};

impl<T: Config> Pallet<T> {
	/// Notes the groups that a device left with a change of zone, so that they are deleted once
	/// no unsettled period needs them. The operator's deposit stays with the device.
	pub(crate) fn leave_zone(
		record: &mut DeviceRecord<T>,
		before: &DeviceRow<T::AccountId>,
		from: PeriodIndex,
	) -> DispatchResult {
		let DeviceRow { operator, zone, .. } = before;
		if !record.groups_of(operator, *zone).any(Groups::<T>::contains_key) {
			return Ok(());
		}
		let noted = record.releases.iter_mut().find(|release| {
			(&release.operator, &release.zone) == (operator, zone) && release.amount.is_zero()
		});
		match noted {
			// Moved to and fro.
			Some(release) => release.from = from,
			None => record
				.releases
				.try_push(PendingRelease {
					operator: operator.clone(),
					zone: *zone,
					amount: Zero::zero(),
					from,
				})
				.map_err(|_| Error::<T>::TooManyPendingChanges)?,
		}
		Ok(())
	}

	pub(crate) fn do_release(device: DeviceId) -> DispatchResult {
		let mut record = Devices::<T>::get(device).ok_or(Error::<T>::UnknownDevice)?;
		let settled_to = T::Clock::oldest_unsettled();
		let (due, kept): (Vec<_>, Vec<_>) = core::mem::take(&mut record.releases)
			.into_iter()
			.partition(|release| release.from <= settled_to);
		let latest = Self::latest(&record)?;
		let gone = latest.retired
			&& kept.is_empty()
			&& record.rows.latest_from().is_some_and(|from| from <= settled_to);
		ensure!(gone || !due.is_empty(), Error::<T>::DepositLocked);
		let (operator, zone) = (latest.operator.clone(), latest.zone);
		for PendingRelease { operator, zone, amount, .. } in due {
			if !amount.is_zero() {
				Self::give_back(device, &operator, amount)?;
			}
			Self::tidy_groups(&record, &operator, zone, settled_to);
		}
		if gone {
			Self::give_back(device, &operator, record.deposit)?;
			Self::tidy_groups(&record, &operator, zone, settled_to);
			Self::unlist(&operator, device);
			Devices::<T>::remove(device);
		} else {
			record.releases = kept.try_into().map_err(|_| Error::<T>::TooManyPendingChanges)?;
			Devices::<T>::insert(device, record);
		}
		Ok(())
	}

	fn give_back(
		device: DeviceId,
		operator: &T::AccountId,
		amount: BalanceOf<T>,
	) -> DispatchResult {
		Self::release(HoldReason::DeviceDeposit, operator, amount)?;
		let operator = operator.clone();
		Self::deposit_event(Event::DepositReleased { device, operator, amount });
		Ok(())
	}

	/// Deletes the operator's groups of this device in a zone if nobody is in them and no
	/// unsettled period needs their history.
	fn tidy_groups(
		record: &DeviceRecord<T>,
		operator: &T::AccountId,
		zone: ZoneId,
		settled_to: PeriodIndex,
	) {
		for group in record.groups_of(operator, zone) {
			let rows = Groups::<T>::get(&group);
			let empty = rows.latest().is_some_and(GroupRow::is_empty);
			if empty && rows.latest_from().is_some_and(|from| from <= settled_to) {
				Groups::<T>::remove(&group);
			}
		}
	}
}
