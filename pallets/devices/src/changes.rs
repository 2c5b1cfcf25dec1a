//! How a device changes, and what moves with it: its group, its metering point, its deposit.

use frame::{
	prelude::*,
	token::fungible::{hold::Mutate as _, Mutate as _},
};
use meterproof_primitives::{
	roots::MAX_SEATS, DeviceId, DeviceKey, Evidence, GatewayBook, GatewayRefusal, GroupId,
	PeriodClock, PeriodIndex, Quantity, Seat, Taking, Timeline, ZoneId,
};

use crate::{pallet::*, types::*};

/// In whose favour a device changes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Party {
	/// A change in favour of the device's operator, whoever makes it: attesting and resuming count
	/// as such. The last row of the history must stay free, or using up the rows would put off a
	/// revocation.
	Operator,
	/// A change against the operator: a registrar of the zone revokes, suspends or swaps the device
	/// out.
	Registrar,
}

impl From<Suspender> for Party {
	fn from(by: Suspender) -> Self {
		match by {
			Suspender::Operator => Self::Operator,
			Suspender::Registrar => Self::Registrar,
		}
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_register(operator: &T::AccountId, facts: DeviceFactsOf<T>) -> DispatchResult {
		let DeviceFacts { key, metering_point, zone, resource, directions, nameplate } = facts;
		ensure!(nameplate > 0, Error::<T>::NameplateZero);
		ensure!(
			!metering_point.is_empty() && core::str::from_utf8(&metering_point).is_ok(),
			Error::<T>::MeteringPointInvalid
		);
		let device = NextDeviceId::<T>::get();
		let next = device.checked_add(1).ok_or(Error::<T>::DeviceIdsExhausted)?;
		Self::ensure_key_free(key, device)?;
		Self::list(operator, device)?;
		let deposit = T::DeviceDeposit::get();
		T::NativeBalance::hold(&HoldReason::DeviceDeposit.into(), operator, deposit)?;
		let (fee, to) = (T::RegistrationFee::get(), T::RegistrationFeeTo::get());
		if !fee.is_zero() {
			T::NativeBalance::transfer(operator, &to, fee, Preservation::Preserve)?;
		}
		NextDeviceId::<T>::put(next);
		let row = DeviceRow {
			operator: operator.clone(),
			key,
			zone,
			attestation: None,
			suspended_by: None,
			retired: false,
			taken: None,
			seat: None,
		};
		Devices::<T>::insert(
			device,
			DeviceRecord {
				metering_point,
				resource,
				directions,
				nameplate,
				deposit,
				releases: BoundedVec::new(),
				offered_to: None,
				rows: Timeline::starting(T::Clock::first_open(), row),
			},
		);
		Self::deposit_event(Event::DeviceRegistered {
			device,
			operator: operator.clone(),
			zone,
			key,
		});
		Ok(())
	}

	pub(crate) fn do_attest(
		registrar: &T::AccountId,
		device: DeviceId,
		operator: &T::AccountId,
		facts: &DeviceFactsOf<T>,
		evidence: Evidence,
	) -> DispatchResult {
		let mut record = Self::live(device)?;
		let by = Attestation { registrar: registrar.clone(), evidence };
		let from = Self::attest_record(&by, device, &mut record, (operator, facts), None)?;
		Devices::<T>::insert(device, record);
		let registrar = registrar.clone();
		Self::deposit_event(Event::DeviceAttested { device, registrar, evidence, from });
		Ok(())
	}

	/// Attests the device. Where its operator has given it no seat, it takes the one that is left to it.
	fn attest_record(
		attestation: &Attestation<T::AccountId>,
		device: DeviceId,
		record: &mut DeviceRecord<T>,
		(operator, facts): (&T::AccountId, &DeviceFactsOf<T>),
		left: Option<Seat>,
	) -> Result<PeriodIndex, DispatchError> {
		let registrar = &attestation.registrar;
		Self::ensure_registrar(Self::latest(record)?.zone, registrar)?;
		Self::ensure_facts(record, operator, facts)?;
		let from = Self::change(device, record, Party::Operator, |row| {
			ensure!(row.operator != *registrar, Error::<T>::OwnDevice);
			ensure!(row.attestation.is_none(), Error::<T>::AlreadyAttested);
			Self::ensure_key_free(row.key, device)?;
			row.attestation = Some(attestation.clone());
			row.seat = row.seat.or(left);
			if row.is_worse() && row.suspended_by.is_none() {
				row.suspended_by = Some(Suspender::Operator);
			}
			Ok(())
		})?;
		Keys::<T>::insert(facts.key, device);
		Ok(from)
	}

	pub(crate) fn do_change_zone(
		who: &T::AccountId,
		(device, key): (DeviceId, DeviceKey),
		zone: ZoneId,
	) -> DispatchResult {
		let mut record = Self::named(device, key)?;
		Self::ensure_operator(&record, who)?;
		let before = Self::latest(&record)?.clone();
		ensure!(before.zone != zone, Error::<T>::ZoneUnchanged);
		let from = Self::change(device, &mut record, Party::Operator, |row| {
			row.zone = zone;
			row.attestation = None;
			Ok(())
		})?;
		Self::leave_zone(&mut record, &before, from)?;
		Devices::<T>::insert(device, record);
		Self::deposit_event(Event::ZoneChanged { device, zone, from });
		Ok(())
	}

	// The three restate a device, and nothing else takes them together.
	#[allow(clippy::type_complexity)]
	pub(crate) fn do_accept_transfer(
		who: &T::AccountId,
		device: DeviceId,
		(operator, attestation, facts): (
			&T::AccountId,
			Option<&Attestation<T::AccountId>>,
			&DeviceFactsOf<T>,
		),
	) -> DispatchResult {
		let mut record = Self::live(device)?;
		ensure!(record.offered_to.take().as_ref() == Some(who), Error::<T>::NotOffered);
		Self::ensure_facts(&record, operator, facts)?;
		let DeviceRow { operator: old, zone, attestation: attested, .. } =
			Self::latest(&record)?.clone();
		ensure!(attested.as_ref() == attestation, Error::<T>::FactsDiffer);
		let from = Self::change(device, &mut record, Party::Operator, |row| {
			let own = row.attestation.as_ref().is_some_and(|by| by.registrar == *who);
			ensure!(!own, Error::<T>::OwnDevice);
			row.operator = who.clone();
			// The new operator has chosen no gateway.
			row.seat = None;
			Ok(())
		})?;
		let deposit = T::DeviceDeposit::get();
		T::NativeBalance::hold(&HoldReason::DeviceDeposit.into(), who, deposit)?;
		let amount = core::mem::replace(&mut record.deposit, deposit);
		record
			.releases
			.try_push(PendingRelease { operator: old.clone(), zone, amount, from })
			.map_err(|_| Error::<T>::TooManyPendingChanges)?;
		Self::unlist(&old, device);
		Self::list(who, device)?;
		Devices::<T>::insert(device, record);
		Self::deposit_event(Event::DeviceTransferred { device, to: who.clone(), from });
		Ok(())
	}

	pub(crate) fn do_bind(
		who: &T::AccountId,
		(device, key): (DeviceId, DeviceKey),
		seat: Option<Seat>,
	) -> DispatchResult {
		let mut record = Self::named(device, key)?;
		Self::ensure_operator(&record, who)?;
		ensure!(Self::latest(&record)?.seat != seat, Error::<T>::SeatUnchanged);
		if let Some(Seat { gateway, seat }) = seat {
			ensure!(seat < MAX_SEATS, Error::<T>::SeatTooHigh);
			T::Gateways::takes_bindings(gateway).map_err(Error::<T>::from)?;
		}
		let from = Self::change(device, &mut record, Party::Operator, |row| {
			row.seat = seat;
			Ok(())
		})?;
		Devices::<T>::insert(device, record);
		Self::deposit_event(Event::DeviceBound { device, seat, from });
		Ok(())
	}

	/// Retires the device and stores its record.
	pub(crate) fn do_retire(
		device: DeviceId,
		record: &mut DeviceRecord<T>,
		party: Party,
	) -> Result<PeriodIndex, DispatchError> {
		let from = Self::change(device, record, party, |row| {
			row.retired = true;
			Ok(())
		})?;
		record.offered_to = None;
		Devices::<T>::insert(device, &*record);
		Ok(from)
	}

	pub(crate) fn do_swap(
		attestation: Attestation<T::AccountId>,
		(old, old_key): (DeviceId, DeviceKey),
		new: DeviceId,
		facts: (&T::AccountId, &DeviceFactsOf<T>),
	) -> DispatchResult {
		let mut leaving = Self::named(old, old_key)?;
		let mut coming = Self::live(new)?;
		let (goes, comes) = (Self::latest(&leaving)?, Self::latest(&coming)?);
		ensure!(goes.attestation.is_some(), Error::<T>::NotAttested);
		ensure!(
			old != new
				&& goes.operator == comes.operator
				&& goes.zone == comes.zone
				&& leaving.metering_point == coming.metering_point
				&& leaving.resource == coming.resource,
			Error::<T>::MeteringPointsDiffer
		);
		Self::ensure_registrar(goes.zone, &attestation.registrar)?;
		let seat = goes.seat;
		Self::do_retire(old, &mut leaving, Party::Registrar)?;
		let from = Self::attest_record(&attestation, new, &mut coming, facts, seat)?;
		Devices::<T>::insert(new, coming);
		let Attestation { registrar, evidence } = attestation;
		Self::deposit_event(Event::DeviceSwapped { old, new, registrar, evidence, from });
		Ok(())
	}

	/// Changes a device from the first open period on, together with its groups and its hold on
	/// its metering point. The caller stores the record.
	pub(crate) fn change(
		device: DeviceId,
		record: &mut DeviceRecord<T>,
		party: Party,
		edit: impl FnOnce(&mut DeviceRow<T::AccountId>) -> DispatchResult,
	) -> Result<PeriodIndex, DispatchError> {
		let before = Self::latest(record)?.clone();
		let mut after = before.clone();
		edit(&mut after)?;
		// What its operator does with a device afterwards is not the registrar's doing.
		let is_same =
			(&before.operator, before.zone, before.key) == (&after.operator, after.zone, after.key);
		if !is_same || after.retired || after.counted().is_some() {
			after.taken = None;
		}
		let from = T::Clock::first_open();
		let keep = T::Clock::oldest_unsettled();
		record
			.rows
			.set(from, after.clone(), keep)
			.map_err(|_| Error::<T>::TooManyPendingChanges)?;
		ensure!(
			party == Party::Registrar || !record.rows.is_full(),
			Error::<T>::TooManyPendingChanges
		);

		match (before.holds_metering_point(), after.holds_metering_point()) {
			(true, false) => MeteringPoints::<T>::remove(&record.metering_point, record.resource),
			(false, true) => {
				ensure!(
					!MeteringPoints::<T>::contains_key(&record.metering_point, record.resource),
					Error::<T>::MeteringPointTaken
				);
				MeteringPoints::<T>::insert(&record.metering_point, record.resource, device);
			},
			_ => (),
		}
		let same = (&before.operator, before.zone) == (&after.operator, after.zone)
			&& before.counted() == after.counted();
		if !same {
			if let Some(attestation) = before.counted() {
				Self::shift_groups(record, &before, party, (from, keep), |row| {
					row.leave(record.nameplate, attestation)
				})?;
			}
			if let Some(attestation) = after.counted() {
				Self::shift_groups(record, &after, party, (from, keep), |row| {
					row.join(record.nameplate, attestation)
				})?;
			}
		}
		if before.taken != after.taken {
			if let Some(taken) = &before.taken {
				Self::shift_groups(record, &before, party, (from, keep), |row| {
					row.give_back(record.nameplate, &taken.by)
				})?;
			}
			if let Some(taken) = &after.taken {
				Self::shift_groups(record, &after, party, (from, keep), |row| {
					row.take_out(record.nameplate, &taken.by)
				})?;
			}
		}
		Ok(from)
	}

	/// Applies `edit` to the groups that the device stands in by this row, one per register.
	fn shift_groups(
		record: &DeviceRecord<T>,
		row: &DeviceRow<T::AccountId>,
		party: Party,
		(from, keep): (PeriodIndex, PeriodIndex),
		edit: impl Fn(&mut GroupRow<T>) -> DispatchResult,
	) -> DispatchResult {
		for group in record.groups_of(&row.operator, row.zone) {
			Groups::<T>::try_mutate(group, |rows| {
				let mut row = rows.latest().cloned().unwrap_or_default();
				edit(&mut row)?;
				rows.set(from, row, keep).map_err(|_| Error::<T>::GroupHistoryFull)?;
				// The schedule leaves room for a change in every period. Only when deadlines wait for
				// blocks can a history fill up; then, too, registrars go before.
				ensure!(party == Party::Registrar || !rows.is_full(), Error::<T>::GroupHistoryFull);
				Ok::<_, DispatchError>(())
			})?;
		}
		Ok(())
	}

	/// The record of a device that is not retired.
	pub(crate) fn live(device: DeviceId) -> Result<DeviceRecord<T>, DispatchError> {
		let record = Devices::<T>::get(device).ok_or(Error::<T>::UnknownDevice)?;
		ensure!(!Self::latest(&record)?.retired, Error::<T>::Retired);
		Ok(record)
	}

	/// The record of a device that is not retired, which a call names by its id and its key: an id
	/// alone can stand for another device after a fork.
	pub(crate) fn named(
		device: DeviceId,
		key: DeviceKey,
	) -> Result<DeviceRecord<T>, DispatchError> {
		let record = Self::live(device)?;
		ensure!(Self::latest(&record)?.key == key, Error::<T>::KeyDiffers);
		Ok(record)
	}

	/// Fails unless the device is this operator's and its facts are those that a call restates.
	fn ensure_facts(
		record: &DeviceRecord<T>,
		operator: &T::AccountId,
		facts: &DeviceFactsOf<T>,
	) -> DispatchResult {
		let DeviceFacts { key, metering_point, zone, resource, directions, nameplate } = facts;
		let row = Self::latest(record)?;
		let same = row.operator == *operator
			&& row.key == *key
			&& row.zone == *zone
			&& record.metering_point == *metering_point
			&& record.resource == *resource
			&& record.directions == *directions
			&& record.nameplate == *nameplate;
		ensure!(same, Error::<T>::FactsDiffer);
		Ok(())
	}

	/// The newest row of a record.
	pub(crate) fn latest(
		record: &DeviceRecord<T>,
	) -> Result<&DeviceRow<T::AccountId>, DispatchError> {
		record.rows.latest().ok_or_else(|| Error::<T>::UnknownDevice.into())
	}

	pub(crate) fn ensure_operator(record: &DeviceRecord<T>, who: &T::AccountId) -> DispatchResult {
		ensure!(Self::latest(record)?.operator == *who, Error::<T>::NotOperator);
		Ok(())
	}

	pub(crate) fn ensure_registrar(zone: ZoneId, who: &T::AccountId) -> DispatchResult {
		ensure!(Self::is_registrar(zone, who), Error::<T>::NotRegistrar);
		Ok(())
	}

	fn is_registrar(zone: ZoneId, who: &T::AccountId) -> bool {
		Registrars::<T>::get(zone).iter().any(|known| known.account == *who)
	}

	/// The role in which `who` may suspend or resume the device. An operator is never the registrar of
	/// its own device, else it could lift another registrar's suspension.
	pub(crate) fn suspender(
		record: &DeviceRecord<T>,
		who: &T::AccountId,
	) -> Result<Suspender, DispatchError> {
		let row = Self::latest(record)?;
		if row.operator == *who {
			Ok(Suspender::Operator)
		} else if Self::is_registrar(row.zone, who) {
			Ok(Suspender::Registrar)
		} else {
			Err(Error::<T>::NotEntitled.into())
		}
	}

	/// A key belongs to the first device that was attested with it. Before that it is public and
	/// nobody's: whoever saw it in the transaction pool can register it, and gains nothing by it.
	pub(crate) fn ensure_key_free(key: DeviceKey, device: DeviceId) -> DispatchResult {
		let taken = Keys::<T>::get(key).is_some_and(|holder| holder != device);
		ensure!(!taken, Error::<T>::KeyTaken);
		Ok(())
	}

	pub(crate) fn list(operator: &T::AccountId, device: DeviceId) -> DispatchResult {
		DeviceCount::<T>::try_mutate(operator, |count| {
			ensure!(*count < T::MaxDevicesPerOperator::get(), Error::<T>::TooManyDevices);
			*count = count.checked_add(1).ok_or(Error::<T>::TooManyDevices)?;
			Ok::<_, DispatchError>(())
		})?;
		OperatorDevices::<T>::insert(operator, device.to_be_bytes(), ());
		Ok(())
	}

	pub(crate) fn unlist(operator: &T::AccountId, device: DeviceId) {
		OperatorDevices::<T>::remove(operator, device.to_be_bytes());
		DeviceCount::<T>::mutate_exists(operator, |count| {
			*count = count.and_then(|count| count.checked_sub(1)).filter(|count| *count > 0);
		});
	}

	pub(crate) fn release(
		reason: HoldReason,
		who: &T::AccountId,
		amount: BalanceOf<T>,
	) -> DispatchResult {
		// Best effort, so that an account whose hold was cut elsewhere is not locked in.
		T::NativeBalance::release(&reason.into(), who, amount, Precision::BestEffort).map(|_| ())
	}
}

impl<T: Config> From<GatewayRefusal> for Error<T> {
	fn from(refusal: GatewayRefusal) -> Self {
		match refusal {
			GatewayRefusal::UnknownGateway => Self::UnknownGateway,
			GatewayRefusal::GatewayRetiring => Self::GatewayRetiring,
		}
	}
}

impl<T: Config> DeviceRecord<T> {
	/// The groups the device is in while `operator` owns it in `zone`, one per register.
	pub fn groups_of<'a>(
		&'a self,
		operator: &'a T::AccountId,
		zone: ZoneId,
	) -> impl Iterator<Item = GroupId<T::AccountId>> + 'a {
		self.directions.iter().map(move |direction| GroupId {
			operator: operator.clone(),
			zone,
			resource: self.resource,
			direction,
		})
	}
}

impl<T: Config> GroupRow<T> {
	/// Counts one device more.
	pub(crate) fn join(
		&mut self,
		nameplate: u32,
		attestation: &Attestation<T::AccountId>,
	) -> DispatchResult {
		let Attestation { registrar, evidence } = attestation;
		ensure!(self.members < T::MaxGroupSize::get(), Error::<T>::GroupFull);
		self.members = self.members.checked_add(1).ok_or(Error::<T>::GroupFull)?;
		self.capacity =
			self.capacity.checked_add(nameplate.into()).ok_or(Error::<T>::ArithmeticOverflow)?;
		let on_evidence = self.on_evidence(*evidence)?;
		*on_evidence = on_evidence.checked_add(1).ok_or(Error::<T>::ArithmeticOverflow)?;
		match self.registrars.binary_search_by(|(known, _)| known.cmp(registrar)) {
			Ok(at) => {
				let (_, count) =
					self.registrars.get_mut(at).ok_or(Error::<T>::ArithmeticOverflow)?;
				*count = count.checked_add(1).ok_or(Error::<T>::ArithmeticOverflow)?;
			},
			Err(at) => self
				.registrars
				.try_insert(at, (registrar.clone(), 1))
				.map_err(|_| Error::<T>::TooManyRegistrars)?,
		}
		Ok(())
	}

	/// Counts one device less.
	fn leave(&mut self, nameplate: u32, attestation: &Attestation<T::AccountId>) -> DispatchResult {
		let Attestation { registrar, evidence } = attestation;
		self.members = self.members.checked_sub(1).ok_or(Error::<T>::ArithmeticOverflow)?;
		self.capacity =
			self.capacity.checked_sub(nameplate.into()).ok_or(Error::<T>::ArithmeticOverflow)?;
		let on_evidence = self.on_evidence(*evidence)?;
		*on_evidence = on_evidence.checked_sub(1).ok_or(Error::<T>::ArithmeticOverflow)?;
		let at = self
			.registrars
			.binary_search_by(|(known, _)| known.cmp(registrar))
			.map_err(|_| Error::<T>::ArithmeticOverflow)?;
		let (_, count) = self.registrars.get_mut(at).ok_or(Error::<T>::ArithmeticOverflow)?;
		*count = count.checked_sub(1).ok_or(Error::<T>::ArithmeticOverflow)?;
		if *count == 0 {
			self.registrars.remove(at);
		}
		Ok(())
	}

	/// Notes one device that a registrar took out.
	pub(crate) fn take_out(&mut self, nameplate: u32, by: &T::AccountId) -> DispatchResult {
		let nameplate = Quantity::from(nameplate);
		if let Some(taking) = self.taken.iter_mut().find(|taking| taking.registrar == *by) {
			let more =
				|sum: Quantity| sum.checked_add(nameplate).ok_or(Error::<T>::ArithmeticOverflow);
			taking.nameplates = more(taking.nameplates)?;
			taking.ever = more(taking.ever)?;
			return Ok(());
		}
		if self.taken.is_full() {
			let spare = self.taken.iter().position(|taking| taking.nameplates == 0);
			self.taken.remove(spare.ok_or(Error::<T>::TooManyRegistrars)?);
		}
		let taking = Taking { registrar: by.clone(), nameplates: nameplate, ever: nameplate };
		self.taken.try_push(taking).map_err(|_| Error::<T>::TooManyRegistrars.into())
	}

	/// Takes back one device from what a registrar took out.
	fn give_back(&mut self, nameplate: u32, by: &T::AccountId) -> DispatchResult {
		let mut takings = self.taken.iter_mut();
		let taking = takings.find(|taking| taking.registrar == *by);
		let taking = taking.ok_or(Error::<T>::ArithmeticOverflow)?;
		taking.nameplates = taking
			.nameplates
			.checked_sub(nameplate.into())
			.ok_or(Error::<T>::ArithmeticOverflow)?;
		Ok(())
	}

	/// How many devices were attested with a grade.
	fn on_evidence(&mut self, grade: Evidence) -> Result<&mut u32, DispatchError> {
		let count = self.evidence.get_mut(usize::from(grade.number()));
		count.ok_or_else(|| Error::<T>::ArithmeticOverflow.into())
	}
}
