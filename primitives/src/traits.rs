//! The traits through which the pallets meet.

use alloc::vec::Vec;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{DispatchError, DispatchResult};

use crate::*;

/// The clock of settlement periods; implemented by `pallet-metering`.
pub trait PeriodClock {
	/// Where `period` stands now, `MinBlocks` counted.
	fn phase(period: PeriodIndex) -> Phase;
	/// The period that the block's time lies in.
	fn running() -> PeriodIndex;
	/// The first period whose gate has not closed: when changes take effect.
	fn first_open() -> PeriodIndex;
	/// The oldest period that may not be final yet: history from here on must be kept.
	fn oldest_unsettled() -> PeriodIndex;
	/// What nameplates that add up to `nameplates` come to in `period`, in base units, and the last
	/// period in which they come to as much. A nameplate is a quantity per period of the length that
	/// the chain's periods had first: in a period of another length it is as much more or less as the
	/// period is longer or shorter, the sum rounded down.
	fn scaled(nameplates: Quantity, period: PeriodIndex) -> (Quantity, PeriodIndex);
	/// Whether the block at hand is closed to meters and provers: a migration runs or has failed. What
	/// storage holds then need not be what the code expects, so that no work is done in idle time.
	fn is_closed() -> bool;
	/// Moves the clock to the start of `period`, for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn go_to(_period: PeriodIndex) {}
	/// Has gates close as long before their periods as any schedule has them close, for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn lead_far() {}
	/// Makes the periods before `period` final, for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn finish(_period: PeriodIndex) {}
}

/// When gates close; implemented by `pallet-metering`.
pub trait GateClock: PeriodClock {
	/// The time of the block at hand.
	fn now() -> UnixMillis;
	/// When trading for `period` closes.
	fn gate_closure(period: PeriodIndex) -> UnixMillis;
	/// How long `period` is, in milliseconds.
	fn length(period: PeriodIndex) -> UnixMillis;
	/// Moves the clock to this time, for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_now(_now: UnixMillis) {}
}

/// What a device is in one period; a commitment is accepted on its strength.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct CommittingDevice<AccountId> {
	/// The account that owns the device in that period.
	pub operator: AccountId,
	/// The device's zone in that period.
	pub zone: ZoneId,
	/// What the device measures.
	pub resource: Resource,
	/// The device's registers.
	pub directions: Directions,
	/// The device's signing key in that period.
	pub key: DeviceKey,
	/// The most one register can count in one period of the chain's first length, in base units.
	pub nameplate: u32,
}

/// By whose word, and on what evidence, a group's devices count in one period, and which do not
/// count by whose doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing<AccountId> {
	/// The registrars that attested the devices, sorted.
	pub registrars: Vec<AccountId>,
	/// The lowest grade that any of the devices was attested with; `None` if there is no device.
	pub evidence: Option<Evidence>,
	/// What registrars have taken out of the group, by registrar.
	pub taken: Vec<Taking<AccountId>>,
}

/// What one registrar has taken out of a group. A device is taken out that counted until the
/// registrar revoked or suspended it, and has not counted since.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Taking<AccountId> {
	/// The registrar.
	pub registrar: AccountId,
	/// Sum of the nameplates of the devices that are taken out, not [scaled](PeriodClock::scaled).
	pub nameplates: Quantity,
	/// Sum of the nameplates of all that the registrar has ever taken out of the group, with what came
	/// back: it only grows, so that two readings of it tell what was taken between them.
	pub ever: Quantity,
}

/// Most registrars that can have taken devices out of one group at a time.
pub const MAX_TAKERS: u32 = 4;

/// Registered devices by period; implemented by `pallet-devices`.
pub trait DeviceRegistry<AccountId> {
	/// The device as it commits in `period`: attested, active, and whose. Otherwise one of
	/// `UnknownDevice`, `DeviceNotAttested`, `DeviceSuspended`, `DeviceRetired`.
	fn committing(
		device: DeviceId,
		period: PeriodIndex,
	) -> Result<CommittingDevice<AccountId>, CommitmentRefusal>;
	/// What the attested, active devices can count in `period`, in base units, and the last period
	/// in which it is as much as far as anyone knows now, if `period` is open: their nameplates,
	/// [scaled](PeriodClock::scaled).
	fn capacity(group: &GroupId<AccountId>, period: PeriodIndex) -> (Quantity, PeriodIndex);
	/// How many devices of the group can commit in `period`. `None` before the group had any, and
	/// once its history is gone, which that of an unsettled period never is.
	fn members(group: &GroupId<AccountId>, period: PeriodIndex) -> Option<u32>;
	/// By whose word and on what evidence the group's devices count in `period`. `None` before the
	/// group had any device, and once its history is gone, which that of an unsettled period never
	/// is.
	fn standing(group: &GroupId<AccountId>, period: PeriodIndex) -> Option<Standing<AccountId>>;
	/// Whether the zone has a registrar.
	fn has_registrar(zone: ZoneId) -> bool;
	/// Appoints a registrar, for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn appoint_any(zone: ZoneId);
	/// Registers, attests and activates `count` devices for `group`, for benchmarks and tests.
	#[cfg(feature = "runtime-benchmarks")]
	fn fill_group(group: &GroupId<AccountId>, count: u32, nameplate: u32) -> Vec<DeviceId>;
}

/// Bonds of registrars; implemented by `pallet-devices`.
pub trait RegistrarBonds<AccountId, Balance> {
	/// Pays `amount` to an account out of the bond that a registrar has in a zone, or had when it
	/// left, or what is left of it; what was paid. A registrar whose bond is used up by it leaves.
	/// Fails if the account cannot take it.
	fn pay(
		zone: ZoneId,
		registrar: &AccountId,
		to: &AccountId,
		amount: Balance,
	) -> Result<Balance, DispatchError>;
}

/// Recorded commitments; implemented by `pallet-metering`.
pub trait Commitments<AccountId> {
	/// The group's commitments of `period` in device order.
	fn of(group: &GroupId<AccountId>, period: PeriodIndex) -> Vec<(DeviceId, Commitment)>;
	/// How many commitments the group has in `period`.
	fn count(group: &GroupId<AccountId>, period: PeriodIndex) -> u32;
	/// Whether every member has committed or the cut-off has passed: a proof may enter.
	fn complete(group: &GroupId<AccountId>, period: PeriodIndex) -> bool;
	/// Records commitments, for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn record(group: &GroupId<AccountId>, period: PeriodIndex, slots: &[(DeviceId, Commitment)]);
}

/// What became of one group's trades in one period.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Settled<Balance> {
	/// Trades settled.
	pub trades: u32,
	/// Sum of the trades' quantities.
	pub contracted: Quantity,
	/// What was proved of the contracted quantity.
	pub delivered: Quantity,
	/// Paid to the seller.
	pub paid: Balance,
	/// Returned to buyers.
	pub refunded: Balance,
	/// Imbalance charge, from the seller's collateral to buyers.
	pub penalty: Balance,
}

/// Contracted deliveries and their money; implemented by `pallet-market`.
pub trait Deliveries<AccountId> {
	/// Amounts of money.
	type Balance;
	/// Q: the sum of the group's accepted, unsettled trades for `period`.
	fn contracted(group: &GroupId<AccountId>, period: PeriodIndex) -> Quantity;
	/// How many accepted, unsettled trades the group has for `period`.
	fn trades(group: &GroupId<AccountId>, period: PeriodIndex) -> u32;
	/// Settles all of them with `delivered` <= Q: trade i gets floor(delivered * Q_i / Q), the
	/// remainder by trade id; but 0 where the buyer does not accept a registrar of the group's
	/// devices or the evidence of one of them, and nobody gets that share. A payee that cannot be paid never fails this call:
	/// its payout becomes claimable. Any other fault fails the call, and nothing is settled.
	fn settle(
		group: &GroupId<AccountId>,
		period: PeriodIndex,
		delivered: Quantity,
	) -> Result<Settled<Self::Balance>, DispatchError>;
	/// Whether the group's one trade in `period` is sealed.
	fn is_sealed(group: &GroupId<AccountId>, period: PeriodIndex) -> bool;
	/// The terms of the group's one trade in `period`, where it is sealed.
	fn sealed_terms(
		group: &GroupId<AccountId>,
		period: PeriodIndex,
	) -> Result<SealedTerms, SealedRefusal>;
	/// Settles that trade: payment and collateral become the seller's and the buyer's note. A
	/// proof must have shown that these split them by [`Self::sealed_terms`]. All or nothing.
	fn settle_sealed(
		group: &GroupId<AccountId>,
		period: PeriodIndex,
		outputs: &[Output; 2],
	) -> Result<SettledSealed<Self::Balance>, DispatchError>;
	/// Most trades one (group, period) can have.
	fn max_trades() -> u32;
	/// What is still to be settled: at most `limit` (period, group), the oldest periods first.
	fn oldest(limit: u32) -> Vec<(PeriodIndex, GroupId<AccountId>)>;
	/// The groups that have something to be settled in `period`, at most `limit`, in the order of storage
	/// and after `after`.
	fn unsettled(
		period: PeriodIndex,
		after: Option<&GroupId<AccountId>>,
		limit: u32,
	) -> Vec<GroupId<AccountId>>;
	/// Makes accepted trades, for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn fill_trades(group: &GroupId<AccountId>, period: PeriodIndex, count: u32, quantity: Quantity);
	/// Makes an accepted sealed trade, for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn fill_sealed(group: &GroupId<AccountId>, period: PeriodIndex, quantity: Quantity);
}

/// Whether a (group, period) is still to be settled; implemented by `pallet-settlement`, asked by
/// `pallet-metering` before it prunes commitments.
pub trait SettlementState<AccountId> {
	/// A claim has been accepted, or the group has expired, or it has nothing contracted.
	fn is_settled(group: &GroupId<AccountId>, period: PeriodIndex) -> bool;
}

/// Who may say more of a group's readings than everybody can; implemented by `pallet-settlement`.
pub trait ProvingRights<AccountId> {
	/// Whether `who` is the group's operator, or the prover that it named for `period`.
	fn may_prove(who: &AccountId, group: &GroupId<AccountId>, period: PeriodIndex) -> bool;
}

/// Where use is proved against allocations; implemented by `pallet-water`.
pub trait Allotments {
	/// Whether what is used of a resource in a zone is allotted: meters then count it by turns, not by
	/// periods.
	fn is_allotted(zone: ZoneId, resource: Resource) -> bool;
}

/// The always-compiled invariants of a pallet, for tests, `try_state` and the audit runtime API.
pub trait EnsureInvariants {
	/// What is off, if anything.
	fn ensure_invariants() -> DispatchResult;
}
