//! What the registry stores.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame::prelude::*;
use meterproof_primitives::{
	api::DeviceState, DeviceKey, Directions, PeriodIndex, Quantity, Resource, Timeline, ZoneId,
	GROUP_ROWS, TIMELINE_ROWS,
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
	/// Where it is.
	pub zone: ZoneId,
	/// What it measures.
	pub resource: Resource,
	/// Its registers.
	pub directions: Directions,
	/// The most one register can count in one period, in base units; at least one.
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
	/// Its operator.
	#[codec(index = 0)]
	Operator,
	/// A registrar of its zone; any registrar of the zone may resume it.
	#[codec(index = 1)]
	Registrar,
}

/// What can change about a device, as it stands from one period on.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct DeviceRow<AccountId> {
	/// Who owns it.
	pub operator: AccountId,
	/// Its signing key.
	pub key: DeviceKey,
	/// Where it is.
	pub zone: ZoneId,
	/// Who attested it with this key, in this zone.
	pub registrar: Option<AccountId>,
	/// Who suspended it.
	pub suspended_by: Option<Suspender>,
	/// Gone for good.
	pub retired: bool,
}

impl<AccountId> DeviceRow<AccountId> {
	/// Whether it holds its metering point: attested and not gone.
	pub fn holds_metering_point(&self) -> bool {
		self.registrar.is_some() && !self.retired
	}

	/// The registrar behind it, if its commitments count.
	pub fn counted(&self) -> Option<&AccountId> {
		self.registrar.as_ref().filter(|_| !self.retired && self.suspended_by.is_none())
	}

	/// Its state, for a person.
	pub fn state(&self) -> DeviceState {
		match self {
			Self { retired: true, .. } => DeviceState::Retired,
			Self { registrar: None, .. } => DeviceState::Registered,
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
	/// Whose group.
	pub operator: AccountId,
	/// In which zone.
	pub zone: ZoneId,
	/// The operator's deposit; nothing after a mere change of zone.
	pub amount: Balance,
	/// The first period it no longer answers for.
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
	/// What it measures.
	pub resource: Resource,
	/// Its registers.
	pub directions: Directions,
	/// The most one register can count in one period, in base units.
	pub nameplate: u32,
	/// Held from the newest operator.
	pub deposit: BalanceOf<T>,
	/// What it left behind with former operators and in former zones.
	pub releases: BoundedVec<PendingRelease<T::AccountId, BalanceOf<T>>, ConstU32<TIMELINE_ROWS>>,
	/// Who may take it over.
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
	/// Sum of their nameplates, in base units.
	pub capacity: Quantity,
	/// How many there are.
	pub members: u32,
	/// Who attested how many of them, sorted by account.
	pub registrars: BoundedVec<(T::AccountId, u32), T::MaxRegistrarsPerZone>,
}

/// What a group can deliver in each period that is not settled.
pub type GroupHistory<T> = Timeline<GroupRow<T>, GROUP_ROWS>;

/// A bonded registrar.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Registrar<AccountId, Balance> {
	/// Who.
	pub account: AccountId,
	/// Held from it.
	pub bond: Balance,
}
