//! # Devices
//!
//! Registered meters, the registrars that attest them and the groups they form.
//!
//! An operator registers a device against a deposit; a registrar of its zone attests it by
//! restating the operator and the facts, so that nothing changes under its hand. Whatever bears on commitments
//! (attestation, suspension, key, zone, owner, retirement) takes effect in the first period that
//! is still open for trading, and the history that unsettled periods need is kept.
//!
//! Three things are unique: the id of a device; among attested devices, the one that holds a
//! metering point for a resource; and a key, which belongs for ever to the first device that was
//! attested with it. Registering claims neither key nor metering point, or whoever saw them in the
//! transaction pool could lock the meter out. A device whose key or zone was changed is not
//! attested any more, because its attestation covered the old one.
//!
//! Ids are given out in order, so that after a fork the same id can stand for another device, and
//! an operator can change a device in front of somebody else's call. A signed call about a device
//! therefore says what is meant besides its id: the key that the device has at present or, where
//! more depends on it, its operator and all its facts. If the device is another one, the call fails.
//! Only `release_deposit` names nothing but an id: anyone may ask it of any device.
//!
//! An operator may have a gateway commit for a device (`bind`): the device's record says which one
//! may in each period, and at which place under its root the device's commitments count.
//!
//! When a device is retired and the last period it took part in is final, `release_deposit`
//! gives the deposit back and deletes the record; the keys it was attested with stay taken.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used)
)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod bonds;
mod changes;
mod invariants;
mod queries;
mod registry;
mod releases;
pub mod types;
pub mod weights;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

#[frame::pallet]
#[allow(clippy::type_complexity, reason = "metadata shows the name of a call's type alone")]
pub mod pallet {
	use frame::prelude::*;
	use meterproof_primitives::{
		DeviceId, DeviceKey, Evidence, GatewayBook, GroupId, PeriodClock, PeriodIndex, Resource,
		Seat, ZoneId,
	};

	use crate::{changes::Party, types::*, WeightInfo};

	/// Version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// The overarching hold reason.
		type RuntimeHoldReason: From<HoldReason>;
		/// Where deposits and bonds are held.
		type NativeBalance: fungible::Inspect<Self::AccountId>
			+ fungible::Mutate<Self::AccountId>
			+ fungible::hold::Inspect<Self::AccountId, Reason = Self::RuntimeHoldReason>
			+ fungible::hold::Mutate<Self::AccountId, Reason = Self::RuntimeHoldReason>;
		/// Settlement periods.
		type Clock: PeriodClock;
		/// The gateways that devices can be bound to.
		type Gateways: GatewayBook;
		/// Appoints and removes registrars.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// Held for a device until it is gone and its periods are final.
		#[pallet::constant]
		type DeviceDeposit: Get<BalanceOf<Self>>;
		/// Paid for a device's id, and never given back: ids are numbers of 32 bits and not given out
		/// again, and whoever wants to use them up is to pay for all of them.
		#[pallet::constant]
		type RegistrationFee: Get<BalanceOf<Self>>;
		/// The account that gets the fee, and what registrars lose of their bonds by `slash_registrar`. Not the block's
		/// author: it could register for nothing.
		type RegistrationFeeTo: Get<Self::AccountId>;
		/// Held for each zone a registrar is appointed in.
		#[pallet::constant]
		type RegistrarBond: Get<BalanceOf<Self>>;
		/// How many periods, from the first that is open when a registrar leaves, its bond answers for:
		/// as many as trades can reach, so that the bond pays for what the registrar took out of any of
		/// them.
		#[pallet::constant]
		type BondPeriods: Get<PeriodIndex>;
		/// Most active devices a group can have.
		#[pallet::constant]
		type MaxGroupSize: Get<u32>;
		/// Most registrars a zone can have, and most registrars behind the devices of one group.
		#[pallet::constant]
		type MaxRegistrarsPerZone: Get<u32>;
		/// Most bytes of a metering-point id.
		#[pallet::constant]
		type MaxMeteringPointLength: Get<u32>;
		/// Most devices one operator can have.
		#[pallet::constant]
		type MaxDevicesPerOperator: Get<u32>;
		/// Most items of a batch call.
		#[pallet::constant]
		type MaxBatch: Get<u32>;
		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Deposit for a registered device.
		#[codec(index = 0)]
		DeviceDeposit,
		/// Bond of a registrar.
		#[codec(index = 1)]
		RegistrarBond,
	}

	/// Every device that is not gone.
	#[pallet::storage]
	pub type Devices<T: Config> = StorageMap<_, Twox64Concat, DeviceId, DeviceRecord<T>>;

	/// The id the next device gets.
	#[pallet::storage]
	pub type NextDeviceId<T: Config> = StorageValue<_, DeviceId, ValueQuery>;

	/// Which device a key was first attested for. Entries are never removed: a key that was used
	/// once cannot stand for another meter later.
	#[pallet::storage]
	pub type Keys<T: Config> = StorageMap<_, Blake2_128Concat, DeviceKey, DeviceId>;

	/// An operator's devices in order of id (big-endian), for paged queries.
	#[pallet::storage]
	pub type OperatorDevices<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Identity, [u8; 4], ()>;

	/// How many devices an operator has.
	#[pallet::storage]
	pub type DeviceCount<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, u32, ValueQuery>;

	/// The attested device of a metering point and resource.
	#[pallet::storage]
	pub type MeteringPoints<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, MeteringPointOf<T>, Twox64Concat, Resource, DeviceId>;

	/// What each group can deliver, by period.
	#[pallet::storage]
	pub type Groups<T: Config> =
		StorageMap<_, Blake2_128Concat, GroupId<T::AccountId>, GroupHistory<T>, ValueQuery>;

	/// The registrars of a zone.
	#[pallet::storage]
	pub type Registrars<T: Config> = StorageMap<
		_,
		Twox64Concat,
		ZoneId,
		BoundedVec<Registrar<T::AccountId, BalanceOf<T>>, T::MaxRegistrarsPerZone>,
		ValueQuery,
	>;

	/// Bonds of registrars that left a zone.
	#[pallet::storage]
	pub type LeavingBonds<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		ZoneId,
		Blake2_128Concat,
		T::AccountId,
		LeavingBond<BalanceOf<T>>,
	>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A registrar was appointed and its bond held.
		RegistrarAppointed { zone: ZoneId, registrar: T::AccountId, bond: BalanceOf<T> },
		/// A registrar resigned or was removed; its bond can be released from a period on. Its
		/// attestations stand.
		RegistrarLeft {
			zone: ZoneId,
			registrar: T::AccountId,
			bond: BalanceOf<T>,
			free_from: PeriodIndex,
		},
		/// A device was registered and its deposit held.
		DeviceRegistered { device: DeviceId, operator: T::AccountId, zone: ZoneId, key: DeviceKey },
		/// A registrar attested a device.
		DeviceAttested {
			device: DeviceId,
			registrar: T::AccountId,
			evidence: Evidence,
			from: PeriodIndex,
		},
		/// A registrar revoked a device's attestation.
		AttestationRevoked { device: DeviceId, registrar: T::AccountId, from: PeriodIndex },
		/// A device was suspended.
		DeviceSuspended { device: DeviceId, by: Suspender, from: PeriodIndex },
		/// A device was resumed.
		DeviceResumed { device: DeviceId, from: PeriodIndex },
		/// A device's key was replaced; the device waits for an attestation of the new one.
		KeyRotated { device: DeviceId, key: DeviceKey, from: PeriodIndex },
		/// A device was moved to another zone; it waits for an attestation there.
		ZoneChanged { device: DeviceId, zone: ZoneId, from: PeriodIndex },
		/// A device was offered to another operator.
		TransferOffered { device: DeviceId, to: T::AccountId },
		/// The offer of a device was withdrawn.
		TransferWithdrawn { device: DeviceId },
		/// A device changed hands.
		DeviceTransferred { device: DeviceId, to: T::AccountId, from: PeriodIndex },
		/// A gateway may commit for a device from a period on, or none may.
		DeviceBound { device: DeviceId, seat: Option<Seat>, from: PeriodIndex },
		/// A device was retired.
		DeviceRetired { device: DeviceId, from: PeriodIndex },
		/// A registrar replaced one device by another at a metering point.
		DeviceSwapped {
			old: DeviceId,
			new: DeviceId,
			registrar: T::AccountId,
			evidence: Evidence,
			from: PeriodIndex,
		},
		/// A deposit was released.
		DepositReleased { device: DeviceId, operator: T::AccountId, amount: BalanceOf<T> },
		/// A registrar lost so much of its bond.
		RegistrarSlashed { zone: ZoneId, registrar: T::AccountId, amount: BalanceOf<T> },
		/// The bond of a registrar paid a buyer for capacity that the registrar took out.
		BondPaid { zone: ZoneId, registrar: T::AccountId, to: T::AccountId, amount: BalanceOf<T> },
		/// The bond of a registrar that left was released.
		BondReleased { zone: ZoneId, registrar: T::AccountId, bond: BalanceOf<T> },
	}

	#[pallet::error]
	pub enum Error<T> {
		/// No device has this id.
		UnknownDevice,
		/// The account does not operate the device.
		NotOperator,
		/// The account is not a registrar of the device's zone.
		NotRegistrar,
		/// The account is neither the device's operator nor a registrar of its zone.
		NotEntitled,
		/// The account is a registrar of the zone already.
		AlreadyRegistrar,
		/// The zone, or the group's devices, have as many registrars as they can, or as many registrars as
		/// can have taken devices out of the group.
		TooManyRegistrars,
		/// A registrar cannot attest a device of its own.
		OwnDevice,
		/// Another device was attested with this key.
		KeyTaken,
		/// The device has this key already.
		KeyUnchanged,
		/// The device is in this zone already.
		ZoneUnchanged,
		/// The metering-point id is empty or not UTF-8.
		MeteringPointInvalid,
		/// Another attested device holds the metering point for this resource.
		MeteringPointTaken,
		/// The devices do not share operator, zone, resource and metering point.
		MeteringPointsDiffer,
		/// The nameplate limit is zero.
		NameplateZero,
		/// The operator has as many devices as it can.
		TooManyDevices,
		/// Every device id is taken.
		DeviceIdsExhausted,
		/// The operator, the attestation or the facts differ from the device's record.
		FactsDiffer,
		/// The device is attested already.
		AlreadyAttested,
		/// The device is not attested.
		NotAttested,
		/// The device is suspended already.
		AlreadySuspended,
		/// The device is not suspended.
		NotSuspended,
		/// Somebody else suspended the device and must resume it.
		SuspendedByOther,
		/// The device is retired.
		Retired,
		/// The group has as many active devices as it can.
		GroupFull,
		/// The device is not offered to this account.
		NotOffered,
		/// The device belongs to this account already.
		AlreadyOperator,
		/// The device has as many changes in unsettled periods as its history can hold, or has left
		/// so many groups behind that `release_deposit` has to clear them first.
		TooManyPendingChanges,
		/// No deposit of the device can be released yet.
		DepositLocked,
		/// The batch has no items.
		BatchEmpty,
		/// A sum is out of range.
		ArithmeticOverflow,
		/// The device's key is another one than the call names.
		KeyDiffers,
		/// So many periods are not final that the group's history has no room for another change:
		/// try again once older periods are final.
		GroupHistoryFull,
		/// The account has no bond in this zone.
		NoBond,
		/// The bond is still held for what the registrar may have done.
		BondLocked,
		/// No gateway has this number.
		UnknownGateway,
		/// The gateway is to go.
		GatewayRetiring,
		/// No gateway has a seat with this number.
		SeatTooHigh,
		/// The device has this seat already, or none.
		SeatUnchanged,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxGroupSize::get() > 0, "a group must hold a device");
			assert!(T::MaxRegistrarsPerZone::get() > 0, "a zone must hold a registrar");
			assert!(T::MaxMeteringPointLength::get() > 0, "a metering point must have an id");
			assert!(T::MaxDevicesPerOperator::get() > 0, "an operator must hold a device");
			assert!(T::MaxBatch::get() > 0, "a batch must hold an item");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), frame::deps::sp_runtime::TryRuntimeError> {
			<Self as meterproof_primitives::EnsureInvariants>::ensure_invariants()
		}
	}

	#[pallet::call(weight = T::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Appoints a registrar in a zone and holds its bond.
		#[pallet::call_index(0)]
		pub fn appoint_registrar(
			origin: OriginFor<T>,
			zone: ZoneId,
			registrar: T::AccountId,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_appoint(zone, registrar)
		}

		/// Resigns as a registrar of a zone; the bond is held until `BondPeriods` more are final, the
		/// attestations stand.
		#[pallet::call_index(1)]
		pub fn resign_registrar(origin: OriginFor<T>, zone: ZoneId) -> DispatchResult {
			let registrar = ensure_signed(origin)?;
			Self::do_dismiss(zone, registrar)
		}

		/// Removes a registrar from a zone; the bond is held until `BondPeriods` more are final, the
		/// attestations stand.
		#[pallet::call_index(2)]
		pub fn remove_registrar(
			origin: OriginFor<T>,
			zone: ZoneId,
			registrar: T::AccountId,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_dismiss(zone, registrar)
		}

		/// Registers a device, holds a deposit for it and takes the registration fee. Nobody else is kept from registering the
		/// same key or metering point: whose they are is for a registrar to attest.
		#[pallet::call_index(3)]
		pub fn register(origin: OriginFor<T>, facts: DeviceFactsOf<T>) -> DispatchResult {
			let operator = ensure_signed(origin)?;
			Self::do_register(&operator, facts)
		}

		/// Registers devices: all of them or none.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::register_batch(batch.len() as u32))]
		pub fn register_batch(
			origin: OriginFor<T>,
			batch: BoundedVec<DeviceFactsOf<T>, T::MaxBatch>,
		) -> DispatchResult {
			let operator = ensure_signed(origin)?;
			ensure!(!batch.is_empty(), Error::<T>::BatchEmpty);
			batch.into_iter().try_for_each(|facts| Self::do_register(&operator, facts))
		}

		/// Attests a device, as a registrar of its zone. The operator and the facts restate the
		/// record, so that nobody else's registration of the same meter is attested by mistake. From
		/// then on no other device can be attested with its key. `evidence` is the registrar's word
		/// on who could have lied about the device's readings; another grade takes another
		/// attestation, after a revocation. A device that counted until a registrar revoked it, and
		/// is attested by another registrar or on less evidence, counts once its operator resumes it.
		#[pallet::call_index(5)]
		pub fn attest(
			origin: OriginFor<T>,
			device: DeviceId,
			operator: T::AccountId,
			facts: DeviceFactsOf<T>,
			evidence: Evidence,
		) -> DispatchResult {
			let registrar = ensure_signed(origin)?;
			Self::do_attest(&registrar, device, &operator, &facts, evidence)
		}

		/// Attests devices, each with its operator, facts and evidence: all of them or none.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::attest_batch(batch.len() as u32))]
		pub fn attest_batch(
			origin: OriginFor<T>,
			batch: BoundedVec<(DeviceId, T::AccountId, DeviceFactsOf<T>, Evidence), T::MaxBatch>,
		) -> DispatchResult {
			let registrar = ensure_signed(origin)?;
			ensure!(!batch.is_empty(), Error::<T>::BatchEmpty);
			batch.into_iter().try_for_each(|(device, operator, facts, evidence)| {
				Self::do_attest(&registrar, device, &operator, &facts, evidence)
			})
		}

		/// Revokes a device's attestation, as a registrar of its zone. The call names the device's
		/// present key, and fails if the device has another one. A device that counted is taken out of
		/// its groups: what they have sold and cannot deliver for it, the registrar's bond pays for
		/// until the device counts again. It fails if `MAX_TAKERS` other registrars have taken devices
		/// out of one of them.
		#[pallet::call_index(7)]
		pub fn revoke(origin: OriginFor<T>, device: DeviceId, key: DeviceKey) -> DispatchResult {
			let registrar = ensure_signed(origin)?;
			let mut record = Self::named(device, key)?;
			Self::ensure_registrar(Self::latest(&record)?.zone, &registrar)?;
			let from = Self::change(device, &mut record, Party::Registrar, |row| {
				ensure!(row.attestation.is_some(), Error::<T>::NotAttested);
				row.take_out(&registrar);
				row.attestation = None;
				Ok(())
			})?;
			Devices::<T>::insert(device, record);
			Self::deposit_event(Event::AttestationRevoked { device, registrar, from });
			Ok(())
		}

		/// Suspends an attested device, as its operator or a registrar of its zone. The call names
		/// the device's present key, and fails if the device has another one. A registrar takes it out
		/// of its groups as by `revoke`.
		#[pallet::call_index(8)]
		pub fn suspend(origin: OriginFor<T>, device: DeviceId, key: DeviceKey) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let mut record = Self::named(device, key)?;
			let by = Self::suspender(&record, &who)?;
			let from = Self::change(device, &mut record, by.into(), |row| {
				ensure!(row.attestation.is_some(), Error::<T>::NotAttested);
				// A registrar's suspension stands above the operator's own.
				let raised =
					(row.suspended_by, by) == (Some(Suspender::Operator), Suspender::Registrar);
				ensure!(row.suspended_by.is_none() || raised, Error::<T>::AlreadySuspended);
				if by == Suspender::Registrar {
					row.take_out(&who);
				}
				row.suspended_by = Some(by);
				Ok(())
			})?;
			Devices::<T>::insert(device, record);
			Self::deposit_event(Event::DeviceSuspended { device, by, from });
			Ok(())
		}

		/// Resumes a suspended device: the operator or a registrar, whichever suspended it. The
		/// call names the device's present key, and fails if the device has another one. A device whose new
		/// attestation is by another registrar or on less evidence (see `attest`) counts only once its
		/// operator has resumed it too.
		#[pallet::call_index(9)]
		pub fn resume(origin: OriginFor<T>, device: DeviceId, key: DeviceKey) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let mut record = Self::named(device, key)?;
			let by = Self::suspender(&record, &who)?;
			let from = Self::change(device, &mut record, Party::Operator, |row| {
				let suspender = row.suspended_by.ok_or(Error::<T>::NotSuspended)?;
				ensure!(suspender == by, Error::<T>::SuspendedByOther);
				let asks = by == Suspender::Registrar && row.is_worse();
				row.suspended_by = asks.then_some(Suspender::Operator);
				Ok(())
			})?;
			Devices::<T>::insert(device, record);
			Self::deposit_event(Event::DeviceResumed { device, from });
			Ok(())
		}

		/// Replaces a device's key by a new one. The call names the device's present key as well,
		/// and fails if the device has another one. The old key signs for earlier periods; the
		/// device does not count from then on until a registrar attests it with the new key. A key
		/// that the device had before may come back: it is the same meter's, what it signed names
		/// device and period, and the registrar is asked again.
		#[pallet::call_index(10)]
		pub fn rotate_key(
			origin: OriginFor<T>,
			device: DeviceId,
			key: DeviceKey,
			new_key: DeviceKey,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let mut record = Self::named(device, key)?;
			Self::ensure_operator(&record, &who)?;
			ensure!(new_key != key, Error::<T>::KeyUnchanged);
			Self::ensure_key_free(new_key, device)?;
			let from = Self::change(device, &mut record, Party::Operator, |row| {
				row.key = new_key;
				row.attestation = None;
				Ok(())
			})?;
			Devices::<T>::insert(device, record);
			Self::deposit_event(Event::KeyRotated { device, key: new_key, from });
			Ok(())
		}

		/// Offers a device to another operator, in place of any earlier offer. The call names the
		/// device's present key, and fails if the device has another one.
		#[pallet::call_index(11)]
		pub fn offer_transfer(
			origin: OriginFor<T>,
			device: DeviceId,
			key: DeviceKey,
			to: T::AccountId,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let mut record = Self::named(device, key)?;
			Self::ensure_operator(&record, &who)?;
			ensure!(to != who, Error::<T>::AlreadyOperator);
			record.offered_to = Some(to.clone());
			Devices::<T>::insert(device, record);
			Self::deposit_event(Event::TransferOffered { device, to });
			Ok(())
		}

		/// Withdraws the offer of a device. The call names the device's present key, and fails if
		/// the device has another one.
		#[pallet::call_index(12)]
		pub fn withdraw_transfer(
			origin: OriginFor<T>,
			device: DeviceId,
			key: DeviceKey,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let mut record = Self::named(device, key)?;
			Self::ensure_operator(&record, &who)?;
			ensure!(record.offered_to.take().is_some(), Error::<T>::NotOffered);
			Devices::<T>::insert(device, record);
			Self::deposit_event(Event::TransferWithdrawn { device });
			Ok(())
		}

		/// Takes over an offered device, with a deposit of the new operator's own. The old
		/// operator's deposit stays held until the periods it answers for are final. The call
		/// restates the operator that the device is taken over from, its attestation, if it has one,
		/// with the registrar and the evidence, and its facts: if any of them has changed, the call
		/// fails and nothing is taken over. It says nothing of a suspension, which stands.
		#[pallet::call_index(13)]
		pub fn accept_transfer(
			origin: OriginFor<T>,
			device: DeviceId,
			operator: T::AccountId,
			attestation: Option<Attestation<T::AccountId>>,
			facts: DeviceFactsOf<T>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_accept_transfer(&who, device, (&operator, attestation.as_ref(), &facts))
		}

		/// Retires a device for good. The call names the device's present key, and fails if the
		/// device has another one.
		#[pallet::call_index(14)]
		pub fn retire(origin: OriginFor<T>, device: DeviceId, key: DeviceKey) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let mut record = Self::named(device, key)?;
			Self::ensure_operator(&record, &who)?;
			let from = Self::do_retire(device, &mut record, Party::Operator)?;
			Self::deposit_event(Event::DeviceRetired { device, from });
			Ok(())
		}

		/// Releases the deposits of a device that answer for final periods only, and clears the
		/// groups it left before them; anyone may ask. A retired device is deleted with its last
		/// deposit.
		#[pallet::call_index(15)]
		pub fn release_deposit(origin: OriginFor<T>, device: DeviceId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_release(device)
		}

		/// Replaces the attested device `old` by the registered device `new` of the same operator
		/// at the same metering point, without a gap, as a registrar of the zone. The call names the
		/// old device's present key, and restates operator and facts of the new device as an
		/// attestation does, with the evidence; it fails if either device is another one.
		#[pallet::call_index(16)]
		pub fn swap(
			origin: OriginFor<T>,
			old: DeviceId,
			old_key: DeviceKey,
			new: DeviceId,
			operator: T::AccountId,
			facts: DeviceFactsOf<T>,
			evidence: Evidence,
		) -> DispatchResult {
			let registrar = ensure_signed(origin)?;
			let attestation = Attestation { registrar, evidence };
			Self::do_swap(attestation, (old, old_key), new, (&operator, &facts))
		}

		/// Moves a device to another zone. It stays in the old zone's groups for earlier periods,
		/// and does not count from then on until a registrar of the new zone attests it. A
		/// suspension stands, for the new zone's registrars to lift, and so does an offer. The call
		/// names the device's present key, and fails if the device has another one.
		#[pallet::call_index(17)]
		pub fn change_zone(
			origin: OriginFor<T>,
			device: DeviceId,
			key: DeviceKey,
			zone: ZoneId,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_change_zone(&who, (device, key), zone)
		}

		/// Takes so much of the bond that a registrar has in a zone, or all that is left of it, also
		/// when it has left. A registrar with some of its bond left stays a registrar: removing it is another
		/// decision, `remove_registrar`. A registrar with nothing left of its bond leaves the zone.
		#[pallet::call_index(18)]
		pub fn slash_registrar(
			origin: OriginFor<T>,
			zone: ZoneId,
			registrar: T::AccountId,
			amount: BalanceOf<T>,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_slash(zone, registrar, amount)
		}

		/// Releases the bond of a registrar that left a zone, when its time is over; anyone may ask.
		#[pallet::call_index(19)]
		pub fn release_bond(
			origin: OriginFor<T>,
			zone: ZoneId,
			registrar: T::AccountId,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_release_bond(zone, registrar)
		}

		/// Has a gateway commit for a device, at this seat under its roots, or none. Periods whose
		/// gate has closed keep the former gateway. Two devices on one seat harm themselves alone:
		/// one of them is not counted there. The gateway need not agree, and is obliged to nothing:
		/// whoever it leaves out commits by itself. The call names the device's present key, and fails
		/// if the device has another one.
		#[pallet::call_index(20)]
		pub fn bind(
			origin: OriginFor<T>,
			device: DeviceId,
			key: DeviceKey,
			seat: Option<Seat>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_bind(&who, (device, key), seat)
		}

		/// Binds devices as `bind` does, each with its present key: all of them or none.
		#[pallet::call_index(21)]
		#[pallet::weight(T::WeightInfo::bind_batch(batch.len() as u32))]
		pub fn bind_batch(
			origin: OriginFor<T>,
			batch: BoundedVec<(DeviceId, DeviceKey, Option<Seat>), T::MaxBatch>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			ensure!(!batch.is_empty(), Error::<T>::BatchEmpty);
			batch
				.into_iter()
				.try_for_each(|(device, key, seat)| Self::do_bind(&who, (device, key), seat))
		}
	}
}
