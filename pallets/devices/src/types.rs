//! What the registry stores.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame::prelude::*;
use meterproof_primitives::{
	api::DeviceState, DeviceKey, Directions, Evidence, PeriodIndex, Quantity, Resource, Seat,
	Taking, Timeline, ZoneId, GROUP_ROWS, MAX_TAKERS, TIMELINE_ROWS,
};
use scale_info::TypeInfo;

use crate::Config;

/// Amounts of the native currency.
pub type BalanceOf<T> = <<T as Config>::NativeBalance as fungible::Inspect<
	<T as frame_system::Config>::AccountId,
>>::Balance;

/// Metering-point id: non-empty UTF-8.
pub type MeteringPointOf<T> = BoundedVec<u8, <T as Config>::MaxMeteringPointLength>;

/// [`DeviceFacts`] as this runtime bounds them.
pub type DeviceFactsOf<T> = DeviceFacts<<T as Config>::MaxMeteringPointLength>;

/// What an operator registers and a registrar attests.
#[derive(
	CloneNoBound,
	DebugNoBound,
	PartialEqNoBound,
	EqNoBound,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[scale_info(skip_type_params(L))]
#[codec(mel_bound(L: Get<u32>))]
pub struct DeviceFacts<L: Get<u32>> {
	/// Ed25519 public key.
	pub key: DeviceKey,
	/// Metering-point id: non-empty UTF-8.
	pub metering_point: BoundedVec<u8, L>,
	/// The device's zone.
	pub zone: ZoneId,
	/// What the device measures.
	pub resource: Resource,
	/// The device's registers.
	pub directions: Directions,
	/// The most one register can count in one period of the chain's first length, in base units; at
	/// least one. Where periods were given another length, it is scaled
	/// ([`PeriodClock::scaled`](meterproof_primitives::PeriodClock::scaled)).
	pub nameplate: u32,
}

/// Who suspended a device, and so who may resume it.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Suspender {
	/// The device's operator.
	#[codec(index = 0)]
	Operator,
	/// A registrar of the device's zone; any registrar of the zone may resume the device.
	#[codec(index = 1)]
	Registrar,
}

/// A registrar's word on a device.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Attestation<AccountId> {
	/// Whose word it is.
	pub registrar: AccountId,
	/// How well the device's readings are vouched for. The grade changes only with a new attestation.
	pub evidence: Evidence,
}

/// A note that a registrar took a device out of its group.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Taken<AccountId> {
	/// The registrar that revoked the device's attestation, or suspended the device.
	pub by: AccountId,
	/// The attestation that the device counted with until then.
	pub attestation: Attestation<AccountId>,
}

/// What can change about a device, as it stands from one period on.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct DeviceRow<AccountId> {
	/// The account that owns the device.
	pub operator: AccountId,
	/// The device's signing key.
	pub key: DeviceKey,
	/// The device's zone.
	pub zone: ZoneId,
	/// The attestation of the device with this key, in this zone.
	pub attestation: Option<Attestation<AccountId>>,
	/// Who suspended the device, if somebody did.
	pub suspended_by: Option<Suspender>,
	/// Whether the device is retired, for good.
	pub retired: bool,
	/// The registrar that took the device out while it counted, until it counts again. A device that
	/// its operator retires, moves, hands over or gives another key is not taken any more.
	pub taken: Option<Taken<AccountId>>,
	/// The gateway that may commit for the device, and where; none unless the operator has chosen one.
	pub seat: Option<Seat>,
}

impl<AccountId> DeviceRow<AccountId> {
	/// Whether the device holds its metering point: it is attested and not retired.
	pub fn holds_metering_point(&self) -> bool {
		self.attestation.is_some() && !self.retired
	}

	/// The device's attestation, if the device's commitments count.
	pub fn counted(&self) -> Option<&Attestation<AccountId>> {
		self.attestation.as_ref().filter(|_| !self.retired && self.suspended_by.is_none())
	}

	/// Notes that this registrar takes the device out, if it counts and is not the registrar's own.
	pub(crate) fn take_out(&mut self, by: &AccountId)
	where
		AccountId: Clone + PartialEq,
	{
		let attestation = self.counted().filter(|_| *by != self.operator).cloned();
		if let Some(attestation) = attestation {
			self.taken = Some(Taken { by: by.clone(), attestation });
		}
	}

	/// Whether a registrar took the device out, and it was attested since by another registrar or on
	/// less evidence than it counted with. What its group has sold was sold on the former: for trades
	/// that demand more, one device spoils all of the group. Only the operator may therefore let the device
	/// count again.
	pub(crate) fn is_worse(&self) -> bool
	where
		AccountId: PartialEq,
	{
		let pair = self.taken.as_ref().zip(self.attestation.as_ref());
		pair.is_some_and(|(taken, now)| {
			taken.attestation.registrar != now.registrar
				|| taken.attestation.evidence > now.evidence
		})
	}

	/// The device's state, for a person.
	pub fn state(&self) -> DeviceState {
		match self {
			Self { retired: true, .. } => DeviceState::Retired,
			Self { attestation: None, .. } => DeviceState::Registered,
			Self { suspended_by: Some(_), .. } => DeviceState::Suspended,
			_ => DeviceState::Active,
		}
	}
}

/// What a device left behind in a group, kept until the periods it answers for are final.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct PendingRelease<AccountId, Balance> {
	/// The operator that the device left.
	pub operator: AccountId,
	/// The zone that the device was in.
	pub zone: ZoneId,
	/// The deposit to release to the operator; zero after a mere change of zone.
	pub amount: Balance,
	/// The first period that the deposit no longer answers for.
	pub from: PeriodIndex,
}

/// A registered device.
#[derive(
	CloneNoBound, DebugNoBound, PartialEqNoBound, EqNoBound, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
#[scale_info(skip_type_params(T))]
#[codec(mel_bound(T: Config))]
pub struct DeviceRecord<T: Config> {
	/// Metering-point id.
	pub metering_point: MeteringPointOf<T>,
	/// What the device measures.
	pub resource: Resource,
	/// The device's registers.
	pub directions: Directions,
	/// The most one register can count in one period of the chain's first length, in base units.
	pub nameplate: u32,
	/// Held from the newest operator.
	pub deposit: BalanceOf<T>,
	/// What the device left behind with former operators and in former zones.
	pub releases: BoundedVec<PendingRelease<T::AccountId, BalanceOf<T>>, ConstU32<TIMELINE_ROWS>>,
	/// The account that may take the device over, if it was offered to one.
	pub offered_to: Option<T::AccountId>,
	/// What changes with the periods; never empty.
	pub rows: Timeline<DeviceRow<T::AccountId>>,
}

/// What a group can deliver, from one period on. Counts attested, active devices only.
#[derive(
	CloneNoBound,
	DebugNoBound,
	PartialEqNoBound,
	EqNoBound,
	DefaultNoBound,
	Encode,
	Decode,
	MaxEncodedLen,
	TypeInfo,
)]
#[scale_info(skip_type_params(T))]
#[codec(mel_bound(T: Config))]
pub struct GroupRow<T: Config> {
	/// Sum of the devices' nameplates, in base units per period of the chain's first length.
	pub capacity: Quantity,
	/// How many devices these are.
	pub members: u32,
	/// Which registrar attested how many of the devices, sorted by account.
	pub registrars: BoundedVec<(T::AccountId, u32), T::MaxRegistrarsPerZone>,
	/// How many of the devices were attested on which evidence, by the grade's number.
	pub evidence: [u32; Evidence::COUNT],
	/// What registrars have taken out of the group. A registrar that has let everything back in stays in the list,
	/// for what it has ever taken, until another registrar needs its place.
	pub taken: BoundedVec<Taking<T::AccountId>, ConstU32<MAX_TAKERS>>,
}

impl<T: Config> GroupRow<T> {
	/// Whether no device is in the group, and none is taken out of it.
	pub(crate) fn is_empty(&self) -> bool {
		self.members == 0 && self.taken.iter().all(|taking| taking.nameplates == 0)
	}

	/// The lowest grade that any of the devices was attested with.
	pub fn lowest_evidence(&self) -> Option<Evidence> {
		let mut counts = Evidence::ALL.into_iter().zip(&self.evidence);
		counts.find(|(_, count)| **count > 0).map(|(grade, _)| grade)
	}
}

/// What a group can deliver in each period that is not settled.
pub type GroupHistory<T> = Timeline<GroupRow<T>, GROUP_ROWS>;

/// The bond of a registrar that left a zone.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct LeavingBond<Balance> {
	/// What is still held; never zero.
	pub bond: Balance,
	/// The first period that it does not answer for: it can be released once all before are final.
	pub free_from: PeriodIndex,
}

/// A bonded registrar.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Registrar<AccountId, Balance> {
	/// The registrar's account.
	pub account: AccountId,
	/// The bond held from the registrar.
	pub bond: Balance,
}
